"""What each row of a school's list would do: who is known already, by what, and what differs.

A row is known again by its NIK, else by name and birth date on the same list.
"""

from __future__ import annotations

import enum
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.models.table import database
from store.people import DATA, FieldChange, name_key, text_of
from store.roster.types import RosterPerson

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


@dataclass(frozen=True, repr=False, slots=True)
class Known:
    """A person of the store, and her place on this list when she has one."""

    person: uuid.UUID
    values: dict[str, Any]
    pupil: uuid.UUID | None
    class_name: str
    recorded: bool


@dataclass(frozen=True, repr=False, slots=True)
class Judged:
    """A row of the file, what it does, and to whom."""

    source: RosterPerson
    shown: PreviewRow
    known: Known | None


def judge(visit: uuid.UUID, rows: Sequence[RosterPerson]) -> list[Judged]:
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
        self._by_name: dict[tuple[str, date], list[Known]] = defaultdict(list)
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

    def numbered(self, one: _Named) -> Judged:
        """Judge a row by its NIK; a list may bring the NIK that an earlier one lacked."""
        nik = one.row.nik or ""
        if self._first[nik] is not one:
            return Judged(one.row, PreviewRow(one.row.row, Fate.REPEATED), None)
        lacking = (known for known in self._free(one) if known.values["nik"] is None)
        return self._met(one, self._by_nik.get(nik) or next(lacking, None), foreign=False)

    def unnumbered(self, one: _Named) -> Judged:
        """Judge a row by name and birth date: she has no NIK, or one that somebody else has."""
        if one.called in self._seen:
            return Judged(one.row, PreviewRow(one.row.row, Fate.REPEATED), None)
        free = self._free(one)
        lacking = [known for known in free if known.values["nik"] is None]
        known = lacking[0] if lacking else free[0] if len(free) == 1 else None
        return self._met(one, known, foreign=one.row.nik is not None)

    def _free(self, one: _Named) -> list[Known]:
        return [known for known in self._by_name.get(one.called, ()) if known.person not in self._taken]

    def _met(self, one: _Named, known: Known | None, *, foreign: bool) -> Judged:
        self._seen.add(one.called)
        if known is not None:
            self._taken.add(known.person)
        return Judged(one.row, _shown(one.row, known, foreign), known)


def _same_human(known: Known, one: _Named) -> bool:
    """Tell whether a NIK's owner and a row can be one person: name or birth date must agree."""
    return known.values["birth_date"] == one.row.birth_date or name_key(known.values["name"]) == one.called[0]


def _shown(row: RosterPerson, known: Known | None, foreign: bool) -> PreviewRow:
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


def _known_by_nik(visit: uuid.UUID, niks: Iterable[str]) -> dict[str, Known]:
    wanted, found = list(niks), dict[str, Known]()
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        for known in _known(visit, f"r.nik IN ({marks})", chunk):
            found[known.values["nik"]] = known
    return found


def _known(visit: uuid.UUID, condition: str, parameters: Sequence[Any]) -> Iterable[Known]:
    rows = database.execute_sql(
        f"SELECT r.id, p.id, p.class_name, EXISTS (SELECT 1 FROM pupil q WHERE q.person_id = r.id AND q.recorded = 1), "
        f"{_COLUMNS} FROM person r LEFT JOIN pupil p ON p.person_id = r.id AND p.visit_id = ? WHERE {condition}",
        (visit.bytes, *parameters),
    )
    for person, pupil, class_name, recorded, *values in rows.fetchall():
        data: dict[str, Any] = dict(zip(DATA, values, strict=True))
        data["birth_date"] = date.fromisoformat(data["birth_date"])
        yield Known(
            uuid.UUID(bytes=person), data, uuid.UUID(bytes=pupil) if pupil else None, class_name or "", bool(recorded)
        )
