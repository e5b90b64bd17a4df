"""The list: a cursor over rows that are read page by page, a million as fast as a thousand.

Pages are found by the key of the row at their edge, never by counting from the start. A key press moves the cursor
over rows that are already here, or leaves a wish that the reader fulfils; it never waits for the store.
"""

from __future__ import annotations

import bisect
import enum
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from tui.ink import Ink
from tui.keys import Press
from tui.line import Line

Row = TypeVar("Row")
RowKey = TypeVar("RowKey")
_PAGES_KEPT = 8


class Way(enum.Enum):
    """In which direction of the list a page is asked for."""

    AFTER = "after"
    BEFORE = "before"


class _Fresh(enum.Enum):
    """Why the rows that are here have to be read anew."""

    START = "start"
    END = "end"
    SAME = "same"


def held(
    rows: Callable[[], Sequence[Row]], place_of: Callable[[Row], int]
) -> Callable[[int | None, Way, int], Awaitable[Sequence[Row]]]:
    """Return the fetch of a list whose rows the screen holds itself, ordered by their places."""

    async def fetch(anchor: int | None, way: Way, count: int) -> Sequence[Row]:
        found = rows()
        if way is Way.AFTER:
            first = 0 if anchor is None else bisect.bisect_right(found, anchor, key=place_of)
            return found[first : first + count]
        last = len(found) if anchor is None else bisect.bisect_left(found, anchor, key=place_of)
        return found[max(last - count, 0) : last]

    return fetch


class PagedList(Generic[Row, RowKey]):
    """A window over an ordered query.

    `fetch(anchor, way, count)` answers with at most `count` rows after or before the row with that key, always in the
    list's own order; an anchor of None is the very beginning (AFTER) or the very end (BEFORE). Fewer rows than asked
    for mean that the list ends there. `draw(row)` makes one line or several; `heading(above, row)` may put a line
    between two rows. `total` is set by the screen from the store's counter.

    A frame screen that lists this among its `parts` reads and draws by itself; elsewhere run `read()` in a worker
    whenever `wants_rows` is true, and draw again when it returns.
    """

    typing = False

    def __init__(
        self,
        fetch: Callable[[RowKey | None, Way, int], Awaitable[Sequence[Row]]],
        key_of: Callable[[Row], RowKey],
        draw: Callable[[Row], Line | list[Line]],
        heading: Callable[[Row | None, Row], Line | None] | None = None,
        *,
        margin: int = 3,
    ) -> None:
        self.focused = True
        self.total = 0
        self.height = 13
        self._fetch = fetch
        self._key_of = key_of
        self._draw = draw
        self._heading = heading
        self._margin = margin
        self._rows: list[Row] = []
        self._first = 0  # how many rows of the whole list stand before those held here
        self._at = 0
        self._top = 0
        self._shown = 0
        self._starts = self._ends = False
        self._goal: int | None = None  # where the cursor goes as soon as the row is here
        self._fresh: _Fresh | None = _Fresh.START
        self._generation = 0
        self._failed = False

    @property
    def row(self) -> Row | None:
        """The row under the cursor, or None while the list is empty."""
        return self._rows[self._at] if self._rows else None

    @property
    def place(self) -> tuple[int, int, int]:
        """First and last row shown, counted from 1, and the total: `1-13 dari 120`."""
        first = self._first + self._top
        last = first + self._shown
        return (first + 1 if self._shown else 0, last, max(self.total, last))

    @property
    def empty(self) -> bool:
        """Whether it is known that there is no row at all."""
        return not self._rows and self._starts and self._ends

    @property
    def wants_rows(self) -> bool:
        """Whether rows that the cursor or the view needs are not here yet; after a failure not before the next key."""
        return not self._failed and self._need() is not None

    def reload(self, *, keep: bool = True) -> None:
        """Read anew, because the store has changed or (without `keep`) because the query has.

        With `keep` the rows stay to be seen until the new ones are here, and the cursor finds its row again.
        """
        self._generation += 1
        self._failed = False
        self._goal = None
        self._fresh = _Fresh.SAME if keep and self._rows else _Fresh.START
        self._follow()
        if not keep:
            self._rows = []
            self._first = self._at = self._top = 0
            self._starts = self._ends = False

    def press(self, press: Press) -> bool:
        """Move the cursor; False for every other key."""
        self._failed = False
        page = max(self.height - 1, 1)
        match press.name:
            case "up":
                self.move(-1)
            case "down":
                self.move(1)
            case "pageup":
                self.move(-page)
            case "pagedown":
                self.move(page)
            case "home":
                self._jump(_Fresh.START)
            case "end":
                self._jump(_Fresh.END)
            case _:
                return False
        return True

    def move(self, by: int) -> None:
        """Move the cursor by rows as far as there are any; a row still to be read is waited for, not an end."""
        self._goal = (self._at if self._goal is None else self._goal) + by
        self._settle()

    def lines(self, height: int, width: int = 80) -> list[Line]:
        """Return the rows of the view, the cursor's one marked and, with the focus, reversed up to `width`."""
        self.height = height
        self._follow()
        while True:
            made, last = self._view(height, width)
            if last >= self._at or self._top >= self._at:
                break
            self._top += 1
        self._shown = last - self._top + 1 if self._rows else 0
        return made

    async def read(self) -> None:
        """Read until nothing is wanted; what a newer `reload` has overtaken is thrown away.

        Whatever the fetch raises comes out here, once: a disk that fails is not asked again and again.
        """
        while (need := self._need()) is not None:
            generation = self._generation
            self._failed = True
            rows = list(await self._fetch(*need))
            self._failed = False
            if generation != self._generation:
                continue
            if self._fresh is not None:
                self._replace(need, rows)
            else:
                self._extend(need, rows)
            self._settle()

    def _follow(self) -> None:
        """Bring the view to the cursor, as far as that can be said before rows of several lines are drawn."""
        self._top = max(min(self._top, self._at), self._at - self.height + 1, 0)

    def _view(self, height: int, width: int) -> tuple[list[Line], int]:
        """Draw from the top row on; return the lines and the index of the last row that fits whole."""
        made: list[Line] = []
        last = self._top - 1
        for index in range(self._top, len(self._rows)):
            row = self._rows[index]
            drawn = self._draw(row)
            block = [drawn] if isinstance(drawn, Line) else drawn
            if index == self._at:
                block[0].put(self._margin, "►", Ink.VALUE)
                if self.focused:
                    for line in block:
                        line.paint(Ink.CURSOR, self._margin, width)
            heading = self._heading(self._rows[index - 1] if index else None, row) if self._heading else None
            if heading is not None:
                block = [heading, *block]
            if len(made) + len(block) > height:
                break
            made += block
            last = index
        return made, last

    def _jump(self, where: _Fresh) -> None:
        if self._rows and (self._starts if where is _Fresh.START else self._ends):
            self._goal = 0 if where is _Fresh.START else len(self._rows) - 1
            self._settle()
            return
        self._generation += 1
        self._goal = None
        self._fresh = where

    def _need(self) -> tuple[RowKey | None, Way, int] | None:
        count = max(self.height, 1) * 2
        if self._fresh is _Fresh.SAME:
            above = self._rows[self._top - 1] if self._top else None
            return (None if above is None else self._key_of(above), Way.AFTER, count)
        if self._fresh is not None:
            return (None, Way.BEFORE if self._fresh is _Fresh.END else Way.AFTER, count)
        if not self._rows:
            return None
        goal = self._at if self._goal is None else self._goal
        if not self._ends and max(goal, self._at) + self.height >= len(self._rows):
            return (self._key_of(self._rows[-1]), Way.AFTER, count)
        if not self._starts and min(goal, self._at, self._top) - self.height < 0:
            return (self._key_of(self._rows[0]), Way.BEFORE, count)
        return None

    def _replace(self, need: tuple[RowKey | None, Way, int], rows: list[Row]) -> None:
        anchor, way, count = need
        if self._fresh is _Fresh.SAME and not rows and anchor is not None:
            self._fresh = _Fresh.END  # everything from the view on is gone
            return
        short = len(rows) < count
        held = self._key_of(self._rows[self._at]) if self._fresh is _Fresh.SAME and self._rows else None
        at = self._at - self._top
        if way is Way.BEFORE:
            self._starts, self._ends = short, True
            self._first = 0 if short else max(self.total - len(rows), 0)
            at = len(rows) - 1
        else:
            self._starts, self._ends = anchor is None, short
            self._first = 0 if anchor is None else self._first + self._top
            if self._fresh is _Fresh.START:
                at = 0
            elif held is not None:
                at = next((index for index, row in enumerate(rows) if self._key_of(row) == held), at)
        self._rows = rows
        self._at = max(min(at, len(rows) - 1), 0)
        self._top = 0
        self._fresh = None
        self._follow()

    def _extend(self, need: tuple[RowKey | None, Way, int], rows: list[Row]) -> None:
        _anchor, way, count = need
        short = len(rows) < count
        if way is Way.AFTER:
            self._rows += rows
            self._ends = short
        else:
            self._rows = rows + self._rows
            self._shift(len(rows))
            self._starts = short
            if short:
                self._first = 0
        surplus = len(self._rows) - _PAGES_KEPT * max(self.height, 1)
        if surplus <= 0:
            return
        if way is Way.AFTER:
            gone = min(surplus, max(self._top - self.height, 0))
            del self._rows[:gone]
            self._shift(-gone)
            self._starts = self._starts and not gone
        else:
            kept = max(len(self._rows) - surplus, self._at + self.height + 1)
            self._ends = self._ends and kept >= len(self._rows)
            del self._rows[kept:]

    def _shift(self, by: int) -> None:
        """Follow rows put before those held (or taken from there)."""
        self._at += by
        self._top += by
        self._first = max(self._first - by, 0)
        if self._goal is not None:
            self._goal += by

    def _settle(self) -> None:
        """Bring the cursor to its goal, or as near as the rows held allow."""
        if self._goal is None or not self._rows:
            return
        last = len(self._rows) - 1
        self._at = max(min(self._goal, last), 0)
        if 0 <= self._goal <= last or (self._goal < 0 and self._starts) or (self._goal > last and self._ends):
            self._goal = None
