"""The HID reports of Wacom's STU pads: bytes in, facts out, and the other way round; no I/O.

Layouts, values and which model knows which report: the sources of Wacom's own STU SDK (Protocol.hpp, Protocol.cpp,
ProtocolHelper.cpp) and, for a second pair of eyes, netas-ch/Wacom-STU-WebHID. Every report begins with its id. Numbers
are big-endian but where a comment says otherwise.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from hw.captures import PenPoint
from hw.tablet import Axis, Ranges, Trace


class Report(enum.IntEnum):
    """The reports that are used here: the pen's come by themselves, the others are feature reports."""

    PEN = 0x01
    STATUS = 0x03
    CAPABILITY = 0x09
    END_CAPTURE = 0x16
    CLEAR = 0x20
    INKING = 0x21
    IMAGE_START = 0x25
    IMAGE_BLOCK = 0x26
    IMAGE_END = 0x27
    PEN_OPTION = 0x30
    PEN_OPTION_MODE = 0x32
    PEN_TIMED = 0x34


class Status(enum.IntEnum):
    """What the pad is busy with; only a READY one takes a picture or clears its glass."""

    READY = 0
    IMAGE = 1
    CAPTURE = 2
    CALCULATION = 3
    IMAGE_BOOT = 4
    ROM_BUSY = 5
    SYSTEM_RESET = 0xFF


class PenOption(enum.IntEnum):
    """What a pen report says beside the pen: nothing, milliseconds (STU-520), or both (STU-430, -530, -540)."""

    NONE = 0
    TIME = 1
    SEQUENCE = 2
    TIME_AND_SEQUENCE = 3


CAPABILITY_SIZE = 17
_SHORTEST_CAPABILITY = 11
STATUS_SIZE = 5
OPTION_SIZE = 2
BLOCK = 253
"""The most bytes of a picture that one report carries; its length stands before them, little-endian."""
_BLOCK_SIZE = 256
_CAPABILITY = struct.Struct(">BHHHHHBHB2x")
_PEN = struct.Struct(">HHH")
_TIMED = struct.Struct(">HHHHH")
_OPTION = struct.Struct(">HHHH")
_NEAR, _TOUCHES, _PRESSURE = 0x8000, 0x7000, 0x0FFF
_LARGEST_SCREEN = 4096


class BadReport(ValueError):
    """The pad's answer cannot be what it claims to be."""


@dataclass(frozen=True)
class Capability:
    """What a pad can: its tablet's units, its screen's pixels. `dots` is units an inch, 0 where it does not say."""

    ranges: Ranges
    screen_width: int
    screen_height: int
    rate: int = 0
    dots: int = 0


@dataclass(frozen=True)
class PenReport:
    """One sample in tablet units; `ms` and `sequence` count to 65535 and begin again, None where not reported."""

    near: bool
    touches: bool
    x: int = field(repr=False)
    y: int = field(repr=False)
    pressure: int = field(repr=False)
    ms: int | None = None
    sequence: int | None = None


def capability(report: bytes) -> Capability:
    """Read report 0x09. Raises BadReport."""
    # Older models leave out what comes after the screen.
    if len(report) < _SHORTEST_CAPABILITY:
        raise BadReport(f"capability of {len(report)} bytes")
    whole = report[:CAPABILITY_SIZE].ljust(CAPABILITY_SIZE, b"\0")
    code, x, y, pressure, width, height, rate, dots, _encodings = _CAPABILITY.unpack(whole)
    if code != Report.CAPABILITY:
        raise BadReport(f"capability with id {code:#04x}")
    if not (0 < width <= _LARGEST_SCREEN and 0 < height <= _LARGEST_SCREEN):
        raise BadReport(f"screen of {width} x {height}")
    try:
        ranges = Ranges(Axis(0, x), Axis(0, y), Axis(0, pressure) if pressure else None)
    except ValueError as error:
        raise BadReport(str(error)) from error
    return Capability(ranges, width, height, rate, dots)


def status(report: bytes) -> Status:
    """Read report 0x03. Raises BadReport."""
    if len(report) < STATUS_SIZE or report[0] != Report.STATUS:
        raise BadReport(f"status of {len(report)} bytes")
    try:
        return Status(report[1])
    except ValueError as error:
        raise BadReport(str(error)) from error


def pen_option(report: bytes) -> int:
    """Read report 0x32, which need not be a PenOption of ours. Raises BadReport."""
    if len(report) < OPTION_SIZE or report[0] != Report.PEN_OPTION_MODE:
        raise BadReport(f"pen option of {len(report)} bytes")
    return report[1]


def pen_report(report: bytes, option: PenOption) -> PenReport | None:
    """Read an input report of the pen, None for every other one and for one that is too short.

    `option` tells what report 0x30 carries: it does not say so itself.
    """
    ms: int | None = None
    sequence: int | None = None
    body = report[1:]
    if report[:1] == bytes((Report.PEN,)) and len(body) >= _PEN.size:
        flags, x, y = _PEN.unpack_from(body)
    elif report[:1] == bytes((Report.PEN_TIMED,)) and len(body) >= _TIMED.size:
        flags, x, y, ms, sequence = _TIMED.unpack_from(body)
    elif report[:1] == bytes((Report.PEN_OPTION,)) and len(body) >= _OPTION.size:
        flags, x, y, counted = _OPTION.unpack_from(body)
        ms, sequence = (counted, None) if option is PenOption.TIME else (None, counted)
    else:
        return None
    near = bool(flags & _NEAR)
    return PenReport(near, near and bool(flags & _TOUCHES), x, y, flags & _PRESSURE, ms, sequence)


def write_pen(sample: PenReport, option: PenOption) -> bytes:
    """Make the input report of a sample, as a pad with that option would."""
    flags = (_NEAR if sample.near else 0) | (0x1000 if sample.touches else 0) | sample.pressure & _PRESSURE
    if option is PenOption.TIME_AND_SEQUENCE:
        timed = _TIMED.pack(flags, sample.x, sample.y, sample.ms or 0, sample.sequence or 0)
        return bytes((Report.PEN_TIMED,)) + timed
    if option is PenOption.NONE:
        return bytes((Report.PEN,)) + _PEN.pack(flags, sample.x, sample.y)
    counted = sample.ms if option is PenOption.TIME else sample.sequence
    return bytes((Report.PEN_OPTION,)) + _OPTION.pack(flags, sample.x, sample.y, counted or 0)


def write_capability(capability: Capability) -> bytes:
    """Make report 0x09, as a pad would."""
    x, y, force = capability.ranges.x, capability.ranges.y, capability.ranges.pressure
    return _CAPABILITY.pack(
        Report.CAPABILITY,
        x.maximum,
        y.maximum,
        0 if force is None else force.maximum,
        capability.screen_width,
        capability.screen_height,
        capability.rate,
        capability.dots,
        0,
    )


def clear() -> bytes:
    """Wipe the glass to its background; the pad is busy afterwards, for up to 0.6 s."""
    return bytes((Report.CLEAR, 0))


def inking(on: bool) -> bytes:
    """Let the pad draw the pen's ink on its glass, or not."""
    return bytes((Report.INKING, on))


def set_pen_option(option: PenOption) -> bytes:
    """Choose what pen reports say."""
    return bytes((Report.PEN_OPTION_MODE, option))


def end_capture() -> bytes:
    """End the encrypted session that another program left behind."""
    return bytes((Report.END_CAPTURE, 0))


def image(rows: bytes) -> Iterator[bytes]:
    """Yield the reports that show a picture of one bit a pixel, the only kind that every model takes.

    Rows from the top, each a whole number of bytes, the leftmost pixel in the highest bit, 1 for white.
    """
    yield bytes((Report.IMAGE_START, 0))
    for at in range(0, len(rows), BLOCK):
        piece = rows[at : at + BLOCK]
        yield (bytes((Report.IMAGE_BLOCK, len(piece), 0)) + piece).ljust(_BLOCK_SIZE, b"\0")
    yield bytes((Report.IMAGE_END, 0))


def abandon_image() -> bytes:
    """End a picture that was begun and never ended, without showing it."""
    return bytes((Report.IMAGE_END, 1))


class StuDecoder:
    """Turns a pad's input reports into points (`tablet.Trace`); what is no pen report is passed over.

    The pad's own milliseconds count where it tells them: reports may lie in the kernel for a while. They begin again
    after 65535, so a pause is measured by the time of arrival. A jump in the sequence ends the stroke: what was lost
    may have held a lift, and a straight line over it would be invented.
    """

    _LAP = 1 << 16

    def __init__(self, ranges: Ranges, option: PenOption = PenOption.NONE) -> None:
        self._option = option
        self._trace = Trace(ranges)
        self._ms = 0
        self._counted: int | None = None
        self._arrived = 0
        self._sequence: int | None = None

    def feed(self, report: bytes, arrived: int) -> Iterator[PenPoint]:
        """Yield the points that one report completes; `arrived` in milliseconds. Raises OffThePad."""
        pen = pen_report(report, self._option)
        if pen is None:
            return
        lost = self._lost(pen)
        if lost and (lift := self._trace.lift(self._ms)) is not None:
            yield lift
        self._tell_time(pen, arrived)
        point = self._trace.take(pen.x, pen.y, pen.pressure, self._ms, down=pen.touches)
        if point is not None:
            yield point

    def restart(self) -> None:
        """Count time from the next point on, as a new stroke."""
        self._trace.restart()

    def _lost(self, pen: PenReport) -> bool:
        before, self._sequence = self._sequence, pen.sequence
        return before is not None and pen.sequence is not None and (pen.sequence - before) % self._LAP != 1

    def _tell_time(self, pen: PenReport, arrived: int) -> None:
        passed, self._arrived = max(0, arrived - self._arrived), arrived
        if pen.ms is not None and self._counted is not None and passed < self._LAP // 2:
            counted = (pen.ms - self._counted) % self._LAP
            # More than half a lap is a clock that ran backwards: no time has passed then.
            passed = counted if counted < self._LAP // 2 else 0
        self._counted = pen.ms
        self._ms += passed
