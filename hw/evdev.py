"""The event stream of Linux input devices, for pens: bytes in, points out, no I/O.

Layout and codes: linux/input.h and linux/input-event-codes.h; how a pen reports itself: kernel document
input/event-codes (BTN_TOOL_PEN in range, BTN_TOUCH tip down, SYN_REPORT ends one sample, SYN_DROPPED a gap).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from hw.types import PenPoint

EVENT = struct.Struct("=qqHHi")
"""struct input_event on 64-bit Linux, 24 bytes: seconds, microseconds, type, code, value."""
ABSINFO = struct.Struct("=6i")
"""struct input_absinfo: value, minimum, maximum, fuzz, flat, resolution (units per millimetre)."""

EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
SYN_REPORT, SYN_DROPPED = 0, 3
BTN_TOOL_PEN, BTN_TOUCH = 0x140, 0x14A
ABS_X, ABS_Y, ABS_PRESSURE = 0x00, 0x01, 0x18

EVIOCGRAB = 0x40044590
EVIOCSCLOCKID = 0x400445A0
HEADER_LIMIT = 4096
"""The longest first line that a stream of events may announce its ranges with."""


def eviocgabs(axis: int) -> int:
    """Return the ioctl number that asks for one axis: _IOR('E', 0x40 + axis, struct input_absinfo)."""
    return 2 << 30 | ABSINFO.size << 16 | ord("E") << 8 | 0x40 + axis


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

    @property
    def millimetres(self) -> float:
        """The axis' length, in its own units where the device gives no resolution."""
        return (self.maximum - self.minimum) / (self.resolution or 1)


@dataclass(frozen=True)
class Ranges:
    """The axes of one pen."""

    x: Axis
    y: Axis
    pressure: Axis

    @property
    def aspect(self) -> float:
        """The tablet's width over its height."""
        return self.x.millimetres / self.y.millimetres


def absinfo(answer: bytes) -> Axis:
    """Read the kernel's answer to EVIOCGABS. Raises ValueError."""
    if len(answer) != ABSINFO.size:
        raise ValueError(f"absinfo of {len(answer)} bytes")
    _value, minimum, maximum, _fuzz, _flat, resolution = ABSINFO.unpack(answer)
    return Axis(minimum, maximum, max(0, resolution))


def write_header(ranges: Ranges) -> bytes:
    """Announce the ranges as the first line of a stream that has no ioctl."""
    axes = {name: [axis.minimum, axis.maximum, axis.resolution] for name, axis in vars(ranges).items()}
    return json.dumps(axes).encode() + b"\n"


def read_header(line: bytes) -> Ranges:
    """Read that first line. Raises ValueError for anything else."""
    try:
        axes = json.loads(line)
        return Ranges(*(Axis(*(int(number) for number in axes[name])) for name in ("x", "y", "pressure")))
    except (TypeError, KeyError, RecursionError, OverflowError) as error:
        raise ValueError("not a header of ranges") from error


def pack(ms: int, kind: int, code: int, value: int) -> bytes:
    """Pack one event at a time in milliseconds."""
    return EVENT.pack(ms // 1000, ms % 1000 * 1000, kind, code, value)


class PenDecoder:
    """Turns the bytes of an event stream into points, whatever pieces they come in.

    Points come only while the tip is down, and one with `down=False` where it lifts: an officer's screen has no use for
    hovering. After a gap (SYN_DROPPED) the stroke is ended, and pressure tells whether the tip is down until the next
    BTN_TOUCH does.
    """

    def __init__(self, ranges: Ranges) -> None:
        self._ranges = ranges
        self._rest = b""
        self._x = ranges.x.minimum
        self._y = ranges.y.minimum
        self._pressure = ranges.pressure.minimum
        self._touch: bool | None = None
        self._drawing = False
        self._dropping = False
        self._first: int | None = None

    def feed(self, data: bytes) -> Iterator[PenPoint]:
        """Yield the points that these bytes complete; a cut event waits for its other half."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        for seconds, micros, kind, code, value in EVENT.iter_unpack(data[:whole]):
            if kind == EV_SYN and code == SYN_DROPPED:
                self._dropping = True
            elif kind == EV_SYN and code == SYN_REPORT:
                yield from self._report(seconds * 1000 + micros // 1000)
            elif not self._dropping:
                self._take(kind, code, value)

    def restart(self) -> None:
        """Count time from the next point on, as a new stroke; half an event already fed stays."""
        self._first = None
        self._drawing = False

    def _take(self, kind: int, code: int, value: int) -> None:
        if kind == EV_KEY and code == BTN_TOUCH:
            self._touch = value != 0
        elif kind == EV_KEY and code == BTN_TOOL_PEN and value == 0:
            self._touch = False
        elif kind == EV_ABS and code == ABS_X:
            self._x = value
        elif kind == EV_ABS and code == ABS_Y:
            self._y = value
        elif kind == EV_ABS and code == ABS_PRESSURE:
            self._pressure = value

    def _report(self, ms: int) -> Iterator[PenPoint]:
        if self._dropping:
            self._dropping = False
            self._touch = None
            down = False
        else:
            down = self._pressure > self._ranges.pressure.minimum if self._touch is None else self._touch
        if not down and not self._drawing:
            return
        if self._first is None:
            self._first = ms
        self._drawing = down
        yield PenPoint(
            x=self._ranges.x.share(self._x),
            y=self._ranges.y.share(self._y),
            pressure=self._ranges.pressure.share(self._pressure) if down else 0.0,
            ms=max(0, ms - self._first),
            down=down,
        )
