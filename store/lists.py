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
from store.models.table import database, write_many
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


def _judge(visit: uuid.UUID, rows: Sequence[RosterPerson]) -> list[_Judged]:
    """Decide each row's fate against the store and against the other rows; in the order of the file."""
    judge = _Judge(visit, rows)
    named = [_Named(place, row, (name_key(row.name), row.birth_date)) for place, row in enumerate(rows)]
    # Whoever has a NIK is known for certain and is found first; the others are matched with who is left.
    certain = {one.place: judge.numbered(one) for one in named if judge.meets(one)}
    others = {one.place: judge.unnumbered(one) for one in named if one.place not in certain}
    return [certain[place] if place in certain else others[place] for place in range(len(rows))]


@dataclass(frozen=True, repr=False, slots=True)
class _Named:
    """A row of the file with its place there, and its name and birth date as they are compared."""

    place: int
    row: RosterPerson
    called: tuple[str, date]


class _Judge:
    """What is known of a list's people: in the store by NIK, on this list by name and birth date, and in the file."""

    def __init__(self, visit: uuid.UUID, rows: Sequence[RosterPerson]) -> None:
        self._by_nik = _known_by_nik(visit, {row.nik for row in rows if row.nik})
        self._by_name: dict[tuple[str, date], list[_Known]] = defaultdict(list)
        for known in _known(visit, "p.visit_id = ?", [visit.bytes]):
            self._by_name[name_key(known.values["name"]), known.values["birth_date"]].append(known)
        self._first: dict[str, _Named] = {}
        self._seen: set[tuple[str, date]] = set()
        self._taken: set[uuid.UUID] = set()

    def meets(self, one: _Named) -> bool:
        """Whether the row's NIK is hers: nobody else of the store or further up in the file has it."""
        if one.row.nik is None:
            return False
        if self._first.setdefault(one.row.nik, one).called != one.called:
            return False
        known = self._by_nik.get(one.row.nik)
        return known is None or _same_human(known, one)

    def numbered(self, one: _Named) -> _Judged:
        """Judge a row by its NIK; a list may bring the NIK that an earlier one lacked."""
        nik = one.row.nik or ""
        if self._first[nik] is not one:
            return _Judged(one.row, PreviewRow(one.row.row, Fate.REPEATED), None)
        lacking = (known for known in self._free(one) if known.values["nik"] is None)
        return self._met(one, self._by_nik.get(nik) or next(lacking, None), foreign=False)

    def unnumbered(self, one: _Named) -> _Judged:
        """Judge a row by name and birth date: she has no NIK, or one that somebody else has."""
        if one.called in self._seen:
            return _Judged(one.row, PreviewRow(one.row.row, Fate.REPEATED), None)
        free = self._free(one)
        lacking = [known for known in free if known.values["nik"] is None]
        known = lacking[0] if lacking else free[0] if len(free) == 1 else None
        return self._met(one, known, foreign=one.row.nik is not None)

    def _free(self, one: _Named) -> list[_Known]:
        return [known for known in self._by_name.get(one.called, ()) if known.person not in self._taken]

    def _met(self, one: _Named, known: _Known | None, *, foreign: bool) -> _Judged:
        self._seen.add(one.called)
        if known is not None:
            self._taken.add(known.person)
        return _Judged(one.row, _shown(one.row, known, foreign), known)


def _same_human(known: _Known, one: _Named) -> bool:
    """Tell whether a NIK's owner and a row can be one person: name or birth date must agree."""
    return known.values["birth_date"] == one.row.birth_date or name_key(known.values["name"]) == one.called[0]


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
        data: dict[str, Any] = dict(zip(DATA, values, strict=True))
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
