"""Signature pads and pen tablets that the kernel shows as input devices; also the kit's pen, over a Unix socket.

Both give the same 24-byte events. What differs is how the ranges are learned: by ioctl from the kernel, from the first
line of the stream otherwise (`unix:` before the address).
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import sys
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from hw import evdev, unix_socket
from hw.descriptor import Descriptor
from hw.tablet import Axis, OffThePad, Ranges
from hw.types import Attached, CaptureFailed, DeviceBusy, DeviceGone, FailReason, PenPoint

_OPEN_SECONDS = 3.0


class EvdevPad:
    """A pen whose events are read from a file descriptor; only one reader at a time.

    Nothing is read ahead of whoever iterates over `points()`: what nobody asks for stays in the kernel, which drops
    the oldest and says so.
    """

    def __init__(
        self,
        stream: Descriptor,
        ranges: Ranges,
        *,
        begun: bytes = b"",
        told_of_clearing: bool = False,
        ask: Callable[[], evdev.PenState] | None = None,
    ) -> None:
        self._stream = stream
        self._told_of_clearing = told_of_clearing
        self._ranges = ranges
        self._decoder = evdev.PenDecoder(ranges, ask)
        self._begun = begun
        self._cleared = 0

    @property
    def aspect(self) -> float:
        """The tablet's width over its height."""
        return self._ranges.aspect

    async def points(self) -> AsyncGenerator[PenPoint]:
        """Yield samples until closed. Raises DeviceGone when the pad is pulled, CaptureFailed when its ranges lie."""
        data, self._begun = self._begun, b""
        try:
            while data or (data := await self._stream.read()):
                cleared = self._cleared
                for point in self._decoder.feed(data):
                    if cleared == self._cleared:
                        yield point
                data = b""
        except OffThePad as error:
            raise CaptureFailed(FailReason.BAD_ANSWER, "ranges") from error

    async def clear(self) -> None:
        """Forget the samples not yet read; a pen tablet has no screen to wipe.

        A pen behind a socket is told with an empty line: nobody sits before it who would see that the ink is gone.
        """
        self._cleared += 1
        data, self._begun = self._begun, b""
        # One that was pulled is told of where the points are read.
        with contextlib.suppress(DeviceGone):
            while data or (not self._stream.closed and (data := self._stream.take())):
                with contextlib.suppress(OffThePad):
                    for _forgotten in self._decoder.feed(data):
                        pass
                data = b""
        self._decoder.restart()
        if self._told_of_clearing and not self._stream.closed:
            self._stream.tell(b"\n")

    async def close(self) -> None:
        """Let go of the device; whoever iterates over the points is released."""
        self._stream.close()


async def open_pad(attached: Attached) -> EvdevPad:
    """Open a pen by its event node or its socket. Raises DeviceGone, DeviceBusy or CaptureFailed."""
    try:
        if attached.address.startswith("unix:"):
            return await _open_socket(Path(attached.address.removeprefix("unix:")))
        return _open_node(attached.address)
    except PermissionError as error:
        raise CaptureFailed(FailReason.REFUSED, "permission", retriable=False) from error
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise DeviceBusy from error
        if error.errno in (errno.EINVAL, errno.ENOTTY):
            raise CaptureFailed(FailReason.UNSUPPORTED, "not a pen", retriable=False) from error
        raise DeviceGone from error
    except ValueError as error:
        raise CaptureFailed(FailReason.BAD_ANSWER, "ranges", retriable=False) from error


def _open_node(node: str) -> EvdevPad:
    fd = os.open(node, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        x, y = (_axis(fd, axis)[0] for axis in (evdev.ABS_X, evdev.ABS_Y))
        try:
            pressure = _axis(fd, evdev.ABS_PRESSURE)[0]
        except ValueError:
            # The kernel answers for an axis that a device does not have with zeros: this one measures no pressure.
            pressure = None
        ranges = Ranges(x, y, pressure)
        # Grabbed, the pen moves no pointer on a desktop and nobody else reads the signature.
        fcntl.ioctl(fd, evdev.EVIOCGRAB, 1)
        # The wall clock may be set in mid-stroke.
        with contextlib.suppress(OSError):
            fcntl.ioctl(fd, evdev.EVIOCSCLOCKID, time.CLOCK_MONOTONIC.to_bytes(4, sys.byteorder))
        return EvdevPad(Descriptor(fd), ranges, ask=lambda: _state(fd, ranges))
    except (OSError, ValueError, DeviceGone):
        os.close(fd)
        raise


def _ioctl(fd: int, request: int, size: int) -> bytes:
    return fcntl.ioctl(fd, request, bytes(size))


def _axis(fd: int, axis: int) -> tuple[Axis, int]:
    return evdev.absinfo(_ioctl(fd, evdev.eviocgabs(axis), evdev.ABSINFO.size))


def _state(fd: int, ranges: Ranges) -> evdev.PenState:
    """Ask how the pen stands now. Raises DeviceGone."""
    try:
        x, y = _axis(fd, evdev.ABS_X)[1], _axis(fd, evdev.ABS_Y)[1]
        pressure = 0 if ranges.pressure is None else _axis(fd, evdev.ABS_PRESSURE)[1]
        return evdev.PenState.of_keys(x, y, pressure, _ioctl(fd, evdev.EVIOCGKEY, evdev.KEYS_SIZE))
    except (OSError, ValueError) as error:
        raise DeviceGone from error


async def _open_socket(path: Path) -> EvdevPad:
    stream = Descriptor(unix_socket.connect(path).detach())
    try:
        seen = b""
        async with asyncio.timeout(_OPEN_SECONDS):
            while b"\n" not in seen:
                if len(seen) > evdev.HEADER_LIMIT:
                    raise ValueError("no header of ranges")
                seen += await stream.read()
        line, _, begun = seen.partition(b"\n")
        return EvdevPad(stream, evdev.read_header(line), begun=begun, told_of_clearing=True)
    except TimeoutError as error:
        stream.close()
        raise CaptureFailed(FailReason.TIMEOUT, "ranges") from error
    except BaseException:
        stream.close()
        raise
