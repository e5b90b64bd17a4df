"""Who has a device open: one program at a time on one machine, and the others are told whose it is.

The lock itself comes from outside, as whoever is at the keyboard does; the kernel lets go of it when its process dies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from hw.types import Device, DeviceBusy

_OWN_S = 2.0
"""For so long a screen of this program waits for the one before it, which is letting go of the device."""


@dataclass(frozen=True)
class Holder:
    """Who has a device, for display only: the officer's name, and the program with its number."""

    name: str
    program: str = ""


class Hold(Protocol):
    """A lock that this process has."""

    def release(self) -> None:
        """Let go; a second call does nothing."""
        ...


class Holds(Protocol):
    """The machine's locks on devices."""

    def hold(self, key: str) -> Hold | None:
        """Take the lock of one device, None where another process has it."""
        ...

    def holder(self, key: str) -> Holder | None:
        """Say who has it now, None where nobody has."""
        ...


class Holding:
    """The devices that this process has open, each under its lock."""

    def __init__(self, holds: Holds) -> None:
        self._holds = holds
        self._own: dict[str, asyncio.Event] = {}

    def other(self, key: str) -> Holder | None:
        """Say which other program has a device."""
        return None if key in self._own else self._holds.holder(key)

    async def open(self, key: str, opening: Callable[[], Awaitable[Device]]) -> Device:
        """Open a device under its lock, which goes with its `close`.

        Raises DeviceBusy with the holder's name, and what opening raises.
        """
        await self._after_own(key)
        let_go = self._own[key] = asyncio.Event()
        hold: Hold | None = None
        try:
            hold = self._holds.hold(key)
            if hold is None:
                holder = self._holds.holder(key)
                raise DeviceBusy(holder.name if holder else "")
            return cast("Device", _HeldDevice(await opening(), lambda: self._release(key, hold, let_go)))
        except BaseException:
            self._release(key, hold, let_go)
            raise

    async def _after_own(self, key: str) -> None:
        try:
            async with asyncio.timeout(_OWN_S):
                while (own := self._own.get(key)) is not None:
                    await own.wait()
        except TimeoutError:
            raise DeviceBusy from None

    def _release(self, key: str, hold: Hold | None, let_go: asyncio.Event) -> None:
        if hold is not None:
            hold.release()
        if self._own.get(key) is let_go:
            del self._own[key]
        let_go.set()


class _HeldDevice:
    """A device as its driver made it, but for `close`."""

    def __init__(self, device: Device, release: Callable[[], None]) -> None:
        self._device = device
        self._release = release

    def __getattr__(self, name: str) -> Any:
        return getattr(self._device, name)

    async def close(self) -> None:
        """Let go of the device, then of its lock."""
        try:
            await self._device.close()
        finally:
            self._release()
