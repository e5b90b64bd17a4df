"""The camera behind SBI Face: a live stream of which only the newest picture counts, and a still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from hw.sbi.codec import FACE_ORDER, stream_body
from hw.sbi.scanners import Sensor
from hw.sbi.stream import FrameSplitter
from hw.types import CaptureFailed, Frame, HardwareError, Portrait

_TIME_IS_UP = "609"  # SBI's code for a stream that lasted as long as was asked


class _Newest:
    """Holds one picture; a newer one replaces it if nobody has asked for it yet."""

    def __init__(self) -> None:
        self._frame: bytes | None = None
        self._closed = False
        self._changed = asyncio.Event()

    def put(self, frame: bytes) -> None:
        self._frame = frame
        self._changed.set()

    def close(self) -> None:
        self._closed = True
        self._changed.set()

    async def get(self) -> bytes | None:
        """Return the newest frame as soon as there is one not seen yet, or None at the end."""
        await self._changed.wait()
        if self._closed:
            return None
        self._changed.clear()
        return self._frame


class SbiCamera:
    """Implements `types.Camera` over an SBI Face device."""

    def __init__(self, sensor: Sensor) -> None:
        self._sensor = sensor
        self._stills = 0

    async def frames(self) -> AsyncGenerator[Frame]:
        """Yield the newest frame whenever the reader asks for one.

        Taking a still ends the live picture, as the service does it: the generator stops, and a new one starts it
        again. Raises HardwareError; silence is CaptureFailed(TIMEOUT).
        """
        newest = _Newest()
        pump = asyncio.create_task(self._pump(newest))
        try:
            while (frame := await newest.get()) is not None:
                yield Frame(frame)
            error = await pump
            if error is not None:
                raise error
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)

    async def capture(self) -> Portrait:
        """Take a still. Raises HardwareError."""
        self._stills += 1
        (face,) = await self._sensor.take(FACE_ORDER)
        return Portrait(face.record.image, face.record.width, face.record.height)

    async def close(self) -> None:
        """Let go of the service."""
        await self._sensor.service.close()

    async def _pump(self, newest: _Newest) -> HardwareError | None:
        """Keep the stream running and return why it ended, None when it ended for a still."""
        stills = self._stills
        try:
            while True:
                ended = await self._stream(newest)
                if self._stills != stills:
                    return None
                if not (isinstance(ended, CaptureFailed) and ended.detail == _TIME_IS_UP):
                    await self._sensor.check_there()
                    return ended
        except HardwareError as error:
            return error
        finally:
            newest.close()

    async def _stream(self, newest: _Newest) -> HardwareError:
        """Run one stream to its end and return why it ended."""
        splitter = FrameSplitter()
        terms = self._sensor.terms
        body = stream_body(self._sensor.info, FACE_ORDER, terms.stream_s)
        try:
            async with aclosing(self._sensor.service.stream(body, silence=terms.silence_s)) as pieces:
                async for piece in pieces:
                    for frame in splitter.feed(piece):
                        newest.put(frame)
        except HardwareError as error:
            return error
        return splitter.end()
