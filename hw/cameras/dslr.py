"""A still camera with a cable (PTP), through libgphoto2: the optional extra `dslr`.

libgphoto2 is kept out of this process: python-gphoto2 holds the interpreter while it deletes a file or lets go of a
camera, a call to a camera that hangs lasts up to twenty seconds, and what it prints would land on the screen. A process
can be ended at any moment, and the camera is free again at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

from hw.cameras.dslr_process import FRAME, HEADER, STILL
from hw.cameras.live_camera import LiveCamera
from hw.cameras.mjpeg import LARGEST_BYTES, MalformedFrame, Picture, whole
from hw.types import Attached, CaptureFailed, DeviceBusy, DeviceGone, FailReason, HardwareError

EXTRA = "dslr"
"""The optional part of the installation that brings libgphoto2."""

_CLOSE_S = 2.0
_LOOK_S = 0.5  # so often it is looked whether the camera's node is there, while an answer keeps us waiting
_NODE = re.compile(r"/dev/bus/usb/(\d{3})/(\d{3})")

# From gphoto2-port-result.h and gphoto2-result.h.
_GONE = frozenset({-5, -7, -34, -35, -52})  # unknown port, I/O, read, write, USB find
_BUSY = frozenset({-53, -60})  # USB claim, lock
_NOT_READY = frozenset({-1, -110, -113})  # general (no focus, among others), camera busy, camera error
_UNSUPPORTED = frozenset({-6, -105})  # operation, model
_TIMEOUT = -10


@dataclass(frozen=True)
class Patience:
    """How many seconds an answer may take: a still waits for the focus, the exposure and the transfer."""

    opening: float = 15.0
    frame: float = 5.0
    still: float = 25.0


def fault(code: int) -> HardwareError:
    """Return what an error code of libgphoto2's means for the program."""
    if code in _GONE:
        return DeviceGone()
    if code in _BUSY:
        return DeviceBusy()
    if code in _UNSUPPORTED:
        return CaptureFailed(FailReason.UNSUPPORTED, str(code), retriable=False)
    if code == _TIMEOUT:
        return CaptureFailed(FailReason.TIMEOUT, str(code))
    return CaptureFailed(FailReason.NOT_READY if code in _NOT_READY else FailReason.BAD_ANSWER, str(code))


def port_of(address: str) -> str:
    """Return libgphoto2's name for a camera's address: a USB device node, or already such a name."""
    node = _NODE.fullmatch(address)
    return f"usb:{node[1]},{node[2]}" if node else address


def installed() -> bool:
    """Say whether the extra is there; it is not imported for that."""
    return find_spec("gphoto2") is not None


class _Process:
    """Implements `PictureSource` over a process that is started when it is needed, and ended when it hangs."""

    def __init__(self, address: str, patience: Patience) -> None:
        self._address = address
        self._patience = patience
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._asking: set[asyncio.Task[bytes]] = set()

    async def open(self) -> None:
        """Start the process and let it open the camera."""
        async with self._turn:
            await self._opened()

    async def start(self) -> None:
        """Nothing to do: the first frame that is asked for starts the live picture."""

    async def newest(self, wanted: Callable[[], bool]) -> Picture | None:
        """Ask for a frame; the camera makes it then, so that none can be old."""
        picture = _picture(await self._ask(FRAME, self._patience.frame))
        return picture if wanted() else None

    async def still(self) -> Picture:
        """Release the shutter and fetch the picture."""
        return _picture(await self._ask(STILL, self._patience.still))

    async def stop(self) -> None:
        """Nothing to do: the mirror stays up until the camera is let go, which leaving the portrait's screen does."""

    async def close(self) -> None:
        """Let the process end by itself; one that is in the middle of an answer, or does not end, is ended."""
        if self._asking:
            await self._ended()
        async with self._turn:
            if self._process is None:
                return
            assert self._process.stdin is not None
            self._process.stdin.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_S):
                    await self._process.wait()
            await self._ended()

    async def _ask(self, question: bytes, seconds: float) -> bytes:
        """Ask to the end, even when nobody waits for the answer any more: it would be taken for the next one."""
        asking = asyncio.create_task(self._asked(question, seconds))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        return await asyncio.shield(asking)

    async def _asked(self, question: bytes, seconds: float) -> bytes:
        async with self._turn:
            process = await self._opened()
            assert process.stdin is not None
            with contextlib.suppress(ConnectionError):  # that it has ended shows when it is read
                process.stdin.write(question)
                await process.stdin.drain()
            return await self._answer(process, seconds)

    async def _opened(self) -> asyncio.subprocess.Process:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "hw.cameras.dslr_process", port_of(self._address)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                await self._answer(self._process, self._patience.opening)
            except HardwareError:
                await self._ended()
                raise
        return self._process

    async def _answer(self, process: asyncio.subprocess.Process, seconds: float) -> bytes:
        """Wait for one answer. Raises HardwareError; a process that does not give one is ended."""
        reading = asyncio.ensure_future(_read(process))
        try:
            async with asyncio.timeout(seconds):
                while not (await asyncio.wait({reading}, timeout=_LOOK_S))[0]:
                    if not _there(self._address):
                        raise DeviceGone
            code, octets = reading.result()
        except TimeoutError:
            await self._ended()
            raise CaptureFailed(FailReason.TIMEOUT) from None
        except (asyncio.IncompleteReadError, ValueError):
            await self._ended()
            raise CaptureFailed(FailReason.BAD_ANSWER, "process") from None
        except BaseException:
            await self._ended()
            raise
        finally:
            reading.cancel()
        if code:
            error = fault(code)
            if isinstance(error, DeviceGone):  # it is opened anew when it is there again
                await self._ended()
            raise error
        return octets

    async def _ended(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            _closed(process)


async def _read(process: asyncio.subprocess.Process) -> tuple[int, bytes]:
    assert process.stdout is not None
    code, length = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
    if length > LARGEST_BYTES:
        raise ValueError("length")
    return code, await process.stdout.readexactly(length)


def _closed(process: asyncio.subprocess.Process) -> None:
    """Close the pipes now: left to the collector they outlive the loop."""
    if process.stdin is not None:
        process.stdin.close()


def _picture(octets: bytes) -> Picture:
    """Check that a camera gave a JPEG; one set to raw pictures only does not."""
    try:
        return whole(octets)
    except MalformedFrame as error:
        raise CaptureFailed(FailReason.BAD_ANSWER, str(error)) from None


def _there(address: str) -> bool:
    return not _NODE.fullmatch(address) or os.path.exists(address)


async def open_dslr(attached: Attached, patience: Patience = Patience()) -> LiveCamera:
    """Open a still camera by its USB device node. Raises DeviceGone, DeviceBusy or CaptureFailed."""
    if not installed():
        raise CaptureFailed(FailReason.UNSUPPORTED, EXTRA, retriable=False)
    if not _there(attached.address):
        raise DeviceGone
    if _NODE.fullmatch(attached.address) and not os.access(attached.address, os.R_OK | os.W_OK):
        raise CaptureFailed(FailReason.REFUSED, "permission", retriable=False)
    process = _Process(attached.address, patience)
    await process.open()
    return LiveCamera(process)
