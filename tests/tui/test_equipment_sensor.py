"""Step 2 with a sensor for one finger plugged in: shown for what it is, tested when asked, never in anybody's place."""

from __future__ import annotations

import os
import pty
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from book import VirtualClock, screen_text
from kit_room import MORNING, RAHMAWATI, a_visit, at_rest, at_work, plugged, press, state_of
from textual.pilot import Pilot

from hw.emulators.bus import EmulatedBus
from hw.emulators.control import KitControl
from hw.emulators.kit import running
from hw.types import Attached, DeviceState, Role
from store import equipment
from store.procedure import EquipmentKind
from store.store import Store
from tui import i18n
from tui.screens.equipment import EquipmentScreen
from tui.screens.equipment_sensor import SensorLine

KIT = {Role.CAMERA, Role.FINGER, Role.IRIS, Role.SIGNATURE, Role.CARD_PRINTER}
SENSOR = "Sensor satu jari"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MORNING)


@pytest.fixture
async def store(clock: VirtualClock) -> AsyncIterator[Store]:
    held = Store.in_memory(clock, officer=RAHMAWATI)
    yield held
    held.close()


@pytest.fixture
async def table(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[KitControl]:
    async with running(tmp_path, clock):
        yield KitControl(tmp_path)


@pytest.fixture
def indonesian() -> Iterator[None]:
    i18n.use("id")
    yield
    i18n.use("en")


async def look_again(pilot: Pilot[object]) -> list[str]:
    """Draw what has changed at the plugs."""
    pilot.app.screen.refresh_frame()
    await at_rest(pilot)
    return await screen_text(pilot)


async def test_a_sensor_is_shown_below_the_list_and_tested_with_one_finger(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path
) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await plugged(pilot, KIT)
        assert not any(SENSOR in line for line in await screen_text(pilot))
        await table.plug("one_finger")
        await plugged(pilot, KIT | {Role.SINGLE_FINGER})
        shown = await look_again(pilot)
        assert state_of(shown, SENSOR) == "! belum diuji        hanya verifikasi · Tab, U"
        shown = await press(pilot, "tab", "u")
        assert state_of(shown, SENSOR).startswith("√ diuji · skor ")
        assert state_of(shown, SENSOR).endswith("hanya verifikasi")
        await table.one_finger(touch={"blur": 6})
        assert state_of(await press(pilot, "u"), SENSOR) == "× kabur: lap, lalu U  hanya verifikasi"
        await table.one_finger(mute=True)
        assert state_of(await press(pilot, "u"), SENSOR).startswith("× adaptor tanpa sensor")
        shown = await press(pilot, "up", "down")
        assert shown[5].startswith("   ►")
        await table.unplug("one_finger")
        await plugged(pilot, KIT)
        assert not any(SENSOR in line for line in await look_again(pilot))
        assert (await press(pilot, "tab", "down"))[6].startswith("   ►")
    held = store.run_now(equipment.state, visit)
    assert all(item.readiness is None for item in held.items)


async def test_the_officer_is_asked_for_a_finger_told_when_it_may_go_and_sees_the_picture_come(
    clock: VirtualClock, table: KitControl, tmp_path: Path, indonesian: None
) -> None:
    await table.plug("one_finger")
    bus, line = EmulatedBus(tmp_path, clock), SensorLine()
    async with aclosing(bus.watch()) as watching:
        line.see(await anext(watching))
    seen: list[tuple[str, str]] = []
    await line.test(bus, lambda: seen.append((line.asked(), str(line.line(80))[32:].split("%")[0])))
    assert seen[0] == ("Petugas menempelkan satu jari di sensor.", "► menguji 0 ")
    assert seen[1] == ("Jari boleh diangkat.", "► menguji 0 ")
    assert seen[-1] == ("Jari boleh diangkat.", "► menguji 100 ")
    assert 10 < len(seen) < 25
    assert line.asked() == ""


async def test_pulled_in_mid_test_it_is_gone_and_tested_again_when_plugged_in(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path
) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await table.plug("one_finger")
        await plugged(pilot, KIT | {Role.SINGLE_FINGER})
        await table.one_finger(pull_after=50)
        await press(pilot, "tab", "u")
        await plugged(pilot, KIT)
        assert not any(SENSOR in line for line in await look_again(pilot))
        await table.plug("one_finger")
        await plugged(pilot, KIT | {Role.SINGLE_FINGER})
        assert state_of(await look_again(pilot), SENSOR).startswith("! belum diuji")
        assert state_of(await press(pilot, "tab", "u"), SENSOR).startswith("√ diuji")


async def test_it_is_nobodys_replacement(store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await table.unplug("finger")
        await table.plug("one_finger")
        await plugged(pilot, KIT - {Role.FINGER} | {Role.SINGLE_FINGER})
        shown = await press(pilot, "tab", "u", "up", "down", "down", "down", "u")
        assert state_of(shown, "Pemindai sidik jari") == "× tidak tersambung"
        assert shown[22].rstrip() == " × Pemindai sidik jari tidak terlihat. Cek kabel USB, lalu U. Tanpa itu: X."
        assert "Belum siap" in (await press(pilot, "l"))[22]
    assert store.run_now(equipment.state, visit).item(EquipmentKind.FINGER).readiness is None


@pytest.mark.parametrize(
    ("state", "said"),
    [(DeviceState.BUSY, "► in use elsewhere"), (DeviceState.NO_PERMISSION, "× no permission")],
)
async def test_one_that_cannot_be_used_says_why_in_english_too(
    store: Store, clock: VirtualClock, state: DeviceState, said: str
) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, language="en") as pilot:
        pilot.app.equipment = (Attached("s", Role.SINGLE_FINGER, "serial", "CH340", "/dev/x", "", state),)
        shown = await press(pilot, "down", "tab", "u")
        assert state_of(shown, "One-finger sensor").startswith(said)
        assert state_of(shown, "One-finger sensor").endswith("verification only")


async def test_an_adapter_with_something_else_behind_it_does_not_hide_the_sensor(
    clock: VirtualClock, table: KitControl, tmp_path: Path, indonesian: None
) -> None:
    """A GPS receiver or a lamp may hang behind the same adapter: nobody but the sensor answers the handshake."""
    ours, theirs = pty.openpty()
    try:
        other = Attached("aaa", Role.SINGLE_FINGER, "serial", "USB-serial CP210x", os.ttyname(theirs))
        await table.plug("one_finger")
        bus, line = EmulatedBus(tmp_path, clock), SensorLine()
        async with aclosing(bus.watch()) as watching:
            line.see((other, *await anext(watching)))
        await line.test(bus, lambda: None)
        assert str(line.line(80))[32:].startswith("√ diuji")
    finally:
        os.close(ours)
        os.close(theirs)
