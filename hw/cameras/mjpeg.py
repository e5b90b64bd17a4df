"""One picture of a camera's MJPEG stream, made into a whole JPEG file: bytes in, bytes out, no I/O.

Markers and tables: ITU-T T.81, annexes B and K. UVC's MJPEG payload leaves the Huffman tables out where they are those
of annex K, and cameras fill the rest of a buffer with whatever it held: neither may reach a file that is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

LARGEST_BYTES = 32_000_000
LARGEST_PIXELS = 40_000_000  # as in hw/pictures/pixels.py: a 24 megapixel camera passes, a decompression bomb does not
SMALLEST_SIDE = 16

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_DHT, _SOS = 0xC4, 0xDA
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive: what decoders read
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length

# The stretch that the two tables of AC coefficients have in common.
_AC_TAIL = "35363738393a434445464748494a535455565758595a636465666768696a737475767778797a"
STANDARD_TABLES = bytes.fromhex(
    "ffc401a2"
    "0000010501010101010100000000000000000102030405060708090a0b"
    "100002010303020403050504040000017d"
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a34"
    + _AC_TAIL
    + "838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9da"
    "e1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
    "0100030101010101010101010000000000000102030405060708090a0b"
    "1100020102040403040705040400010277"
    "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a"
    + _AC_TAIL
    + "82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9da"
    "e2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
)
"""Annex K's four Huffman tables as one segment."""


class MalformedFrame(ValueError):
    """The bytes are no whole JPEG picture, or one beyond all measure."""


@dataclass(frozen=True)
class Picture:
    """A whole JPEG file and the size its header names."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int


def whole(octets: bytes) -> Picture:
    """Check one picture from its first marker to its last, and put in the Huffman tables where they are left out.

    The compressed pixels themselves are not decoded. Raises MalformedFrame, and nothing else, on bytes of any kind.
    """
    if not 0 < len(octets) <= LARGEST_BYTES:
        raise MalformedFrame("length")
    if not octets.startswith(_SOI):
        raise MalformedFrame("no start")
    size: tuple[int, int] | None = None
    tables = False
    at = len(_SOI)
    while True:
        marker, at = _marker(octets, at)
        if marker in _BARE:
            continue
        length = int.from_bytes(octets[at : at + 2], "big")
        if length < 2 or at + length > len(octets):
            raise MalformedFrame("segment")
        if marker == _SOS:
            break
        if marker in _FRAMES:
            size = _size(octets[at + 2 : at + length])
        tables = tables or marker == _DHT
        at += length
    if size is None:
        raise MalformedFrame("no frame header")
    end = octets.rfind(_EOI, at + length)
    if end < 0:
        raise MalformedFrame("no end")
    scan = at - 2
    jpeg = octets[: end + len(_EOI)]
    return Picture(jpeg if tables else jpeg[:scan] + STANDARD_TABLES + jpeg[scan:], *size)


def _marker(octets: bytes, at: int) -> tuple[int, int]:
    """Return the marker at a place, and the place behind it; fill bytes before it are passed over."""
    if octets[at : at + 1] != b"\xff":
        raise MalformedFrame("marker")
    while octets[at : at + 1] == b"\xff":
        at += 1
    if at >= len(octets) or octets[at] in (0x00, 0xD8, 0xD9):
        raise MalformedFrame("marker")
    return octets[at], at + 1


def _size(header: bytes) -> tuple[int, int]:
    """Read precision, height and width of a frame header."""
    if len(header) < 6 or header[0] != 8:
        raise MalformedFrame("frame header")
    height, width = int.from_bytes(header[1:3], "big"), int.from_bytes(header[3:5], "big")
    if min(width, height) < SMALLEST_SIDE or width * height > LARGEST_PIXELS:
        raise MalformedFrame("size")
    return width, height
