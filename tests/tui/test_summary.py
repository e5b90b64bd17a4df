"""S30 by key presses: the board over whatever the officer was at, from a day's runs in a real store."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from book import Deviation, VirtualClock, compare, settle
from siak_day import DAY, NAME, OFFICERS, RAHMAWATI, make_ready, nobody_yet, press, pupil_of
from textual.pilot import Pilot

from store import documents, lists, pupils, standing, timings, visits
from store.bundles import joining
from store.bundles.exchange import ExchangeKeys
from store.officers import match
from store.progress import PupilState
from store.store import ALL_ROLES, Store
from store.transaction import OfficerRole
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.screens.status_check import StatusCheckScreen
from tui.settings import Settings

RECORDED = (*range(1, 25), *range(32, 45))
STRAIGHT, CARDS, ABSENT = range(45, 49), (49, 50), (25, 26, 51)
TO_CARD = (PupilState.SIAK, PupilState.RECORD, PupilState.CARD)
HALF_HOURS = (6, 7, 7, 3, 7, 7)


def take_in(store: Store) -> uuid.UUID:
    """Plan the visit, with a second day, and take in 120 pupils of four classes."""
    store.run_now(match, OFFICERS)
    plan = visits.VisitPlan(
        school=visits.SchoolDetails(NAME, "69900001", district="Paringin"),
        day=DAY,
        fallback_day=date(2026, 11, 30),
        recording_officers=("Rahmawati",),
        coordinator="Hj. Mariani",
        minutes_per_pupil=4.2,
    )
    visit = store.run_now(visits.create, plan)
    store.run_now(lists.take, visit, nobody_yet(), lists.ListFile("daftar.xlsx", "a" * 64))
    make_ready(store, visit)
    return visit


def work(store: Store, visit: uuid.UUID, step: int, number: int, seconds: float) -> None:
    """Let a pupil be at a step for that long."""
    pupil = pupil_of(store, visit, number)
    store.run_now(timings.begin, step, visit, pupil)
    store.clock.advance(seconds)
    store.run_now(timings.end, step, visit, pupil)


def move(store: Store, visit: uuid.UUID, number: int, *states: PupilState) -> None:
    for state in states:
        store.run_now(standing.move, pupil_of(store, visit, number), state, "pupil.moved")


def a_morning(store: Store, visit: uuid.UUID) -> None:
    """Work as the mock-up says, until 11.00: checks before eight, then a recording every 4,2 minutes."""
    clock = store.clock
    for number in range(1, 48):
        work(store, visit, 3, number, 66)
    for number in range(1, 41):
        work(store, visit, 4, number, 360 if number < 3 else 69.5)
    for number in range(1, 4):
        work(store, visit, 5, number, 480)
    for number in range(1, 3):
        work(store, visit, 7, number, 132)
    numbers = iter(RECORDED)
    for place, finished in enumerate(HALF_HOURS):
        clock.advance((datetime(2026, 11, 23, place // 2, place % 2 * 30, tzinfo=UTC) - clock.now()).total_seconds())
        for _pupil in range(finished):
            number = next(numbers)
            work(store, visit, 6, number, 252)
            move(store, visit, number, *TO_CARD)
    clock.advance((datetime(2026, 11, 23, 3, 0, tzinfo=UTC) - clock.now()).total_seconds())
    for number in (1, 32):
        move(store, visit, number, PupilState.HANDOVER)
    for number in STRAIGHT:
        move(store, visit, number, PupilState.CARD)
    for number in CARDS:
        move(store, visit, number, PupilState.HAS_CARD)
    for number in ABSENT:
        store.run_now(pupils.mark_absent, pupil_of(store, visit, number))
    move(store, visit, 52, PupilState.SIAK)
    move(store, visit, 53, PupilState.SIAK, PupilState.UPDATE)
    for number in (54, 55):
        move(store, visit, number, PupilState.SIAK, PupilState.RECORD)


@pytest.fixture
def store() -> Iterator[Store]:
    clock = VirtualClock(datetime(2026, 11, 22, 21, 0, tzinfo=UTC))
    held = Store.in_memory(clock, officer=RAHMAWATI, roles=ALL_ROLES)
    yield held
    held.close()


@asynccontextmanager
async def at_school(
    store: Store, visit: uuid.UUID | None, settings: Settings | None = None
) -> AsyncIterator[Pilot[int]]:
    app = RekamApp(store, None, settings or Settings(), store.clock, first=StatusCheckScreen)
    app.officer = OfficerOnDuty(RAHMAWATI, "Rahmawati", frozenset({OfficerRole.RECORDING}))
    app.visit = None if visit is None else OpenVisit(visit, NAME, DAY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        yield pilot


def content_of(made: documents.Document) -> bytes:
    return Path(made.path).read_bytes()


async def test_the_board_is_the_book_s(store: Store) -> None:
    visit = take_in(store)
    a_morning(store, visit)
    cards = "39 of those recorded or put straight on the list wait for their cards, two cards are printed"
    cuts = "the laptop does not measure for how long it had no power; home tells what was cut"
    async with at_school(store, visit) as pilot:
        compare(
            await press(pilot, "0"),
            "S30",
            deviations=[
                Deviation(2, " √1 √2 Alat ►3 Cek 70 ·4 SIAK 1 !5 Ubah 1 ►6 Rekam 2 ○7 Cetak 39 ►8 Serah 2", cards),
                Deviation(
                    7,
                    "   ► 3 Cek             47      70     1,1 mnt     5 mnt  √       0",
                    "Enter opens the row at the cursor, so there is one",
                ),
                Deviation(
                    9,
                    "     5 Ubah SIAK        3       1     8,0 mnt  5-10 mnt  √       0",
                    "the minutes of the standard end in one column",
                ),
                Deviation(11, "     7 Cetak            2      39     2,2 mnt     5 mnt  √       0", cards),
                Deviation(17, "     09.30 ███      3                XII IPS 2     26     0     0     0", cuts),
                Deviation(20, "", cuts),
            ],
        )


async def test_enter_opens_the_queue_of_the_step_at_the_cursor(store: Store) -> None:
    visit = take_in(store)
    move(store, visit, 7, PupilState.SIAK)
    async with at_school(store, visit) as pilot:
        shown = await press(pilot, "0", "down", "enter")
        assert shown[2].startswith("── 4 SIAK · ")
        assert len([line for line in shown if "MURID" in line]) == 1


async def test_escape_comes_back_to_the_very_row(store: Store) -> None:
    visit = take_in(store)
    async with at_school(store, visit) as pilot:
        before = await press(pilot, "down", "down", "down")
        after = await press(pilot, "0", "escape")
        assert after[3:21] == before[3:21]


async def test_before_the_first_pupil_it_says_on_what_the_answer_rests(store: Store) -> None:
    visit = take_in(store)
    store.clock.advance(3 * 3600)
    async with at_school(store, visit) as pilot:
        shown = await press(pilot, "0")
        assert "120 murid lagi; sampai 16.00 muat kira-kira 101," in shown[3]
        assert " ".join(line[5:36].strip() for line in shown[13:15]) == (
            "Belum ada laju; memakai 4,2 mnt dari kunjungan lalu."
        )
        assert "–" in shown[6]


async def test_the_afternoon_in_which_all_will_be_done(store: Store) -> None:
    visit = take_in(store)
    for number in range(1, 101):
        move(store, visit, number, PupilState.HAS_CARD)
    store.clock.advance(9 * 3600)
    async with at_school(store, visit) as pilot:
        shown = await press(pilot, "0")
        assert "20 murid lagi; selesai kira-kira 15.24." in shown[3]
        assert shown[22].strip() == ""


async def test_nobody_left(store: Store) -> None:
    visit = take_in(store)
    for number in range(1, 121):
        move(store, visit, number, PupilState.HAS_CARD)
    async with at_school(store, visit) as pilot:
        assert "semua yang hadir sudah direkam" in (await press(pilot, "0"))[3]


async def test_at_the_end_the_recordings_are_offered_to_the_office(store: Store) -> None:
    visit = take_in(store)
    for number in range(1, 121):
        move(store, visit, number, PupilState.HAS_CARD)
    store.run_now(lambda tx: tx.note("recording.sealed", visit))
    async with at_school(store, visit) as pilot:
        assert "L Ke kantor" not in (await press(pilot, "0"))[23], "it belongs to no office"
    public = ExchangeKeys.generate("6311", "Disdukcapil Contoh").public
    store.sign_in(uuid.UUID(int=7), frozenset(OfficerRole))
    store.run_now(joining.join, public, "Laptop 1")
    async with at_school(store, visit) as pilot:
        shown = await press(pilot, "0")
        assert shown[22].startswith(" ! Tidak ada yang tersisa. Rekaman belum sampai di kantor: L.")
        assert "L Ke kantor" in shown[23]
        assert (await press(pilot, "l"))[2].startswith("── Ke kantor ─")


async def test_f_goes_from_today_to_the_visit_and_the_month(store: Store) -> None:
    visit = take_in(store)
    work(store, visit, 6, 1, 900)
    store.clock.advance(24 * 3600)
    work(store, visit, 6, 2, 1800)
    async with at_school(store, visit) as pilot:
        assert "     6 Perekaman        1     0    30,0 mnt    20 mnt  !       1".split() == (
            (await press(pilot, "0", "down", "down", "down"))[9][5:].split()
        )
        shown = await press(pilot, "f")
        assert shown[2].startswith("── 0 Papan kunjungan · Selasa, 24-11-2026")
        assert "22,5 mnt" in shown[9]
        shown = await press(pilot, "f")
        assert shown[2].startswith("── 0 Papan bulan ini")
        assert "22,5 mnt" in shown[9]


async def test_the_summary_is_kept_on_paper(store: Store, tmp_path: Path) -> None:
    visit = take_in(store)
    work(store, visit, 6, 1, 250)
    async with at_school(store, visit, Settings(documents=str(tmp_path))) as pilot:
        shown = await press(pilot, "0", "c")
        (made,) = store.run_now(documents.of_subject, visit, documents.DocumentKind.SUMMARY)
        assert made.sha256 == hashlib.sha256(content_of(made)).hexdigest()
        assert content_of(made).startswith(b"%PDF")
        assert shown[2].startswith(f"── Ringkasan {DAY.isoformat()} ")
        assert shown[21].startswith(" √ tersimpan: ")
        assert (await press(pilot, "escape"))[2].startswith("── 0 Papan")


async def test_english_fits(store: Store) -> None:
    visit = take_in(store)
    a_morning(store, visit)
    async with at_school(store, visit, Settings(language="en")) as pilot:
        shown = await press(pilot, "0")
        assert "74 pupils left; until 16.00 about 58 fit," in shown[3]
        assert not [line for line in shown if ".." in line]
