"""S14 by key presses: SIAK is changed when the officer says so, on a real store."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from book import Deviation, compare, screen_text, settle
from siak_day import MARIANI, RAHMAWATI, at_school, open_app, press, pupil_of, state_of
from textual.pilot import Pilot

from store import documents, pupils, settings, siak_check, siak_exports, siak_update, timings
from store.documents import DocumentKind
from store.progress import PupilState
from store.roster.types import RosterPerson
from store.siak_check import Decision, Field
from store.store import ALL_ROLES, Store
from store.transaction import OfficerRole

BASIS = "akta asli dilihat"
MORNING = datetime(2026, 11, 23, 1, 27, tzinfo=UTC)
REFERENCE = "63110623112026003"
CHANGES = (
    (Field.FULL_NAME, "AHMAD RIFANI"),
    (Field.BIRTH_DATE, "2009-10-22"),
    (Field.CERTIFICATE_NUMBER, "6311-LT-0911-9008"),
)
IN_STEP_5 = ("5", "enter")


def waits_in_step_5(store: Store, visit: uuid.UUID, changes: tuple[tuple[Field, str], ...] = CHANGES) -> uuid.UUID:
    """Bring RIPANI through step 4 with those changes."""
    pupil = pupil_of(store, visit)
    for field, value in changes:
        store.run_now(siak_check.differ, pupil, field, value, Decision.CERTIFICATE, BASIS)
    store.run_now(siak_check.agree_all, pupil)
    store.run_now(siak_check.finish, pupil)
    return pupil


@asynccontextmanager
async def at_step_5(
    changes: tuple[tuple[Field, str], ...] = CHANGES, **options: object
) -> AsyncIterator[tuple[Pilot[int], Store, uuid.UUID]]:
    async with at_school(MORNING, prepare=lambda store, visit: waits_in_step_5(store, visit, changes), **options) as (
        pilot,
        store,
        visit,
    ):
        yield pilot, store, pupil_of(store, visit)


def text_of(made: documents.Document) -> str:
    paper = subprocess.run(["pdftotext", "-layout", str(made.path), "-"], check=True, capture_output=True, text=True)
    return paper.stdout


async def test_the_screen_is_the_book_s() -> None:
    async with at_step_5() as (pilot, store, _pupil):
        await press(pilot, *IN_STEP_5, "space", "space", "e", *REFERENCE, "enter")
        store.clock.advance(4 * 60)
        pilot.app.redraw()
        compare(
            await screen_text(pilot),
            "S14",
            variable=[(1, 63, 67)],
            deviations=[
                Deviation(
                    2,
                    " √1 Jadwal √2 Alat ►3 Cek 101 ·4 SIAK[►5 Ubah 1]►6 Rekam 2 ○7 Cetak 1 ·8 Serah",
                    "the morning of S13, in which nobody else was checked meanwhile",
                ),
                Deviation(9, "     Akta 6311-LT-0911-9008", "SIAK's number is all that is known of the certificate"),
                Deviation(
                    10, "     F-1.06 Surat pernyataan perubahan     √ masuk daftar, nomor urut 1", "nobody before him"
                ),
            ],
        )


async def test_confirmed_in_siak_she_goes_to_step_6_with_the_certificate_s_data() -> None:
    async with at_step_5() as (pilot, store, pupil):
        await press(pilot, *IN_STEP_5, "space", "space", "space", "e", *REFERENCE, "enter")
        store.clock.advance(300)
        await press(pilot, "y")
        assert state_of(store, pupil) is PupilState.RECORD
        assert type(pilot.app.screen).__name__ == "RecordingScreen"
        about = store.run_now(pupils.detail, pupil)
        assert (about.name, about.birth_date) == ("AHMAD RIFANI", date(2009, 10, 22))
        done = store.run_now(siak_update.sheet, pupil)
        assert (done.day, done.officer_name, done.reference) == (date(2026, 11, 23), "Rahmawati", REFERENCE)
        (run,) = [run for run in store.run_now(timings.of_pupil, pupil) if run.step == 5]
        assert run.ended_at is not None
        assert run.seconds >= 300


async def test_y_says_what_it_waits_for() -> None:
    async with at_step_5() as (pilot, store, pupil):
        shown = await press(pilot, *IN_STEP_5, "y")
        assert "× 0 dari 3 isian dicentang. Y (sudah diubah) menunggu semua." in shown[22]
        shown = await press(pilot, "space", "space", "space", "y")
        assert "× Nomor rujukan kosong." in shown[22]
        shown = await press(pilot, "e", *REFERENCE, "tab", "shift+tab", "shift+tab", "shift+tab", "ctrl+u", "end")
        await press(pilot, "backspace", *["backspace"] * 8, *"24112026", "enter", "enter", "enter")
        shown = await press(pilot, "y")
        assert "× Tanggal di masa depan." in shown[22]
        assert state_of(store, pupil) is PupilState.UPDATE
        await press(pilot, "e", "end", *["backspace"] * 8, *"3111", "escape")
        assert "× Tanggal perubahan kosong" in (await press(pilot, "y"))[22]


async def test_without_network_she_waits_and_the_queue_goes_on() -> None:
    async with at_step_5() as (pilot, store, pupil):
        await press(pilot, *IN_STEP_5, "space", "n")
        assert state_of(store, pupil) is PupilState.UPDATE
        assert pilot.app.pupil.id != pupil
        assert sum(change.seen_at is not None for change in store.run_now(siak_update.sheet, pupil).changes) == 1


async def test_recording_first_is_the_office_s_to_allow() -> None:
    async with at_step_5() as (pilot, store, pupil):
        shown = await press(pilot, *IN_STEP_5, "x")
        assert "Kantor tidak mengizinkan rekam dahulu." in shown[22]
        assert state_of(store, pupil) is PupilState.UPDATE


async def test_a_coordinator_lets_her_be_recorded_first_with_a_reason() -> None:
    coordinator = frozenset({OfficerRole.COORDINATOR, OfficerRole.RECORDING})
    async with at_step_5(roles=coordinator) as (pilot, store, pupil):
        store.run_now(settings.change, "siak.record_before_update", True)
        await press(pilot, *IN_STEP_5, "x", "1", "enter")
        assert state_of(store, pupil) is PupilState.RECORD
        assert store.run_now(siak_update.sheet, pupil).recorded_first_reason == "jaringan SIAK mati"


async def test_alone_an_operator_cannot_let_her_be_recorded_first() -> None:
    async with at_step_5() as (pilot, store, pupil):
        store.sign_in(MARIANI, ALL_ROLES)
        store.run_now(settings.change, "siak.record_before_update", True)
        store.sign_in(RAHMAWATI, frozenset({OfficerRole.RECORDING}))
        shown = await press(pilot, *IN_STEP_5, "x", "2", "enter")
        assert shown[22].startswith(" (1/3) ×") or " × " in shown[22]
        assert state_of(store, pupil) is PupilState.UPDATE


async def test_a_newer_export_ticks_by_itself() -> None:
    async with at_step_5() as (pilot, store, _pupil):
        await press(pilot, *IN_STEP_5)
        told = RosterPerson(1, "AHMAD RIFANI", date(2009, 10, 22), nik="6311032110099008", birth_place="PARINGIN")
        store.run_now(siak_exports.take, [told], siak_exports.ExportFile("b.xls", "d" * 64, date(2026, 11, 22)))
        shown = await press(pilot, "0", "escape")
        assert "2 dari 3 isian sudah tampak baru" in shown[21]


async def test_what_was_half_typed_comes_back_after_the_power_was_cut() -> None:
    async with at_step_5() as (pilot, store, _pupil):
        await press(pilot, *IN_STEP_5, "e", *"6311")
        await settle(pilot)
        async with open_app(store, pilot.app.visit.id) as again:
            shown = await press(again, *IN_STEP_5)
            assert "►[6311 " in shown[13]


async def test_who_turns_out_under_16_is_listed_again() -> None:
    async with at_step_5(((Field.BIRTH_DATE, "2011-01-01"),)) as (pilot, store, pupil):
        shown = await press(pilot, *IN_STEP_5, "space", "e", *REFERENCE, "enter", "y")
        assert state_of(store, pupil) is PupilState.LISTED
        assert "belum 16; genap 01-01-2027" in shown[22]


@pytest.mark.peer("pdftotext")
async def test_the_list_for_f_106_is_kept_with_old_new_and_basis(tmp_path: Path) -> None:
    async with at_step_5(documents=str(tmp_path)) as (pilot, store, _pupil):
        shown = await press(pilot, *IN_STEP_5, "c")
        assert shown[2].startswith("── Daftar Perubahan SIAK ──")
        assert shown[21].startswith(" √ tersimpan: Daftar Perubahan SIAK.pdf")
        (made,) = store.run_now(documents.of_subject, pilot.app.visit.id, DocumentKind.SIAK_UPDATES)
        assert made.number == "001/F-1.06/2026"
        text = text_of(made)
        for said in ("AHMAD RIPANI", "AHMAD RIFANI", "22-10-2009", "6311032110099008", "001/F-1.06/2026"):
            assert said in text


async def test_the_history_lies_over_and_escape_comes_back() -> None:
    async with at_step_5() as (pilot, _store, _pupil):
        before = await press(pilot, *IN_STEP_5, "down")
        await press(pilot, "i")
        assert type(pilot.app.screen).__name__ == "PupilScreen"
        assert (await press(pilot, "escape"))[3:20] == before[3:20]


async def test_english_fits() -> None:
    async with at_step_5(language="en") as (pilot, _store, _pupil):
        shown = await press(pilot, *IN_STEP_5)
        assert "Already changed in SIAK?" in shown[11]
        assert all(not line.rstrip().endswith("..") for line in shown)
