"""Step 6 when something goes wrong: cables, disks, power, the lock; what was acknowledged is there afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from recording_day import MORNING, NOOR_LAILA, NORHAYATI, SYARIFAH, StepClock, a_desk, take

from hw.types import Attached, DeviceBusy, Role
from store import faults, recordings
from store.errors import ChangeError, Reason
from store.faults import Fault
from store.procedure import EquipmentKind
from store.sections import ExceptionReason, Section
from store.store import Store
from store.transaction import OfficerRole
from tui import captures
from tui.screens import recording_camera, recording_device
from tui.widgets.glass import Glass

KEY = b"\x07" * 32


async def test_a_scanner_comes_back_and_goes_on_without_a_key(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.LEFT_SLAP) as desk:
        await desk.kit.sbi(hold=True)
        await desk.press("enter")
        await desk.when(lambda: desk.app.screen.capturing, "the capture")
        await desk.kit.unplug("finger")
        shown = await desk.until("PEMINDAI SIDIK JARI TERPUTUS")
        assert "ALAT TERPUTUS" in shown[2]
        assert shown[22].startswith(" × Pemindai jari terputus. Semua hasil tersimpan.")
        assert "Esc bagian lain (iris)" in shown[15]
        assert desk.recording.section(Section.LEFT_SLAP).tried == 0
        await desk.kit.sbi(hold=False)
        await desk.kit.plug("finger")
        await desk.until("Y  benar, segel")
        (line,) = desk.store.run_now(faults.of_kind, EquipmentKind.FINGER)
        assert (line.fault, line.section, line.visit) == (Fault.GONE, Section.LEFT_SLAP, desk.visit)
        assert line.device.serial == "R17-JARI-0001"


async def test_an_idle_scanner_that_is_pulled_is_missed_all_the_same(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.THUMBS) as desk:
        await desk.kit.sbi(touches={"LEFT_THUMB": {"wetness": 0.1}})
        await desk.press("enter")
        await desk.until("Tiga kali di bawah batas.")
        await desk.kit.unplug("finger")
        await desk.until("TERPUTUS")
        await desk.kit.plug("finger")
        await desk.until("Tiga kali di bawah batas.")
        assert desk.recording.section(Section.THUMBS).tried == 3
        (line,) = desk.store.run_now(faults.of_kind, EquipmentKind.FINGER)
        assert (line.fault, line.section) == (Fault.GONE, Section.THUMBS)


async def test_a_device_that_was_never_plugged_in_has_no_fault(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        await desk.kit.unplug("iris")
        await desk.when(lambda: Role.IRIS not in {one.role for one in desk.app.equipment})
        await desk.press("enter")
        await desk.until("PEMINDAI IRIS TERPUTUS")
        assert desk.store.run_now(faults.of_visit, desk.visit) == {}


async def test_a_refusal_for_tampering_stands_in_the_log_once_however_often_it_is_tried(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        await desk.kit.sbi(lie="signature")
        await desk.press("enter")
        await desk.until("jawaban tidak asli")
        await desk.press("u")
        await desk.until("jawaban tidak asli")
        (line,) = desk.store.run_now(faults.of_kind, EquipmentKind.IRIS)
        assert (line.fault, line.section) == (Fault.TAMPERED, Section.IRISES)


async def test_a_sensor_for_one_finger_is_never_taken_for_a_slap_scanner(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.LEFT_SLAP) as desk:
        single = Attached("ttyUSB0", Role.SINGLE_FINGER, "zfm", "R307", "/dev/ttyUSB0")
        others = tuple(one for one in desk.app.equipment if one.role is not Role.FINGER)
        desk.app.equipment = (*others, single)
        desk.app.redraw()
        assert "× alat tidak ada" in desk.screen[13]
        await desk.press("enter")
        await desk.until("PEMINDAI SIDIK JARI TERPUTUS")


@pytest.mark.parametrize(
    ("section", "device", "words"),
    [
        (Section.PORTRAIT, "camera", "KAMERA TERPUTUS"),
        (Section.SIGNATURE, "pen", "PAD TANDA TANGAN TERPUTUS"),
        (Section.IRISES, "iris", "PEMINDAI IRIS TERPUTUS"),
    ],
)
async def test_every_device_has_its_box(tmp_path: Path, section: Section, device: str, words: str) -> None:
    async with a_desk(tmp_path, upto=section) as desk:
        await desk.kit.sbi(hold=True)
        await desk.press("enter")
        await desk.when(lambda: desk.app.screen.attached is not None, "the device")
        await desk.kit.unplug(device)
        await desk.until(words)
        await desk.kit.plug(device)
        await desk.when(lambda: desk.app.screen.lost is None, "the device to be back")
        assert "╔" not in "\n".join(desk.screen)


async def test_a_broken_device_is_the_coordinators_decision(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        await desk.kit.unplug("iris")
        await desk.when(lambda: Role.IRIS not in {one.role for one in desk.app.equipment})
        await desk.press("enter")
        await desk.until("PEMINDAI IRIS TERPUTUS")
        await desk.press("x", "1", "enter")
        assert "Hanya koordinator" in desk.screen[22]
        assert not desk.recording.exceptions
        desk.store.sign_in(SYARIFAH, frozenset({OfficerRole.RECORDING, OfficerRole.COORDINATOR}))
        await desk.press("x", "1", "enter")
        await desk.until("Y  benar, segel")
        assert {one.reason for one in desk.recording.exceptions} == {ExceptionReason.DEVICE_BROKEN}


async def test_the_overview_names_a_missing_device_and_the_others_go_on(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.LEFT_SLAP, clock=StepClock()) as desk:
        await desk.kit.unplug("finger")
        await desk.until("× alat tidak ada: jari")
        assert "× alat tidak ada" in desk.screen[13]
        await desk.press("down", "down", "down", "enter")
        await desk.until("Semua cukup baik.")
        assert "· iris ─" in desk.screen[2]


async def test_a_camera_without_pictures_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_camera, "BEGINS_S", 0.05)
    async with a_desk(tmp_path) as desk:
        await desk.kit.sbi(hold=True)
        await desk.press("enter")
        await desk.until("Kamera tidak mengirim gambar. Bagian lain tersimpan.")
        await desk.kit.sbi(hold=False)
        await desk.see("MERAH, rata")
        assert "tidak mengirim" not in desk.screen[22]


async def test_another_hand_is_not_stored(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.RIGHT_SLAP) as desk:
        await desk.kit.sbi(lie="other_hand")
        await desk.press("enter")
        shown = await desk.until("Tangan lain terbaca")
        assert "diminta kanan. Tidak disimpan. Tempelkan tangan kanan." in shown[22]
        assert desk.recording.section(Section.RIGHT_SLAP).tried == 0
        await desk.kit.sbi(lie=None)
        await desk.until("Y  benar, segel")


async def test_a_scanner_at_another_desk_is_waited_for(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        await desk.kit.sbi(busy=["iris"])
        await desk.press("enter")
        await desk.until("Pemindai iris dipakai di tempat lain.")
        await desk.kit.sbi(busy=[])
        await desk.until("Y  benar, segel")
        assert desk.store.run_now(faults.of_visit, desk.visit) == {}, "it does its work for somebody else"


@pytest.mark.parametrize(
    ("holder", "said"),
    [
        ("Syarifah", " ! Pemindai iris dipakai Syarifah. Hasil aman. U bila sudah lepas."),
        ("2", " ! Pemindai iris dipakai meja 2. Hasil di sini aman. U bila sudah lepas."),
        ("", " ! Pemindai iris dipakai di tempat lain. Hasil aman. U bila sudah lepas."),
    ],
)
async def test_a_device_in_use_says_by_whom_and_is_taken_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holder: str, said: str
) -> None:
    monkeypatch.setattr(recording_device, "RETRY_S", 0.02)
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        open_it, free = desk.app.bus.open, asyncio.Event()

        async def in_use(attached: Attached) -> object:
            if attached.role is Role.IRIS and not free.is_set():
                raise DeviceBusy(holder)
            return await open_it(attached)

        monkeypatch.setattr(desk.app.bus, "open", in_use)
        await desk.press("enter")
        shown = await desk.until("U bila sudah lepas.")
        assert shown[22].rstrip() == said
        free.set()
        await desk.until("Y  benar, segel")


async def test_an_answer_that_is_not_genuine_is_not_stored(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        await desk.kit.sbi(lie="signature")
        await desk.press("enter")
        await desk.until("Pemindai iris: jawaban tidak asli. Tidak disimpan.")
        assert desk.recording.section(Section.IRISES).tried == 0
        await desk.kit.sbi(lie=None)
        await desk.press("u")
        await desk.until("Y  benar, segel")


async def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        keep = recordings.add_attempt

        def full(*_arguments: object) -> None:
            raise ChangeError(Reason.FULL)

        monkeypatch.setattr(captures.recordings, "add_attempt", full)
        await desk.press("enter")
        await desk.until("Diska penuh.")
        assert desk.recording.section(Section.IRISES).tried == 0
        monkeypatch.setattr(captures.recordings, "add_attempt", keep)
        await desk.press("u")
        await desk.until("Y  benar, segel")


async def test_nothing_is_taken_behind_another_screen(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.press("enter")
        await desk.until("MERAH, rata")
        section = desk.app.screen
        await desk.press("f1")
        await desk.when(lambda: section.attached is None, "the camera to be let go")
        await desk.press("escape")
        await desk.when(lambda: section.attached is not None, "the camera to be held again")


async def test_a_live_picture_that_does_not_change_sends_nothing(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        await desk.press("enter")
        await desk.until("MERAH, rata")
        glass = desk.app.screen.query_one(Glass)
        before = list(glass._lines)
        desk.app.screen.refresh_frame()
        assert glass._lines == before


@pytest.mark.parametrize("tries", [1, 2])
async def test_after_a_power_cut_the_same_section_and_try_go_on(tmp_path: Path, tries: int) -> None:
    file = tmp_path / "data.db"
    store = Store.open(file, KEY, StepClock(MORNING), create=True)
    store.sign_in(SYARIFAH, frozenset(OfficerRole))
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA, store=store, made=True, upto=Section.RIGHT_SLAP) as desk:
        for _try in range(tries):
            take(desk.store, desk.recording.id, Section.RIGHT_SLAP, 52, 48, 44, 21)
    again = await asyncio.to_thread(Store.open, file, KEY, StepClock(MORNING))
    async with a_desk(tmp_path, store=again, clock=StepClock(MORNING)) as desk:
        shown = desk.screen
        assert shown[14].startswith("   ► empat jari kanan   ► lanjut: percobaan")
        assert shown[14].split("percobaan")[1].split()[0] == str(tries + 1)
        await desk.press("enter")
        await desk.when(lambda: desk.recording.section(Section.RIGHT_SLAP).tried == tries + 1, "the next try")
        assert "· empat jari kanan ─" in desk.screen[2]


async def test_after_a_power_cut_the_strokes_are_there(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    store = Store.open(file, KEY, StepClock(MORNING), create=True)
    async with a_desk(tmp_path, store=store, made=True, upto=Section.SIGNATURE) as desk:
        await desk.press("enter")
        await desk.sign()
        before = (await desk.until("3 goresan"))[4:12]
    again = await asyncio.to_thread(Store.open, file, KEY, StepClock(MORNING))
    async with a_desk(tmp_path, store=again) as desk:
        await desk.press("enter")
        shown = await desk.until("3 goresan")
        assert shown[4:12] == before


async def test_after_a_power_cut_the_still_waits_to_be_kept(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    store = Store.open(file, KEY, StepClock(MORNING), create=True)
    async with a_desk(tmp_path, store=store, made=True) as desk:
        await desk.press("enter")
        await desk.shoot()
    again = await asyncio.to_thread(Store.open, file, KEY, StepClock(MORNING))
    async with a_desk(tmp_path, store=again) as desk:
        await desk.press("enter")
        await desk.until("Enter menyimpan gambar ini.", "coba 1 dari 3")
        await desk.press("enter")
        await desk.until("menunggu pena")
