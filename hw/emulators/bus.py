"""The bus of the emulated kit: announces what is plugged in there, and opens it with the drivers for real devices."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from pathlib import Path

from hw.bus import OPENERS, Opener, open_device
from hw.emulators.control import connect
from hw.types import Attached, Device, Role

_RETRY_SECONDS = 1.0


class EmulatedBus:
    """Watches the kit in a folder through its control socket; implements `types.Bus`.

    `sweep` looks for the SBI devices on the kit's port, as it would on a real service's.
    """

    def __init__(
        self,
        folder: Path,
        sweep: Callable[[int], Awaitable[tuple[Attached, ...]]] | None = None,
        openers: Mapping[str, Opener] = OPENERS,
    ) -> None:
        self._folder = folder
        self._sweep = sweep
        self._openers = openers

    async def watch(self) -> AsyncGenerator[tuple[Attached, ...]]:
        """Yield everything that is plugged in, now and at each change; nothing at all while no kit runs."""
        shown: tuple[Attached, ...] | None = None
        while True:
            async for attached in self._listen():
                if attached != shown:
                    shown = attached
                    yield attached
            if shown != ():
                shown = ()
                yield ()
            await asyncio.sleep(_RETRY_SECONDS)

    async def open(self, attached: Attached) -> Device:
        """Open a device with its driver. Raises DeviceGone, DeviceBusy or CaptureFailed."""
        return await open_device(attached, self._openers)

    async def _listen(self) -> AsyncGenerator[tuple[Attached, ...]]:
        """Yield what the kit says until it ends."""
        with contextlib.suppress(OSError):
            reader, writer = await connect(self._folder)
            try:
                writer.write(b'{"do": "watch"}\n')
                while line := await reader.readline():
                    seen = json.loads(line)
                    yield (*_announced(seen), *(await self._services(seen["sbi"])))
            finally:
                writer.close()

    async def _services(self, port: int | None) -> tuple[Attached, ...]:
        return await self._sweep(port) if self._sweep is not None and port is not None else ()


def _announced(seen: dict[str, str | None]) -> tuple[Attached, ...]:
    known = (
        ("pen", Role.SIGNATURE, "evdev", "Emulated pen tablet"),
        ("printer", Role.CARD_PRINTER, "ipp", "Emulated card printer"),
    )
    return tuple(
        Attached(key=f"emulated-{name}", role=role, driver=driver, name=title, address=address)
        for name, role, driver, title in known
        if (address := seen[name]) is not None
    )
