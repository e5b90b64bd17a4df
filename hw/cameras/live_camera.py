"""A camera with a live picture over whatever brings its pictures: who may have the next one, and when it rests."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from hw.cameras.mjpeg import Picture
from hw.types import Frame, HardwareError, Portrait


class PictureSource(Protocol):
    """What a driver gives; every call may raise HardwareError, and ends within limits of its own."""

    async def start(self) -> None:
        """Start the live picture, if it does not run."""
        ...

    async def newest(self, wanted: Callable[[], bool]) -> Picture | None:
        """Wait for a picture that is taken from now on; None where it is no longer wanted."""
        ...

    async def still(self) -> Picture:
        """Take a still, whether the live picture runs or not."""
        ...

    async def stop(self) -> None:
        """Stop the live picture, if it runs."""
        ...

    async def close(self) -> None:
        """Let go of the device, whatever state it is in; raises nothing."""
        ...


class LiveCamera:
    """Implements `types.Camera`: the live picture runs while its frames are asked for, and only then."""

    def __init__(self, source: PictureSource) -> None:
        self._source = source
        self._closed = False
        self._turn = 0
        """Counts who may have the next picture: whoever waits for an older turn stops waiting."""

    async def frames(self) -> AsyncGenerator[Frame]:
        """Yield the newest frame whenever the reader asks for one; none is read that nobody asks for.

        Taking a still ends it, as it ends the stream of an SBI camera. Only one reader at a time. Raises HardwareError;
        silence is CaptureFailed(TIMEOUT), after which it can be asked for again.
        """
        self._turn += 1
        turn = self._turn
        try:
            await self._source.start()
            while self._turn == turn:
                picture = await self._source.newest(lambda: self._turn == turn)
                if picture is None:
                    return
                yield Frame(picture.jpeg)
        finally:
            if self._turn == turn:
                self._turn += 1
            with contextlib.suppress(HardwareError):  # what ended the picture is what is told
                await self._source.stop()

    async def capture(self) -> Portrait:
        """Take a still. Raises HardwareError."""
        self._turn += 1
        picture = await self._source.still()
        return Portrait(picture.jpeg, picture.width, picture.height)

    async def close(self) -> None:
        """Let go of the device; once it is closed this does nothing."""
        self._turn += 1
        if not self._closed:
            self._closed = True
            await self._source.close()
