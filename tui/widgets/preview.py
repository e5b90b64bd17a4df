"""A picture in half cells: two pixels in one character, upper half over lower half, as few bytes as a slow link takes.

Telling a terminal two colours takes some twenty-six bytes and a character three, so what costs is not the size of the
picture but how often the colour changes along a line. Colours are therefore cut to as many steps as the budget allows;
without colour, or where even two steps are too many, the picture is drawn in four shades.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style

from tui.line import Line

if TYPE_CHECKING:
    from hw.pictures.pixels import Pixels
    from tui.ink import Look

WIDTH, HEIGHT = 36, 15
"""Of the camera's picture at 80x24, in cells."""
WIDE = (60, 27)
"""Of the same where the terminal has the room."""
A_CELL, BUDGET = 8, 11_000
"""Bytes for each cell of a picture's place, and for the whole of it; of 40x20 cells that is half of what is allowed."""

_STEPS = ((0, 1, 2, 3, 4, 5), (0, 2, 3, 5), (0, 2, 4), (0, 3))
"""Which of the six levels of the 256-colour cube a channel may have, finest first."""
_SHADES = " ░▒▓█"
_ONE_COLOUR, _TWO_COLOURS = 15, 26
_LEAST = 64  # for a place of a few cells, where one change of colour is most of it


def shown(
    picture: Pixels, look: Look, width: int = WIDTH, height: int = HEIGHT, budget: int | None = None
) -> list[Line]:
    """Draw a picture in the middle of width x height cells; larger ones are cut."""
    if budget is None:
        budget = min(_LEAST + A_CELL * width * height, BUDGET)
    rows = _shaded(picture) if not look.colour else _coloured(picture, budget)
    left = max((width - picture.width) // 2, 0)
    top = max((height - (picture.height + 1) // 2) // 2, 0)
    made = [Line().put(width - 1, " ") for _row in range(height)]
    for offset, row in enumerate(rows[: height - top]):
        made[top + offset].over(left, row.crop(width - left))
    return made


def of_frame(frame: bytes, look: Look, width: int, height: int) -> list[Line]:
    """Draw a device's frame in width x height cells; takes some milliseconds, so off the application's loop.

    Raises UnreadablePicture.
    """
    from hw.pictures.pixels import pixels

    return shown(pixels(frame, width, height * 2), look, width, height)


def cost(lines: list[Line]) -> int:
    """Return about how many bytes the lines take on the wire: each run tells its colours and takes them back."""
    spent = 0
    for line in lines:
        told: object = None
        for column, character in enumerate(str(line)):
            ink = line.ink_at(column)
            if ink != told and isinstance(ink, Style):
                spent += _ONE_COLOUR if ink.color is None else _TWO_COLOURS
            told = ink
            spent += 1 if character == " " else 3
    return spent


def _coloured(picture: Pixels, budget: int) -> list[Line]:
    """Draw in the finest colours that the budget allows, and in shades where it allows none."""
    for steps in _STEPS:
        nearest = bytes(min(steps, key=lambda step: abs(_level(step) - value)) for value in range(256))
        levels = picture.rgb.translate(nearest)
        made = [_colour_row(upper, lower) for upper, lower in _pairs(levels, picture.width)]
        if cost(made) <= budget:
            return made
    return _shaded(picture)


def _level(step: int) -> int:
    """Return how bright a step of xterm's colour cube is."""
    return 55 + 40 * step if step else 0


def _pairs(octets: bytes, width: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield two rows of pixels at a time; a last one alone is doubled."""
    rows = [octets[start : start + width * 3] for start in range(0, len(octets), width * 3)]
    for index in range(0, len(rows), 2):
        yield rows[index], rows[min(index + 1, len(rows) - 1)]


def _colour_row(upper: bytes, lower: bytes) -> Line:
    line = Line()
    for at in range(0, len(upper), 3):
        above, below = _number(upper, at), _number(lower, at)
        # A cell of one colour is a space, so that a run of them needs no more than one change.
        line.add(" " if above == below else "▀", _style(above, below))
    return line


def _number(levels: bytes, at: int) -> int:
    return 16 + 36 * levels[at] + 6 * levels[at + 1] + levels[at + 2]


@lru_cache(maxsize=4096)
def _style(above: int, below: int) -> Style:
    if above == below:
        return Style.parse(f"on color({below})")
    return Style.parse(f"color({above}) on color({below})")


def _shaded(picture: Pixels) -> list[Line]:
    return [_shade_row(upper, lower) for upper, lower in _pairs(picture.rgb, picture.width)]


def _shade_row(upper: bytes, lower: bytes) -> Line:
    text = ""
    for at in range(0, len(upper), 3):
        above, below = _brightness(upper, at), _brightness(lower, at)
        if abs(above - below) > 96:
            text += "▀" if above > below else "▄"
        else:
            text += _SHADES[min((above + below) // 2 * len(_SHADES) // 256, len(_SHADES) - 1)]
    return Line(text)


def _brightness(rgb: bytes, at: int) -> int:
    return (299 * rgb[at] + 587 * rgb[at + 1] + 114 * rgb[at + 2]) // 1000
