"""From the screen the terminal has to the screen it should have, in few bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.terminal import scroll
from tui.terminal.abilities import Abilities
from tui.terminal.cells import CellTable
from tui.terminal.pen import PLAIN, SEEN_ON_A_BLANK, Pen
from tui.terminal.tip import FEW, Tip

_LONG = 10
"""So many blanks are worth an erasing sequence in mid-row."""
_GAP = 5
"""So many unchanged cells between two changes are drawn again rather than jumped over."""


class Encoder:
    """Remembers what the terminal shows, and says in few bytes what it should."""

    def __init__(self, table: CellTable, abilities: Abilities) -> None:
        self.abilities = abilities
        self._table = table
        self._tip = Tip()
        self._columns = 0
        self.forget()

    def forget(self) -> None:
        """Know nothing of the screen any more: the next frame is drawn whole."""
        self._rows: list[str] | None = None
        self._tip.forget()
        self._cursor = (0, 0)

    def adopt(self, rows: Sequence[str]) -> None:
        """Take over a screen that stands there already; where its cursor and pen are nobody knows."""
        self.forget()
        self._rows = list(rows)

    def encode(self, rows: Sequence[str], cursor: tuple[int, int]) -> str:
        """Return what makes the terminal show the rows, with its cursor at (row, column); empty when it does."""
        self._columns = len(rows[0])
        if self._rows is None or len(self._rows) != len(rows) or len(self._rows[0]) != self._columns:
            self.forget()
            self._tip.use(PLAIN)
            self._tip.clear()
            have: Sequence[str] = [self._table.blank * self._columns] * len(rows)
        else:
            have = self._scrolled(self._rows, rows) if self.abilities.moves_rows else self._rows
        for y, (old, new) in enumerate(zip(have, rows, strict=True)):
            if old != new:
                self._draw_row(y, old, new)
        self._rows = list(rows)
        if cursor != self._cursor or self._tip.y == cursor[0]:  # it is hidden, but input methods look where it is
            self._tip.move(*cursor)
            self._cursor = cursor
        return self._tip.written()

    def _scrolled(self, old: Sequence[str], new: Sequence[str]) -> Sequence[str]:
        """Move rows on the terminal where that helps, and return how it then looks."""
        shift = scroll.find(old, new, self._table.blank) if old != new else None
        if shift is None:
            return old
        self._tip.use(PLAIN)
        below = shift.bottom < len(old)
        count = "" if abs(shift.by) == 1 else str(abs(shift.by))
        if shift.by > 0:
            self._at(shift.top, f"\x1b[{count}M")
            if below:
                self._at(shift.bottom - shift.by, f"\x1b[{count}L")
        else:
            if below:
                self._at(shift.bottom + shift.by, f"\x1b[{count}M")
            self._at(shift.top, f"\x1b[{count}L")
        return shift.rows

    def _at(self, y: int, sequence: str) -> None:
        self._tip.move(y, 0)
        self._tip.say(sequence)

    def _draw_row(self, y: int, old: str, new: str) -> None:
        """Draw what differs; in a row with a cell of doubtful width all behind the first difference."""
        table = self._table
        for start, end in self._stretches(old, new):
            while start and (new[start] == table.right_half or old[start] == table.right_half):
                start -= 1  # a wide character whole, never half of it
            while end < len(new) and new[end] == table.right_half:
                end += 1
            self._draw(y, start, new[start:end])

    def _stretches(self, old: str, new: str) -> Iterator[tuple[int, int]]:
        """Yield the parts of a row to draw anew, each from a column up to another."""
        uneven = self._table.uneven
        first = last = -1
        for x, (was, wanted) in enumerate(zip(old, new, strict=True)):
            if was == wanted:
                continue
            if first < 0:
                first = x
                if not (uneven.isdisjoint(new) and uneven.isdisjoint(old)):
                    yield x, len(new)
                    return
            elif x - last > 1 and not self._worth_drawing(new[last : x + 1]):
                yield first, last + 1
                first = x
            last = x
        if first >= 0:
            yield first, last + 1

    def _worth_drawing(self, between: str) -> bool:
        """Tell whether what lies between two changed cells costs less than a jump over it.

        It does where one pen draws all of it, and where it is a blank or two that the pen of either cell can draw.
        """
        table, gap = self._table, between[1:-1]
        if len(gap) > _GAP:
            return False
        pens = {table.pen[one] for one in between if one not in table.inkless and one != table.right_half}
        if len(pens) <= 1:
            return True
        papers = {table.pen[one].paper for one in gap}
        before, behind = table.pen[between[0]], table.pen[between[-1]]
        if len(gap) > FEW or len(papers) > 1 or not table.inkless.issuperset(gap):
            return False
        return any(_is_bare(pen) and pen.paper in papers for pen in (before, behind))

    def _draw(self, y: int, x: int, cells: str) -> None:
        """Write cells from (y, x) on."""
        at = 0
        while at < len(cells):
            if cells[at] == self._table.right_half:  # its left half was written, or stands there
                at += 1
                continue
            at += self._erase(y, x + at, cells[at:]) or self._write(y, x + at, cells[at:])

    def _erase(self, y: int, x: int, cells: str) -> int:
        """Erase the blanks that the cells begin with, where that is shorter; return how many."""
        count = self._erasable(x, cells)
        if count:
            self._tip.move(y, x)
            self._tip.use(self._pen_for(cells[0], cells[0]))
            self._tip.say("\x1b[K" if x + count == self._columns else f"\x1b[{count}X")
        return count

    def _erasable(self, x: int, cells: str) -> int:
        """Return how many blanks the cells begin with that are shorter erased than written."""
        first, table = cells[0], self._table
        if first not in table.inkless or (table.pen[first].paper and not self.abilities.paints_erased):
            return 0
        count = len(cells) - len(cells.lstrip(first))
        if x + count == self._columns:
            return count if count > FEW else 0
        return count if count >= _LONG and self.abilities.erases_in_row else 0

    def _write(self, y: int, x: int, cells: str) -> int:
        """Write cells with one pen, as many as go with it; return how many."""
        table, tip = self._table, self._tip
        tip.move(y, x)
        pen = self._pen_for(cells[0], cells)
        tip.use(pen)
        if cells[0] in table.uneven:
            tip.write(table.text[ord(cells[0])], None)  # who knows how wide the terminal drew it
            return 1
        end = 1
        while end < len(cells) and (cells[end] == table.right_half or self._goes_with(pen, x + end, cells[end:])):
            end += 1
        tip.write(cells[:end].translate(table.text), x + end if x + end < self._columns else None)
        return end

    def _goes_with(self, pen: Pen, x: int, cells: str) -> bool:
        """Tell whether the first of the cells is written best with that pen, in one go with what is before it."""
        first, table = cells[0], self._table
        if first in table.inkless:
            return _is_bare(pen) and table.pen[first].paper == pen.paper and not self._erasable(x, cells)
        return first not in table.uneven and table.pen[first] == pen

    def _pen_for(self, cell: str, cells: str) -> Pen:
        """Return the pen for a cell; of a blank only the paper counts, so the ink is what comes before or behind it."""
        table, pen, have = self._table, self._table.pen[cell], self._tip.pen
        if cell not in table.inkless:
            return pen
        if have is not None and _is_bare(have) and have.paper == pen.paper:
            return have
        for one in cells:
            if one not in table.inkless:
                following = table.pen[one]
                fits = _is_bare(following) and following.paper == pen.paper and one != table.right_half
                return following if fits else pen
            if table.pen[one].paper != pen.paper:
                break
        return pen


def _is_bare(pen: Pen) -> bool:
    """Tell whether a blank drawn with the pen shows its paper alone."""
    return not pen.marks & SEEN_ON_A_BLANK and not pen.link
