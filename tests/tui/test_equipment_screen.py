"""Step 2 by key presses: the book's S09 and B10, what blocks it, and a fresh visit made ready with the emulated kit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from book import Deviation, VirtualClock, compare, screen_text
from kit_room import MORNING, RAHMAWATI, a_visit, at_rest, at_work, plugged, press, state_of
from textual.pilot import Pilot

from hw.emulators.bus import EmulatedBus
from hw.emulators.control import KitControl
from hw.emulators.kit import running
from hw.types import Attached, DeviceState, HardwareError, Role
from store import equipment, settings, siak_exports, stock, timings
from store.equipment import Readiness, WaiveReason
from store.procedure import EQUIPMENT, EquipmentKind, ReadyBy
from store.roster.types import RosterPerson
from store.rules import Cloth
from store.store import Store
from store.transaction import OfficerRole
from tui.duty import OfficerOnDuty
from tui.screens.equipment import EquipmentScreen
from tui.widgets.bars import RailStep
from tui.widgets.glass import Glass

KIT = (Role.CAMERA, Role.FINGER, Role.IRIS, Role.SIGNATURE, Role.CARD_PRINTER)
NAMES = {Role.CAMERA: "C920", Role.SIGNATURE: "STU-530", Role.CARD_PRINTER: "HDP5000"}


def on_the_table(*roles: Role) -> tuple[Attached, ...]:
    return tuple(Attached(role.value, role, "none", NAMES.get(role, role.value), "") for role in roles)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MORNING)


@pytest.fixture
async def store(clock: VirtualClock) -> AsyncIterator[Store]:
    held = Store.in_memory(clock, officer=RAHMAWATI)
    yield held
    held.close()


def the_books_morning(store: Store, clock: VirtualClock) -> object:
    """Do what has been done when the book's picture is taken, 48 minutes after step 2 began."""
    clock.advance(-48 * 60)
    visit = a_visit(store, 120)
    store.run_now(timings.begin, 2, visit)
    clock.advance(40 * 60)
    store.run_now(settings.change, "stock.film_low", 100)
    clock.advance(-(2 * 24 + 17) * 3600)  # Friday, 14.50
    store.run_now(equipment.device_tested, visit, EquipmentKind.IRIS, True, "78")
    clock.advance((2 * 24 + 17) * 3600)
    facts = {EquipmentKind.CAMERA: "1920x1080", EquipmentKind.FINGER: "61"}
    for line in EQUIPMENT:
        if line.ready_by is ReadyBy.TICK and line.kind is not EquipmentKind.NETWORK:
            store.run_now(equipment.tick, visit, line.kind)
        elif line.ready_by is ReadyBy.TEST and line.kind is not EquipmentKind.IRIS:
            store.run_now(equipment.device_tested, visit, line.kind, True, facts.get(line.kind, ""))
    for cloth in Cloth:
        store.run_now(equipment.cloths, visit, cloth, True)
    store.run_now(equipment.count_blanks, visit, 214, "A0117301")
    store.run_now(equipment.count_ribbon_film, visit, 413, 99)
    store.run_now(equipment.waive, visit, EquipmentKind.NETWORK, WaiveReason.OTHER, "tidak ada sinyal")
    export = siak_exports.ExportFile("siak.xls", "b" * 64, date(2026, 11, 20))
    row = RosterPerson(row=1, name="NORHAYATI", birth_date=date(2009, 5, 12), nik="6311065205099042")
    store.run_now(siak_exports.take, [row], export)
    clock.advance(8 * 60)
    store.run_now(timings.leave, 2, visit)
    return visit


async def test_the_screen_is_the_books_s09(store: Store, clock: VirtualClock) -> None:
    visit = the_books_morning(store, clock)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        pilot.app.equipment = on_the_table(Role.CAMERA, Role.FINGER, Role.SIGNATURE, Role.CARD_PRINTER)
        pilot.app.rail = (RailStep("√"), RailStep("►"), *(RailStep("·") for _ in range(6)))
        shown = await press(pilot, "down", "down", "down", "down")
        deviations = [
            Deviation(
                19,
                "     Kelengkapan SOP: √ 1 jadwal perekaman   × 2 alat   √ 3 data murid 120",
                "the iris scanner is missing, so the kit is not complete",
            )
        ]
        compare(shown, "S09", variable=[], deviations=deviations)


async def test_waiving_asks_in_the_books_b10_and_leaves_unchanged_on_escape(store: Store, clock: VirtualClock) -> None:
    visit = the_books_morning(store, clock)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        pilot.app.equipment = on_the_table(*KIT)
        shown = await press(pilot, *["down"] * 4, "x", "1", "ctrl+w", "ctrl+w", *"teknisi datang 24-11")
        compare([line[10:70] for line in shown[6:16]], "B10", width=60)
        await press(pilot, "escape")
        before = store.run_now(equipment.state, visit).item(EquipmentKind.IRIS)
        assert before.readiness is Readiness.TESTED
        shown = await press(pilot, "x", "1", "enter")
        assert state_of(shown, "Pemindai iris") == "~ rusak, sudah dilaporkan"
        held = store.run_now(equipment.state, visit).item(EquipmentKind.IRIS)
        assert (held.waive_reason, held.detail) == (WaiveReason.REPORTED_BROKEN, "rusak, sudah dilaporkan")


async def test_only_the_coordinator_goes_without_a_camera(store: Store, clock: VirtualClock) -> None:
    store.sign_in(RAHMAWATI, frozenset({OfficerRole.RECORDING}))
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        shown = await press(pilot, "down", "down", "x", "2", "enter")
        assert shown[22].startswith(" (1/6) × Hanya koordinator. Tidak ada yang berubah.")
    assert store.run_now(equipment.state, visit).item(EquipmentKind.CAMERA).readiness is None


async def test_a_reason_of_invisible_letters_waives_nothing(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        await press(pilot, "x", "6")
        pilot.app.screen.take_text("\u200b\u00ad")
        shown = await press(pilot, "enter")
        assert "Alasan tidak terbaca. Tidak ada yang berubah." in shown[22]
    assert store.run_now(equipment.state, visit).item(EquipmentKind.SIAK).readiness is None


@pytest.fixture
async def table(tmp_path: Path, clock: VirtualClock) -> AsyncIterator[KitControl]:
    async with running(tmp_path, clock):
        yield KitControl(tmp_path)


async def test_a_fresh_visit_is_made_ready_by_keys_alone(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path
) -> None:
    visit = a_visit(store, 3)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await plugged(pilot, set(KIT))
        assert state_of(await screen_text(pilot), "Kamera").startswith("! tersambung, belum diu")
        shown = await press(pilot, "enter")
        assert shown[21].startswith(" √ 5 alat diuji, semua baik.")
        assert state_of(shown, "Kamera").startswith("√ tersambung, diuji")
        assert "skor" in state_of(shown, "Pemindai sidik jari")
        assert state_of(shown, "Printer kartu").endswith("tutup rapat")
        shown = await press(pilot, "l")
        assert shown[22].rstrip() == " × Belum siap: komputer: SIAK dan 8 lagi. Spasi mencentang, atau X."
        await press(pilot, "space", "space")  # a: the cursor goes on by itself
        await press(pilot, *["down"] * 4, "space", "space")  # c: both cloths, one after the other
        await press(pilot, "down", "space", "down")  # d, and past e
        await press(pilot, "e", *"500", "enter", *"400", "enter")  # f
        await press(pilot, "down", "e", *"214", "enter", *"A0117301", "enter")  # g
        shown = await press(pilot, "down", "space", "space", "space")  # h, i, j
        assert shown[2].endswith("── 14 dari 14 siap ──")
        assert shown[21].rstrip() == " √ 14 siap"
        gone = []
        pilot.app.go = lambda place: gone.append(place) or at_once()
        await press(pilot, "l")
    assert [place.name for place in gone] == ["STATUS_CHECK"]
    done = store.run_now(equipment.state, visit)
    assert done.ready_at is not None
    assert done.missing == ()
    assert [step.runs for step in store.run_now(timings.summary, visit)][:3] == [0, 1, 0]
    assert [one.closing for one in store.run_now(stock.balance).kinds] == [214, 500, 400]


async def at_once() -> None:
    """Arrive."""


async def test_a_device_that_is_pulled_out_and_plugged_in_again_has_to_be_tested_again(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path
) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await plugged(pilot, set(KIT))
        shown = await press(pilot, *["down"] * 4, "u")
        assert state_of(shown, "Pemindai iris").startswith("√ tersambung, diuji  dua mata · skor ")
        await table.unplug("iris")
        await plugged(pilot, set(KIT) - {Role.IRIS})
        shown = await screen_text(pilot)
        assert state_of(shown, "Pemindai iris") == "× tidak tersambung   terakhir 07.58"
        assert shown[22].startswith(" × Pemindai iris tidak terlihat. Cek kabel USB, lalu U.")
        assert (await press(pilot, "l"))[22].count("Belum siap") == 1
        await table.plug("iris")
        await plugged(pilot, set(KIT))
        assert state_of(await screen_text(pilot), "Pemindai iris").startswith("! tersambung, belum diuji")


@pytest.mark.parametrize(
    ("knobs", "line", "said"),
    [
        ({"errors": {"RCAPTURE": 108}}, "Pemindai sidik jari", "× uji gagal"),
        ({"lie": "signature"}, "Pemindai iris", "× uji gagal          jawaban tidak asli"),
    ],
)
async def test_a_failed_test_says_why_and_a_later_one_mends_it(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path, knobs: dict[str, object], line: str, said: str
) -> None:
    visit = a_visit(store)
    steps = 3 if line == "Pemindai sidik jari" else 4
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await plugged(pilot, set(KIT))
        await table.sbi(**knobs)
        shown = await press(pilot, *["down"] * steps, "u")
        assert state_of(shown, line).startswith(said)
        assert shown[22].startswith(f" × {line}: ")
        await table.sbi(**{name: {} if name == "errors" else None for name in knobs})
        assert state_of(await press(pilot, "u"), line).startswith("√ tersambung, diuji")


async def test_the_log_of_a_device_says_what_it_did_wrong_and_when(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path
) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await plugged(pilot, set(KIT))
        shown = await press(pilot, *["down"] * 4, "i")
        assert "Belum pernah ada gangguan." in "".join(shown)
        await press(pilot, "escape")
        await table.sbi(lie="signature")
        shown = await press(pilot, "u")
        assert shown[21].startswith(" ! Pemindai iris: 1 gangguan, 07.5")
        assert "jawaban tidak asli (uji alat). I: semua" in shown[21]
        shown = await press(pilot, "i")
        (line,) = [one for one in shown if "jawaban tidak asli (uji alat)" in one and "R17-IRIS-0001" in one]
        assert "│ 23-11 07.5" in line
        await press(pilot, "escape", "up", "up", "up", "up")
        shown = await press(pilot, "i")
        assert "× Komputer: SIAK tanpa catatan gangguan." in shown[22]


async def until(pilot: Pilot[object], said: str) -> list[str]:
    """Wait until the screen says so while an action goes on."""
    async with asyncio.timeout(20):
        while not any(said in line for line in pilot.app.screen.query_one(Glass).text):
            await pilot.pause(0.01)
    return pilot.app.screen.query_one(Glass).text


async def test_a_test_that_waits_is_stopped_by_the_terminals_own_key(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path
) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await plugged(pilot, set(KIT))
        await table.sbi(hold=True)
        await press(pilot, *["down"] * 3)
        await pilot.press("u")
        shown = await until(pilot, "► menguji 0 dtk")
        assert shown[21].startswith(" Petugas menempelkan empat jari kanan di kaca.")
        await pilot.press("ctrl+c")
        shown = await until(pilot, "Pemindai sidik jari      ! tersambung, belum diuji")
        await table.sbi(hold=False)
        assert state_of(await press(pilot, "u"), "Pemindai sidik jari").startswith("√ tersambung, diuji")


async def test_a_device_pulled_in_mid_test_is_not_seen_and_has_to_be_tested_again(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path
) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await plugged(pilot, set(KIT))
        await table.sbi(hold=True, mute=True)
        await press(pilot, *["down"] * 4)
        await pilot.press("u")
        await until(pilot, "► menguji")
        await table.unplug("iris")
        await until(pilot, "× tidak tersambung   terakhir 07.58")
        await at_rest(pilot)
        assert store.run_now(equipment.state, visit).item(EquipmentKind.IRIS).readiness is Readiness.LOST
        await table.sbi(hold=False, mute=False)
        await table.plug("iris")
        await plugged(pilot, set(KIT))
        assert state_of(await screen_text(pilot), "Pemindai iris").startswith("! tersambung, belum diuji")


async def test_help_says_what_stops_the_sheet(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        shown = await press(pilot, "f1")
        for _page in range(3):
            shown += await press(pilot, "down")
        assert any("Alat yang pernah dicabut harus diuji lagi." in line for line in shown)


async def test_an_open_cover_fails_the_printers_test(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path
) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await plugged(pilot, set(KIT))
        await table.printer(cover_open=True)
        shown = await press(pilot, *["down"] * 8, "u")
        assert state_of(shown, "Printer kartu") == "× uji gagal          tutup terbuka"


async def test_a_machine_whose_udev_is_silent_ends_nothing(store: Store, clock: VirtualClock) -> None:
    class Silent:
        async def watch(self) -> AsyncGenerator[tuple[Attached, ...]]:
            raise HardwareError("udev")
            yield ()

    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=Silent()) as pilot:
        shown = await press(pilot, "down", "up")
        assert "(1/6) ×" in shown[22]
        assert "udev tidak menjawab" in pilot.app.standing[0].sentence


async def test_a_device_that_another_officer_has_says_who_it_is(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        pad = Attached("pad", Role.SIGNATURE, "stu", "STU-540", "/dev/hidraw0", "", DeviceState.BUSY)
        pilot.app.equipment = (replace(pad, why="Norhayati · rekam17 4711"),)
        shown = await press(pilot, "down", "up")
        assert state_of(shown, "Pad tanda tangan").split("  ")[0] == "► dipakai Norhayati"
        shown = await press(pilot, "p")
        assert any("Pad tanda tangan dipakai Norhayati." in line for line in shown)


async def test_a_device_without_permission_is_named_with_what_is_missing(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        pad = Attached("pad", Role.SIGNATURE, "evdev", "Pad [/] \x1b[2J", "/dev/x", "", DeviceState.NO_PERMISSION)
        pilot.app.equipment = (pad,)
        shown = await press(pilot, "down", "up")
        assert state_of(shown, "Pad tanda tangan") == "× tanpa izin         Pad [/] \N{REPLACEMENT CHARACTER}[2J"
        assert "(1/5) ×" in shown[22]
        shown = await press(pilot, "p")
        assert any("Pad tanda tangan: hanya grup root boleh" in line for line in shown)


async def test_each_line_has_its_own_key(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        pilot.app.equipment = on_the_table(*KIT)
        assert "Kamera diuji, bukan dicentang. U menguji." in (await press(pilot, "down", "down", "space"))[22]
        assert "Kamera diuji, bukan dicentang." in (await press(pilot, "e"))[22]
        assert "Blangko dihitung, bukan dicentang." in (await press(pilot, *["down"] * 8, "space"))[22]
        assert "ATK dilihat lalu dicentang." in (await press(pilot, "down", "u"))[22]


async def test_u_at_the_lines_of_siak_reads_an_export(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        assert state_of(await screen_text(pilot), "Jaringan data") == "· belum              data SIAK belum ada: U"
        shown = await press(pilot, "u")
        assert "SIAK" in shown[2]
        assert not isinstance(pilot.app.screen, EquipmentScreen)
        assert (await press(pilot, "escape"))[2].startswith("── 2 Alat")


async def test_a_network_without_siaks_data_is_first_cured_by_reading_an_export(
    store: Store, clock: VirtualClock
) -> None:
    visit = a_visit(store)
    for kind in EquipmentKind:
        if kind is not EquipmentKind.NETWORK:
            store.run_now(equipment.waive, visit, kind, next(iter(WaiveReason)), "rusak")
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        shown = await press(pilot, "l")
        said = " × Belum siap: jaringan data. U membaca ekspor SIAK, Spasi mencentang, atau X."
        assert shown[22].rstrip() == said
    export = siak_exports.ExportFile("siak.xls", "b" * 64, date(2026, 11, 20))
    row = RosterPerson(row=1, name="NORHAYATI", birth_date=date(2009, 5, 12), nik="6311065205099042")
    store.run_now(siak_exports.take, [row], export)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        assert (await press(pilot, "l"))[22].rstrip() == " × Belum siap: jaringan data. Spasi mencentang, atau X."


async def test_a_count_that_is_half_typed_comes_back(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        await press(pilot, *["down"] * 10, "e", *"21")
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        shown = await press(pilot, *["down"] * 10, "e")
        assert any("[21      ]" in line for line in shown)
        shown = await press(pilot, "4", "enter", *"surat", "enter")
        assert any("Bukan serial" in line for line in shown)
        shown = await press(pilot, "ctrl+u", *"A0117301", "enter")
        assert state_of(shown, "Blangko") == "√ 214 dihitung       seri A0117301-0117514"


async def test_a_scanner_that_somebody_else_uses_waits_and_is_no_failure(
    store: Store, clock: VirtualClock, table: KitControl, tmp_path: Path
) -> None:
    visit = a_visit(store)
    await table.sbi(busy=["finger"])
    async with at_work(store, visit, EquipmentScreen(), clock=clock, bus=EmulatedBus(tmp_path, clock)) as pilot:
        await plugged(pilot, set(KIT))
        shown = await press(pilot, *["down"] * 3, "u")
        assert state_of(shown, "Pemindai sidik jari").startswith("► dipakai di tempat lain")
        assert shown[22].startswith(" ! Pemindai sidik jari dipakai di tempat lain. Hasil aman.")
        assert store.run_now(equipment.state, visit).item(EquipmentKind.FINGER).readiness is None


async def test_old_data_of_siak_are_told(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store)
    export = siak_exports.ExportFile("siak.xls", "b" * 64, date(2026, 10, 20))
    row = RosterPerson(row=1, name="NORHAYATI", birth_date=date(2009, 5, 12), nik="6311065205099042")
    store.run_now(siak_exports.take, [row], export)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        pilot.app.equipment = on_the_table(*KIT)
        shown = await press(pilot, "down")
        assert shown[22].startswith(" ! Data SIAK 20-10 sudah lama.")
        assert state_of(shown, "Jaringan data").endswith("data SIAK 20-10 dibawa")


async def test_low_film_is_told_when_nothing_worse_stands(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store)
    store.run_now(equipment.count_ribbon_film, visit, 400, 40)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        pilot.app.equipment = on_the_table(*KIT)
        shown = await press(pilot, "down")
        assert shown[22].startswith(" ! Film cukup untuk 40 kartu. Pencetakan jalan terus.")
        assert state_of(shown, "Pita dan film") == "! film 40 lembar     pita 400"


async def test_the_english_screen_fits(store: Store, clock: VirtualClock) -> None:
    visit = the_books_morning(store, clock)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, language="en") as pilot:
        pilot.app.equipment = on_the_table(Role.CAMERA, Role.FINGER, Role.SIGNATURE, Role.CARD_PRINTER)
        shown = await press(pilot, *["down"] * 4)
        assert shown[8].rstrip() == "   ► b Iris scanner             × not connected      last Fri 14.50"
        assert ".." not in "".join(shown)
        assert "Go on" in shown[23]


async def test_an_officer_who_may_not_go_on_is_told_and_nothing_changes(store: Store, clock: VirtualClock) -> None:
    visit = the_books_morning(store, clock)
    store.sign_in(RAHMAWATI, frozenset({OfficerRole.PRINTING}))
    printing = OfficerOnDuty(RAHMAWATI, "Fahrurrazi", frozenset({OfficerRole.PRINTING}))
    async with at_work(store, visit, EquipmentScreen(), clock=clock, officer=printing) as pilot:
        pilot.app.equipment = on_the_table(*KIT)
        assert "Hanya operator perekaman" in (await press(pilot, "l"))[22]
    assert store.run_now(equipment.state, visit).ready_at is None


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("unguarded", "kartu bisa tercetak dua kali. Beri tahu kantor."),
        ("ledger", "buku kartunya tertutup. Beri tahu kantor."),
    ],
)
async def test_a_printer_that_could_print_a_card_twice_is_a_warning(
    store: Store, clock: VirtualClock, why: str, said: str
) -> None:
    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        pilot.app.equipment = (Attached("k", Role.CARD_PRINTER, "ipp", "Kartu", "ipp://localhost/x", why=why),)
        shown = await press(pilot, *["down"] * 8)
        assert state_of(shown, "Printer kartu").startswith("! tersambung, belum diuji")
        said = f"Printer kartu: {said}"
        assert said in [problem.sentence for problem in pilot.app.screen.problems() if problem.symbol == "!"]
