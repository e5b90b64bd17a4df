"""Signature pads on a real kernel: pulled while somebody signs, plugged in again, signed to the end."""

import sys
from collections.abc import Callable, Iterator

import pytest

from hw.emulators.hand import invent

from .devices import Gadget, Hid, Labels, ScriptedDevice
from .laboratory import GUEST, Laboratory, Seconds
from .machine import PROJECT

Took = Callable[[str, Seconds], None]
RULES = PROJECT / "packaging/udev/70-rekam17.rules"

PEN = Labels("28bd", "0928", "PEN1", "XP-Pen", "Star")
# A pen on the digitizer's page, report 1: tip and in range, x and y of 16 bits, pressure of 10.
PEN_REPORTS = (
    "050d 0902 a101 8501 0920 a100 0942 0932 1500 2501 7501 9502 8102 9506 8103 "
    "0501 0930 0931 160000 26ff7f 7510 9502 8102 050d 0930 26ff03 9501 8102 c0 c0"
)
WRITE = """
import struct, sys, time
with open(sys.argv[1], "wb", buffering=0) as pen:
    for tip in (0, *[1] * 40, 0):
        for x in range(4):
            pen.write(struct.pack("<BBHHH", 1, 2 | tip, 8000 + 100 * x, 12000, 600 * tip))
            time.sleep(0.005)
"""


def test_a_pen_tablet_pulled_in_mid_stroke_signs_again(lab: Laboratory, took: Took) -> None:
    with lab.gadget(PEN, Hid(PEN_REPORTS)) as tablet:
        took(
            "pen tablet",
            lab.there_and_back(
                tablet, "points", lambda: write(lab, tablet), role="signature", driver="evdev", state="ready"
            ),
        )


def test_a_pen_tablet_in_use_is_grabbed(lab: Laboratory) -> None:
    with lab.gadget(PEN, Hid(PEN_REPORTS)) as tablet:
        seen = lab.announce(tablet, role="signature", driver="evdev", state="ready")
        capture = lab.officer.capture(seen.key, "points")
        capture.opened()
        assert opened_elsewhere(lab, "evdev", seen.device["address"]) == "DeviceBusy"
        capture.stop()
        assert opened_elsewhere(lab, "evdev", seen.device["address"]) == "opened"
        lab.pull(tablet, seen.key)


OPEN = """
import asyncio, sys
from hw.bus import OPENERS
from hw.types import Attached, HardwareError, Role

async def main():
    try:
        pad = await OPENERS[sys.argv[1]](Attached("k", Role.SIGNATURE, sys.argv[1], "pad", sys.argv[2]))
    except HardwareError as error:
        print(type(error).__name__)
    else:
        await pad.close()
        print("opened")

asyncio.run(main())
"""


def opened_elsewhere(lab: Laboratory, driver: str, address: str) -> str:
    """Have another program open a pad."""
    return lab.machine.run(sys.executable, "-c", OPEN, driver, address, seconds=180).strip()


def write(lab: Laboratory, tablet: Gadget) -> None:
    lab.machine.run("sh", "-c", f"{sys.executable} -c '{WRITE}' {tablet.nodes[0]} >/dev/null 2>&1 &")


# The kernel's driver comes to the pad after its node: it is the last word of the two that counts.
REFUSED = """
modprobe wacom
for turn in $(seq 300); do
    dmesg | grep -q "wacom 0003:056A:00A5.*Unknown device_type" && exit 0
    sleep 0.2
done
dmesg | tail -n 40 >&2
exit 1
"""


@pytest.fixture(scope="module")
def ruled(lab: Laboratory) -> Iterator[None]:
    """Install the rule that gives STU pads their node, and plug one in once: the first time the node comes twice."""
    lab.machine.run("cp", str(RULES), "/etc/udev/rules.d/")
    lab.machine.run("udevadm", "control", "--reload")
    pad = lab.scripted(GUEST / "stu.py", "a5")
    since = lab.officer.mark
    pad.plug()
    lab.machine.run("udevadm", "settle")
    key = lab.officer.sees(since=since, driver="stu")[1]["key"]
    lab.pull(pad, key)
    yield
    lab.machine.run("rm", f"/etc/udev/rules.d/{RULES.name}")


def test_without_the_rule_the_kernel_keeps_the_pad_to_itself(lab: Laboratory) -> None:
    pad = lab.scripted(GUEST / "stu.py", "a5")
    pad.plug()
    try:
        lab.machine.run("sh", "-c", REFUSED)
        assert lab.machine.run("sh", "-c", "find /sys/bus/hid/devices/*056A:00A5*/ -name 'hidraw[0-9]*'") == ""
    finally:
        pad.pull()


@pytest.mark.usefixtures("ruled")
@pytest.mark.parametrize("product", ["a5", "a2"])
def test_an_stu_pad_pulled_in_mid_stroke_signs_again(lab: Laboratory, took: Took, product: str) -> None:
    pad = lab.scripted(GUEST / "stu.py", product)
    took(
        f"STU 056a:00{product}",
        lab.there_and_back(
            pad, "points", lambda: pad.feed.say(do="sign", seed=3), role="signature", driver="stu", state="ready"
        ),
    )


@pytest.mark.usefixtures("ruled")
def test_an_stu_pad_is_signed_to_the_end_and_left_clean(lab: Laboratory) -> None:
    pad = lab.scripted(GUEST / "stu.py", "a5")
    seen = lab.announce(pad, driver="stu", state="ready")
    key = seen.key
    capture = lab.officer.capture(key, "points")
    capture.opened()
    assert opened_elsewhere(lab, "stu", seen.device["address"]) == "DeviceBusy"
    pad.feed.say(do="sign", seed=3)
    pad.feed.wait(lambda line: line.get("signed") == 3, seconds=60)
    inked = _glass(pad)
    assert inked["glass"] == {"clean": False, "ink": sum(len(stroke) for stroke in invent(3)), "inking": True}
    capture.stop()
    wiped = _glass(pad)
    assert wiped == {"glass": {"clean": True, "ink": 0, "inking": False}, "complaints": []}
    points = capture.all_got()
    assert len([point for point in points if not point["down"]]) == len(invent(3))
    assert (points[0]["x"], points[0]["y"]) == pytest.approx(invent(3)[0][0][:2], abs=1e-3)
    lab.pull(pad, key)


def _glass(pad: ScriptedDevice) -> dict[str, object]:
    since = pad.feed.mark
    pad.feed.say(do="glass")
    return pad.feed.wait(lambda line: "glass" in line, since=since)
