"""Frames at random: text of every width, pens, rows that scroll, pieces written over others."""

from __future__ import annotations

import random

from tests.tui.drawn import Drawn
from tui.terminal.abilities import Abilities
from tui.terminal.cells import CellTable, Frame
from tui.terminal.pen import change

PENS = (
    "",
    "",
    "7",
    "1",
    "4;31",
    "38;5;120",
    "48;2;10;20;30",
    "38;2;1;2;3;48;2;9;9;9",
    "9;3",
    "44",
    "1;37;41",
    "30;46",
)
WIDE, UNEVEN = "日本語한국字", "😀🎉"
NARROW = ("e\u0301", "é", "─", "★", "‹", "▀", "ñ")


def abilities(chance: random.Random) -> Abilities:
    """Return those of a terminal that may lack any of them."""
    return Abilities(chance.random() < 0.7, chance.random() < 0.8, chance.random() < 0.8)


def text(chance: random.Random, width: int) -> str:
    """Return text of exactly so many cells."""
    made, left = "", width
    while left:
        kind = chance.random()
        if kind < 0.14 and left >= 2:
            made += chance.choice(WIDE if kind < 0.12 else UNEVEN)
            left -= 2
        elif kind < 0.17:
            made += chance.choice(NARROW)
            left -= 1
        elif kind < 0.5:
            count = min(left, chance.randrange(1, 20))
            made += chance.choice(" -x") * count
            left -= count
        else:
            made += chr(chance.randrange(33, 127))
            left -= 1
    return made


def change_at_random(chance: random.Random, frame: Frame) -> None:
    """Write what an application might: some rows scroll, some pieces are drawn over, as Textual writes them."""
    rows, columns = len(frame.rows), frame.columns
    if chance.random() < 0.4 and rows > 2:
        first = chance.randrange(rows - 1)
        end = chance.randrange(first + 1, rows + 1)
        by = chance.randrange(end - first)
        frame.rows[first:end] = frame.rows[first + by : end] + frame.rows[first : first + by]
    for _piece in range(chance.randrange(1, rows + 2)):
        y, x, pen = chance.randrange(rows), chance.randrange(columns), chance.choice(PENS)
        run = text(chance, chance.randrange(1, columns - x + 1))
        written = f"\x1b[{pen}m{run}\x1b[0m" if pen else run
        frame.apply(
            f"\x1b[{y + 1};{x + 1}H{written}\n\x1b[{chance.randrange(rows) + 1};{chance.randrange(columns) + 1}H"
        )


def cell_by_cell(table: CellTable, frame: Frame) -> Drawn:
    """Draw a frame in the plainest way there is: every cell placed, its pen said whole."""
    drawn = Drawn(frame.columns, len(frame.rows))
    drawn.write("\x1b[?7l")
    for y, row in enumerate(frame.rows):
        for x, cell in enumerate(row):
            if cell != table.right_half:
                drawn.write(f"\x1b[{y + 1};{x + 1}H{change(None, table.pen[cell])}{table.text[ord(cell)]}")
    return drawn
