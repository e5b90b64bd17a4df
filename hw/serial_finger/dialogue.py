"""Orders and their answers over a line that may be slow, garbled or still busy with an earlier order.

Answers carry no number, so one that comes late could be taken for the answer of the next order. After every order that
was broken off or not answered, the line counts as astray: what is still coming is let go by, then the system parameters
are asked for, whose answer is like no other, and everything before it is old.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass

from hw.types import CaptureFailed, FailReason

from . import packets
from .line import Line
from .packets import Command, Confirmation, Kind, Packet, Reader

_ATTEMPTS = 3


@dataclass(frozen=True)
class Waits:
    """How long to wait, in seconds: for the handshake at one speed, for an answer, for the next packet of a picture.

    `quiet` without a byte is the end of what was still coming, which may last as long as a `picture`; `finger` is how
    long somebody has to lay one down, `look` the time between two looks for it.
    """

    probe: float = 0.4
    answer: float = 2.0
    packet: float = 1.0
    picture: float = 60.0
    quiet: float = 0.15
    finger: float = 10.0
    look: float = 0.1


class Dialogue:
    """One order after the other; each either has its answer or raises HardwareError."""

    def __init__(self, line: Line, waits: Waits, address: int = packets.ANY_ADDRESS) -> None:
        self.line = line
        self._waits = waits
        self._address = address
        self._reader = Reader(address)
        self._astray = False

    async def probe(self, order: bytes) -> bytes | None:
        """Send an order to whatever hangs on the line, and return the answer, None where nothing answers.

        Where a sensor is still sending the picture of an earlier program it is let finish. Raises DeviceGone.
        """
        self._send(order)
        answer, data = await self._answer(self._waits.probe, lambda _: True)
        if answer is None and data:
            await self._until_quiet()
            self._send(order)
            answer, _ = await self._answer(self._waits.probe, lambda _: True)
        self._astray = answer is None
        return answer

    async def ask(self, code: Command, arguments: bytes = b"") -> bytes:
        """Send an order and return the payload of its acknowledgement; a garbled one is asked for again.

        Raises DeviceGone, and CaptureFailed TIMEOUT where nothing comes, BAD_ANSWER where nothing readable does.
        """
        order = packets.command(code, arguments, self._address)
        refused = self._reader.refused
        for _attempt in range(_ATTEMPTS):
            if self._astray:
                await self._find_back()
            self._astray = True
            self._send(order)
            answer, _ = await self._answer(self._waits.answer, lambda _: True)
            if answer is not None and answer[0] != Confirmation.GARBLED:
                self._astray = False
                return answer
            if answer is None and self._reader.refused == refused:
                raise CaptureFailed(FailReason.TIMEOUT, code.name)
        raise CaptureFailed(FailReason.BAD_ANSWER, code.name)

    async def data(self) -> AsyncGenerator[bytes]:
        """Yield the pieces that follow an acknowledgement, to the last. Raises DeviceGone or CaptureFailed.

        A lost piece cannot be asked for by itself: BAD_ANSWER, and the whole has to be sent again.
        """
        self._astray = True
        refused = self._reader.refused
        kind = Kind.DATA
        while kind is Kind.DATA:
            try:
                async with asyncio.timeout(self._waits.packet):
                    packet = await self._packet()
            except TimeoutError as error:
                garbled = self._reader.refused != refused
                reason = FailReason.BAD_ANSWER if garbled else FailReason.TIMEOUT
                raise CaptureFailed(reason, "data") from error
            kind = packet.kind
            if self._reader.refused != refused or kind not in (Kind.DATA, Kind.END_OF_DATA):
                raise CaptureFailed(FailReason.BAD_ANSWER, "data")
            yield packet.payload
        self._astray = False

    async def _find_back(self) -> None:
        """Make sure that the next answer is the one of the next order. Raises DeviceGone or CaptureFailed."""
        refused = self._reader.refused
        for _attempt in range(_ATTEMPTS):
            await self._until_quiet()
            self._send(packets.command(Command.READ_SYSTEM, address=self._address))
            answer, _ = await self._answer(self._waits.answer, packets.answers_read_system)
            if answer is not None:
                self._astray = False
                return
            if self._reader.refused == refused:
                raise CaptureFailed(FailReason.TIMEOUT, "astray")
        raise CaptureFailed(FailReason.BAD_ANSWER, "astray")

    async def _until_quiet(self) -> None:
        """Let go by what is still coming. Raises DeviceGone, and CaptureFailed where it never ends."""
        try:
            async with asyncio.timeout(self._waits.picture):
                while True:
                    try:
                        async with asyncio.timeout(self._waits.quiet):
                            await self.line.read()
                    except TimeoutError:
                        break
        except TimeoutError as error:
            raise CaptureFailed(FailReason.BAD_ANSWER, "noise") from error

    def _send(self, order: bytes) -> None:
        """Send an order; what came before it is not its answer."""
        self._reader.forget()
        self.line.take()
        self.line.write(order)

    async def _answer(self, seconds: float, fits: Callable[[bytes], bool]) -> tuple[bytes | None, bool]:
        """Return the first acknowledgement that fits, None after so many seconds; and whether a picture was coming.

        What came garbled may have been the answer: then only the end of it is waited for.
        """
        loop = asyncio.get_running_loop()
        until, refused, data = loop.time() + seconds, self._reader.refused, False
        try:
            async with asyncio.timeout_at(until) as limit:
                while True:
                    while (packet := self._reader.take()) is not None:
                        if packet.kind is Kind.ACKNOWLEDGE and fits(packet.payload):
                            return packet.payload, data
                        data |= packet.kind in (Kind.DATA, Kind.END_OF_DATA)
                    if self._reader.refused != refused:
                        limit.reschedule(min(until, loop.time() + self._waits.quiet))
                    self._reader.feed(await self.line.read())
        except TimeoutError:
            # A garbled length may have swallowed the answer.
            while (packet := self._reader.take_behind()) is not None:
                if packet.kind is Kind.ACKNOWLEDGE and fits(packet.payload):
                    return packet.payload, data
            return None, data

    async def _packet(self) -> Packet:
        while (packet := self._reader.take()) is None:
            self._reader.feed(await self.line.read())
        return packet
