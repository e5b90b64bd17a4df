"""Which device is what: pure functions over the properties udev knows of a node, and the tables they follow.

The order is: this site's own devices by serial number or port, its table of USB ids, the program's table, then what
the kernel says of the node's class. A device that an earlier step knows is never looked at by a later one, so that a
pad's pointer is not taken for a second pad.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from hw.types import Role

Properties = Mapping[str, str]
"""A node's udev properties; `ID_VENDOR_ID`, `ID_MODEL_ID` and `ID_SERIAL_SHORT` are those of its USB device."""


@dataclass(frozen=True)
class Recognised:
    """What a node is for and which driver it needs; the driver `none` means that there is no way to talk to it."""

    role: Role
    driver: str
    name: str


@dataclass(frozen=True)
class UsbEntry:
    """One line of the table: a vendor, its products (none for all), and what they are."""

    vendor: str
    products: tuple[str, ...]
    device: Recognised

    def fits(self, node: Properties) -> bool:
        """Whether a node belongs to such a device."""
        return node.get("ID_VENDOR_ID") == self.vendor and (
            not self.products or node.get("ID_MODEL_ID") in self.products
        )


@dataclass(frozen=True)
class SiteEntry:
    """One device of this site by its serial number or by the port it is plugged into (ID_PATH)."""

    serial: str
    path: str
    device: Recognised

    def fits(self, node: Properties) -> bool:
        """Whether a node belongs to that device."""
        if self.serial:
            return node.get("ID_SERIAL_SHORT") == self.serial
        path = node.get("ID_PATH", "")
        return path == self.path or path.startswith(f"{self.path}:")


@dataclass(frozen=True)
class Printer:
    """A printer reached by its address instead of a cable of this machine."""

    address: str
    device: Recognised


@dataclass(frozen=True)
class Services:
    """How this site's SBI services work: for which environment, and what their hash chain runs over (`raw`, `hex`)."""

    env: str = "Production"
    hashing: str = "raw"


@dataclass(frozen=True)
class Site:
    """What this site's file adds: its own devices, a table that goes before the program's, printers, its services.

    `sensor_password` is what its sensors for one finger were set to, 0 as from the factory.
    """

    devices: tuple[SiteEntry, ...] = ()
    usb: tuple[UsbEntry, ...] = ()
    printers: tuple[Printer, ...] = ()
    services: Services = Services()
    sensor_password: int = field(default=0, repr=False)


NO_SITE = Site()


def recognise(node: Properties, site: Site = NO_SITE) -> Recognised | None:
    """Say what a node is for, None where it is nothing of ours or only a side door of a device we know."""
    entry = _entry(node, site)
    if entry is not None:
        return entry.device if DRIVERS[entry.device.driver].opens(node) else None
    return next((device for device in _CLASSES if DRIVERS[device.driver].opens(node)), None)


def expected(node: Properties, site: Site = NO_SITE) -> Recognised | None:
    """Say what a USB device is for whose driver opens another of its nodes, which may be missing; None for all else."""
    if not _is_usb_device(node) or recognise(node, site) is not None:
        return None
    entry = _entry(node, site)
    if entry is not None:
        return entry.device
    return next((device for kind, device in _INTERFACES if kind in node.get("ID_USB_INTERFACES", "")), None)


def could_be_a_kits(interfaces: str) -> bool:
    """Whether a device with such interfaces (ID_USB_INTERFACES) may be one of a capture kit that nothing here knows.

    Scanners are vendor-specific, pads and readers HID; whoever types, points, stores, sounds or networks is no kit's.
    """
    kinds = [kind for kind in interfaces.split(":") if kind]
    if any(kind.startswith(_NEVER) for kind in kinds):
        return False
    return any(kind.startswith(_MAY_BE) for kind in kinds)


def _entry(node: Properties, site: Site) -> SiteEntry | UsbEntry | None:
    return next((entry for entry in (*site.devices, *site.usb, *usb_table()) if entry.fits(node)), None)


def _is_usb_device(node: Properties) -> bool:
    return node.get("SUBSYSTEM") == "usb" and node.get("DEVTYPE") == "usb_device"


def _has_interface(kind: str) -> Callable[[Properties], bool]:
    return lambda node: _is_usb_device(node) and kind in node.get("ID_USB_INTERFACES", "")


def _is_pen(node: Properties) -> bool:
    # The buttons beside the pen are a node of their own, marked as a tablet too.
    return (
        node.get("SUBSYSTEM") == "input"
        and node.get("DEVNAME", "").startswith("/dev/input/event")
        and node.get("ID_INPUT_TABLET") == "1"
        and node.get("ID_INPUT_TABLET_PAD") != "1"
    )


def _is_capture(node: Properties) -> bool:
    # A webcam has a second node for its metadata, without the ability.
    return node.get("SUBSYSTEM") == "video4linux" and ":capture:" in node.get("ID_V4L_CAPABILITIES", "")


def _is_tty(node: Properties) -> bool:
    return node.get("SUBSYSTEM") == "tty" and node.get("ID_BUS") == "usb"


@dataclass(frozen=True)
class Driver:
    """How a driver is matched: which of a device's nodes it opens, and for which roles it has the words."""

    opens: Callable[[Properties], bool]
    roles: frozenset[Role]


DRIVERS: Mapping[str, Driver] = {
    "evdev": Driver(_is_pen, frozenset({Role.SIGNATURE})),
    "stu": Driver(lambda node: node.get("SUBSYSTEM") == "hidraw", frozenset({Role.SIGNATURE})),
    "v4l2": Driver(_is_capture, frozenset({Role.CAMERA})),
    "serial": Driver(_is_tty, frozenset({Role.SINGLE_FINGER})),
    "sbi": Driver(_is_usb_device, frozenset({Role.FINGER, Role.SINGLE_FINGER, Role.IRIS, Role.CAMERA})),
    "queue": Driver(_is_usb_device, frozenset({Role.CARD_PRINTER})),
    "document_queue": Driver(_has_interface(":0701"), frozenset({Role.DOCUMENT_PRINTER})),
    "ptp": Driver(_has_interface(":060101:"), frozenset({Role.CAMERA})),
    "none": Driver(_is_usb_device, frozenset(Role)),
}

_CLASSES = (
    Recognised(Role.CAMERA, "v4l2", "Camera"),
    Recognised(Role.SIGNATURE, "evdev", "Pen tablet"),
    Recognised(Role.DOCUMENT_PRINTER, "document_queue", "Printer"),
    Recognised(Role.CAMERA, "ptp", "Still camera"),
    Recognised(Role.SINGLE_FINGER, "serial", "USB-serial adapter"),
)

_INTERFACES = ((":0e01", Recognised(Role.CAMERA, "v4l2", "Camera")),)
"""Devices that are known by their interfaces before, or without, a node of theirs."""

_MAY_BE = ("ff", "fe", "03", "02", "0a", "0b", "06", "07", "0e", "ef", "00")
_NEVER = ("09", "08", "01", "e0", "030101", "030102", "0206", "020d", "ef04")
"""Interface classes as udev writes them: hubs, storage, sound, radio, keyboards, mice, networks are never a kit's."""


@cache
def usb_table() -> tuple[UsbEntry, ...]:
    """Read the table that comes with the program."""
    text = resources.files("hw").joinpath("recognition.toml").read_text(encoding="utf-8")
    return tuple(
        UsbEntry(
            entry["vendor"],
            tuple(entry.get("products", ())),
            Recognised(Role(entry["role"]), entry["driver"], entry["name"]),
        )
        for entry in tomllib.loads(text)["usb"]
    )
