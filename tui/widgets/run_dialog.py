"""How many cards one after the other: a number up to what is ready and what there is to print on."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from tui import keys
from tui.i18n import _
from tui.keys import Press
from tui.line import Line, cells, wrap
from tui.widgets.dialogs import INNER, Dialog, footer
from tui.widgets.fields import Field


class RunDialog(Dialog[int]):
    """Asks for a number from 1 to `most`; Enter does nothing until it is one."""

    def __init__(self, most: int, said: Sequence[str]) -> None:
        super().__init__(_("Print one after the other"))
        self._most = most
        self._said = tuple(said)
        digits = len(str(most))
        self._field = Field("number", digits, pattern="9" * digits)

    def body(self) -> list[Line]:
        """Draw what there is, the number asked for and the keys."""
        label = _("How many cards (1-{most})").format(most=self._most)
        asked = self._field.draw(Line(label), cells(label) + 2, focused=True)
        said = [Line(text) for sentence in self._said for text in wrap(sentence, INNER)]
        return [*said, Line(), asked, Line(), footer(("Enter", _("Print")), ("Esc", _("Leave")), 43)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Answer on Enter."""
        if press.key is keys.ENTER:
            number = int(self._field.text or 0)
            if 1 <= number <= self._most:
                self.answer(number)
        elif not self._field.press(press):
            return super().press(press)
        return None
