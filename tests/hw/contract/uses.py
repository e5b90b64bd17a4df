"""What the procedure does with a device of each role: take one thing and look at it, or wait for something."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import aclosing
from typing import Any, Protocol

from hw.iso19794 import parse
from hw.pictures.pixels import decode
from hw.types import (
    Camera,
    CardPrinter,
    Eye,
    Finger,
    FingerScanner,
    IrisScanner,
    JobOutcome,
    PenPoint,
    Role,
    SignaturePad,
    SingleFingerSensor,
    Slap,
)


class Use(Protocol):
    """How a role is used."""

    async def take(self, device: Any) -> list[object]:
        """Take once what the procedure wants, check that it is that, and return it."""
        ...

    async def wait(self, device: Any) -> object:
        """Wait for what comes or does not come."""
        ...


class Slaps:
    """4-4-2: a hand with a finger missing."""

    async def take(self, device: FingerScanner) -> list[object]:
        images = await device.capture(Slap.LEFT_FOUR, frozenset({Finger.LEFT_LITTLE}))
        assert [image.finger for image in images] == list(Slap.LEFT_FOUR.fingers[:3])
        for image in images:
            assert parse(image.record).position in (0, image.finger.value)
            assert 0 <= image.score <= 100
        return [*images, *(image.record for image in images)]

    async def wait(self, device: FingerScanner) -> object:
        return await device.capture(Slap.RIGHT_FOUR)


class Eyes:
    """Both eyes, right before left."""

    async def take(self, device: IrisScanner) -> list[object]:
        images = await device.capture()
        assert [image.eye for image in images] == [Eye.RIGHT, Eye.LEFT]
        for image in images:
            assert parse(image.record).position in (0, image.eye.value)
        return [*images, *(image.record for image in images)]

    async def wait(self, device: IrisScanner) -> object:
        return await device.capture()


class Portraits:
    """A live picture, then a still."""

    async def take(self, device: Camera) -> list[object]:
        async with aclosing(device.frames()) as frames:
            frame = await anext(frames)
            assert min(decode(frame.jpeg).size) > 100
            still = await device.capture()
        assert decode(still.image).size == (still.width, still.height)
        return [frame, still, frame.jpeg, still.image]

    async def wait(self, device: Camera) -> object:
        async with aclosing(device.frames()) as frames:
            return [frame async for frame in frames]


class Signatures:
    """A stroke, from the pen's coming down to its lifting."""

    async def take(self, device: SignaturePad) -> list[object]:
        assert 0.2 < device.aspect < 20
        points: list[PenPoint] = []
        async for point in device.points():
            points.append(point)
            if len(points) > 3 and not point.down:
                break
        assert all(0 <= value <= 1 for point in points for value in (point.x, point.y, point.pressure))
        assert [point.ms for point in points] == sorted(point.ms for point in points)
        return [tuple(points)]

    async def wait(self, device: SignaturePad) -> object:
        return [point async for point in device.points()]


class OneFinger:
    """One finger, to verify."""

    async def take(self, device: SingleFingerSensor) -> list[object]:
        told: list[tuple[int, int]] = []
        image = await device.capture(lambda done, total: told.append((done, total)))
        assert len(image.grey) == image.width * image.height
        assert told[0][0] == 0
        assert told[-1][0] == told[-1][1]
        return [image, image.grey]

    async def wait(self, device: SingleFingerSensor) -> object:
        return await device.capture(lambda _done, _total: None)


class Cards:
    """One card, looked for by its token."""

    CARD = b"%PDF-1.4\nsomebody's card"

    async def take(self, device: CardPrinter) -> list[object]:
        token = str(uuid.uuid4())
        assert (await device.status()).accepting
        await device.send(token, self.CARD)
        while (outcome := await device.outcome(token)) is not JobOutcome.DONE:
            assert outcome in (JobOutcome.PENDING, JobOutcome.PROCESSING)
            await asyncio.sleep(0)
        return [outcome, self.CARD]

    async def wait(self, device: CardPrinter) -> object:
        while True:
            status = await device.status()
            if "cover-open" not in status.reasons:
                return status
            await asyncio.sleep(0.05)


USES: dict[Role, Use] = {
    Role.FINGER: Slaps(),
    Role.SINGLE_FINGER: OneFinger(),
    Role.IRIS: Eyes(),
    Role.CAMERA: Portraits(),
    Role.SIGNATURE: Signatures(),
    Role.CARD_PRINTER: Cards(),
}
