"""`rekam17 devices`: what is attached, recognised as what, and what is missing where it cannot be used.

Exit status 0 whatever is attached, 2 where the machine cannot be asked (one line on standard error).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING

from hw.types import Attached, DeviceState, HardwareError, Role
from store.clock import SystemClock
from tui.buses import installed_bus
from tui.i18n import N_, _, p_, use
from tui.settings import SettingsError, read_settings, settings_file

if TYPE_CHECKING:
    from hw.udev import UdevBus

_WHY = {
    "service": N_("The vendor's SBI service does not answer on ports 4501 to 4600. Install or start it."),
    "queue": N_("A USB printer is used through a CUPS queue. Make one and name it in the settings."),
    "driver": N_("There is no driver for this device yet."),
    "dslr": N_("Still cameras need the optional part dslr: pip install 'rekam17[dslr]'."),
    "printer": N_("The printer does not answer at this address, or it has stopped."),
    "untrusted": N_("Its certificate is not from a trusted device provider. Put the provider's into device-ca.pem."),
}


def _role(role: Role) -> str:
    return {
        Role.CAMERA: p_("device", "camera"),
        Role.FINGER: p_("device", "fingerprint scanner"),
        Role.SINGLE_FINGER: p_("device", "one finger, verification only"),
        Role.IRIS: p_("device", "iris scanner"),
        Role.SIGNATURE: p_("device", "signature pad"),
        Role.CARD_PRINTER: p_("device", "card printer"),
        Role.DOCUMENT_PRINTER: p_("device", "document printer"),
    }[role]


def _state(state: DeviceState) -> str:
    return {
        DeviceState.READY: p_("device", "ready"),
        DeviceState.BUSY: p_("device", "in use"),
        DeviceState.NOT_READY: p_("device", "not ready"),
        DeviceState.NO_PERMISSION: p_("device", "no permission"),
        DeviceState.UNSUPPORTED: p_("device", "not supported"),
        DeviceState.UNREACHABLE: p_("device", "not reachable"),
    }[state]


def run(args: argparse.Namespace) -> int:
    """Print the devices as a table, or as JSON with `args.json`."""
    try:
        settings = read_settings(settings_file())
        use(args.lang or settings.language)
        attached = asyncio.run(_first(installed_bus(settings, SystemClock())))
    except SettingsError as error:
        print(_shown(str(error)), file=sys.stderr)
        return 2
    except HardwareError:
        print(_("udev cannot be asked on this machine."), file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps([_fields(device) for device in attached], indent=2))
    else:
        print("\n".join(table(attached)))
    return 0


def table(attached: tuple[Attached, ...]) -> list[str]:
    """Return the lines for people: one a device, and under it what is missing."""
    if not attached:
        return [_("No device is attached.")]
    rows = [
        (
            _role(device.role),
            _shown(device.name),
            _shown(device.serial) or "-",
            device.driver,
            _shown(device.address),
            _state(device.state),
        )
        for device in attached
    ]
    heads = (
        p_("device", "role"),
        p_("device", "name"),
        p_("device", "serial number"),
        p_("device", "driver"),
        p_("device", "address"),
        p_("device", "state"),
    )
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    lines = [_line(heads, widths)]
    for row, device in zip(rows, attached, strict=True):
        lines.append(_line(row, widths))
        if why := reason(device):
            lines.append(f"  ! {why}")
    return lines


def reason(device: Attached) -> str:
    """Say what is missing for a device to be usable, nothing where nothing is known to be."""
    if device.state is DeviceState.NO_PERMISSION:
        group = _shown(device.why) or "root"
        return _(
            "Only the group {group} may open {address}. Add the officer to it (adduser), log in again; "
            "if the group is root, install the rule 70-rekam17.rules."
        ).format(group=group, address=_shown(device.address))
    return _(_WHY[device.why]) if device.why in _WHY else _shown(device.why)


async def _first(bus: UdevBus) -> tuple[Attached, ...]:
    async with aclosing(bus.watch()) as watching:
        return await anext(watching)


def _fields(device: Attached) -> dict[str, str]:
    return {
        "role": device.role.value,
        "driver": device.driver,
        "name": device.name,
        "serial": device.serial,
        "address": device.address,
        "state": device.state.value,
        "why": reason(device),
    }


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()


def _shown(text: str) -> str:
    """Names come from the devices themselves: nothing in them may steer the terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
