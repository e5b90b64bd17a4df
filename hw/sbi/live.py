"""The live picture of a device behind SBI: of what the service streams only the newest frame counts.

Services send thirty frames a second, a screen over SSH shows a few: whoever asks late gets what is seen now, not what
was seen then.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from hw.types import CaptureFailed, FailReason, Frame, HardwareError

from .codec import stream_body
from .stream import FrameSplitter

if TYPE_CHECKING:
    from .codec import Order
    from .scanners import Sensor

_TIME_IS_UP = "609"  # SBI's code for a stream that lasted as long as was asked


class Newest:
    """Holds one frame; a newer one replaces it if nobody has asked for it yet."""

    def __init__(self) -> None:
        self._frame = b""
        self._ended = False
        self._error: HardwareError | None = None
        self._changed = asyncio.Event()

    def put(self, frame: bytes) -> None:
        """Show this frame to whoever asks next."""
        self._frame = frame
        self._changed.set()

    def end(self, error: HardwareError | None) -> None:
        """Show nothing more, and say why; what was said first stands."""
        if not self._ended:
            self._ended, self._error = True, error
            self._changed.set()

    async def get(self) -> bytes | None:
        """Return the newest frame as soon as there is one not seen yet, or None at the end. Raises HardwareError."""
        await self._changed.wait()
        if self._ended:
            if self._error is not None:
                raise self._error
            return None
        self._changed.clear()
        return self._frame


async def live(sensor: Sensor, order: Order) -> AsyncGenerator[Frame]:
    """Yield the newest frame whenever the reader asks for one; a capture by the same sensor is its quiet end.

    Raises HardwareError; silence is CaptureFailed(TIMEOUT).
    """
    newest = Newest()
    sensor.show(newest)
    pump = asyncio.create_task(_pump(sensor, order, newest))
    try:
        while (frame := await newest.get()) is not None:
            yield Frame(frame)
    finally:
        sensor.hide(newest)
        pump.cancel()
        await asyncio.gather(pump, return_exceptions=True)


async def _pump(sensor: Sensor, order: Order, newest: Newest) -> None:
    """Keep the stream running until it ends for another reason than its time."""
    try:
        while True:
            ended = await _stream(sensor, order, newest)
            if sensor.taking:
                newest.end(None)  # the capture says how it went
                return
            if not (isinstance(ended, CaptureFailed) and ended.detail == _TIME_IS_UP):
                await sensor.check_there()
                newest.end(ended)
                return
    except HardwareError as error:
        newest.end(error)


async def _stream(sensor: Sensor, order: Order, newest: Newest) -> HardwareError:
    """Run one stream to its end and return why it ended; bytes that never become a frame are silence too."""
    splitter = FrameSplitter()
    body = stream_body(sensor.info, order, sensor.terms.stream_s)
    patience = sensor.terms.silence_s
    loop = asyncio.get_running_loop()
    try:
        async with (
            asyncio.timeout(patience) as limit,
            aclosing(sensor.service.stream(body, silence=patience)) as pieces,
        ):
            async for piece in pieces:
                sensor.streaming.set()
                for frame in splitter.feed(piece):
                    newest.put(frame)
                    limit.reschedule(loop.time() + patience)
    except TimeoutError:
        return CaptureFailed(FailReason.TIMEOUT)
    except HardwareError as error:
        return error
    finally:
        sensor.streaming.set()
    return splitter.end()
