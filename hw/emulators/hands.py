"""Synthetic hands held up to the camera: drawn from a seed, without the fingers that the pupil does not have."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from hw.types import Finger

SIZE = (640, 480)
_SKINS = ((224, 178, 140), (205, 156, 118), (182, 132, 96), (158, 110, 78))
_SHIRT = (238, 238, 240)
_FINGERS = ("THUMB", "INDEX", "MIDDLE", "RING", "LITTLE")
# Of each finger: where it begins (share of the palm's width from the thumb's side), its length, its lean in degrees.
_SHAPES = ((-0.08, 0.55, -48.0), (0.14, 0.92, -9.0), (0.4, 1.0, -1.0), (0.66, 0.94, 6.0), (0.9, 0.74, 15.0))


def draw_hands(subject: str, missing: frozenset[Finger], moment: int = 0) -> Image.Image:
    """Draw both hands, palms to the camera, RGB 640 x 480: the pupil's right hand is at the left."""
    chance = random.Random(f"{subject}/hands")
    moved = random.Random(f"{subject}/hands/{moment}")
    skin = chance.choice(_SKINS)
    picture = Image.new("RGB", SIZE, _SHIRT)
    paint = ImageDraw.Draw(picture)
    for side, centre in (("RIGHT", SIZE[0] * 0.27), ("LEFT", SIZE[0] * 0.73)):
        x, y = centre + moved.uniform(-6, 6), SIZE[1] * 0.66 + moved.uniform(-5, 5)
        _hand(paint, skin, x, y, outwards=-1 if side == "RIGHT" else 1, gone=_gone(side, missing))
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def _gone(side: str, missing: frozenset[Finger]) -> frozenset[int]:
    return frozenset(place for place, name in enumerate(_FINGERS) if Finger[f"{side}_{name}"] in missing)


def _hand(
    paint: ImageDraw.ImageDraw, skin: tuple[int, int, int], x: float, y: float, *, outwards: int, gone: frozenset[int]
) -> None:
    """Draw one hand; thumbs point to the middle of the picture, and of a finger that is not there a stump is left."""
    palm, shade = SIZE[1] * 0.3, tuple(round(level * 0.82) for level in skin)
    left = x - palm / 2
    paint.rounded_rectangle((left, y - palm * 0.42, left + palm, y + palm * 0.62), palm * 0.22, fill=skin)
    paint.rectangle((left + palm * 0.14, y + palm * 0.5, left + palm * 0.86, SIZE[1]), fill=skin)
    for place, (share, length, lean) in enumerate(_SHAPES):
        across = share if outwards > 0 else 1 - share
        root = (left + palm * across + palm * 0.05 * outwards, y - palm * (0.36 if place else -0.1))
        reach = palm * length * (0.16 if place in gone else 1.0)
        angle = math.radians(lean * outwards)
        tip = (root[0] + math.sin(angle) * reach, root[1] - math.cos(angle) * reach)
        width = round(palm * (0.2 if place else 0.24))
        paint.line((root, tip), fill=skin, width=width)
        for end in (root, tip):
            paint.ellipse((end[0] - width / 2, end[1] - width / 2, end[0] + width / 2, end[1] + width / 2), fill=skin)
        if place not in gone:
            middle = ((root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2)
            paint.line((middle[0] - width / 3, middle[1], middle[0] + width / 3, middle[1]), fill=shade, width=2)
