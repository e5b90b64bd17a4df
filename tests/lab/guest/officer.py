"""Runs in the VM: the program's own bus and drivers as its screens use them, told by lines what to capture.

One process for all tests, never started again: that a device which was pulled can be captured from again without a
restart is what it shows. Everything it says carries CLOCK_MONOTONIC.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from hw.emulators.clock import RealClock
from hw.pictures.pixels import decode
from hw.types import Attached, CaptureFailed, Device, DeviceBusy, HardwareError, Slap
from store.folder import Folder
from tui.buses import installed_bus
from tui.device_locks import DeviceLocks
from tui.settings import Settings

LOCKS = Path("/run/rekam17")
Taken = AsyncGenerator[dict[str, Any]]


def say(**said: object) -> None:
    print(json.dumps({"at": time.monotonic(), **said}), flush=True)


async def frames(device: Any) -> Taken:
    async with aclosing(device.frames()) as live:
        async for frame in live:
            yield {"bytes": len(frame.jpeg)}


async def points(device: Any) -> Taken:
    async with aclosing(device.points()) as pen:
        async for point in pen:
            yield {"x": point.x, "y": point.y, "pressure": point.pressure, "down": point.down}


async def seldom(device: Any) -> Taken:
    """Ask for four frames with a second between them."""
    async with aclosing(device.frames()) as live:
        for _ in range(4):
            asked = time.monotonic()
            yield {"bytes": len((await anext(live)).jpeg), "asked": asked}
            await asyncio.sleep(1)


async def still(device: Any) -> Taken:
    portrait = await device.capture()
    size = (portrait.width, portrait.height)
    yield {"width": size[0], "height": size[1], "decoded": decode(portrait.image).size == size}


async def still_while_live(device: Any) -> Taken:
    """Film, take a still after three frames, and go on until that has ended the film."""
    count, taking = 0, None
    async with aclosing(device.frames()) as live:
        async for frame in live:
            yield {"bytes": len(frame.jpeg)}
            count += 1
            if count == 3:
                taking = asyncio.create_task(device.capture())
    assert taking is not None
    yield {"bytes": len((await taking).image)}


async def slap(device: Any) -> Taken:
    images = await device.capture(Slap.LEFT_FOUR)
    yield {"fingers": len(images)}


async def eyes(device: Any) -> Taken:
    yield {"eyes": len(await device.capture())}


async def finger(device: Any) -> Taken:
    """Say how much of the picture has come: it takes seconds, in which the cable can be pulled."""
    come: asyncio.Queue[int | None] = asyncio.Queue()
    capturing = asyncio.create_task(device.capture(lambda done, _: come.put_nowait(done)))
    capturing.add_done_callback(lambda _: come.put_nowait(None))
    try:
        while (bytes_come := await come.get()) is not None:
            yield {"bytes": bytes_come}
        image = await capturing
        yield {"width": image.width, "height": image.height}
    finally:
        capturing.cancel()


async def status(device: Any) -> Taken:
    yield {"state": (await device.status()).state}


TAKING: dict[str, Callable[[Any], Taken]] = {
    taking.__name__: taking for taking in (frames, points, seldom, still, still_while_live, slap, eyes, finger, status)
}


class Officer:
    """Watches the bus, and captures on demand; several captures may go on at once."""

    def __init__(self, site: Path, name: str) -> None:
        locks = DeviceLocks(Folder(LOCKS), lambda: name)
        self._bus = installed_bus(Settings(), RealClock(), site, locks)
        self._attached: dict[str, Attached] = {}
        self._captures: dict[str, asyncio.Task[None]] = {}

    async def watch(self) -> None:
        async with aclosing(self._bus.watch()) as watching:
            async for attached in watching:
                self._attached = {device.key: device for device in attached}
                say(
                    attached=[
                        {
                            "key": device.key,
                            "role": device.role.value,
                            "driver": device.driver,
                            "name": device.name,
                            "address": device.address,
                            "state": device.state.value,
                            "why": device.why,
                        }
                        for device in attached
                    ]
                )

    async def obey(self, orders: asyncio.StreamReader) -> None:
        while line := await orders.readline():
            order = json.loads(line)
            match order["do"]:
                case "capture":
                    capture = self._capture(order["as"], order["key"], TAKING[order["what"]])
                    self._captures[order["as"]] = asyncio.create_task(capture)
                case "stop":
                    self._captures[order["as"]].cancel()

    async def _capture(self, name: str, key: str, taking: Callable[[Any], Taken]) -> None:
        try:
            device: Device = await self._open(key)
            try:
                say(capture=name, opened=key)
                async with aclosing(taking(device)) as taken:
                    async for piece in taken:
                        say(capture=name, got=piece)
            finally:
                await device.close()
        except DeviceBusy as error:
            say(capture=name, ended=type(error).__name__, holder=error.holder)
        except HardwareError as error:
            reason = error.reason.value if isinstance(error, CaptureFailed) else ""
            say(capture=name, ended=type(error).__name__, reason=reason)
        except asyncio.CancelledError:
            say(capture=name, ended="stopped")
            raise
        else:
            say(capture=name, ended="done", reason="")

    def _open(self, key: str) -> Awaitable[Device]:
        return self._bus.open(self._attached[key])


async def main(site: Path, name: str) -> None:
    officer = Officer(site, name)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    watching = asyncio.create_task(officer.watch())
    obeying = asyncio.create_task(officer.obey(orders))
    done, _ = await asyncio.wait({watching, obeying}, return_when=asyncio.FIRST_COMPLETED)
    watching.cancel()
    for task in done:
        task.result()


asyncio.run(main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "Norhayati"))
