"""B25: a spoiled blank, with its serial, the reason, and a second officer who stands by."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from store.keyring import OfficerEntry
from store.stock import SpoilReason
from tui import keys
from tui.i18n import N_, _
from tui.ink import Ink
from tui.keys import Press
from tui.line import Line, wrap
from tui.widgets.dialogs import INNER, Dialog, footer
from tui.widgets.fields import Choice, Field, Form

REASONS: tuple[tuple[SpoilReason, str], ...] = (
    (SpoilReason.JAMMED, N_("jammed in the printer")),
    (SpoilReason.SCRATCHED, N_("scratched, chip broken")),
    (SpoilReason.RIBBON_BROKE, N_("ribbon or film torn")),
    (SpoilReason.BAD_PICTURE, N_("portrait or colour bad")),
    (SpoilReason.WRONG_DATA, N_("wrong data")),
    (SpoilReason.OTHER, N_("other, write it")),
)
"""The reasons in the order of their digits."""

_OTHER = len(REASONS)


@dataclass(frozen=True, repr=False)
class Spoiled:
    """What was filled in; `note` is only given with the reason OTHER."""

    serial: str
    reason: SpoilReason
    witness: OfficerEntry
    note: str
    passphrase: str = field(repr=False)


class SpoiledDialog(Dialog[uuid.UUID]):
    """Asks for all of it and lets `act` carry it out: what that returns is told in the box, which keeps its fields.

    Answers with the witness once `act` had nothing to say.
    """

    def __init__(
        self,
        title: str,
        serial: str,
        witnesses: Sequence[OfficerEntry],
        act: Callable[[Spoiled], Awaitable[str]],
        save: str,
    ) -> None:
        super().__init__(title)
        self._witnesses = tuple(witnesses)
        self._act = act
        self._save = save
        self._wrong = ""
        self._number = 0
        self._busy = False
        only = 0 if len(self._witnesses) == 1 else None
        self._who = Choice("witness", [one.name for one in self._witnesses], only)
        self._form = Form(
            (Field("serial", 16, serial), Field("reason", 44), self._who, Field("passphrase", 20, secret=True)),
            esc_leaves=False,
        )

    @property
    def typing(self) -> bool:
        """Letters go into the fields."""
        return self._form.typing

    def body(self) -> list[Line]:
        """Draw the serial, the six reasons, and the witness with the passphrase."""
        made = [self._form.draw(Line(_("Serial of the spoiled blank")), "serial", 22), Line()]
        for row in range(_OTHER // 2):
            beside = row + _OTHER // 2 + 1
            made.append(Line().put(1, _numbered(row + 1), width=28).put(29, _numbered(beside), width=INNER - 29))
        made.append(self._form.draw(Line(_("Reason")), "reason", 8))
        line = Line(_("Witness"))
        names = "  ".join(f"{at + 1} {name}" for at, name in enumerate(self._who.options))
        chosen = self._who.chosen
        shown = names if chosen is None else f"{chosen + 1} {self._who.options[chosen]}"
        line.put(8, "[" + " " * 15 + "]").put(9, shown, Ink.VALUE, width=15)
        if self._form.entry is self._who:
            line.put(7, "►", Ink.VALUE)
        line.put(26, _("passphrase"))
        made.append(self._form.draw(line, "passphrase", 33))
        if self._form.entry is self._who and chosen is None:
            self._wrong = self._wrong or names
        told = wrap(self._wrong, INNER)[:2] or [""]
        made += [Line(text, Ink.BLOCKED) for text in told]
        return [*made, footer(("Enter", self._save), ("Esc", _("Leave")), 47)]

    def press(self, press: Press) -> Awaitable[None] | None:
        """Let a digit choose the reason; go on with Enter, and in the last field carry it out."""
        self._wrong = ""
        number = int(press.text) if press.text.isascii() and press.text.isdigit() else 0
        if self._form.entry.name == "reason" and 1 <= number <= _OTHER and self._number != _OTHER:
            self._number = number
            self._form["reason"].text = "" if number == _OTHER else _numbered(number)
            return None
        if self._form.press(press):
            return None
        if press.key is keys.ENTER:
            return None if self._busy else self._try()
        return super().press(press)

    def insert(self, text: str) -> None:
        """Scan the serial, or paste."""
        self._form.insert(text)

    async def _try(self) -> None:
        values = self._form.values()
        if not values["serial"].strip():
            self._lacking("serial", _("The serial on the back of the blank is needed."))
        elif not self._number or not values["reason"].strip():
            self._lacking("reason", _("Choose a reason, 1 to 6."))
        elif self._who.chosen is None:
            self._lacking("witness", _("Choose the witness by the digit."))
        elif not values["passphrase"]:
            self._lacking("passphrase", _("The witness types the passphrase here."))
        else:
            await self._carry_out(self._witnesses[self._who.chosen], values)

    async def _carry_out(self, witness: OfficerEntry, values: dict[str, str]) -> None:
        note = values["reason"].strip() if self._number == _OTHER else ""
        given = Spoiled(
            values["serial"].strip(), REASONS[self._number - 1][0], witness, note, passphrase=values["passphrase"]
        )
        self._busy = True
        try:
            self._wrong = await self._act(given)
        finally:
            self._busy = False
            self._form["passphrase"].text = ""
        if not self._wrong:
            self.answer(witness.id)

    def _lacking(self, name: str, words: str) -> None:
        self._form.focus(name)
        self._wrong = words


def _numbered(number: int) -> str:
    return f"{number} " + _(REASONS[number - 1][1])
