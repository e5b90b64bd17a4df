"""Real devices by udev as they lie there: each is announced once, with what it is and whether it can be used."""

from pathlib import Path

import pytest

from tests.hw.udev_ground import (
    HIDRAW,
    LOOK,
    PEN,
    ROOT_HUB,
    SCANNER,
    STILL_CAMERA,
    STU,
    TESTBED,
    WEBCAM,
    WITHOUT_THE_EXTRA,
    announced,
)

pytestmark = pytest.mark.peer("umockdev-run", "umockdev-wrapper")


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
