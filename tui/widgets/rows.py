"""A short list that is here as a whole, such as nine fields: a cursor over rows of one line or several."""

from __future__ import annotations

from collections.abc import Sequence

from tui.ink import Ink
from tui.keys import Press
from tui.line import Line


class Rows:
    """The cursor and the view of a list; what a row looks like is drawn anew each time and handed to `lines`."""

    typing = False

    def __init__(self, *, margin: int = 3) -> None:
        self.focused = True
        self.count = 0
        self._at = 0
        self._top = 0
        self._margin = margin

    @property
    def at(self) -> int:
        """The row under the cursor, from 0; 0 also while there is none."""
        return max(min(self._at, self.count - 1), 0)

    @at.setter
    def at(self, row: int) -> None:
        self._at = max(min(row, self.count - 1), 0)

    def press(self, press: Press) -> bool:
        """Move the cursor; False for every other key."""
        match press.name:
            case "up":
                self.at -= 1
            case "down":
                self.at += 1
            case "home" | "pageup":
                self.at = 0
            case "end" | "pagedown":
                self.at = self.count - 1
            case _:
                return False
        return True

    def lines(self, blocks: Sequence[list[Line]], height: int, width: int = 80) -> list[Line]:
        """Return the blocks that fit, the cursor's one among them, marked and, with the focus, reversed to `width`."""
        self._top = min(self._top, self.at)
        while self._top < self.at and sum(map(len, blocks[self._top : self.at + 1])) > height:
            self._top += 1
        made: list[Line] = []
        for index, block in enumerate(blocks[self._top :], self._top):
            if len(made) + len(block) > height and made:
                break
            if index == self.at:
                block[0].put(self._margin, "►", Ink.VALUE)
                if self.focused:
                    for line in block:
                        line.paint(Ink.CURSOR, self._margin, width)
            made += block
        return made
