"""The centre's word for the people on our lists, as the newest export that names them tells it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.models.people import Person, Pupil
from store.models.recording import Recording
from store.models.table import database, write_many
from store.progress import PupilState
from store.rules import Stage, stage
from store.sections import RecordingStage
from store.standing import move_row
from store.transaction import Transaction

_ON_THE_WAY = (PupilState.SIAK, PupilState.UPDATE, PupilState.RECORD)
_FILLED = ("religion", "citizenship", "blood_type", "occupation", "address", "kk")
_MAY_BE_RECORDED = frozenset({Stage.NEVER, Stage.UNKNOWN})


@dataclass(frozen=True, repr=False)
class Told:
    """What is told of a person: the code, and the day it is of."""

    nik: str
    code: str
    day: date


def tell_all(tx: Transaction) -> tuple[int, int]:
    """Tell everybody; return how many statuses changed, and how many pupils were pulled back to step 3."""
    return _tell(tx, "1 = 1", ())


def tell_visit(tx: Transaction, visit: uuid.UUID) -> int:
    """Give the people of a visit the status that exports taken earlier tell; return how many changed."""
    return _tell(tx, "r.id IN (SELECT person_id FROM pupil WHERE visit_id = ?)", (visit.bytes,))[0]


def tell_person(tx: Transaction, person: uuid.UUID) -> int:
    """Do the same for one person whose NIK has just become known."""
    return _tell(tx, "r.id = ?", (person.bytes,))[0]


def tell_told(tx: Transaction, told: Iterable[Told], source: str, *, only_unrecorded: bool = False) -> tuple[int, int]:
    """Give people of our lists a status that came in another way than an export; return as `tell_all` does.

    The newest day wins. With `only_unrecorded` it is for those alone of whom there is no sealed recording here.
    """
    changed: list[tuple[uuid.UUID, str | None, str, str]] = []
    for one in told:
        older = Person.status_day.is_null() | (Person.status_day <= one.day)
        person = Person.get_or_none((Person.nik == one.nik) & older)
        if person is None or person.status_code == one.code or (only_unrecorded and _settled(person)):
            continue
        changed.append((person.id, person.status_code, one.code, one.day.isoformat()))
        Person.update(status_code=one.code, status_day=one.day, status_source=source).where(
            Person.id == person.id
        ).execute()
    return len(changed), _note_each(tx, changed)


def _settled(person: Any) -> bool:
    """Tell whether she was recorded here, or SIAK has said already that she is recorded."""
    sealed = (Recording.person == person.id) & (Recording.stage != RecordingStage.OPEN)
    return stage(person.status_code) not in _MAY_BE_RECORDED or Recording.select().where(sealed).exists()


def _tell(tx: Transaction, whom: str, parameters: tuple[Any, ...]) -> tuple[int, int]:
    """Bring the status of these people up to what the exports say; return how many changed and were pulled back.

    The card bears what a school's list does not know: SIAK fills it in where it is missing, and its word on marriage
    always prevails, for it opens the card's gate.
    """
    kept = ", ".join(f"coalesce(r.{column}, s.{column})" for column in _FILLED)
    rows = database.execute_sql(
        f"SELECT r.id, r.status_code, s.status_code, s.day, coalesce(s.marital_status, r.marital_status), {kept} "
        "FROM person r JOIN siak_person s ON s.nik = r.nik "
        f"WHERE {whom} AND s.status_code IS NOT NULL AND (r.status_day IS NULL OR r.status_day <= s.day) "
        "AND (r.status_day IS NOT s.day OR r.status_code IS NOT s.status_code)",
        parameters,
    ).fetchall()
    write_many(
        "UPDATE person SET status_code = ?, status_day = ?, status_source = 'export', marital_status = ?, "
        f"{', '.join(f'{column} = ?' for column in _FILLED)} WHERE id = ?",
        [(new, day, *values, person) for person, _old, new, day, *values in rows],
    )
    changed = [(uuid.UUID(bytes=person), old, new, day) for person, old, new, day, *_ in rows if old != new]
    return len(changed), _note_each(tx, changed)


def _note_each(tx: Transaction, changed: list[tuple[uuid.UUID, str | None, str, str]]) -> int:
    """Journal statuses that changed (person, old, new, day); return how many pupils were pulled back for them."""
    pulled = 0
    for person, old, new, day in changed:
        tx.note("person.status", person, old=old, new=new, day=day)
        if stage(new) in _MAY_BE_RECORDED:
            continue
        # Recording happens once in a lifetime: whoever is on her way to it goes back to be checked again.
        for row in Pupil.select().where((Pupil.person == person) & Pupil.state.in_(_ON_THE_WAY)):
            if row.office_letter is None:
                move_row(tx, row, PupilState.CHECK, "pupil.pulled_back", code=new)
                pulled += 1
    return pulled
