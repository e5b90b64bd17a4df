"""Cells and frames: what Textual writes, read back into rows of interned cells.

A row is a string with one code point for each column, and that code point is the number of an interned pair of text and
pen. Rows are therefore compared, hashed and sliced as fast as strings are.
"""

from __future__ import annotations

import re

from tui.line import clusters, is_narrow
from tui.terminal.pen import PLAIN, SEEN_ON_A_BLANK, Pen, UnknownOutput, moved

_PLACE = re.compile(r"\x1b\[(\d+);(\d+)H")
_TOKEN = re.compile(
    r"\x1b\[(?P<sgr>[\d;]*)m|\x1b\]8;[^;]*;(?P<link>[^\x1b\x07]*)(?:\x1b\\|\x07)|(?P<text>[^\x00-\x1f\x7f]+)|(?P<other>.)",
    re.DOTALL,
)
_RUNS_KEPT = 3000
_EVEN = ((0, 0x590), (0x2010, 0x2060), (0x2190, 0x2300), (0x2500, 0x2600), (0x2800, 0x2900))
"""Where every terminal draws a character of one code point in one column: Latin to Armenian, arrows, boxes, braille."""
_EVEN_WIDE = ((0x3000, 0xA4D0), (0xAC00, 0xD7B0))
"""And where in two: the ideographs and Hangul."""


class CellTable:
    """All cells that were ever drawn, each with a number; a frame of a screen of ours has some two hundred."""

    MOST = 1_000_000
    """So many code points are used at most; whoever has reached it clears the table and draws everything anew."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget every cell; rows made before mean nothing any more."""
        self.text: dict[int, str] = {}
        """What a cell shows, by its number, as `str.translate` wants it."""
        self.pen: dict[str, Pen] = {}
        self.uneven: set[str] = set()
        """Cells that terminals do not agree on how wide they are; behind one of them nobody knows where the pen is."""
        self.wide: set[str] = set()
        self.inkless: set[str] = set()
        """Blanks that show their paper alone, so that any ink may be in the pen that draws them."""
        self._numbers: dict[tuple[str, Pen], str] = {}
        self._narrow: dict[Pen, _Narrow] = {}
        self._runs: dict[str, str] = {}
        self.right_half = self.cell("", PLAIN)
        """Stands behind every wide cell."""
        self.blank = self.cell(" ", PLAIN)

    def __len__(self) -> int:
        return len(self._numbers)

    def cell(self, text: str, pen: Pen, width: int = 1) -> str:
        """Return the cell of that text and pen; the ink of a blank cannot be seen and is left out."""
        bare = text == " " and not pen.marks & SEEN_ON_A_BLANK and not pen.link
        if bare:
            pen = Pen(paper=pen.paper)
        known = self._numbers.get((text, pen))
        if known is not None:
            return known
        number = len(self._numbers)
        made = self._numbers[text, pen] = chr(number)
        self.text[number], self.pen[made] = text, pen
        if width == 2:
            self.wide.add(made)
        if bare:
            self.inkless.add(made)
        if text and not _is_even(text, width):
            self.uneven.add(made)
        return made

    def narrow(self, pen: Pen) -> _Narrow:
        """Return the translation of text of one cell a character into cells of that pen."""
        table = self._narrow.get(pen)
        if table is None:
            table = self._narrow[pen] = _Narrow(self, pen)
        return table

    def run(self, written: str) -> str:
        """Turn a run of text with its SGR and links, from the plain pen on, into cells; raises UnknownOutput."""
        known = self._runs.get(written)
        if known is not None:
            return known
        pen, made = PLAIN, ""
        for token in _TOKEN.finditer(written):
            match token.lastgroup:
                case "sgr":
                    pen = moved(pen, token["sgr"])
                case "link":
                    pen = pen._replace(link=token["link"])
                case "text":
                    made = self._add(made, token["text"], pen)
                case _ if token["other"] != "\n":
                    raise UnknownOutput(written)
                case _:
                    pass
        if len(self._runs) >= _RUNS_KEPT:
            self._runs.clear()
        self._runs[written] = made
        return made

    def _add(self, row: str, text: str, pen: Pen) -> str:
        if is_narrow(text):
            return row + text.translate(self.narrow(pen))
        for cluster, width in clusters(text):
            row += self.cell(cluster, pen, width) + (self.right_half if width == 2 else "")
        return row


class _Narrow(dict[int, str]):
    """Cells of one pen by code point, made when they are first wanted."""

    def __init__(self, table: CellTable, pen: Pen) -> None:
        super().__init__()
        self._table, self._pen = table, pen

    def __missing__(self, code: int) -> str:
        self[code] = made = self._table.cell(chr(code), self._pen)
        return made


def _is_even(text: str, width: int) -> bool:
    if len(text) != 1:
        return False
    code = ord(text)
    return any(first <= code < end for first, end in (_EVEN_WIDE if width == 2 else _EVEN))


class Frame:
    """The screen that Textual wants, built from the strings it writes, and where it wants the cursor (row, column)."""

    def __init__(self, table: CellTable, columns: int, rows: int) -> None:
        self._table = table
        self.columns = columns
        self.cursor = (0, 0)
        self.rows = [table.blank * columns] * rows

    def resized(self, columns: int, rows: int) -> Frame:
        """Return a frame of another size, with what both have room for."""
        made = Frame(self._table, columns, rows)
        for y, row in enumerate(self.rows[:rows]):
            made.put(y, 0, row)
        return made

    def apply(self, written: str) -> None:
        """Take in a string of Textual's: places with runs behind them; raises UnknownOutput, the frame then unsure."""
        before, *parts = _PLACE.split(written)
        if before:
            raise UnknownOutput(before)
        for row, column, run in zip(parts[0::3], parts[1::3], parts[2::3], strict=True):
            y, x = int(row) - 1, int(column) - 1
            if run and y < len(self.rows) and x < self.columns:
                cells = self._table.run(run)
                if x == 0 and len(cells) == self.columns and cells[-1] not in self._table.wide:
                    self.rows[y] = cells
                else:
                    self.put(y, x, cells)
            self.cursor = (y, x)

    def put(self, y: int, x: int, cells: str) -> None:
        """Write cells over a row; half of a wide character that is cut in two becomes a blank."""
        table, row = self._table, self.rows[y]
        cells = cells[: self.columns - x]
        if not cells:
            return
        if cells[-1] in table.wide:
            cells = cells[:-1] + table.blank
        left, right = row[:x], row[x + len(cells) :]
        if left and row[x] == table.right_half:
            left = left[:-1] + table.blank
        if right and right[0] == table.right_half:
            right = table.blank + right[1:]
        self.rows[y] = left + cells + right
