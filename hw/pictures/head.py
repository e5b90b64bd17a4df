"""What can be measured of a head before a cloth: where it is, its light, its eyes, the colour behind it.

Skin is found by its colour and the head as what differs from the cloth; there is no trained model. A scarf of the
colour of skin can hide the chin, a very dark picture the whole face: then less is measured, never something about the
person.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hw.types import Cloth

if TYPE_CHECKING:
    from PIL.Image import Image

SIZE = (240, 320)  # everything is measured on a copy of this size, 3:4 as on the card
_CELL = 4  # the coarse grid on which skin is gathered into faces
_OPEN = 0.045  # height of an open eye's iris as a share of the face's length
_SKIN = ((77, 127), (133, 178))  # Cb and Cr of skin of any shade
_UNLIKE = 40  # levels of difference in a colour that make a pixel no longer cloth


@dataclass(frozen=True)
class EyePair:
    """Whether both eyes show an iris, and the slope of the line between them in degrees."""

    open: bool
    tilt: float


@dataclass(frozen=True)
class Measures:
    """A picture's measures; with no face (`faces` 0) only the cloth and `level` mean anything.

    `off` is how far the face's middle is off, as a share of the width, positive to the right of the picture; `crown`
    how far the head begins below the top and `head_share` crown to chin, as shares of the height; `level` the face's
    brightness, 0 to 255; `balance` the pupil's left half against the right one, -1 to 1; `sharpness` the variance of
    the Laplacian at a common brightness; `plain_share` the share of the upper corners that has the cloth's colour;
    `cloth` None where it is neither.
    """

    cloth: Cloth | None
    plain_share: float
    faces: int
    off: float = 0.0
    crown: float = 0.0
    head_share: float = 0.0
    eyes: EyePair | None = None
    level: float = 0.0
    balance: float = 0.0
    sharpness: float = 0.0


@dataclass(frozen=True)
class _Ground:
    """The cloth: its colour, verdict, and the mask of what stands before it."""

    cloth: Cloth | None
    plain_share: float
    before: Image


@dataclass(frozen=True)
class _Face:
    """One face by its skin: the box, and where its chin must be; all in pixels of the measured copy."""

    left: int
    top: int
    right: int
    chin: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def length(self) -> float:
        return self.chin - self.top


def measure(image: Image) -> Measures:
    """Measure an RGB picture of any shape, cut to 3:4 first."""
    from PIL import ImageStat

    image = image.resize(SIZE, box=portrait_box(image))
    grey = image.convert("L")
    ground = _ground(image)
    skin = _skin(image, ground.before)
    areas = _gathered(skin)
    if not areas:
        return Measures(ground.cloth, ground.plain_share, 0, level=float(ImageStat.Stat(grey).mean[0]))
    face = _face(areas[0])
    crown = _crown(ground.before, face)
    level, balance = _lighting(grey, skin, face)
    return Measures(
        ground.cloth,
        ground.plain_share,
        faces=sum(len(area) >= 0.35 * len(areas[0]) for area in areas),
        off=face.middle / SIZE[0] - 0.5,
        crown=crown / SIZE[1],
        head_share=max(0.0, face.chin - crown) / SIZE[1],
        eyes=_eyes(grey, face),
        level=level,
        balance=balance,
        sharpness=_sharpness(grey, face, level),
    )


def middle_box(image: Image) -> tuple[int, int, int, int]:
    """Return the largest 3:4 box in the middle of a picture."""
    width = max(1, min(image.width, image.height * 3 // 4))
    height = max(1, min(image.height, image.width * 4 // 3))
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return left, top, left + width, top + height


def portrait_box(image: Image) -> tuple[int, int, int, int]:
    """Return the largest 3:4 box of a picture, with the skin's middle in its middle as far as the edges allow."""
    left, top, right, bottom = middle_box(image)
    width = right - left
    if width < image.width <= 4 * image.height:  # a strip is not a photograph, and would not shrink
        small = image.resize((max(1, image.width * 120 // image.height), 120))
        areas = _gathered(_skin(small, None))
        if areas:
            middle = sum(column for column, _row in areas[0]) / len(areas[0]) * _CELL + _CELL / 2
            left = round(middle * image.height / 120 - width / 2)
            left = max(0, min(image.width - width, left))
    return left, top, left + width, bottom


def _ground(image: Image) -> _Ground:
    """Look at the strips in the upper corners, where only cloth should be."""
    from PIL import Image as Images
    from PIL import ImageChops, ImageStat

    width, height = SIZE
    strip = Images.new("RGB", (16, height // 3))
    strip.paste(image.crop((0, 0, 8, height // 3)), (0, 0))
    strip.paste(image.crop((width - 8, 0, width, height // 3)), (8, 0))
    red, green, blue = (int(level) for level in ImageStat.Stat(strip).median)

    def unlike(part: Image) -> Image:
        """Mark what differs from the cloth in any of the three colours."""
        bands = ImageChops.difference(part, Images.new("RGB", part.size, (red, green, blue))).split()
        worst = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
        return worst.point([255 if level > _UNLIKE else 0 for level in range(256)])

    histogram = unlike(strip).histogram()
    cloth = None
    if red > 50 and red > 1.7 * green and red > 1.7 * blue:
        cloth = Cloth.RED
    elif blue > 50 and blue > 1.4 * red and blue > 1.25 * green:
        cloth = Cloth.BLUE
    return _Ground(cloth, histogram[0] / sum(histogram), unlike(image))


def _skin(image: Image, before: Image | None) -> Image:
    """Mark the pixels that have the colour of skin and do not belong to the cloth."""
    from PIL import ImageChops

    _y, blueness, redness = image.convert("YCbCr").split()
    mask: Image | None = before
    for band, (low, high) in zip((blueness, redness), _SKIN, strict=True):
        fits = band.point([255 if low <= level <= high else 0 for level in range(256)])
        mask = fits if mask is None else ImageChops.darker(mask, fits)
    assert mask is not None
    return mask


def _gathered(skin: Image) -> list[list[tuple[int, int]]]:
    """Gather skin into connected areas of cells (column, row), largest first; specks are left out."""
    coarse = skin.reduce(_CELL)
    levels = coarse.tobytes()
    cells = {(n % coarse.width, n // coarse.width) for n, level in enumerate(levels) if level > 127}
    areas = _connected(cells)
    areas.sort(key=len, reverse=True)
    return [area for area in areas if len(area) >= 0.012 * len(levels)]


def _connected(cells: set[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    areas: list[list[tuple[int, int]]] = []
    left = set(cells)
    while left:
        edge = [left.pop()]
        area = list(edge)
        while edge:
            column, row = edge.pop()
            for near in ((column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1)):
                if near in left:
                    left.remove(near)
                    edge.append(near)
                    area.append(near)
        areas.append(area)
    return areas


def _face(area: list[tuple[int, int]]) -> _Face:
    """Find the chin: a neck makes skin go on below it, so the ellipse of the face is followed instead.

    Below its widest row an ellipse has 0.55 of its width at 0.835 of its half height; necks are narrower.
    """
    columns_of: dict[int, list[int]] = {}
    for column, row in area:
        columns_of.setdefault(row, []).append(column)
    widths = {row: max(columns) - min(columns) + 1 for row, columns in columns_of.items()}  # the mouth is a hole
    widest = max(widths.values())
    wide = [row for row, width in widths.items() if width >= 0.96 * widest]
    centre = (min(wide) + max(wide)) / 2
    narrow = next((row for row in range(max(wide), max(widths) + 2) if widths.get(row, 0) < 0.55 * widest), max(widths))
    chin = centre + (narrow - 0.5 - centre) / 0.835 + 0.5
    columns = [column for column, row in area if row <= chin]
    return _Face(
        min(columns) * _CELL, min(widths) * _CELL, (max(columns) + 1) * _CELL, min(chin, max(widths) + 1) * _CELL
    )


def _crown(before: Image, face: _Face) -> float:
    """Return the first row in which the head stands before the cloth, hair and scarf included."""
    from PIL.Image import Resampling

    quarter = (face.right - face.left) // 4
    band = before.crop((face.left + quarter, 0, face.right - quarter, max(1, face.top + 1)))
    rows = band.resize((1, band.height), Resampling.BOX).tobytes()
    return next((row for row, level in enumerate(rows) if level > 127), face.top)


def _eyes(grey: Image, face: _Face) -> EyePair | None:
    """Find the darkest compact spot in each half of the band where eyes are; None when a half has none."""
    top, bottom = round(face.top + 0.2 * face.length), round(face.top + 0.62 * face.length)
    inset = (face.right - face.left) // 8
    middle = round(face.middle)
    spots: list[tuple[float, float, int]] = []
    for left, right in ((face.left + inset, middle), (middle, face.right - inset)):
        if right - left < 8 or bottom - top < 8:
            return None
        half = grey.crop((left, top, right, bottom))
        levels = half.tobytes()
        limit = sorted(levels)[len(levels) // 2] * 0.5
        dark = {(n % half.width, n // half.width) for n, level in enumerate(levels) if level < limit}
        areas = [area for area in _connected(dark) if not _touches_edge(area, half.width)]
        if not areas:
            return None
        # An iris is as tall as wide; brows, lashes and closed lids are lines.
        area = max(areas, key=lambda cells: len({row for _column, row in cells}))
        tall = len({row for _column, row in area})
        x = left + sum(column for column, _row in area) / len(area)
        y = top + sum(row for _column, row in area) / len(area)
        spots.append((x, y, tall))
    (x, y, tall), (other_x, other_y, other_tall) = spots
    tilt = math.degrees(math.atan2(other_y - y, max(1.0, other_x - x)))
    return EyePair(min(tall, other_tall) >= _OPEN * face.length, tilt)


def _touches_edge(area: list[tuple[int, int]], width: int) -> bool:
    """Say whether a dark area comes in from outside of the band: hair, not an eye."""
    return any(column in (0, width - 1) or row == 0 for column, row in area)


def _lighting(grey: Image, skin: Image, face: _Face) -> tuple[float, float]:
    """Return the face's brightness, and its halves compared; the pupil's left is at the right of the picture."""
    from PIL import ImageStat

    def mean(left: float, right: float) -> float:
        box = (round(left), face.top, round(right), max(face.top + 1, round(face.chin)))
        return float(ImageStat.Stat(grey.crop(box), skin.crop(box)).mean[0]) if right - left >= 1 else 0.0

    pupils_right, pupils_left = mean(face.left, face.middle), mean(face.middle, face.right)
    brighter = max(1.0, pupils_right, pupils_left)
    return (pupils_right + pupils_left) / 2, (pupils_left - pupils_right) / brighter


def _sharpness(grey: Image, face: _Face, level: float) -> float:
    """Measure the detail of the face as if it were lit like any other."""
    from hw.pictures.pixels import detail

    box = (face.left, face.top, face.right, max(face.top + 3, round(face.chin)))
    return detail(grey.crop(box)) * (128 / max(32.0, level)) ** 2
