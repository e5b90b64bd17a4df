"""The real devices of this machine, put together from udev's nodes and from what the sweeps find.

USB devices come with an event. Services on loopback and printers on the network do not: they are looked for after each
event and on a slow timer, beside the loop, so that a pulled cable never waits for them.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import replace

from hw.access import USBFS, group_of, kernel_drivers, may_open
from hw.bus import OPENERS, Opener, Sweep, missing_extra, open_device
from hw.card_printer import IppCardPrinter
from hw.holding import Holding, Holds
from hw.nodes import Node
from hw.recognition import NO_SITE, Printer, Site
from hw.sweeping import ROUTINE_S, Sweeping
from hw.types import Attached, Device, DeviceGone, DeviceState
from hw.udev_monitor import Monitor

_SERVED: Mapping[str, str] = {"sbi": "service", "queue": "queue", "document_queue": "queue"}
"""Drivers whose USB device only shows that something is plugged in: a service or a queue does the work."""

_LEAVE_IT = frozenset({USBFS, "usbhid", "hid-generic"})
"""Drivers of the kernel that stand in no service's way; usbfs is the service itself."""

_SHARED = frozenset({"ipp", "lp", "queue", "document_queue"})
"""Drivers that several programs may use at once, since a queue of the system stands before the device."""


class UdevBus:
    """Announces what udev and the sweeps find, and opens it; implements `types.Bus`.

    Without `holds` nobody is told who has a device that is in use.
    """

    def __init__(
        self,
        site: Site = NO_SITE,
        sweeps: Sequence[Sweep] = (),
        openers: Mapping[str, Opener] = OPENERS,
        sweep_seconds: float = ROUTINE_S,
        holds: Holds | None = None,
    ) -> None:
        self.site = site
        self._sweeps = (*sweeps, *(_answering(printer) for printer in site.printers))
        self._openers = openers
        self._sweep_seconds = sweep_seconds
        self._holding = None if holds is None else Holding(holds)
        self._sweepings: set[Sweeping] = set()

    async def watch(self) -> AsyncGenerator[tuple[Attached, ...]]:
        """Yield everything attached, once what is there now is known, and again at each change.

        Who has a device is looked at when something else happens, never by itself: `open` decides. Raises
        HardwareError where this machine has no udev.
        """
        changed = asyncio.Event()
        shown: tuple[Attached, ...] | None = None
        seen = _Seen(self._openers)
        with Monitor(self.site, changed.set) as monitor:
            sweeping = Sweeping(self._sweeps, changed.set, self._sweep_seconds)
            self._sweepings.add(sweeping)
            sweeping.start()
            try:
                while True:
                    changed.clear()
                    monitor.check()
                    sweeping.check()
                    if (found := sweeping.found) is not None:
                        attached = self._in_use(seen.attached(monitor.nodes.standing(time.monotonic()), found))
                        if attached != shown:
                            shown = attached
                            yield attached
                    await changed.wait()
                    if monitor.moved:
                        monitor.moved = False
                        sweeping.look_again()
            finally:
                self._sweepings.discard(sweeping)
                await sweeping.stop()

    async def open(self, attached: Attached) -> Device:
        """Open a device with its driver. Raises DeviceGone, DeviceBusy or CaptureFailed."""
        try:
            if self._holding is None or attached.driver in _SHARED:
                return await open_device(attached, self._openers)
            return await self._holding.open(attached.key, lambda: open_device(attached, self._openers))
        except DeviceGone:
            for sweeping in self._sweepings:
                sweeping.look_again()
            raise

    def _in_use(self, attached: tuple[Attached, ...]) -> tuple[Attached, ...]:
        """Say who has what is in use."""
        return tuple(self._held(device) for device in attached)

    def _held(self, device: Attached) -> Attached:
        if self._holding is None or device.driver in _SHARED:
            return device
        if device.state not in (DeviceState.READY, DeviceState.BUSY, DeviceState.CLAIMED):
            return device
        holder = self._holding.other(device.key)
        if holder is None:
            return device
        why = " · ".join(part for part in (holder.name, holder.program) if part)
        return replace(device, state=DeviceState.BUSY, why=why)


class _Seen:
    """How each node stood when it was last looked at: one that flaps cannot be asked."""

    def __init__(self, openers: Mapping[str, Opener]) -> None:
        self._openers = openers
        self._stood: dict[tuple[str, object], tuple[DeviceState, str]] = {}

    def attached(self, standing: Iterable[tuple[Node, bool]], swept: tuple[Attached, ...]) -> tuple[Attached, ...]:
        """Put nodes and services together: one entry a device, and a served device is its service's where one runs."""
        nodes: list[Node] = []
        for node, flapping in standing:
            nodes.append(node)
            if not flapping:
                self._stood[node.place] = self._state(node)
        # Clones come with one serial number for all of them.
        keys = Counter(node.key for node in nodes)
        left = _unserved(nodes, swept)
        plugged = (self._attached(node, node.key if keys[node.key] == 1 else node.path) for node in left)
        places = {node.place for node in nodes}
        self._stood = {place: stood for place, stood in self._stood.items() if place in places}
        return tuple(sorted((*plugged, *swept), key=lambda device: (device.role.value, device.key)))

    def _attached(self, node: Node, key: str) -> Attached:
        state, why = self._stood.get(node.place, (DeviceState.READY, ""))
        return Attached(
            key=key,
            role=node.device.role,
            driver=node.device.driver,
            name=node.device.name,
            address=node.address,
            serial=node.serial,
            state=state,
            why=why,
            usb=node.ids,
        )

    def _state(self, node: Node) -> tuple[DeviceState, str]:
        """Say whether a node can be used, and if not, what is missing."""
        driver = node.device.driver
        if driver in _SERVED:
            return self._unanswered(node)
        if driver == "none":
            return DeviceState.UNSUPPORTED, "secret"
        if driver not in self._openers:
            return DeviceState.UNSUPPORTED, "driver"
        if extra := missing_extra(driver):
            return DeviceState.UNSUPPORTED, extra
        if node.bare:
            return DeviceState.CLAIMED, " ".join(kernel_drivers(node.usb))
        if not may_open(node.address, driver):
            return DeviceState.NO_PERMISSION, group_of(node.address)
        return DeviceState.READY, ""

    def _unanswered(self, node: Node) -> tuple[DeviceState, str]:
        """Say why nobody answers for a device: a driver of the kernel may keep a scanner from its service."""
        drivers = [driver for driver in kernel_drivers(node.usb) if driver not in _LEAVE_IT]
        if node.device.driver == "sbi" and drivers:
            return DeviceState.CLAIMED, " ".join(drivers)
        return DeviceState.UNREACHABLE, _SERVED[node.device.driver]


def _unserved(nodes: Sequence[Node], swept: tuple[Attached, ...]) -> list[Node]:
    """Leave out what a service or a queue answers for: by its serial number, else as many as there are answers."""
    serials = {device.serial for device in swept if device.serial}
    known = {node.serial for node in nodes} & serials
    spare = Counter(device.role for device in swept if device.serial not in known)
    left: list[Node] = []
    for node in sorted(nodes, key=lambda node: node.key):
        if node.device.driver in _SERVED:
            if node.serial in known:
                continue
            if spare[node.device.role]:
                spare[node.device.role] -= 1
                continue
        left.append(node)
    return left


def _answering(printer: Printer) -> Sweep:
    """Make the sweep that looks whether a site's printer answers."""
    attached = Attached(
        key=printer.address,
        role=printer.device.role,
        driver=printer.device.driver,
        name=printer.device.name,
        address=printer.address,
    )

    async def sweep(_changed: bool) -> tuple[Attached, ...]:
        device = IppCardPrinter(printer.address)
        state = await device.probe()
        why = await device.weakness() if state is DeviceState.READY else "printer"
        return (replace(attached, state=state, why=why),)

    return sweep
