"""What happens by itself: the top line's minute and the lock after minutes without a key. Nothing else ticks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.app import RekamApp


class Rhythm:
    """The two timers of the application; what they decide by is the injected clock."""

    def __init__(self, app: RekamApp) -> None:
        self._app = app
        self._touched_at = app.clock.monotonic()

    def start(self) -> None:
        """Begin to count."""
        self._minute()
        self.watch_idle()

    def touched(self) -> None:
        """Note that somebody is there: a key was pressed, a device spoke."""
        self._touched_at = max(self._touched_at, self._app.clock.monotonic())

    def stay_open(self, seconds: float) -> None:
        """Put the lock off: a printer is working and its answer is awaited."""
        self._touched_at = max(self._touched_at, self._app.clock.monotonic() + seconds)

    def watch_idle(self) -> None:
        """Lock when nobody has pressed a key for so long, and look again when that could next be so."""
        limit = self._app.settings.lock_minutes
        left = self._touched_at + limit * 60 - self._app.clock.monotonic()
        if left <= 0:
            self.touched()
            self._app.perform(partial(self._app.lock, limit))
        self._app.set_timer(max(left, 1), self.watch_idle)

    def _minute(self) -> None:
        now = self._app.clock.now()
        self._app.set_timer(60 - now.second - now.microsecond / 1e6, self._minute)
        self._app.redraw()
