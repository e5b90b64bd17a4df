"""What is said of a device: its role, its state, and what is missing where it cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hw.types import DeviceState, Role
from tui.i18n import N_, _, p_

if TYPE_CHECKING:
    from hw.types import Attached

_WHY = {
    "service": N_("The vendor's SBI service does not answer on ports 4501 to 4600. Install or start it."),
    "queue": N_("A USB printer is used through a CUPS queue. Make one and name it in the settings."),
    "driver": N_("There is no driver for this device yet."),
    "dslr": N_("Still cameras need the optional part dslr: pip install 'rekam17[dslr]'."),
    "secret": N_("Recognised, but its maker does not publish how its data is read. A Wacom STU or a pen tablet works."),
    "printer": N_("The printer does not answer at this address, or it has stopped."),
    "unguarded": N_("After a crash this queue could print a card twice. As root, once: packaging/cups/install QUEUE"),
    "ledger": N_("Its ledger /var/lib/rekam17/cards is shut. Add the officer to the group rekam17, log in again."),
    "untrusted": N_("Its certificate is of no trusted provider. Put the provider's into /etc/rekam17/device-ca.pem."),
    "expired": N_("Its certificate is not valid today. If the laptop's date is right, the provider must renew it."),
    "unregistered": N_("Its provider does not know it. Register it with the provider's tool, then look again."),
    "sub_type": N_("It takes one finger or one eye at a time; a recording needs slaps and both eyes."),
}
_SHORT = {
    "service": N_("its SBI service does not answer. Start it, then U."),
    "queue": N_("no CUPS queue. Make one, name it in settings."),
    "driver": N_("there is no driver for it."),
    "dslr": N_("the optional part dslr is not installed."),
    "secret": N_("its maker keeps its protocol secret. Use another."),
    "printer": N_("does not answer, or has stopped. U asks again."),
    "unguarded": N_("a crash could print a card twice. Tell the office."),
    "ledger": N_("its ledger of cards is shut. Tell the office."),
    "untrusted": N_("its maker is not trusted (device-ca.pem)."),
    "expired": N_("certificate not valid today. Check the date."),
    "unregistered": N_("not registered with its provider."),
    "sub_type": N_("takes single fingers or eyes only."),
}
_UNPROVEN = N_("Only the adapter is seen: step 2 tests the sensor. It verifies one finger and records no slaps.")
_NODES = {
    "stu": "/dev/hidraw*",
    "evdev": "/dev/input/event*",
    "v4l2": "/dev/video*",
    "serial": "/dev/ttyUSB*, /dev/ttyACM*",
}


def role_name(role: Role) -> str:
    """Return what a device is for."""
    return {
        Role.CAMERA: p_("device", "camera"),
        Role.FINGER: p_("device", "fingerprint scanner"),
        Role.SINGLE_FINGER: p_("device", "one finger, verification only"),
        Role.IRIS: p_("device", "iris scanner"),
        Role.SIGNATURE: p_("device", "signature pad"),
        Role.CARD_PRINTER: p_("device", "card printer"),
        Role.DOCUMENT_PRINTER: p_("device", "document printer"),
    }[role]


def state_name(state: DeviceState) -> str:
    """Return the state of a device in a word or two."""
    return {
        DeviceState.READY: p_("device", "ready"),
        DeviceState.BUSY: p_("device", "in use"),
        DeviceState.NOT_READY: p_("device", "not ready"),
        DeviceState.NO_PERMISSION: p_("device", "no permission"),
        DeviceState.CLAIMED: p_("device", "held by another driver"),
        DeviceState.CLOCK_SKEW: p_("device", "its clock is wrong"),
        DeviceState.UNSUPPORTED: p_("device", "not supported"),
        DeviceState.UNREACHABLE: p_("device", "not reachable"),
    }[state]


def reason(device: Attached) -> str:
    """Say what is missing for a device to be usable and what mends it, nothing where nothing is known to be."""
    why = shown(device.why)
    match device.state:
        case DeviceState.READY:
            return _(_UNPROVEN) if device.driver == "serial" else _said(_WHY, device)
        case DeviceState.BUSY if why and device.why not in _WHY:
            return _("Used by {holder}. It is free when that screen or program lets go of it.").format(holder=why)
        case DeviceState.NO_PERMISSION:
            return _(
                "Only the group {group} may open {address}. Add the officer to it (adduser), log in again; "
                "if the group is root, install the rules that `rekam17 devices --rules` prints."
            ).format(group=why or "root", address=shown(device.address))
        case DeviceState.CLAIMED:
            return _claimed(device, why)
        case DeviceState.CLOCK_SKEW:
            ahead = seconds_ahead(device)
            return (
                _("Its clock is {time} ahead of the laptop's, so captures are refused. {cure}")
                if ahead > 0
                else _("Its clock is {time} behind the laptop's, so captures are refused. {cure}")
            ).format(
                time=span(abs(ahead)),
                cure=_("Set the laptop's clock (timedatectl), then restart its service."),
            )
        case _:
            return _said(_WHY, device) or _unexplained(device)


def brief(device: Attached) -> str:
    """Say the same within the problem line of a screen, behind the device's name."""
    why = shown(device.why)
    match device.state:
        case DeviceState.READY:
            return _said(_SHORT, device)
        case DeviceState.BUSY:
            return ""
        case DeviceState.NO_PERMISSION:
            return _("only group {group} may open it. Tell the office.").format(group=why or "root")
        case DeviceState.CLAIMED if device.driver == "stu":
            return _("its udev rule is not installed. Tell the office.")
        case DeviceState.CLAIMED:
            said = (
                _("{driver} has it. Unplug it, plug it in again.") if why else _("no driver took it. Plug it in again.")
            )
            return said.format(driver=why)
        case DeviceState.CLOCK_SKEW:
            return _("its clock is {time} off. Set the clock.").format(time=span(abs(seconds_ahead(device))))
        case _:
            return _said(_SHORT, device)


def user_of(device: Attached) -> str:
    """Return the name of the officer whose program has a device open, nothing where it is not known."""
    known = device.state is DeviceState.BUSY and device.why not in _WHY
    return shown(device.why.partition(" · ")[0]) if known else ""


def seconds_ahead(device: Attached) -> int:
    """Return by how much the clock of a device with CLOCK_SKEW is ahead of ours."""
    try:
        return int(device.why)
    except ValueError:
        return 0


def span(seconds: int) -> str:
    """Write a length of time by its two largest units."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, rest = divmod(rest, 60)
    parts = ((days, _("{n} d")), (hours, _("{n} h")), (minutes, _("{n} min")), (rest, _("{n} s")))
    first = next((at for at, (count, _unit) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(unit.format(n=count) for count, unit in parts[first : first + 2] if count) or _("{n} s").format(n=0)


def shown(text: str) -> str:
    """Return a text that comes from a device: nothing in it may steer the terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _said(words: dict[str, str], device: Attached) -> str:
    return _(words[device.why]) if device.why in words else shown(device.why)


def _claimed(device: Attached, driver: str) -> str:
    node = _NODES.get(device.driver, "/dev")
    if device.driver == "stu":
        return _(
            "The kernel's driver for Wacom tablets turns this pad away, so {node} is missing. Install the rules that "
            "`rekam17 devices --rules` prints, then plug it in again."
        ).format(node=node)
    if driver == "usbfs":
        return _(
            "Another program drives it by itself, so {node} is missing (brltty does that to serial adapters). "
            "End that program or remove it, then plug the device in again."
        ).format(node=node)
    if driver:
        return _(
            "The kernel's driver {driver} has it and makes no {node} for it. Unplug it and plug it in again; if that "
            "does not help, install the rules that `rekam17 devices --rules` prints."
        ).format(driver=driver, node=node)
    return _(
        "No driver of the kernel has taken it, so {node} is missing. Plug it in again, then look at dmesg."
    ).format(node=node)


def _unexplained(device: Attached) -> str:
    if device.driver != "sbi":
        return ""
    return {
        DeviceState.BUSY: _("Its service says that it is busy."),
        DeviceState.NOT_READY: _(
            "Its service says that it is not ready: look at cable and lamp, or restart the service."
        ),
        DeviceState.UNSUPPORTED: _("Its service says that it is not registered: the provider must do that."),
    }.get(device.state, "")
