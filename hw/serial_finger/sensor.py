"""The sensor as the program uses it: proven to be one, asked whether a finger lies on it, and for its picture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from hw.types import Attached, CaptureFailed, FailReason, SingleFingerImage

from . import image, packets
from .dialogue import Dialogue, Waits
from .line import Line, open_line
from .packets import Command, Confirmation, MalformedAnswer, SystemParameters

_BAUDS = (57_600, 115_200, 9_600, 38_400, 19_200, 57_600)
"""The speed of the factory first, and once more at the end: just plugged in, a sensor may sleep through the first."""
_UPLOADS = 3
_BUFFER = b"\x01"

_REFUSED = {
    Confirmation.NO_FINGER: FailReason.NO_BIOMETRIC,
    Confirmation.NOT_TAKEN: FailReason.UNUSABLE_IMAGE,
    Confirmation.MESSY_IMAGE: FailReason.UNUSABLE_IMAGE,
    Confirmation.FEW_FEATURES: FailReason.UNUSABLE_IMAGE,
    Confirmation.INVALID_IMAGE: FailReason.UNUSABLE_IMAGE,
    Confirmation.CANNOT_UPLOAD: FailReason.NOT_READY,
    Confirmation.WRONG_PASSWORD: FailReason.REFUSED,
    Confirmation.PASSWORD_FIRST: FailReason.REFUSED,
}
_FINAL = frozenset({FailReason.REFUSED, FailReason.BAD_ANSWER})


class ZfmSensor:
    """One sensor of the ZFM-20 family; implements `types.SingleFingerSensor`."""

    def __init__(self, dialogue: Dialogue, parameters: SystemParameters, waits: Waits) -> None:
        self.parameters = parameters
        self._dialogue = dialogue
        self._waits = waits
        self._turn = asyncio.Lock()

    async def touches(self) -> AsyncGenerator[bool]:
        """Yield whether a finger lies on it, now and whenever that changes. Raises DeviceGone or CaptureFailed."""
        before: bool | None = None
        while True:
            async with self._turn:
                now = await self._take() is not Confirmation.NO_FINGER
            if now is not before:
                before = now
                yield now
            await asyncio.sleep(self._waits.look)

    async def capture(self, told: Callable[[int, int], None] = lambda done, total: None) -> SingleFingerImage:
        """Wait for a finger and fetch its picture, telling how many bytes of how many have come.

        The first is told with none yet: from then on the finger may be lifted. A picture that came garbled is fetched
        again, for the sensor keeps it. Raises DeviceGone, and CaptureFailed NO_BIOMETRIC where no finger came in time,
        UNUSABLE_IMAGE where the sensor finds no print in the picture.
        """
        async with self._turn:
            await self._finger()
            _accept(await self._dialogue.ask(Command.EXTRACT, _BUFFER))
            packed = await self._fetched(told)
        return await asyncio.to_thread(_picture, packed)

    async def close(self) -> None:
        """Let go of the port; whoever waits for the sensor is released with DeviceGone."""
        await self._dialogue.line.close()

    async def _take(self) -> Confirmation:
        """Let the sensor look: OK, NO_FINGER, or NOT_TAKEN where something lies there that gave no picture."""
        return _accept(
            await self._dialogue.ask(Command.TAKE_IMAGE), frozenset({Confirmation.NO_FINGER, Confirmation.NOT_TAKEN})
        )

    async def _finger(self) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._waits.finger
        while (seen := await self._take()) is not Confirmation.OK:
            if loop.time() > until:
                raise CaptureFailed(_REFUSED[seen], seen.name)
            await asyncio.sleep(self._waits.look)

    async def _fetched(self, told: Callable[[int, int], None]) -> bytes:
        for left in reversed(range(_UPLOADS)):
            try:
                async with asyncio.timeout(self._waits.picture):
                    return await self._upload(told)
            except TimeoutError as error:
                raise CaptureFailed(FailReason.TIMEOUT, "image") from error
            except CaptureFailed as error:
                if error.reason is not FailReason.BAD_ANSWER or not left:
                    raise
        raise AssertionError("the last attempt raises")

    async def _upload(self, told: Callable[[int, int], None]) -> bytes:
        _accept(await self._dialogue.ask(Command.UPLOAD_IMAGE))
        packed = bytearray()
        told(0, image.PACKED)
        async with aclosing(self._dialogue.data()) as pieces:
            async for piece in pieces:
                packed += piece
                if len(packed) > image.PACKED:
                    raise CaptureFailed(FailReason.BAD_ANSWER, "image too long")
                told(len(packed), image.PACKED)
        if len(packed) < image.PACKED:
            raise CaptureFailed(FailReason.BAD_ANSWER, "image too short")
        return bytes(packed)


async def open_sensor(attached: Attached, waits: Waits | None = None, password: int = packets.NO_PASSWORD) -> ZfmSensor:
    """Open a serial node and prove that such a sensor hangs there: USB ids name nothing but the adapter.

    A sensor that refuses the site's password is asked with the factory's: a new one has no other yet. Raises
    DeviceGone, DeviceBusy, and CaptureFailed NO_SENSOR where nothing answers at any speed, REFUSED where the sensor
    wants another password.
    """
    waits = waits or Waits()
    line = await open_line(attached.address, _BAUDS[0])
    try:
        dialogue = Dialogue(line, waits)
        await _shake_hands(line, dialogue, password)
        answer = await dialogue.ask(Command.READ_SYSTEM)
        _accept(answer)
        return ZfmSensor(dialogue, packets.system_parameters(answer), waits)
    except MalformedAnswer as error:
        await line.close()
        raise CaptureFailed(FailReason.BAD_ANSWER, str(error), retriable=False) from error
    except BaseException:
        await line.close()
        raise


async def _shake_hands(line: Line, dialogue: Dialogue, password: int) -> None:
    for baud in _BAUDS:
        await line.set_baud(baud)
        answer = await dialogue.probe(packets.verify_password(password))
        if answer is not None and answer[0] != Confirmation.GARBLED:
            if answer[0] == Confirmation.WRONG_PASSWORD and password != packets.NO_PASSWORD:
                answer = await dialogue.ask(Command.VERIFY_PASSWORD, packets.NO_PASSWORD.to_bytes(4))
            _accept(answer)
            return
    raise CaptureFailed(FailReason.NO_SENSOR, "handshake")


def _accept(answer: bytes, beside: frozenset[Confirmation] = frozenset()) -> Confirmation:
    """Return the confirmation where it is OK or one of those beside. Raises CaptureFailed with its meaning."""
    try:
        said = Confirmation(answer[0])
    except ValueError:
        raise CaptureFailed(FailReason.BAD_ANSWER, f"confirmation {answer[0]:02x}") from None
    if said is not Confirmation.OK and said not in beside:
        reason = _REFUSED.get(said, FailReason.BAD_ANSWER)
        raise CaptureFailed(reason, said.name, retriable=reason not in _FINAL)
    return said


def _picture(packed: bytes) -> SingleFingerImage:
    from PIL import Image

    from hw.pictures.ridges import ridge_score

    grey = image.unpack(packed)
    score = ridge_score(Image.frombytes("L", (image.WIDTH, image.HEIGHT), grey))
    return SingleFingerImage(image.WIDTH, image.HEIGHT, score, grey)
