"""Whether this process may open a node, and who of the kernel has a device instead: read from the files themselves."""

from __future__ import annotations

import grp
import os
from pathlib import Path

_ONLY_READ = frozenset({"evdev"})
"""Drivers that never write to their node."""

USBFS = "usbfs"
"""The kernel's name for a program that drives a device by itself."""


def may_open(address: str, driver: str) -> bool:
    """Whether the permissions of a node let this process open it as its driver does."""
    return os.access(address, os.R_OK if driver in _ONLY_READ else os.R_OK | os.W_OK)


def group_of(address: str) -> str:
    """Name the group a node belongs to, its number where it has no name, nothing where the node is gone."""
    try:
        number = os.stat(address).st_gid
    except OSError:
        return ""
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def kernel_drivers(usb: str) -> tuple[str, ...]:
    """Name the kernel's drivers of a USB device's interfaces, by the device's path in sysfs; none where none is bound.

    A HID interface belongs to usbhid, which says little: the driver of the HID device below it counts where it has one.
    """
    found: list[str] = []
    for interface in sorted(Path(usb).glob("*:*.*")):
        drivers = [_driver(below) for below in sorted(interface.glob("????:????:????.*"))]
        found += [driver for driver in drivers if driver] or [_driver(interface)]
    return tuple(dict.fromkeys(driver for driver in found if driver))


def _driver(device: Path) -> str:
    try:
        return Path(os.readlink(device / "driver")).name
    except OSError:
        return ""
