"""The camera behind SBI Face: a live stream of which only the newest picture counts, and a still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from hw.sbi.codec import FACE_ORDER, stream_body
from hw.sbi.scanners import Sensor
from hw.sbi.stream import FrameSplitter
from hw.types import CaptureFailed, DeviceGone, FailReason, Frame, HardwareError, Portrait

_STREAM_S = 300.0  # how long one stream is asked for; a new one follows without a word
_SILENCE_S = 5.0


class _Newest:
    """Holds one picture or the reason why there will be no more; a newer picture replaces one not yet shown."""

    def __init__(self) -> None:
        self._frame: bytes | None = None
        self._end: HardwareError | None = None
        self._ended = False
        self._changed = asyncio.Event()

    def put(self, frame: bytes) -> None:
        self._frame = frame
        self._changed.set()

    def end(self, reason: HardwareError | None) -> None:
        self._ended, self._end = True, reason
        self._changed.set()

    async def get(self) -> bytes | None:
        """Return the newest frame, or None at the end. Raises the reason of a bad end."""
        await self._changed.wait()
        if self._ended:
            if self._end is not None:
                raise self._end
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
        again. Raises HardwareError.
        """
        newest = _Newest()
        pump = asyncio.create_task(self._pump(newest))
        try:
            while (frame := await newest.get()) is not None:
                yield Frame(frame)
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

    async def _pump(self, newest: _Newest) -> None:
        stills = self._stills
        try:
            while True:
                ended = await self._stream(newest)
                if self._stills != stills:
                    newest.end(None)
                    return
                if not (isinstance(ended, CaptureFailed) and ended.reason is FailReason.TIMEOUT):
                    await self._sensor.check_there()
                    newest.end(ended)
                    return
        except HardwareError as error:
            newest.end(error)

    async def _stream(self, newest: _Newest) -> HardwareError:
        """Run one stream to its end and return why it ended; TIMEOUT only when the asked time was over."""
        splitter = FrameSplitter()
        body = stream_body(self._sensor.info, FACE_ORDER, _STREAM_S)
        try:
            async with aclosing(self._sensor.service.stream(body, silence=_SILENCE_S)) as pieces:
                async for piece in pieces:
                    for frame in splitter.feed(piece):
                        newest.put(frame)
        except CaptureFailed as error:
            if error.reason is FailReason.TIMEOUT and not error.detail:  # silence, not the service's own 609
                return DeviceGone()
            return error
        except HardwareError as error:
            return error
        return splitter.end()
