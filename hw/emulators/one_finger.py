"""A sensor of the ZFM-20 family behind a real pty: what it answers follows from the finger that lies on it.

It listens at its own speed only, keeps one picture, and sends it as the real ones do, whoever listens. Bytes take as
long as on the wire, by the kit's clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import termios
import tty
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PIL.Image import Image

from hw.pictures.ridges import ridge_score
from hw.serial_finger import image, packets
from hw.serial_finger.packets import Command, Confirmation, Kind, Packet, Reader, SystemParameters
from hw.types import Clock, Finger

from .fingers import SIZE, Touch, draw_finger
from .knobs import over

PACKET_SIZE = 128
_BITS = 10  # a byte on the wire with its start and stop bit
_MESSY = 15.0  # below this score no print is found
_OVERRUN_SECONDS = 10.0  # libraries that read byte by byte are slow on a busy machine


@dataclass(frozen=True)
class Knobs:
    """What lies on the sensor, how it was set up, and what is wrong with it.

    `delay` in seconds before each answer; the next `garbled` packets have a byte turned over; `noise` bytes come
    before each answer; `mute` is a cable with nothing at its end; `pull_after` so many packets of the next picture the
    cable is pulled, 0 leaves it in.
    """

    finger: bool = True
    subject: str = "petugas"
    touch: Touch = field(default_factory=Touch)
    baud: int = 57_600
    password: int = 0
    delay: float = 0.0
    garbled: int = 0
    noise: int = 0
    mute: bool = False
    pull_after: int = 0


class OneFinger:
    """The sensor, its adapter and the cable."""

    def __init__(self, clock: Clock, pulled: Callable[[], None]) -> None:
        self.knobs = Knobs()
        self.address = ""
        self._clock = clock
        self._pulled = pulled
        self._ends: tuple[int, int] | None = None
        self._talking: asyncio.Task[None] | None = None
        self._heard = asyncio.Event()
        self._picture: Image | None = None
        self._takes = 0
        self._trusted = False

    async def start(self) -> None:
        """Plug the adapter in; its node has a new name each time."""
        if self._ends is None:
            ours, theirs = pty.openpty()
            tty.setraw(theirs)
            os.set_blocking(ours, False)
            # The far end stays open here too: a node lives as long as its adapter, not as its reader.
            self._ends, self.address = (ours, theirs), os.ttyname(theirs)
            self._picture, self._trusted = None, False
            asyncio.get_running_loop().add_reader(ours, self._heard.set)
            self._talking = asyncio.create_task(self._talk(ours, theirs))

    async def unplug(self) -> None:
        """Pull the adapter out; whoever reads it finds the end."""
        talking, self._talking = self._talking, None
        self._pull()
        if talking is not None:
            talking.cancel()
            await asyncio.wait({talking})

    def turn(self, knobs: Mapping[str, Any]) -> None:
        """Turn knobs; `touch` changes what it names and leaves the rest. Raises ValueError or TypeError."""
        patch = dict(knobs)
        try:
            touch = over(self.knobs.touch, patch.pop("touch", {}))
            subject = str(patch.pop("subject", self.knobs.subject))
            turned = over(replace(self.knobs, touch=touch, subject=subject), patch)
        except AttributeError as error:
            raise ValueError(str(error)) from error
        if turned.baud % packets.BAUD_UNIT or not hasattr(termios, f"B{turned.baud}"):
            raise ValueError(f"baud {turned.baud}")
        self.knobs = turned

    @property
    def picture(self) -> bytes:
        """The picture last taken, as the sensor keeps it. Raises ValueError while there is none."""
        if self._picture is None:
            raise ValueError("no picture was taken")
        return image.pack(self._picture.tobytes())

    def _pull(self) -> None:
        if self._ends is not None:
            ends, self._ends = self._ends, None
            loop = asyncio.get_running_loop()
            loop.remove_reader(ends[0])
            loop.remove_writer(ends[0])
            for end in ends:
                os.close(end)

    async def _talk(self, ours: int, theirs: int) -> None:
        """Answer orders until pulled."""
        reader = Reader()
        while True:
            self._heard.clear()
            with contextlib.suppress(BlockingIOError):
                heard = os.read(ours, 4096)
                if self._at_our_speed(theirs):
                    reader.feed(heard)
            while (order := reader.take()) is not None:
                if order.kind is Kind.COMMAND and not self.knobs.mute:
                    await self._obey(ours, order.payload)
                    if self._ends is None:
                        return
            await self._heard.wait()

    def _at_our_speed(self, theirs: int) -> bool:
        return termios.tcgetattr(theirs)[4] == getattr(termios, f"B{self.knobs.baud}")

    async def _obey(self, ours: int, order: bytes) -> None:
        answer = await self._answer(order)
        if self.knobs.delay:
            await self._clock.sleep(self.knobs.delay)
        await self._send(ours, bytes(n * 37 % 256 for n in range(self.knobs.noise)))
        await self._send(ours, self._packed(Packet(Kind.ACKNOWLEDGE, answer)))
        if order[0] == Command.UPLOAD_IMAGE and answer[0] == Confirmation.OK:
            await self._upload(ours)

    async def _answer(self, order: bytes) -> bytes:
        code, arguments = order[0], order[1:]
        if code == Command.VERIFY_PASSWORD:
            self._trusted = arguments == self.knobs.password.to_bytes(4)
            return _said(Confirmation.OK if self._trusted else Confirmation.WRONG_PASSWORD)
        if self.knobs.password and not self._trusted:
            return _said(Confirmation.PASSWORD_FIRST)
        if code == Command.READ_SYSTEM:
            any_address = packets.ANY_ADDRESS
            own = SystemParameters(0, 0, 1000, 3, any_address, PACKET_SIZE, self.knobs.baud)
            return packets.write_system_parameters(own)
        if code == Command.TAKE_IMAGE:
            return _said(await self._take())
        if code == Command.EXTRACT:
            return _said(self._extract())
        if code == Command.UPLOAD_IMAGE:
            return _said(Confirmation.CANNOT_UPLOAD if self._picture is None else Confirmation.OK)
        return _said(Confirmation.GARBLED)

    async def _take(self) -> Confirmation:
        if not self.knobs.finger:
            return Confirmation.NO_FINGER
        self._takes += 1
        self._picture = await asyncio.to_thread(_press, self.knobs.subject, self.knobs.touch, self._takes)
        return Confirmation.OK

    def _extract(self) -> Confirmation:
        if self._picture is None:
            return Confirmation.INVALID_IMAGE
        return Confirmation.MESSY_IMAGE if ridge_score(self._picture) < _MESSY else Confirmation.OK

    async def _upload(self, ours: int) -> None:
        packed = self.picture
        starts = range(0, len(packed), PACKET_SIZE)
        for number, start in enumerate(starts):
            if number and self.knobs.pull_after == number:
                self.turn({"pull_after": 0})
                self._pull()
                self._pulled()
                return
            kind = Kind.END_OF_DATA if start == starts[-1] else Kind.DATA
            await self._send(ours, self._packed(Packet(kind, packed[start : start + PACKET_SIZE])))

    def _packed(self, packet: Packet) -> bytes:
        written = bytearray(packets.pack(packet))
        if self.knobs.garbled:
            self.turn({"garbled": self.knobs.garbled - 1})
            written[-3] ^= 0x10
        return bytes(written)

    async def _send(self, ours: int, data: bytes) -> None:
        """Put bytes on the wire; nothing holds them back, and what nobody takes in time is lost."""
        while data and self._ends is not None:
            try:
                sent = os.write(ours, data)
            except BlockingIOError:
                if not await self._room(ours):
                    return
            else:
                await self._clock.sleep(sent * _BITS / self.knobs.baud)
                data = data[sent:]

    async def _room(self, ours: int) -> bool:
        room = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_writer(ours, room.set)
        try:
            async with asyncio.timeout(_OVERRUN_SECONDS):
                await room.wait()
        except TimeoutError:
            return False
        finally:
            if self._ends is not None:
                loop.remove_writer(ours)
        return True


def _said(confirmation: Confirmation) -> bytes:
    return bytes((confirmation,))


def _press(subject: str, touch: Touch, attempt: int) -> Image:
    """Lay a finger on the sensor, which is smaller than the finger."""
    left, top = (SIZE[0] - image.WIDTH) // 2, (SIZE[1] - image.HEIGHT) // 2
    drawn = draw_finger(subject, Finger.RIGHT_INDEX, touch, attempt)
    return drawn.crop((left, top, left + image.WIDTH, top + image.HEIGHT))
