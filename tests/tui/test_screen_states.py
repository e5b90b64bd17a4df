"""Every screen as it is on a usual day, with nothing to show, past its time, and when the disk takes nothing more.

In no state is anything cut in one language that is whole in the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from book import VirtualClock, screen_text
from kept_states import compare
from textual.pilot import Pilot
from the_school import DAY, NAME, OFFICERS, RAHMAWATI, at_school, press

from store.errors import ChangeError, Reason
from store.models.table import database
from store.officers import match
from store.store import ALL_ROLES, Store
from store.visits import SchoolDetails, VisitPlan, create
from tui import i18n
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.frame import FrameScreen
from tui.line import cells
from tui.screens.queue_list import QueueScreen
from tui.screens.visits import VisitsScreen
from tui.settings import Settings

World = Callable[[str], AbstractAsyncContextManager[Pilot[int]]]
BACK = "escape"


@dataclass(frozen=True)
class Look:
    """A screen to look at: the keys that lead there from the one before, and a key of it that writes to the store."""

    name: str
    there: Sequence[str] = ()
    writes: Sequence[str] = ()


AT_SCHOOL = (
    Look("queue", (), ("h",)),
    Look("queue, searched", ("slash", *"zzz")),
    Look("board", (BACK, "0")),
    Look("stock", (BACK, "9")),
    Look("add a pupil", (BACK, "t")),
    Look("step 1", (BACK, "1")),
    Look("step 2", ("2",), ("space",)),
    Look("step 4", ("4",)),
    Look("step 5", ("5",)),
    Look("step 6", ("6",)),
    Look("step 7", ("7",)),
    Look("step 8", ("8",)),
    Look("step 3", ("3",)),
    Look("pupil", ("enter",), ("b",)),
    Look("her data", ("e", "0")),
)
AT_HOME = (
    Look("home"),
    Look("new visit", ("t",)),
    Look("stock", (BACK, "9")),
    Look("board", (BACK, "0")),
    Look("palette", (BACK, "ctrl+p")),
)


@asynccontextmanager
async def usual(language: str) -> AsyncIterator[Pilot[int]]:
    async with at_school(QueueScreen, language=language, roles=ALL_ROLES) as (pilot, _store, _visit):
        yield pilot


@asynccontextmanager
async def late(language: str) -> AsyncIterator[Pilot[int]]:
    """Open the evening of the day: every standard of the SOP is over, the school has closed."""
    async with at_school(QueueScreen, language=language, roles=ALL_ROLES) as (pilot, _store, _visit):
        pilot.app.clock.advance(9 * 3600)
        yield pilot


@asynccontextmanager
async def full(language: str) -> AsyncIterator[Pilot[int]]:
    """Fill the disk: everything can be read, and no line of the journal fits any more."""
    async with at_school(QueueScreen, language=language, roles=ALL_ROLES) as (pilot, store, _visit):
        (pages,) = store.run_now(lambda _tx: database.execute_sql("PRAGMA page_count").fetchone())
        store.run_now(lambda _tx: database.execute_sql(f"PRAGMA max_page_count = {pages}"))
        for filling in ("x" * 200, ""):
            with pytest.raises(ChangeError, match=Reason.FULL.value):
                fill(store, filling)
        yield pilot


def fill(store: Store, words: str) -> None:
    """Write lines into the journal until there is no room."""
    while True:
        store.run_now(lambda tx: tx.note("device.failed", None, device=words))


@asynccontextmanager
async def nobody_listed(language: str) -> AsyncIterator[Pilot[int]]:
    """Open a visit of which the school's list has not come yet."""
    async with empty(language, QueueScreen) as pilot:
        yield pilot


@asynccontextmanager
async def no_visit(language: str) -> AsyncIterator[Pilot[int]]:
    """Open the first morning of a laptop."""
    async with empty(language, VisitsScreen) as pilot:
        yield pilot


@asynccontextmanager
async def empty(language: str, first: type[FrameScreen]) -> AsyncIterator[Pilot[int]]:
    clock = VirtualClock(datetime(2026, 11, 23, 2, 42, tzinfo=UTC))
    store = Store.in_memory(clock, officer=OFFICERS[0].id, roles=ALL_ROLES)
    store.run_now(match, OFFICERS)
    app = RekamApp(store, None, Settings(language=language), clock, first=first)
    app.officer = OfficerOnDuty(RAHMAWATI, "Rahmawati", ALL_ROLES)
    if first is QueueScreen:
        plan = VisitPlan(school=SchoolDetails(NAME, "69900001"), day=DAY, recording_officers=("Rahmawati",))
        app.visit = OpenVisit(store.run_now(create, plan), NAME, DAY)
    store.sign_in(RAHMAWATI, ALL_ROLES)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await screen_text(pilot)
            clock.advance(1)
            yield pilot
    finally:
        store.close()


STATES: dict[str, tuple[World, Sequence[Look]]] = {
    "usual": (usual, AT_SCHOOL),
    "nobody listed": (nobody_listed, AT_SCHOOL[:-2]),
    "no visit": (no_visit, AT_HOME),
    "late": (late, AT_SCHOOL),
    "full": (full, AT_SCHOOL),
}


async def at_rest(pilot: Pilot[int]) -> list[str]:
    """Return what stands there once nothing changes any more: a screen that just came still reads."""
    before: list[str] = []
    while (shown := [line.rstrip() for line in await screen_text(pilot)]) != before:
        before = shown
        await asyncio.sleep(0.03)
    return shown


async def walk(state: str, language: str) -> dict[str, list[str]]:
    """Look at each screen of a state; where the disk is full, after a key that writes."""
    world, looks = STATES[state]
    shown: dict[str, list[str]] = {}
    i18n.use(language)
    try:
        async with world(language) as pilot:
            for look in looks:
                await press(pilot, *look.there, *(look.writes if state == "full" else ()))
                shown[look.name] = await at_rest(pilot)
    finally:
        i18n.use("id")
    return shown


@pytest.mark.parametrize("state", STATES)
async def test_the_screens_of_a_state_are_the_ones_kept(state: str) -> None:
    both = {language: await walk(state, language) for language in i18n.LANGUAGES}
    compare(state, both)


_PANES = {
    "queue",
    "queue, searched",
    "add a pupil",
    "step 4",
    "step 5",
    "step 6",
    "step 7",
    "step 8",
    "step 3",
    "pupil",
    "her data",
}


@pytest.mark.parametrize("size", [(120, 30), (100, 24)])
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_a_wide_terminal_has_a_pane_and_nothing_of_the_work_is_lost_by_it(
    language: str, size: tuple[int, int]
) -> None:
    i18n.use(language)
    columns, rows = size
    async with usual(language) as pilot:
        for look in AT_SCHOOL:
            await press(pilot, *look.there)
            small = [line[:79].rstrip() for line in (await at_rest(pilot))[3:21]]
            await pilot.resize_terminal(columns, rows)
            wide = await at_rest(pilot)
            await pilot.resize_terminal(80, 24)
            await at_rest(pilot)
            left, rules = ([cut(line) for line in wide[3 : rows - 3]] for cut in (_before_the_rule, _rule))
            assert (set(rules) == {"│"}) == (look.name in _PANES), look.name
            assert all(cells(line) <= columns for line in wide)
            if look.name in _PANES:
                lost = [line for line in small if line and line not in left]
                assert lost == [], look.name


def _before_the_rule(line: str) -> str:
    return line[:79].rstrip()


def _rule(line: str) -> str:
    return line[79:80]
