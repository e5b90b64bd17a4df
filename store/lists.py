"""Taking a school's list into a visit: first a preview of what each row would do, then all rows in one transaction.

A row is known again by its NIK, else by name and birth date on the same list; so the same file taken twice changes
nothing. Whoever is recorded keeps her data, whatever a newer list says.
"""

from __future__ import annotations

import enum
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from store import people
from store.identity import uuid7
from store.models.people import School
from store.models.siak import ImportBatch
from store.models.table import database
from store.people import DATA, NEEDED, FieldChange, name_key, text_of
from store.progress import PupilState, queue_key
from store.pupils import settle_age
from store.roster.types import RosterPerson
from store.rules import RECORDING_AGE, LeapBirthday, birthday
from store.siak_status import tell_visit
from store.standing import FIELD_ROLES, change, pupil_row
from store.transaction import Json, Transaction
from store.visits import visit_row

_CHUNK = 500


class Fate(enum.Enum):
    """What taking a row would do."""

    NEW = "new"  # a pupil comes onto the list
    CHANGED = "changed"  # on the list already; some values differ
    SAME = "same"
    KEPT = "kept"  # on the list and recorded: the differences are shown, nothing is written
    REPEATED = "repeated"  # the same person stands further up in the same file


@dataclass(frozen=True, repr=False, slots=True)
class PreviewRow:
    """One row's fate; `nik_belongs_to_other` tells that she is taken without the NIK somebody else has."""

    row: int
    fate: Fate
    changes: tuple[FieldChange, ...] = ()
    nik_belongs_to_other: bool = False


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


@dataclass(frozen=True, repr=False, slots=True)
class _Known:
    """A person of the store, and her place on this list when she has one."""

    person: uuid.UUID
    values: dict[str, Any]
    pupil: uuid.UUID | None
    class_name: str
    recorded: bool


@dataclass(frozen=True, repr=False, slots=True)
class _Judged:
    """A row of the file, what it does, and to whom."""

    source: RosterPerson
    shown: PreviewRow
    known: _Known | None


def preview(tx: Transaction, visit: uuid.UUID, rows: Sequence[RosterPerson], sha256: str) -> Preview:
    """Say for each row what taking it would do; writes nothing."""
    judged = _judge(visit, rows)
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
    judged = _judge(visit, [row for row in rows if row.row not in leave_out])
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
    database.connection().executemany("UPDATE pupil SET same_name = ?, twin = ? WHERE id = ?", changed)


def _judge(visit: uuid.UUID, rows: Sequence[RosterPerson]) -> list[_Judged]:
    """Decide each row's fate against the store and against the rows above it."""
    by_nik = _known_by_nik(visit, {row.nik for row in rows if row.nik})
    by_name: dict[tuple[str, date], list[_Known]] = defaultdict(list)
    for known in _known(visit, "p.visit_id = ?", [visit.bytes]):
        by_name[name_key(known.values["name"]), known.values["birth_date"]].append(known)
    taken: set[uuid.UUID] = set()
    niks: dict[str, RosterPerson] = {}
    judged: list[_Judged] = []
    without_nik: set[tuple[str, date]] = set()
    for row in rows:
        called = (name_key(row.name), row.birth_date)
        known, foreign = None, False
        if row.nik is not None:
            above, known = niks.get(row.nik), by_nik.get(row.nik)
            if above is not None:
                if (name_key(above.name), above.birth_date) == called:
                    judged.append(_Judged(row, PreviewRow(row.row, Fate.REPEATED), None))
                    continue
                foreign, known = True, None
            elif known is not None and not _same_human(known, row):
                foreign, known = True, None
            niks.setdefault(row.nik, row)
        if known is None:
            # A list may bring the NIK that an earlier one lacked, or lack one that an earlier one brought.
            fitting = [
                one
                for one in by_name.get(called, ())
                if one.person not in taken and (row.nik is None or foreign or one.values["nik"] is None)
            ]
            known = fitting[0] if len(fitting) == 1 else None
        if known is None and row.nik is None:
            if called in without_nik:
                judged.append(_Judged(row, PreviewRow(row.row, Fate.REPEATED), None))
                continue
            without_nik.add(called)
        if known is not None:
            if known.person in taken:
                judged.append(_Judged(row, PreviewRow(row.row, Fate.REPEATED), None))
                continue
            taken.add(known.person)
        judged.append(_Judged(row, _shown(row, known, foreign), known))
    return judged


def _same_human(known: _Known, row: RosterPerson) -> bool:
    """Tell whether a NIK's owner and a row can be one person: name or birth date must agree."""
    return name_key(known.values["name"]) == name_key(row.name) or known.values["birth_date"] == row.birth_date


def _shown(row: RosterPerson, known: _Known | None, foreign: bool) -> PreviewRow:
    if known is None:
        return PreviewRow(row.row, Fate.NEW, nik_belongs_to_other=foreign)
    changes = [
        FieldChange(column, text_of(known.values[column]), text_of(getattr(row, column)))
        for column in DATA
        if getattr(row, column) is not None
        and not (column == "nik" and foreign)
        and text_of(known.values[column]) != text_of(getattr(row, column))
    ]
    if known.pupil is None:
        return PreviewRow(row.row, Fate.NEW, () if known.recorded else tuple(changes), foreign)
    if row.class_name is not None and row.class_name != known.class_name:
        changes.append(FieldChange("class_name", known.class_name or None, row.class_name))
    if not changes:
        return PreviewRow(row.row, Fate.SAME, nik_belongs_to_other=foreign)
    return PreviewRow(row.row, Fate.KEPT if known.recorded else Fate.CHANGED, tuple(changes), foreign)


_COLUMNS = ", ".join(f"r.{column}" for column in DATA)


def _known_by_nik(visit: uuid.UUID, niks: Iterable[str]) -> dict[str, _Known]:
    wanted, found = list(niks), dict[str, _Known]()
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        for known in _known(visit, f"r.nik IN ({marks})", chunk):
            found[known.values["nik"]] = known
    return found


def _known(visit: uuid.UUID, condition: str, parameters: Sequence[Any]) -> Iterable[_Known]:
    rows = database.execute_sql(
        f"SELECT r.id, p.id, p.class_name, EXISTS (SELECT 1 FROM pupil q WHERE q.person_id = r.id AND q.recorded = 1), "
        f"{_COLUMNS} FROM person r LEFT JOIN pupil p ON p.person_id = r.id AND p.visit_id = ? WHERE {condition}",
        (visit.bytes, *parameters),
    )
    for person, pupil, class_name, recorded, *values in rows.fetchall():
        data = dict(zip(DATA, values, strict=True))
        data["birth_date"] = date.fromisoformat(data["birth_date"])
        yield _Known(
            uuid.UUID(bytes=person), data, uuid.UUID(bytes=pupil) if pupil else None, class_name or "", bool(recorded)
        )


def _add(tx: Transaction, place: Any, judged: Sequence[_Judged], file_name: str) -> tuple[int, int]:
    """Write new people and pupils by the thousand; return how many are under 16 and how many lack something."""
    leap = LeapBirthday(tx.setting("age.leap_birthday"))
    number = database.execute_sql("SELECT coalesce(max(number), 0) FROM pupil WHERE visit_id = ?", (place.id.bytes,))
    first = number.fetchone()[0] + 1
    persons: list[tuple[Any, ...]] = []
    pupils: list[tuple[Any, ...]] = []
    noted: list[tuple[uuid.UUID, dict[str, Json]]] = []
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
    connection = database.connection()
    marks = ", ".join("?" * (len(DATA) + 1))
    connection.executemany(f"INSERT INTO person (id, {', '.join(DATA)}) VALUES ({marks})", persons)
    connection.executemany(
        "INSERT INTO pupil (id, visit_id, person_id, number, class_name, state, queue_key, incomplete, source, "
        "put_off, papers_kk, papers_certificate, same_name, twin, same_name_checked, recorded) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0)",
        pupils,
    )
    for pupil, facts in noted:
        tx.note("pupil.listed", pupil, **facts)
    return under, lacking


def _renew(tx: Transaction, one: _Judged) -> None:
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
