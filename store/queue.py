"""The queue of a visit, page by page: the same cost for a page at a thousand and at a million pupils.

A page starts at a key of the index, never at a count of rows; filters pick ranges of an index and merge them.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.models.table import database
from store.progress import Desk, Presence, PupilState, class_key
from store.rules import RECORDING_AGE, LeapBirthday, birthday
from store.standing import UnknownPupilError
from store.transaction import Transaction

PAGE = 40


class Only(enum.Enum):
    """Lists of a few pupils among many."""

    INCOMPLETE = "incomplete = 1"
    ABSENT = "presence = 'absent'"


@dataclass(frozen=True)
class QueueFilter:
    """Which rows a list shows: one class, a set of states, or only those with something missing."""

    class_name: str | None = None
    states: frozenset[PupilState] | None = None
    only: Only | None = None


EVERYBODY = QueueFilter()


@dataclass(frozen=True, repr=False, slots=True)
class QueueRow:
    """All that a list's row shows; the NIK only by its last four digits, None when it is missing.

    `turns_16` is the day she becomes 16 while she is under it on the visit's day, else None. `key` is her place.
    """

    pupil: uuid.UUID
    person: uuid.UUID
    visit: uuid.UUID
    number: int
    name: str
    class_name: str
    birth_date: date
    nik_tail: str | None
    papers_kk: bool
    papers_certificate: bool
    state: PupilState
    presence: Presence | None
    put_off: bool
    called: bool
    twin: bool
    same_name: bool
    same_name_checked: bool
    incomplete: bool
    recorded: bool
    added: bool
    status_code: str | None
    turns_16: date | None
    key: str


@dataclass(frozen=True, repr=False)
class QueuePage:
    """Rows in the list's order, and whether there are more above and below."""

    rows: tuple[QueueRow, ...]
    more_before: bool
    more_after: bool


COLUMNS = (
    "p.id, p.person_id, p.visit_id, p.number, r.name, p.class_name, r.birth_date, substr(r.nik, -4), p.papers_kk, "
    "p.papers_certificate, p.state, p.presence, p.put_off, p.called, p.twin, p.same_name, p.same_name_checked, "
    "p.incomplete, p.recorded, p.added_reason, r.status_code, p.queue_key"
)
"""What `row_of` reads, of pupil p and person r."""


def row_of(tx: Transaction, values: tuple[Any, ...]) -> QueueRow:
    """Make a row from COLUMNS; for the other lists of this package."""
    state, born = PupilState(values[10]), date.fromisoformat(values[6])
    leap = LeapBirthday(tx.setting("age.leap_birthday"))
    return QueueRow(
        pupil=uuid.UUID(bytes=values[0]),
        person=uuid.UUID(bytes=values[1]),
        visit=uuid.UUID(bytes=values[2]),
        number=values[3],
        name=values[4],
        class_name=values[5],
        birth_date=born,
        nik_tail=values[7],
        papers_kk=bool(values[8]),
        papers_certificate=bool(values[9]),
        state=state,
        presence=Presence(values[11]) if values[11] else None,
        put_off=bool(values[12]),
        called=values[13] is not None,
        twin=bool(values[14]),
        same_name=bool(values[15]),
        same_name_checked=bool(values[16]),
        incomplete=bool(values[17]),
        recorded=bool(values[18]),
        added=values[19] is not None,
        status_code=values[20],
        turns_16=birthday(born, RECORDING_AGE, leap) if state is PupilState.LISTED else None,
        key=values[21],
    )


def page(
    tx: Transaction,
    visit: uuid.UUID,
    wanted: QueueFilter = EVERYBODY,
    *,
    start: str | None = None,
    backward: bool = False,
    inclusive: bool = False,
    limit: int = PAGE,
) -> QueuePage:
    """Return the rows after the key `start` (before it when `backward`), or the first (the last) ones.

    `inclusive` takes the row at `start` along: a list that is drawn anew asks for the page at its first row.
    """
    found = _rows(tx, visit, wanted, start, backward, inclusive, limit + 1)
    more = len(found) > limit
    rows = tuple(reversed(found[:limit])) if backward else tuple(found[:limit])
    other = False
    if rows and start is not None:
        edge = rows[-1].key if backward else rows[0].key
        other = bool(_rows(tx, visit, wanted, edge, not backward, False, 1))
    return QueuePage(rows, more if backward else other, other if backward else more)


def find(tx: Transaction, pupil: uuid.UUID) -> QueueRow:
    """Return one pupil's row as it is now; raises UnknownPupilError."""
    values = database.execute_sql(
        f"SELECT {COLUMNS} FROM pupil p JOIN person r ON r.id = p.person_id WHERE p.id = ?", (pupil.bytes,)
    ).fetchone()
    if values is None:
        raise UnknownPupilError(pupil)
    return row_of(tx, values)


def next_pupil(
    tx: Transaction, visit: uuid.UUID, desk: Desk, skip: Collection[uuid.UUID] = (), class_name: str | None = None
) -> QueueRow | None:
    """Return who comes next at that desk: there, at one of its steps, and not in `skip` (open at another desk).

    Called ones first, then by class, those put off at the end of theirs, then by number; None when nobody waits.
    """
    wanted, start = QueueFilter(class_name, desk.states), None
    while True:
        rows = _rows(tx, visit, wanted, start, False, False, PAGE)
        for row in rows:
            if row.pupil not in skip and row.presence is not Presence.ABSENT:
                return row
        if len(rows) < PAGE:
            return None
        start = rows[-1].key


def classes(tx: Transaction, visit: uuid.UUID) -> tuple[str, ...]:
    """Return the visit's classes in the order a school expects."""
    del tx
    found = database.execute_sql(
        "SELECT DISTINCT class_name FROM tally WHERE visit_id = ? AND pupils > 0", (visit.bytes,)
    )
    return tuple(sorted((str(name) for (name,) in found.fetchall()), key=class_key))


def _rows(
    tx: Transaction,
    visit: uuid.UUID,
    wanted: QueueFilter,
    start: str | None,
    backward: bool,
    inclusive: bool,
    limit: int,
) -> list[QueueRow]:
    """Return up to `limit` rows from the key on, in the direction asked."""
    order = "DESC" if backward else "ASC"
    beyond = ""
    if start is not None:
        beyond = f" AND queue_key {'<' if backward else '>'}{'=' if inclusive else ''} ?"
    # One branch for each range of an index: SQLite reads `limit` rows of each and merges them by key.
    branches: list[tuple[str, list[Any]]] = [("visit_id = ?", [visit.bytes])]
    if wanted.class_name is not None:
        branches = [(f"{sql} AND class_name = ?", [*values, wanted.class_name]) for sql, values in branches]
    states = wanted.states
    if states is None and wanted.class_name is not None and wanted.only is None:
        states = frozenset(PupilState)
    if states is not None:
        branches = [
            (f"{sql} AND state = ?", [*values, state.value])
            for sql, values in branches
            for state in sorted(states, key=lambda one: one.value)
        ]
    if wanted.only is not None:
        branches = [(f"{sql} AND {wanted.only.value}", values) for sql, values in branches]
    if not branches:
        return []
    parameters: list[Any] = []
    for _sql, values in branches:
        parameters += [*values, *([start] if start is not None else []), limit]
    union = " UNION ALL ".join(
        f"SELECT * FROM (SELECT id, queue_key FROM pupil WHERE {sql}{beyond} ORDER BY queue_key {order} LIMIT ?)"
        for sql, _values in branches
    )
    found = database.execute_sql(
        f"SELECT {COLUMNS} FROM (SELECT id, queue_key FROM ({union}) ORDER BY queue_key {order} LIMIT ?) k "
        f"JOIN pupil p ON p.id = k.id JOIN person r ON r.id = p.person_id ORDER BY k.queue_key {order}",
        (*parameters, limit),
    )
    return [row_of(tx, values) for values in found.fetchall()]
