"""A box over the work with a few fields that are changed together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tui import keys
from tui.i18n import _
from tui.ink import Ink
from tui.keys import Press
from tui.line import Line, cells, wrap
from tui.widgets.dialogs import INNER, Dialog, footer
from tui.widgets.fields import Choice, Field, Form


@dataclass(frozen=True)
class Entry:
    """One line of the form: its label, the field or choice, and what is said after it."""

    label: str
    field: Field | Choice
    note: str = ""


class FormDialog(Dialog[dict[str, str]]):
    """Fields changed together; Enter in the last one and F2 save, and what is wrong is told in the box.

    `check` returns what is wrong with the values, in words, or nothing: at once, or after it has asked the store.
    `on_change` is told every keystroke, so that a draft can be kept.
    """

    def __init__(
        self,
        title: str,
        said: Sequence[str],
        entries: Sequence[Entry],
        check: Callable[[dict[str, str]], str | Awaitable[str]],
        on_change: Callable[[str, str], None] | None = None,
    ) -> None:
        super().__init__(title)
        self._said = tuple(said)
        self._entries = tuple(entries)
        self._check = check
        self._wrong = ""
        self._checking = False
        self._form = Form([entry.field for entry in entries], on_change, esc_leaves=False)
        self._column = max(cells(entry.label) for entry in entries) + 3

    @property
    def typing(self) -> bool:
        """Letters go into a field of text."""
        return self._form.typing

    def body(self) -> list[Line]:
        """Draw what is said, the fields, what is wrong, and the keys."""
        made = [Line(text) for sentence in self._said for text in wrap(sentence, INNER)]
        for entry in self._entries:
            line = self._form.draw(Line(entry.label), entry.field.name, self._column)
            if entry.note:
                line.add("  " + entry.note)
            made.append(line)
        made += [Line(text, Ink.BLOCKED) for text in wrap(self._wrong, INNER)[:2]] or [Line()]
        return [*made, footer(("F2", _("Save")), ("Esc", _("Leave, as it was")), 31)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Edit, go from field to field, or save."""
        if self._checking:
            return None
        self._wrong = ""
        at_end = self._form.entry is self._entries[-1].field
        if (press.key is keys.GO_ON and not press.by_letter) or (press.key is keys.ENTER and at_end):
            return self._save()
        if self._form.press(press):
            return None
        return self._save() if press.key is keys.GO_ON else super().press(press)

    def insert(self, text: str) -> None:
        """Paste into the field that has the focus."""
        self._form.insert(text)

    def _save(self) -> Awaitable[None] | None:
        values = self._form.values()
        said = self._check(values)
        if not isinstance(said, str):
            self._checking = True
            return self._wait(said, values)
        self._tell(said, values)
        return None

    async def _wait(self, said: Awaitable[str], values: dict[str, str]) -> None:
        """Take no key until the check is over: a second Enter would carry it out twice."""
        try:
            self._tell(await said, values)
        finally:
            self._checking = False

    def _tell(self, wrong: str, values: dict[str, str]) -> None:
        self._wrong = wrong
        if not wrong:
            self.answer(values)
