"""What the home screen says beside its visits: work that was cut, and what somebody has to do something about."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import JOIN, SQL, fn

from store import card_queue, counts, recordings, stock
from store.models.cards import QueueEntry
from store.models.people import Person, Pupil, School, Tally, Visit
from store.models.recording import Recording, StepRun
from store.progress import PupilState, VisitState
from store.rules import status_code
from store.sections import RecordingState
from store.transaction import Transaction

_CODES_READ = 200


@dataclass(frozen=True, repr=False)
class Cut:
    """A recording that was open when the program ended: whose, where, and everything kept of it.

    `last` is the moment of the last thing that was stored; `restarted` tells that the laptop went off in between,
    rather than the program alone.
    """

    pupil: uuid.UUID
    name: str
    visit: uuid.UUID
    school: str
    day: date
    last: datetime
    restarted: bool
    recording: RecordingState


@dataclass(frozen=True)
class ReturnVisit:
    """A visit whose absent pupils have no later day yet."""

    visit: uuid.UUID
    school: str
    absent: int


@dataclass(frozen=True, repr=False)
class ToDo:
    """What needs action: decisions of the office, cards to be printed, 17th birthdays, visits to be made again.

    `office_codes` are the different statuses of those who wait for the office, in SIAK's words. `next_pupil` is the
    next to become 17, with the day, or None where nobody waits for it.
    """

    office: int
    office_codes: tuple[str, ...]
    ready: int
    ready_schools: int
    blanks: int
    waiting_age: int
    next_pupil: uuid.UUID | None
    next_name: str
    next_day: date | None
    return_visits: tuple[ReturnVisit, ...]


def cut(tx: Transaction) -> tuple[Cut, ...]:
    """Return the recordings that were cut, the latest first, over all visits that are not closed.

    One that an officer left on purpose, to open another pupil, waits in its queue and is not told here: its clock of
    step 6 stands still. Whether another desk has the pupil open now, the caller asks the folder's locks.
    """
    boot, _seconds = tx.monotonic()
    clock = (StepRun.pupil == Pupil.id) & (StepRun.step == 6) & StepRun.ended_at.is_null()
    rows: Any = (
        Recording.select(Recording.id, Recording.opened_at, StepRun.leg_boot)
        .join(Pupil)
        .join(Visit)
        .join_from(Pupil, StepRun, JOIN.LEFT_OUTER, on=clock)
        .where(
            SQL("t1.stage = 'open'")  # spelled out rather than bound, so that SQLite sees that the index holds them all
            & (Pupil.state == PupilState.RECORD)
            & (Visit.state != VisitState.CLOSED)
            & (StepRun.id.is_null() | StepRun.leg_started.is_null(False))
        )
        .tuples()
    )
    found: list[Cut] = []
    for recording, opened_at, last_boot in rows:
        held = recordings.state(tx, recording)
        pupil = Pupil.get_by_id(held.pupil)
        visit = pupil.visit
        stored = [attempt.at for section in held.sections for attempt in section.attempts]
        last = max(moment for moment in (opened_at, held.confirmed_at, *stored) if moment is not None)
        restarted = last_boot is not None and last_boot != boot
        found.append(Cut(pupil.id, pupil.person.name, visit.id, visit.school.name, visit.day, last, restarted, held))
    return tuple(sorted(found, key=lambda one: one.last, reverse=True))


def to_do(tx: Transaction) -> ToDo:
    """Return what needs action; it reads counters and one row of the queue, whatever the number of pupils."""
    everybody = counts.of_all(tx)
    waiting = card_queue.counts(tx)
    first = card_queue.queue(tx, card_queue.View.AGE, limit=1).rows if waiting.age else ()
    return ToDo(
        office=everybody.office + waiting.office,
        office_codes=_office_codes(),
        ready=waiting.ready,
        ready_schools=_ready_schools(tx.today()) if waiting.ready else 0,
        blanks=stock.balance(tx).blank.closing,
        waiting_age=waiting.age,
        next_pupil=first[0].pupil if first else None,
        next_name=first[0].name if first else "",
        next_day=first[0].due_day if first else None,
        return_visits=_return_visits(tx),
    )


def _office_codes() -> tuple[str, ...]:
    """Return the different statuses of those who wait for the office, from the first of them in every visit."""
    waiting = Tally.select(Tally.visit).where((Tally.state == PupilState.OFFICE.value) & (Tally.pupils > 0)).distinct()
    here = (
        Person.select(Person.status_code)
        .join(Pupil)
        .where(Pupil.visit.in_(waiting) & (Pupil.state == PupilState.OFFICE))
        .limit(_CODES_READ)
    )
    queued = (
        Person.select(Person.status_code)
        .join(QueueEntry)
        .where((QueueEntry.lane == card_queue.Lane.OFFICE) & QueueEntry.held.is_null())
        .limit(_CODES_READ)
    )
    rows: list[Any] = [*here.tuples(), *queued.tuples()]
    found = (status_code(row[0] or "") for row in rows)
    return tuple(dict.fromkeys(code for code in found if code))


def _ready_schools(today: date) -> int:
    """Count the schools with a card that may be printed: one look into an index for each school."""
    ready = QueueEntry.select(QueueEntry.id).where(
        (QueueEntry.school == School.id) & (QueueEntry.lane == card_queue.Lane.DUE) & (QueueEntry.due_day <= today)
    )
    return School.select().where(fn.EXISTS(ready)).count()


def _return_visits(tx: Transaction) -> tuple[ReturnVisit, ...]:
    """Return past visits with absent pupils whose school is neither visited later nor on a fallback day to come."""
    today = tx.today()
    rows: list[Any] = list(Visit.select(Visit, School).join(School).where(Visit.state != VisitState.CLOSED))
    latest: dict[uuid.UUID, date] = {}
    for row in rows:
        day = max(row.day, row.fallback_day or row.day)
        latest[row.school_id] = max(day, latest.get(row.school_id, day))
    found: list[ReturnVisit] = []
    for row in rows:
        if row.day < today and latest[row.school_id] < today and (absent := counts.of_visit(tx, row.id).absent):
            found.append(ReturnVisit(row.id, row.school.name, absent))
    return tuple(sorted(found, key=lambda one: one.absent, reverse=True))
