"""Synthetic fingers: ridge patterns drawn from a seed, and what pressure, moisture and blur make of them.

No print of a person was used or could come out: a pattern is a smooth phase field, a ridge every nine pixels (500
pixels an inch), noise. What a scanner would say of the picture is not decided here.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from hw.types import Finger

SIZE = (288, 384)
_PERIOD = 9.0  # pixels from ridge to ridge
_CELL = 12  # the phase is computed on a grid this wide and interpolated
_LEVELS = 65536
_TURN = 1024  # levels from ridge to ridge, which leaves room for 64 ridges


@dataclass(frozen=True)
class Touch:
    """How the finger lay on the glass: 0.5 is right for both; `blur` in pixels, `offset` as a share of the width."""

    pressure: float = 0.5
    wetness: float = 0.5
    blur: float = 0.0
    offset: float = 0.0


def draw_finger(subject: str, finger: Finger, touch: Touch, attempt: int = 0) -> Image.Image:
    """Draw one finger, dark ridges on white, mode L; the same arguments give the same pixels everywhere."""
    ridges = _ridges(subject, finger)
    chance = random.Random(f"{subject}/{finger.name}/{attempt}")
    width, height = SIZE
    grain = _noise(chance, (width // 2, height // 2)).resize(SIZE, Image.Resampling.BICUBIC)
    # Moisture and force widen the ridges until they touch; a dry or light finger leaves them broken.
    spread = (touch.wetness - 0.5) * 190 + (touch.pressure - 0.5) * 90
    dryness = max(0.0, 0.5 - touch.wetness) + max(0.0, 0.5 - touch.pressure)
    roughness = chance.uniform(0.22, 0.34) + dryness
    worn = Image.blend(ridges, grain, min(0.85, roughness))
    threshold = 128 + spread
    picture = worn.point([_edge(level - threshold) for level in range(256)])
    if touch.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(touch.blur))
    return ImageChops.lighter(picture, _glass(chance, touch))


def _edge(distance: float) -> int:
    return round(255 / (1 + math.exp(-max(-40.0, min(40.0, distance / 14)))))


def _ridges(subject: str, finger: Finger) -> Image.Image:
    """Draw the pattern itself: an arch, a loop or a whorl by chance, bent by a few slow waves."""
    chance = random.Random(f"{subject}/{finger.name}")
    pattern = chance.choice((_arch, _loop, _loop, _whorl))
    waves = [(chance.uniform(-12, 12), chance.uniform(30, 70), chance.uniform(0, math.tau)) for _ in range(4)]
    lean = chance.choice((-1, 1)) * chance.uniform(0.5, 1.0)
    columns, rows = SIZE[0] // _CELL + 1, SIZE[1] // _CELL + 1
    grid: list[float] = []
    for row in range(rows):
        for column in range(columns):
            x, y = column * _CELL - SIZE[0] / 2, row * _CELL - SIZE[1] * 0.45
            bend = sum(
                size * math.sin((x * (n % 2) + y * (1 - n % 2)) / length + start)
                for n, (size, length, start) in enumerate(waves)
            )
            grid.append((pattern(x, y, lean) + bend) / _PERIOD)
    lowest = min(grid)
    phase = Image.new("F", (columns, rows))
    phase.putdata([min(_LEVELS - 1.0, (value - lowest) * _TURN) for value in grid])
    return phase.resize(SIZE, Image.Resampling.BICUBIC).convert("I").point(_wave(), "L")


@cache
def _wave() -> list[int]:
    """Return the grey level of a ridge for each level of the phase."""
    return [round(127.5 + 127.5 * math.cos(math.tau * level / _TURN)) for level in range(_LEVELS)]


def _arch(x: float, y: float, lean: float) -> float:
    return y + 55 * math.exp(-((x / 70) ** 2)) * math.exp(-(((y - 30) / 120) ** 2)) + 12 * lean * math.sin(x / 90)


def _loop(x: float, y: float, lean: float) -> float:
    turned, along = x - lean * max(0.0, y) * 0.55, max(0.0, y)
    return math.hypot(turned, min(0.0, y) * 0.9) + along * 0.12


def _whorl(x: float, y: float, lean: float) -> float:
    return math.hypot(x * (1.15 + 0.1 * lean), y * 0.85)


def _noise(chance: random.Random, size: tuple[int, int]) -> Image.Image:
    return Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))


def _glass(chance: random.Random, touch: Touch) -> Image.Image:
    """Draw what the finger does not touch, white, with a soft edge; force makes the contact larger."""
    width, height = SIZE
    grown = 0.62 + 0.5 * min(1.0, max(0.0, touch.pressure))
    half_width, half_height = width * 0.47 * min(1.0, grown), height * 0.47 * min(1.0, grown)
    x = width / 2 + touch.offset * width + chance.uniform(-6, 6)
    y = height / 2 + chance.uniform(-8, 8)
    glass = Image.new("L", (width // 4, height // 4), 255)
    box = ((x - half_width) / 4, (y - half_height) / 4, (x + half_width) / 4, (y + half_height) / 4)
    ImageDraw.Draw(glass).ellipse(box, fill=0)
    return glass.resize(SIZE, Image.Resampling.BICUBIC)
