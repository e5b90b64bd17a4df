"""The papers of steps 2 and 3 by one key: checklist and log of faults, who is to be recorded and who is absent."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from book import VirtualClock
from kit_room import MORNING, RAHMAWATI, a_visit, at_work, press
from the_school import KAMARUDIN, NORHAYATI, at_school, pupil_of
from the_school import press as press_at_school

from store import documents, equipment, faults, pupils
from store.documents import DocumentKind
from store.equipment import WaiveReason
from store.faults import DeviceNamed, Fault
from store.models.people import Pupil
from store.models.recording import Recording
from store.procedure import EQUIPMENT, EquipmentKind
from store.rules import Cloth
from store.sections import RecordingStage, Section
from store.store import Store
from store.transaction import Transaction
from tui.screens.equipment import EquipmentScreen
from tui.screens.status_check import StatusCheckScreen
from tui.settings import Settings

pytestmark = pytest.mark.peer("pdftotext")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MORNING)


@pytest.fixture
def store(clock: VirtualClock) -> Iterator[Store]:
    held = Store.in_memory(clock, officer=RAHMAWATI)
    yield held
    held.close()


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def text_of(store: Store, visit: uuid.UUID, kind: DocumentKind) -> str:
    (kept,) = store.run_now(documents.of_subject, visit, kind)
    ran = subprocess.run(["pdftotext", "-layout", kept.path, "-"], check=True, capture_output=True, text=True)
    return ran.stdout


def row_with(text: str, *words: str) -> Sequence[str]:
    """Return the words of the only row that has all these."""
    (row,) = [line.split() for line in text.splitlines() if all(word in line for word in words)]
    return row


async def test_the_checklist_shows_every_line_of_the_sop_as_the_store_has_it(store: Store, clock: VirtualClock) -> None:
    visit = a_visit(store, 3)
    store.run_now(equipment.device_tested, visit, EquipmentKind.CAMERA, True, "1920x1080")
    store.run_now(equipment.device_tested, visit, EquipmentKind.IRIS, False, "not_ready")
    store.run_now(equipment.waive, visit, EquipmentKind.NETWORK, WaiveReason.OTHER, "tidak ada sinyal")
    store.run_now(equipment.cloths, visit, Cloth.RED, True)
    store.run_now(equipment.tick, visit, EquipmentKind.PHONE)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        shown = await press(pilot, "c")
        assert shown[2].startswith("── Daftar Periksa Peralatan ──")
        assert "halaman 1 dari 1" in shown[2]
    text = text_of(store, visit, DocumentKind.EQUIPMENT)
    for line in EQUIPMENT:
        assert text.count(line.words) == 1, line.words
    assert "not_ready" not in text, "a driver's word"
    assert row_with(text, "Kamera", "1920x1080")[2:5] == ["√", "diuji,", "baik"]
    assert "uji gagal" in " ".join(row_with(text, "Pemindai iris"))
    assert "lain: tidak ada sinyal" in " ".join(text.split())
    assert "kain merah √" in " ".join(row_with(text, "Tripod"))
    assert documents_of(store, visit) == [DocumentKind.EQUIPMENT], "no device failed, so there is no log"


def documents_of(store: Store, visit: uuid.UUID) -> list[DocumentKind]:
    return [one.kind for one in store.run_now(documents.of_subject, visit)]


async def test_the_log_of_faults_lies_behind_the_checklist_in_the_order_of_time(
    store: Store, clock: VirtualClock
) -> None:
    visit = a_visit(store, 3)
    scanner = DeviceNamed(EquipmentKind.FINGER, "usb-1", "RealScan <G10>", "SN0042")
    for fault, section in ((Fault.GONE, Section.LEFT_SLAP), (Fault.NO_ANSWER, None)):
        store.run_now(faults.note, visit, scanner, fault, section)
        clock.advance(120)
    async with at_work(store, visit, EquipmentScreen(), clock=clock, language="en") as pilot:
        shown = await press(pilot, "c")
        assert shown[2].startswith("── Daftar Periksa Peralatan ──")
        shown = await press(pilot, "pagedown")
        assert shown[2].startswith("── Catatan Gangguan Alat ──")
    text = text_of(store, visit, DocumentKind.FAULTS)
    assert "2 (dua) gangguan: Pemindai sidik jari 2" in " ".join(text.split())
    first, second = (line for line in text.splitlines() if line.strip().startswith(("1 ", "2 ")))
    assert ["07.58" in first, "08.00" in second] == [True, True]
    assert ["terputus" in first, "empat jari kiri" in first] == [True, True], "Indonesian on an English screen"
    assert "uji alat" in second
    assert text.count("<G10>") == 2


async def test_who_is_to_be_recorded_stands_on_paper_by_class(tmp_path: Path) -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        pilot.app.settings = replace(Settings(), documents=str(tmp_path))
        shown = await press_at_school(pilot, "c")
        assert shown[2].startswith("── Murid yang akan Direkam ──")
        assert "halaman 1 dari 2" in shown[2]
        shown = await press_at_school(pilot, "pagedown", "pagedown")
        assert shown[2].startswith("── Murid Tidak Hadir ──")
        text = text_of(store, visit, DocumentKind.TO_RECORD)
        absent = text_of(store, visit, DocumentKind.ABSENTEES)
        names = {one: store.run_now(pupils.detail, pupil_of(store, visit, one)) for one in (NORHAYATI, KAMARUDIN)}
    first, second, _end = text.split("\f")
    assert ["KELAS XII IPA 1" in first, "KELAS XII IPA 2" in second] == [True, True]
    assert "08.00 – 10.00, meja 1" in second
    assert row_with(second, "NORHAYATI")[1:] == ["NORHAYATI", "··9042", "12-05-2009", "merah", "√", "√", "□"]
    assert ["ERNAWATI" in text, "MAHRITA" in text] == [False, False], "one has her card, the other is recorded"
    assert names[NORHAYATI].nik not in text
    assert "tidak hadir" in " ".join(row_with(first, "KAMARUDIN"))
    row = " ".join(row_with(absent, "KAMARUDIN"))
    assert row == "1 KAMARUDIN A. ··9025 XII IPA 1 14-08-2009 3 Cek"
    assert "KK, akta" in absent, "what she has to bring"
    assert "1 (satu) murid" in absent
    assert "Kunjungan ulang : ........" in " ".join(absent.split()), "no second day is agreed"


async def test_the_class_that_is_shown_is_the_class_that_is_printed(tmp_path: Path) -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        pilot.app.settings = replace(Settings(), documents=str(tmp_path))
        shown = await press_at_school(pilot, "f", "c")
        assert shown[2].startswith("── Murid yang akan Direkam XII IPA 1 ──")
        assert "KELAS XII IPA 2" not in text_of(store, visit, DocumentKind.TO_RECORD)


async def test_with_nobody_waiting_there_is_no_paper(tmp_path: Path) -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        pilot.app.settings = replace(Settings(), documents=str(tmp_path))
        shown = await press_at_school(pilot, "f", "f", "f", "c")
        assert "Murid Tidak Hadir" in shown[2], "nobody of XII IPS 1 waits; who was absent is of another class"
        await press_at_school(pilot, "escape")
        store.run_now(pupils.mark_absent, pupil_of(store, visit, KAMARUDIN))
        shown = await press_at_school(pilot, "c")
        assert "! Tidak ada isinya" in shown[22]
        assert shown[2].startswith("── 3 Cek")


async def test_the_proof_is_made_once_more_from_the_history_and_only_of_whoever_was_recorded(tmp_path: Path) -> None:
    def seal(tx: Transaction, pupil: uuid.UUID) -> None:
        Recording.create(
            person=Pupil.get_by_id(pupil).person_id,
            pupil=pupil,
            opened_at=tx.now(),
            confirmed_at=tx.now(),
            stage=RecordingStage.SEALED,
            sealed_at=tx.now(),
            sealed_by=tx.officer,
            proof=33,
        )

    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        pilot.app.settings = replace(Settings(), documents=str(tmp_path))
        shown = await press_at_school(pilot, "i", "c")
        assert "! Tidak direkam di kunjungan ini, jadi tidak ada bukti." in shown[22]
        pupil = pupil_of(store, visit, NORHAYATI)
        store.run_now(seal, pupil)
        shown = await press_at_school(pilot, "c")
        assert shown[2].startswith("── Bukti Perekaman 0033 ")
        (kept,) = store.run_now(documents.of_subject, pupil)
        assert "NORHAYATI" in text_of(store, pupil, DocumentKind.PROOF)
    assert (kept.kind, kept.number) == (DocumentKind.PROOF, "0033")
    assert Path(kept.path).parent.name == "2026-11-23 SMA Contoh 1 Paringin"
