"""How long the steps took against the SOP's standards."""

from datetime import date, timedelta

import pytest
from visit_day import VirtualClock, a_pupil, a_visit, open_store

from store import timings
from store.models.recording import StepRun


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def store(clock):
    held = open_store(clock)
    yield held
    held.close()


@pytest.fixture
def visit(store):
    return a_visit(store)


@pytest.fixture
def pupil(store, visit):
    return a_pupil(store, visit)


def test_the_usual_pace_is_that_of_whole_visits(store, clock, visit, pupil):
    assert store.run_now(timings.usual_pace) == (0, None)
    for number, minutes in ((3, 1), (4, 0.5), (6, 2.5)):
        store.run_now(timings.begin, number, visit, pupil)
        clock.forward(60 * minutes)
        store.run_now(timings.end, number, visit, pupil)
    assert store.run_now(timings.usual_pace) == (1, pytest.approx(4.0))


def test_a_step_takes_as_long_as_it_was_open(store, clock, visit, pupil):
    store.run_now(timings.begin, 6, visit, pupil)
    clock.forward(120)
    store.run_now(timings.leave, 6, visit, pupil)
    clock.forward(1800)
    store.run_now(timings.begin, 6, visit, pupil)
    clock.forward(60)
    run = store.run_now(timings.end, 6, visit, pupil)
    assert (run.seconds, run.over) == (180, False)
    assert store.run_now(timings.current, 6, visit, pupil) is None


def test_setting_the_wall_clock_back_changes_no_duration(store, clock, visit, pupil):
    store.run_now(timings.begin, 3, visit, pupil)
    clock.forward(240)
    clock.at -= timedelta(days=3)
    assert store.run_now(timings.end, 3, visit, pupil).seconds == 240


def test_what_a_restart_cut_off_is_not_guessed(store, clock, visit, pupil):
    store.run_now(timings.begin, 6, visit, pupil)
    clock.forward(60)
    store.run_now(timings.leave, 6, visit, pupil)
    store.run_now(timings.begin, 6, visit, pupil)
    store.run_now(lambda tx: StepRun.update(leg_boot="the boot before").execute())
    clock.seconds = 5
    store.run_now(timings.begin, 6, visit, pupil)
    clock.forward(30)
    assert store.run_now(timings.end, 6, visit, pupil).seconds == 90


def test_the_board_sums_runs_averages_and_those_over_the_standard(store, clock, visit):
    for minutes in (3, 7):
        pupil = a_pupil(store, visit, f"MURID {minutes}")
        store.run_now(timings.begin, 3, visit, pupil)
        clock.forward(minutes * 60)
        store.run_now(timings.end, 3, visit, pupil)
    board = {one.step: one for one in store.run_now(timings.summary, visit)}
    assert (board[3].runs, board[3].average_seconds, board[3].over) == (2, 300, 1)
    assert (board[6].runs, board[6].average_seconds) == (0, None)
    assert [one.standard_minutes for one in board.values()][2] == (5, 5)


def test_a_visits_own_step_runs_beside_its_pupils(store, clock, visit, pupil):
    store.run_now(timings.begin, 8, visit)
    clock.forward(60)
    store.run_now(timings.begin, 7, visit, pupil)
    assert store.run_now(timings.current, 8, visit).seconds == 60
    assert store.run_now(timings.of_pupil, pupil)[0].step == 7


def test_ending_what_never_began_is_nothing(store, visit, pupil):
    assert store.run_now(timings.end, 6, visit, pupil) is None
    assert all(one.runs == 0 for one in store.run_now(timings.summary, visit))


def test_a_ninth_step_does_not_exist(store, visit):
    with pytest.raises(KeyError):
        store.run_now(timings.begin, 9, visit)


def test_the_pace_counts_each_half_hour(store, clock, visit):
    start = clock.at
    for wait in (10, 15, 40):
        pupil = a_pupil(store, visit, f"MURID {wait}")
        store.run_now(timings.begin, 6, visit, pupil)
        clock.forward(wait * 60)
        store.run_now(timings.end, 6, visit, pupil)
    clock.forward(60)
    assert [one.finished for one in store.run_now(timings.pace, visit, 6, start)] == [2, 0, 1]


def _work(store, clock, visit, pupil, step, seconds):
    store.run_now(timings.begin, step, visit, pupil)
    clock.forward(seconds)
    store.run_now(timings.end, step, visit, pupil)


def test_a_day_s_summary_leaves_out_the_days_before(store, clock, visit, pupil):
    _work(store, clock, visit, pupil, 6, 240)
    clock.forward(24 * 3600)
    since = clock.now()
    _work(store, clock, visit, pupil, 6, 1500)
    today = store.run_now(timings.summary_since, visit, since)[5]
    assert (today.runs, today.average_seconds, today.over) == (1, 1500, 1)
    whole = store.run_now(timings.summary, visit)[5]
    assert (whole.runs, whole.average_seconds, whole.over) == (2, 870, 1)
    assert store.run_now(timings.summary_since, visit, clock.now() + timedelta(days=1))[5].average_seconds is None


def test_a_month_s_summary_sums_up_all_its_visits_and_no_other(store, clock, visit, pupil):
    other = a_visit(store, "MA CONTOH AWAYAN", day=date(2026, 12, 1))
    _work(store, clock, visit, pupil, 3, 60)
    _work(store, clock, other, a_pupil(store, other, "NOR AIDA"), 3, 600)
    november = store.run_now(timings.summary_of_days, date(2026, 11, 1), date(2026, 11, 30))[2]
    assert (november.runs, november.average_seconds, november.over) == (1, 60, 0)
    both = store.run_now(timings.summary_of_days, date(2026, 11, 1), date(2026, 12, 31))[2]
    assert (both.runs, both.average_seconds, both.over) == (2, 330, 1)
