"""udev's events and its list of devices, as plain nodes; the only module that imports pyudev."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hw.access import kernel_drivers
from hw.nodes import BARE_S, SETTLE_S, Node, Nodes
from hw.recognition import Site, could_be_a_kits, expected, recognise
from hw.types import HardwareError

_SUBSYSTEMS = ("usb", "input", "hidraw", "video4linux", "tty")
_ROOT_HUB = re.compile(r"usb\d+")
_NO_KITS = frozenset({"net", "bluetooth", "sound", "block"})
_LONGEST_NAME = 80
_SOON_S = 0.02  # a timer that rings too early would find that nothing is over yet


class Monitor:
    """The recognised nodes, kept up to date by udev's events while the block lasts; `told` is called at each."""

    def __init__(self, site: Site, told: Callable[[], None]) -> None:
        self.nodes = Nodes()
        self.moved = False
        """Whether anything was plugged or pulled since somebody looked, recognised or not."""
        self._site = site
        self._told = told
        self._failed: OSError | None = None

    def __enter__(self) -> Monitor:
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
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._monitor.fileno(), self._drain)
        self._look_later(BARE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.remove_reader(self._monitor.fileno())

    def check(self) -> None:
        """Raise HardwareError when udev tells nothing any more."""
        if self._failed is not None:
            raise HardwareError("udev") from self._failed

    def _list(self) -> None:
        nodes: dict[str, Node] = {}
        for device in _devices(self._context):
            if (node := _node(device, self._site)) is not None:
                nodes[device.sys_path] = node
        self.nodes.replace(nodes, time.monotonic())

    def _drain(self) -> None:
        try:
            self._take_waiting()
        except OSError as error:
            self._loop.remove_reader(self._monitor.fileno())
            self._failed = error
        self.moved = True
        self._told()

    def _take_waiting(self) -> None:
        try:
            for device in self._events():
                self._take(device)
        except OSError as error:
            if not _overrun(self._monitor, error):
                raise
            self._begin_anew()

    def _events(self) -> Iterator[Any]:
        return iter(lambda: self._monitor.poll(0), None)

    def _begin_anew(self) -> None:
        """Look at everything again, since more happened than the kernel keeps for us.

        What is still waiting is older than what was lost: a device may be plugged in there whose pulling is not.
        """
        waiting = True
        while waiting:
            try:
                for _stale in self._events():
                    pass
                waiting = False
            except OSError as error:
                if not _overrun(self._monitor, error):
                    raise
        self._list()
        self._look_later(SETTLE_S)

    def _take(self, device: Any) -> None:
        # Nothing is asked of a device that goes: its parents may be gone already, and the walk end at the hub.
        if device.action in ("remove", "unbind"):
            if device.action == "remove" and self.nodes.drop(device.sys_path, time.monotonic()):
                self._look_later(SETTLE_S)
            return
        node = _node(device, self._site)
        if node is not None:
            self.nodes.put(device.sys_path, node)
            if node.bare:
                self._look_later(BARE_S)
        elif device.action == "add":
            self.nodes.drop(device.sys_path, time.monotonic())

    def _look_later(self, seconds: float) -> None:
        self._loop.call_later(seconds + _SOON_S, self._told)


@dataclass(frozen=True)
class Unrecognised:
    """A USB device that could belong to a capture kit and is in no table; its name is its own word."""

    vendor: str
    product: str
    name: str
    serial: str
    path: str
    interfaces: str
    drivers: tuple[str, ...]


def unrecognised(site: Site) -> tuple[Unrecognised, ...]:
    """List what is plugged in and could belong to a kit, but is nothing known. Raises HardwareError without udev."""
    import pyudev

    try:
        context: Any = pyudev.Context()
    except (ImportError, OSError) as error:
        raise HardwareError("udev") from error
    known = {node.usb for device in _devices(context) if (node := _node(device, site)) is not None}
    found = [
        _stranger(device)
        for device in context.list_devices(subsystem="usb", DEVTYPE="usb_device")
        if device.sys_path not in known
        and could_be_a_kits(device.properties.get("ID_USB_INTERFACES", ""))
        and not any(child.subsystem in _NO_KITS for child in device.children)
    ]
    return tuple(sorted(found, key=lambda one: one.path))


def _stranger(device: Any) -> Unrecognised:
    words = (_attribute(device, name) for name in ("manufacturer", "product"))
    return Unrecognised(
        vendor=_attribute(device, "idVendor"),
        product=_attribute(device, "idProduct"),
        name=" ".join(word for word in words if word)[:_LONGEST_NAME],
        serial=device.properties.get("ID_SERIAL_SHORT", "")[:_LONGEST_NAME],
        path=device.properties.get("ID_PATH") or device.sys_path,
        interfaces=device.properties.get("ID_USB_INTERFACES", "").strip(":"),
        drivers=kernel_drivers(device.sys_path),
    )


def _devices(context: Any) -> Iterator[Any]:
    for subsystem in _SUBSYSTEMS:
        yield from context.list_devices(subsystem=subsystem)


def _node(device: Any, site: Site) -> Node | None:
    """Ask udev everything that is wanted of a device, and forget its object."""
    properties: dict[str, str] = dict(device.properties.items())
    usb = device if properties.get("DEVTYPE") == "usb_device" else device.find_parent("usb", "usb_device")
    if usb is not None and usb is not device and _ROOT_HUB.fullmatch(usb.sys_name):
        # The device between is gone already, and the hub's ids and port are not its.
        return None
    if usb is not None:
        for name in ("ID_VENDOR_ID", "ID_MODEL_ID", "ID_SERIAL_SHORT", "ID_PATH"):
            if name not in properties and name in usb.properties:
                properties[name] = usb.properties[name]
        for name, attribute in (("ID_VENDOR_ID", "idVendor"), ("ID_MODEL_ID", "idProduct")):
            if name not in properties and (value := _attribute(usb, attribute)):
                properties[name] = value
    known = recognise(properties, site)
    bare = None if known is not None else expected(properties, site)
    device_of = known or bare
    if device_of is None:
        return None
    home = device.sys_path if usb is None else usb.sys_path
    ids = (properties.get("ID_VENDOR_ID", ""), properties.get("ID_MODEL_ID", ""))
    return Node(
        device=device_of,
        usb=home,
        address=properties.get("DEVNAME", ""),
        serial=properties.get("ID_SERIAL_SHORT", ""),
        path=properties.get("ID_PATH") or home,
        ids=":".join(ids) if usb is not None and all(ids) else "",
        bare=bare is not None,
        since=int(properties.get("USEC_INITIALIZED", "0")) / 1e6,
    )


def _attribute(device: Any, name: str) -> str:
    value: bytes | None = device.attributes.get(name)
    return "" if value is None else value.decode("utf-8", "replace")


def _overrun(monitor: Any, error: OSError) -> bool:
    """Whether the kernel dropped events because they were not read in time.

    pyudev polls first and then says only that something is wrong: asking what it is clears it, too.
    """
    if error.errno is not None:
        return error.errno == errno.ENOBUFS
    with socket.socket(fileno=os.dup(monitor.fileno())) as twin:
        return twin.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ENOBUFS
