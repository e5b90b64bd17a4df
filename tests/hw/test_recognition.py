"""Which device is what: the table of USB ids, the site's own file, the kernel's word."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw.recognition import Recognised, Services, Site, could_be_a_kits, expected, recognise, usb_table
from hw.site_file import SiteFileError, read_site
from hw.types import Role
from hw.udev_rules import rules

ROOT = Path(__file__).parents[2]


def usb(vendor: str, product: str, **more: str) -> dict[str, str]:
    return {"SUBSYSTEM": "usb", "DEVTYPE": "usb_device", "ID_VENDOR_ID": vendor, "ID_MODEL_ID": product, **more}


def pen_node(vendor: str, product: str, **more: str) -> dict[str, str]:
    return {
        "SUBSYSTEM": "input",
        "DEVNAME": "/dev/input/event5",
        "ID_INPUT_TABLET": "1",
        "ID_VENDOR_ID": vendor,
        "ID_MODEL_ID": product,
        "ID_PATH": "pci-0000:00:14.0-usb-0:2:1.0",
        **more,
    }


@pytest.mark.parametrize(
    ("node", "role", "driver"),
    [
        (usb("080b", "0010"), Role.FINGER, "sbi"),
        (usb("1162", "beef"), Role.FINGER, "sbi"),
        (usb("09b0", "2400", ID_USB_INTERFACES=":070102:"), Role.CARD_PRINTER, "queue"),
        ({**usb("056a", "00a8"), "SUBSYSTEM": "hidraw", "DEVTYPE": ""}, Role.SIGNATURE, "stu"),
        (pen_node("056a", "037a"), Role.SIGNATURE, "evdev"),
        (pen_node("256c", "006e"), Role.SIGNATURE, "evdev"),
        (usb("04f9", "0042", ID_USB_INTERFACES=":070102:ff0000:"), Role.DOCUMENT_PRINTER, "document_queue"),
        (usb("04a9", "32e1", ID_USB_INTERFACES=":060101:"), Role.CAMERA, "ptp"),
        ({"SUBSYSTEM": "video4linux", "ID_V4L_CAPABILITIES": ":capture:"}, Role.CAMERA, "v4l2"),
        (
            {"SUBSYSTEM": "tty", "ID_BUS": "usb", "ID_VENDOR_ID": "1a86", "ID_MODEL_ID": "7523"},
            Role.SINGLE_FINGER,
            "serial",
        ),
    ],
)
def test_a_device_is_known_by_its_ids_or_its_class(node: dict[str, str], role: Role, driver: str) -> None:
    known = recognise(node)
    assert known is not None
    assert (known.role, known.driver) == (role, driver)


@pytest.mark.parametrize(
    "node",
    [
        {},
        {"SUBSYSTEM": "video4linux", "ID_V4L_CAPABILITIES": ":"},
        {"SUBSYSTEM": "tty"},
        usb("046d", "c52b", ID_USB_INTERFACES=":030101:"),
        # Side doors of devices that are opened by another node.
        pen_node("056a", "00a8"),
        usb("056a", "037a"),
        pen_node("256c", "006e", ID_INPUT_TABLET_PAD="1"),
        pen_node("256c", "006e", DEVNAME="/dev/input/mouse2"),
    ],
)
def test_what_is_not_ours_is_left_alone(node: dict[str, str]) -> None:
    assert recognise(node) is None


SITE = """
[[device]]
role = "iris"
driver = "sbi"
name = "IriShield"
serial = "IR-7"

[[device]]
role = "signature"
driver = "evdev"
name = "Pad meja 2"
path = "pci-0000:00:14.0-usb-0:2"

[[usb]]
role = "iris"
driver = "sbi"
name = "IriTech"
vendor = "2CE3"
products = ["0F01", "0f02"]

[[usb]]
role = "signature"
driver = "evdev"
name = "Meja gambar"
vendor = "056a"
products = ["037a"]

[[printer]]
role = "card_printer"
name = "HDP5000"
address = "ipp://localhost:631/printers/kartu"
"""


def test_the_sites_own_file_comes_first() -> None:
    site = read_site(SITE)
    assert recognise(usb("ffff", "0001", ID_SERIAL_SHORT="IR-7"), site) == Recognised(Role.IRIS, "sbi", "IriShield")
    assert recognise(pen_node("056a", "037a"), site) == Recognised(Role.SIGNATURE, "evdev", "Pad meja 2")
    other_port = pen_node("056a", "037a", ID_PATH="pci-0000:00:14.0-usb-0:21:1.0")
    known = recognise(other_port, site)
    assert known is not None
    assert known.name == "Meja gambar"
    assert recognise(usb("2ce3", "0f02"), site) == Recognised(Role.IRIS, "sbi", "IriTech")
    assert recognise(usb("2ce3", "0f03"), site) is None
    assert [printer.address for printer in site.printers] == ["ipp://localhost:631/printers/kartu"]
    assert read_site("") == Site()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("role =", "Expected|Invalid"),
        ("[[camera]]", "unknown camera"),
        ("device = 3", "not a list"),
        ("device = [3]", "device 1: needs"),
        ('[[device]]\nrole="iris"', "device 3: needs"),
        ('[[device]]\nrole="tea"\ndriver="sbi"\nname="n"\nserial="1"', "tea"),
        ('[[device]]\nrole="iris"\ndriver="magic"\nname="n"\nserial="1"', "magic"),
        ('[[device]]\nrole="iris"\ndriver="sbi"\nname="n"', "either serial or path"),
        ('[[device]]\nrole="iris"\ndriver="sbi"\nname="n"\nserial="1"\npath="2"', "either serial or path"),
        ('[[device]]\nrole="iris"\ndriver="sbi"\nname="\\u001b[2J"\nserial="1"', "name is not a line"),
        ('[[device]]\nrole="iris"\ndriver="sbi"\nname=1\nserial="1"', "name is not a line"),
        ('[[device]]\nrole="iris"\ndriver="evdev"\nname="n"\nserial="1"', "device 3: driver 'evdev' is for signature"),
        ('[[usb]]\nrole="iris"\ndriver="sbi"\nname="n"', "usb 3: needs"),
        ('[[usb]]\nrole="iris"\ndriver="sbi"\nname="n"\nvendor="12345"', "hexadecimal"),
        ('[[usb]]\nrole="iris"\ndriver="sbi"\nname="n"\nvendor="1234"\nproducts="0001"', "not a list"),
        ('[[usb]]\nrole="iris"\ndriver="sbi"\nname="n"\nvendor="1234"\nproducts=[1]', "not a line"),
        ('[[usb]]\nrole="iris"\ndriver="sbi"\nname="n"\nvendor="1234"\nproducts=["*"]', "hexadecimal"),
        ('[[printer]]\nrole="card_printer"\nname="n"\naddress="file:///etc"', "ipp://"),
        ('[[printer]]\nrole="finger"\nname="n"\naddress="ipp://x/"', "card_printer"),
    ],
)
def test_a_site_file_with_a_mistake_is_refused_whole(text: str, said: str) -> None:
    with pytest.raises(SiteFileError, match=said):
        read_site(SITE + "\n" + text if text.startswith("[[") else text)


def test_a_device_whose_own_node_is_missing_is_known_by_its_ids_or_its_interfaces() -> None:
    assert expected(usb("056a", "00a8")) == Recognised(Role.SIGNATURE, "stu", "Wacom STU-540")
    camera = expected(usb("046d", "082d", ID_USB_INTERFACES=":0e0100:0e0200:010100:"))
    assert camera is not None
    assert (camera.role, camera.driver) == (Role.CAMERA, "v4l2")
    assert expected(usb("080b", "0010")) is None
    assert expected(usb("046d", "c52b", ID_USB_INTERFACES=":030101:")) is None
    assert expected({**usb("056a", "00a8"), "SUBSYSTEM": "hidraw"}) is None


@pytest.mark.parametrize("interfaces", [":ff0000:", ":030000:", ":0e0100:0e0200:", ":070102:", ":020201:0a0000:"])
def test_a_stranger_that_could_be_of_a_kit_is_spoken_of(interfaces: str) -> None:
    assert could_be_a_kits(interfaces)


@pytest.mark.parametrize(
    "interfaces", ["", ":090000:", ":030101:030000:", ":030102:", ":080650:", ":e00101:ff0000:", ":010100:", ":020600:"]
)
def test_a_hub_a_keyboard_a_stick_and_a_network_are_not(interfaces: str) -> None:
    assert not could_be_a_kits(interfaces)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=8))
def test_whatever_a_device_says_of_itself_recognising_it_is_safe(node: dict[str, str]) -> None:
    recognise({"SUBSYSTEM": "usb", "DEVTYPE": "usb_device", **node})
    expected({"SUBSYSTEM": "usb", "DEVTYPE": "usb_device", **node})


def test_the_table_says_each_thing_once_in_the_form_udev_uses() -> None:
    seen: set[tuple[str, str]] = set()
    for entry in usb_table():
        for product in entry.products or ("*",):
            assert re.fullmatch(r"[0-9a-f]{4}", entry.vendor)
            assert re.fullmatch(r"[0-9a-f]{4}|\*", product)
            assert (entry.vendor, product) not in seen
            seen.add((entry.vendor, product))


def test_the_rules_that_are_installed_are_those_of_the_table() -> None:
    """To be made anew by `rekam17 devices --rules` on a laptop without a site's file."""
    assert (ROOT / "packaging/udev/70-rekam17.rules").read_text(encoding="utf-8") == rules()


def test_every_stu_pad_is_given_to_a_driver_that_makes_a_node_for_it() -> None:
    """Without that line the kernel's wacom driver leaves the pad without one."""
    for entry in usb_table():
        if entry.device.driver == "stu":
            (product,) = entry.products
            assert f'"0003:0000056A:0000{product.upper()}"' in rules()
            assert f"echo 0003 056A {product.upper()} >/sys/bus/hid/drivers/ezkey/new_id" in rules()


@pytest.mark.parametrize(
    "ids", [("06a8", "0042"), ("06a8", "0043"), ("18fb", "01c0"), ("18fb", "0207"), ("2133", "0001")]
)
def test_a_pad_whose_pen_report_is_secret_is_recognised_all_the_same(ids: tuple[str, str]) -> None:
    """Topaz, Scriptel and signotec."""
    vendor, product = ids
    node = {"SUBSYSTEM": "usb", "DEVTYPE": "usb_device", "ID_VENDOR_ID": vendor, "ID_MODEL_ID": product}
    seen = recognise(node)
    assert seen is not None
    assert (seen.role, seen.driver) == (Role.SIGNATURE, "none")


def test_a_site_has_rules_for_its_own_devices_too() -> None:
    assert 'ATTR{idVendor}=="2ce3", ATTR{idProduct}=="0f01|0f02", GROUP="rekam17", MODE="0660"' in rules(
        read_site(SITE)
    )


def test_the_example_for_a_site_is_a_file_the_program_takes() -> None:
    text = (ROOT / "packaging/devices.toml.example").read_text(encoding="utf-8")
    shown = read_site("\n".join(line.removeprefix("#: ") for line in text.splitlines()))
    assert shown.devices
    assert shown.usb
    assert shown.printers
    assert shown.services == Services("Staging", "hex")
    assert shown.sensor_password == 0x0A1B2C3D
    assert read_site(text) == Site()


@pytest.mark.parametrize(
    "text",
    ["sbi = 3", "[[sbi]]", '[sbi]\nenv = "Home"', "[sbi]\nhashing = 1", '[sbi]\nscore = "99"', "[sbi]\nenv = []"],
)
def test_a_site_does_not_invent_how_services_work(text: str) -> None:
    with pytest.raises(SiteFileError, match="sbi"):
        read_site(text)


@pytest.mark.parametrize(
    "text",
    [
        "sensor = 3",
        "[sensor]",
        "[[sensor]]",
        "[sensor]\npassword = 17",
        '[sensor]\npassword = "0a1b2c3"',
        '[sensor]\npassword = "0a1b2c3d4"',
        '[sensor]\npassword = "rahasia1"',
        '[sensor]\npassword = "0a1b2c3d"\nbaud = 9600',
    ],
)
def test_a_sensors_password_is_eight_digits_and_nothing_else(text: str) -> None:
    with pytest.raises(SiteFileError, match="eight hexadecimal digits"):
        read_site(text)


def test_a_sensors_password_shows_in_no_repr() -> None:
    site = read_site('[sensor]\npassword = "0A1b2C3d"')
    assert site.sensor_password == 0x0A1B2C3D
    assert str(site.sensor_password) not in repr(site)


def test_the_rules_open_every_device_that_would_be_closed_without_them() -> None:
    rules = (ROOT / "packaging/udev/70-rekam17.rules").read_text(encoding="utf-8")
    assert "uaccess" not in rules
    for entry in usb_table():
        lines = [line for line in rules.splitlines() if f'"{entry.vendor}"' in line]
        if entry.device.driver == "serial":
            assert any('ENV{ID_MM_DEVICE_IGNORE}="1"' in line for line in lines), entry
        elif entry.device.driver in ("sbi", "stu"):
            subsystem = "hidraw" if entry.device.driver == "stu" else "usb"
            for product in entry.products or ("*",):
                assert any(
                    line.startswith(f'SUBSYSTEM=="{subsystem}"') and product in line and 'GROUP="rekam17"' in line
                    for line in lines
                ), (entry, product)
