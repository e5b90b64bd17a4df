"""Home (S03): the visits, work that was cut, what needs action, and the ways from there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from book import Deviation, VirtualClock, compare, screen_text
from home_ground import (
    FAHRURRAZI,
    FRIDAY,
    MARIANI,
    MONDAY,
    RAHMAWATI,
    cut_off,
    describe,
    opened,
    plan,
    press,
    pupil_at,
    pupils,
    stand,
)
from textual.pilot import Pilot

from store import stock, visits
from store.folder import Folder, pupil_lock
from store.models.people import Visit
from store.progress import Desk, Presence, PupilState
from store.stock import StockKind
from store.store import Store
from tui import navigation, sop
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.line import Line
from tui.settings import Settings

PRR = "PRINT_READY_RECORD"


class Landing(FrameScreen):
    """Whatever place an officer went to from home."""

    def __init__(self, place: navigation.Place, step: int | None = None) -> None:
        super().__init__()
        self.place = place
        self.step = step

    def headline(self) -> tuple[str, str]:
        return self.place.name, ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        return []


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(FRIDAY)


@pytest.fixture
def store(clock: VirtualClock) -> Iterator[Store]:
    held = Store.in_memory(clock, officer=RAHMAWATI.id)
    yield held
    held.close()


@pytest.fixture(autouse=True)
def _landings(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = navigation.screen_of
    here = (navigation.Place.HOME, navigation.Place.NEW_VISIT)
    monkeypatch.setattr(navigation, "screen_of", lambda place: whole(place) if place in here else Landing(place))


def the_books_visits(store: Store, clock: VirtualClock) -> None:
    """Make the four visits of the book's home, eleven finished ones, and what is left to be done about them."""
    for day in range(1, 12):
        done = store.run_now(visits.create, plan(f"SMA Contoh {day} Lama", date(2026, 10, day)))
        store.run_now(visits.close, done)
    today = store.run_now(visits.create, plan("SMA Contoh 1 Paringin", date(2026, 11, 23)))
    awayan = store.run_now(visits.create, plan("MA Contoh Awayan", date(2026, 11, 20)))
    halong = store.run_now(visits.create, plan("SMK Contoh 1 Halong", date(2026, 11, 18)))
    lampihong = store.run_now(visits.create, plan("SMA Contoh 2 Lampihong", date(2026, 11, 26)))
    listed = ((today, 120), (awayan, 46), (halong, 93), (lampihong, 74), (done, 3))
    for place, (visit, count) in enumerate(listed):
        pupils(store, visit, count, first=9000 + 150 * place)
        store.run_now(visits.fix_schedule, visit, [])
    store.run_now(visits.close, done)
    ready = Visit.update(ready_at=clock.now()).where(Visit.id.in_([awayan, halong]))
    store.run_now(lambda tx: ready.execute())
    stand(store, awayan, PupilState.RECORD, 1)
    stand(store, awayan, PupilState.HANDOVER, 12, skip=1, recorded=1)
    stand(store, awayan, PupilState.CARD, 33, skip=13, recorded=1)
    stand(store, halong, PupilState.DONE, 40, recorded=1)
    stand(store, halong, PupilState.HANDOVER, 21, skip=40, recorded=1)
    stand(store, halong, PupilState.CARD, 27, skip=61, recorded=1)
    stand(store, halong, PupilState.CHECK, 5, skip=88, presence=Presence.ABSENT)
    stand(store, done, PupilState.OFFICE, 1)
    stand(store, done, PupilState.CARD, 2, skip=1)
    describe(store, done, (1, 1), status_code="DUPLICATE_RECORD")
    describe(store, done, (2, 2), status_code="ENROLL_FAILURE_AT_CENTRAL")
    describe(store, done, (3, 3), status_code=PRR)
    describe(store, halong, (62, 73), status_code=PRR)
    describe(store, halong, (74, 88), status_code=PRR, birth_date=date(2010, 1, 30))
    describe(store, awayan, (14, 26), status_code=PRR)
    describe(store, awayan, (27, 42), status_code=PRR, birth_date=date(2010, 2, 28))
    describe(store, awayan, (42, 42), name="LATIFAH HANUM", birth_date=date(2009, 11, 30))
    describe(store, awayan, (43, 46), status_code="BIO_CAPTURED")
    describe(store, awayan, (1, 1), name="NOR AIDA")
    cut_off(store, awayan, pupil_at(store, awayan, 1))
    store.run_now(stock.receive, StockKind.BLANK, 214, "A0117301")


def one_visit(store: Store, school: str = "SMA Contoh 1 Paringin", day: date = date(2026, 11, 23)) -> uuid.UUID:
    visit = store.run_now(visits.create, plan(school, day))
    pupils(store, visit, 3)
    return visit


def place_of(pilot: Pilot[object]) -> object:
    return getattr(pilot.app.screen, "place", None)


async def test_home_is_the_books(store: Store, clock: VirtualClock) -> None:
    the_books_visits(store, clock)
    clock.advance((MONDAY - clock.now()).total_seconds())
    deviations = [
        Deviation(
            3,
            "── Kunjungan ───────────────────────────────────────── 4 terbuka · 11 selesai ──",
            "four visits are listed, and none of them is finished",
        ),
        Deviation(
            4,
            "   ! TERPUTUS Jum 20-11 15.08, program berhenti: NOR AIDA, langkah 6 Rekam,",
            "the laptop was not started anew since; that the power failed is not known to it",
        ),
        Deviation(
            11,
            "     Rab 18-11  SMK Contoh 1 Halong         ○7 Cetak   93    88    61    40",
            "the five absent ones are of 16 and over too",
        ),
    ]
    async with opened(store, clock) as pilot:
        compare(await screen_text(pilot), "S03", [], deviations)


async def test_in_english_everything_fits(store: Store, clock: VirtualClock) -> None:
    the_books_visits(store, clock)
    async with opened(store, clock, settings=Settings(language="en")) as pilot:
        shown = await screen_text(pilot)
        assert shown[7].split() == ["Date", "School", "Step", "16+", "Rec.", "Print", "Hand"]
        assert shown[23].rstrip() == " F1 Help  Enter Open  T Add  M Desk  / Search  0 Board  9 Stock  F10 Quit"
        assert all(len(line.rstrip()) <= 80 and not line.rstrip().endswith("..") for line in shown)


async def test_enter_goes_on_with_what_was_cut(store: Store, clock: VirtualClock) -> None:
    the_books_visits(store, clock)
    async with opened(store, clock) as pilot:
        await press(pilot, "enter")
        assert place_of(pilot) is navigation.Place.RECORDING
        assert (pilot.app.visit.school, pilot.app.pupil.name) == ("MA Contoh Awayan", "NOR AIDA")


@pytest.mark.parametrize("way", ["tab", "down"])
async def test_the_visits_are_one_key_away_from_what_was_cut(store: Store, clock: VirtualClock, way: str) -> None:
    the_books_visits(store, clock)
    clock.advance((MONDAY - clock.now()).total_seconds())
    async with opened(store, clock) as pilot:
        await press(pilot, way, "enter")
        assert place_of(pilot) is navigation.Place.EQUIPMENT
        assert pilot.app.visit.school == "SMA Contoh 1 Paringin"
        assert pilot.app.pupil is None


async def test_who_does_not_record_begins_in_the_list_and_is_told_why_not_there(
    store: Store, clock: VirtualClock
) -> None:
    the_books_visits(store, clock)
    async with opened(store, clock, FAHRURRAZI) as pilot:
        shown = await press(pilot, "tab", "enter")
        assert "× Hanya operator perekaman." in shown[22]
        assert pilot.app.visit is None
        await press(pilot, "tab", "enter")
        assert pilot.app.visit.school == "MA Contoh Awayan"


async def test_a_pupil_who_is_open_at_another_desk_was_not_cut(
    store: Store, clock: VirtualClock, tmp_path: Path
) -> None:
    the_books_visits(store, clock)
    awayan = store.run_now(visits.home).visits[0].visit
    folder = Folder(tmp_path)
    async with opened(store, clock) as pilot:
        pilot.app.folder = folder
        desk_2 = folder.hold(pupil_lock(pupil_at(store, awayan, 1)), "2 Syarifah")
        assert desk_2 is not None
        await pilot.app.screen.load()
        shown = await press(pilot, "tab")
        assert "TERPUTUS" not in "\n".join(shown)
        desk_2.release()
        await pilot.app.screen.load()
        shown = await press(pilot, "tab")
        assert "TERPUTUS" in shown[3]


async def test_a_visit_opens_at_the_step_it_is_at(store: Store, clock: VirtualClock) -> None:
    one_visit(store)
    async with opened(store, clock) as pilot:
        shown = await press(pilot, "enter")
        assert place_of(pilot) is navigation.Place.SCHEDULE
        assert pilot.app.rail
        assert "SMA Contoh 1 Paringin" in shown[0]


async def test_home_closes_the_visit_and_empties_the_rail(store: Store, clock: VirtualClock) -> None:
    one_visit(store)
    async with opened(store, clock) as pilot:
        await press(pilot, "enter")
        shown = await press(pilot, "escape")
        assert pilot.app.visit is None
        assert "Beranda" in shown[0]
        assert not shown[1].strip()


async def test_an_empty_laptop_says_which_key_is_next(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock) as pilot:
        shown = await screen_text(pilot)
        assert shown[3].strip() == "Belum ada kunjungan. T membuat kunjungan."
        assert not shown[22].strip()
        await press(pilot, "enter")
        assert place_of(pilot) is None


async def test_a_printing_operator_plans_no_visit_and_is_told(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock, FAHRURRAZI) as pilot:
        shown = await screen_text(pilot)
        assert "T Tambah" not in shown[23]
        shown = await press(pilot, "t")
        assert shown[22].startswith(" × Hanya operator perekaman, koordinator.")


async def test_the_desk_is_chosen_by_its_digit(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock) as pilot:
        shown = await press(pilot, "m")
        assert "1 >Semua (langkah 3-6)<" in "\n".join(shown)
        shown = await press(pilot, "3")
        assert pilot.app.desk is Desk.RECORD
        assert "meja: Rekam (langkah 6)" in shown[21]
        await press(pilot, "m", "escape")
        assert pilot.app.desk is Desk.RECORD


async def test_a_search_finds_a_school_and_escape_brings_all_back(store: Store, clock: VirtualClock) -> None:
    the_books_visits(store, clock)
    async with opened(store, clock) as pilot:
        await press(pilot, "/", *"halong")
        shown = await press(pilot, "enter")
        assert place_of(pilot) is navigation.Place.PRINTING
        shown = await press(pilot, "escape", "/", *"zz")
        assert "Tidak ada sekolah dengan nama itu." in shown[7]
        shown = await press(pilot, "escape")
        assert "SMA Contoh 2 Lampihong" in "\n".join(shown)


async def test_the_filter_shows_the_finished_visits_too(store: Store, clock: VirtualClock) -> None:
    store.run_now(visits.close, one_visit(store))
    async with opened(store, clock) as pilot:
        assert "Belum ada kunjungan" in (await screen_text(pilot))[3]
        shown = await press(pilot, "f")
        assert "SMA Contoh 1 Paringin" in shown[4]
        assert shown[2].rstrip().endswith("0 terbuka · 1 selesai ──")


async def test_a_late_visit_says_by_how_much(store: Store, clock: VirtualClock) -> None:
    one_visit(store, day=date(2026, 11, 17))
    async with opened(store, clock) as pilot:
        assert (await screen_text(pilot))[21].startswith(" ! lewat 3 hari · 1 kunjungan")


async def test_a_school_with_a_hostile_name_stays_in_its_row(store: Store, clock: VirtualClock) -> None:
    one_visit(store, "SMA [/bold] \x1b]0;x\x07 <b> " + "X" * 60)
    async with opened(store, clock) as pilot:
        shown = await screen_text(pilot)
        assert shown[4][16:43] == "SMA [/bold] \N{REPLACEMENT CHARACTER}]0;x\N{REPLACEMENT CHARACTER} <b> XX.."
        assert shown[4][44:46] == "►1"


async def test_a_pupil_with_a_long_name_leaves_the_block_whole(store: Store, clock: VirtualClock) -> None:
    the_books_visits(store, clock)
    awayan = store.run_now(visits.home).visits[0].visit
    describe(store, awayan, (1, 1), name="[red]" + "N" * 80)
    async with opened(store, clock) as pilot:
        shown = await screen_text(pilot)
        assert "[red]" + "N" * 23 + ".." in shown[3] + shown[4]
        assert "     Enter: lanjutkan dari percobaan 2.      (MA Contoh Awayan)" in [line.rstrip() for line in shown]
        assert all(len(line) == 80 for line in shown)


async def test_many_visits_scroll_above_what_needs_action(store: Store, clock: VirtualClock) -> None:
    the_books_visits(store, clock)
    for day in range(1, 21):
        store.run_now(visits.create, plan(f"SMA Banyak {day}", date(2026, 12, day)))
    async with opened(store, clock) as pilot:
        shown = await press(pilot, "tab", "end")
        assert any("SMA Banyak 20" in line for line in shown)
        assert any("kunjungan ulang belum dijadwalkan" in line for line in shown[:21])
        assert all(line.strip() for line in shown[21:23])


async def test_board_and_stock_lie_over_home(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock) as pilot:
        for key, place in (("0", navigation.Place.BOARD), ("9", navigation.Place.STOCK)):
            await press(pilot, key)
            assert place_of(pilot) is place
            shown = await press(pilot, "escape")
            assert shown[2].startswith("── Kunjungan ──")


async def test_the_plan_of_a_visit_is_changed_from_home(store: Store, clock: VirtualClock) -> None:
    one_visit(store)
    async with opened(store, clock, MARIANI) as pilot:
        shown = await press(pilot, "e")
        assert "SMA Contoh 1 Paringin" in shown[3]


async def test_who_becomes_17_next_is_one_key_away(store: Store, clock: VirtualClock) -> None:
    the_books_visits(store, clock)
    async with opened(store, clock) as pilot:
        shown = await press(pilot, "i")
        assert "LATIFAH HANUM" in shown[2]
        shown = await press(pilot, "escape")
        assert shown[2].startswith("── Kunjungan ──")


async def test_leaving_says_who_is_open_and_that_nothing_is_lost(store: Store, clock: VirtualClock) -> None:
    async with opened(store, clock) as pilot:
        shown = await press(pilot, "f10")
        assert "Semua tersimpan; data dikunci." in "\n".join(shown)
        await press(pilot, "escape")
        await pilot.app.over(Landing(navigation.Place.RECORDING, 6))
        pilot.app.pupil = OpenPupil(uuid.UUID(int=1), "NORHAYATI")
        shown = await press(pilot, "f10")
        assert "│ NORHAYATI terbuka di langkah 6. Yang sudah diambil" in "\n".join(shown)
        await press(pilot, "enter")
        assert pilot.app.is_running, "only Y leaves"
        await press(pilot, "y")
        assert store.closed


async def test_a_pupil_whom_the_officer_leaves_for_home_was_not_cut(store: Store, clock: VirtualClock) -> None:
    the_books_visits(store, clock)
    awayan = store.run_now(visits.home).visits[0].visit
    async with opened(store, clock) as pilot:
        await press(pilot, "enter")
        await sop.begin(pilot.app, 6, awayan, pilot.app.pupil.id)
        shown = await press(pilot, "escape", "escape")
        assert shown[2].startswith("── Kunjungan ──")
        assert "TERPUTUS" not in "\n".join(shown)
