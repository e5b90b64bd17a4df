"""Recognition with real udev: the rules that are installed, nodes that flap, events that are lost, two officers."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hw.nodes import SETTLE_S

from .devices import Acm, Hid, Labels
from .feed import Line
from .laboratory import GUEST, SITE, Laboratory
from .machine import PROJECT

RULES = "70-rekam17.rules"
SENSOR = Path(__file__).with_name("one_finger_line.py")
LOCKS = "/run/rekam17"
"""The data folder of the officers' programs in the VM."""

SCANNER = Labels("080b", "0010", "SLAP1", "Cross Match", "L Scan")
PEN = Labels("1d50", "6172", "PEN1", "Pen", "Tablet")
IRIS = Labels("2ce3", "0f01", "IR7", "Iri", "Shield")

# A pen with tip and range, x, y and pressure.
PEN_REPORT = Hid(
    "05 0d 09 02 a1 01 09 20 a1 00 09 42 09 32 15 00 25 01 75 01 95 02 81 02 95 06 81 03"
    "05 01 09 30 26 ff 7f 75 10 95 01 81 02 09 31 81 02 05 0d 09 30 26 ff 03 81 02 c0 c0",
    report_length=7,
)
OWN_REPORT = Hid("06 00 ff 09 01 a1 01 09 02 15 00 26 ff 00 75 08 95 40 81 02 c0")
"""Reports whose meaning only the maker knows."""


@pytest.fixture(scope="module", autouse=True)
def rules(lab: Laboratory) -> Iterator[None]:
    """Install the rules as a package would."""
    lab.machine.run("groupadd", "-f", "rekam17")
    lab.machine.run("cp", str(PROJECT / "packaging/udev" / RULES), "/etc/udev/rules.d/")
    lab.machine.run("udevadm", "control", "--reload")
    yield
    lab.machine.run("rm", f"/etc/udev/rules.d/{RULES}")
    lab.machine.run("udevadm", "control", "--reload")


def owner(lab: Laboratory, node: str) -> str:
    lab.machine.run("udevadm", "settle")
    return lab.machine.run("stat", "-c", "%G %a", node).strip()


def devices(lab: Laboratory, *under: str) -> list[Line]:
    """Ask `rekam17 devices`, as root or as whom `under` makes it."""
    command = [sys.executable, "-m", "tui", "--lang", "en", "devices", "--json", "--data", LOCKS]
    said = lab.machine.run("env", "XDG_CONFIG_HOME=/nowhere", *under, *command, seconds=180)
    return json.loads(said)


def test_a_scanner_and_a_pen_belong_to_the_officers_group_and_to_nobody_else(lab: Laboratory) -> None:
    with lab.gadget(SCANNER, Acm()) as scanner, lab.gadget(PEN, PEN_REPORT) as pen:
        for device, wanted in ((scanner, {"key": "SLAP1"}), (pen, {"role": "signature", "driver": "evdev"})):
            seen = lab.announce(device, **wanted)
            assert owner(lab, seen.device["address"]) == "rekam17 660"
            lab.pull(device, seen.key)


def test_a_serial_adapter_is_dialouts_and_modem_manager_is_told_to_keep_off(lab: Laboratory) -> None:
    with lab.wired(SENSOR, serial="FT1") as adapter:
        node = lab.announce(adapter, role="single_finger", key="FT1").device["address"]
        assert owner(lab, node) == "dialout 660"
        tty = lab.machine.run("udevadm", "info", "-q", "path", "-n", node).strip()
        usb = lab.machine.run("udevadm", "info", "-q", "property", f"/sys{tty}/../../../..")
        assert "ID_MM_DEVICE_IGNORE=1" in usb.splitlines()
        lab.pull(adapter, "FT1")


def test_a_node_that_its_driver_drops_and_takes_again_was_never_gone_and_a_pulled_one_is_in_a_second(
    lab: Laboratory,
) -> None:
    rebind = "cd /sys/bus/usb/drivers/usbhid; i=$(ls -d *:*.0); echo $i >unbind; echo $i >bind"
    with lab.gadget(PEN, PEN_REPORT) as pen:
        key = lab.announce(pen, role="signature", driver="evdev").key
        for _ in range(10):
            kernel, officer = lab.kernel_events.mark, lab.officer.mark
            lab.machine.run("sh", "-c", rebind)
            lab.kernel_events.wait(lambda event: _input(event, "remove"), since=kernel)
            lab.kernel_events.wait(lambda event: _input(event, "add"), since=kernel)
            lab.machine.run("udevadm", "settle")
            lab.machine.run("sleep", "1")
            snapshots = [line["attached"] for line in lab.officer.feed.heard(officer) if "attached" in line]
            if all(key in {device["key"] for device in snapshot} for snapshot in snapshots):
                break
            # On a busy machine udev itself may take longer than a device may be gone.
            lab.officer.sees(since=officer, key=key)
        else:
            pytest.fail("the officer was told of a loss each time")
        pulled, _ended = lab.pull(pen, key)
        assert pulled >= SETTLE_S * 0.9, "what was just pulled may come back"


def _input(event: Line, action: str) -> bool:
    return event.get("action") == action and str(event.get("devname", "")).startswith("input/event")


def test_after_events_were_lost_what_came_meanwhile_is_known_all_the_same(lab: Laboratory) -> None:
    with lab.gadget(PEN, PEN_REPORT) as pen, lab.machine.start_python(GUEST / "overrun.py") as listener:
        listener.wait(lambda line: "ready" in line, seconds=60)
        for _ in range(3):
            lab.machine.run("udevadm", "trigger", "--action=change", "--subsystem-match=tty", "--settle")
        seen = lab.announce(pen, role="signature", driver="evdev")
        listener.say(go=True)
        said = listener.wait(lambda line: "known" in line, seconds=60)
        assert said["lost"], "nothing was lost, so nothing was shown"
        assert seen.key in said["known"]
        lab.pull(pen, seen.key)


def test_the_second_officer_is_told_who_has_the_pen_until_that_program_ends(lab: Laboratory) -> None:
    with lab.gadget(PEN, PEN_REPORT) as pen:
        key = lab.announce(pen, role="signature", driver="evdev").key
        with lab.machine.start_python(GUEST / "officer.py", SITE, "Rahmawati") as second:
            second.wait(lambda line: any(one["key"] == key for one in line.get("attached", ())), seconds=90)
            second.say(do="capture", key=key, what="points", **{"as": "hers"})
            second.wait(lambda line: "opened" in line)
            refused = lab.officer.capture(key, "points").ended()
            assert (refused["ended"], refused["holder"]) == ("DeviceBusy", "Rahmawati")
            busy = next(one for one in devices(lab) if one["driver"] == "evdev")
            assert (busy["state"], busy["code"].partition(" ")[0]) == ("busy", "Rahmawati")
        capture = lab.officer.capture(key, "points")
        capture.opened()
        capture.stop()
        lab.pull(pen, key)


def test_an_officer_outside_the_group_is_told_of_it_and_a_stranger_is_named_by_the_sites_file(lab: Laboratory) -> None:
    with lab.gadget(PEN, PEN_REPORT) as pen, lab.gadget(IRIS, OWN_REPORT) as iris:
        iris.plug()
        lab.announce(pen, role="signature", driver="evdev")
        lab.machine.run("udevadm", "settle")

        for folder in Path(sys.executable).resolve().parents:
            lab.machine.run("chmod", "a+x", str(folder))  # Python itself may lie in a home
        outside = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        group = lab.machine.run("getent", "group", "rekam17").split(":")[2]
        closed = next(one for one in devices(lab, *outside) if one["driver"] == "evdev")
        assert (closed["state"], closed["code"]) == ("no_permission", "rekam17")
        inside = (*outside[:-1], f"--groups={group}")
        said = devices(lab, *inside)
        assert next(one["state"] for one in said if one["driver"] == "evdev") == "ready"

        stranger = next(one for one in said if one["usb"] == IRIS.ids)
        assert (stranger["state"], stranger["serial"]) == ("not_recognised", "IR7")
        assert f'vendor = "{IRIS.vendor}"' in stranger["why"]
        entry = f'[[usb]]\nrole = "iris"\ndriver = "sbi"\nname = "IriShield"\nvendor = "{IRIS.vendor}"\n'
        lab.machine.run("sh", "-c", f"cat >{SITE}/devices.toml", stdin=entry)
        try:
            named = next(one for one in devices(lab) if one["usb"] == IRIS.ids)
        finally:
            lab.machine.run("rm", f"{SITE}/devices.toml")
        assert (named["role"], named["name"], named["state"]) == ("iris", "IriShield", "unreachable")
        pen.pull()
        iris.pull()
