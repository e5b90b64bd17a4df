"""Pictures from devices as plain pixels: decoded with limits, scaled for the screen, measured.

Only here, in the checks beside it and in the emulated kit is Pillow known; it is imported when the first picture
comes, not at the program's start.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from hw.iso19794 import Compression, MalformedRecord, Modality, Record, parse
from hw.pictures import wsq_picture

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("JPEG", "JPEG2000", "PNG")
_FORMAT_OF = {
    Compression.JPEG: "JPEG",
    Compression.JPEG2000: "JPEG2000",
    Compression.JPEG2000_LOSSLESS: "JPEG2000",
    Compression.PNG: "PNG",
}
_LARGEST = 40_000_000  # pixels; a 24 megapixel camera passes, a decompression bomb does not
_MAGICS = {modality.value for modality in Modality}


class UnreadablePicture(Exception):
    """The bytes are no picture that this program reads, or one beyond all measure."""


class NoDecoder(UnreadablePicture):
    """The picture may be as good as any, but this installation has nothing to show it with: WSQ without its extra."""


@dataclass(frozen=True)
class Pixels:
    """A small picture for the screen: `rgb` holds width x height x 3 bytes, row by row from the top."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


def pixels(picture: bytes, width: int, height: int) -> Pixels:
    """Scale a JPEG, JPEG 2000, PNG or WSQ, or the image in an ISO record, to fit within width x height, shape kept.

    A half-cell preview shows two rows of pixels in a row of cells, so pixels are near enough square. Raises
    UnreadablePicture.
    """
    from PIL.Image import Resampling

    image = decode(picture, (width, height)).convert("RGB")
    image.thumbnail((width, height), resample=Resampling.BOX)
    return Pixels(image.width, image.height, image.tobytes())


def decode(picture: bytes, wanted: tuple[int, int] | None = None) -> Image:
    """Decode a picture or the image of an ISO record, loaded, as L or RGB.

    `wanted` allows a JPEG to be decoded smaller, though not below that size. Raises UnreadablePicture, and nothing
    else, on bytes of any kind.
    """
    if picture[:8] in _MAGICS:
        try:
            return decode_record(parse(picture), wanted)
        except MalformedRecord as error:
            raise UnreadablePicture(str(error)) from None
    if picture.startswith(wsq_picture.MAGIC):
        return _wsq(picture)
    return _compressed(picture, _FORMATS, wanted)


def decode_record(record: Record, wanted: tuple[int, int] | None = None) -> Image:
    """Decode the image of a record, which must be what the record says it is. Raises UnreadablePicture alone."""
    if record.compression is Compression.WSQ:
        return _wsq(record.image)
    if record.compression in (Compression.RAW, Compression.PACKED):
        return _plain(record)
    return _compressed(record.image, (_FORMAT_OF[record.compression],), wanted)


def _compressed(picture: bytes, formats: tuple[str, ...], wanted: tuple[int, int] | None) -> Image:
    from PIL import Image

    try:
        with Image.open(BytesIO(picture), formats=formats) as image:
            _require_measure(image.width, image.height)
            if wanted is not None:
                image.draft("RGB", wanted)
            image.load()
            return image.convert("L" if image.mode in ("1", "L", "I;16") else "RGB")
    except (OSError, SyntaxError, ValueError, ArithmeticError, EOFError) as error:
        raise UnreadablePicture(type(error).__name__) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # a warning may be set to be an error
        raise UnreadablePicture("size") from None


def _wsq(picture: bytes) -> Image:
    from PIL import Image

    try:
        size = wsq_picture.size(picture)
        _require_measure(*size)
        if not wsq_picture.available():
            raise NoDecoder("wsq")
        return Image.frombytes("L", size, wsq_picture.grey(picture))
    except wsq_picture.BrokenWsq:
        raise UnreadablePicture("wsq") from None


def _plain(record: Record) -> Image:
    """Spread pixels that are not compressed over the levels from black to white; of 16 bits the upper 8 are kept."""
    from PIL import Image

    _require_measure(record.width, record.height)
    octets = _unpacked(record) if record.compression is Compression.PACKED else record.image
    if record.depth > 8:
        octets = octets[::2]
    image = Image.frombytes("L", (record.width, record.height), octets)
    if 0 < record.depth < 8:
        image = image.point([min(255, level * 255 // ((1 << record.depth) - 1)) for level in range(256)])
    return image


def _unpacked(record: Record) -> bytes:
    """Give each packed pixel an octet of its own, whether rows are filled up to whole octets or run on."""
    width, depth = record.width, record.depth
    if depth == 8:
        return record.image
    if depth not in (1, 2, 4):
        raise UnreadablePicture("depth")
    shifts = range(8 - depth, -1, -depth)
    spread = [bytes(octet >> shift & (1 << depth) - 1 for shift in shifts) for octet in range(256)]
    stride = (width * depth + 7) // 8
    if len(record.image) != stride * record.height:
        return b"".join(map(spread.__getitem__, record.image))[: width * record.height]
    rows = (record.image[at : at + stride] for at in range(0, len(record.image), stride))
    return b"".join(b"".join(map(spread.__getitem__, row))[:width] for row in rows)


def _require_measure(width: int, height: int) -> None:
    if width * height > _LARGEST:
        raise UnreadablePicture("size")


def variance(image: Image) -> float:
    """Return the variance of a grey picture."""
    from PIL import ImageStat

    return float(ImageStat.Stat(image).var[0])


def detail(image: Image) -> float:
    """Return the variance of the Laplacian of a grey picture, the usual measure of focus."""
    from PIL import ImageFilter

    laplacian = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=2, offset=128)
    # The outermost pixels are copied by Pillow, not filtered.
    return variance(image.filter(laplacian).crop((1, 1, image.width - 1, image.height - 1)))
