"""The inside of an STU pad: what it answers, what it obeys and when, and what stands on its glass.

No wire: reports go in and come out, so that the same pad can hang on a socket or on a kernel. What is obeyed in which
state is as in ProtocolHelper.cpp of Wacom's STU SDK, the models' sizes as in their data sheets.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from hw.stu import reports
from hw.stu.reports import Capability, PenOption, PenReport, Report, Status
from hw.tablet import Axis, Ranges

_CLEARING_SECONDS = 0.03
_BOTH = frozenset((PenOption.NONE, PenOption.SEQUENCE, PenOption.TIME_AND_SEQUENCE))


@dataclass(frozen=True)
class Model:
    """A pad of the family: its USB product id, what it can, and what its pen reports may say."""

    name: str
    product: int
    capability: Capability
    options: frozenset[PenOption]


def _sized(x: int, y: int, pressure: int, width: int, height: int, rate: int = 0) -> Capability:
    return Capability(Ranges(Axis(0, x), Axis(0, y), Axis(0, pressure)), width, height, rate, 2540 if rate else 0)


MODELS = {
    model.product: model
    for model in (
        Model("STU-500", 0xA1, _sized(10240, 7680, 511, 640, 480), frozenset()),
        Model("STU-300", 0xA2, _sized(9900, 2500, 511, 396, 100), frozenset()),
        Model("STU-520", 0xA3, _sized(10400, 6240, 511, 800, 480, 200), frozenset((PenOption.NONE, PenOption.TIME))),
        Model("STU-430", 0xA4, _sized(9600, 6000, 1023, 320, 200, 200), _BOTH),
        Model("STU-530", 0xA5, _sized(10800, 6480, 1023, 800, 480, 200), _BOTH),
        Model("STU-540", 0xA8, _sized(10800, 6480, 1023, 800, 480, 200), _BOTH),
    )
}
STU_530 = MODELS[0xA5]


class StuTablet:
    """One pad; `get` and `obey` are its feature reports, `write` is its pen."""

    def __init__(self, model: Model = STU_530) -> None:
        self.model = model
        self.option = PenOption.NONE
        self.inking = True
        self.ink: list[tuple[int, int]] = []
        """Where the pen has left ink on the glass, in tablet units."""
        self.complaints: list[int] = []
        """Reports that came when the pad could not obey them, or that it does not know."""
        self._rows_size = math.ceil(model.capability.screen_width / 8) * model.capability.screen_height
        self.rows = self._white()
        """The picture on the glass, one bit a pixel, 1 for white."""
        self._status = Status.READY
        self._until = 0.0
        self._coming = b""
        self._sequence = 0

    @property
    def status(self) -> Status:
        """What the pad is busy with now."""
        if self._status is Status.IMAGE and self._until and time.monotonic() >= self._until:
            self._status, self._until = Status.READY, 0.0
        return self._status

    @property
    def clean(self) -> bool:
        """Whether nothing at all stands on the glass."""
        return not self.ink and self.rows == self._white()

    def get(self, code: int) -> bytes | None:
        """Answer a feature report, None for one that this model does not have."""
        match code:
            case Report.CAPABILITY:
                return reports.write_capability(self.model.capability)
            case Report.STATUS:
                return bytes((code, self.status, 0, 0, 0))
            case Report.INKING:
                return bytes((code, self.inking))
            case Report.PEN_OPTION_MODE if self.model.options:
                return bytes((code, self.option))
            case _:
                return None

    def obey(self, report: bytes) -> bool:
        """Take a feature report; False for one that this model does not have."""
        code, first = report[0], report[1] if len(report) > 1 else 0
        match code:
            case Report.INKING:
                self.inking = bool(first)
            case Report.PEN_OPTION_MODE if self.model.options:
                # Firmware keeps the option it had when it is asked for one it does not know.
                self.option = PenOption(first) if first in self.model.options else self.option
            case Report.END_CAPTURE if self.status is Status.CAPTURE:
                self._status = Status.READY
            case Report.CLEAR if self.status is Status.READY:
                self._wipe(self._white())
                self._status, self._until = Status.IMAGE, time.monotonic() + _CLEARING_SECONDS
            case Report.IMAGE_START if self.status is Status.READY and first == 0:
                self._status, self._coming = Status.IMAGE, b""
            case Report.IMAGE_BLOCK if self.status is Status.IMAGE and not self._until:
                self._coming += report[3 : 3 + int.from_bytes(report[1:3], "little")]
            case Report.IMAGE_END if self.status is Status.IMAGE and not self._until:
                self._status = Status.READY
                if first == 0 and len(self._coming) == self._rows_size:
                    self._wipe(self._coming)
                elif first == 0:
                    self.complaints.append(code)
            case Report.END_CAPTURE | Report.CLEAR | Report.IMAGE_START | Report.IMAGE_BLOCK | Report.IMAGE_END:
                self.complaints.append(code)
            case _:
                self.complaints.append(code)
                return False
        return True

    def be(self, status: Status) -> None:
        """Be in a state that another program left the pad in."""
        self._status, self._until = status, 0.0

    def write(self, x: float, y: float, pressure: float, ms: int, *, touches: bool, near: bool = True) -> bytes | None:
        """Move the pen to a share of the glass; return the input report, None while the pad is busy with a picture."""
        if self.status is not Status.READY:
            return None
        ranges = self.model.capability.ranges
        at_x, at_y = round(x * ranges.x.maximum), round(y * ranges.y.maximum)
        force = round(pressure * ranges.pressure.maximum) if touches and ranges.pressure else 0
        self._sequence = (self._sequence + 1) % 0x10000
        if touches and self.inking:
            self.ink.append((at_x, at_y))
        sample = PenReport(near, touches, at_x, at_y, force, ms % 0x10000, self._sequence)
        return reports.write_pen(sample, self.option)

    def _white(self) -> bytes:
        return b"\xff" * self._rows_size

    def _wipe(self, rows: bytes) -> None:
        self.rows = rows
        self.ink.clear()
