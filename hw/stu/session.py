"""One program's turn with a pad: made ready, its glass wiped and written on, left clean. Blocking; for a thread.

Nothing here is kept by the pad over a power cut. Colours and brightness are: they lie in flash that wears out, so they
stay as the pad's owner left them.
"""

from __future__ import annotations

import threading
import time

from hw.stu import reports
from hw.stu.line import Line, NoSuchReport
from hw.stu.reports import PenOption, Report, Status
from hw.types import CaptureFailed, FailReason

_BUSY_SECONDS = 2.0
"""The slowest model clears its glass in 0.6 s; a pad that still shows its boot picture takes longer."""
_LOOK_SECONDS = 0.02


class Session:
    """Talks feature reports; the methods raise DeviceGone or CaptureFailed."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._over = threading.Event()
        self.option = PenOption.NONE
        """What the pen's reports say, once `begin` has asked for as much as this model gives."""

    def begin(self) -> reports.Capability:
        """Ask what the pad can, free it from what another program left behind, choose what the pen reports.

        Nothing can be read from a pad that does not say how large it is, so that a wrong answer is refused here.
        """
        try:
            capability = reports.capability(self._line.get(Report.CAPABILITY, reports.CAPABILITY_SIZE))
        except (reports.BadReport, NoSuchReport) as error:
            raise CaptureFailed(FailReason.BAD_ANSWER, f"capability: {error}") from error
        self._free()
        for option in (PenOption.TIME_AND_SEQUENCE, PenOption.TIME):
            if self._chosen(option):
                self.option = option
                break
        return capability

    def show(self, rows: bytes) -> None:
        """Wipe the glass, show a picture and let the pen write over it; ended half-way by `end`."""
        self.wipe()
        for report in reports.image(rows):
            if self._over.is_set():
                self._send(reports.abandon_image())
                return
            self._send(report)
        self._wait()
        self._send(reports.inking(True))

    def wipe(self) -> None:
        """Wipe the glass; what the pen draws stays off it until something is shown."""
        self._send(reports.inking(False))
        self._wait()
        self._send(reports.clear())
        self._wait()

    def stop(self) -> None:
        """Let `show` end early; may be called from another thread."""
        self._over.set()

    def end(self) -> None:
        """Leave the pad as it was found but for its glass, which is clean: a signature must not stay on it."""
        self.wipe()
        if self.option is not PenOption.NONE:
            self._send(reports.set_pen_option(PenOption.NONE))

    def _free(self) -> None:
        """Wait for a busy pad, and end the picture or the encrypted session that a killed program left in it."""
        try:
            self._wait()
        except CaptureFailed:
            match self._status():
                case Status.IMAGE:
                    self._send(reports.abandon_image())
                case Status.CAPTURE:
                    self._send(reports.end_capture())
                case _:
                    raise
            self._wait()

    def _chosen(self, option: PenOption) -> bool:
        """Choose what pen reports say, and whether the pad took it: models refuse in more than one way."""
        try:
            self._line.send(reports.set_pen_option(option))
            return reports.pen_option(self._line.get(Report.PEN_OPTION_MODE, reports.OPTION_SIZE)) == option
        except (NoSuchReport, reports.BadReport, CaptureFailed):
            return False

    def _wait(self) -> None:
        until = time.monotonic() + _BUSY_SECONDS
        while self._status() is not Status.READY:
            if time.monotonic() > until:
                raise CaptureFailed(FailReason.NOT_READY, "busy")
            time.sleep(_LOOK_SECONDS)

    def _status(self) -> Status:
        try:
            return reports.status(self._line.get(Report.STATUS, reports.STATUS_SIZE))
        except (reports.BadReport, NoSuchReport) as error:
            raise CaptureFailed(FailReason.BAD_ANSWER, f"status: {error}") from error

    def _send(self, report: bytes) -> None:
        try:
            self._line.send(report)
        except NoSuchReport as error:
            raise CaptureFailed(FailReason.BAD_ANSWER, f"report {report[0]:#04x}") from error
