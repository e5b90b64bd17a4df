"""`rekam17 devices`: what is attached, recognised as what, and what is missing where it cannot be used.

Exit status 0 whatever is attached, 2 where the machine cannot be asked (one line on standard error).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from hw.types import HardwareError
from store.clock import SystemClock
from store.folder import Folder
from tui.buses import SITE, installed_bus
from tui.device_locks import DeviceLocks
from tui.device_words import reason, role_name, shown, state_name
from tui.i18n import _, p_, use
from tui.settings import SettingsError, read_settings, settings_file

if TYPE_CHECKING:
    from hw.types import Attached
    from hw.udev import UdevBus
    from hw.udev_monitor import Unrecognised


def run(args: argparse.Namespace) -> int:
    """Print the devices as a table, as JSON with `args.json`, or the udev rules for all of them with `args.rules`."""
    try:
        settings = read_settings(settings_file())
        use(args.lang or settings.language)
        folder = Folder(Path(args.data).absolute()) if args.data else Folder.usual(os.environ)
        bus = installed_bus(settings, SystemClock(), holds=DeviceLocks(folder, lambda: ""))
        if args.rules:
            print(_rules(bus), end="")
            return 0
        attached, strangers = asyncio.run(_first(bus)), _strangers(bus)
    except SettingsError as error:
        print(shown(str(error)), file=sys.stderr)
        return 2
    except HardwareError:
        print(_("udev cannot be asked on this machine."), file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps([*map(_fields, attached), *map(_stranger_fields, strangers)], indent=2))
    else:
        print("\n".join(table(attached, strangers)))
    return 0


def table(attached: tuple[Attached, ...], strangers: tuple[Unrecognised, ...] = ()) -> list[str]:
    """Return the lines for people: one a device, and under it what is missing."""
    if not attached and not strangers:
        return [_("No device is attached.")]
    heads = (
        p_("device", "role"),
        p_("device", "name"),
        p_("device", "serial number"),
        p_("device", "driver"),
        p_("device", "address"),
        p_("device", "state"),
    )
    rows = [
        *((_row(device), reason(device)) for device in attached),
        *((_stranger(one), naming(one)) for one in strangers),
    ]
    widths = [max(len(row[column]) for row in (heads, *(row for row, _why in rows))) for column in range(len(heads))]
    lines = [_line(heads, widths)]
    for row, why in rows:
        lines.append(_line(row, widths))
        if why:
            lines.append(f"  ! {why}")
    return lines


def naming(stranger: Unrecognised) -> str:
    """Say how a device that is in no table is named in the site's file."""
    entry = f'[[usb]] vendor = "{stranger.vendor}", products = ["{stranger.product}"]'
    return _("In no table. If it belongs to the kit: {entry} in {file}, with role, driver and name.").format(
        entry=shown(entry), file=SITE / "devices.toml"
    )


async def _first(bus: UdevBus) -> tuple[Attached, ...]:
    async with aclosing(bus.watch()) as watching:
        return await anext(watching)


def _strangers(bus: UdevBus) -> tuple[Unrecognised, ...]:
    from hw.udev_monitor import unrecognised

    return unrecognised(bus.site)


def _rules(bus: UdevBus) -> str:
    from hw.udev_rules import rules

    return rules(bus.site)


def _row(device: Attached) -> tuple[str, ...]:
    return (
        role_name(device.role),
        shown(device.name),
        shown(device.serial) or "-",
        device.driver,
        shown(device.address),
        state_name(device.state),
    )


def _stranger(one: Unrecognised) -> tuple[str, ...]:
    name = f"{one.vendor}:{one.product} {one.name}".strip()
    drivers = " ".join(one.drivers)
    return ("?", shown(name), shown(one.serial) or "-", shown(drivers) or "-", shown(one.path), _("not recognised"))


def _fields(device: Attached) -> dict[str, str]:
    return {
        "role": device.role.value,
        "driver": device.driver,
        "name": device.name,
        "serial": device.serial,
        "address": device.address,
        "usb": device.usb,
        "state": device.state.value,
        "code": device.why,
        "why": reason(device),
    }


def _stranger_fields(one: Unrecognised) -> dict[str, str]:
    return {
        "role": "",
        "driver": " ".join(one.drivers),
        "name": one.name,
        "serial": one.serial,
        "address": one.path,
        "usb": f"{one.vendor}:{one.product}",
        "state": "not_recognised",
        "code": one.interfaces,
        "why": naming(one),
    }


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()
