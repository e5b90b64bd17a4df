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
from collections.abc import AsyncGenerator
from pathlib import Path

from hw import evdev, unix_socket
from hw.types import Attached, CaptureFailed, DeviceBusy, DeviceGone, FailReason, PenPoint

_READ = 64 * evdev.EVENT.size
_OPEN_SECONDS = 3.0


class _Stream:
    """A descriptor that is read only while somebody waits for it."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._wake = asyncio.Event()
        self.closed = False

    async def read(self) -> bytes:
        """Return the next bytes, none once closed. Raises DeviceGone."""
        while not self.closed:
            if data := self.take():
                return data
            self._wake.clear()
            loop = asyncio.get_running_loop()
            loop.add_reader(self._fd, self._wake.set)
            try:
                await self._wake.wait()
            finally:
                if not self.closed:
                    loop.remove_reader(self._fd)
        return b""

    def take(self) -> bytes:
        """Return what is there without waiting, none when there is nothing. Raises DeviceGone."""
        try:
            data = os.read(self._fd, _READ)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise DeviceGone from error
        if not data:
            raise DeviceGone
        return data

    def tell(self, data: bytes) -> None:
        """Write a few bytes back; a full or dead line shows when it is read."""
        with contextlib.suppress(OSError):
            os.write(self._fd, data)

    def close(self) -> None:
        """Close once; whoever waits is woken. The number may be given to another file at once, so no reader stays."""
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().remove_reader(self._fd)
            os.close(self._fd)
            self._wake.set()


class EvdevPad:
    """A pen whose events are read from a file descriptor; only one reader at a time.

    Nothing is read ahead of whoever iterates over `points()`: what nobody asks for stays in the kernel, which drops
    the oldest and says so.
    """

    def __init__(
        self, stream: _Stream, ranges: evdev.Ranges, begun: bytes = b"", *, told_of_clearing: bool = False
    ) -> None:
        self._stream = stream
        self._told_of_clearing = told_of_clearing
        self._ranges = ranges
        self._decoder = evdev.PenDecoder(ranges)
        self._begun = begun

    @property
    def aspect(self) -> float:
        """The tablet's width over its height."""
        return self._ranges.aspect

    async def points(self) -> AsyncGenerator[PenPoint]:
        """Yield samples until closed. Raises DeviceGone when the pad is pulled."""
        data, self._begun = self._begun, b""
        for point in self._decoder.feed(data):
            yield point
        while data := await self._stream.read():
            for point in self._decoder.feed(data):
                yield point

    async def clear(self) -> None:
        """Forget the samples not yet read; a pen tablet has no screen to wipe. Raises DeviceGone.

        A pen behind a socket is told with an empty line: nobody sits before it who would see that the ink is gone.
        """
        data, self._begun = self._begun, b""
        while data or (not self._stream.closed and (data := self._stream.take())):
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
        x, y, pressure = (
            evdev.absinfo(fcntl.ioctl(fd, evdev.eviocgabs(axis), bytes(evdev.ABSINFO.size)))
            for axis in (evdev.ABS_X, evdev.ABS_Y, evdev.ABS_PRESSURE)
        )
        ranges = evdev.Ranges(x, y, pressure)
        # Grabbed, the pen moves no pointer on a desktop and nobody else reads the signature.
        fcntl.ioctl(fd, evdev.EVIOCGRAB, 1)
        # The wall clock may be set in mid-stroke.
        with contextlib.suppress(OSError):
            fcntl.ioctl(fd, evdev.EVIOCSCLOCKID, time.CLOCK_MONOTONIC.to_bytes(4, sys.byteorder))
    except (OSError, ValueError):
        os.close(fd)
        raise
    return EvdevPad(_Stream(fd), ranges)


async def _open_socket(path: Path) -> EvdevPad:
    stream = _Stream(unix_socket.connect(path).detach())
    try:
        seen = b""
        async with asyncio.timeout(_OPEN_SECONDS):
            while b"\n" not in seen:
                if len(seen) > evdev.HEADER_LIMIT:
                    raise ValueError("no header of ranges")
                seen += await stream.read()
        line, _, begun = seen.partition(b"\n")
        return EvdevPad(stream, evdev.read_header(line), begun, told_of_clearing=True)
    except TimeoutError as error:
        stream.close()
        raise CaptureFailed(FailReason.TIMEOUT, "ranges") from error
    except BaseException:
        stream.close()
        raise
