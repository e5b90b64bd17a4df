"""Real devices by udev: the kernel's side is umockdev's, the bus is the one officers use.

libumockdev takes the place of sysfs and of the kernel's event socket for a process that is started under it, so each
test's devices live in a process of their own, which prints what the bus announces.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.peer("umockdev-run", "umockdev-wrapper")

PEN = """\
P: /devices/pci0/usb1/1-2
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_VENDOR_ID=056a
E: ID_MODEL_ID=037a
E: ID_SERIAL_SHORT=OBW1
A: idVendor=056a
A: idProduct=037a

P: /devices/pci0/usb1/1-2/1-2:1.0/input/input9/event9
N: input/event9
E: DEVNAME=/dev/input/event9
E: SUBSYSTEM=input
E: ID_INPUT=1
E: ID_INPUT_TABLET=1
E: ID_PATH=pci-0000:00:14.0-usb-0:2:1.0

P: /devices/pci0/usb1/1-2/1-2:1.1/input/input10/event10
N: input/event10
E: DEVNAME=/dev/input/event10
E: SUBSYSTEM=input
E: ID_INPUT=1
E: ID_INPUT_TABLET=1
E: ID_PATH=pci-0000:00:14.0-usb-0:2:1.1
"""
SCANNER = """\
P: /devices/pci0/usb1/1-3
N: bus/usb/001/007
E: DEVNAME=/dev/bus/usb/001/007
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_PATH=pci-0000:00:14.0-usb-0:3
A: idVendor=080b
A: idProduct=0010
"""
WEBCAM = """\
P: /devices/pci0/usb1/1-4/1-4:1.0/video4linux/video0
N: video0
E: DEVNAME=/dev/video0
E: SUBSYSTEM=video4linux
E: ID_V4L_CAPABILITIES=:capture:
E: ID_PATH=pci-0000:00:14.0-usb-0:4:1.0

P: /devices/pci0/usb1/1-4/1-4:1.0/video4linux/video1
N: video1
E: DEVNAME=/dev/video1
E: SUBSYSTEM=video4linux
E: ID_V4L_CAPABILITIES=:
E: ID_PATH=pci-0000:00:14.0-usb-0:4:1.0
"""
STILL_CAMERA = """\
P: /devices/pci0/usb1/1-5
N: bus/usb/001/009
E: DEVNAME=/dev/bus/usb/001/009
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_VENDOR_ID=04a9
E: ID_MODEL_ID=32e1
E: ID_USB_INTERFACES=:060101:
E: ID_PATH=pci-0000:00:14.0-usb-0:5
A: idVendor=04a9
A: idProduct=32e1
"""

PRELUDE = """
import asyncio, ctypes, json, sys
from contextlib import aclosing
from hw.site_file import read_site
from hw.types import Attached, Role
from hw.udev import UdevBus

def show(attached):
    print(json.dumps([[a.key, a.role.value, a.driver, a.address, a.state.value, a.why] for a in attached]), flush=True)
"""
LOOK = """
async def main():
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
asyncio.run(main())
"""
WITHOUT_THE_EXTRA = """
sys.modules["gphoto2"] = None
"""
TESTBED = """
library = ctypes.CDLL("libumockdev.so.0")
library.umockdev_testbed_new.restype = ctypes.c_void_p
testbed = ctypes.c_void_p(library.umockdev_testbed_new())

def plug(description):
    assert library.umockdev_testbed_add_from_string(testbed, description.encode(), None)
    for line in description.splitlines():
        if line.startswith("P: "):
            library.umockdev_testbed_uevent(testbed, ("/sys" + line[3:]).encode(), b"add")

def pull(description):
    for line in reversed(description.splitlines()):
        if line.startswith("P: "):
            path = ("/sys" + line[3:]).encode()
            library.umockdev_testbed_uevent(testbed, path, b"remove")
            library.umockdev_testbed_remove_device(testbed, path)
"""


def announced(command: list[str], script: str, *arguments: str) -> list[list[list[str]]]:
    """Run a script under umockdev and read the snapshots it prints."""
    done = subprocess.run(
        [*command, sys.executable, "-c", PRELUDE + script, *arguments],
        capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("script", "state"), [(LOOK, ["ready", ""]), (WITHOUT_THE_EXTRA + LOOK, ["unsupported", "dslr"])]
)
def test_a_still_camera_needs_the_extra(tmp_path: Path, script: str, state: list[str]) -> None:
    (tmp_path / "kit.umockdev").write_text(STILL_CAMERA)
    (snapshot,) = announced(["umockdev-run", "-d", str(tmp_path / "kit.umockdev"), "--"], script)
    assert snapshot == [["pci-0000:00:14.0-usb-0:5", "camera", "ptp", "/dev/bus/usb/001/009", *state]]


def test_each_device_is_announced_once_with_its_state(tmp_path: Path) -> None:
    (tmp_path / "kit.umockdev").write_text("\n".join((PEN, SCANNER, WEBCAM)))
    (snapshot,) = announced(["umockdev-run", "-d", str(tmp_path / "kit.umockdev"), "--"], LOOK)
    assert snapshot == [
        ["pci-0000:00:14.0-usb-0:4:1.0", "camera", "v4l2", "/dev/video0", "ready", ""],
        ["pci-0000:00:14.0-usb-0:3", "finger", "sbi", "/dev/bus/usb/001/007", "unreachable", "service"],
        ["OBW1", "signature", "evdev", "/dev/input/event9", "ready", ""],
    ]


TOPAZ = """\
P: /devices/pci0/usb1/1-6
N: bus/usb/001/009
E: DEVNAME=/dev/bus/usb/001/009
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_PATH=pci-0000:00:14.0-usb-0:6
A: idVendor=06a8
A: idProduct=0043
"""


def test_a_pad_whose_protocol_nobody_knows_is_recognised_and_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "kit.umockdev").write_text(TOPAZ)
    (snapshot,) = announced(["umockdev-run", "-d", str(tmp_path / "kit.umockdev"), "--"], LOOK)
    assert [entry[1:] for entry in snapshot] == [
        ["signature", "none", "/dev/bus/usb/001/009", "unsupported", "secret"],
    ]


def test_devices_that_share_a_serial_number_are_told_apart_by_their_port(tmp_path: Path) -> None:
    clone = (
        PEN.replace("1-2", "1-5")
        .replace("usb-0:2", "usb-0:5")
        .replace("event9", "event19")
        .replace("event10", "event20")
    )
    (tmp_path / "kit.umockdev").write_text(f"{PEN}\n{clone}")
    (snapshot,) = announced(["umockdev-run", "-d", str(tmp_path / "kit.umockdev"), "--"], LOOK)
    assert [entry[0] for entry in snapshot] == ["pci-0000:00:14.0-usb-0:2:1.0", "pci-0000:00:14.0-usb-0:5:1.0"]


HOTPLUG = """
pen, scanner = sys.argv[1:]

async def main():
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
        plug(pen)
        while len(attached := await anext(watching)) < 1: pass
        show(attached)
        plug(scanner)
        while len(attached := await anext(watching)) < 2: pass
        show(attached)
        pull(pen)
        while len(attached := await anext(watching)) > 1: pass
        show(attached)
asyncio.run(main())
"""


def test_what_is_plugged_and_pulled_is_announced_whole_each_time() -> None:
    snapshots = announced(["umockdev-wrapper"], TESTBED + HOTPLUG, PEN, SCANNER)
    assert [[entry[1] for entry in snapshot] for snapshot in snapshots] == [
        [],
        ["signature"],
        ["finger", "signature"],
        ["finger"],
    ]


SERVICE = """
served = Attached("S1", Role.FINGER, "sbi", "Slap scanner", "127.0.0.1:4501/1", "S1")
running = True

async def sweep(changed):
    return (served,) if running else ()

async def main():
    global running
    plug(sys.argv[1])
    async with aclosing(UdevBus(sweeps=[sweep]).watch()) as watching:
        show(await anext(watching))
        running = False
        plug(sys.argv[2])
        while len(attached := await anext(watching)) < 2 or attached[0].key == "S1": pass
        show(attached)
asyncio.run(main())
"""


def test_a_scanner_is_its_services_as_long_as_that_runs() -> None:
    with_service, without = announced(["umockdev-wrapper"], TESTBED + SERVICE, SCANNER, PEN)
    assert [(entry[0], entry[4]) for entry in with_service] == [("S1", "ready")]
    assert [(entry[1], entry[4]) for entry in without] == [("finger", "unreachable"), ("signature", "ready")]


PRINTER = """
site = read_site('[[printer]]\\nrole="card_printer"\\nname="HDP"\\naddress="ipp://127.0.0.1:1/ipp/print"')

async def main():
    async with aclosing(UdevBus(site).watch()) as watching:
        show(await anext(watching))
asyncio.run(main())
"""


def test_a_printer_of_the_site_that_does_not_answer_is_unreachable() -> None:
    (snapshot,) = announced(["umockdev-wrapper"], TESTBED + PRINTER)
    address = "ipp://127.0.0.1:1/ipp/print"
    assert snapshot == [[address, "card_printer", "ipp", address, "unreachable", "printer"]]


CLOSED = """
import grp, os, tempfile
from hw.recognition import Recognised
from hw.nodes import Node
from hw.bus import OPENERS
from hw.udev import _Seen

folder = tempfile.mkdtemp()
os.chmod(folder, 0o755)
node = os.path.join(folder, "event1")
os.close(os.open(node, os.O_CREAT | os.O_WRONLY, 0o040))
group = os.stat(node).st_gid
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
state, why = _Seen(OPENERS)._state(Node(Recognised(Role.SIGNATURE, "evdev", "pen"), "", node, "", "port"))
print(json.dumps([[state.value, why, grp.getgrgid(group).gr_name]]))
"""


def test_a_node_that_may_not_be_opened_names_its_group() -> None:
    ((state, why, group),) = announced([], CLOSED)[0]
    assert (state, why) == ("no_permission", group)


GAP = """
import errno, pyudev

kept = pyudev.Monitor.poll

def lost(monitor, timeout=None):
    pyudev.Monitor.poll = kept
    while kept(monitor, 0) is not None:
        pass
    raise OSError(errno.ENOBUFS, "No buffer space available")

async def main():
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
        pyudev.Monitor.poll = lost
        plug(sys.argv[1])
        show(await anext(watching))
asyncio.run(main())
"""


def test_after_events_were_lost_everything_is_looked_at_again() -> None:
    before, after = announced(["umockdev-wrapper"], TESTBED + GAP, PEN)
    assert before == []
    assert [entry[1] for entry in after] == ["signature"]


STU = """\
P: /devices/pci0/usb1/1-6
N: bus/usb/001/011
E: DEVNAME=/dev/bus/usb/001/011
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_PATH=pci-0000:00:14.0-usb-0:6
E: ID_USB_INTERFACES=:030000:
A: idVendor=056a
A: idProduct=00a8

P: /devices/pci0/usb1/1-6/1-6:1.0
E: SUBSYSTEM=usb
E: DEVTYPE=usb_interface
L: driver=../../../../../bus/usb/drivers/usbhid
"""
HIDRAW = """\
P: /devices/pci0/usb1/1-6/1-6:1.0/0003:056A:00A8.0001/hidraw/hidraw0
N: hidraw0
E: DEVNAME=/dev/hidraw0
E: SUBSYSTEM=hidraw
"""


@pytest.mark.parametrize(
    ("kit", "state"),
    [
        ((STU, HIDRAW), ["/dev/hidraw0", "ready", ""]),
        ((STU,), ["/dev/bus/usb/001/011", "claimed", "usbhid"]),
        ((STU.partition("\n\n")[0] + "\n",), ["/dev/bus/usb/001/011", "claimed", ""]),
    ],
    ids=["with its node", "taken by a driver that makes none", "taken by no driver"],
)
def test_a_pad_is_known_by_its_usb_device_and_says_who_has_it_without_its_node(
    tmp_path: Path, kit: tuple[str, ...], state: list[str]
) -> None:
    (tmp_path / "kit.umockdev").write_text("\n".join(kit))
    (snapshot,) = announced(["umockdev-run", "-d", str(tmp_path / "kit.umockdev"), "--"], LOOK)
    assert snapshot == [["pci-0000:00:14.0-usb-0:6", "signature", "stu", *state]]


FLAP = """
device, node = sys.argv[1:]
again = node.replace(".0001", ".0002").replace("hidraw0", "hidraw3")

async def main():
    plug(device); plug(node)
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
        changed = asyncio.ensure_future(anext(watching))
        pull(node)
        await asyncio.sleep(0.1)
        plug(again)
        show(await changed)
        pull(again); pull(device)
        show(await anext(watching))
asyncio.run(main())
"""


def test_a_node_that_flaps_is_no_loss_and_one_that_is_pulled_is() -> None:
    assert announced(["umockdev-wrapper"], TESTBED + FLAP, STU, HIDRAW) == [
        [["pci-0000:00:14.0-usb-0:6", "signature", "stu", "/dev/hidraw0", "ready", ""]],
        [["pci-0000:00:14.0-usb-0:6", "signature", "stu", "/dev/hidraw3", "ready", ""]],
        [],
    ]


RESET = """
device, node = sys.argv[1:]
# The testbed leaves the files of nodes in /dev.
back = ["\\n".join(line for line in one.splitlines() if not line.startswith("N:")) + "\\n" for one in (device, node)]

async def main():
    plug(device); plug(node)
    async with aclosing(UdevBus().watch()) as watching:
        show(await anext(watching))
        changed = asyncio.ensure_future(anext(watching))
        for _ in range(3):
            pull(node); pull(device)
            await asyncio.sleep(0.1)
            plug(back[0]); plug(back[1])
            await asyncio.sleep(0.1)
        done, _ = await asyncio.wait({changed}, timeout=1)
        print(json.dumps([["said again" if done else "nothing said"]]))
        changed.cancel()
        await asyncio.wait({changed})
asyncio.run(main())
"""


def test_a_device_that_is_reset_again_and_again_is_not_spoken_of() -> None:
    first, after = announced(["umockdev-wrapper"], TESTBED + RESET, STU, HIDRAW)
    assert first[0][1] == "signature"
    assert after == [["nothing said"]]


ROOT_HUB = """\
P: /devices/pci0/usb1
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_SERIAL_SHORT=0000:00:14.0
E: ID_PATH=pci-0000:00:14.0
A: idVendor=1d6b
A: idProduct=0002
"""


def test_the_hub_is_not_taken_for_a_device_whose_own_is_gone_already(tmp_path: Path) -> None:
    """The event comes late: of the pen only the node is left, and the walk to its USB device ends at the root hub."""
    (tmp_path / "kit.umockdev").write_text(f"{ROOT_HUB}\n{PEN.partition(chr(10) * 2)[2]}")
    (snapshot,) = announced(["umockdev-run", "-d", str(tmp_path / "kit.umockdev"), "--"], LOOK)
    assert snapshot == []


STRANGERS = """
from hw.recognition import NO_SITE
from hw.udev_monitor import unrecognised
site = read_site(sys.argv[1])
found = unrecognised(site)
print(json.dumps([[one.vendor, one.product, one.name, one.serial, " ".join(one.drivers)] for one in found]))
"""


@pytest.mark.parametrize(
    ("site", "left"),
    [
        ("", [["2ce3", "0f01", "Iri Shield", "IR7", "cdc_acm"]]),
        ('[[usb]]\nrole="iris"\ndriver="sbi"\nname="Iri"\nvendor="2ce3"', []),
    ],
)
def test_what_is_in_no_table_is_told_apart_from_what_is_no_kits(
    tmp_path: Path, site: str, left: list[list[str]]
) -> None:
    iris = """\
P: /devices/pci0/usb1/1-7
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
E: ID_VENDOR_ID=2ce3
E: ID_MODEL_ID=0f01
E: ID_SERIAL_SHORT=IR7
E: ID_USB_INTERFACES=:ff0000:
A: idVendor=2ce3
A: idProduct=0f01
A: manufacturer=Iri
A: product=Shield

P: /devices/pci0/usb1/1-7/1-7:1.0
E: SUBSYSTEM=usb
E: DEVTYPE=usb_interface
L: driver=../../../../../bus/usb/drivers/cdc_acm
"""
    keyboard = iris.replace("1-7", "1-8").replace("2ce3", "046d").replace(":ff0000:", ":030101:")
    network = iris.replace("1-7", "1-9").replace("2ce3", "0bda")
    card = "P: /devices/pci0/usb1/1-9/1-9:1.0/net/eth1\nE: SUBSYSTEM=net\nE: INTERFACE=eth1\n"
    (tmp_path / "kit.umockdev").write_text("\n".join((ROOT_HUB, iris, keyboard, network, card, PEN, SCANNER)))
    under = ["umockdev-run", "-d", str(tmp_path / "kit.umockdev"), "--"]
    assert announced(under, STRANGERS, site) == [left]
