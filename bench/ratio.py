"""One line of a benchmark: ours, the peer, the ratio, the goal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """A figure beside its peer; the goal is the greatest ratio that is good."""

    what: str
    ours: float
    peer: float
    goal: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """How many times the peer's figure ours is."""
        return self.ours / self.peer

    def line(self) -> str:
        """Return the line that is printed."""
        good = "ok" if self.ratio <= self.goal else "MISSED"
        return (
            f"{self.what:<58} {self.ours:>10.2f} {self.peer:>10.2f} {self.unit:<4}"
            f" {self.ratio:>7.3f}x  goal {self.goal:.3f}x  {good}"
        )
