"""Step 1 by key presses only: a school's file becomes a list, a draft, and a fixed schedule with its paper."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from book import VirtualClock, screen_text, settle
from textual.pilot import Pilot

from store import counts, documents, lists, visits
from store.store import Store
from store.transaction import OfficerRole
from tui import navigation
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.frame import FrameScreen
from tui.line import Line
from tui.navigation import Place
from tui.settings import Settings
from tui.training import school

DAY = date(2026, 11, 23)


@pytest.fixture
def store() -> Store:
    opened = Store.in_memory(VirtualClock(), officer=uuid.UUID(int=7))
    yield opened
    opened.close()


@pytest.fixture
def visit(store: Store) -> uuid.UUID:
    plan = visits.VisitPlan(
        school=visits.SchoolDetails(school.NAME, school.NPSN, contact="Kamarudin, S.Pd."),
        day=DAY,
        fallback_day=date(2026, 11, 30),
        recording_officers=("Rahmawati",),
        coordinator="Hj. Mariani",
    )
    return store.run_now(visits.create, plan)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
async def pilot(store: Store, visit: uuid.UUID, inbox: Path, tmp_path: Path) -> AsyncIterator[Pilot[object]]:
    settings = Settings(inbox=str(inbox), documents=str(tmp_path / "documents"))
    app = RekamApp(store, None, settings, store.clock, first=lambda: navigation.screen_of(Place.SCHEDULE))
    async with app.run_test(size=(80, 24)) as pilot:
        app.officer = OfficerOnDuty(uuid.UUID(int=7), "Hj. Mariani", frozenset({OfficerRole.COORDINATOR}))
        app.visit = OpenVisit(visit, school.NAME, DAY)
        await settle(pilot)
        await pilot.app.go(Place.SCHEDULE)
        await settle(pilot)
        yield pilot


async def press(pilot: Pilot[object], *names: str) -> list[str]:
    for name in names:
        pilot.app.clock.advance(1)
        await pilot.press(name)
        await settle(pilot)
    return await screen_text(pilot)


async def test_a_dapodik_file_becomes_a_fixed_schedule_in_four_times_l(
    pilot: Pilot[object], store: Store, visit: uuid.UUID, inbox: Path, tmp_path: Path
) -> None:
    school.write_roster(inbox / "daftar.xlsx", school.make_pupils(40, DAY), DAY)
    shown = await press(pilot, "u", "enter")
    print("\n".join(shown))
    shown = await press(pilot, "l")
    print("\n".join(shown))
    shown = await press(pilot, "l")
    print("\n".join(shown))
    shown = await press(pilot, "l")
    print("\n".join(shown))
    shown = await press(pilot, "l")
    print("\n".join(shown))
    shown = await press(pilot, "y")
    print("\n".join(shown))
    assert store.run_now(visits.get, visit).schedule_version == 1
    raise AssertionError
