"""S05 to S08 cell by cell: the book's school, its file on a stick, its list and its draft."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import book_school
import pytest
from book import Deviation, VirtualClock, compare, mockup, screen_text, settle
from textual.pilot import Pilot

from store import lists, timings, visits
from store.store import Store
from store.transaction import OfficerRole
from tui import navigation, places
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.navigation import Place
from tui.settings import Settings

SCHOOL = "SMA Contoh 1 Paringin"
OFFICER = uuid.UUID(int=7)


def at(hour: int, minute: int) -> datetime:
    """Return a moment of Thursday 19-11-2026 at the school, WITA."""
    return datetime(2026, 11, 19, hour - 8, minute, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(at(9, 6))


@pytest.fixture
def store(clock: VirtualClock) -> Iterator[Store]:
    opened = Store.in_memory(clock, officer=OFFICER)
    yield opened
    opened.close()


def plan(day: date, name: str = SCHOOL) -> visits.VisitPlan:
    return visits.VisitPlan(
        school=visits.SchoolDetails(name, "69900001" if name == SCHOOL else None),
        day=day,
        fallback_day=date(2026, 11, 30) if day < date(2026, 11, 30) else None,
        recording_officers=("Rahmawati",),
        desks=2,
    )


@pytest.fixture
def visit(store: Store) -> uuid.UUID:
    return store.run_now(visits.create, plan(book_school.DAY))


@asynccontextmanager
async def opened(store: Store, visit: uuid.UUID, folder: Path) -> AsyncIterator[Pilot[object]]:
    settings = Settings(inbox=str(folder / "inbox"), documents=str(folder / "documents"))
    app = RekamApp(store, None, settings, store.clock, first=lambda: navigation.screen_of(Place.SCHEDULE))
    async with app.run_test(size=(80, 24)) as pilot:
        app.officer = OfficerOnDuty(OFFICER, "Hj. Mariani", frozenset({OfficerRole.COORDINATOR}))
        app.visit = OpenVisit(visit, SCHOOL, book_school.DAY)
        await app.go(Place.SCHEDULE)
        await settle(pilot)
        yield pilot


async def press(pilot: Pilot[object], *names: str) -> None:
    for name in names:
        pilot.app.clock.advance(1)
        await pilot.press(name)
        await settle(pilot)


async def shown_at(pilot: Pilot[object], moment: datetime) -> list[str]:
    clock = pilot.app.clock
    clock.advance((moment - clock.now()).total_seconds())
    pilot.app.redraw()
    return await screen_text(pilot)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    stick, inbox = tmp_path / "media" / "petugas" / "KINGSTON", tmp_path / "inbox"
    stick.mkdir(parents=True)
    inbox.mkdir()
    book_school.write_list(stick / "daftar_pd-SMA-Contoh-2026.xlsx")
    (stick / "kelas12 tambahan (pak Kamar).xls").write_bytes(b"x" * 38_000)
    (inbox / "siak_wktp_paringin_1611.xls").write_bytes(b"x" * 1_200_000)
    (stick / "foto.jpg").write_bytes(b"x")
    for file, moment in (
        (stick / "daftar_pd-SMA-Contoh-2026.xlsx", datetime(2026, 11, 18, 5, 2, tzinfo=UTC)),
        (stick / "kelas12 tambahan (pak Kamar).xls", datetime(2026, 11, 18, 23, 40, tzinfo=UTC)),
        (inbox / "siak_wktp_paringin_1611.xls", datetime(2026, 11, 16, 8, 20, tzinfo=UTC)),
    ):
        os.utime(file, (moment.timestamp(), moment.timestamp()))
    monkeypatch.setattr(places, "MOUNTS", (tmp_path / "media",))
    monkeypatch.setenv("USER", "petugas")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


async def test_s05_the_file_with_the_columns_of_the_schools_last_list(
    store: Store, visit: uuid.UUID, files: Path
) -> None:
    earlier = store.run_now(visits.create, plan(date(2026, 12, 7)))
    store.run_now(lists.take, earlier, [], lists.ListFile("2025.xlsx", "b" * 64, mapping=book_school.MAPPING))
    async with opened(store, visit, files) as pilot:
        await press(pilot, "enter")
        shown = await shown_at(pilot, at(9, 10))
    compare(shown, "S05", variable=[(5, 48, 53), (18, 50, 80)])


async def test_s06_every_row_that_wants_a_look(store: Store, visit: uuid.UUID, files: Path) -> None:
    known = lists.ListFile("2025.xlsx", "b" * 64, mapping=book_school.MAPPING)
    store.run_now(lists.take, visit, book_school.known_people(), known)
    async with opened(store, visit, files) as pilot:
        await press(pilot, "escape", "enter", "l")
        shown = await shown_at(pilot, at(9, 13))
    compare(
        shown,
        "S06",
        deviations=[Deviation(17, "", "rows of totals are no rows of a list: nothing is said about them")],
    )


async def test_s07_the_list_of_sixteen_and_over(store: Store, visit: uuid.UUID, tmp_path: Path) -> None:
    store.run_now(lists.take, visit, book_school.pupils(), lists.ListFile("daftar.xlsx", "c" * 64))
    async with opened(store, visit, tmp_path) as pilot:
        shown = await shown_at(pilot, at(9, 17))
    compare(shown, "S07")


async def test_s08_the_draft_by_class(store: Store, visit: uuid.UUID, tmp_path: Path, clock: VirtualClock) -> None:
    for number in range(11):
        other = store.run_now(visits.create, plan(date(2026, 12, 1), f"SMA Contoh {number + 2}"))
        store.run_now(timings.begin, 6, other)
        clock.advance(252)
        store.run_now(timings.end, 6, other)
    clock.advance((at(9, 15) - clock.now()).total_seconds())
    store.run_now(lists.take, visit, book_school.pupils(), lists.ListFile("daftar.xlsx", "c" * 64))
    clock.advance((at(9, 6) - clock.now()).total_seconds())
    async with opened(store, visit, tmp_path) as pilot:
        await press(pilot, "l", "space", "space", "e", *"Kamarudin, S.Pd.", "f2")
        await press(pilot, "space", "space", "e", *"Noor Aini, S.Pd.", "f2", "home")
        shown = await shown_at(pilot, at(9, 24))
    reason = "31 pupils of 4,0 minutes take 124: until 10.04, and the next class begins then"
    compare(
        shown,
        "S08",
        deviations=[
            Deviation(5, mockup("S08")[4].replace("10.05", "10.04"), reason),
            Deviation(6, mockup("S08")[5].replace("10.05", "10.04").replace("12.05", "12.04"), reason),
        ],
    )
