"""Sweeping with a memory: the ports that answered last are asked first, the whole range only when there is cause."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from hw.types import Attached, Clock

from .discovery import sweep
from .transport import PORTS

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

WHOLE_S = 60.0
"""After so long without a cause the whole range is swept too: a service may have been started."""


class PortSweep:
    """The sweep of an installed laptop; it implements `hw.bus.Sweep`.

    A hundred closed ports cost little each time, but a port on which something listens and says nothing costs seconds.
    """

    def __init__(self, *, trusted: tuple[Certificate, ...], clock: Clock, ports: Collection[int] = PORTS) -> None:
        self._trusted = trusted
        self._clock = clock
        self._ports = ports
        self._last: tuple[Attached, ...] = ()
        self._whole_at: float | None = None

    async def __call__(self, changed: bool) -> tuple[Attached, ...]:
        """List the devices behind the services; after a change, on a miss or in turn by sweeping the whole range."""
        due = self._whole_at is None or self._clock.monotonic() - self._whole_at >= WHOLE_S
        known = tuple(dict.fromkeys(_port(device) for device in self._last))
        if not (changed or due):
            found = await self._sweep(known)
            if {device.address for device in self._last} <= {device.address for device in found}:
                self._last = found
                return found
        found = await self._sweep((*known, *(port for port in self._ports if port not in known)))
        self._whole_at = self._clock.monotonic()
        self._last = tuple(sorted(found, key=lambda device: (_port(device), device.address)))
        return self._last

    async def _sweep(self, ports: Collection[int]) -> tuple[Attached, ...]:
        return await sweep(ports, trusted=self._trusted, clock=self._clock)


def _port(device: Attached) -> int:
    return int(device.address.partition("/")[0].rpartition(":")[2])
