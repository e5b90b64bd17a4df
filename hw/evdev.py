"""The event stream of Linux input devices, for pens: bytes in, points out, no I/O.

Layout and codes: linux/input.h and linux/input-event-codes.h; how a pen reports itself: kernel document
input/event-codes (BTN_TOOL_PEN in range, BTN_TOUCH tip down, SYN_REPORT ends one sample, SYN_DROPPED a gap).
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hw.captures import PenPoint
from hw.tablet import Axis, Ranges, Trace

EVENT = struct.Struct("=qqHHi")
"""struct input_event on 64-bit Linux, 24 bytes: seconds, microseconds, type, code, value."""
ABSINFO = struct.Struct("=6i")
"""struct input_absinfo: value, minimum, maximum, fuzz, flat, resolution (units per millimetre)."""

EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
SYN_REPORT, SYN_DROPPED = 0, 3
BTN_TOOL_PEN, BTN_TOOL_RUBBER, BTN_TOUCH = 0x140, 0x141, 0x14A
_WRITING_TOOLS = frozenset((BTN_TOOL_PEN, 0x142, 0x143, 0x144))  # pen, brush, pencil, airbrush
_OTHER_TOOLS = frozenset((BTN_TOOL_RUBBER, 0x145, 0x146, 0x147))  # eraser, finger, mouse, lens
ABS_X, ABS_Y, ABS_PRESSURE = 0x00, 0x01, 0x18

EVIOCGRAB = 0x40044590
KEYS_SIZE = 96
EVIOCGKEY = 2 << 30 | KEYS_SIZE << 16 | ord("E") << 8 | 0x18
"""_IOC_READ of 96 bytes, 'E', 0x18: the keys that are down, a bit for each code up to KEY_MAX."""
EVIOCSCLOCKID = 0x400445A0
HEADER_LIMIT = 4096
"""The longest first line that a stream of events may announce its ranges with."""


def eviocgabs(axis: int) -> int:
    """Return the ioctl number that asks for one axis: _IOR('E', 0x40 + axis, struct input_absinfo)."""
    return 2 << 30 | ABSINFO.size << 16 | ord("E") << 8 | 0x40 + axis


def absinfo(answer: bytes) -> tuple[Axis, int]:
    """Read the kernel's answer to EVIOCGABS: the axis, and where it stands now. Raises ValueError."""
    if len(answer) != ABSINFO.size:
        raise ValueError(f"absinfo of {len(answer)} bytes")
    value, minimum, maximum, _fuzz, _flat, resolution = ABSINFO.unpack(answer)
    return Axis(minimum, maximum, max(0, resolution)), value


def pressed(keys: bytes, code: int) -> bool:
    """Whether a key is down in the kernel's answer to EVIOCGKEY, a bit for each code."""
    return code // 8 < len(keys) and bool(keys[code // 8] & 1 << code % 8)


def write_header(ranges: Ranges) -> bytes:
    """Announce the ranges as the first line of a stream that has no ioctl; no pressure is a null."""
    axes = {
        name: None if axis is None else [axis.minimum, axis.maximum, axis.resolution]
        for name, axis in vars(ranges).items()
    }
    return json.dumps(axes).encode() + b"\n"


def read_header(line: bytes) -> Ranges:
    """Read that first line. Raises ValueError for anything else."""
    try:
        axes = json.loads(line)
        x, y = (Axis(*(int(number) for number in axes[name])) for name in ("x", "y"))
        force = axes["pressure"]
        return Ranges(x, y, None if force is None else Axis(*(int(number) for number in force)))
    except (TypeError, KeyError, RecursionError, OverflowError) as error:
        raise ValueError("not a header of ranges") from error


def pack(ms: int, kind: int, code: int, value: int) -> bytes:
    """Pack one event at a time in milliseconds."""
    return EVENT.pack(ms // 1000, ms % 1000 * 1000, kind, code, value)


@dataclass(frozen=True)
class PenState:
    """How a pen stands between two reports; `touch` and `writing` are None where it is not known."""

    x: int
    y: int
    pressure: int = 0
    touch: bool | None = None
    writing: bool | None = None

    @classmethod
    def of_keys(cls, x: int, y: int, pressure: int, keys: bytes) -> PenState:
        """Read from the keys which tool is near, and whether it touches."""
        tools = any(pressed(keys, tool) for tool in _WRITING_TOOLS), any(pressed(keys, tool) for tool in _OTHER_TOOLS)
        writing = tools[0] if any(tools) else None
        return cls(x, y, pressure, pressed(keys, BTN_TOUCH), writing)


class PenDecoder:
    """Turns the bytes of an event stream into points (`tablet.Trace`), whatever pieces they come in.

    The kernel reports only what changes, so where the pen stands has to be asked once, and again after a gap
    (SYN_DROPPED), which also ends the stroke. Where nobody can be asked, pressure tells whether the tip is down until
    the next BTN_TOUCH does. The eraser end writes nothing.
    """

    def __init__(self, ranges: Ranges, ask: Callable[[], PenState] | None = None) -> None:
        self._ranges = ranges
        self._ask = ask
        self._trace = Trace(ranges)
        self._rest = b""
        self._dropping = False
        self._stand(PenState(ranges.x.minimum, ranges.y.minimum) if ask is None else ask())

    def feed(self, data: bytes) -> Iterator[PenPoint]:
        """Yield the points that these bytes complete; a cut event waits for its other half. Raises OffThePad."""
        data = self._rest + data
        whole = len(data) - len(data) % EVENT.size
        self._rest = data[whole:]
        for seconds, micros, kind, code, value in EVENT.iter_unpack(data[:whole]):
            if kind == EV_SYN and code == SYN_DROPPED:
                self._dropping = True
            elif kind == EV_SYN and code == SYN_REPORT:
                if (point := self._report(seconds * 1000 + micros // 1000)) is not None:
                    yield point
            elif not self._dropping:
                self._take(kind, code, value)

    def restart(self) -> None:
        """Count time from the next point on, as a new stroke; half an event already fed stays."""
        self._trace.restart()

    def _stand(self, state: PenState) -> None:
        self._x, self._y, self._pressure = state.x, state.y, state.pressure
        self._touch = state.touch
        self._writing = state.writing is not False

    def _take(self, kind: int, code: int, value: int) -> None:
        if kind == EV_KEY and code == BTN_TOUCH:
            self._touch = value != 0
        elif kind == EV_KEY and code in _WRITING_TOOLS:
            self._writing = value != 0
            if not value:
                self._touch = False
        elif kind == EV_KEY and code in _OTHER_TOOLS:
            self._writing = value == 0
            if not value:
                self._touch = False
        elif kind == EV_ABS and code == ABS_X:
            self._x = value
        elif kind == EV_ABS and code == ABS_Y:
            self._y = value
        elif kind == EV_ABS and code == ABS_PRESSURE:
            self._pressure = value

    def _report(self, ms: int) -> PenPoint | None:
        if self._dropping:
            self._dropping = False
            if self._ask is None:
                self._touch = None
            else:
                self._stand(self._ask())
            return self._trace.lift(ms)
        return self._trace.take(self._x, self._y, self._pressure, ms, down=self._writing and self._touching())

    def _touching(self) -> bool:
        if self._touch is not None:
            return self._touch
        return self._ranges.pressure is not None and self._pressure > self._ranges.pressure.minimum
