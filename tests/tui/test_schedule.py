"""Step 1 by key presses only: a school's file becomes a list, a draft, and a fixed schedule with its paper."""

from __future__ import annotations

import errno
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from a_list import Desk, enter_step_1, make_app
from book import VirtualClock

from store import counts, documents, drafts, lists, visits
from store.roster.types import RosterPerson
from store.schedule import Hours
from store.store import Store
from store.transaction import OfficerRole
from tui import places, schedule_paper
from tui.training import school

DAY, LATER = date(2026, 11, 23), date(2026, 11, 30)


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store.in_memory(VirtualClock(), officer=uuid.UUID(int=7))
    yield opened
    opened.close()


@pytest.fixture
def visit(store: Store) -> uuid.UUID:
    plan = visits.VisitPlan(
        school=visits.SchoolDetails(school.NAME, school.NPSN, contact="Kamarudin, S.Pd."),
        day=DAY,
        fallback_day=LATER,
        recording_officers=("Rahmawati",),
        coordinator="Hj. Mariani",
    )
    return store.run_now(visits.create, plan)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "inbox").mkdir()
    monkeypatch.setattr(places, "MOUNTS", (tmp_path / "media",))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
async def desk(store: Store, visit: uuid.UUID, folder: Path) -> AsyncIterator[Desk]:
    async with make_app(store, folder).run_test(size=(80, 24)) as pilot:
        yield await enter_step_1(pilot, visit)


def take(store: Store, visit: uuid.UUID, *people: RosterPerson) -> None:
    store.run_now(lists.take, visit, people, lists.ListFile("daftar.xlsx", "a" * 64))


def person(row: int, name: str, born: date = date(2009, 5, 12), room: str = "XII IPA 1") -> RosterPerson:
    number = f"631106{born.day + 40:02d}{born:%m%y}{9000 + row}"
    return RosterPerson(row, name, born, "PARINGIN", number, sex="P", mother=f"IBU {row}", class_name=room)


def a_class(count: int, room: str, first: int = 1) -> list[RosterPerson]:
    return [person(row, f"MURID {'ABCDEFGHIJ'[row % 10]}{row}", room=room) for row in range(first, first + count)]


def paper_text(paper: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", str(paper), "-"], check=True, capture_output=True, text=True).stdout


def papers_of(store: Store, visit: uuid.UUID) -> list[str]:
    return [made.path.name for made in store.run_now(documents.of_subject, visit)]


@pytest.mark.peer("pdftotext")
async def test_a_dapodik_file_becomes_a_fixed_schedule_in_four_times_l(
    desk: Desk, store: Store, visit: uuid.UUID, folder: Path
) -> None:
    school.write_roster(folder / "inbox" / "daftar.xlsx", school.make_pupils(40, DAY), DAY)
    assert "daftar.xlsx" in (await desk.press("u"))[4]
    shown = await desk.press("enter")
    assert shown[21].startswith(" Kolom wajib 6 dari 6")
    assert "periksa baris" in (await desk.press("l"))[2]
    shown = await desk.press("l")
    assert "murid 16 tahun ke atas pada 23-11-2026" in shown[2]
    assert shown[21].startswith(" √ 40 baru, 0 berubah, 0 sama")
    assert "rancangan jadwal per kelas" in (await desk.press("l"))[2]
    assert "Jadwal tetap untuk 36 murid, Senin 23-11." in "".join(await desk.press("l"))
    assert store.run_now(visits.get, visit).schedule_version == 0
    shown = await desk.press("y")
    assert shown[2].startswith("── Kunjungan ──")
    assert "documents/2026-11-23 SMA Latihan 1 Paringin/Jadwal Perekaman.pdf" in shown[21]
    assert store.run_now(visits.get, visit).schedule_version == 1
    assert sum(slot.pupils for slot in store.run_now(visits.schedule_of, visit)) == 36
    (made,) = store.run_now(documents.of_subject, visit)
    text = paper_text(Path(made.path))
    assert "JADWAL PEREKAMAN KTP-el" in text
    assert "400.12.2/0001/DUKCAPIL/2026" in text
    assert all(name in text for name in (*school.CLASSES, "Kamarudin, S.Pd.", "Hj. Mariani"))


def test_each_officer_stands_on_the_schedule_once_with_all_his_work(store: Store, visit: uuid.UUID) -> None:
    plan = replace(
        store.run_now(visits.get, visit).plan,
        recording_officers=("Rahmawati", "Fahrurrazi"),
        printing_officers=("Fahrurrazi", "Syarifah"),
        coordinator="rahmawati ",
    )
    paper = schedule_paper.paper_of(plan, (), Hours(), (), number="1", version=1, draft=False, dated=DAY)
    assert [(one.name, one.role) for one in paper.officers] == [
        ("Rahmawati", "Operator perekaman, koordinator"),
        ("Fahrurrazi", "Operator perekaman dan pencetakan"),
        ("Syarifah", "Operator pencetakan"),
    ]


async def test_step_1_opens_at_the_sheet_the_visit_has_come_to(desk: Desk, store: Store, visit: uuid.UUID) -> None:
    assert "berkas dan kolom" in (await desk.press("1"))[2]
    take(store, visit, *a_class(3, "XII IPA 1"))
    assert "murid 16 tahun ke atas" in (await desk.press("1"))[2]
    await desk.press("l", "l", "y")
    shown = await (await enter_step_1(desk.pilot, visit)).press("f12")
    assert "rancangan jadwal" in shown[2]
    assert any("√ 2 rancangan jadwal" in line and "disetujui, versi 1" in line for line in shown)
    assert "murid 16 tahun ke atas" in (await desk.press("escape"))[2]
    assert "berkas dan kolom" in (await desk.press("escape"))[2]
    assert (await desk.press("escape"))[2].startswith("── Kunjungan ──")


async def test_nobody_of_sixteen_makes_no_schedule(desk: Desk, store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "RAUDATUL JANNAH", date(2010, 12, 15)))
    shown = await desk.press("1")
    assert "Tidak ada yang 16 tahun pada 23-11." in "".join(shown)
    assert "akan genap 16 dalam 30 hari: 1 murid" in shown[21]
    shown = await desk.press("l")
    assert "Tidak ada yang 16 tahun pada 23-11." in shown[22]
    assert "murid 16 tahun ke atas" in shown[2]
    shown = await desk.press("f")
    assert "RAUDATUL JANNAH" in shown[6]
    assert "15 th 11 · 16: 15-12-26" in shown[6]


async def test_the_list_is_filtered_ordered_and_searched(desk: Desk, store: Store, visit: uuid.UUID) -> None:
    take(
        store,
        visit,
        person(1, "SALASIAH AIDA", date(2009, 3, 17), "XII IPS 1"),
        person(2, "MAHRITA", date(2010, 2, 22), "XII IPA 2"),
        person(3, "NOR [/] AIDA", date(2009, 8, 1)),
    )
    shown = await desk.press("1")
    assert [line[8:31].strip() for line in shown[6:9]] == ["SALASIAH AIDA", "MAHRITA", "NOR [/] AIDA"]
    shown = await desk.press("o")
    assert "menurut nama" in shown[21]
    assert [line[8:31].strip() for line in shown[6:9]] == ["MAHRITA", "NOR [/] AIDA", "SALASIAH AIDA"]
    shown = await desk.press("o", "end")
    assert [line[33:42].strip() for line in shown[6:9]] == ["XII IPA 1", "XII IPA 2", "XII IPS 1"]
    shown = await desk.press("o")
    assert [line[44:54] for line in shown[6:9]] == ["17-03-2009", "01-08-2009", "22-02-2010"]
    shown = await desk.press("/", *"aida")
    assert [line[8:31].strip() for line in shown[6:9]] == ["SALASIAH AIDA", "NOR [/] AIDA", ""]
    assert "MAHRITA" in "".join(await desk.press("escape"))
    assert "Tidak ada nama atau nomor itu" in "".join(await desk.press("/", *"zzz"))


async def test_marked_pupils_move_to_another_visit(desk: Desk, store: Store, visit: uuid.UUID) -> None:
    take(store, visit, *a_class(3, "XII IPA 1"))
    await desk.press("1", "space", "space")
    assert "Tidak ada kunjungan terbuka lain" in (await desk.press("e"))[22]
    plan = visits.VisitPlan(visits.SchoolDetails("SMA Contoh 2"), LATER, recording_officers=("Rahmawati",))
    other = store.run_now(visits.create, plan)
    shown = await desk.press("e")
    assert any("1 Sen 30-11  SMA Contoh 2" in line for line in shown)
    assert "2 pindah ke SMA Contoh 2" in (await desk.press("enter"))[21]
    assert store.run_now(counts.of_visit, visit).pupils == 1
    assert store.run_now(counts.of_visit, other).pupils == 2


async def test_a_pupil_is_corrected_and_added_from_the_list(desk: Desk, store: Store, visit: uuid.UUID) -> None:
    take(store, visit, *a_class(1, "XII IPA 1"))
    await desk.press("1", "e")
    assert type(desk.app.screen).__name__ == "PupilDataScreen"
    await desk.press("escape", "escape", "1", "t")
    assert type(desk.app.screen).__name__ == "AddPupilScreen"


async def test_a_class_goes_to_the_second_day_and_who_does_not_fit_follows(
    desk: Desk, store: Store, visit: uuid.UUID
) -> None:
    take(store, visit, *a_class(60, "XII IPA 1"), *a_class(60, "XII IPA 2", 61))
    shown = await desk.press("1", "l")
    assert "! lewat 16.00" in shown[5]
    assert "! XII IPA 2 lewat 16.00. E ubah jam, atau pindah ke 30-11." in shown[22]
    assert any("untuk 14 murid terakhir XII IPA 2" in line for line in shown)
    await desk.press("l", "y")
    slots = store.run_now(visits.schedule_of, visit)
    assert [(slot.class_name, slot.pupils, slot.day) for slot in slots] == [
        ("XII IPA 1", 60, DAY),
        ("XII IPA 2", 46, DAY),
        ("XII IPA 2", 14, LATER),
    ]
    desk = await enter_step_1(desk.pilot, visit)
    shown = await desk.press("down", "e", "tab", "tab", "2", "f2")
    assert "○ 30-11" in shown[5]
    assert "Berubah sejak versi 1 ditetapkan. L menetapkan versi baru." in shown[22]
    await desk.press("l", "y")
    assert [slot.pupils for slot in store.run_now(visits.schedule_of, visit)] == [60, 60]
    assert [slot.pupils for slot in store.run_now(visits.schedule_of, visit, 1)] == [60, 46, 14]
    assert papers_of(store, visit) == ["Jadwal Perekaman-v2.pdf", "Jadwal Perekaman.pdf"]


async def test_another_date_recomputes_who_is_sixteen(desk: Desk, store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NOOR AIDA"), person(2, "RAUDATUL JANNAH", date(2010, 11, 25)))
    shown = await desk.press("1", "l", "e", *["tab"] * 4, "ctrl+u", *"26112026", "f2")
    assert "+1 murid genap 16, 0 kembali belum 16" in shown[21]
    assert shown[2].rstrip("─ ").endswith("Kamis, 26-11-2026")
    assert desk.app.visit.day == date(2026, 11, 26)
    assert "16+ 2" in (await desk.press("escape"))[3]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["ctrl+u", *"2570"], "Jam mulai bukan jam."),
        ([*["tab"] * 3, "ctrl+u", *"nol"], "Menit per murid: 0,5 sampai 120."),
        ([*["tab"] * 5, "ctrl+u", *"22112026"], "Hari kedua harus sesudah kunjungan."),
        ([*["tab"] * 2, "2", *["tab"] * 3, "ctrl+u"], "Hari kedua belum ditentukan."),
    ],
)
async def test_what_cannot_be_meant_is_told_in_the_box(
    desk: Desk, store: Store, visit: uuid.UUID, keys: list[str], said: str
) -> None:
    take(store, visit, *a_class(3, "XII IPA 1"))
    shown = await desk.press("1", "l", "e", *keys, "f2")
    assert said in "".join(shown)
    assert "08.00" in (await desk.press("escape"))[4]
    assert store.run_now(drafts.load_under, "schedule.form") == {}


async def test_a_start_of_its_own_and_a_slower_pace_move_what_follows(
    desk: Desk, store: Store, visit: uuid.UUID
) -> None:
    take(store, visit, *a_class(10, "XII IPA 1"), *a_class(10, "XII IPA 2", 11))
    shown = await desk.press("1", "l", "e", "ctrl+u", *"0900", *["tab"] * 3, "ctrl+u", *"5,5", "f2")
    assert shown[4][23:37].split() == ["09.00", "09.55"]
    assert shown[5][23:37].split() == ["09.55", "10.50"]
    assert "[ 5,5]" in "".join(shown)
    await desk.press("escape", "l")
    assert shown[4][23:37].split() == ["09.00", "09.55"]


async def test_the_school_has_not_agreed_and_nothing_is_fixed(desk: Desk, store: Store, visit: uuid.UUID) -> None:
    take(store, visit, *a_class(3, "XII IPA 1"))
    shown = await desk.press("1", "l", "l", "enter", "escape")
    assert "rancangan jadwal" in shown[2]
    assert store.run_now(visits.get, visit).schedule_version == 0


@pytest.mark.peer("pdftotext")
async def test_c_makes_the_draft_and_says_where_it_is(desk: Desk, store: Store, visit: uuid.UUID, folder: Path) -> None:
    take(store, visit, *a_class(3, "XII IPA 1"))
    shown = await desk.press("1", "l", "c")
    assert "Rancangan Jadwal Perekaman.pdf" in shown[21]
    assert papers_of(store, visit) == ["Rancangan Jadwal Perekaman.pdf"]
    assert shown[2].startswith("── Rancangan Jadwal Perekaman ──")
    await desk.press("escape", "c")
    assert papers_of(store, visit) == ["Rancangan Jadwal Perekaman.pdf"]
    assert "RANCANGAN JADWAL" in paper_text(Path(store.run_now(documents.of_subject, visit)[0].path))


async def test_a_full_disk_is_told_and_the_schedule_stays_fixed(
    desk: Desk, store: Store, visit: uuid.UUID, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _paper: bytes) -> str:
        raise OSError(errno.ENOSPC, "no space left on device")

    take(store, visit, *a_class(3, "XII IPA 1"))
    with monkeypatch.context() as patched:
        patched.setattr("reports.saving.save", full)
        shown = await desk.press("1", "l", "l", "y")
    assert "Diska penuh" in shown[22]
    assert store.run_now(visits.get, visit).schedule_version == 1
    assert papers_of(store, visit) == []
    assert "Jadwal Perekaman.pdf" in (await desk.press("c"))[21]


async def test_in_english_every_line_fits(store: Store, visit: uuid.UUID, folder: Path) -> None:
    take(store, visit, *a_class(60, "XII IPA 1"), *a_class(60, "XII IPA 2", 61))
    async with make_app(store, folder, language="en").run_test(size=(80, 24)) as pilot:
        desk = await enter_step_1(pilot, visit)
        shown = await desk.press("f12")
        assert "0 are 16 · 120 are 17+ (may print once PRR) · M 0 F 120 · 2 classes" in shown[4]
        assert shown[23].rstrip().endswith("F10 Quit")
        shown = await desk.press("l")
        assert "XII IPA 2 past 16.00. E changes times, or moves it to 30-11." in shown[22]
        assert all(".." not in line for line in shown)


async def test_a_recording_operator_plans_and_a_printing_operator_does_not(
    store: Store, visit: uuid.UUID, folder: Path
) -> None:
    take(store, visit, *a_class(3, "XII IPA 1"))
    async with make_app(store, folder, roles=frozenset({OfficerRole.PRINTING})).run_test(size=(80, 24)) as pilot:
        desk = await enter_step_1(pilot, visit)
        shown = await desk.press("l", "l", "y")
        assert shown[22].startswith(" × Hanya ")
    assert store.run_now(visits.get, visit).schedule_version == 0
