"""ISO/IEC 19794-4, -5 and -6 (2011) records: what SBI calls bioValue, read and written without the image decoded.

All integers are big-endian. The image is found by its own length field, never as the rest of the record: scanners
put extended data after it.
"""

from __future__ import annotations

import enum
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime


class Modality(enum.Enum):
    """What a record holds; the value is its magic and version."""

    FINGER = b"FIR\x00020\x00"
    IRIS = b"IIR\x00020\x00"
    FACE = b"FAC\x00030\x00"


class Compression(enum.Enum):
    """How the image bytes inside a record are written."""

    RAW = "raw"
    PACKED = "packed"
    WSQ = "wsq"
    JPEG = "jpeg"
    JPEG2000 = "jpeg2000"
    JPEG2000_LOSSLESS = "jpeg2000_lossless"
    PNG = "png"


_CODES: dict[Modality, dict[int, Compression]] = {
    Modality.FINGER: {
        0: Compression.RAW,
        1: Compression.PACKED,
        2: Compression.WSQ,
        3: Compression.JPEG,
        4: Compression.JPEG2000,
        5: Compression.JPEG2000_LOSSLESS,
        6: Compression.PNG,
    },
    Modality.IRIS: {2: Compression.RAW, 10: Compression.JPEG2000, 14: Compression.PNG},
    Modality.FACE: {0: Compression.JPEG, 1: Compression.JPEG2000, 2: Compression.JPEG2000_LOSSLESS},
}


class Flaw(enum.Enum):
    """What is wrong with bytes that should have been a record."""

    MAGIC = "magic"
    TRUNCATED = "truncated"
    LENGTH = "length"
    EMPTY = "empty"
    COMPRESSION = "compression"
    MIXED = "mixed"


class MalformedRecord(Exception):
    """The bytes are not a record of the kinds known here."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True)
class Record:
    """The first representation of a record.

    `position` is the finger position of part 4 or the eye label of part 6 (1 right, 2 left), and 0 for a face.
    `quality` is the record's own quality block, 0 to 100, where it has one; `captured` is None where the device left
    the date open. `depth` is the bits of a grey level, which matters for images that are not compressed.
    """

    modality: Modality
    position: int
    width: int
    height: int
    compression: Compression
    image: bytes = field(repr=False)
    quality: int | None = None
    captured: datetime | None = None
    depth: int = 8


_PREFIX = struct.Struct(">9sBHHB")  # date, capture technology, vendor, device type, number of quality blocks
_DATE = struct.Struct(">HBBBBBH")
_QUALITY = struct.Struct(">BHH")
_FINGER = struct.Struct(">BBBHHHHBBBHHI")
_IRIS = struct.Struct(">HBBBBHHBHHHHHHHHHI")
_FACE_START = struct.Struct(">HBBBB3sH3s3s")
_FACE_END = struct.Struct(">BBHHBHBBI")
_NO_DATE = b"\xff" * 9


class _Cursor:
    """Reads forward over bytes and never past their end."""

    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self._at = 0

    def take(self, length: int) -> bytes:
        chunk = self._octets[self._at : self._at + length]
        if len(chunk) != length:
            raise MalformedRecord(Flaw.TRUNCATED)
        self._at += length
        return chunk

    def unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        return layout.unpack(self.take(layout.size))

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")


def parse(octets: bytes) -> Record:
    """Read a finger, iris or face record. Raises MalformedRecord, and nothing else, on any other bytes."""
    cursor = _Cursor(octets)
    try:
        modality = Modality(cursor.take(8))
    except ValueError:
        raise MalformedRecord(Flaw.MAGIC) from None
    total, representations, certified = cursor.number(4), cursor.number(2), cursor.number(1)
    cursor.take(2 if modality is Modality.FACE else 1)
    if total > len(octets):
        raise MalformedRecord(Flaw.TRUNCATED)
    if total != len(octets):
        raise MalformedRecord(Flaw.LENGTH)
    if representations == 0:
        raise MalformedRecord(Flaw.EMPTY)
    # Every length field is followed, also of what is not read; bytes behind the last representation are let be.
    first, *others = (_representation(modality, certified != 0, cursor) for _ in range(representations))
    if any(other.position != first.position for other in others):
        raise MalformedRecord(Flaw.MIXED)  # one record, one finger: SBI sends each part apart
    return first


def _representation(modality: Modality, certified: bool, record: _Cursor) -> Record:
    length = record.number(4)
    if length < 4:
        raise MalformedRecord(Flaw.LENGTH)
    cursor = _Cursor(record.take(length - 4))
    date, _technology, _vendor, _type, blocks = _PREFIX.unpack(cursor.take(_PREFIX.size))
    scores = [cursor.unpack(_QUALITY)[0] for _ in range(blocks)]
    if modality is Modality.FINGER:
        position, width, height, depth, code, size = _finger(cursor, certified)
    elif modality is Modality.IRIS:
        position, width, height, depth, code, size = _iris(cursor)
    else:
        position, width, height, depth, code, size = _face(cursor)
    image = cursor.take(size)
    if not image or not width or not height:
        raise MalformedRecord(Flaw.EMPTY)
    compression = _CODES[modality].get(code)
    if compression is None:
        raise MalformedRecord(Flaw.COMPRESSION)
    if size not in _plain_sizes(compression, width, height, depth, size):
        raise MalformedRecord(Flaw.LENGTH)
    quality = next((score for score in scores if score <= 100), None)  # 255: could not be computed
    return Record(modality, position, width, height, compression, image, quality, _moment(date), depth)


def _plain_sizes(compression: Compression, width: int, height: int, depth: int, size: int) -> tuple[int, ...]:
    """Return how long an image may be: without compression that follows from its pixels, rows filled up or not."""
    if compression is Compression.RAW:
        return (width * height * (1 if depth <= 8 else 2),)
    if compression is Compression.PACKED:
        return ((width * height * depth + 7) // 8, (width * depth + 7) // 8 * height)
    return (size,)


def _finger(cursor: _Cursor, certified: bool) -> tuple[int, int, int, int, int, int]:
    if certified:
        cursor.take(3 * cursor.number(1))
    position, *_scales, depth, code, _impression, width, height, size = cursor.unpack(_FINGER)
    return position, width, height, depth, code, size


def _iris(cursor: _Cursor) -> tuple[int, int, int, int, int, int]:
    _number, eye, _kind, code, _properties, width, height, depth, *_geometry, size = cursor.unpack(_IRIS)
    return eye, width, height, depth, code, size


def _face(cursor: _Cursor) -> tuple[int, int, int, int, int, int]:
    landmarks = cursor.number(2)
    cursor.take(_FACE_START.size - 2)
    cursor.take(8 * landmarks)
    _kind, code, width, height, *_rest, size = cursor.unpack(_FACE_END)
    return 0, width, height, 8, code, size


def _moment(date: bytes) -> datetime | None:
    year, month, day, hour, minute, second, millisecond = _DATE.unpack(date)
    try:
        return datetime(year, month, day, hour, minute, second, millisecond * 1000, tzinfo=UTC)
    except ValueError:
        return None


def write(record: Record) -> bytes:
    """Write a record as `parse` reads it. Raises ValueError for what the standard's fields cannot hold."""
    codes = {compression: code for code, compression in _CODES[record.modality].items()}
    if record.compression not in codes:
        raise ValueError(f"a {record.modality.name} record cannot hold {record.compression.value}")
    if not record.image or not 0 < record.width < 65536 or not 0 < record.height < 65536:
        raise ValueError("an image has a size")
    code, size = codes[record.compression], len(record.image)
    width, height = record.width, record.height
    scores = () if record.quality is None else (record.quality,)
    prefix = _PREFIX.pack(_date(record.captured), 0, 0, 0, len(scores))
    prefix += b"".join(_QUALITY.pack(score, 0, 0) for score in scores)
    if record.modality is Modality.FINGER:
        # 1: pixels per inch; 500 ppi scanned and stored; 0: live-scan plain.
        head = _FINGER.pack(record.position, 0, 1, 500, 500, 500, 500, record.depth, code, 0, width, height, size)
        tail = b"\x01"
    elif record.modality is Modality.IRIS:
        # 2: VGA; the geometry is left open.
        head = _IRIS.pack(0, record.position, 2, code, 0, width, height, record.depth, *[0] * 9, size)
        tail = b"\x01"
    else:
        nothing = bytes(3)
        head = _FACE_START.pack(0, 0, 0, 0, 0, nothing, 0, nothing, nothing)
        head += _FACE_END.pack(1, code, width, height, 0, 0, 0, 1, size)  # 1: full frontal; 1: 24-bit RGB
        tail = b"\x00\x01"
    body = prefix + head + record.image
    representation = (len(body) + 4).to_bytes(4, "big") + body
    total = 8 + 4 + 2 + 1 + len(tail) + len(representation)
    # One representation; no certification flag.
    return record.modality.value + total.to_bytes(4, "big") + b"\x00\x01\x00" + tail + representation


def _date(moment: datetime | None) -> bytes:
    if moment is None:
        return _NO_DATE
    moment = moment.astimezone(UTC)
    return _DATE.pack(
        moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond // 1000
    )
