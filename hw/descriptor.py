"""A device's file descriptor, a node's or a socket's, read on the event loop and only while somebody waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import os

from hw.types import DeviceGone, HardwareError

_READ = 1536
"""Bytes at once: 64 input events, one HID report of any pad, eleven packets of a sensor's picture."""


class Descriptor:
    """Reads as the descriptor gives: a stream in pieces, or a report at a time."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._wake = asyncio.Event()
        self._failed: HardwareError | None = None
        self.closed = False

    async def read(self) -> bytes:
        """Return the next bytes, none once closed. Raises DeviceGone, and whatever it was told to fail with."""
        while not self.closed:
            if self._failed is not None:
                raise self._failed
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

    def fail(self, error: HardwareError) -> None:
        """Let whoever reads know of trouble that was met elsewhere: it is dealt with where the pen is read."""
        self._failed = error
        self._wake.set()

    def release(self) -> None:
        """Read no more; whoever waits is woken. The descriptor stays open."""
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().remove_reader(self._fd)
            self._wake.set()

    def close(self) -> None:
        """Read no more and close, once; the number may be given to another file at once, so no reader stays."""
        self.release()
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)
