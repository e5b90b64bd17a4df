"""The sections of the first set-up but the officers': each knows its line, its part of the work, and what it stores."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from store import setup
from store.errors import KeyringError
from store.folder import Folder
from store.keyring import Keyring
from store.sealing import PublicKeys, SealError, read_public
from store.setup import Missing
from tui import figures, keys
from tui.i18n import N_, _
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line, cut
from tui.messages import Problem, problem
from tui.places import Origin, sources
from tui.screens.setup_section import Section, WithPicks
from tui.unlocking import refusal
from tui.widgets.fields import Field, Form

if TYPE_CHECKING:
    from tui.screens.setup import SetupScreen

_ORIGINS = {Origin.STICK: N_("USB stick"), Origin.INBOX: N_("inbox"), Origin.DOWNLOADS: N_("downloads")}
_KEY_SUFFIX = ".pub"


class OfficeKeySection(WithPicks):
    """1: the office's public keys, and their fingerprint read back by telephone."""

    def __init__(self, screen: SetupScreen) -> None:
        super().__init__(screen)
        self._taken: str = ""

    def title(self) -> str:
        """Return the section's name."""
        return _("Office key")

    def detail(self) -> list[str]:
        """Return the file and the fingerprint to be read back."""
        office = self.screen.progress.office
        if office is None:
            shown = self._shown()
            if shown is None:
                return [_("from the office, on a USB stick")]
            office, name = shown
        else:
            name = self._taken or _("the office's key is kept here")
        return [name, _("compare by telephone:  {fingerprint}").format(fingerprint=office.fingerprint)]

    def done(self) -> bool:
        """Tell whether the fingerprint was read back."""
        return Missing.OFFICE_KEY not in self.screen.progress.missing

    def _shown(self) -> tuple[PublicKeys, str] | None:
        path = self.picks.path
        if path is None:
            return None
        try:
            office = read_public(path)
        except SealError:
            return None
        return office, _("{file} from {place}").format(file=path.name, place=self.picks.paths[self.picks.at][1])

    async def opened(self) -> None:
        """Look for key files on sticks, in the inbox and among the downloads."""
        found = await asyncio.to_thread(_key_files, self.screen)
        self.picks.paths = [*found, *(one for one in self.picks.paths if one not in found)]

    def lines(self, width: int, height: int) -> list[Line]:
        """List the files found, and a field for another."""
        del height
        head = Line().put(5, _("Key files")).put(41, _("Place"))
        rows = self.picks.lines(width) or [Line().put(5, _("No key file found. Plug the office's stick in, F5."))]
        typed = self.form.draw(Line().put(5, _("Another file")), "path", 23)
        said = [_("Call the office and read the fingerprint aloud. Only when every letter"), _("agrees: Space.")]
        return [head, *rows, Line(), typed, Line(), *(Line().put(5, text) for text in said)]

    def hints(self) -> Sequence[Hint]:
        """Return taking a typed file, looking again, and the word that the fingerprint agrees."""
        return (
            Hint(keys.TICK, _("It agrees"), self._agree),
            Hint(keys.AGAIN, _("Again"), self.opened),
            Hint(keys.ENTER, _("Take the file"), self._take),
            Hint(keys.FIELD, _("Field"), lambda: None, rank=2),
        )

    def _take(self) -> None:
        path = self.typed()
        if path is None:
            return
        try:
            read_public(path)
        except SealError:
            self.screen.refuse(Problem("×", _("That is not the office's public key. Nothing was taken.")))
            return
        self.picks.take(path, _("this path"))
        self.screen.focus_part(0)

    async def _agree(self) -> None:
        shown, path = self._shown(), self.picks.path
        if self.screen.progress.officers or shown is None or path is None:
            return
        office, self._taken = shown
        try:
            await asyncio.to_thread(setup.agree, self.folder, office)
        except OSError:
            self.screen.refuse(_no_place(self.folder))
            return
        self.screen.printing_key = setup.printing_key(path, office)
        await self.screen.load()
        await self.screen.open_section(1)

    async def finish(self) -> bool:
        """Go on only after the fingerprint was read back."""
        if not self.done():
            self.screen.refuse(
                Problem("×", _("The office key's fingerprint was not compared yet. Space when it agrees."))
            )
        return self.done()


class PlaceSection(Section):
    """2: where the data will be; only told, because the program was started with it."""

    def title(self) -> str:
        """Return the section's name."""
        return _("Data place")

    def detail(self) -> list[str]:
        """Return the folder and the space it has."""
        said = _("{folder}, encrypted, {free} GB free")
        return [said.format(folder=cut(str(self.folder.path), 28), free=self.screen.free)]

    def done(self) -> bool:
        """Tell whether the folder was made, which the first section does."""
        return Missing.OFFICE_KEY not in self.screen.progress.missing

    def lines(self, width: int, height: int) -> list[Line]:
        """Say what will be in the folder."""
        del height
        said = [
            _("Everything about pupils is kept in this folder, encrypted under a key"),
            _("that only the officers' passphrases and the office's recovery key open."),
            _("Another folder: F10, then start with --data."),
        ]
        return [Line().put(5, str(self.folder.path), width=width - 6), Line(), *(Line().put(5, text) for text in said)]


class BackupSection(WithPicks):
    """4: a first backup on a second stick, read back at once."""

    def title(self) -> str:
        """Return the section's name."""
        return _("Backup")

    def detail(self) -> list[str]:
        """Return when the backup was made, or what will be done."""
        made = self.screen.progress.backup
        if made is None:
            return [_("a second USB stick; read back as a trial")]
        local = made.astimezone(figures.ZONES[self.screen.rekam.settings.zone])
        when = f"{figures.short_date(local)} {figures.clock_time(local)}"
        return [_("made {when}, read back and whole").format(when=when)]

    def done(self) -> bool:
        """Tell whether there is one."""
        return Missing.BACKUP not in self.screen.progress.missing

    async def opened(self) -> None:
        """Look for sticks."""
        app = self.screen.rekam
        found = await asyncio.to_thread(sources, app.settings, app.folder, os.environ)
        sticks = [(one.path, _(_ORIGINS[one.origin])) for one in found if one.origin is Origin.STICK]
        self.picks.paths = [*sticks, *(one for one in self.picks.paths if one not in sticks)]

    def lines(self, width: int, height: int) -> list[Line]:
        """List the sticks, and a field for another folder."""
        del height
        rows = self.picks.lines(width) or [Line().put(5, _("No stick found. Plug a second one in, F5."))]
        typed = self.form.draw(Line().put(5, _("Another folder")), "path", 23)
        return [Line().put(5, _("Sticks")), *rows, Line(), typed]

    def hints(self) -> Sequence[Hint]:
        """Return making the backup and looking again."""
        return (
            Hint(keys.ENTER, _("Make the backup"), self._make),
            Hint(keys.AGAIN, _("Again"), self.opened),
            Hint(keys.FIELD, _("Field"), lambda: None, rank=2),
        )

    async def _make(self) -> None:
        from store import backup
        from store.backup import BackupError, BackupProblem

        target = self.typed() or self.picks.path
        by = None if target is None else await self.screen.coordinator()
        if target is None or by is None:
            return
        try:
            made = await asyncio.to_thread(backup.make, self.folder, by.database_key, target, self.screen.rekam.clock)
        except BackupError as error:
            full = error.problem is BackupProblem.FULL
            said = _("No space on the stick.") if full else _("The stick does not take it, or is no folder.")
            self.screen.refuse(Problem("×", said + " " + _("All else is kept. F5 looks again.")))
            return
        await self.screen.load()
        self.screen.news = "√ " + _("{file} read back and whole").format(file=made.path.name)

    async def finish(self) -> bool:
        """Go on only with a backup."""
        if not self.done():
            self.screen.refuse(Problem("×", _("No backup yet. Choose a stick, Enter.")))
        return self.done()


class TrialSection(Section):
    """5: every officer opens the laptop once, so that nobody finds out at school that he cannot."""

    def __init__(self, screen: SetupScreen) -> None:
        super().__init__(screen)
        self._passphrase = Field("passphrase", 38, secret=True)
        self.parts = (Form((self._passphrase,)),)

    def title(self) -> str:
        """Return the section's name."""
        return _("Unlock test")

    def detail(self) -> list[str]:
        """Return what is tried."""
        return [_("every officer logs in once")]

    def done(self) -> bool:
        """Tell whether everybody has."""
        return Missing.LOGIN not in self.screen.progress.missing

    def lines(self, width: int, height: int) -> list[Line]:
        """List the officers with their marks above the field of the next."""
        made: list[Line] = []
        officers = self.screen.progress.officers
        untried = self.screen.progress.untried
        for officer in officers[-(height - 3) :]:
            line = Line().put(5, officer.name, width=40)
            mark = _("· not yet") if officer in untried else _("√ opened")
            if untried and officer is untried[0]:
                line.put(3, "►", Ink.VALUE)
            made.append(line.state(47, mark))
        if untried:
            line = Line().put(5, _("Passphrase of {name}").format(name=untried[0].name), width=34)
            form = self.parts[0]
            assert isinstance(form, Form)
            made += [Line(), form.draw(line, "passphrase", 40 - 1)]
        return made

    def status(self) -> str:
        """Return what is left."""
        left = len(self.screen.progress.untried)
        if left:
            return _("{count} officers have not opened it yet").format(count=left)
        return _("Everybody has opened it. F2 ends the set-up.")

    def hints(self) -> Sequence[Hint]:
        """Return Enter, which tries the passphrase."""
        return (Hint(keys.ENTER, _("Open"), self._try),)

    async def _try(self) -> None:
        untried = self.screen.progress.untried
        if not untried or not self._passphrase.text:
            return
        passphrase, self._passphrase.text = self._passphrase.text, ""
        now = self.screen.rekam.clock.now()
        try:
            await asyncio.to_thread(Keyring(self.folder).unlock, untried[0].id, passphrase, now)
        except KeyringError as error:
            self.screen.refuse(refusal(error))
            return
        await self.screen.load()

    async def finish(self) -> bool:
        """Go on only when everybody has opened it."""
        if not self.done():
            waiting = self.screen.progress.untried
            name = waiting[0].name if waiting else ""
            self.screen.refuse(Problem("×", _("{name} has not opened it yet. Passphrase, Enter.").format(name=name)))
        return self.done()


def _key_files(screen: SetupScreen) -> list[tuple[Path, str]]:
    """Return the files that hold an office's public keys, wherever lists may arrive."""
    app = screen.rekam
    found: list[tuple[Path, str]] = []
    for source in sources(app.settings, app.folder, os.environ):
        try:
            names = [entry for entry in sorted(source.path.iterdir())[:200] if entry.suffix == _KEY_SUFFIX]
        except OSError:
            continue
        for path in names:
            try:
                read_public(path)
            except SealError:
                continue
            found.append((path, _(_ORIGINS[source.origin])))
    return found


def _no_place(folder: Folder) -> Problem:
    if folder.path.exists() and os.statvfs(folder.path).f_bavail == 0:
        return problem(36)
    return Problem("×", _("The data folder cannot be written. Another one: F10, then --data."))
