"""Pictures from devices as plain pixels: decoded with limits, scaled for the screen, measured.

Only here, in the checks beside it and in the emulated kit is Pillow known; it is imported when the first picture
comes, not at the program's start.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from hw.iso19794 import Compression, MalformedRecord, Modality, parse

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("JPEG", "JPEG2000", "PNG")
_LARGEST = 40_000_000  # pixels; a 24 megapixel camera passes, a decompression bomb does not
_MAGICS = {modality.value for modality in Modality}


class UnreadablePicture(Exception):
    """The bytes are no picture that this program reads, or one beyond all measure."""


@dataclass(frozen=True)
class Pixels:
    """A small picture for the screen: `rgb` holds width x height x 3 bytes, row by row from the top."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


def pixels(picture: bytes, width: int, height: int) -> Pixels:
    """Scale a JPEG, JPEG 2000 or PNG, or the image in an ISO record, to fit within width x height, shape kept.

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
    from PIL import Image

    if picture[:8] in _MAGICS:
        try:
            record = parse(picture)
        except MalformedRecord as error:
            raise UnreadablePicture(str(error)) from None
        if record.compression is Compression.RAW:
            return Image.frombytes("L", (record.width, record.height), record.image)
        picture = record.image
    try:
        with Image.open(BytesIO(picture), formats=_FORMATS) as image:
            if image.width * image.height > _LARGEST:
                raise UnreadablePicture("size")
            if wanted is not None:
                image.draft("RGB", wanted)
            image.load()
            return image.convert("L" if image.mode in ("1", "L", "I;16") else "RGB")
    except (OSError, SyntaxError, ValueError, ArithmeticError, EOFError) as error:
        raise UnreadablePicture(type(error).__name__) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # a warning may be set to be an error
        raise UnreadablePicture("size") from None


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
