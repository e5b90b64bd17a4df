"""The node a printer is asked over, held by one program for as long as a few questions take."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import termios
import tty

from hw.descriptor import Descriptor
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason

_ANSWER_SECONDS = 1.5
_LONGEST = 4096


class StatusLine:
    """A `usblp` node or a serial line at 9600 baud; what came unasked before a question is not its answer."""

    def __init__(self, fd: int) -> None:
        self._descriptor = Descriptor(fd)
        self.answered = False
        """Whether anything was ever answered: whoever does not speak these words never does."""

    async def ask(self, question: bytes, ends: bytes) -> bytes:
        """Return what comes up to one of the ending bytes, or what came until the printer fell silent.

        Raises DeviceGone, and CaptureFailed TIMEOUT where nothing came at all.
        """
        while self._descriptor.take():
            pass
        self._descriptor.tell(question)
        said = b""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                while len(said) < _LONGEST:
                    said += await self._descriptor.read()
                    self.answered = True
                    body = said.lstrip(ends)
                    if any(byte in ends for byte in body) or (said and not body and said[-1:] not in b"\r\n"):
                        break
        except TimeoutError as error:
            if not said:
                raise CaptureFailed(FailReason.TIMEOUT) from error
        return said

    def close(self) -> None:
        """Let go of the node."""
        self._descriptor.close()


def open_status_line(node: str) -> StatusLine:
    """Open a node for this program alone. Raises DeviceGone, DeviceBusy or CaptureFailed REFUSED."""
    try:
        fd = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise DeviceBusy from error
        if error.errno in (errno.EACCES, errno.EPERM):
            raise CaptureFailed(FailReason.REFUSED, "permission", retriable=False) from error
        raise DeviceGone from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.isatty(fd):
            tty.setraw(fd)
            _slow(fd)
    except BlockingIOError as error:
        os.close(fd)
        raise DeviceBusy from error
    except (OSError, termios.error) as error:
        os.close(fd)
        raise DeviceGone from error
    return StatusLine(fd)


def _slow(fd: int) -> None:
    settings = termios.tcgetattr(fd)
    settings[4] = settings[5] = termios.B9600
    with contextlib.suppress(termios.error):  # a pty has no speed
        termios.tcsetattr(fd, termios.TCSANOW, settings)
