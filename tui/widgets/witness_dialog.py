"""The second officer at the same keyboard: who it is, and the passphrase typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from tui import keys
from tui.i18n import _
from tui.ink import Ink
from tui.keys import Press
from tui.line import Line, cells, wrap
from tui.widgets.dialogs import INNER, Dialog, footer
from tui.widgets.fields import Choice, Field, Form


@dataclass(frozen=True, repr=False)
class Witness:
    """Which of the officers offered, and the passphrase typed."""

    number: int
    passphrase: str = field(repr=False)


class WitnessDialog(Dialog[Witness]):
    """A second officer's passphrase; a wrong one is told in the box and keeps what was filled in.

    `check` unlocks with it and returns what is wrong, in words, or nothing.
    """

    def __init__(
        self,
        title: str,
        said: Sequence[str],
        officers: Sequence[str],
        check: Callable[[Witness], Awaitable[str]],
    ) -> None:
        super().__init__(title)
        self._said = tuple(said)
        self._check = check
        self._wrong = ""
        self._who = Choice("officer", officers, 0 if len(officers) == 1 else None)
        self._passphrase = Field("passphrase", 36, secret=True)
        self._form = Form((self._who, self._passphrase), esc_leaves=False)
        if len(officers) == 1:
            self._form.focus("passphrase")

    @property
    def typing(self) -> bool:
        """Letters go into the passphrase."""
        return self._form.typing

    @property
    def _choosing(self) -> bool:
        return self._form.entry is self._who

    def body(self) -> list[Line]:
        """Draw the officers to choose from, the passphrase and the keys."""
        made = [Line(text) for sentence in self._said for text in wrap(sentence, INNER)] + [Line()]
        for number, officer in enumerate(self._who.options):
            held = self._who.chosen == number
            line = Line().put(1, f"{number + 1} ").put(3, f">{officer}<" if held else officer, width=INNER - 4)
            if self._choosing and number == (self._who.chosen or 0):
                line.put(0, "►", Ink.VALUE)
            made.append(line.paint(Ink.VALUE if held else Ink.NORMAL))
        made.append(self._form.draw(Line(_("Passphrase")), "passphrase", cells(_("Passphrase")) + 2))
        made.append(Line(self._wrong, Ink.BLOCKED))
        return [*made, footer(("Enter", _("Confirm")), ("Esc", _("Leave")), 43)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Choose the officer, then check on Enter in the passphrase; everything else edits."""
        self._wrong = ""
        if self._choosing:
            return None if self._choose(press) else super().press(press)
        if self._form.press(press):
            return None
        if press.key is keys.ENTER and self._passphrase.text:
            if self._who.chosen is not None:
                return self._try(Witness(self._who.chosen, self._passphrase.text))
            self._ask_who()
            return None
        return super().press(press)

    def _choose(self, press: Press) -> bool:
        """Take a digit and go on to the passphrase, or go up and down the names as they stand."""
        if press.key is keys.UP:
            self._who.chosen = max((self._who.chosen or 0) - 1, 0)
        elif press.key is keys.DOWN and self._who.chosen != len(self._who.options) - 1:
            self._who.chosen = 0 if self._who.chosen is None else self._who.chosen + 1
        elif self._who.press(press):
            self._form.focus("passphrase")
        elif press.by_letter or press.key is keys.ENTER:
            if self._who.chosen is None:
                self._ask_who()
                return True
            self._form.focus("passphrase")
            if press.by_letter:
                self._form.press(press)
        else:
            return self._form.press(press)
        return True

    def _ask_who(self) -> None:
        self._wrong = _("Choose first who it is: 1-{count}.").format(count=len(self._who.options))
        self._form.focus("officer")
        self._passphrase.text = ""

    def insert(self, text: str) -> None:
        """Paste into the passphrase."""
        self._form.insert(text)

    async def _try(self, witness: Witness) -> None:
        self._wrong = await self._check(witness)
        self._passphrase.text = ""
        if not self._wrong:
            self.answer(witness)
