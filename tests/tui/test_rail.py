"""The rail's symbols follow from the visit's marks and from who waits where."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from book import VirtualClock, mockup

from store import visits
from store.counts import Counts
from store.progress import STEP_OF, PupilState, VisitState
from store.store import Store
from store.visits import SchoolDetails, VisitDetail, VisitPlan
from tui import i18n, rail
from tui.widgets import bars


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store.in_memory(VirtualClock(datetime(2026, 11, 19, 1, 0, tzinfo=UTC)), officer=uuid.UUID(int=7))
    yield opened
    opened.close()


def test_a_new_visit_stands_at_its_first_step(store: Store) -> None:
    i18n.use("id")
    school = SchoolDetails("SMA Contoh 1 Paringin")
    visit = store.run_now(
        visits.create, VisitPlan(school=school, day=date(2026, 11, 23), recording_officers=("Rahmawati",))
    )
    steps = store.run_now(rail.read, visit)
    line = str(bars.rail(steps, 1, 80)).rstrip()
    assert line == "[►1 Jadwal]·2 Alat ·3 Cek ·4 SIAK ·5 Ubah ·6 Rekam ·7 Cetak ·8 Serah"


def counted(waiting: dict[int, int], done: int = 0) -> Counts:
    """Return counts with so many pupils at each step."""
    states = {number: next(state for state in PupilState if STEP_OF[state] == number) for number in waiting}
    by_state = {states[number]: pupils for number, pupils in waiting.items()} | {PupilState.DONE: done}
    return Counts(by_state, {}, 0, 0, {})


@pytest.mark.parametrize(
    ("name", "waiting", "done", "current"),
    [
        ("S09", {}, 0, 2),
        ("S11", {3: 73, 4: 2, 5: 1, 6: 3, 7: 4}, 0, 3),
        ("S30", {3: 70, 4: 1, 5: 1, 6: 2, 7: 4}, 0, None),
        ("S27", {7: 27, 8: 21}, 40, 8),
    ],
)
def test_the_rails_of_the_book_follow_from_counts(
    name: str, waiting: dict[int, int], done: int, current: int | None
) -> None:
    i18n.use("id")
    ready = None if name == "S09" else datetime(2026, 11, 23, tzinfo=UTC)
    plan = VisitPlan(SchoolDetails("SMA Contoh 1 Paringin"), date(2026, 11, 23))
    visit = VisitDetail(uuid.UUID(int=1), uuid.UUID(int=2), VisitState.FIXED, plan, 1, ready)
    line = str(bars.rail(rail.rail_of(visit, counted(waiting, done)), current, 80)).rstrip()
    assert line == mockup(name)[1]
