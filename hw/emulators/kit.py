"""The whole kit in one process: starts the emulated devices, and takes orders on a socket in its folder.

An order is one line of JSON and so is its answer. `{"do": "watch"}` is answered with a line now and one at every
change: that is how EmulatedBus learns what is plugged in, and nothing has to be polled.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hw import unix_socket
from hw.emulators.control import CONTROL, LINE_LIMIT
from hw.emulators.hand import Size
from hw.emulators.ipp_printer import IppPrinter
from hw.emulators.one_finger import OneFinger
from hw.emulators.pen import Pen
from hw.emulators.sbi_service import SbiService, serve_sbi
from hw.emulators.stu import Stu
from hw.types import Clock

READY = "ready.json"


class Kit:
    """The devices, the orders they take, and who watches them."""

    def __init__(self, folder: Path, clock: Clock, service: SbiService) -> None:
        self._folder = folder
        self._pads: dict[str, Pen | Stu] = {"pen": Pen(folder, clock), "stu": Stu(folder, clock)}
        self._printer = IppPrinter(folder / "printer", clock)
        self._service = service
        self._one_finger = OneFinger(clock, self._one_finger_pulled)
        self._parts = {**self._pads, "printer": self._printer, "one_finger": self._one_finger}
        self._plugged = {"pen": True, "stu": False, "printer": True, "one_finger": False}
        self._watchers: set[asyncio.Queue[dict[str, Any]]] = set()
        self._sessions: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._orders: dict[str, Callable[[dict[str, Any]], Awaitable[object]]] = {
            "plug": self._plug,
            "printer": self._turn_printer,
            "sbi": self._turn_service,
            "one_finger": self._turn_one_finger,
            "sign": self._sign,
            "willing": self._willing,
            "state": self._state,
        }

    async def start(self) -> None:
        """Plug in what belongs to the SOP's kit, then say so in `ready.json`."""
        await self._pads["pen"].start()
        await self._printer.start()
        self._server = await asyncio.start_unix_server(
            self._connected, sock=unix_socket.listen(self._folder / CONTROL), limit=LINE_LIMIT
        )
        draft = self._folder / f"{READY}.draft"
        draft.write_text(json.dumps({"pid": os.getpid(), **self.seen()}), encoding="utf-8")
        os.replace(draft, self._folder / READY)

    async def close(self) -> None:
        """Take no more orders and pull everything out."""
        for name in (READY, CONTROL):
            (self._folder / name).unlink(missing_ok=True)
        if self._server is not None:
            self._server.close()
        for session in self._sessions:
            session.cancel()
        if self._sessions:
            await asyncio.wait(self._sessions)
        for pad in self._pads.values():
            await pad.unplug()
        await self._printer.close()
        await self._one_finger.unplug()
        await self._service.close()

    def seen(self) -> dict[str, Any]:
        """Say what a bus can find now: an address for each device, none for one that is not plugged in."""
        return {
            **{name: part.address if self._plugged[name] else None for name, part in self._parts.items()},
            "sbi": self._service.port,
        }

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = asyncio.create_task(self._serve(reader, writer))
        self._sessions.add(session)
        session.add_done_callback(self._sessions.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry out the one order of a connection, as long as whoever gave it is there."""
        try:
            order = json.loads(await reader.readline())
            work = asyncio.create_task(self._show(writer) if order["do"] == "watch" else self._answer(order, writer))
            hung_up = asyncio.create_task(reader.read())
            try:
                await asyncio.wait({work, hung_up}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                work.cancel()
                hung_up.cancel()
                await asyncio.wait({work, hung_up})
            if not work.cancelled():
                work.result()
        except (ConnectionError, KeyError, TypeError, ValueError):
            pass  # no order, or nobody there any more to be answered
        finally:
            writer.close()

    async def _answer(self, order: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(json.dumps(await self._perform(order)).encode() + b"\n")
        await writer.drain()

    async def _perform(self, order: dict[str, Any]) -> dict[str, Any]:
        """Carry out one order; a wrong one is answered with what is wrong, and changes nothing."""
        try:
            return {"result": await self._orders[order["do"]](order)}
        except (KeyError, TypeError, ValueError) as error:
            return {"error": f"{type(error).__name__} {error}"}

    async def _show(self, writer: asyncio.StreamWriter) -> None:
        """Write what is plugged in, now and at every change."""
        changes: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        changes.put_nowait(self.seen())
        self._watchers.add(changes)
        try:
            while True:
                writer.write(json.dumps(await changes.get()).encode() + b"\n")
                await writer.drain()
        finally:
            self._watchers.discard(changes)

    def _tell(self) -> None:
        for changes in self._watchers:
            changes.put_nowait(self.seen())

    async def _plug(self, order: dict[str, Any]) -> None:
        device, plugged = order["device"], bool(order["on"])
        if device in self._parts:
            part = self._parts[device]
            self._plugged[device] = plugged
            await (part.start() if plugged else part.unplug())
        else:
            self._service.turn({"plugged": {device: plugged}})
        self._tell()

    async def _turn_printer(self, order: dict[str, Any]) -> None:
        self._printer.turn(order["set"])

    async def _turn_service(self, order: dict[str, Any]) -> None:
        self._service.turn(order["set"])
        self._tell()

    async def _turn_one_finger(self, order: dict[str, Any]) -> None:
        self._one_finger.turn(order["set"])

    def _one_finger_pulled(self) -> None:
        self._plugged["one_finger"] = False
        self._tell()

    async def _sign(self, order: dict[str, Any]) -> None:
        device, strokes = order["device"], order["unplug_after"]
        await self._pads[device].sign(int(order["seed"]), Size(order["size"]), strokes)
        if strokes is not None:
            self._plugged[device] = False
            self._tell()

    async def _willing(self, order: dict[str, Any]) -> None:
        for pad in self._pads.values():
            pad.hand.be_willing(None if order["seed"] is None else int(order["seed"]))

    async def _state(self, _order: dict[str, Any]) -> object:
        return {
            "seen": self.seen(),
            "printer": asdict(self._printer.knobs),
            "jobs": [{"id": job.id, "name": job.name, "state": job.state.name} for job in self._printer.engine.jobs],
        }


@asynccontextmanager
async def running(folder: Path, clock: Clock) -> AsyncGenerator[Kit]:
    """Run the kit in this process until the block ends; its folder must be there. Raises OSError."""
    kit = Kit(folder, clock, await serve_sbi(folder, clock))
    try:
        await kit.start()
        yield kit
    finally:
        await kit.close()
