"""The guard of the confirming keys: Enter and Y answer what has been seen, not what was about to appear."""

from __future__ import annotations

from tui.keys import Key, Press

GUARD_SECONDS = 0.5
"""For so long after a screen, a still or a dialog appears Enter and Y do nothing; a held one counts once."""


class Guard:
    """When something appeared on a screen, and which confirming key came last; times are the clock's monotonic ones."""

    def __init__(self) -> None:
        self._stood_at = 0.0
        self._last: tuple[Key | None, float] = (None, float("-inf"))

    def stand(self, now: float) -> None:
        """Note that something has appeared."""
        self._stood_at = now

    def holds(self, press: Press, now: float) -> bool:
        """Return whether a press comes too soon after what it would confirm, or only because its key is held."""
        if press.key is None or not press.key.guarded:
            return False
        key, at = self._last
        self._last = (press.key, now)
        return now - self._stood_at < GUARD_SECONDS or (key is press.key and now - at < GUARD_SECONDS)
