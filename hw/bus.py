"""Opening a device by its driver's name: the same drivers, whichever bus has found the device."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from hw.cameras import dslr
from hw.cameras.v4l2 import open_v4l2
from hw.card_printer import open_card_printer
from hw.serial_finger.sensor import open_sensor
from hw.signature_pad import open_pad
from hw.stu.pad import open_stu
from hw.types import Attached, CaptureFailed, Device, FailReason

Opener = Callable[[Attached], Awaitable[Device]]
Sweep = Callable[[bool], Awaitable[tuple[Attached, ...]]]
"""Looks for devices that give no event when they come: services on loopback, printers on the network.

It is told whether something was plugged, pulled or missed lately, so that what it remembers may not hold any more.
"""

OPENERS: Mapping[str, Opener] = {
    "evdev": open_pad,
    "ipp": open_card_printer,
    "ptp": dslr.open_dslr,
    "serial": open_sensor,
    "stu": open_stu,
    "v4l2": open_v4l2,
}
"""The drivers that need nothing but an address; those that need the office's terms are added by whoever knows them."""


def missing_extra(driver: str) -> str:
    """Name the optional extra that a driver needs and this installation lacks, nothing where it lacks none."""
    return dslr.EXTRA if driver == "ptp" and not dslr.installed() else ""


async def open_device(attached: Attached, openers: Mapping[str, Opener]) -> Device:
    """Open a device with its driver. Raises DeviceGone, DeviceBusy or CaptureFailed."""
    opener = openers.get(attached.driver)
    if opener is None:
        raise CaptureFailed(FailReason.UNSUPPORTED, attached.driver, retriable=False)
    return await opener(attached)
