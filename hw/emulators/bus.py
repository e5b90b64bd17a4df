"""The bus of the emulated kit: announces what is plugged in there, and opens it with the drivers for real devices."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import TYPE_CHECKING

from hw.bus import OPENERS, open_device
from hw.emulators.control import connect
from hw.types import Attached, Clock, Device, DeviceGone, Role

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_RETRY_SECONDS = 1.0


class EmulatedBus:
    """Watches the kit in a folder through its control socket; implements `types.Bus`.

    The SBI service is looked at on the kit's port only, and trusted by the certificate that it leaves in the folder.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

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
        return await open_device(attached, {**OPENERS, "sbi": self._open_sbi})

    async def _open_sbi(self, attached: Attached) -> Device:
        from hw.sbi.discovery import open_sbi
        from hw.sbi.scanners import Terms

        return await open_sbi(attached, terms=Terms(self._trusted()), clock=self._clock)

    async def _listen(self) -> AsyncGenerator[tuple[Attached, ...]]:
        """Yield what the kit says until it ends."""
        with contextlib.suppress(OSError, DeviceGone):
            reader, writer = await connect(self._folder)
            try:
                writer.write(b'{"do": "watch"}\n')
                while line := await reader.readline():
                    seen = json.loads(line)
                    yield (*_announced(seen), *(await self._services(seen["sbi"])))
            finally:
                writer.close()

    async def _services(self, port: int) -> tuple[Attached, ...]:
        from hw.sbi.discovery import sweep

        return await sweep((port,), trusted=self._trusted(), clock=self._clock)

    def _trusted(self) -> tuple[Certificate, ...]:
        from hw.emulators.authority import CERTIFICATE
        from hw.sbi.jws import authorities

        try:
            return authorities((self._folder / CERTIFICATE).read_bytes())
        except FileNotFoundError as error:
            raise DeviceGone from error


def _announced(seen: dict[str, str | None]) -> tuple[Attached, ...]:
    known = (
        ("pen", Role.SIGNATURE, "evdev", "Rekam17 Pen P1"),
        ("stu", Role.SIGNATURE, "stu", "Wacom STU-530"),
        ("printer", Role.CARD_PRINTER, "ipp", "Rekam17 Card K1"),
        ("one_finger", Role.SINGLE_FINGER, "serial", "Rekam17 Finger F1"),
    )
    return tuple(
        Attached(key=f"emulated-{name}", role=role, driver=driver, name=title, address=address)
        for name, role, driver, title in known
        if (address := seen[name]) is not None
    )
