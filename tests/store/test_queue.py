"""The queue: every pupil once, in the order of the school day, page by page; and counts that are never counted."""

import uuid
from collections import Counter
from contextlib import suppress
from datetime import date, timedelta

import pytest
from a_school import StandingClock, list_file, nik, person, plan, pupil_of, take
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import counts, lists, pupils, queue, visits
from store.errors import ChangeError
from store.models.people import Pupil, Tally
from store.progress import (
    ALLOWED,
    Desk,
    IllegalMoveError,
    Presence,
    PupilState,
    check_move,
    class_key,
    queue_key,
)
from store.queue import Only, QueueFilter
from store.standing import change, pupil_row
from store.store import Store

CLASSES = ("X 2", "X 10", "XII IPA 1", "XII IPA 2")


@pytest.fixture
def school(store: Store, visit: uuid.UUID) -> uuid.UUID:
    """Forty pupils of four classes; every ninth lacks her NIK, every tenth is under 16."""
    rows = [
        person(
            row,
            f"MURID {row}",
            born := date(2011, 1, 1) if row % 10 == 0 else date(2009, 1, 1) + timedelta(days=row),
            class_name=CLASSES[row % 4],
            nik=None if row % 9 == 0 else nik(9000 + row, born),
        )
        for row in range(1, 41)
    ]
    take(store, visit, *rows)
    return visit


def everybody(
    store: Store, visit: uuid.UUID, wanted: QueueFilter, size: int, *, backward: bool
) -> list[queue.QueueRow]:
    """Walk a list from one end to the other."""
    seen: list[queue.QueueRow] = []
    start: str | None = None
    while True:
        page = store.run_now(queue.page, visit, wanted, start=start, backward=backward, limit=size)
        seen = [*page.rows, *seen] if backward else [*seen, *page.rows]
        if not (page.more_before if backward else page.more_after):
            return seen
        start = page.rows[0].key if backward else page.rows[-1].key


FILTERS = st.builds(
    QueueFilter,
    st.sampled_from([None, *CLASSES, "no such class"]),
    st.one_of(st.none(), st.frozensets(st.sampled_from(list(PupilState)))),
    st.sampled_from([None, *Only]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=FILTERS, size=st.integers(1, 17))
def test_pages_visit_every_row_once_in_order_up_and_down(
    store: Store, school: uuid.UUID, wanted: QueueFilter, size: int
) -> None:
    whole = store.run_now(queue.page, school, limit=1000).rows
    right = [
        row
        for row in whole
        if (wanted.class_name is None or row.class_name == wanted.class_name)
        and (wanted.states is None or row.state in wanted.states)
        and (wanted.only is not Only.INCOMPLETE or row.incomplete)
        and (wanted.only is not Only.ABSENT or row.presence is Presence.ABSENT)
    ]
    assert [row.key for row in whole] == sorted(row.key for row in whole)
    assert len(whole) == 40
    for backward in (False, True):
        assert [row.pupil for row in everybody(store, school, wanted, size, backward=backward)] == [
            row.pupil for row in right
        ]


def test_a_page_can_be_drawn_anew_from_its_first_row(store: Store, school: uuid.UUID) -> None:
    first = store.run_now(queue.page, school, limit=10)
    second = store.run_now(queue.page, school, start=first.rows[-1].key, limit=10)
    again = store.run_now(queue.page, school, start=second.rows[0].key, inclusive=True, limit=10)
    assert [row.pupil for row in again.rows] == [row.pupil for row in second.rows]
    assert (first.more_before, second.more_before, second.more_after) == (False, True, True)


def test_classes_come_in_the_order_a_school_expects(store: Store, school: uuid.UUID) -> None:
    assert store.run_now(queue.classes, school) == CLASSES
    assert sorted(["XII IPA", "XII", "X 10", "X 2"], key=class_key) == ["X 2", "X 10", "XII", "XII IPA"]


def numbers(store: Store, visit: uuid.UUID, **page: int) -> list[int]:
    return [row.number for row in store.run_now(queue.page, visit, QueueFilter("X 2"), **page).rows]


def test_absent_pupils_sink_and_rise_again(store: Store, school: uuid.UUID) -> None:
    assert numbers(store, school, limit=3) == [4, 8, 12]
    pupil = pupil_of(store, school, 4)
    assert store.run_now(pupils.mark_absent, pupil) is Presence.ABSENT
    assert numbers(store, school, limit=3) == [8, 12, 16]
    assert store.run_now(pupils.mark_absent, pupil) is Presence.PRESENT
    assert numbers(store, school, limit=3) == [4, 8, 12]


def test_who_is_put_off_comes_back_at_the_end_of_her_class(store: Store, school: uuid.UUID) -> None:
    store.run_now(pupils.put_off, pupil_of(store, school, 4))
    rows = store.run_now(queue.page, school, QueueFilter("X 2", Desk.ALL.states)).rows
    assert [row.number for row in rows] == [8, 12, 16, 24, 28, 32, 36, 4]
    # But before the next class.
    all_rows = store.run_now(queue.page, school, QueueFilter(None, Desk.ALL.states)).rows
    assert [row.number for row in all_rows[7:9]] == [4, 1]


def test_the_next_pupil_is_called_present_and_not_open_elsewhere(
    store: Store, clock: StandingClock, school: uuid.UUID
) -> None:
    def next_number(*skip: int) -> int | None:
        open_elsewhere = {pupil_of(store, school, number) for number in skip}
        found = store.run_now(queue.next_pupil, school, Desk.ALL, open_elsewhere)
        return None if found is None else found.number

    assert next_number() == 4
    assert next_number(4) == 8
    store.run_now(pupils.mark_absent, pupil_of(store, school, 8))
    assert next_number(4) == 12
    store.run_now(pupils.call, pupil_of(store, school, 39))
    clock.at += timedelta(seconds=5)
    store.run_now(pupils.call, pupil_of(store, school, 8))
    assert (next_number(), next_number(39), next_number(39, 8)) == (39, 8, 4)
    assert store.run_now(queue.next_pupil, school, Desk.RECORD) is None


def test_nobody_under_16_is_called(store: Store, school: uuid.UUID) -> None:
    young = pupil_of(store, school, 10)
    assert store.run_now(queue.find, young).turns_16 == date(2027, 1, 1)
    with pytest.raises(pupils.NotWaitingError):
        store.run_now(pupils.call, young)


def recount(store: Store, visit: uuid.UUID) -> dict[tuple[str, str], tuple[int, ...]]:
    def count(tx: object) -> dict[tuple[str, str], tuple[int, ...]]:
        found: dict[tuple[str, str], Counter[str]] = {}
        for row in Pupil.select().where(Pupil.visit == visit):
            here = found.setdefault((row.class_name, row.state.value), Counter())
            here["pupils"] += 1
            here["absent"] += row.presence is Presence.ABSENT
            here["incomplete"] += row.incomplete
            here["put_off"] += row.put_off > 0
            here["recorded"] += row.recorded
        names = ("pupils", "absent", "incomplete", "put_off", "recorded")
        return {key: tuple(counted[name] for name in names) for key, counted in found.items()}

    return store.run_now(count)


def kept(store: Store, visit: uuid.UUID) -> dict[tuple[str, str], tuple[int, ...]]:
    def read(tx: object) -> dict[tuple[str, str], tuple[int, ...]]:
        rows = Tally.select().where((Tally.visit == visit) & (Tally.pupils > 0))
        return {
            (row.class_name, row.state): (row.pupils, row.absent, row.incomplete, row.put_off, row.recorded)
            for row in rows
        }

    return store.run_now(read)


DEEDS = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.one_of(
            st.sampled_from(["absent", "put_off", "papers"]),
            st.sampled_from(list(PupilState)),
            st.sampled_from(CLASSES),
        ),
    ),
    max_size=25,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_counters_equal_a_recount_after_whatever_happened(
    store: Store, school: uuid.UUID, deeds: list[tuple[int, str | PupilState]]
) -> None:
    for number, deed in deeds:
        pupil = pupil_of(store, school, number)
        if deed == "absent":
            store.run_now(pupils.mark_absent, pupil)
        elif deed == "put_off":
            store.run_now(pupils.put_off, pupil)
        elif deed == "papers":
            store.run_now(pupils.tick_papers, pupil, kk=True)
        elif isinstance(deed, PupilState):
            with suppress(ChangeError):  # whoever is recorded never comes to step 6 again
                store.run_now(lambda tx, pupil=pupil, deed=deed: change(pupil_row(pupil), state=deed, recorded=1))
        else:
            store.run_now(pupils.change_class, pupil, deed)
    assert kept(store, school) == recount(store, school)
    whole = store.run_now(counts.of_visit, school)
    by_class = store.run_now(counts.of_classes, school)
    assert whole.pupils == sum(one.pupils for one in by_class.values()) == 40
    assert whole.sixteen + whole.under_sixteen == 40
    assert store.run_now(counts.of_all) == whole


def test_a_change_that_fails_leaves_no_count_behind(store: Store, school: uuid.UUID) -> None:
    before = kept(store, school)

    def fail(tx: object) -> None:
        change(pupil_row(pupil_of_now), state=PupilState.DONE)
        raise KeyError

    pupil_of_now = pupil_of(store, school, 1)
    with pytest.raises(KeyError):
        store.run_now(fail)
    assert kept(store, school) == before


@given(st.sampled_from(list(PupilState)), st.sampled_from(list(PupilState)))
def test_no_way_leads_from_a_state_to_itself_or_out_of_the_table(old: PupilState, new: PupilState) -> None:
    if new in ALLOWED[old]:
        check_move(old, new)
        assert old is not new
    else:
        with pytest.raises(IllegalMoveError):
            check_move(old, new)


def test_step_6_is_reached_only_through_steps_4_and_5() -> None:
    assert {old for old in PupilState if PupilState.RECORD in ALLOWED[old]} == {PupilState.SIAK, PupilState.UPDATE}


@given(
    st.lists(
        st.tuples(st.sampled_from(list(PupilState)), st.sampled_from([None, *Presence]), st.text(max_size=9)),
        min_size=2,
        max_size=2,
    )
)
def test_keys_of_two_pupils_are_never_the_same(rows: list[tuple[PupilState, Presence | None, str]]) -> None:
    assert len({queue_key(*row, number) for number, row in enumerate(rows, 1)}) == len(rows)


def test_the_list_of_a_million_is_paged_by_its_indexes(store: Store, school: uuid.UUID) -> None:
    """Every page reads a range of an index and sorts no more than a page of each."""
    from store.models.table import database

    asked: list[tuple[str, tuple[object, ...]]] = []

    def watch(tx: object) -> None:
        execute = database.obj.execute_sql
        database.obj.execute_sql = lambda sql, params=None: asked.append((sql, params)) or execute(sql, params)
        try:
            for wanted in (
                QueueFilter(),
                QueueFilter("X 2"),
                QueueFilter(None, Desk.ALL.states),
                QueueFilter("X 2", Desk.CHECK.states),
                QueueFilter(only=Only.INCOMPLETE),
                QueueFilter(only=Only.ABSENT),
            ):
                queue.page(tx, school, wanted, start="2", limit=10)  # type: ignore[arg-type]
        finally:
            del database.obj.execute_sql
        for sql, params in asked:
            if "FROM pupil WHERE" in sql:
                plan_rows = execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
                lines = [row[3] for row in plan_rows]
                assert not any(line.startswith("SCAN pupil") for line in lines), lines
                inner = [line for line in lines if line.startswith("SEARCH pupil USING")]
                assert inner
                assert all("queue_key>" in line or "queue_key<" in line for line in inner), lines

    store.run_now(watch)
    assert len(asked) >= 6


def test_two_visits_do_not_see_each_other(store: Store, school: uuid.UUID) -> None:
    other = store.run_now(visits.create, plan(date(2026, 11, 30), "MA Contoh Awayan", None))
    store.run_now(lists.take, other, [person(77, "SALASIAH")], list_file("z"))
    assert len(store.run_now(queue.page, other).rows) == 1
    assert store.run_now(counts.of_visit, other).pupils == 1
    assert store.run_now(counts.of_visit, school).pupils == 40
