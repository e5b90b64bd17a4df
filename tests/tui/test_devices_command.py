"""`rekam17 devices`: what officers and scripts are told of the devices of a laptop."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from scheduler import Scheduler

from hw.emulators.clock import SharedClock
from hw.emulators.one_finger import OneFinger
from hw.types import Attached, CaptureFailed, DeviceState, FailReason, Role
from hw.udev_monitor import Unrecognised
from store.clock import SystemClock
from tui import i18n
from tui.buses import installed_bus, later_bus
from tui.commands.devices import naming, table
from tui.device_words import brief, reason, span
from tui.line import cells
from tui.settings import Settings, SettingsError

PAD = """\
P: /devices/pci0/usb1/1-2/1-2:1.0/input/input9/event9
N: input/event9
E: DEVNAME=/dev/input/event9
E: SUBSYSTEM=input
E: ID_INPUT_TABLET=1
E: ID_PATH=pci-0000:00:14.0-usb-0:2:1.0
"""


def attached(state: DeviceState = DeviceState.READY, why: str = "", name: str = "Pad") -> Attached:
    return Attached("k", Role.SIGNATURE, "evdev", name, "/dev/input/event9", "S1", state, why)


@pytest.mark.peer("umockdev-run")
def test_the_command_lists_what_udev_knows(tmp_path: Path) -> None:
    (tmp_path / "kit.umockdev").write_text(PAD)
    root = Path(__file__).parents[2]
    under = ["umockdev-run", "-d", str(tmp_path / "kit.umockdev"), "--", sys.executable, "-m", "tui", "--lang", "en"]
    environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "PYTHONPATH": str(root)}
    ran = subprocess.run(
        [*under, "devices", "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=environment,
        cwd=tmp_path,
    )
    # Whatever SBI service happens to run on the machine is listed too.
    pads = [device for device in json.loads(ran.stdout) if device["role"] == "signature"]
    assert pads == [
        {
            "role": "signature",
            "driver": "evdev",
            "name": "Pen tablet",
            "serial": "",
            "address": "/dev/input/event9",
            "usb": "",
            "state": "ready",
            "code": "",
            "why": "",
        }
    ]
    (tmp_path / "rekam17").mkdir()
    (tmp_path / "rekam17" / "settings.toml").write_text("card_printer = 7")
    ran = subprocess.run([*under, "devices"], capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)


@pytest.mark.peer("umockdev-run", "cupsd", "lpadmin", "lpstat")
def test_a_queue_that_could_print_a_card_twice_is_told_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "kit.umockdev").write_text(PAD)
    (tmp_path / "rekam17").mkdir()
    environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    under = ["umockdev-run", "-d", str(tmp_path / "kit.umockdev"), "--", sys.executable, "-m", "tui", "--lang", "en"]
    with tempfile.TemporaryDirectory(prefix="cups-") as folder:
        Path(folder).chmod(0o755)
        scheduler = Scheduler(Path(folder))
        scheduler.start()
        try:
            scheduler.add_queue("paper:/tray")
            (tmp_path / "rekam17" / "settings.toml").write_text(f'card_printer = "{scheduler.address}"')
            told = [subprocess.check_output([*under, "devices"], text=True, env=environment, cwd=tmp_path)]
            scheduler.add_queue("rekam17:/paper:/tray")
            environment["REKAM17_CARDS"] = str(scheduler.ledger)
            told.append(subprocess.check_output([*under, "devices"], text=True, env=environment, cwd=tmp_path))
        finally:
            scheduler.close()
    assert ["packaging/cups/install" in said for said in told] == [True, False]
    assert ["  ready" in said for said in told] == [True, True]


def test_what_is_missing_is_named_the_group_and_the_rule_too() -> None:
    said = reason(attached(DeviceState.NO_PERMISSION, "input"))
    assert "group input" in said
    assert "rekam17 devices --rules" in said
    assert "SBI service does not answer" in reason(attached(DeviceState.UNREACHABLE, "service"))
    assert "rekam17[dslr]" in reason(attached(DeviceState.UNSUPPORTED, "dslr"))
    assert "group root" in reason(attached(DeviceState.NO_PERMISSION))


WHYS = [
    (DeviceState.BUSY, "NORHAYATI · rekam17 4711", "NORHAYATI · rekam17 4711"),
    (DeviceState.BUSY, "", "busy"),
    (DeviceState.NOT_READY, "", "lamp"),
    (DeviceState.UNSUPPORTED, "", "registered"),
    (DeviceState.UNSUPPORTED, "untrusted", "device-ca.pem"),
    (DeviceState.UNSUPPORTED, "expired", "date"),
    (DeviceState.UNSUPPORTED, "sub_type", "slaps"),
    (DeviceState.UNSUPPORTED, "driver", "no driver"),
    (DeviceState.UNSUPPORTED, "dslr", "dslr"),
    (DeviceState.UNSUPPORTED, "secret", "does not publish"),
    (DeviceState.UNREACHABLE, "service", "4501"),
    (DeviceState.UNREACHABLE, "queue", "CUPS"),
    (DeviceState.UNREACHABLE, "printer", "answer"),
    (DeviceState.CLAIMED, "wacom", "wacom"),
    (DeviceState.CLAIMED, "usbfs", "brltty"),
    (DeviceState.CLAIMED, "", "dmesg"),
    (DeviceState.CLOCK_SKEW, "+432", "7 min 12 s ahead"),
    (DeviceState.CLOCK_SKEW, "-90000", "1 d 1 h behind"),
    (DeviceState.NO_PERMISSION, "rekam17", "rekam17"),
    (DeviceState.READY, "unguarded", "packaging/cups/install"),
    (DeviceState.READY, "ledger", "group rekam17"),
]


@pytest.mark.parametrize(("state", "why", "said"), WHYS)
def test_whatever_keeps_a_device_from_use_is_said_with_its_cure(state: DeviceState, why: str, said: str) -> None:
    device = replace(attached(state, why), driver="sbi")
    assert said in reason(device)
    assert "{" not in reason(device)


def test_a_pad_that_the_kernels_driver_turned_away_needs_the_rule_and_no_restart() -> None:
    said = reason(replace(attached(DeviceState.CLAIMED, "usbhid"), driver="stu"))
    assert "/dev/hidraw*" in said
    assert "rekam17 devices --rules" in said
    assert "restart" not in said


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_short_form_fits_behind_a_devices_name(language: str) -> None:
    i18n.use(language)
    try:
        for state, why, _said in WHYS:
            assert cells(brief(attached(state, why))) <= 50, (state, why)
        assert cells(brief(replace(attached(DeviceState.CLAIMED, "usbhid"), driver="stu"))) <= 50
    finally:
        i18n.use("en")


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_700, "1 h 1 min"), (400 * 86_400, "400 d")]
)
def test_a_length_of_time_is_told_by_its_two_largest_units(seconds: int, said: str) -> None:
    assert span(seconds) == said


def test_a_stranger_is_listed_with_how_to_name_it() -> None:
    stranger = Unrecognised("2ce3", "0f01", "Iri\x1b[2J", "", "pci-0-usb-0:4", "ff0000", ())
    lines = table((), (stranger,))
    assert "not recognised" in lines[1]
    assert "\x1b" not in "".join(lines)
    assert lines[2] == f"  ! {naming(stranger)}"
    assert '[[usb]] vendor = "2ce3", products = ["0f01"]' in lines[2]
    assert "/etc/rekam17/devices.toml" in lines[2]


def test_in_indonesian_too() -> None:
    i18n.use("id")
    try:
        assert "grup input" in reason(attached(DeviceState.NO_PERMISSION, "input"))
        assert table(()) == ["Tidak ada alat terpasang."]
        assert "siap" in "\n".join(table((attached(),)))
        assert all(len(table((replace(attached(), role=role),))) == 2 for role in Role)
        assert "hanya verifikasi" in "\n".join(table((replace(attached(), role=Role.SINGLE_FINGER),)))
    finally:
        i18n.use("en")


def test_a_device_cannot_steer_the_terminal_by_its_name() -> None:
    lines = "\n".join(table((attached(name="Pad\x1b[2J\u202e"),)))
    assert "\x1b" not in lines
    assert "\u202e" not in lines
    assert "Pad\ufffd[2J\ufffd" in lines


@pytest.mark.parametrize(
    ("file", "content"),
    [("devices.toml", b"[[device]]\nrole=1"), ("devices.toml", b"\xff"), ("device-ca.pem", b"no certificate")],
)
@pytest.mark.parametrize("make", [installed_bus, later_bus])
def test_a_site_file_that_cannot_be_meant_is_named(tmp_path: Path, file: str, content: bytes, make: Any) -> None:
    (tmp_path / file).write_bytes(content)
    with pytest.raises(SettingsError, match=file):
        make(Settings(), SystemClock(), tmp_path)


async def test_a_later_bus_refuses_what_the_installed_one_refuses(tmp_path: Path) -> None:
    unknown = replace(attached(), driver="unheard-of")
    for make in (installed_bus, later_bus):
        with pytest.raises(CaptureFailed) as refused:
            await make(Settings(), SystemClock(), tmp_path).open(unknown)
        assert refused.value.reason is FailReason.UNSUPPORTED


@pytest.mark.parametrize("make", [installed_bus, later_bus])
async def test_a_sensor_for_one_finger_is_opened_with_the_sites_password(tmp_path: Path, make: Any) -> None:
    kit_clock = SharedClock(tmp_path / "clock")
    sensor = OneFinger(kit_clock, lambda: None)
    await sensor.start()
    sensor.turn({"password": 0x0A1B2C3D})
    found = Attached("sensor", Role.SINGLE_FINGER, "serial", "USB-serial CH340", sensor.address)
    try:
        with pytest.raises(CaptureFailed, match="WRONG_PASSWORD"):
            await make(Settings(), SystemClock(), tmp_path).open(found)
        (tmp_path / "devices.toml").write_text('[sensor]\npassword = "0a1b2c3d"\n', encoding="utf-8")
        opened = await make(Settings(), SystemClock(), tmp_path).open(found)
        await opened.close()
    finally:
        await sensor.unplug()
        kit_clock.close()


def test_a_later_bus_imports_no_driver_before_the_login_stands() -> None:
    program = (
        "import sys; from store.clock import SystemClock; from tui.buses import later_bus;"
        "from tui.settings import Settings; import tui.app, tui.screens.login;"
        "from pathlib import Path; later_bus(Settings(), SystemClock(), Path('/nowhere'));"
        "print([name for name in sys.modules if name.startswith('hw')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_card_printers_queue_of_the_settings_is_looked_for(tmp_path: Path) -> None:
    bus = installed_bus(Settings(card_printer="Kartu"), SystemClock(), tmp_path)
    assert [printer.address for printer in bus.site.printers] == ["ipp://localhost:631/printers/Kartu"]
