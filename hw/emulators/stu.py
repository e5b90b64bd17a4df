"""An STU pad over Unix sockets in the kit's folder: the same reports as over USB, one in each packet."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from hw import unix_socket
from hw.emulators.hand import Hand, Size, invent
from hw.emulators.stu_tablet import STU_530, Model, StuTablet
from hw.stu.line import FEATURE, GET, GIVEN, INPUT, PACKET, REFUSED, SET
from hw.stu.reports import Report
from hw.types import Clock

_REPORT_MS = 5
_LIFT_MS = 180
_ROOM = 1 << 20
"""Room for a stroke that is written at once, as virtual time lets pupils do."""


class Stu:
    """The pad as it lies on the desk; one program at a time reads it, as the lock on a real node sees to."""

    def __init__(self, folder: Path, clock: Clock, model: Model = STU_530) -> None:
        self.tablet = StuTablet(model)
        self.hand = Hand(self.sign)
        self._path = folder / "stu"
        self._clock = clock
        self._listening: socket.socket | None = None
        self._pen: socket.socket | None = None
        self._features: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._inviting = asyncio.Event()
        self._ms = 0

    @property
    def address(self) -> str:
        """Where the driver finds the pad."""
        return f"unix:{self._path}"

    async def start(self) -> None:
        """Plug the pad in: its glass is white and everything is as at the factory."""
        if self._listening is None:
            self.tablet = StuTablet(self.tablet.model)
            self._listening = unix_socket.listen(self._path, socket.SOCK_SEQPACKET)
            self._run(self._accept(self._listening))

    async def unplug(self) -> None:
        """Pull the pad out; whoever reads it finds the end."""
        listening, self._listening = self._listening, None
        self.hand.rest()
        if listening is None:
            return
        self._path.unlink(missing_ok=True)
        here = asyncio.current_task()
        others = {task for task in self._tasks if task is not here}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others)
        listening.close()
        self._inviting.clear()

    async def sign(self, seed: int, size: Size = Size.NORMAL, unplug_after: int | None = None) -> None:
        """Wait until the glass invites to write, then sign; pulled out after so many strokes where asked."""
        await self._inviting.wait()
        self._ms = int(self._clock.monotonic() * 1000)
        last = (0.5, 0.5)
        for number, stroke in enumerate(invent(seed, size)):
            if number == unplug_after:
                await self.unplug()
                return
            began = self._ms
            await self._move(*stroke[0][:2], 0.0, touches=False)
            for x, y, pressure in stroke:
                await self._move(x, y, pressure, touches=size is not Size.EMPTY)
            last = stroke[-1][:2]
            await self._move(*last, 0.0, touches=False)
            await self._clock.sleep((self._ms - began) / 1000)
            self._ms += _LIFT_MS
        await self._move(*last, 0.0, touches=False, near=False)
        await self._clock.sleep(_LIFT_MS / 1000)

    async def say(self, report: bytes) -> None:
        """Send an input report of whatever bytes; as in hidraw, one that finds no room any more is lost."""
        if self._pen is not None:
            with contextlib.suppress(OSError):
                self._pen.send(report)
            await asyncio.sleep(0)

    async def _move(self, x: float, y: float, pressure: float, *, touches: bool, near: bool = True) -> None:
        self._ms += _REPORT_MS
        report = self.tablet.write(x, y, pressure, self._ms, touches=touches, near=near)
        if report is not None:
            await self.say(report)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listening)
            self._run(self._serve(connection))

    async def _serve(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with connection, contextlib.suppress(OSError):
            match await loop.sock_recv(connection, PACKET):
                case kind if kind == INPUT and self._pen is None and self._features is None:
                    self._pen = connection
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
                    try:
                        while await loop.sock_recv(connection, PACKET):
                            pass
                    finally:
                        self._pen = None
                        self._inviting.clear()
                case kind if kind == FEATURE and self._pen is not None and self._features is None:
                    self._features = connection
                    try:
                        await loop.sock_sendall(connection, GIVEN)
                        while order := await loop.sock_recv(connection, PACKET):
                            await loop.sock_sendall(connection, self._answer(order))
                    finally:
                        self._features = None
                case _:
                    await loop.sock_sendall(connection, REFUSED)

    def _answer(self, order: bytes) -> bytes:
        if order.startswith(GET) and len(order) == 4:
            report = self.tablet.get(order[1])
            return REFUSED if report is None else GIVEN + report[: int.from_bytes(order[2:], "big")]
        if order.startswith(SET) and len(order) > 1 and self.tablet.obey(order[1:]):
            if order[1] == Report.INKING:
                self._invite(self.tablet.inking)
            return GIVEN
        return REFUSED

    def _invite(self, inking: bool) -> None:
        if inking:
            self._inviting.set()
            self.hand.laid()
        else:
            self._inviting.clear()
            self.hand.rest()
