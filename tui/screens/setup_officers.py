"""The officers' section of the first set-up: a table, and below it the officer who is being added or changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from store import setup
from store.errors import KeyringError, KeyringProblem, OpenError
from store.keyring import Keyring, OfficerEntry
from store.setup import Missing
from store.slots import SHORTEST_PASSPHRASE, is_long_enough
from store.transaction import OfficerRole
from tui import keys
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.keys import Hint, Press
from tui.line import Line
from tui.messages import Problem, problem
from tui.screens.setup_section import Section
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
    KeyringProblem.LAST_COORDINATOR: N_("The last coordinator stays one."),
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


class _Table:
    """The officers who are there, as a part that can have the focus."""

    typing = False

    def __init__(self) -> None:
        self.focused = False
        self.officers: Sequence[OfficerEntry] = ()
        self.at = 0

    @property
    def officer(self) -> OfficerEntry | None:
        """Who stands under the cursor."""
        return self.officers[min(self.at, len(self.officers) - 1)] if self.officers else None

    def press(self, press: Press) -> bool:
        """Move the cursor."""
        if press.key not in (keys.UP, keys.DOWN):
            return False
        self.at = max(min(self.at + (1 if press.key is keys.DOWN else -1), len(self.officers) - 1), 0)
        return True

    def lines(self, width: int, most: int) -> list[Line]:
        """Draw as many rows as fit: around the cursor, or without the focus the last ones."""
        first = max(len(self.officers) - most, 0)
        if self.focused:
            first = min(first, self.at)
        made: list[Line] = []
        for officer in self.officers[first : first + most]:
            line = Line().put(5, officer.name, width=23).put(29, _grouped(officer.nip))
            line.put(53, roles_word(officer.roles)).state(66, _("√ there"))
            if self.focused and officer is self.officer:
                line.put(3, "►", Ink.VALUE).paint(Ink.CURSOR, 3, width)
            made.append(line)
        return made


class OfficersSection(Section):
    """3: a coordinator first, then the operators, each typing his own passphrase twice.

    A row of the table is changed with the passphrase of its officer, because his key is bound to his roles.
    """

    def __init__(self, screen: SetupScreen) -> None:
        super().__init__(screen)
        self._name = Field("name", 21, limit=120)
        self._nip = Field("nip", 21, pattern=NIP)
        self._roles = Choice("roles", [roles_word(roles) for roles in _CHOICES], 0)
        self._new = Field("new", 38, secret=True)
        self._again = Field("again", 39, secret=True)
        self._own = Field("own", 38, secret=True)
        self._table = _Table()
        self._adding = Form((self._name, self._nip, self._roles, self._new, self._again))
        self._changing = Form((self._name, self._nip, self._roles, self._own))
        self._changed: OfficerEntry | None = None
        self._form = self._adding
        self.parts = (self._table, self._form)

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

    def first_part(self) -> int:
        """Begin with the officer who is being typed."""
        return 1

    async def opened(self) -> None:
        """Propose the role that is still needed."""
        self._begin(None)

    def _begin(self, officer: OfficerEntry | None) -> None:
        """Fill the fields with an officer to be changed, or empty them for one to be added."""
        self._changed = officer
        self._form = self._adding if officer is None else self._changing
        self._name.text, self._nip.text = ("", "") if officer is None else (officer.name, officer.nip)
        for secret in (self._new, self._again, self._own):
            secret.text = ""
        self._form.focus("name")
        if officer is None:
            self._propose()
        else:
            self._roles.chosen = _CHOICES.index(officer.roles) if officer.roles in _CHOICES else None
        self.parts = self.screen.parts = (self._table, self._form)
        self.screen.focus_part(1)

    def _propose(self) -> None:
        wanted = {0: 0, 1: 1, 2: 2}
        self._roles.chosen = wanted.get(len(self.screen.progress.officers), 1)

    def lines(self, width: int, height: int) -> list[Line]:
        """Draw the officers, the one being added, and the fields of the passphrase."""
        head = Line().put(5, p_("officer", "Name")).put(29, "NIP").put(53, _("Role")).put(66, p_("officer", "Phrase"))
        self._table.officers = self.screen.progress.officers
        made = [head, *self._table.lines(width, height - 7), self._row(), Line(), *self._secrets()]
        if self._form.entry is self._roles:
            choices = "  ".join(f"{number} {roles_word(roles)}" for number, roles in enumerate(_CHOICES, 1))
            made[-1] = Line().put(5, choices)
        return made

    def _secrets(self) -> list[Line]:
        """Draw the passphrase: typed twice for a new officer, his own once for one who is changed."""
        if self._changed is not None:
            own = self._form.draw(Line().put(5, _("Own passphrase")), "own", 23)
            hint = _("Who is changed types his own passphrase: his key is bound to his roles.")
            return [own, Line(), Line().put(5, hint)]
        secret = self._form.draw(Line().put(5, _("New passphrase")), "new", 23)
        if count := len(self._new.text):
            enough = "√" if is_long_enough(self._new.text) else "×"
            secret.put(64, _("{count} letters {enough}").format(count=count, enough=enough))
        again = self._form.draw(Line().put(5, _("Repeat")), "again", 23)
        hint = _("At least {count} letters, such as four words that have nothing in common.")
        return [secret, again, Line().put(5, hint.format(count=SHORTEST_PASSPHRASE))]

    def _row(self) -> Line:
        """Draw the officer being typed: as fields while they are typed, as a row of the table afterwards."""
        if self._form.focused and self._form.entry in (self._new, self._again, self._own):
            line = Line().put(3, "►", Ink.VALUE).put(5, self._name.text, width=23).put(29, self._nip.shown)
            return line.put(53, roles_word(self._chosen)).state(66, _("· not yet"))
        line = self._form.draw(Line(), "name", 4)
        line = self._form.draw(line, "nip", 28)
        return self._form.draw(line, "roles", 53, folded=True)

    @property
    def _chosen(self) -> frozenset[OfficerRole]:
        if self._roles.chosen is None and self._changed is not None:
            return self._changed.roles  # none of the choices, and none was made
        return _CHOICES[self._roles.chosen or 0]

    def status(self) -> str:
        """Return that nobody can read a passphrase, or who is being changed."""
        if self._changed is not None:
            return _("{name} is being changed: Enter keeps it, Esc does not.").format(name=self._changed.name)
        return _("Nobody can read a passphrase. Lost: the office key opens again.")

    def hints(self) -> Sequence[Hint]:
        """Return the field keys; Enter in the last field adds the officer, or keeps the change."""
        done = Hint(keys.ENTER, _("Add"), self._add, rank=0)
        if self._table.focused:
            done = Hint(keys.ENTER, _("Change"), self._change, rank=0)
        elif self._changed is not None:
            done = Hint(keys.ENTER, _("Keep"), self._keep)
        return (
            Hint(keys.FIELD, _("Field"), lambda: None),
            done,
            Hint(keys.ADD, _("Add"), lambda: self._begin(None), rank=2),
            Hint(keys.EDIT, _("Change"), self._change, rank=2),
        )

    def back(self) -> bool:
        """Leave the officer as he was; without one, there is nothing to go back from."""
        changing = self._changed is not None
        if changing:
            self._begin(None)
        return changing

    def _change(self) -> None:
        """Take the officer under the cursor into the fields."""
        if self._table.officer is not None:
            self._begin(self._table.officer)

    async def _keep(self) -> None:
        """Store the officer who was changed; where it is refused he is still being changed."""
        old = self._changed
        by = None if old is None else await self.screen.coordinator()
        if old is None or by is None:
            return
        change = Keyring(self.folder).change_officer
        passphrase, self._own.text = self._own.text, ""
        try:
            new = await asyncio.to_thread(
                change,
                by,
                old.id,
                name=self._name.text,
                nip=self._nip.text,
                roles=self._chosen,
                passphrase=passphrase,
                now=self.screen.rekam.clock.now(),
            )
        except KeyringError as error:
            self.screen.refuse(_refused(error))
            named = (KeyringProblem.BAD_NAME, KeyringProblem.NAME_TAKEN)
            self._form.focus("name" if error.problem in named else "own")
            return
        if new.id == by.officer.id:
            self.screen.by = replace(by, officer=new) if _C in new.roles else None
        self._begin(None)
        await self.screen.load()
        self.screen.news = "√ " + _("{name} is changed").format(name=new.name)

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
            await self.screen.load()
            self._begin(None)

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
        """Keep or add whoever is still typed; go on only with enough officers."""
        await self._keep()
        if self._changed is not None:
            return False
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
