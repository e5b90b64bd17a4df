"""The officers' section of the first set-up: a table, and below it the officer who is being added."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from store import setup
from store.errors import KeyringError, KeyringProblem, OpenError
from store.keyring import Keyring
from store.setup import Missing
from store.slots import SHORTEST_PASSPHRASE, is_long_enough
from store.transaction import OfficerRole
from tui import keys
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem, problem
from tui.screens.setup_sections import Section
from tui.unlocking import refusal
from tui.widgets.fields import NIP, Choice, Field, Form

if TYPE_CHECKING:
    from tui.screens.setup import SetupScreen

_C, _R, _P = OfficerRole.COORDINATOR, OfficerRole.RECORDING, OfficerRole.PRINTING
_CHOICES = (frozenset({_C}), frozenset({_R}), frozenset({_P}), frozenset({_R, _P}), frozenset({_C, _R, _P}))
_SAID = {
    KeyringProblem.NO_COORDINATOR: N_("No coordinator yet: the first officer is one."),
    KeyringProblem.SHORT_PASSPHRASE: N_("Passphrase shorter than 16 letters."),
    KeyringProblem.BAD_NAME: N_("The name is empty or has characters that cannot be shown."),
    KeyringProblem.NAME_TAKEN: N_("There is an officer of that name already."),
}


def roles_word(roles: frozenset[OfficerRole]) -> str:
    """Return an officer's roles in twelve cells."""
    words = {
        _CHOICES[0]: p_("role", "coordinator"),
        _CHOICES[1]: p_("role", "recording"),
        _CHOICES[2]: p_("role", "printing"),
        _CHOICES[3]: p_("role", "rec., print"),
        _CHOICES[4]: p_("role", "all roles"),
    }
    return words.get(roles) or "+".join(roles_word(frozenset({role}))[:5] for role in sorted(roles, key=str))


class OfficersSection(Section):
    """3: a coordinator first, then the operators, each typing his own passphrase twice."""

    def __init__(self, screen: SetupScreen) -> None:
        super().__init__(screen)
        self._name = Field("name", 21, limit=120)
        self._nip = Field("nip", 21, pattern=NIP)
        self._roles = Choice("roles", [roles_word(roles) for roles in _CHOICES], 0)
        self._new = Field("new", 38, secret=True)
        self._again = Field("again", 39, secret=True)
        self._form = Form((self._name, self._nip, self._roles, self._new, self._again))
        self.parts = (self._form,)

    def title(self) -> str:
        """Return the section's name."""
        return _("Officers")

    def detail(self) -> list[str]:
        """Return who is needed at least."""
        return [_("at least 1 coordinator and 2 operators")]

    def done(self) -> bool:
        """Tell whether enough officers are there."""
        missing = self.screen.progress.missing
        return Missing.COORDINATOR not in missing and Missing.OPERATORS not in missing

    async def opened(self) -> None:
        """Propose the role that is still needed."""
        self._propose()

    def _propose(self) -> None:
        wanted = {0: 0, 1: 1, 2: 2}
        self._roles.chosen = wanted.get(len(self.screen.progress.officers), 1)

    def lines(self, width: int, height: int) -> list[Line]:
        """Draw the officers, the one being added, and the fields of the passphrase."""
        head = Line().put(5, p_("officer", "Name")).put(29, "NIP").put(53, _("Role")).put(66, p_("officer", "Phrase"))
        made = [head]
        for officer in self.screen.progress.officers[-(height - 7) :]:
            line = (
                Line().put(5, officer.name, width=23).put(29, _grouped(officer.nip)).put(53, roles_word(officer.roles))
            )
            made.append(line.state(66, _("√ there")))
        made += [self._row(), Line()]
        secret = self._form.draw(Line().put(5, _("New passphrase")), "new", 23)
        if count := len(self._new.text):
            enough = "√" if is_long_enough(self._new.text) else "×"
            secret.put(64, _("{count} letters {enough}").format(count=count, enough=enough))
        again = self._form.draw(Line().put(5, _("Repeat")), "again", 23)
        hint = _("At least {count} letters, such as four words that have nothing in common.")
        made += [secret, again, Line().put(5, hint.format(count=SHORTEST_PASSPHRASE))]
        if self._form.entry is self._roles:
            choices = "  ".join(f"{number} {roles_word(roles)}" for number, roles in enumerate(_CHOICES, 1))
            made[-1] = Line().put(5, choices)
        return made

    def _row(self) -> Line:
        """Draw the officer being added: as fields while they are typed, as a row of the table afterwards."""
        if self._form.entry in (self._new, self._again):
            line = Line().put(3, "►", Ink.VALUE).put(5, self._name.text, width=23).put(29, self._nip.shown)
            return line.put(53, roles_word(self._chosen)).state(66, _("· not yet"))
        line = self._form.draw(Line(), "name", 4)
        line = self._form.draw(line, "nip", 28)
        return self._form.draw(line, "roles", 53, folded=True)

    @property
    def _chosen(self) -> frozenset[OfficerRole]:
        return _CHOICES[self._roles.chosen or 0]

    def status(self) -> str:
        """Return that nobody can read a passphrase."""
        return _("Nobody can read a passphrase. Lost: the office key opens again.")

    def hints(self) -> Sequence[Hint]:
        """Return the field keys; Enter in the last field adds the officer."""
        return (
            Hint(keys.FIELD, _("Field"), lambda: None),
            Hint(keys.ENTER, _("Add"), self._add, rank=0),
            Hint(keys.ADD, _("Add"), lambda: self._form.focus("name"), rank=0),
        )

    async def _add(self) -> None:
        """Add the officer who is typed, and empty the fields for the next."""
        if self._new.text != self._again.text:
            self._again.text = ""
            self._form.focus("again")
            self.screen.refuse(Problem("×", _("The passphrases differ. The rest is kept. Type it again.")))
            return
        try:
            added = await self._make()
        except KeyringError as error:
            self.screen.refuse(_refused(error))
            self._form.focus({KeyringProblem.SHORT_PASSPHRASE: "new"}.get(error.problem, "name"))
            return
        except OpenError as error:
            self.screen.refuse(refusal(error))
            return
        if added:
            for field in (self._name, self._nip, self._new, self._again):
                field.text = ""
            await self.screen.load()
            self._propose()
            self._form.focus("name")

    async def _make(self) -> bool:
        name, nip, roles, passphrase = self._name.text, self._nip.text, self._chosen, self._new.text
        if not self.screen.progress.officers:
            make = partial(setup.first_officer, self.folder, self.screen.rekam.clock)
            key = self.screen.printing_key
            self.screen.by = await asyncio.to_thread(
                make, name=name, nip=nip, roles=roles, passphrase=passphrase, printing_key=key
            )
            return True
        by = await self.screen.coordinator()
        if by is None:
            return False
        add = Keyring(self.folder).add_officer
        await asyncio.to_thread(add, by, name=name, nip=nip, roles=roles, passphrase=passphrase)
        return True

    async def finish(self) -> bool:
        """Add whoever is still typed; go on only with enough officers."""
        if self._name.text or self._new.text:
            before = len(self.screen.progress.officers)
            await self._add()
            if len(self.screen.progress.officers) == before:
                return False
            if not self.done():
                return False
        missing = self.screen.progress.missing
        if Missing.COORDINATOR in missing:
            self.screen.refuse(Problem("×", _("No coordinator yet. Type the name, the role and a passphrase.")))
        elif Missing.OPERATORS in missing:
            self.screen.refuse(Problem("×", _("Two operators are needed. Type the next one's name.")))
        return self.done()


def _grouped(nip: str) -> str:
    field = Field("nip", 21, nip, pattern=NIP)
    return field.shown if len(field.text) == len(nip) else nip


def _refused(error: KeyringError) -> Problem:
    if error.problem is KeyringProblem.FULL:
        return problem(36)
    if error.problem in _SAID:
        return Problem("×", _(_SAID[error.problem]) + " " + _("The rest is kept."))
    return refusal(error)
