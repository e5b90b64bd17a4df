"""Synthetic irises as an infrared scanner sees them: drawn from a seed, with lids, blur and the glare of glasses."""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from hw.types import Eye

SIZE = (480, 360)
_FIBRES, _RINGS = 150, 4


@dataclass(frozen=True)
class Gaze:
    """How the pupil looked into the scanner.

    `lid` 0 is wide open and 1 closed; `blur` in pixels; `offset` a share of the width; `glare` of glasses from 0 to 1.
    """

    lid: float = 0.1
    blur: float = 0.0
    offset: float = 0.0
    glare: float = 0.0


def draw_eye(subject: str, eye: Eye, gaze: Gaze, attempt: int = 0) -> Image.Image:
    """Draw one eye, mode L; the same arguments give the same pixels everywhere."""
    chance = random.Random(f"{subject}/{eye.name}")
    moved = random.Random(f"{subject}/{eye.name}/{attempt}")
    width, height = SIZE
    iris = 104 + chance.uniform(-5, 5)
    hole = iris * chance.uniform(0.34, 0.46)
    x = width / 2 + gaze.offset * width + moved.uniform(-8, 8)
    y = height / 2 + moved.uniform(-6, 6)
    picture = Image.new("L", SIZE, 205)
    disc = _disc(chance, iris, hole)
    picture.paste(disc[0], (round(x - iris), round(y - iris)), disc[1])
    _lids(picture, x, y, iris, gaze.lid)
    paint = ImageDraw.Draw(picture)
    if gaze.lid < 0.75:
        paint.ellipse(_box(x - hole * 0.4, y - hole * 0.35, 7), fill=250)  # the scanner's own lamp
    if gaze.glare > 0:
        reach = iris * 0.7 * gaze.glare
        paint.ellipse((x - reach, y - reach * 0.5, x + reach * 0.6, y + reach * 0.4), fill=252)
    picture = picture.filter(ImageFilter.GaussianBlur(0.8 + gaze.blur))
    grain = Image.frombytes("L", SIZE, moved.randbytes(width * height)).point([level // 32 for level in range(256)])
    return ImageChops.subtract(ImageChops.add(picture, grain), Image.new("L", SIZE, 4))


def _disc(chance: random.Random, iris: float, hole: float) -> tuple[Image.Image, Image.Image]:
    """Draw iris and pupil, and the mask to paste them by: fibres along the radius, in rings that do not line up."""
    side = math.ceil(iris * 2)
    disc = Image.new("L", (side, side), 110)
    paint = ImageDraw.Draw(disc)
    edges = [hole + (iris - hole) * ring / _RINGS for ring in range(_RINGS + 1)]
    for near, far in itertools.pairwise(edges):
        for fibre in range(_FIBRES):
            angle = math.tau * (fibre + chance.random()) / _FIBRES
            x, y = math.cos(angle), math.sin(angle)
            ends = (iris + x * near, iris + y * near, iris + x * far, iris + y * far)
            paint.line(ends, fill=chance.randrange(70, 150), width=3)
    paint.ellipse(_box(iris, iris, hole), fill=18)
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, side - 1, side - 1), fill=255)
    return disc, mask


def _lids(picture: Image.Image, x: float, y: float, iris: float, lid: float) -> None:
    """Draw the skin above and below an opening shaped like an almond."""
    width, height = picture.size
    opening = iris * 1.12 * (1 - lid)
    top, bottom = y - opening, y + opening * 0.95
    curve = [(x + step * width / 32, step / 16) for step in range(-20, 21)]
    upper = [(px, y - (y - top) * max(0.0, 1 - (share * 0.85) ** 2)) for px, share in curve]
    lower = [(px, y + (bottom - y) * max(0.0, 1 - (share * 0.85) ** 2)) for px, share in curve]
    paint = ImageDraw.Draw(picture)
    paint.polygon([(-width, -height), *upper, (2 * width, -height)], fill=165)
    paint.polygon([(-width, 2 * height), *lower, (2 * width, 2 * height)], fill=170)
    paint.line(upper, fill=80, width=3)  # lashes


def _box(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return (x - radius, y - radius, x + radius, y + radius)
