"""How often a live picture is drawn: as often as the line to the terminal carries it, and no oftener.

Four times a second where the terminal takes a picture at once, once a second where that takes it a while, and a still
where a picture would keep the keys waiting; the words beside it go on in every case.
"""

from __future__ import annotations

import enum

RATE = 4
"""Pictures a second, at most."""
SLOW_RATE = 1
QUICK_S, LATE_S = 0.35, 2.0
"""A picture that is taken within the first is drawn at full rate, one that takes longer than the second is the last."""
_FIRST_REST_S, _LONGEST_REST_S = 5.0, 60.0


class Due(enum.Enum):
    """What may be drawn now."""

    NOTHING = "nothing"
    WORDS = "words"
    PICTURE = "picture"


class Pace:
    """The pace of one live picture, in seconds of any clock that never runs backwards."""

    def __init__(self) -> None:
        self._interval = 1 / RATE
        self._pictured = self._worded = float("-inf")
        self._on_its_way = False
        self._rested_at: float | None = None
        self._rest = _FIRST_REST_S
        self.rate = 0
        """Pictures a second, as they come now."""

    @property
    def still(self) -> bool:
        """Whether the line is too slow for pictures now."""
        return self._rested_at is not None

    def due(self, now: float) -> Due:
        """Return what may be drawn now."""
        resting = self._rested_at is not None and now < self._rested_at + self._rest
        if not self._on_its_way and not resting and now - self._pictured >= self._interval:
            return Due.PICTURE
        return Due.WORDS if now - max(self._worded, self._pictured) >= 1 / SLOW_RATE else Due.NOTHING

    def worded(self, now: float) -> None:
        """Note that the words were drawn."""
        self._worded = now

    def pictured(self, now: float, *, asked: bool) -> None:
        """Note that a picture was drawn; `asked` where its being taken will be told by `taken`."""
        self.rate = min(max(round(1 / max(now - self._pictured, 1 / RATE)), 1), RATE)
        self._pictured = now
        self._on_its_way = asked

    def taken(self, seconds: float | None, now: float) -> None:
        """Take in how long the terminal took for the last picture; None where it does not tell."""
        self._on_its_way = False
        if seconds is not None and seconds >= LATE_S:
            self._rest = _FIRST_REST_S if self._rested_at is None else min(self._rest * 2, _LONGEST_REST_S)
            self._rested_at = now
            return
        self._rested_at = None
        self._interval = 1 / RATE if seconds is not None and seconds < QUICK_S else 1 / SLOW_RATE
