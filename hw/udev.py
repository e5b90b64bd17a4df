"""The real devices of this machine, as udev reports them; the only module that imports pyudev.

USB devices come with an event. Services on loopback and printers on the network do not: they are looked for by sweeps,
after each event and on a slow timer, beside the loop, so that a pulled cable never waits for them.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import grp
import os
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hw.bus import OPENERS, Opener, Sweep, missing_extra, open_device
from hw.card_printer import IppCardPrinter
from hw.recognition import NO_SITE, Printer, Recognised, Site, recognise
from hw.types import Attached, Device, DeviceState, HardwareError

_SUBSYSTEMS = ("usb", "input", "hidraw", "video4linux", "tty")
_SERVED = frozenset({"sbi", "queue", "document_queue"})
"""Drivers whose USB device only shows that something is plugged in: a service or a queue does the work."""
_SWEEP_SECONDS = 15.0


@dataclass(frozen=True)
class Node:
    """One recognised node, remembered from the moment it was added: when it goes, sysfs cannot be asked any more."""

    device: Recognised
    usb: str
    address: str
    serial: str
    path: str

    @property
    def key(self) -> str:
        """The serial number where there is one, else the port."""
        return self.serial or self.path


class UdevBus:
    """Announces what udev and the sweeps find, and opens it; implements `types.Bus`."""

    def __init__(
        self,
        site: Site = NO_SITE,
        sweeps: Sequence[Sweep] = (),
        openers: Mapping[str, Opener] = OPENERS,
        sweep_seconds: float = _SWEEP_SECONDS,
    ) -> None:
        self.site = site
        self._sweeps = (*sweeps, *(_answering(printer) for printer in site.printers))
        self._openers = openers
        self._sweep_seconds = sweep_seconds

    async def watch(self) -> AsyncGenerator[tuple[Attached, ...]]:
        """Yield everything attached, once what is there now is known, and again at each change.

        Raises HardwareError where this machine has no udev.
        """
        changed, sweep_now = asyncio.Event(), asyncio.Event()
        found: list[tuple[Attached, ...]] = []
        with _Monitor(self.site, changed) as monitor:
            sweeping = asyncio.create_task(self._sweep(found, changed, sweep_now))
            sweeping.add_done_callback(lambda _: changed.set())
            shown: tuple[Attached, ...] | None = None
            try:
                while True:
                    changed.clear()
                    if sweeping.done():
                        sweeping.result()
                    if found:
                        attached = self._merge(monitor.nodes.values(), found[-1])
                        if attached != shown:
                            shown = attached
                            yield attached
                    await changed.wait()
                    if monitor.moved:
                        monitor.moved = False
                        sweep_now.set()
            finally:
                sweeping.cancel()
                await asyncio.wait({sweeping})

    async def open(self, attached: Attached) -> Device:
        """Open a device with its driver. Raises DeviceGone, DeviceBusy or CaptureFailed."""
        return await open_device(attached, self._openers)

    async def _sweep(self, found: list[tuple[Attached, ...]], changed: asyncio.Event, now: asyncio.Event) -> None:
        while True:
            now.clear()
            results = await asyncio.gather(*(sweep() for sweep in self._sweeps))
            found[:] = [tuple(attached for result in results for attached in result)]
            changed.set()
            if not self._sweeps:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._sweep_seconds):
                    await now.wait()

    def _merge(self, nodes: Iterable[Node], swept: tuple[Attached, ...]) -> tuple[Attached, ...]:
        """Put nodes and services together: one entry a device, and a served device is its service's where one runs."""
        served = {attached.role for attached in swept}
        first: dict[tuple[str, Recognised], Node] = {}
        for node in sorted(nodes, key=lambda node: (len(node.address), node.address)):
            if not (node.device.driver in _SERVED and node.device.role in served):
                first.setdefault((node.usb, node.device), node)
        # Clones come with one serial number for all of them.
        keys = Counter(node.key for node in first.values())
        plugged = (self._attached(node, node.key if keys[node.key] == 1 else node.path) for node in first.values())
        return tuple(sorted((*plugged, *swept), key=lambda attached: (attached.role.value, attached.key)))

    def _attached(self, node: Node, key: str) -> Attached:
        state, why = self._state(node)
        return Attached(
            key=key,
            role=node.device.role,
            driver=node.device.driver,
            name=node.device.name,
            address=node.address,
            serial=node.serial,
            state=state,
            why=why,
        )

    def _state(self, node: Node) -> tuple[DeviceState, str]:
        """Say whether a node can be used; `why` names what is missing: service, queue, group, driver, extra."""
        if node.device.driver in _SERVED:
            return DeviceState.UNREACHABLE, "service" if node.device.driver == "sbi" else "queue"
        if node.device.driver not in self._openers:
            return DeviceState.UNSUPPORTED, "driver"
        if extra := missing_extra(node.device.driver):
            return DeviceState.UNSUPPORTED, extra
        if not os.access(node.address, os.R_OK):
            return DeviceState.NO_PERMISSION, _group(node.address)
        return DeviceState.READY, ""


class _Monitor:
    """The recognised nodes, kept up to date by udev's events while the block lasts."""

    def __init__(self, site: Site, changed: asyncio.Event) -> None:
        self.nodes: dict[str, Node] = {}
        self.moved = False
        self._site = site
        self._changed = changed

    def __enter__(self) -> _Monitor:
        import pyudev

        try:
            self._context: Any = pyudev.Context()
            self._monitor: Any = pyudev.Monitor.from_netlink(self._context)
            for subsystem in _SUBSYSTEMS:
                self._monitor.filter_by(subsystem)
            self._monitor.start()
        except (ImportError, OSError) as error:
            raise HardwareError("udev") from error
        # Listening began before the list is made: what is plugged in between is seen twice instead of not at all.
        self._list()
        asyncio.get_running_loop().add_reader(self._monitor.fileno(), self._drain)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._monitor.fileno())

    def _list(self) -> None:
        self.nodes.clear()
        for subsystem in _SUBSYSTEMS:
            for device in self._context.list_devices(subsystem=subsystem):
                self._add(device)

    def _drain(self) -> None:
        try:
            for device in iter(lambda: self._monitor.poll(0), None):
                if device.action == "remove":
                    self.nodes.pop(device.sys_path, None)
                else:
                    self._add(device)
        except OSError as error:
            if error.errno != errno.ENOBUFS:
                raise
            # More happened than the kernel keeps for us: look at everything again.
            self._list()
        self.moved = True
        self._changed.set()

    def _add(self, device: Any) -> None:
        node = _node(device, self._site)
        if node is None:
            self.nodes.pop(device.sys_path, None)
        else:
            self.nodes[device.sys_path] = node


def _node(device: Any, site: Site) -> Node | None:
    """Ask udev everything that is wanted of a device, and forget its object."""
    properties: dict[str, str] = dict(device.properties.items())
    usb = device if properties.get("DEVTYPE") == "usb_device" else device.find_parent("usb", "usb_device")
    if usb is not None:
        for name in ("ID_VENDOR_ID", "ID_MODEL_ID", "ID_SERIAL_SHORT", "ID_PATH"):
            if name not in properties and name in usb.properties:
                properties[name] = usb.properties[name]
        for name, attribute in (("ID_VENDOR_ID", "idVendor"), ("ID_MODEL_ID", "idProduct")):
            if name not in properties and (value := usb.attributes.get(attribute)) is not None:
                properties[name] = value.decode("ascii", "replace")
    known = recognise(properties, site)
    if known is None:
        return None
    home = device.sys_path if usb is None else usb.sys_path
    return Node(
        device=known,
        usb=home,
        address=properties.get("DEVNAME", ""),
        serial=properties.get("ID_SERIAL_SHORT", ""),
        path=properties.get("ID_PATH") or home,
    )


def _group(address: str) -> str:
    """Name the group a node belongs to, its number where it has no name, nothing where the node is gone."""
    try:
        number = os.stat(address).st_gid
    except OSError:
        return ""
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _answering(printer: Printer) -> Sweep:
    """Make the sweep that looks whether a site's printer answers."""
    attached = Attached(
        key=printer.address,
        role=printer.device.role,
        driver=printer.device.driver,
        name=printer.device.name,
        address=printer.address,
    )

    async def sweep() -> tuple[Attached, ...]:
        state = await IppCardPrinter(printer.address).probe()
        return (replace(attached, state=state, why="" if state is DeviceState.READY else "printer"),)

    return sweep
