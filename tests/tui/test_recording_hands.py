"""The photograph of the hands: asked for by the office, taken once, sealed, and never asked twice."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from recording_day import MORNING, NOOR_LAILA, NORHAYATI, SYARIFAH, Desk, StepClock, a_desk

from hw.iso19794 import Modality
from hw.pictures.pixels import decode
from hw.types import Finger
from store import exceptions, faults, settings
from store.faults import Fault
from store.models.recording import HandsPhoto
from store.procedure import EquipmentKind
from store.sealing import unseal
from store.sections import ExceptionReason, Part, RecordingStage, Section
from store.store import Store
from store.transaction import OfficerRole
from tui.line import cells
from tui.settings import Settings
from tui.training.stand_in import StandIn

KEY = b"\x07" * 32


def asked(desk: Desk, part: Part = Part.LEFT_THUMB) -> None:
    """Let the office ask for the photograph, and except a finger."""
    roles = frozenset({OfficerRole.RECORDING})
    desk.store.sign_in(SYARIFAH, frozenset(OfficerRole))
    desk.store.run_now(settings.change, "capture.hands_photo", True)
    desk.store.sign_in(SYARIFAH, roles)
    desk.store.run_now(exceptions.except_part, desk.recording.id, part, ExceptionReason.BANDAGED)


def photographs(desk: Desk) -> list[tuple[bytes, str]]:
    return desk.store.run_now(lambda tx: [(bytes(row.sealed), row.sha256) for row in HandsPhoto.select()])


async def test_it_follows_the_irises_and_the_seal_waits_for_it(tmp_path: Path) -> None:
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA, upto=Section.THUMBS) as desk:
        asked(desk)
        await desk.app.screen.load()
        desk.app.redraw()
        assert any("foto tangan" in line and "· belum" in line for line in desk.screen)
        await desk.press("enter")
        shown = await desk.until("Kedua tangan terbuka ke kamera.")
        assert "· foto tangan ─" in shown[2]
        assert "~ ibu jari kiri: dibalut" in "".join(shown)
        assert "► tangan  · segel" in "".join(shown)
        await desk.press("enter")
        await desk.until("sudah disegel", "Enter lanjut.")
        await desk.press("enter")
        shown = await desk.until("Y  benar, segel")
        assert any(line[20:37].rstrip() == "foto tangan" and "√ 10.5" in line for line in shown)
        await desk.press("y")
        assert desk.recording.stage is RecordingStage.SEALED


async def test_in_training_the_pupil_holds_up_her_hands_where_they_are_asked_for(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        pupil = StandIn(desk.app, desk.kit)
        desk.app.watch(desk.app, "pupil", pupil.call)
        following = asyncio.create_task(pupil.follow())
        asked(desk)
        await desk.app.screen.load()
        await desk.when(lambda: desk.running._service.knobs.subject != "murid", "the pupil")
        assert desk.running._service.knobs.hands is None
        await desk.press("down", "enter")
        await desk.until("Kedua tangan terbuka ke kamera.")
        await desk.when(lambda: desk.running._service.knobs.hands == {Finger.LEFT_THUMB}, "her hands")
        await desk.press("escape")
        await desk.when(lambda: desk.running._service.knobs.hands is None, "her face")
        following.cancel()


async def test_only_the_office_can_open_it(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES, clock=StepClock()) as desk:
        asked(desk, Part.RIGHT_INDEX)
        await desk.kit.sbi(hold=True)
        await desk.app.screen.load()
        await desk.press("down", "enter")
        await desk.kit.sbi(hold=False)
        await desk.until("Kedua tangan terbuka ke kamera.")
        await desk.press("enter")
        await desk.until("sudah disegel")
        ((sealed, digest),) = photographs(desk)
        plain = unseal(desk.keys.biometrics, sealed)
        picture = decode(plain)
        assert (picture.width, picture.height) == (640, 480), "what the camera gave, told that it shows an exception"
        assert hashlib.sha256(plain).hexdigest() == digest
        assert Modality.FACE.value not in sealed


async def test_another_one_is_taken_and_the_first_stays_in_the_record(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        asked(desk, Part.RIGHT_INDEX)
        await desk.app.screen.load()
        await desk.press("down", "enter")
        for count in (1, 2):
            await desk.until("Kedua tangan terbuka ke kamera.")
            await desk.press("enter")
            await desk.until("sudah disegel")
            assert len(photographs(desk)) == count
            await desk.press("u")
        await desk.until("Kedua tangan terbuka ke kamera.")


async def test_y_is_not_offered_before_it_and_enter_opens_it(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        await desk.press("enter")
        await desk.until("Y  benar, segel")
        asked(desk, Part.RIGHT_INDEX)
        await desk.app.screen.load()
        desk.app.redraw()
        shown = desk.screen
        assert " Segel" not in shown[23]
        assert "Belum dapat disegel: foto tangan belum." in shown[22]
        await desk.press("y")
        assert desk.recording.stage is RecordingStage.OPEN
        assert "· foto tangan ─" in (await desk.press("enter"))[2]


async def test_a_camera_pulled_before_the_hands_has_its_box_and_its_fault(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES) as desk:
        asked(desk, Part.RIGHT_INDEX)
        await desk.app.screen.load()
        await desk.press("down", "enter")
        await desk.when(lambda: desk.app.screen.attached is not None, "the camera")
        await desk.kit.unplug("camera")
        await desk.until("KAMERA TERPUTUS")
        await desk.kit.plug("camera")
        await desk.until("Kedua tangan terbuka ke kamera.")
        (line,) = desk.store.run_now(faults.of_kind, EquipmentKind.CAMERA)
        assert (line.fault, line.section) == (Fault.GONE, None)


async def test_after_a_power_cut_it_is_not_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    store = Store.open(file, KEY, StepClock(MORNING), create=True)
    async with a_desk(tmp_path, store=store, made=True, upto=Section.IRISES) as desk:
        asked(desk, Part.RIGHT_INDEX)
        await desk.app.screen.load()
        await desk.press("down", "enter")
        await desk.until("Kedua tangan terbuka ke kamera.")
        await desk.press("enter")
        await desk.until("sudah disegel")
    again = await asyncio.to_thread(Store.open, file, KEY, StepClock(MORNING))
    async with a_desk(tmp_path, store=again) as desk:
        assert any("foto tangan" in line and "√ tersimpan" in line for line in desk.screen)
        await desk.press("enter")
        await desk.until("Y  benar, segel")
        assert len(photographs(desk)) == 1


async def test_it_fits_in_english_and_with_ten_fingers_excepted(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.LEFT_SLAP, settings=Settings(language="en")) as desk:
        for part in (p for p in Part if p.value.split("_")[-1] in ("index", "middle", "ring", "little", "thumb")):
            asked(desk, part)
        await desk.app.screen.load()
        desk.app.redraw()
        assert all(cells(line) == 80 for line in desk.screen)
        await desk.press("down", "enter")
        shown = await desk.until("Both hands open")
        assert "and 4 more" in "".join(shown)
        assert all(cells(line) == 80 for line in shown)
        assert ".." not in "".join(shown[3:20])
