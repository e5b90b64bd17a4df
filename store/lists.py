"""Taking a school's list into a visit: first a preview of what each row would do, then all rows in one transaction.

A row is known again by its NIK, else by name and birth date on the same list; so the same file taken twice changes
nothing. Whoever is recorded keeps her data, whatever a newer list says.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from store import people
from store.identity import uuid7
from store.list_fates import Fate as Fate
from store.list_fates import Judged, judge
from store.list_fates import PreviewRow as PreviewRow
from store.models.people import Pupil, School
from store.models.siak import ImportBatch
from store.models.table import database, write_many
from store.people import DATA, NEEDED, name_key, text_of
from store.progress import WAITING_HERE, PupilState, Sex, queue_key
from store.pupils import settle_age
from store.roster.types import RosterPerson
from store.rules import CARD_AGE, RECORDING_AGE, LeapBirthday, birthday
from store.siak_status import tell_visit
from store.standing import FIELD_ROLES, change, pupil_row
from store.transaction import Json, Transaction
from store.undo import forget
from store.visits import visit_row

_MOVABLE = WAITING_HERE | {PupilState.LISTED}


@dataclass(frozen=True, repr=False)
class Preview:
    """What taking a list would do, row by row; `taken_before` is when the very same file was taken for this visit."""

    rows: tuple[PreviewRow, ...]
    counts: dict[Fate, int]
    taken_before: datetime | None


@dataclass(frozen=True)
class ListFile:
    """The file a list came from, its SHA-256 in hexadecimal, and how many rows the reader refused."""

    name: str
    sha256: str
    sheet: str = ""
    refused: int = 0
    mapping: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Taken:
    """What was written; `batch` is None when the same file had been taken before and nothing was changed."""

    batch: uuid.UUID | None
    new: int
    changed: int
    same: int
    kept: int
    under_16: int
    incomplete: int


def preview(tx: Transaction, visit: uuid.UUID, rows: Sequence[RosterPerson], sha256: str) -> Preview:
    """Say for each row what taking it would do; writes nothing."""
    judged = judge(visit, rows)
    counts = Counter(one.shown.fate for one in judged)
    before = _batch_of(visit, sha256)
    return Preview(
        tuple(one.shown for one in judged),
        {fate: counts.get(fate, 0) for fate in Fate},
        None if before is None else before.taken_at,
    )


def take(
    tx: Transaction,
    visit: uuid.UUID,
    rows: Sequence[RosterPerson],
    file: ListFile,
    leave_out: Collection[int] = (),
) -> Taken:
    """Take the rows (but not those numbered in `leave_out`) into the visit's list; the file's mapping is remembered.

    The same file again finds everybody the same. Raises UnknownVisitError.
    """
    tx.require(*FIELD_ROLES)
    place = visit_row(visit)
    judged = judge(visit, [row for row in rows if row.row not in leave_out])
    fates = Counter(one.shown.fate for one in judged)
    if not fates[Fate.NEW] and not fates[Fate.CHANGED] and _batch_of(visit, file.sha256) is not None:
        return Taken(None, 0, 0, fates[Fate.SAME], fates[Fate.KEPT], 0, 0)
    batch = ImportBatch.create(
        kind="roster",
        visit=visit,
        school=place.school_id,
        file_name=file.name,
        sha256=file.sha256,
        sheet=file.sheet,
        rows=len(rows),
        new=fates[Fate.NEW],
        changed=fates[Fate.CHANGED],
        same=fates[Fate.SAME] + fates[Fate.KEPT],
        refused=file.refused,
        officer=tx.officer,
        taken_at=tx.now(),
    )
    School.update(mapping=json.dumps(file.mapping, ensure_ascii=False)).where(School.id == place.school_id).execute()
    tx.note(
        "list.taken", visit, batch=batch.id.hex, sha256=file.sha256, new=fates[Fate.NEW], changed=fates[Fate.CHANGED]
    )
    under, lacking = _add(tx, place, [one for one in judged if one.shown.fate is Fate.NEW], file.name)
    for one in judged:
        if one.shown.fate is Fate.CHANGED:
            _renew(tx, one)
    tell_visit(tx, visit)
    flag_lookalikes(tx, visit)
    return Taken(batch.id, fates[Fate.NEW], fates[Fate.CHANGED], fates[Fate.SAME], fates[Fate.KEPT], under, lacking)


@dataclass(frozen=True)
class TakenList:
    """The newest list that was taken into a visit: the file it came from, and when."""

    file_name: str
    at: datetime


def newest(tx: Transaction, visit: uuid.UUID) -> TakenList | None:
    """Return the newest list taken into a visit, or None before the first."""
    del tx
    row = ImportBatch.select().where(ImportBatch.visit == visit).order_by(ImportBatch.taken_at.desc()).first()
    return None if row is None else TakenList(row.file_name, row.taken_at)


@dataclass(frozen=True)
class ListFigures:
    """Those of 16 and over on the visit's day: how many are 16, how many 17 and over, boys, girls, and classes."""

    sixteen: int
    seventeen: int
    boys: int
    girls: int
    classes: int


def figures(tx: Transaction, visit: uuid.UUID) -> ListFigures:
    """Sum up a list for its review in step 1; it reads the whole list, so it is asked once and never in a queue."""
    leap = LeapBirthday(tx.setting("age.leap_birthday"))
    day = visit_row(visit).day
    rows = database.execute_sql(
        "SELECT r.birth_date, r.sex, p.class_name, count(*) FROM pupil p JOIN person r ON r.id = p.person_id "
        "WHERE p.visit_id = ? AND p.state <> 'listed' GROUP BY 1, 2, 3",
        (visit.bytes,),
    ).fetchall()
    grown = sum(many for born, _, _, many in rows if birthday(date.fromisoformat(born), CARD_AGE, leap) <= day)
    return ListFigures(
        sixteen=sum(many for *_, many in rows) - grown,
        seventeen=grown,
        boys=sum(many for _, sex, _, many in rows if sex == Sex.MALE.value),
        girls=sum(many for _, sex, _, many in rows if sex == Sex.FEMALE.value),
        classes=len({class_name for _, _, class_name, _ in rows}),
    )


def move_pupils(tx: Transaction, pupils: Collection[uuid.UUID], to: uuid.UUID) -> int:
    """Move pupils, marked or absent, to the list of another visit, with all that is known of them; return how many.

    Who is recorded, has her card, or stands on that list already stays where she is.
    """
    tx.require(*FIELD_ROLES)
    target = visit_row(to)
    moved, left = 0, set[uuid.UUID]()
    for pupil in pupils:
        row = pupil_row(pupil)
        there = Pupil.select().where((Pupil.visit == to) & (Pupil.person == row.person_id)).exists()
        if there or row.recorded or row.state not in _MOVABLE:
            continue
        old = row.visit_id
        change(row, visit=target, number=next_number(to), presence=None, put_off=0, called=None)
        tx.note("pupil.moved", pupil, old=old.hex, visit=to.hex, number=row.number)
        settle_age(tx, pupil)
        forget(pupil)
        left.add(old)
        moved += 1
    for visit in (*left, to):
        flag_lookalikes(tx, visit)
    return moved


def next_number(visit: uuid.UUID) -> int:
    """Return the number of the next pupil on a list, for functions of this package only."""
    last = Pupil.select(Pupil.number).where(Pupil.visit == visit).order_by(Pupil.number.desc()).limit(1).scalar()
    return (last or 0) + 1


def mapping_of(tx: Transaction, visit: uuid.UUID) -> dict[str, str]:
    """Return the pairs of field and header that this visit's school used last; empty for a school not seen before."""
    del tx
    return json.loads(visit_row(visit).school.mapping)


def flag_lookalikes(tx: Transaction, visit: uuid.UUID) -> None:
    """Mark the pupils of a list who share a name, or birth day and mother, so that nobody takes one for the other."""
    del tx
    rows = database.execute_sql(
        "SELECT p.id, r.name, r.birth_date, r.mother, p.same_name, p.twin FROM pupil p JOIN person r "
        "ON r.id = p.person_id WHERE p.visit_id = ?",
        (visit.bytes,),
    ).fetchall()
    names: Counter[str] = Counter()
    births: Counter[tuple[str, str]] = Counter()
    keyed: list[tuple[bytes, str, tuple[str, str] | None, int, int]] = []
    for pupil, name, born, mother, same, twin in rows:
        called = name_key(name)
        birth = (born, name_key(mother)) if mother else None
        names[called] += 1
        if birth is not None:
            births[birth] += 1
        keyed.append((pupil, called, birth, same, twin))
    changed = [
        (int(names[called] > 1), int(birth is not None and births[birth] > 1), pupil)
        for pupil, called, birth, same, twin in keyed
        if (names[called] > 1) != bool(same) or (birth is not None and births[birth] > 1) != bool(twin)
    ]
    write_many("UPDATE pupil SET same_name = ?, twin = ? WHERE id = ?", changed)


def _add(tx: Transaction, place: Any, judged: Sequence[Judged], file_name: str) -> tuple[int, int]:
    """Write new people and pupils by the thousand; return how many are under 16 and how many lack something."""
    leap = LeapBirthday(tx.setting("age.leap_birthday"))
    first = next_number(place.id)
    persons: list[tuple[Any, ...]] = []
    pupils: list[tuple[Any, ...]] = []
    noted: list[tuple[uuid.UUID | None, dict[str, Json]]] = []
    under = lacking = 0
    for number, one in enumerate(judged, first):
        row, known = one.source, one.known
        pupil = uuid7()
        values = {column: text_of(getattr(row, column)) for column in DATA}
        if one.shown.nik_belongs_to_other:
            values["nik"] = None
        if known is None:
            person = uuid7()
            persons.append((person.bytes, *values.values()))
        else:
            person = known.person
            if one.shown.changes:
                people.write(
                    tx, person, {change.field: getattr(row, change.field) for change in one.shown.changes}, "list"
                )
            values = {column: values[column] or text_of(known.values[column]) for column in DATA}
        state = PupilState.CHECK if birthday(row.birth_date, RECORDING_AGE, leap) <= place.day else PupilState.LISTED
        incomplete = any(values[need] is None for need in NEEDED)
        under += state is PupilState.LISTED
        lacking += incomplete
        class_name = row.class_name or ""
        source = f"{file_name}:{row.row}"
        pupils.append(
            (
                pupil.bytes,
                place.id.bytes,
                person.bytes,
                number,
                class_name,
                state.value,
                queue_key(state, None, class_name, number),
                int(incomplete),
                source,
            )
        )
        data: dict[str, Json] = {column: value for column, value in values.items() if value is not None}
        noted.append(
            (
                pupil,
                {
                    "visit": place.id.hex,
                    "person": person.hex,
                    "number": number,
                    "class": class_name,
                    "state": state.value,
                    "source": source,
                    "data": data,
                },
            )
        )
    marks = ", ".join("?" * (len(DATA) + 1))
    write_many(f"INSERT INTO person (id, {', '.join(DATA)}) VALUES ({marks})", persons)
    write_many(
        "INSERT INTO pupil (id, visit_id, person_id, number, class_name, state, queue_key, incomplete, source, "
        "put_off, papers_kk, papers_certificate, same_name, twin, same_name_checked, recorded) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0)",
        pupils,
    )
    tx.note_many("pupil.listed", noted)
    return under, lacking


def _renew(tx: Transaction, one: Judged) -> None:
    """Write what a newer list says otherwise about a pupil who is not recorded."""
    if one.known is None or one.known.pupil is None:
        return
    values = {change.field: getattr(one.source, change.field) for change in one.shown.changes}
    class_name = values.pop("class_name", None)
    if values:
        people.write(tx, one.known.person, values, "list")
    if class_name is not None:
        change(pupil_row(one.known.pupil), class_name=class_name)
        tx.note("pupil.class_changed", one.known.pupil, old=one.known.class_name, new=class_name)
    if "birth_date" in values:
        settle_age(tx, one.known.pupil)


def _batch_of(visit: uuid.UUID, sha256: str) -> Any:
    return (
        ImportBatch.select()
        .where((ImportBatch.visit == visit) & (ImportBatch.sha256 == sha256))
        .order_by(ImportBatch.taken_at.desc())
        .first()
    )
