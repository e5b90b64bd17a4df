"""First set-up (S02): the office's key, the place of the data, officers, a backup, and everybody's first login."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence

from store import setup
from store.errors import KeyringError, OpenError
from store.keyring import Keyring, Unlocked
from store.sealing import SealError
from store.setup import Progress
from store.transaction import OfficerRole
from tui import figures, keys
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.navigation import Place
from tui.screens.setup_officers import OfficersSection
from tui.screens.setup_section import Section
from tui.screens.setup_sections import BackupSection, OfficeKeySection, PlaceSection, TrialSection
from tui.unlocking import refusal
from tui.widgets.bars import Top
from tui.widgets.witness_dialog import Witness


class SetupScreen(FrameScreen):
    """Five sections, one open at a time; each is stored when its line turns √."""

    subject = N_("the first set-up")

    def __init__(self) -> None:
        super().__init__()
        self.progress = Progress(None, (), None)
        self.by: Unlocked | None = None
        """The coordinator in whose name officers are added; asked for again where the set-up is gone on with."""
        self.printing_key: bytes | None = None
        """The office's private printing key, in memory only, where it was on the stick beside the public keys."""
        self.free = 0
        self.wrong: Problem | None = None
        self._sections: tuple[Section, ...] = (
            OfficeKeySection(self),
            PlaceSection(self),
            OfficersSection(self),
            BackupSection(self),
            TrialSection(self),
        )
        self._at: int | None = None

    @property
    def section(self) -> Section:
        """The section that is open."""
        return self._sections[self._at or 0]

    # --- what is done ---------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read how far the set-up is, and open the first section that is not done."""
        folder = self.rekam.folder
        if folder is None:
            return
        try:
            self.progress = await asyncio.to_thread(setup.progress, folder)
            self.wrong = None
        except KeyringError as error:
            self.wrong = refusal(error)
        except SealError:
            self.wrong = Problem("×", _("The office's key in the data folder is damaged. Nothing was changed. F10."))
        there = next((parent for parent in (folder.path, *folder.path.parents) if parent.exists()), folder.path)
        self.free = shutil.disk_usage(there).free // 10**9
        if self._at is None:
            done = [section.done() for section in self._sections]
            await self.open_section(done.index(False) if False in done else len(done) - 1)

    async def open_section(self, at: int) -> None:
        """Open a section by its place, from 0."""
        self._at = max(min(at, len(self._sections) - 1), 0)
        await self.section.opened()
        self.parts = self.section.parts
        self.focus_part(self.section.first_part())

    async def coordinator(self) -> Unlocked | None:
        """Return the coordinator who sets this laptop up; asked for again where the program was left meanwhile."""
        folder = self.rekam.folder
        if self.by is not None or folder is None:
            return self.by
        known = [officer for officer in self.progress.officers if OfficerRole.COORDINATOR in officer.roles]

        async def check(witness: Witness) -> str:
            now = self.rekam.clock.now()
            try:
                by = await asyncio.to_thread(Keyring(folder).unlock, known[witness.number].id, witness.passphrase, now)
                await asyncio.to_thread(setup.make_store, folder, self.rekam.clock, by)
            except (KeyringError, OpenError) as error:
                return refusal(error).sentence
            self.by = by
            return ""

        said = (_("The set-up was left. A coordinator goes on with it."),)
        await self.ask_witness(_("Go on with the set-up"), said, [officer.name for officer in known], check)
        return self.by

    # --- what is shown --------------------------------------------------------------------------------------------

    def top(self) -> Top:
        """Return the laptop, the coordinator once there is one, and that it is being set up."""
        now = self.rekam.local_now()
        who = "" if self.by is None else self.by.officer.name + "·" + _("coord")
        return Top(self.rekam.settings.place, (who, figures.clock_time(now), "· " + _("set-up")))

    def headline(self) -> tuple[str, str]:
        """Return the screen's name and which section is open."""
        return (
            _("First set-up · officers and keys"),
            _("{number} of {total}").format(number=(self._at or 0) + 1, total=len(self._sections)),
        )

    def work(self, width: int, height: int) -> Sequence[Line]:
        """List the sections above the one that is open."""
        made: list[Line] = []
        for number, section in enumerate(self._sections):
            mark = "►" if number == self._at else "√" if section.done() else "·"
            first, *more = section.detail()
            made.append(Line().state(3, mark).put(5, f"{number + 1} {section.title()}", width=19).put(25, first))
            made += [Line().put(25, text) for text in more]
        return [*made, Line().put(2, "─" * (width - 2)), *self.section.lines(width, height - len(made) - 1)]

    def status(self) -> str:
        """Return what the open section wants to be known."""
        return self.section.status()

    def problems(self) -> Sequence[Problem]:
        """Return that the files of a set-up begun before cannot be read."""
        return [] if self.wrong is None else [self.wrong]

    # --- keys -----------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the open section, and the ways to the next and the one before."""
        return (
            *self.section.hints(),
            Hint(keys.GO_ON, _("Go on"), self._go_on),
            Hint(keys.BACK, _("Back"), self._go_back),
        )

    async def _go_back(self) -> None:
        """Go back within the section, else to the one before."""
        if not self.section.back():
            await self.open_section((self._at or 0) - 1)

    async def _go_on(self) -> None:
        """Go to the next section where this one is done; after the last, end the set-up and log in."""
        if not await self.section.finish():
            return
        if self._at is None or self._at + 1 < len(self._sections):
            await self.open_section((self._at or 0) + 1)
            return
        folder = self.rekam.folder
        if folder is not None and await asyncio.to_thread(setup.finish, folder):
            await self.rekam.go(Place.LOGIN)
        else:
            undone = next((at for at, section in enumerate(self._sections) if not section.done()), 0)
            await self.open_section(undone)
