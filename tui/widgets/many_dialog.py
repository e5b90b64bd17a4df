"""A box over the work with more numbered things than there are digits: columns, schools."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from tui import keys
from tui.i18n import _
from tui.ink import Ink
from tui.keys import Press
from tui.line import Line
from tui.widgets.dialogs import INNER, Dialog, footer


class ManyDialog(Dialog[int]):
    """One of up to 24 numbered things: the number or the arrows move, Enter takes it; the answer counts from 0."""

    _ROWS = 12

    def __init__(self, title: str, options: Sequence[str], chosen: int = 0) -> None:
        super().__init__(title)
        self._options = tuple(options)
        self._at = chosen
        self._typed = ""

    def body(self) -> list[Line]:
        """Draw the options in two columns and the keys."""
        rows = min(len(self._options), self._ROWS)
        made = [Line() for _row in range(rows)]
        for index, option in enumerate(self._options):
            column = 0 if index < rows else INNER // 2
            line = made[index % rows]
            line.put(column + 1, f"{index + 1:>2} {option}", width=INNER // 2 - 2)
            if index == self._at:
                line.put(column, "►", Ink.VALUE).paint(Ink.CURSOR, column, column + INNER // 2 - 1)
        return [*made, Line(), footer(("Enter", _("Choose")), ("Esc", _("Leave, as it was")), 31)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Move by arrows or by number, or choose."""
        if press.key is keys.ENTER:
            self.answer(self._at)
        elif press.key is keys.UP:
            self._at = max(self._at - 1, 0)
        elif press.key is keys.DOWN:
            self._at = min(self._at + 1, len(self._options) - 1)
        elif press.text.isascii() and press.text.isdigit():
            typed = self._typed + press.text
            if not 1 <= int(typed) <= len(self._options):
                typed = press.text
            if 1 <= int(typed) <= len(self._options):
                self._at = int(typed) - 1
                self._typed = typed
                return None
        else:
            return super().press(press)
        self._typed = ""
        return None
