"""What every pad and pen tablet has in common: a surface with ranges, and samples that become points of strokes."""

from __future__ import annotations

from dataclasses import dataclass

from hw.captures import PenPoint

_TALLEST, _WIDEST = 0.125, 12.0
"""No pad is higher than eight times its width or wider than twelve times its height; the STU-300 is 4 : 1."""
_SLACK = 0.02
"""Pens are reported a little beyond the edge; a share of the side."""
_STRAY_LIMIT = 100
"""So many samples off the pad without one on it, half a second of a pen, and the ranges are not to be believed."""
_PLAIN_PRESSURE = 0.5


class OffThePad(ValueError):
    """The pen is reported off the pad again and again: the ranges that the device announced are wrong."""


@dataclass(frozen=True)
class Axis:
    """The range of one axis; `resolution` in units per millimetre, 0 where the device does not say."""

    minimum: int
    maximum: int
    resolution: int = 0

    def __post_init__(self) -> None:
        if self.maximum <= self.minimum:
            raise ValueError(f"axis from {self.minimum} to {self.maximum}")

    def share(self, value: int) -> float:
        """Return where a value lies between the ends, 0 to 1; values outside count as the end."""
        return min(1.0, max(0.0, (value - self.minimum) / (self.maximum - self.minimum)))

    def holds(self, value: int) -> bool:
        """Whether a value lies between the ends, give or take what pens are reported beyond an edge."""
        slack = (self.maximum - self.minimum) * _SLACK
        return self.minimum - slack <= value <= self.maximum + slack


@dataclass(frozen=True)
class Ranges:
    """The axes of one pen; `pressure` is None where the tablet measures none.

    Raises ValueError for a shape that no pad has.
    """

    x: Axis
    y: Axis
    pressure: Axis | None

    def __post_init__(self) -> None:
        if not _TALLEST <= self.aspect <= _WIDEST:
            raise ValueError(f"{self.aspect:.3g} times as wide as high")

    @property
    def aspect(self) -> float:
        """The tablet's width over its height, by its millimetres where both axes tell them and they can be meant."""
        wide, high = self.x.maximum - self.x.minimum, self.y.maximum - self.y.minimum
        if self.x.resolution > 0 and self.y.resolution > 0:
            measured = (wide / self.x.resolution) / (high / self.y.resolution)
            if _TALLEST <= measured <= _WIDEST:
                return measured
        return wide / high


class Trace:
    """Turns samples into points: only while the tip is down, and one with `down=False` where it lifts.

    An officer's screen has no use for hovering. Time never runs backwards here, whatever a device says, and a sample
    off the pad is left out.
    """

    def __init__(self, ranges: Ranges) -> None:
        self._ranges = ranges
        self._first: int | None = None
        self._last: PenPoint | None = None
        self._stray = 0

    @property
    def drawing(self) -> bool:
        """Whether the last point had the tip down."""
        return self._last is not None and self._last.down

    def take(self, x: int, y: int, pressure: int, ms: int, *, down: bool) -> PenPoint | None:
        """Return the point that a sample makes, None for one that makes none. Raises OffThePad.

        `x`, `y` and `pressure` are in the device's units, `ms` in milliseconds of whatever clock.
        """
        if not down:
            return self.lift(ms)
        if not (self._ranges.x.holds(x) and self._ranges.y.holds(y)):
            self._stray += 1
            if self._stray >= _STRAY_LIMIT:
                raise OffThePad(f"{x},{y}")
            return None
        self._stray = 0
        force = _PLAIN_PRESSURE if self._ranges.pressure is None else self._ranges.pressure.share(pressure)
        return self._point(self._ranges.x.share(x), self._ranges.y.share(y), force, ms, down=True)

    def lift(self, ms: int) -> PenPoint | None:
        """End the stroke where the pen was last seen; None where there is no stroke."""
        if self._last is None or not self._last.down:
            return None
        return self._point(self._last.x, self._last.y, 0.0, ms, down=False)

    def restart(self) -> None:
        """Count time from the next point on, as a new stroke."""
        self._first = None
        self._last = None
        self._stray = 0

    def _point(self, x: float, y: float, pressure: float, ms: int, *, down: bool) -> PenPoint:
        if self._first is None:
            self._first = ms
        since = max(ms - self._first, 0 if self._last is None else self._last.ms)
        self._last = PenPoint(x=x, y=y, pressure=pressure, ms=since, down=down)
        return self._last
