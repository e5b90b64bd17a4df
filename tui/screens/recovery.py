"""A passphrase that is lost (S01, F7): the office's recovery key opens, and the officer chooses a new one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from store.errors import KeyringError, KeyringProblem
from store.keyring import Keyring, OfficerEntry
from store.sealing import KeyUse, SealError, read_private
from store.slots import SHORTEST_PASSPHRASE, is_long_enough
from tui import figures, keys
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.places import Origin, sources
from tui.unlocking import refusal
from tui.widgets.bars import Top
from tui.widgets.fields import Field, Form

_FILE = "recovery.key"


class RecoveryScreen(FrameScreen):
    """The key's file, and the new passphrase twice; the key itself is never kept."""

    subject = N_("a passphrase that is lost")

    def __init__(self, officer: OfficerEntry) -> None:
        super().__init__()
        self._officer = officer
        self._path = Field("path", 50, limit=1000)
        self._new = Field("new", 38, secret=True)
        self._again = Field("again", 38, secret=True)
        self._form = Form((self._path, self._new, self._again))
        self.parts = (self._form,)

    @property
    def _file(self) -> Path:
        return Path(self._path.text.strip()).expanduser()

    async def load(self) -> None:
        """Propose the recovery key of a stick that is plugged in."""
        app = self.rekam
        if not self._path.text:
            found = await asyncio.to_thread(sources, app.settings, app.folder, os.environ)
            sticks = [one.path / _FILE for one in found if one.origin is Origin.STICK]
            self._path.text = next((str(path) for path in sticks if path.is_file()), "")

    def top(self) -> Top:
        """Return the laptop, and that it is locked."""
        now = self.rekam.local_now()
        return Top(self.rekam.settings.place, (figures.clock_time(now), "· " + _("locked")))

    def headline(self) -> tuple[str, str]:
        """Return whose passphrase is lost."""
        return _("Passphrase lost · {name}").format(name=self._officer.name), ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Say what the office brings, and draw the fields."""
        said = [
            _("The office's recovery key opens this laptop's data. Somebody of the office"),
            _("brings it on a stick and takes it away again; it is not kept here."),
        ]
        new = self._form.draw(Line().put(5, _("New passphrase")), "new", 23)
        if count := len(self._new.text):
            enough = "√" if is_long_enough(self._new.text) else "×"
            new.put(64, _("{count} letters {enough}").format(count=count, enough=enough))
        hint = _("At least {count} letters, such as four words that have nothing in common.")
        return [
            *(Line().put(5, text) for text in said),
            Line(),
            self._form.draw(Line().put(5, _("Recovery key")), "path", 23),
            Line(),
            new,
            self._form.draw(Line().put(5, _("Repeat")), "again", 23),
            Line().put(5, hint.format(count=SHORTEST_PASSPHRASE)),
        ]

    def status(self) -> str:
        """Return that nothing of the work is touched."""
        return _("All work and all roles stay as they are.")

    def hints(self) -> Sequence[Hint]:
        """Return the field keys, and F2, which sets the new passphrase."""
        return (
            Hint(keys.FIELD, _("Field"), lambda: None),
            Hint(keys.GO_ON, _("Set the new passphrase"), self._recover),
            Hint(keys.BACK, _("Back"), self.rekam.pop_screen),
        )

    async def _recover(self) -> None:
        folder = self.rekam.folder
        if folder is None:
            return
        if self._new.text != self._again.text:
            self._again.text = ""
            self._form.focus("again")
            self.refuse(Problem("×", _("The passphrases differ. The rest is kept. Type it again.")))
            return
        try:
            key = await asyncio.to_thread(read_private, self._file, KeyUse.RECOVERY)
            now = self.rekam.clock.now()
            await asyncio.to_thread(Keyring(folder).recover, key, self._officer.id, self._new.text, now)
        except SealError:
            self._form.focus("path")
            self.refuse(Problem("×", _("That is not a recovery key. Nothing was changed. Choose another file.")))
        except KeyringError as error:
            self.refuse(_refused(error))
        else:
            await self.rekam.pop_screen()
            if isinstance(self.rekam.screen, FrameScreen):
                self.rekam.screen.news = "√ " + _("New passphrase for {name}. Log in with it.").format(
                    name=self._officer.name
                )


def _refused(error: KeyringError) -> Problem:
    if error.problem is KeyringProblem.SHORT_PASSPHRASE:
        return Problem("×", _("Passphrase shorter than 16 letters.") + " " + _("The rest is kept."))
    if error.problem is KeyringProblem.WRONG_KEY:
        return Problem("×", _("This recovery key is another office's. Nothing was changed."))
    return refusal(error)
