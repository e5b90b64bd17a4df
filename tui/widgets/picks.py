"""Two small dialogs: one of several numbered answers, and one line of the officer's own."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from tui import keys
from tui.i18n import _
from tui.ink import Ink
from tui.keys import Press
from tui.line import Line, cells, wrap
from tui.widgets.dialogs import INNER, Dialog, footer
from tui.widgets.fields import Field


class PickDialog(Dialog[int]):
    """Numbered answers in two columns; the digit answers at once."""

    def __init__(self, title: str, said: Sequence[str], options: Sequence[str], *, zero: str = "") -> None:
        super().__init__(title)
        self._said = tuple(said)
        self._options = tuple(options)
        self._zero = zero

    def body(self) -> list[Line]:
        """Draw the sentences, the answers and the keys."""
        made = [Line(text) for sentence in self._said for text in wrap(sentence, INNER)] + [Line()]
        half = (len(self._options) + 1) // 2
        for index in range(half):
            line = Line().put(1, f"{index + 1} {self._options[index]}", width=28)
            if index + half < len(self._options):
                line.put(30, f"{index + half + 1} {self._options[index + half]}", width=INNER - 30)
            made.append(line)
        if self._zero:
            made += [Line(), Line().put(1, f"0 {self._zero}", width=INNER - 1)]
        return [*made, Line(), footer((_("Digit"), _("Choose")), ("Esc", _("Leave, as it was")), 31)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Answer with the digit."""
        number = int(press.text) if press.text.isascii() and press.text.isdigit() else -1
        if 1 <= number <= len(self._options) or (number == 0 and self._zero):
            self.answer(number)
            return None
        return super().press(press)


class LineDialog(Dialog[str]):
    """One line to type: a note, a code as SIAK writes it."""

    def __init__(self, title: str, said: Sequence[str], label: str, *, save: str = "", limit: int = 200) -> None:
        super().__init__(title)
        self._said = tuple(said)
        self._label = label
        self._save = save or _("Save")
        self._field = Field("line", INNER - cells(label) - 4, limit=limit)

    @property
    def typing(self) -> bool:
        """Letters always go into the line."""
        return True

    def body(self) -> list[Line]:
        """Draw the sentences, the field and the keys."""
        made = [Line(text) for sentence in self._said for text in wrap(sentence, INNER)] + [Line()]
        made.append(self._field.draw(Line(self._label, Ink.NORMAL), cells(self._label) + 2, focused=True))
        return [*made, Line(), footer(("Enter", self._save), ("Esc", _("Leave, as it was")), 31)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Answer on Enter when something stands there."""
        if press.key is keys.ENTER:
            if text := self._field.text.strip():
                self.answer(text)
            return None
        return None if self._field.press(press) else super().press(press)

    def insert(self, text: str) -> None:
        """Paste into the line."""
        self._field.insert(text)
