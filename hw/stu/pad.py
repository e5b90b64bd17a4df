"""The driver of Wacom's STU pads: the pen is read on the event loop, the glass is written by a thread."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TypeVar

from hw.descriptor import Descriptor
from hw.stu import glass
from hw.stu.line import HidrawLine, Line, SocketLine
from hw.stu.reports import Capability, StuDecoder
from hw.stu.session import Session
from hw.tablet import OffThePad
from hw.types import Attached, CaptureFailed, DeviceBusy, DeviceGone, FailReason, HardwareError, PenPoint

T = TypeVar("T")

_WIPED_SECONDS = 1.2
"""For so long a pad in use is asked for again: the slowest model's glass is wiped in 0.6 s."""
_LOOK_SECONDS = 0.05

Words = Callable[[], str]
"""What stands under the line on the glass, asked for when the pad is opened: the screen's language may change."""


class StuPad:
    """A pad in use, as `types.SignaturePad`; what stands on its glass is wiped when it is cleared and closed."""

    def __init__(self, line: Line, session: Session, capability: Capability, words: str) -> None:
        self._line = line
        self._session = session
        self._screen = capability.screen_width, capability.screen_height
        self._words = words
        self._stream = Descriptor(line.input)
        self._decoder = StuDecoder(capability.ranges, session.option)
        self._turn = asyncio.Lock()
        self._clearing = False
        self._closing: asyncio.Future[None] | None = None
        self.aspect = capability.ranges.aspect

    async def points(self) -> AsyncGenerator[PenPoint]:
        """Yield samples until closed. Raises DeviceGone when the pad is pulled, CaptureFailed when its ranges lie."""
        try:
            while report := await self._stream.read():
                for point in self._decoder.feed(report, _now()):
                    if not self._clearing:
                        yield point
        except OffThePad as error:
            raise CaptureFailed(FailReason.BAD_ANSWER, "ranges") from error

    async def clear(self) -> None:
        """Wipe the ink off the glass, show the line again, forget what was written before and meanwhile.

        Trouble with it is raised where the points are read.
        """
        if self._stream.closed:
            return
        self._clearing = True
        try:
            await self.show()
        except HardwareError as error:
            self._stream.fail(error)
        finally:
            self._clearing = False

    async def close(self) -> None:
        """Wipe the glass and let go of the pad, even where this is cancelled; one that is gone cannot be wiped."""
        if self._closing is None:
            self._stream.release()
            self._session.stop()
            self._closing = asyncio.ensure_future(self._let_go())
        await asyncio.shield(self._closing)

    async def show(self) -> None:
        """Show the line to write on; what was written before left no ink and is forgotten.

        Raises DeviceGone or CaptureFailed.
        """
        await self._in_turn(lambda: self._session.show(glass.picture(*self._screen, self._words)))
        while not self._stream.closed and (report := self._stream.take()):
            with contextlib.suppress(OffThePad):
                for _forgotten in self._decoder.feed(report, _now()):
                    pass
        self._decoder.restart()

    async def _let_go(self) -> None:
        try:
            with contextlib.suppress(HardwareError):
                await self._in_turn(self._session.end)
        finally:
            self._line.close()
            self._stream.close()

    async def _in_turn(self, talk: Callable[[], T]) -> T:
        """Talk to the pad in a thread, one conversation at a time, each to its end."""
        async with self._turn:
            return await _to_its_end(talk)


def _no_words() -> str:
    return ""


async def open_stu(attached: Attached, words: Words = _no_words) -> StuPad:
    """Open a pad by its hidraw node or its socket and show the line to write on.

    A pad that this very program is just letting go of is waited for, so that nobody reads of another desk. Raises
    DeviceGone, DeviceBusy or CaptureFailed.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + _WIPED_SECONDS
    while True:
        try:
            return await _opened(attached.address, words())
        except DeviceBusy:
            if loop.time() > until:
                raise
        await asyncio.sleep(_LOOK_SECONDS)


async def _opened(address: str, words: str) -> StuPad:
    line = _reached(address)
    session = Session(line)
    pad: StuPad | None = None
    try:
        capability = await _to_its_end(session.begin)
        pad = StuPad(line, session, capability, words)
        await pad.show()
    except BaseException:
        if pad is not None:
            await pad.close()
        else:
            line.close()
            os.close(line.input)
        raise
    return pad


def _reached(address: str) -> Line:
    try:
        if address.startswith("unix:"):
            return SocketLine(Path(address.removeprefix("unix:")))
        return HidrawLine(address)
    except PermissionError as error:
        raise CaptureFailed(FailReason.REFUSED, "permission", retriable=False) from error
    except OSError as error:
        raise DeviceGone from error


async def _to_its_end(talk: Callable[[], T]) -> T:
    """Run a conversation in a thread and never leave it running: its descriptor may be closed next."""
    work = asyncio.ensure_future(asyncio.to_thread(talk))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        while not work.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({work})
        if not work.cancelled():
            work.exception()
        raise


def _now() -> int:
    return time.monotonic_ns() // 1_000_000
