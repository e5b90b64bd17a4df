"""Visits: planning one, changing it, fixing its schedule, and the list the home screen shows."""

from __future__ import annotations

import enum
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from peewee import SQL, fn

from store import counts
from store.counts import Counts
from store.models.people import Person, Pupil, ScheduleVersion, School, Visit
from store.plans import LegalBasis as LegalBasis
from store.plans import PlanError as PlanError
from store.plans import PlanProblem as PlanProblem
from store.plans import PrintWhere as PrintWhere
from store.plans import SchoolDetails as SchoolDetails
from store.plans import VisitPlan as VisitPlan
from store.plans import problems as problems
from store.progress import STEP_OF, WAITING_HERE, PupilState, VisitState
from store.pupils import settle_age
from store.rules import RECORDING_AGE, LeapBirthday, birthday
from store.schedule import Slot
from store.standing import FIELD_ROLES
from store.transaction import OfficerRole, Transaction


class UnknownVisitError(LookupError):
    """There is no visit of that key."""


@dataclass(frozen=True)
class VisitDetail:
    """A visit as it stands; `agreed` is the moment its newest schedule was fixed, `ready_at` that of step 2."""

    visit: uuid.UUID
    school_id: uuid.UUID
    state: VisitState
    plan: VisitPlan
    schedule_version: int
    ready_at: datetime | None


@dataclass(frozen=True)
class ListedVisit:
    """A visit by its number, day and school."""

    visit: uuid.UUID
    ordinal: int
    day: date
    school: str


class StepMark(enum.Enum):
    """How a visit's step stands on the home screen."""

    NOW = "now"
    WAITING = "waiting"
    FINISHED = "finished"


@dataclass(frozen=True)
class HomeVisit:
    """One row of the home screen: `days_late` counts the days since the visit's day while pupils still wait there."""

    visit: uuid.UUID
    school: str
    day: date
    state: VisitState
    step: int
    mark: StepMark
    counts: Counts
    days_late: int


@dataclass(frozen=True)
class Home:
    """What the home screen lists: visits still open, today's first, and how many are closed."""

    visits: tuple[HomeVisit, ...]
    open: int
    closed: int


@dataclass(frozen=True)
class Clash:
    """An officer who is on another visit that day."""

    officer: str
    school: str
    day: date


@dataclass(frozen=True)
class AgeShift:
    """What another date did to the list: how many became 16, how many are under it again."""

    became_16: int
    back_under_16: int


def create(tx: Transaction, plan: VisitPlan) -> uuid.UUID:
    """Make a visit, and its school unless it is known (by NPSN, else by name); raises PlanError."""
    tx.require(*FIELD_ROLES)
    _refuse(plan, tx.today())
    school = _school(tx, plan.school)
    ordinal = (Visit.select(fn.MAX(Visit.ordinal)).scalar() or 0) + 1
    visit = Visit.create(school=school, ordinal=ordinal, created_at=tx.now(), **_columns(plan))
    tx.note("visit.planned", visit.id, school=school.hex, day=plan.day.isoformat())
    return visit.id


def change_plan(tx: Transaction, visit: uuid.UUID, plan: VisitPlan) -> AgeShift:
    """Change a visit's plan; another day decides anew who is 16. Raises PlanError or UnknownVisitError."""
    tx.require(*FIELD_ROLES)
    _refuse(plan, tx.today())
    row = visit_row(visit)
    old = row.day
    school = _school(tx, plan.school, row.school)
    Visit.update(school=school, **_columns(plan)).where(Visit.id == visit).execute()
    tx.note("visit.changed", visit, school=school.hex, old_day=old.isoformat(), day=plan.day.isoformat())
    return AgeShift(0, 0) if old == plan.day else _settle_ages(tx, visit, plan.day)


def get(tx: Transaction, visit: uuid.UUID) -> VisitDetail:
    """Return a visit; raises UnknownVisitError."""
    del tx
    row = visit_row(visit)
    return VisitDetail(row.id, row.school_id, row.state, _plan(row), row.schedule_version, row.ready_at)


def listed(tx: Transaction, limit: int = 40) -> tuple[ListedVisit, ...]:
    """Return the newest visits by their day, closed ones too: what can be named by its number on a command line."""
    del tx
    rows: Any = Visit.select(Visit, School).join(School).order_by(Visit.day.desc(), Visit.ordinal.desc()).limit(limit)
    return tuple(ListedVisit(row.id, row.ordinal, row.day, row.school.name) for row in rows)


def numbered(tx: Transaction, ordinal: int) -> uuid.UUID:
    """Return the visit of that number, as this laptop counts them; raises UnknownVisitError."""
    del tx
    row: Any = Visit.get_or_none(Visit.ordinal == ordinal)
    if row is None:
        raise UnknownVisitError(str(ordinal))
    return row.id


def home(tx: Transaction, *, closed: bool = False, limit: int = 40) -> Home:
    """Return the home screen's visits, at most `limit`: today's, then late and past ones, newest first, then coming.

    Only open ones unless `closed`: an office's finished visits would bury the work.
    """
    today = tx.today()
    # Spelled out rather than bound, so that SQLite sees that the index of open visits holds them all.
    wanted = Visit.select(Visit, School).join(School).where(SQL("1 = 1") if closed else SQL("t1.state <> 'closed'"))
    rows = [
        *wanted.where(Visit.day == today).order_by(Visit.ordinal).limit(limit),
        *wanted.where(Visit.day < today).order_by(Visit.day.desc(), Visit.ordinal).limit(limit),
        *wanted.where(Visit.day > today).order_by(Visit.day, Visit.ordinal).limit(limit),
    ]
    found = tuple(_home_visit(tx, row, today) for row in rows[:limit])
    unfinished = Visit.select().where(SQL("t1.state <> 'closed'")).count()
    return Home(found, unfinished, Visit.select().count() - unfinished)


def known_schools(tx: Transaction, beginning: str, limit: int = 8) -> tuple[VisitPlan, ...]:
    """Return the newest plan of each school whose name begins so, to fill in a new visit's form."""
    del tx
    start = beginning.strip()
    if not start:
        return ()
    schools = School.select().where(School.name.startswith(start)).order_by(School.name).limit(limit)
    plans: list[VisitPlan] = []
    for school in schools:
        newest = Visit.select().where(Visit.school == school).order_by(Visit.day.desc()).first()
        if newest is not None:
            plans.append(_plan(newest))
    return tuple(plans)


def clashes(tx: Transaction, plan: VisitPlan, visit: uuid.UUID | None = None) -> tuple[Clash, ...]:
    """Return the plan's officers who are on another visit that day."""
    del tx
    wanted = {_folded(name): name for name in (*plan.recording_officers, *plan.printing_officers) if name.strip()}
    others = Visit.select(Visit, School).join(School).where(Visit.day == plan.day, Visit.state != VisitState.CLOSED)
    return tuple(
        Clash(wanted[_folded(name)], other.school.name, plan.day)
        for other in others
        if other.id != visit
        for name in (*_names(other.recording_officers), *_names(other.printing_officers))
        if _folded(name) in wanted
    )


def fix_schedule(tx: Transaction, visit: uuid.UUID, slots: Sequence[Slot]) -> int:
    """Fix the schedule the school agreed to and return its version; earlier versions are kept."""
    tx.require(*FIELD_ROLES)
    row = visit_row(visit)
    version = row.schedule_version + 1
    pupils = counts.of_visit(tx, visit).sixteen
    ScheduleVersion.create(
        visit=visit,
        version=version,
        pupils=pupils,
        slots=json.dumps([_slot_out(slot) for slot in slots], ensure_ascii=False),
        officer=tx.officer,
        fixed_at=tx.now(),
    )
    state = VisitState.FIXED if row.state is VisitState.DRAFT else row.state
    Visit.update(schedule_version=version, state=state).where(Visit.id == visit).execute()
    tx.note("schedule.fixed", visit, version=version, pupils=pupils)
    return version


def schedule_of(tx: Transaction, visit: uuid.UUID, version: int | None = None) -> tuple[Slot, ...]:
    """Return the slots of a fixed schedule, the newest by default; empty before the first."""
    del tx
    row = visit_row(visit)
    found = ScheduleVersion.get_or_none(
        (ScheduleVersion.visit == visit) & (ScheduleVersion.version == (version or row.schedule_version))
    )
    return () if found is None else tuple(_slot_in(slot) for slot in json.loads(found.slots))


def close(tx: Transaction, visit: uuid.UUID) -> None:
    """Close a visit: every card is handed over or given up."""
    tx.require(OfficerRole.COORDINATOR, OfficerRole.PRINTING)
    visit_row(visit)
    Visit.update(state=VisitState.CLOSED).where(Visit.id == visit).execute()
    tx.note("visit.closed", visit)


def turning_16(tx: Transaction, visit: uuid.UUID, until: date) -> int:
    """Return how many listed under 16 become 16 by that day: they would be worth a later date."""
    return sum(turns <= until for _pupil, turns in _turns_16(tx, visit, PupilState.LISTED))


def visit_row(visit: uuid.UUID) -> Any:
    """Return a visit's row, for functions of this package only; raises UnknownVisitError."""
    found = Visit.get_or_none(Visit.id == visit)
    if found is None:
        raise UnknownVisitError(visit)
    return found


def _refuse(plan: VisitPlan, today: date) -> None:
    blocking = tuple(problem for problem in problems(plan, today) if problem.blocks)
    if blocking:
        raise PlanError(blocking)


def _school(tx: Transaction, details: SchoolDetails, current: Any = None) -> uuid.UUID:
    """Return the school of those details: the visit's own, one of that NPSN or name, or a new one; details renewed."""
    values = {**asdict(details), "name": details.name.strip()}
    found = School.get_or_none(School.npsn == details.npsn) if details.npsn else None
    found = found or School.select().where((School.name == values["name"]) & School.npsn.is_null()).first()
    if found is None and current is not None and Visit.select().where(Visit.school == current).count() == 1:
        found = current
    if found is None:
        school = School.create(**values)
        tx.note("school.added", school.id, name=school.name, npsn=school.npsn)
        return school.id
    old = {name: getattr(found, name) for name in values}
    if old != values:
        School.update(values).where(School.id == found.id).execute()
        tx.note("school.changed", found.id, old=old, new=values)
    return found.id


def _columns(plan: VisitPlan) -> dict[str, Any]:
    return {
        "day": plan.day,
        "fallback_day": plan.fallback_day,
        "start": plan.start,
        "place": plan.place,
        "vehicle": plan.vehicle,
        "recording_officers": json.dumps(plan.recording_officers, ensure_ascii=False),
        "printing_officers": json.dumps(plan.printing_officers, ensure_ascii=False),
        "coordinator": plan.coordinator,
        "legal_basis": plan.legal_basis.value,
        "print_where": plan.print_where.value,
        "desks": plan.desks,
        "minutes_per_pupil": plan.minutes_per_pupil,
    }


def _plan(row: Any) -> VisitPlan:
    school = row.school
    return VisitPlan(
        school=SchoolDetails(
            school.name,
            school.npsn,
            school.address,
            school.district,
            school.regency_code,
            school.contact,
            school.phone,
        ),
        day=row.day,
        fallback_day=row.fallback_day,
        start=row.start,
        place=row.place,
        vehicle=row.vehicle,
        recording_officers=_names(row.recording_officers),
        printing_officers=_names(row.printing_officers),
        coordinator=row.coordinator,
        legal_basis=LegalBasis(row.legal_basis),
        print_where=PrintWhere(row.print_where),
        desks=row.desks,
        minutes_per_pupil=row.minutes_per_pupil,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _slot_out(slot: Slot) -> dict[str, Any]:
    return {**asdict(slot), "day": slot.day.isoformat()}


def _slot_in(values: dict[str, Any]) -> Slot:
    day = date.fromisoformat(values.pop("day"))
    return Slot(day=day, **values)


def _home_visit(tx: Transaction, row: Any, today: date) -> HomeVisit:
    counted = counts.of_visit(tx, row.id)
    step, mark = _step(row, counted, today)
    late = (today - row.day).days if counted.left and row.state is not VisitState.CLOSED else 0
    return HomeVisit(row.id, row.school.name, row.day, row.state, step, mark, counted, max(late, 0))


def _step(row: Any, counted: Counts, today: date) -> tuple[int, StepMark]:
    """Return the step a visit is at: the first one somebody waits at."""
    if row.schedule_version == 0:
        return 1, StepMark.NOW
    if row.ready_at is None:
        return (1, StepMark.FINISHED) if row.day > today else (2, StepMark.NOW)
    if counted.left:
        steps = [STEP_OF[state] or 8 for state in counted.by_state if state in WAITING_HERE]
        return min(steps), StepMark.NOW
    if counted.waiting_at(7):
        return 7, StepMark.WAITING
    if counted.waiting_at(8):
        return 8, StepMark.NOW
    return 8, StepMark.FINISHED


def _settle_ages(tx: Transaction, visit: uuid.UUID, day: date) -> AgeShift:
    """Ask again who is 16 on that day, and move only those whose answer changed."""
    became = [pupil for pupil, turns in _turns_16(tx, visit, PupilState.LISTED) if turns <= day]
    back = [pupil for pupil, turns in _turns_16(tx, visit, PupilState.CHECK) if turns > day]
    for pupil in (*became, *back):
        settle_age(tx, pupil)
    return AgeShift(len(became), len(back))


def _turns_16(tx: Transaction, visit: uuid.UUID, state: PupilState) -> list[tuple[uuid.UUID, date]]:
    """Return the day on which each pupil of a visit in that state becomes 16."""
    leap = LeapBirthday(tx.setting("age.leap_birthday"))
    rows = Pupil.select(Pupil, Person).join(Person).where((Pupil.visit == visit) & (Pupil.state == state))
    return [(row.id, birthday(row.person.birth_date, RECORDING_AGE, leap)) for row in rows]
