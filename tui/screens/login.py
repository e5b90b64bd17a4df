"""Login (S01): choose who you are, say the passphrase; nothing else can be read before it is right."""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta

from store.errors import KeyringError, OpenError
from store.keyring import Keyring, OfficerEntry
from tui import figures, keys
from tui.duty import role_summary
from tui.frame import FrameScreen
from tui.i18n import _
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line, stack
from tui.messages import Problem, problem
from tui.navigation import Place
from tui.pressing import HEIGHT, WIDTH
from tui.unlocking import refusal
from tui.widgets import bars
from tui.widgets.bars import Top
from tui.widgets.fields import Field, Form

_CLOCK_TOLERANCE = timedelta(minutes=10)
"""A clock that is set right by some minutes is not told as one that went back."""

_REMEMBERED_S = 0.5
"""The furniture is written down when nobody waits for the screen any more."""


class LoginScreen(FrameScreen):
    """The officers of this laptop and one field."""

    def __init__(self) -> None:
        super().__init__()
        self._officers: tuple[OfficerEntry, ...] = ()
        self._at = 0
        self._free = 0
        self._backup: datetime | None = None
        self._wrong: Problem | None = None
        self._passphrase = Field("passphrase", 47, secret=True)
        self._form = Form((self._passphrase,), esc_leaves=False)
        self.parts = (self._form,)

    async def load(self) -> None:
        """Read the officers from the keyring's open part; the last one who logged in is preselected."""
        folder = self.rekam.folder
        if folder is None:
            return
        try:
            self._officers = Keyring(folder).officers()
        except KeyringError as error:
            self._wrong = refusal(error)
            return
        self._free = shutil.disk_usage(folder.path).free // 10**9
        self._backup = folder.last_backup
        seen = [entry.last_login for entry in self._officers if entry.last_login is not None]
        if seen:
            self._at = next(at for at, entry in enumerate(self._officers) if entry.last_login == max(seen))

    def on_mount(self) -> None:
        """Remember what of this screen is furniture, once it stands: the next start begins with it."""
        if not self.app.is_headless:
            self.set_timer(_REMEMBERED_S, self._remember)

    def _remember(self) -> None:
        from tui.terminal import furniture

        width, height = self.app.size
        if width >= WIDTH and height >= HEIGHT:
            furniture.keep(self._furniture(width, height), width, self.rekam.look, self.app.console)

    def _furniture(self, width: int, height: int) -> list[Line]:
        """Return the screen without a word of a person, a time or the laptop's state."""
        training = self.rekam.training
        top = Top(self.rekam.settings.place, ("· " + _("locked"),))
        return [
            bars.top_line(top, width, training=training),
            Line(),
            bars.headline(*self.headline(), width, training=training),
            *stack(self._heads(), height - 4),
            keys.key_bar((*self.hints(), *self.shared_keys()), width, typing=True),
        ]

    def top(self) -> Top:
        """Return the laptop, the day, and that it is locked."""
        now = self.rekam.local_now()
        day = figures.weekday(now) + " " + figures.long_date(now)
        return Top(self.rekam.settings.place, (day, figures.clock_time(now), "· " + _("locked")))

    def headline(self) -> tuple[str, str]:
        """Return the screen's name."""
        return _("Log in"), ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        """List the officers above the field."""
        made = self._heads()
        for number, entry in enumerate(self._officers[:9], 1):
            line = Line().put(6, f"{number} ").put(8, entry.name, width=21).put(30, role_summary(entry.roles), width=26)
            if entry.last_login is not None:
                line.put(57, self._moment(entry.last_login, "  "))
            if number - 1 == self._at:
                line.put(4, "►", Ink.VALUE).paint(Ink.CURSOR, 4, width)
            made.append(line)
        made += [Line(), self._form.draw(Line().put(6, _("Passphrase")), "passphrase", 19)]
        made += [Line().put(20, _("not shown; spaces are fine; Enter opens")), Line()]
        if self.rekam.training:
            return [*made, *_training_lines()]
        made.append(Line().put(6, _("The data on this laptop are locked. Pupils' names are read after login.")))
        made.append(Line().put(6, _("Scanners, pad and printer are not active while it is locked.")))
        return made

    def _heads(self) -> list[Line]:
        """Return what stands above the officers."""
        made = [Line().put(6, _("Rekam17 · recording at school")), Line().put(6, self.rekam.settings.office), Line()]
        return [*made, Line().put(6, _("Officer")).put(30, _("Role")).put(57, _("Last login"))]

    def status(self) -> str:
        """Return the laptop's clock, when the last backup was made, and the room left on its disk."""
        now = figures.clock_time(self.rekam.local_now())
        if self._backup is None:
            backup = _("no backup yet")
        else:
            backup = _("last backup {when}").format(when=self._moment(self._backup, " "))
        return _("Laptop's clock {time} {zone} · {backup} · {free} GB free").format(
            time=now, zone=self.rekam.settings.zone, backup=backup, free=self._free
        )

    def _moment(self, moment: datetime, gap: str) -> str:
        local = moment.astimezone(figures.ZONES[self.rekam.settings.zone])
        return figures.short_date(local) + gap + figures.clock_time(local)

    def problems(self) -> Sequence[Problem]:
        """Return what the last try met, that this officer is locked, and that the clock went back."""
        found: list[Problem] = []
        if self._wrong is not None:
            found.append(self._wrong)
        elif self._officers and self._officers[self._at].locked:
            found.append(problem(2))
        seen = [entry.last_login for entry in self._officers if entry.last_login is not None]
        back = max(seen, default=self.rekam.clock.now()) - self.rekam.clock.now()
        if back > _CLOCK_TOLERANCE:
            found.append(problem(3, days=math.ceil(back / timedelta(days=1))))
        return found

    def hints(self) -> Sequence[Hint]:
        """Return the keys that choose an officer, and Enter."""
        hints = [
            Hint(keys.UP, _("Officer"), lambda: self._choose(self._at - 1)),
            Hint(keys.DOWN, _("Officer"), lambda: self._choose(self._at + 1), rank=0),
            Hint(keys.ENTER, _("Open"), self._open),
            Hint(keys.EXCEPTION, _("Passphrase lost"), self._lost, help=_("the office's recovery key opens"), cap="F7"),
            Hint(keys.AGAIN, _("Again"), self.load, help=_("look at the clock and the disk again"), rank=0),
        ]
        return hints

    def press(self, press: keys.Press) -> None:
        """Take a digit as an officer's number while the field is empty."""
        if press.text.isascii() and press.text.isdigit() and not self._passphrase.text:
            self._choose(int(press.text) - 1)
            self.refresh_frame()
        else:
            super().press(press)

    def _choose(self, at: int) -> None:
        if 0 <= at < len(self._officers):
            self._at = at
            self._wrong = None

    async def _lost(self) -> None:
        if self._officers:
            from tui.screens.recovery import RecoveryScreen

            self._wrong = None
            await self.rekam.over(RecoveryScreen(self._officers[self._at]))

    async def _open(self) -> None:
        if not self._officers or not self._passphrase.text:
            return
        entry = self._officers[self._at]
        passphrase, self._passphrase.text = self._passphrase.text, ""
        try:
            await self.rekam.unlock(entry.id, passphrase)
        except (KeyringError, OpenError) as error:
            self._wrong = refusal(error)
            self.rekam.ring()
            return
        await self.rekam.go(Place.HOME)


def _training_lines() -> list[Line]:
    """Say what a newcomer needs: the passphrase of all, and that nothing here is real."""
    from tui.training.ground import PASSPHRASE

    return [
        Line().put(6, _("Training: the passphrase of every officer is")).add("  ").add(PASSPHRASE, Ink.VALUE),
        Line().put(6, _("All people are invented, all devices emulated. Nothing is kept.")),
    ]
