"""The draft of a schedule and the day's board: pure arithmetic over kits, hours and pace."""

import itertools
import uuid
from datetime import date

import pytest
from a_school import DAY, person, pupil_of, take
from hypothesis import given
from hypothesis import strategies as st

from store import board, counts, pupils
from store.progress import PupilState
from store.schedule import (
    Hours,
    Wishes,
    advance,
    clock_text,
    clock_time,
    draft,
    move_late,
    recording_desks,
    two_days,
    working_minutes,
)
from store.standing import change, pupil_row
from store.store import Store

CLASSES = [("XII IPA 1", 31), ("XII IPA 2", 30), ("XII IPS 1", 33), ("XII IPS 2", 26)]
LATER = date(2026, 11, 30)


def test_the_books_school_day() -> None:
    plan = draft(CLASSES, DAY, minutes_per_pupil=4.0, teachers={"XII IPA 1": "Kamarudin, S.Pd."})
    shown = [(slot.class_name, clock_text(slot.start), clock_text(slot.end), slot.fits) for slot in plan.slots]
    # The break is from 12.05 to 13.00: nobody is called a minute before it.
    assert shown == [
        ("XII IPA 1", "08.00", "10.04", True),
        ("XII IPA 2", "10.04", "12.04", True),
        ("XII IPS 1", "13.00", "15.12", True),
        ("XII IPS 2", "15.12", "16.56", False),
    ]
    assert (plan.slots[0].teacher, plan.late, clock_text(plan.ends)) == ("Kamarudin, S.Pd.", 14, "16.56")


def test_those_who_do_not_fit_move_to_the_fallback_day() -> None:
    moved = move_late(draft(CLASSES, DAY, minutes_per_pupil=4.0), LATER, minutes_per_pupil=4.0)
    assert [(slot.class_name, slot.pupils, slot.day) for slot in moved.slots[3:]] == [
        ("XII IPS 2", 12, DAY),
        ("XII IPS 2", 14, LATER),
    ]
    assert (moved.late, clock_text(moved.slots[-1].start), clock_text(moved.slots[-1].end)) == (0, "08.00", "08.56")


def test_a_class_begins_at_its_own_time_but_never_before_the_desk_is_free() -> None:
    plan = draft(CLASSES[:2], DAY, minutes_per_pupil=4.0, starts={"XII IPA 1": 9 * 60, "XII IPA 2": 8 * 60})
    assert [(clock_text(slot.start), clock_text(slot.end)) for slot in plan.slots] == [
        ("09.00", "11.04"),
        ("11.04", "13.59"),
    ]


def test_a_break_cuts_a_class_that_began_well_before_it() -> None:
    plan = draft([("XII IPA 1", 70)], DAY, minutes_per_pupil=4.0)
    assert clock_text(plan.slots[0].end) == "13.35"


@pytest.mark.parametrize(("desks", "recording"), [(1, 1), (2, 1), (3, 2), (4, 3)])
def test_of_several_desks_one_checks(desks: int, recording: int) -> None:
    assert recording_desks(desks) == recording


def test_a_class_that_wants_the_second_day_stands_there_and_late_ones_come_after_it() -> None:
    wishes = Wishes({"XII IPS 1": "Noor Aini"}, {"XII IPA 2": 11 * 60}, frozenset({"XII IPS 1"}))
    plan = two_days(CLASSES, DAY, LATER, wishes, minutes_per_pupil=5.0)
    assert [(slot.class_name, slot.day, clock_text(slot.start)) for slot in plan.slots] == [
        ("XII IPA 1", DAY, "08.00"),
        ("XII IPA 2", DAY, "11.00"),
        ("XII IPS 2", DAY, "14.25"),
        ("XII IPS 1", LATER, "08.00"),
    ]
    assert (plan.late, clock_text(plan.ends)) == (7, "16.35")
    moved = move_late(plan, LATER, minutes_per_pupil=5.0)
    assert [(slot.class_name, slot.pupils, slot.day, clock_text(slot.start)) for slot in moved.slots[2:]] == [
        ("XII IPS 2", 19, DAY, "14.25"),
        ("XII IPS 1", 33, LATER, "08.00"),
        ("XII IPS 2", 7, LATER, "10.45"),
    ]


def test_without_a_second_day_every_class_stands_on_the_first() -> None:
    plan = two_days(CLASSES, DAY, None, Wishes(later=frozenset({"XII IPA 1"})), minutes_per_pupil=4.0)
    assert {slot.day for slot in plan.slots} == {DAY}


def test_two_desks_share_the_classes() -> None:
    plan = draft(CLASSES, DAY, minutes_per_pupil=4.0, desks=2)
    assert [slot.desk for slot in plan.slots] == [1, 2, 2, 1]
    assert plan.late == 0


@pytest.mark.parametrize("text", ["8", "24.00", "08.60", "08.0", "a.00", "", "08:00"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$" if text else ".*"):
        clock_time(text)


@given(st.integers(0, 24 * 60 - 1))
def test_times_are_written_as_they_are_read(minutes: int) -> None:
    assert clock_time(clock_text(minutes)) == minutes


ROOMS = st.lists(st.tuples(st.text(min_size=1, max_size=3), st.integers(0, 60)), max_size=12)


@given(ROOMS, st.floats(0.5, 30), st.integers(1, 4))
def test_a_draft_holds_everybody_once_and_nobody_works_through_the_break(
    classes: list[tuple[str, int]], pace: float, desks: int
) -> None:
    hours = Hours()
    plan = draft(classes, DAY, minutes_per_pupil=pace, desks=desks)
    assert sum(slot.pupils for slot in plan.slots) == sum(pupils for _name, pupils in classes)
    moved = move_late(plan, LATER, minutes_per_pupil=pace)
    assert sum(slot.pupils for slot in moved.slots) == sum(slot.pupils for slot in plan.slots)
    for slot in plan.slots:
        assert not hours.break_start <= slot.start < hours.break_end
        assert working_minutes(slot.start, slot.end, hours) >= slot.pupils * pace - 1
        assert 0 <= slot.late <= slot.pupils
        assert slot.fits == (slot.end <= hours.end)
    for desk in range(1, desks + 1):
        mine = [slot for slot in plan.slots if slot.desk == desk]
        assert all(one.end <= other.start + 1 for one, other in itertools.pairwise(mine))


@given(st.floats(0, 1400), st.floats(0, 900))
def test_work_that_advances_is_work_that_was_done(begin: float, minutes: float) -> None:
    hours = Hours()
    assert working_minutes(begin, advance(begin, minutes, hours), hours) == pytest.approx(minutes, abs=1e-6)


def test_the_answer_for_the_teacher() -> None:
    told = board.forecast(74, clock_time("11.00"), measured_minutes=4.2)
    # Four hours and five minutes are left without the break: 58 pupils of 4,2 minutes.
    assert (told.fits, told.over, told.measured) == (58, 16, True)
    assert clock_text(told.done_at) == "17.06"
    assert board.forecast(0, clock_time("11.00")).done_at == clock_time("11.00")


@given(st.integers(0, 500), st.integers(0, 24 * 60), st.floats(0.5, 60), st.integers(1, 4))
def test_whoever_fits_and_whoever_does_not_are_those_left(left: int, now: int, pace: float, desks: int) -> None:
    told = board.forecast(left, now, measured_minutes=pace, desks=desks)
    assert told.fits >= 0
    assert told.fits + told.over == left
    if told.done_at < Hours().end:
        assert told.over == 0


@given(st.lists(st.tuples(st.sampled_from(list(PupilState)), st.booleans(), st.booleans()), max_size=30))
def test_the_boards_parts_always_sum_up(pupils_: list[tuple[PupilState, bool, bool]]) -> None:
    by_state: dict[PupilState, int] = {}
    absent: dict[PupilState, int] = {}
    recorded: dict[PupilState, int] = {}
    for state, away, sealed in pupils_:
        by_state[state] = by_state.get(state, 0) + 1
        absent[state] = absent.get(state, 0) + away
        recorded[state] = recorded.get(state, 0) + sealed
    found = board.balance(counts.Counts(by_state, absent, 0, 0, recorded))
    parts = (found.recorded, found.straight_to_print, found.has_card, found.office, found.absent, found.left)
    assert all(part >= 0 for part in parts)
    assert sum(parts) == found.sixteen


def test_the_board_of_a_real_list(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, *(person(row, f"MURID {row}") for row in range(1, 7)), person(7, "A B", date(2011, 1, 1)))
    states = (PupilState.CARD, PupilState.CARD, PupilState.HAS_CARD, PupilState.OFFICE)
    for number, state in enumerate(states, 1):
        pupil = pupil_of(store, visit, number)
        store.run_now(lambda tx, p=pupil, s=state, n=number: change(pupil_row(p), state=s, recorded=int(n == 1)))
    store.run_now(pupils.mark_absent, pupil_of(store, visit, 5))
    found = board.balance(store.run_now(counts.of_visit, visit))
    assert found == board.Balance(recorded=1, straight_to_print=1, has_card=1, office=1, absent=1, left=1, sixteen=6)
