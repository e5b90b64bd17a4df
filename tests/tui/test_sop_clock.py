"""The SOP's clock at a desk: one runs at a time, and only while somebody sits there."""

from __future__ import annotations

import pytest
from siak_day import at_school, press, pupil_of, state_of

from store import siak_check, timings
from store.progress import PupilState
from store.siak_check import FieldsBlockedError
from tui import planning, sop


async def test_opening_a_pupil_leaves_the_one_before() -> None:
    async with at_school() as (pilot, store, visit):
        app, clock = pilot.app, store.clock
        first, second = pupil_of(store, visit), pupil_of(store, visit, 1)
        await sop.begin(app, 4, visit, first)
        clock.advance(60)
        await sop.begin(app, 6, visit, second)
        clock.advance(600)
        assert store.run_now(timings.current, 4, visit, first).seconds == 60
        assert (app.sop.step, app.sop.minutes(clock.now())) == (6, 10)
        await sop.begin(app, 4, visit, first)
        assert app.sop.minutes(clock.now()) == 1, "it goes on where it was left"


async def test_a_screen_may_begin_as_often_as_it_is_loaded() -> None:
    async with at_school() as (pilot, store, visit):
        pupil = pupil_of(store, visit)
        for _reload in range(3):
            await sop.begin(pilot.app, 4, visit, pupil)
            store.clock.advance(30)
        assert store.run_now(timings.current, 4, visit, pupil).seconds == 90


async def test_a_queue_shows_its_step_and_counts_nobody() -> None:
    async with at_school() as (pilot, store, visit):
        await press(pilot, "4", "enter")
        store.clock.advance(120)
        pilot.app.redraw()
        shown = await press(pilot, "escape")
        store.clock.advance(600)
        pilot.app.redraw()
        shown = await press(pilot, "down")
        assert shown[0].rstrip().endswith(f"L{pilot.app.screen.step} 0/5 mnt")
        assert 120 <= store.run_now(timings.current, 4, visit, pupil_of(store, visit)).seconds < 130


async def test_what_cannot_end_lets_the_clock_run_on() -> None:
    async with at_school() as (pilot, store, visit):
        pupil = pupil_of(store, visit)
        await sop.begin(pilot.app, 4, visit, pupil)
        store.clock.advance(60)
        with pytest.raises(FieldsBlockedError):
            await sop.end_with(pilot.app, siak_check.finish, pupil)
        assert pilot.app.sop.step == 4
        assert store.run_now(timings.current, 4, visit, pupil).ended_at is None


async def test_ending_a_step_and_its_clock_are_one() -> None:
    async with at_school() as (pilot, store, visit):
        pupil = pupil_of(store, visit)
        store.run_now(siak_check.agree_all, pupil)
        await sop.begin(pilot.app, 4, visit, pupil)
        store.clock.advance(301)
        await sop.end_with(pilot.app, siak_check.finish, pupil)
        assert pilot.app.sop is None
        assert state_of(store, pupil) is PupilState.RECORD
        assert store.run_now(timings.summary, visit)[3].over == 1


async def test_leaving_the_program_stops_the_clock() -> None:
    async with at_school() as (pilot, store, visit):
        pupil = pupil_of(store, visit)
        await press(pilot, "4", "enter")
        store.clock.advance(60)
        runs: list[timings.Run] = []
        close = store.close

        def look_and_close() -> None:
            if not store.closed:
                store.clock.advance(900)
                runs.extend(store.run_now(timings.of_pupil, pupil))
            close()

        store.close = look_and_close
        await pilot.app.leave()
        assert [60 <= run.seconds < 70 for run in runs if run.step == 4] == [True]


async def test_a_sheet_of_step_1_that_was_left_does_not_touch_the_clock() -> None:
    async with at_school() as (pilot, _store, visit):
        await press(pilot, "4", "enter")
        running = pilot.app.sop
        assert running.step == 4
        await planning.begin(pilot.app, visit)
        assert pilot.app.sop == running
