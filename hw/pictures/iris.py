"""A score for an iris picture from its pixels, and how far the eye is open: the hole found, its edges walked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDTH = 320  # everything is measured on a copy this wide
_DARK = 60  # the hole of the eye is the darkest thing an infrared scanner sees
_SHARP = 8.0  # variance of the Laplacian beside the hole of a sharp iris at that width
_WIDE_OPEN = 0.98  # share of the iris' height that must show for a full mark
_BRIGHT = 138  # sclera and skin are brighter than any iris in infrared


@dataclass(frozen=True)
class EyeCheck:
    """What the pixels of one eye say: `score` 0 to 100; `open_share` 0 to 1, the visible part of the iris' height.

    `glare` is the share of the iris that is burnt out, by a lamp's reflection in glasses.
    """

    score: float
    open_share: float
    glare: float


_NOTHING = EyeCheck(0.0, 0.0, 0.0)


def check_eye(picture: bytes) -> EyeCheck:
    """Measure one eye. Raises UnreadablePicture."""
    from hw.pictures.pixels import decode

    return measure_eye(decode(picture).convert("L"))


def measure_eye(image: Image) -> EyeCheck:
    """Measure the grey picture of one eye; a picture without a hole in the middle of an iris scores 0."""
    from PIL import ImageFilter

    from hw.pictures.pixels import detail

    height = round(image.height * _WIDTH / image.width)
    if height < 40:
        return _NOTHING
    image = image.resize((_WIDTH, height))
    fine, smooth = image.filter(ImageFilter.BoxBlur(1)), image.filter(ImageFilter.BoxBlur(2))  # the sensor's grain
    hole = _hole(smooth)
    if hole is None:
        return _NOTHING
    x, y, radius = hole
    reach = radius * 5
    left = _edge(smooth, x, y, -1, 0, radius * 1.15, reach)
    right = _edge(smooth, x, y, 1, 0, radius * 1.15, reach)
    iris = (left + right) / 2
    if iris < radius * 1.2:
        return _NOTHING
    # Three columns, because a lash or a fibre may stop one of them early.
    columns = [round(x + share * radius) for share in (-1.2, 0.0, 1.2)]
    heights = sorted(
        _edge(smooth, column, y, 0, -1, 2, iris) + _edge(smooth, column, y, 0, 1, 2, iris) for column in columns
    )
    open_share = min(1.0, heights[1] / (2 * iris))
    box = (round(x - iris), round(y - iris * open_share), round(x + iris), round(y + iris * open_share))
    ring = image.crop((max(0, box[0]), max(0, box[1]), min(_WIDTH, box[2]), min(height, box[3])))
    histogram = ring.histogram()
    glare = sum(histogram[245:]) / max(1, ring.width * ring.height)
    inside = min(1.0, max(0.0, min(box[0], box[1], _WIDTH - box[2], height - box[3]) / 4 + 1))
    focus = min(1.0, detail(_texture(fine, x, y, radius, iris)) / _SHARP)
    openness = min(1.0, open_share / _WIDE_OPEN)
    score = 100 * focus * openness * inside * max(0.0, 1 - 6 * glare)
    return EyeCheck(round(score, 1), round(open_share, 3), round(glare, 4))


def _hole(smooth: Image) -> tuple[int, int, float] | None:
    """Find the hole of the eye: centre and radius of the dark pixels, if they are round enough to be one."""
    dark = smooth.point([255 if level < _DARK else 0 for level in range(256)])
    box = dark.getbbox()
    if box is None:
        return None
    columns = dark.reduce((1, dark.height)).tobytes()
    rows = dark.reduce((dark.width, 1)).tobytes()
    area = dark.histogram()[255]
    x = round(sum(n * share for n, share in enumerate(columns)) / max(1, sum(columns)))
    y = round(sum(n * share for n, share in enumerate(rows)) / max(1, sum(rows)))
    wide, high = box[2] - box[0], box[3] - box[1]
    if wide < 12 or not 0.7 < wide / high < 8 or area < 0.6 * wide * high:  # a lid may hide much of the disc
        return None
    return x, y, wide / 2


def _edge(smooth: Image, x: int, y: int, across: int, down: int, start: float, reach: float) -> float:
    """Walk from the hole outwards until sclera or skin begins, and return how far that was."""
    levels: list[int] = []
    for step in range(round(start), round(reach) + 1):
        column, row = x + across * step, y + down * step
        if not (0 <= column < smooth.width and 0 <= row < smooth.height):
            break
        level = smooth.getpixel((column, row))
        levels.append(int(level) if isinstance(level, int | float) else 0)
        if len(levels) > 4 and min(levels[-4:]) > _BRIGHT:
            return step - 3
    return start + len(levels)


def _texture(image: Image, x: int, y: int, radius: float, iris: float) -> Image:
    """Return the two pieces of iris beside the hole, which lids do not reach, as one picture."""
    from PIL import Image as Images

    inner, outer, half = round(radius * 1.3), round(iris * 0.9), max(3, round(radius * 0.5))
    width = max(3, outer - inner)
    both = Images.new("L", (width, 4 * half))
    both.paste(image.crop((x - inner - width, y - half, x - inner, y + half)), (0, 0))
    both.paste(image.crop((x + inner, y - half, x + inner + width, y + half)), (0, 2 * half))
    return both
