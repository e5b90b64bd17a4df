"""The idle lock (S33): the store is closed and its key dropped; the passphrase comes back to the same cell."""

from __future__ import annotations

from collections.abc import Sequence

from store.errors import KeyringError, OpenError
from tui import figures, keys
from tui.duty import role_summary
from tui.frame import FrameScreen
from tui.i18n import _
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.navigation import Place
from tui.unlocking import refusal
from tui.widgets.bars import Top
from tui.widgets.fields import Field, Form


class LockScreen(FrameScreen):
    """One field over everything; no name of a pupil is shown."""

    def __init__(self, idle_minutes: int = 0) -> None:
        super().__init__()
        self._idle_minutes = idle_minutes
        self._since = ""
        self._wrong: Problem | None = None
        self._passphrase = Field("passphrase", 39, secret=True)
        self._form = Form((self._passphrase,), esc_leaves=False)
        self.parts = (self._form,)

    async def load(self) -> None:
        """Note when it was locked."""
        self._since = self._since or figures.clock_time(self.rekam.local_now())

    def top(self) -> Top:
        """Return who is locked out, and for how long nobody had pressed a key."""
        top = self.rekam.bearings(_("Locked"))
        why = _("{minutes} min idle").format(minutes=self._idle_minutes) if self._idle_minutes else _("locked")
        return Top(top.place, (*top.facts[:2], "· " + why))

    def headline(self) -> tuple[str, str]:
        """Return the screen's name."""
        return _("Screen locked"), ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Say what is kept, and ask."""
        officer = self.rekam.officer
        name, roles = (officer.name, role_summary(officer.roles)) if officer else ("", "")
        why = _("Rekam17 is locked.")
        if self._idle_minutes:
            why = _("Rekam17 is locked after {minutes} minutes without a key.").format(minutes=self._idle_minutes)
        texts = [
            why,
            "",
            _("All typing and results are kept. No pupil's name is shown."),
            _("A card that is being printed is finished by the printer; its serial"),
            _("is asked for after unlocking."),
            "",
        ]
        made = [Line().put(6, text) for text in texts]
        made.append(Line().put(6, _("Officer")).put(20, f"{name}, {roles}", width=width - 22))
        made.append(self._form.draw(Line().put(6, _("Passphrase")), "passphrase", 19))
        other = _("Another officer: Esc, then choose the name. The work of {name} waits.").format(name=name)
        return [*made, Line(), Line().put(6, other, width=width - 8)]

    def status(self) -> str:
        """Return since when, and that nothing else stopped."""
        return _("Locked {time} · other desks and printing go on").format(time=self._since)

    def problems(self) -> Sequence[Problem]:
        """Return what the last try met."""
        return [] if self._wrong is None else [self._wrong]

    def hints(self) -> Sequence[Hint]:
        """Return Enter and the way to another officer."""
        return (
            Hint(keys.ENTER, _("Open"), self._open),
            Hint(keys.BACK, _("Another officer"), self._other),
        )

    def shared_keys(self) -> tuple[Hint, ...]:
        """Return only help, redraw and the way out: behind a lock nothing else can be reached."""
        allowed = (keys.HELP, keys.QUIT, keys.REDRAW)
        return tuple(hint for hint in super().shared_keys() if hint.key in allowed)

    async def _open(self) -> None:
        officer = self.rekam.officer
        if officer is None or not self._passphrase.text:
            return
        passphrase, self._passphrase.text = self._passphrase.text, ""
        try:
            await self.rekam.unlock(officer.id, passphrase)
        except (KeyringError, OpenError) as error:
            self._wrong = refusal(error)
            self.rekam.ring()
            return
        await self.rekam.back()

    async def _other(self) -> None:
        self.rekam.officer = None
        await self.rekam.go(Place.LOGIN)
