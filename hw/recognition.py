"""Which device is what: pure functions over the properties udev knows of a node, and the tables they follow.

The order is: this site's own file, the table of USB ids, then what the kernel says of the node's class. A device that
an earlier step knows is never looked at by a later one, so that a pad's pointer is not taken for a second pad.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from hw.types import Role

Properties = Mapping[str, str]
"""A node's udev properties; `ID_VENDOR_ID`, `ID_MODEL_ID` and `ID_SERIAL_SHORT` are those of its USB device."""


class SiteFileError(ValueError):
    """The site's device file says something that cannot be; `entry` is which one, counted from 1."""

    def __init__(self, what: str, entry: int = 0) -> None:
        super().__init__(f"entry {entry}: {what}" if entry else what)
        self.entry = entry


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
class Site:
    """What this site's file adds to the table."""

    devices: tuple[SiteEntry, ...] = ()
    printers: tuple[Printer, ...] = ()


NO_SITE = Site()


def recognise(node: Properties, site: Site = NO_SITE) -> Recognised | None:
    """Say what a node is for, None where it is nothing of ours or only a side door of a device we know."""
    for entry in (*site.devices, *usb_table()):
        if entry.fits(node):
            return entry.device if _NODES[entry.device.driver](node) else None
    return next((device for device in _CLASSES if _NODES[device.driver](node)), None)


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


_NODES: Mapping[str, Callable[[Properties], bool]] = {
    "evdev": _is_pen,
    "stu": lambda node: node.get("SUBSYSTEM") == "hidraw",
    "v4l2": _is_capture,
    "serial": _is_tty,
    "sbi": _is_usb_device,
    "queue": _is_usb_device,
    "document_queue": _has_interface(":0701"),
    "ptp": _has_interface(":060101:"),
    "none": _is_usb_device,
}
"""Which of a device's nodes a driver opens."""

_CLASSES = (
    Recognised(Role.CAMERA, "v4l2", "Camera"),
    Recognised(Role.SIGNATURE, "evdev", "Pen tablet"),
    Recognised(Role.DOCUMENT_PRINTER, "document_queue", "Printer"),
    Recognised(Role.CAMERA, "ptp", "Still camera"),
    Recognised(Role.SINGLE_FINGER, "serial", "USB-serial adapter"),
)


@cache
def usb_table() -> tuple[UsbEntry, ...]:
    """Read the table that comes with the program."""
    text = resources.files("hw").joinpath("recognition.toml").read_text(encoding="utf-8")
    return tuple(
        UsbEntry(entry["vendor"], tuple(entry.get("products", ())), _device(entry))
        for entry in tomllib.loads(text)["usb"]
    )


def read_site(text: str) -> Site:
    """Read a site's file: `[[device]]` with role, driver, name, serial or path; `[[printer]]` with role, name, address.

    Raises SiteFileError and takes nothing from a file with a mistake: a half-read file would bind the wrong device.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SiteFileError(str(error)) from error
    if unknown := set(tables) - {"device", "printer"}:
        raise SiteFileError(f"unknown {', '.join(sorted(unknown))}")
    return Site(
        tuple(_site_entry(entry, number) for number, entry in enumerate(_entries(tables, "device"), 1)),
        tuple(_printer(entry, number) for number, entry in enumerate(_entries(tables, "printer"), 1)),
    )


def _entries(tables: dict[str, Any], name: str) -> list[Any]:
    entries = tables.get(name, [])
    if not isinstance(entries, list):
        raise SiteFileError(f"{name} is not a list of tables")
    return entries


def _site_entry(entry: Any, number: int) -> SiteEntry:
    texts = _texts(entry, {"role", "driver", "name"}, {"serial", "path"}, number)
    if ("serial" in texts) is ("path" in texts):
        raise SiteFileError("either serial or path", number)
    if texts["driver"] not in _NODES:
        raise SiteFileError(f"driver {texts['driver']!r}, known are {', '.join(_NODES)}", number)
    return SiteEntry(texts.get("serial", ""), texts.get("path", ""), _device(texts, number))


def _printer(entry: Any, number: int) -> Printer:
    texts = _texts(entry, {"role", "name", "address"}, set(), number)
    device = _device({**texts, "driver": "ipp"}, number)
    if device.role is not Role.CARD_PRINTER or not texts["address"].startswith(("ipp://", "ipps://")):
        raise SiteFileError("a card_printer at an ipp:// or ipps:// address", number)
    return Printer(texts["address"], device)


def _texts(entry: Any, needed: set[str], optional: set[str], number: int) -> dict[str, str]:
    if not isinstance(entry, dict) or not needed <= set(entry) <= needed | optional:
        raise SiteFileError(f"needs {', '.join(sorted(needed))}", number)
    for name, value in entry.items():
        if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= 200:
            raise SiteFileError(f"{name} is not a line of text", number)
    return entry


def _device(entry: Mapping[str, str], number: int = 0) -> Recognised:
    try:
        return Recognised(Role(entry["role"]), entry["driver"], entry["name"])
    except ValueError as error:
        raise SiteFileError(str(error), number) from error
