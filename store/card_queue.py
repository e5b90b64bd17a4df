"""The queue of step 7: who may be printed today, who waits for what, page by page and counted without counting people.

The gate itself is `rules.card_gate`; here its answer is stored as a lane and a day, so that SQL can page. Triggers say
whose answer has to be worked out again; that is done before anything of the queue is read.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN, fn

from store import standing
from store.card_lanes import SEALED, leap_rule, settle
from store.models.cards import UNRESOLVED, Card, CardState, JobState, PrintJob, QueueEntry, QueueTally, StalePupil
from store.models.cards import Lane as Lane
from store.models.people import Person, Pupil, School
from store.models.recording import Recording
from store.progress import Sex
from store.roster.text import clean
from store.rules import CardGate, card_gate, is_or_was_married, status_code
from store.sections import RecordingStage
from store.transaction import OfficerRole, Transaction


class View(enum.Enum):
    """The parts of the queue as its filter names them; WAITING is the last three, one after the other."""

    READY = "ready"
    WAITING = "waiting"
    AGE = "age"
    CENTRE = "centre"
    OFFICE = "office"
    UNCLEAR = "unclear"  # a card of hers is on its way, or nobody knows where it is


EVERYBODY = (View.UNCLEAR, View.READY, View.AGE, View.CENTRE, View.OFFICE)
"""The whole queue as the screen of step 7 shows it: what has to be answered first, then who is next, then who waits."""

_WAITING = (View.AGE, View.CENTRE, View.OFFICE)


class Order(enum.Enum):
    """How a page is ordered: by the 17th birthday, or by school, class and number on the list.

    Who waits for her birthday alone stands by its day in both.
    """

    DUE = "due"
    SCHOOL = "school"


@dataclass(frozen=True)
class Cursor:
    """Where the next page begins; opaque to callers."""

    view: View
    key: str
    id: uuid.UUID


@dataclass(frozen=True, repr=False)
class QueueRow:
    """One pupil in the queue as a list shows her."""

    pupil: uuid.UUID
    person: uuid.UUID
    name: str
    nik: str | None
    sex: Sex | None
    birth_place: str
    birth_date: date
    due_day: date
    married: bool
    status_code: str
    status_day: date | None
    lane: Lane
    held: str
    school_id: uuid.UUID
    school: str
    class_name: str
    same_name: bool
    job: JobState | None
    days_left: int
    recorded_here: bool
    cursor: Cursor


@dataclass(frozen=True)
class QueuePage:
    """One page and where the next one begins; `after` is None on the last page."""

    rows: tuple[QueueRow, ...]
    after: Cursor | None


@dataclass(frozen=True)
class QueueCounts:
    """How many stand where, and the next 17th birthday that opens a gate."""

    ready: int
    age: int
    centre: int
    office: int
    printed_today: int
    next_due: date | None

    @property
    def waiting(self) -> int:
        """Everybody in the queue who cannot be printed today."""
        return self.age + self.centre + self.office


def counts(tx: Transaction, school: uuid.UUID | None = None) -> QueueCounts:
    """Count the queue: from the tallies by day for the whole laptop, from the school's own index for one school."""
    settle(tx)
    today = tx.today()
    source: Any = QueueTally if school is None else QueueEntry
    total = fn.sum(QueueTally.pupils) if school is None else fn.count(QueueEntry.id)
    scope = (source.due_day.is_null(False)) if school is None else (QueueEntry.school == school)

    def number(condition: Any) -> int:
        return source.select(total).where(scope & condition).scalar() or 0

    due = source.lane == Lane.DUE
    upcoming = source.select(fn.min(source.due_day)).where(scope & due & (source.due_day > today))
    if school is None:
        upcoming = upcoming.where(QueueTally.pupils > 0)
    printed = Card.select().where(Card.printed_day == today)
    return QueueCounts(
        ready=number(due & (source.due_day <= today)),
        age=number(due & (source.due_day > today)),
        centre=number(source.lane == Lane.CENTRE),
        office=number(source.lane == Lane.OFFICE),
        printed_today=(printed if school is None else printed.where(Card.school == school)).count(),
        next_due=_day(upcoming.scalar()),
    )


def queue(
    tx: Transaction,
    view: View,
    *,
    school: uuid.UUID | None = None,
    order: Order = Order.DUE,
    after: Cursor | None = None,
    limit: int = 50,
) -> QueuePage:
    """Return one page of the queue; the next begins `after` this one's cursor, without counting what lies before."""
    settle(tx)
    views = _WAITING if view is View.WAITING else (view,)
    if after is not None:
        views = views[views.index(after.view) :]
    found: list[tuple[View, Any]] = []
    for one in views:
        found += [(one, entry) for entry in _page(tx, one, school, order, after, limit + 1 - len(found))]
        after = None
        if len(found) > limit:
            rows = tuple(_row(tx, entry, view, order) for view, entry in found[:limit])
            return QueuePage(rows, rows[-1].cursor)
    return QueuePage(tuple(_row(tx, entry, view, order) for view, entry in found), None)


def window(
    tx: Transaction,
    views: tuple[View, ...],
    anchor: Cursor | None,
    limit: int,
    *,
    back: bool = False,
    school: uuid.UUID | None = None,
    order: Order = Order.DUE,
) -> tuple[QueueRow, ...]:
    """Return the rows of these views after (or with `back` before) the row with that cursor, in the list's own order.

    An anchor of None is the very beginning, or the very end. Whose card is on its way stands in UNCLEAR alone.
    """
    settle(tx)
    if anchor is not None:
        at = views.index(anchor.view)
        views = views[: at + 1] if back else views[at:]
    found: list[QueueRow] = []
    for view in reversed(views) if back else views:
        page = _page(
            tx, view, school, order, anchor, limit - len(found), without_job=view is not View.UNCLEAR, back=back
        )
        found += [_row(tx, entry, view, order) for entry in page]
        anchor = None
        if len(found) == limit:
            break
    return tuple(reversed(found)) if back else tuple(found)


def next_ready(
    tx: Transaction,
    school: uuid.UUID | None = None,
    order: Order = Order.DUE,
    *,
    after: Cursor | None = None,
    besides: uuid.UUID | None = None,
) -> QueueRow | None:
    """Return the next card that may be printed now and has no job that is still unclear, in the list's own order.

    It is the first of all, or the first `after` a place where somebody stands or stood. `besides` is a pupil who is
    left out, because her card is in hand.
    """
    settle(tx)
    first = _page(tx, View.READY, school, order, after, 2, without_job=True)
    return next((_row(tx, entry, View.READY, order) for entry in first if entry.pupil_id != besides), None)


def place_of(tx: Transaction, pupil: uuid.UUID, order: Order) -> Cursor | None:
    """Return where a pupil stands among the cards to be printed, None for nobody of step 7; good after she left it."""
    settle(tx)
    entry = QueueEntry.get_or_none(QueueEntry.pupil == pupil)
    return None if entry is None else _cursor(entry, View.READY, order)


def in_order(tx: Transaction, chosen: Collection[uuid.UUID], order: Order) -> tuple[uuid.UUID, ...]:
    """Return those of the pupils who are in the queue, in the order in which the list shows them."""
    settle(tx)
    key: Any = QueueEntry.due_day if _by_day(View.READY, order) else QueueEntry.place
    rows: Any = QueueEntry.select(QueueEntry.pupil).where(QueueEntry.pupil.in_(tuple(chosen)))
    return tuple(row.pupil_id for row in rows.order_by(key, QueueEntry.id))


def status_of(tx: Transaction, pupil: uuid.UUID) -> tuple[str, date | None]:
    """Return the centre's word about a pupil and the day it is of."""
    del tx
    person = standing.pupil_row(pupil).person
    return person.status_code or "", person.status_day


def gate(tx: Transaction, pupil: uuid.UUID) -> CardGate:
    """Return the card gate's answer for a pupil today, by the same rule that fills the queue."""
    person = standing.pupil_row(pupil).person
    sealed = (Recording.person == person.id) & (Recording.stage == RecordingStage.SEALED)
    return card_gate(
        person.birth_date,
        tx.today(),
        person.status_code,
        married=is_or_was_married(person.marital_status),
        printed=Card.select().where((Card.person == person.id) & (Card.state == CardState.VALID)).exists(),
        recorded_here=Recording.select().where(sealed).exists(),
        leap=leap_rule(tx),
    )


def held(tx: Transaction, pupil: uuid.UUID) -> str:
    """Return why an officer holds this person's card back, or nothing; a hold on one list is one on every list."""
    settle(tx)
    person = standing.pupil_row(pupil).person_id
    why = QueueEntry.select(QueueEntry.held).where((QueueEntry.person == person) & QueueEntry.held.is_null(False))
    return why.order_by(QueueEntry.pupil != pupil).limit(1).scalar() or ""


def hold(tx: Transaction, pupil: uuid.UUID, reason: str) -> None:
    """Keep a card from being printed, with a reason; ValueError without one, KeyError for nobody in the queue."""
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    if not clean(reason):
        raise ValueError("a hold needs its reason")
    _hold(tx, pupil, clean(reason)[:200])
    tx.note("card.held", pupil, reason=clean(reason)[:200])


def release(tx: Transaction, pupil: uuid.UUID) -> None:
    """Let a held card go on; KeyError when she is not in the queue."""
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    _hold(tx, pupil, None)
    tx.note("card.released", pupil)


def set_status(tx: Transaction, pupil: uuid.UUID, code: str, source: str) -> None:
    """Enter the centre's status by hand, with where it was learned; ValueError without a code or a source."""
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    known = status_code(code)
    if not known or not clean(source):
        raise ValueError("a status by hand needs its code and its source")
    row = standing.pupil_row(pupil)
    Person.update(status_code=known, status_day=tx.today(), status_source=clean(source)[:120]).where(
        Person.id == row.person_id
    ).execute()
    tx.note("person.status_set", row.person_id, old=row.person.status_code, new=known, source=clean(source)[:120])


def _hold(tx: Transaction, pupil: uuid.UUID, reason: str | None) -> None:
    settle(tx)
    if not QueueEntry.update(held=reason).where(QueueEntry.pupil == pupil).execute():
        raise KeyError(pupil)
    StalePupil.insert(pupil=pupil).on_conflict_ignore().execute()


def _page(
    tx: Transaction,
    view: View,
    school: uuid.UUID | None,
    order: Order,
    after: Cursor | None,
    limit: int,
    *,
    without_job: bool = False,
    back: bool = False,
) -> list[Any]:
    """Return entries of one view after a cursor; with `back` those before it, the nearest first."""
    by_day = _by_day(view, order)
    key: Any = QueueEntry.due_day if by_day else QueueEntry.place
    condition = _in_view(tx, view)
    if school is not None:
        condition &= QueueEntry.school == school
    if after is not None:
        edge = date.fromisoformat(after.key) if by_day else after.key
        if back:
            condition &= (key <= edge) & ((key < edge) | (QueueEntry.id < after.id))
        else:
            condition &= (key >= edge) & ((key > edge) | (QueueEntry.id > after.id))
    if without_job:
        condition &= QueueEntry.person.not_in(_busy())
    query = (
        QueueEntry.select(QueueEntry, Person, Pupil, School.id, School.name, PrintJob.state, Recording.id)
        .join(Person)
        .join(Recording, JOIN.LEFT_OUTER, on=SEALED, attr="sealed")
        .switch(QueueEntry)
        .join(Pupil)
        .switch(QueueEntry)
        .join(School)
        .switch(QueueEntry)
        .join(
            PrintJob,
            JOIN.LEFT_OUTER,
            on=((PrintJob.person == QueueEntry.person) & PrintJob.state.in_(tuple(UNRESOLVED))),
            attr="job",
        )
        .where(condition)
        .order_by(*((key.desc(), QueueEntry.id.desc()) if back else (key, QueueEntry.id)))
        .limit(limit)
    )
    return list(query)


def _in_view(tx: Transaction, view: View) -> Any:
    if view is View.UNCLEAR:
        return QueueEntry.person.in_(_busy())
    lane = {View.READY: Lane.DUE, View.AGE: Lane.DUE, View.CENTRE: Lane.CENTRE, View.OFFICE: Lane.OFFICE}[view]
    condition: Any = QueueEntry.lane == lane
    if view is View.READY:
        condition &= QueueEntry.due_day <= tx.today()
    elif view is View.AGE:
        condition &= QueueEntry.due_day > tx.today()
    return condition


def _busy() -> Any:
    """Select whose card's outcome is not settled."""
    return PrintJob.select(PrintJob.person).where(PrintJob.state.in_(tuple(UNRESOLVED)))


def _row(tx: Transaction, entry: Any, view: View, order: Order) -> QueueRow:
    job = getattr(entry, "job", None)
    person = entry.person
    return QueueRow(
        pupil=entry.pupil_id,
        person=entry.person_id,
        name=person.name,
        nik=person.nik,
        sex=person.sex,
        birth_place=person.birth_place or "",
        birth_date=person.birth_date,
        due_day=entry.due_day,
        married=is_or_was_married(person.marital_status),
        status_code=person.status_code or "",
        status_day=person.status_day,
        lane=entry.lane,
        held=entry.held or "",
        school_id=entry.school_id,
        school=entry.school.name,
        class_name=entry.pupil.class_name,
        same_name=bool(entry.pupil.same_name),
        job=None if job is None else job.state,
        days_left=max(0, (entry.due_day - tx.today()).days),
        recorded_here=getattr(person, "sealed", None) is not None,
        cursor=_cursor(entry, view, order),
    )


def _cursor(entry: Any, view: View, order: Order) -> Cursor:
    return Cursor(view, entry.due_day.isoformat() if _by_day(view, order) else entry.place, entry.id)


def _by_day(view: View, order: Order) -> bool:
    return order is Order.DUE or view is View.AGE


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
