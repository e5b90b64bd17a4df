"""A signature's strokes made visible: a picture for paper and card, characters for the terminal."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator

from hw.types import PenPoint, Signature

_SAMPLING = 4
_MARGIN = 0.04
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a braille cell above U+2800, by row and column (Unicode chapter 21.1)."""
_HALVES = " ▀▄█"


def strokes(points: Iterable[PenPoint]) -> tuple[tuple[PenPoint, ...], ...]:
    """Cut samples into strokes where the pen lifts; a stroke not yet lifted counts too."""
    cut: list[tuple[PenPoint, ...]] = []
    stroke: list[PenPoint] = []
    for point in points:
        if point.down:
            stroke.append(point)
        elif stroke:
            cut.append(tuple(stroke))
            stroke = []
    return (*cut, tuple(stroke)) if stroke else tuple(cut)


def draw(signature: Signature, width: int, height: int) -> bytes:
    """Draw the ink as large as it fits, undistorted and centred, black on clear: PNG bytes of width x height pixels.

    Pressure makes the line wider. Raises ValueError for a signature without points.
    """
    from PIL import Image, ImageDraw

    points = [point for stroke in signature.strokes for point in stroke]
    if not points or width < 1 or height < 1:
        raise ValueError("nothing to draw")
    left, top = min(p.x for p in points) * signature.aspect, min(p.y for p in points)
    wide, high = max(p.x for p in points) * signature.aspect - left, max(p.y for p in points) - top
    canvas_width, canvas_height = width * _SAMPLING, height * _SAMPLING
    margin = 2 * _MARGIN * min(canvas_width, canvas_height)
    # A dot has no size of its own: it is drawn as on a pad of height 1.
    scale = min((canvas_width - margin) / max(wide, 0.05), (canvas_height - margin) / max(high, 0.05))
    offset_x = (canvas_width - wide * scale) / 2 - left * scale
    offset_y = (canvas_height - high * scale) / 2 - top * scale

    ink = Image.new("L", (canvas_width, canvas_height), 0)
    pen = ImageDraw.Draw(ink)

    def place(point: PenPoint) -> tuple[float, float]:
        return point.x * signature.aspect * scale + offset_x, point.y * scale + offset_y

    def radius(point: PenPoint) -> float:
        return max(_SAMPLING / 2, min(canvas_width, canvas_height) * (0.006 + 0.012 * point.pressure))

    for stroke in signature.strokes:
        for point in stroke:
            (x, y), r = place(point), radius(point)
            pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
        for begin, end in itertools.pairwise(stroke):
            pen.line((place(begin), place(end)), fill=255, width=round(radius(begin) + radius(end)))
    picture = Image.new("LA", (width, height), (0, 0))
    picture.putalpha(ink.resize((width, height), Image.Resampling.LANCZOS))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def braille(signature: Signature, columns: int, rows: int) -> tuple[str, ...]:
    """Draw the ink in lines of braille, 2 x 4 dots a character; the box is the whole pad, so that ink never moves.

    A character without a dot is a space: some fonts draw U+2800 as empty circles.
    """
    cells = [[0] * columns for _ in range(rows)]
    for x, y in _raster(signature, columns * 2, rows * 4):
        cells[y // 4][x // 2] |= _DOTS[y % 4][x % 2]
    return tuple("".join(chr(0x2800 + cell) if cell else " " for cell in row) for row in cells)


def half_cells(signature: Signature, columns: int, rows: int) -> tuple[str, ...]:
    """Draw the same in half blocks, 1 x 2 dots a character, for fonts without braille."""
    cells = [[0] * columns for _ in range(rows)]
    for x, y in _raster(signature, columns, rows * 2):
        cells[y // 2][x] |= 1 + y % 2
    return tuple("".join(_HALVES[cell] for cell in row) for row in cells)


def _raster(signature: Signature, width: int, height: int) -> Iterator[tuple[int, int]]:
    def place(point: PenPoint) -> tuple[int, int]:
        return (
            round(min(1.0, max(0.0, point.x)) * (width - 1)),
            round(min(1.0, max(0.0, point.y)) * (height - 1)),
        )

    if width < 1 or height < 1:
        return
    for stroke in signature.strokes:
        dots = [place(point) for point in stroke]
        yield from dots[:1]
        for begin, end in itertools.pairwise(dots):
            yield from _line(begin, end)


def _line(begin: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Every dot after the first on the straight line between two dots."""
    wide, high = end[0] - begin[0], end[1] - begin[1]
    steps = max(abs(wide), abs(high))
    for step in range(1, steps + 1):
        yield begin[0] + round(wide * step / steps), begin[1] + round(high * step / steps)
