"""Visits: planned, changed, fixed with the school, and listed on the home screen."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from a_school import DAY, person, plan, pupil_of, take

from store import counts, pupils, schedule, visits
from store.progress import PupilState, VisitState
from store.standing import change, pupil_row
from store.store import Store
from store.transaction import NotAllowedError, OfficerRole
from store.visits import PlanError, PlanProblem, StepMark


def test_a_plan_comes_back_as_it_was_given(store: Store, visit: uuid.UUID) -> None:
    found = store.run_now(visits.get, visit)
    assert (found.plan, found.state, found.schedule_version) == (plan(), VisitState.DRAFT, 0)


def test_what_blocks_a_plan_and_what_is_only_looked_at() -> None:
    bad = replace(plan(date(2026, 11, 22), " ", "123"), recording_officers=(" ",), start="8", desks=0)
    assert visits.problems(bad, DAY) == (
        PlanProblem.NO_SCHOOL,
        PlanProblem.BAD_NPSN,
        PlanProblem.NO_RECORDING_OFFICER,
        PlanProblem.BAD_START,
        PlanProblem.BAD_DESKS,
        PlanProblem.NOT_A_SCHOOL_DAY,
        PlanProblem.DAY_PASSED,
    )
    assert [problem.blocks for problem in visits.problems(plan(date(2026, 11, 22)), DAY)] == [False, False]


def test_a_blocked_plan_makes_no_visit(store: Store) -> None:
    with pytest.raises(PlanError) as refused:
        store.run_now(visits.create, plan(name=""))
    assert refused.value.problems == (PlanProblem.NO_SCHOOL,)
    assert store.run_now(visits.home).open == 0


def test_a_second_visit_knows_the_school_and_its_details(store: Store, visit: uuid.UUID) -> None:
    second = store.run_now(visits.create, plan(date(2026, 11, 30)))
    first = store.run_now(visits.get, visit)
    assert store.run_now(visits.get, second).school_id == first.school_id
    (known,) = store.run_now(visits.known_schools, "SMA Con")
    assert known.school == plan().school


def test_officers_on_two_visits_the_same_day_clash(store: Store, visit: uuid.UUID) -> None:
    other = replace(plan(name="MA Contoh Awayan", npsn=None), recording_officers=("rahmawati", "Noor Aini"))
    (clash,) = store.run_now(visits.clashes, other)
    assert (clash.officer, clash.school) == ("rahmawati", "SMA Contoh 1 Paringin")
    assert store.run_now(visits.clashes, plan(), visit) == ()
    assert store.run_now(visits.clashes, replace(other, day=date(2026, 11, 24))) == ()


def test_another_day_asks_anew_who_is_16(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "A B", date(2010, 11, 23)), person(2, "C D", date(2010, 11, 30)))
    assert store.run_now(visits.turning_16, visit, date(2026, 12, 23)) == 1
    later = store.run_now(visits.change_plan, visit, plan(date(2026, 11, 30)))
    assert later == visits.AgeShift(became_16=1, back_under_16=0)
    assert store.run_now(counts.of_visit, visit).sixteen == 2
    earlier = store.run_now(visits.change_plan, visit, replace(plan(date(2026, 11, 20))))
    assert earlier == visits.AgeShift(became_16=0, back_under_16=2)


def test_a_pupil_checked_already_keeps_her_place_when_the_day_moves(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "A B", date(2010, 11, 23)))
    pupil = pupil_of(store, visit, 1)
    store.run_now(lambda tx: change(pupil_row(pupil), state=PupilState.SIAK))
    store.run_now(visits.change_plan, visit, plan(date(2026, 11, 20)))
    assert store.run_now(pupils.detail, pupil).state is PupilState.SIAK


def test_every_fixed_schedule_is_kept(store: Store, visit: uuid.UUID) -> None:
    first = schedule.draft([("XII IPA 1", 31)], DAY).slots
    second = schedule.draft([("XII IPA 1", 31), ("XII IPA 2", 30)], DAY, teachers={"XII IPA 1": "Kamarudin"}).slots
    assert store.run_now(visits.schedule_of, visit) == ()
    assert store.run_now(visits.fix_schedule, visit, first) == 1
    assert store.run_now(visits.fix_schedule, visit, second) == 2
    assert store.run_now(visits.schedule_of, visit) == second
    assert store.run_now(visits.schedule_of, visit, 1) == first
    assert store.run_now(visits.get, visit).state is VisitState.FIXED


def test_home_shows_todays_visit_first_and_where_each_one_stands(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "A B"), person(2, "C D"))
    coming = store.run_now(visits.create, plan(date(2026, 11, 26), "SMA Contoh 2 Lampihong", None))
    store.run_now(visits.fix_schedule, coming, [])
    past = store.run_now(visits.create, plan(date(2026, 11, 20), "MA Contoh Awayan", None))
    take(store, past, person(1, "E F"), letter="p")
    home = store.run_now(visits.home)
    shown = [(row.school, row.step, row.mark, row.days_late) for row in home.visits]
    assert shown == [
        ("SMA Contoh 1 Paringin", 1, StepMark.NOW, 0),
        ("MA Contoh Awayan", 1, StepMark.NOW, 3),
        ("SMA Contoh 2 Lampihong", 1, StepMark.FINISHED, 0),
    ]
    assert home.visits[0].counts.sixteen == 2
    store.run_now(visits.close, past)
    again = store.run_now(visits.home)
    assert ([row.visit for row in again.visits], again.open, again.closed) == ([visit, coming], 2, 1)
    assert len(store.run_now(visits.home, closed=True).visits) == 3


def test_the_step_shown_is_the_first_somebody_waits_at(store: Store, visit: uuid.UUID) -> None:
    from store.models.people import Visit

    take(store, visit, person(1, "A B"), person(2, "C D"))
    store.run_now(visits.fix_schedule, visit, [])

    def shown() -> tuple[int, StepMark]:
        (row,) = store.run_now(visits.home).visits
        return row.step, row.mark

    assert shown() == (2, StepMark.NOW)
    store.run_now(lambda tx: Visit.update(ready_at=tx.now()).execute())
    one, two = pupil_of(store, visit, 1), pupil_of(store, visit, 2)
    for states, expected in (
        ((PupilState.CHECK, PupilState.RECORD), (3, StepMark.NOW)),
        ((PupilState.UPDATE, PupilState.RECORD), (5, StepMark.NOW)),
        ((PupilState.CARD, PupilState.HANDOVER), (7, StepMark.WAITING)),
        ((PupilState.DONE, PupilState.HANDOVER), (8, StepMark.NOW)),
        ((PupilState.DONE, PupilState.HAS_CARD), (8, StepMark.FINISHED)),
    ):
        for pupil, state in zip((one, two), states, strict=True):
            store.run_now(lambda tx, pupil=pupil, state=state: change(pupil_row(pupil), state=state))
        assert shown() == expected


def test_only_a_role_of_the_visit_plans_one(store: Store) -> None:
    store.sign_in(None, frozenset({OfficerRole.PRINTING}))
    with pytest.raises(NotAllowedError):
        store.run_now(visits.create, plan())


def test_an_unknown_visit_is_said_to_be_unknown(store: Store) -> None:
    with pytest.raises(visits.UnknownVisitError):
        store.run_now(visits.get, uuid.UUID(int=5))
