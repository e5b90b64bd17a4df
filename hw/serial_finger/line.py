"""The serial line as bytes: pyserial opens it and sets it up, the event loop reads it.

Reading needs no thread that could be stuck in it: a pulled cable and a cancelled capture wake the reader at once. Only
what may make a USB adapter think (opening, another speed, closing) is done beside the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import termios
from typing import TYPE_CHECKING

from hw.descriptor import Descriptor
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason, HardwareError

if TYPE_CHECKING:
    from serial import Serial


class Line:
    """One serial port, held by one program alone; 8 data bits, no parity, 1 stop bit, no flow control."""

    def __init__(self, port: Serial) -> None:
        self._port = port
        self._fd: int = port.fileno()
        self._descriptor = Descriptor(self._fd)

    async def set_baud(self, baud: int) -> None:
        """Change the speed and forget what came at the old one. Raises DeviceGone."""

        def change() -> None:
            self._port.baudrate = baud
            self._port.reset_input_buffer()

        try:
            await asyncio.to_thread(change)
        except (OSError, termios.error) as error:
            raise DeviceGone from error

    def write(self, data: bytes) -> None:
        """Send a few bytes. Raises DeviceGone, and CaptureFailed where the line takes no more."""
        try:
            sent = os.write(self._fd, data)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise DeviceGone from error
        if sent < len(data):
            raise CaptureFailed(FailReason.TIMEOUT, "line full")

    async def read(self) -> bytes:
        """Return the next bytes, at least one. Raises DeviceGone."""
        await asyncio.sleep(0)  # a line that never falls silent must not keep the loop from its clock
        if not (data := await self._descriptor.read()):
            raise DeviceGone
        return data

    def take(self) -> bytes:
        """Return what is there without waiting. Raises DeviceGone."""
        if self._descriptor.closed:
            raise DeviceGone
        return self._descriptor.take()

    async def close(self) -> None:
        """Let go of the port once; whoever waits for bytes is woken with DeviceGone."""
        if not self._descriptor.closed:
            self._descriptor.release()
            await asyncio.to_thread(_close, self._port)


async def open_line(node: str, baud: int) -> Line:
    """Open a serial node for this program alone. Raises DeviceGone, DeviceBusy or CaptureFailed."""
    return Line(await asyncio.to_thread(_open, node, baud))


def _open(node: str, baud: int) -> Serial:
    import serial

    try:
        # pyserial leaves out the modem lines where there are none, and locks among programs that lock. Its time between
        # bytes is there for VMIN=1: without it an idle line reads as nothing, as one does that was hung up.
        port = serial.Serial(node, baud, timeout=0, inter_byte_timeout=0, exclusive=True)
    except (OSError, termios.error) as error:
        raise _meaning(error) from error
    # Those that do not lock are kept out by the kernel; not every emulated line knows how.
    with contextlib.suppress(OSError):
        fcntl.ioctl(port.fileno(), termios.TIOCEXCL)
    return port


def _close(port: Serial) -> None:
    with contextlib.suppress(OSError, termios.error):
        # Nothing may keep the kernel waiting until a dead adapter has sent it; a pty outlives us with its flags.
        port.reset_output_buffer()
        fcntl.ioctl(port.fileno(), termios.TIOCNXCL)
    port.close()


def _meaning(error: Exception) -> HardwareError:
    """Say what it means that a port cannot be opened; pyserial hides some numbers one error deeper."""
    numbers = {cause.args[0] for cause in (error, error.__context__) if cause is not None and cause.args}
    if numbers & {errno.EBUSY, errno.EWOULDBLOCK}:
        return DeviceBusy()
    if errno.EACCES in numbers or errno.EPERM in numbers:
        return CaptureFailed(FailReason.REFUSED, "permission", retriable=False)
    if errno.ENOTTY in numbers:
        return CaptureFailed(FailReason.UNSUPPORTED, "not a serial line", retriable=False)
    return DeviceGone()
