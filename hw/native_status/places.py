"""Where a printer's own node is: the kernel's `usblp` names it, and its USB device says whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hw.native_status.asking import Maker

SYSFS = Path("/sys")
DEV = Path("/dev")


@dataclass(frozen=True)
class StatusPlace:
    """A printer that can be asked in its maker's words, and over which node."""

    maker: Maker
    node: str


def found(sysfs: Path = SYSFS, dev: Path = DEV) -> StatusPlace | None:
    """Return the first such printer that is plugged in.

    While CUPS prints over USB it takes the device from `usblp`, and the node is not there: then nothing is found.
    """
    for entry in sorted((sysfs / "class" / "usbmisc").glob("lp*")):
        node = dev / "usb" / entry.name
        vendor = _vendor(entry.resolve())
        maker = next((maker for maker in Maker if maker.value == vendor), None)
        if maker is not None and node.exists():
            return StatusPlace(maker, str(node))
    return None


def named(setting: str) -> StatusPlace | None:
    """Return what a setting such as `evolis:/dev/ttyUSB0` names; None where it names no maker known here."""
    maker, colon, node = setting.partition(":")
    if not colon or not node.startswith("/dev/") or maker.upper() not in Maker.__members__:
        return None
    return StatusPlace(Maker[maker.upper()], node)


def _vendor(entry: Path) -> str:
    """Return the vendor number of the USB device above a node, empty where there is none."""
    for folder in entry.parents:
        try:
            return (folder / "idVendor").read_text(encoding="ascii").strip()
        except OSError:
            continue
    return ""
