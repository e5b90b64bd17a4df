"""How a pad's reports travel: a hidraw node, or two Unix sockets of packets where the kit plays the pad.

Feature reports are asked for and sent with calls that block for as long as the pad takes: they belong into a thread.
Layout of the ioctls: linux/hidraw.h.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
from pathlib import Path
from typing import Protocol

from hw import unix_socket
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason

INPUT, FEATURE = b"input", b"feature"
"""What a connection to the kit's pad is for, the first packet on it."""
GET, SET = b"G", b"S"
"""An order on the feature connection: a report's id and how many bytes at most, or a whole report."""
GIVEN, REFUSED = b"+", b"-"
"""Its answer: the report or nothing more, or that the pad has no such report."""
PACKET = 1 << 12
_ANSWER_SECONDS = 5.0
_GONE = frozenset((errno.ENODEV, errno.ENXIO, errno.ESHUTDOWN, errno.EPROTO, errno.EILSEQ, errno.ENOENT))


class NoSuchReport(Exception):
    """The pad does not know a feature report; models differ in what they know."""


class Line(Protocol):
    """A pad within reach; `input` is the descriptor on which its pen's reports arrive, one a read."""

    @property
    def input(self) -> int:
        """The descriptor to read the pen from."""
        ...

    def get(self, code: int, size: int) -> bytes:
        """Ask for a feature report, its id first. Raises NoSuchReport, DeviceGone or CaptureFailed."""
        ...

    def send(self, report: bytes) -> None:
        """Send a feature report. Raises NoSuchReport, DeviceGone or CaptureFailed."""
        ...

    def close(self) -> None:
        """Let go of everything but `input`, which whoever reads it closes."""
        ...


class HidrawLine:
    """A pad's hidraw node; while it is open nobody else who asks in the same way gets it."""

    def __init__(self, node: str) -> None:
        self.input = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            # hidraw lets any number of programs read the pen: a lock, which the kernel releases, keeps a second out.
            fcntl.flock(self.input, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self.input)
            raise DeviceBusy from error

    def get(self, code: int, size: int) -> bytes:
        """Ask for a feature report."""
        return self._call(_request(0x07, size), bytes((code,)).ljust(size, b"\0"))

    def send(self, report: bytes) -> None:
        """Send a feature report."""
        self._call(_request(0x06, len(report)), report)

    def close(self) -> None:
        """Do nothing: the node is `input`."""

    def _call(self, request: int, content: bytes) -> bytes:
        buffer = bytearray(content)
        try:
            size = fcntl.ioctl(self.input, request, buffer)
        except OSError as error:
            raise _meaning(error) from error
        return bytes(buffer[:size])


class SocketLine:
    """The kit's pad: one connection for what the pen reports, one for feature reports, which wait for an answer."""

    def __init__(self, path: Path) -> None:
        with contextlib.ExitStack() as undo:
            pen = unix_socket.connect(path, socket.SOCK_SEQPACKET)
            undo.callback(pen.close)
            pen.send(INPUT)
            self._features = unix_socket.connect(path, socket.SOCK_SEQPACKET)
            undo.callback(self._features.close)
            self._features.settimeout(_ANSWER_SECONDS)
            self._features.send(FEATURE)
            undo.pop_all()
        self.input = pen.detach()
        self._admitted = False

    def get(self, code: int, size: int) -> bytes:
        """Ask for a feature report."""
        return self._ask(GET + bytes((code,)) + size.to_bytes(2, "big"))

    def send(self, report: bytes) -> None:
        """Send a feature report."""
        self._ask(SET + report)

    def close(self) -> None:
        """Hang up the feature connection."""
        self._features.close()

    def _ask(self, order: bytes) -> bytes:
        try:
            if not self._admitted and self._features.recv(PACKET) == REFUSED:
                raise DeviceBusy
            self._admitted = True
            self._features.send(order)
            answer = self._features.recv(PACKET)
        except TimeoutError as error:
            raise CaptureFailed(FailReason.TIMEOUT, "feature report") from error
        except OSError as error:
            raise DeviceGone from error
        if not answer:
            raise DeviceGone
        if not answer.startswith(GIVEN):
            raise NoSuchReport
        return answer[len(GIVEN) :]


def _request(number: int, size: int) -> int:
    """Return HIDIOCSFEATURE or HIDIOCGFEATURE: _IOWR('H', number, size)."""
    return 3 << 30 | size << 16 | ord("H") << 8 | number


def _meaning(error: OSError) -> NoSuchReport | DeviceGone | CaptureFailed:
    """Say what the kernel's refusal of a feature report means: a stalled one is one the pad does not know."""
    if error.errno in (errno.EPIPE, errno.EINVAL):
        return NoSuchReport(str(error))
    if error.errno in _GONE:
        return DeviceGone()
    if error.errno == errno.ETIMEDOUT:
        return CaptureFailed(FailReason.TIMEOUT, "feature report")
    return CaptureFailed(FailReason.BAD_ANSWER, errno.errorcode.get(error.errno or 0, "feature report"))
