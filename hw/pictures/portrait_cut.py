"""What of a picture goes onto the card: its shape, the head's place in it, and how many pixels are kept."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from hw.cameras.mjpeg import MalformedFrame, whole
from hw.pictures.head import measure, middle_box, portrait_box
from hw.types import Portrait

if TYPE_CHECKING:
    from PIL.Image import Image

    from hw.pictures.pixels import Pixels

HEAD = (0.695, 0.805)
"""The head's share of the picture's height, crown to chin: 70 to 80 % as a screen rounds it."""

_ABOVE = 0.42  # the share of the room left by the head that is above it
_LEAST = (480, 640)  # a head that fills three quarters of it has its eyes 90 pixels apart, ISO/IEC 19794-5's least
_MOST = (960, 1280)  # four times what 300 dpi print of it on the card
_MOST_BYTES = 2_000_000
_DECODED = (1200, 1600)  # a still need not be decoded larger than a cut of it is kept


def crop_portrait(portrait: Portrait) -> Portrait:
    """Cut a still to the card's 3:4, around the head where one is seen, else the middle. Raises UnreadablePicture.

    A still that has the shape already was composed by whoever took it, and is returned as the camera sent it, so that
    nothing is compressed twice; it is decoded all the same, so that what is kept is known to be a picture, of the size
    that it says. A camera held upright says so in its EXIF data, of which nothing else is kept.
    """
    from PIL import ImageOps
    from PIL.Image import Resampling

    from hw.pictures.pixels import decode

    sent = decode(portrait.image, _DECODED)
    image = ImageOps.exif_transpose(sent).convert("RGB")
    # A transposed picture is another one; the reduction is the same either way.
    box = cut(image, reduction(portrait.image, sent))
    whole_image = box == (0, 0, *image.size) and image.size == sent.size
    if whole_image and image.height <= _MOST[1] and len(portrait.image) <= _MOST_BYTES:
        return Portrait(portrait.image, image.width, image.height)
    image = image.crop(box)
    image.thumbnail(_MOST, Resampling.LANCZOS)
    octets = BytesIO()
    image.save(octets, "JPEG", quality=95, subsampling=0)
    return Portrait(octets.getvalue(), image.width, image.height)


def preview(picture: bytes, width: int, height: int) -> Pixels:
    """Scale the middle of a live or still picture, in the card's shape, to fit within width x height.

    The middle and not the cut that the card would get: a cut that follows the head would move the whole picture with
    every breath, and a picture that moves is a slow line's whole budget. Raises UnreadablePicture.
    """
    from PIL.Image import Resampling

    from hw.pictures.pixels import Pixels, decode

    image = decode(picture, (width, height)).convert("RGB")
    image = image.crop(middle_box(image))
    image.thumbnail((width, height), resample=Resampling.BOX)
    return Pixels(image.width, image.height, image.tobytes())


def cut(image: Image, smaller: float) -> tuple[int, int, int, int]:
    """Return the box of a picture that the card gets: 3:4, the head as tall in it as it should be, where it can be.

    `smaller` is how many times smaller the picture is than it was sent: the cut never has fewer than `_LEAST` pixels of
    those, and never enlarges; then the head stays small, and the pre-check says so.
    """
    if abs(image.width * 4 - image.height * 3) <= 4:
        return 0, 0, image.width, image.height
    left, top, right, bottom = portrait_box(image)
    seen = measure(image.crop((left, top, right, bottom)))
    tall = bottom - top
    head = seen.head_share * tall
    height = max(head * 2 / sum(HEAD), _LEAST[1] / smaller)
    if seen.faces != 1 or not head or seen.head_share >= HEAD[0] or height >= tall:
        return left, top, right, bottom
    size = round(height * 3 / 4), round(height)
    middle = left + (0.5 + seen.off) * (right - left)
    crown = top + seen.crown * tall
    at = round(middle - size[0] / 2), round(crown - (height - head) * _ABOVE)
    x, y = (min(max(0, at[n]), image.size[n] - size[n]) for n in (0, 1))
    return x, y, x + size[0], y + size[1]


def reduction(picture: bytes, image: Image) -> float:
    """Return how many times larger a picture was sent than it was decoded; only a JPEG is decoded smaller."""
    try:
        return whole(picture).height / image.height
    except MalformedFrame:
        return 1.0
