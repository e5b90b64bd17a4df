"""The tip: where the terminal draws next and with which pen, and what has been written with it."""

from __future__ import annotations

from collections.abc import Iterator

from tui.terminal.pen import Pen, change

FEW = 3
"""So many line feeds, backspaces or blanks are no longer than a sequence."""
_CHANGES_KEPT = 20_000


class Tip:
    """Remembers place and pen of one terminal; None is a place or a pen that nobody knows."""

    def __init__(self) -> None:
        self._changes: dict[tuple[Pen | None, Pen], str] = {}
        self._written: list[str] = []
        self.forget()

    def forget(self) -> None:
        """Know neither place nor pen any more."""
        self.pen: Pen | None = None
        self.y: int | None = None
        self._x: int | None = None

    def written(self) -> str:
        """Return what was written since the last time."""
        text = "".join(self._written)
        self._written.clear()
        return text

    def use(self, pen: Pen) -> None:
        """Take a pen."""
        if pen == self.pen:
            return
        step = (self.pen, pen)
        sequence = self._changes.get(step)
        if sequence is None:
            if len(self._changes) >= _CHANGES_KEPT:
                self._changes.clear()
            sequence = self._changes[step] = change(*step)
        self.pen = pen
        self._written.append(sequence)

    def move(self, y: int, x: int) -> None:
        """Go to a place by the shortest way."""
        if (self.y, self._x) != (y, x):
            self._written.append(min(self._ways(y, x), key=len))
            self.y, self._x = y, x

    def write(self, text: str, x: int | None) -> None:
        """Write text, behind which the tip stands in column x of its row, if anybody knows."""
        self._written.append(text)
        self._x = x

    def say(self, sequence: str) -> None:
        """Write a sequence that moves nothing."""
        self._written.append(sequence)

    def clear(self) -> None:
        """Erase the screen, and stand in its first cell."""
        self._written.append("\x1b[H\x1b[2J")
        self.y = self._x = 0

    def _ways(self, y: int, x: int) -> Iterator[str]:
        """Yield the ways to a place, the one that always works first; a line feed is one row down, nothing else."""
        yield f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"
        if self.y is None:
            return
        down = y - self.y
        if x == 0 and 0 <= down <= FEW:
            yield "\r" + "\n" * down
        if down == 0:
            yield f"\x1b[{x + 1}G"
        if self._x is not None:
            yield from _steps(down, x - self._x)


def _steps(down: int, right: int) -> Iterator[str]:
    """Yield the ways by steps from where the pen is, along its row or its column."""
    if down == 0 and right:
        yield _step(right, "C", "D")
        if -FEW <= right < 0:
            yield "\b" * -right
    elif right == 0 and down:
        yield _step(down, "B", "A")
        if 0 < down <= FEW:
            yield "\n" * down
    elif down == 1 and right == -1:
        yield "\b\n"


def _step(count: int, forward: str, back: str) -> str:
    return f"\x1b[{abs(count) if abs(count) > 1 else ''}{forward if count > 0 else back}"
