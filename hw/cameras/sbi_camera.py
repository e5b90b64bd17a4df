"""The camera behind SBI Face: a live picture, and a still."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from hw.sbi.codec import FACE_ORDER, exception_order
from hw.sbi.live import live
from hw.sbi.scanners import Sensor
from hw.types import Finger, Frame, Portrait


class SbiCamera:
    """Implements `types.Camera` over an SBI Face device."""

    def __init__(self, sensor: Sensor) -> None:
        self._sensor = sensor

    def frames(self) -> AsyncGenerator[Frame]:
        """Yield the newest frame whenever the reader asks for one.

        Taking a still ends the live picture, as the service does it: the generator stops, and a new one starts it
        again. Raises HardwareError; silence is CaptureFailed(TIMEOUT).
        """
        return live(self._sensor, FACE_ORDER)

    async def capture(self) -> Portrait:
        """Take a still. Raises HardwareError."""
        (face,) = await self._sensor.take(FACE_ORDER)
        return Portrait(face.record.image, face.record.width, face.record.height)

    async def capture_exception(self, missing: frozenset[Finger]) -> Portrait:
        """Take the still of the hands, told to the service as a face with exceptions. Raises HardwareError."""
        (still,) = await self._sensor.take(exception_order(missing))
        return Portrait(still.record.image, still.record.width, still.record.height)

    async def close(self) -> None:
        """Let go of the service."""
        await self._sensor.service.close()
