"""A visit in the morning with the emulated kit on the table, for the tests of steps 2 and 9."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from book import VirtualClock, screen_text, settle
from textual.pilot import Pilot

from hw.types import Attached, Bus, Role
from store import lists, schedule, visits
from store.folder import Folder
from store.roster.types import RosterPerson
from store.store import Store
from store.transaction import OfficerRole
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.frame import FrameScreen
from tui.settings import Settings

RAHMAWATI = uuid.UUID(int=0x63110001)
MORNING = datetime(2026, 11, 22, 23, 58, tzinfo=UTC)
"""07.58 in Balangan on the day of the visit."""
DAY = date(2026, 11, 23)


def a_visit(store: Store, pupils: int = 0) -> uuid.UUID:
    """Plan the book's visit, with that many invented pupils and a fixed schedule where there are any."""
    plan = visits.VisitPlan(
        school=visits.SchoolDetails("SMA Contoh 1 Paringin", "69900001"),
        day=DAY,
        recording_officers=("Rahmawati",),
        coordinator="Hj. Mariani",
    )
    visit = store.run_now(visits.create, plan)
    if pupils:
        people = [
            RosterPerson(
                row=number,
                name=f"MURID {number}",
                birth_date=date(2009, 5, 12),
                nik=f"6311065205{9:02d}{9000 + number:04d}",
                sex="P",
                class_name="XII IPA 1",
            )
            for number in range(1, pupils + 1)
        ]
        store.run_now(lists.take, visit, people, lists.ListFile("daftar.xlsx", "a" * 64))
        slot = schedule.Slot("XII IPA 1", pupils, DAY, 480, 960, 1)
        store.run_now(visits.fix_schedule, visit, (slot,))
    return visit


@asynccontextmanager
async def at_work(
    store: Store,
    visit: uuid.UUID | None,
    first: FrameScreen,
    *,
    clock: VirtualClock,
    bus: Bus | None = None,
    folder: Folder | None = None,
    officer: OfficerOnDuty | None = None,
    language: str = "id",
) -> AsyncIterator[Pilot[object]]:
    """Stand before a screen at 80x24 with an officer on duty."""
    app = RekamApp(store, bus, Settings(language=language), clock, folder=folder, first=lambda: first)
    app.officer = officer or OfficerOnDuty(RAHMAWATI, "Rahmawati", frozenset({OfficerRole.RECORDING}))
    app.visit = None if visit is None else OpenVisit(visit, "SMA Contoh 1 Paringin", DAY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        clock.advance(1)
        yield pilot


async def press(pilot: Pilot[object], *names: str) -> list[str]:
    """Press keys one second apart, and let each be carried out, as a person does."""
    for name in names:
        pilot.app.clock.advance(1)
        await pilot.press(name)
        await at_rest(pilot)
    return await screen_text(pilot)


async def at_rest(pilot: Pilot[object]) -> None:
    """Wait for an action that speaks with a device; a dialog that waits for the officer is at rest."""
    async with asyncio.timeout(30):
        while pilot.app.acting and not pilot.app.screen.dialogs:
            await pilot.pause(0.01)
    await settle(pilot)


async def plugged(pilot: Pilot[object], roles: set[Role]) -> tuple[Attached, ...]:
    """Wait until the bus has announced exactly these roles."""
    async with asyncio.timeout(20):
        while {device.role for device in pilot.app.equipment} != roles:
            await pilot.pause(0.01)
    await settle(pilot)
    return pilot.app.equipment


def state_of(shown: Sequence[str], line: str) -> str:
    """Return state and details of the equipment line that is called so."""
    return next(text[32:].rstrip() for text in shown if text[7:31].startswith(line))
