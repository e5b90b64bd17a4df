"""A person's data: what is known, what is missing, and changing it with a line for every old and new value."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.models.people import Person, Pupil
from store.nik import check_nik
from store.progress import Sex
from store.transaction import Json, Transaction

DATA = (
    "nik",
    "name",
    "sex",
    "birth_place",
    "birth_date",
    "mother",
    "father",
    "kk",
    "nisn",
    "religion",
    "address",
    "rt",
    "rw",
    "village",
    "district",
    "birth_certificate",
    "birth_order",
    "citizenship",
    "marital_status",
    "blood_type",
    "occupation",
)
"""The columns that lists, officers and SIAK fill; `status_*` are the centre's alone."""

NEEDED = ("nik", "sex", "birth_place")
"""Without one of these a pupil is "data kurang": she is taken, and completed in step 3."""

_PUNCTUATION = re.compile(r"[^\w\s]|_")


class BadValueError(ValueError):
    """A value cannot stand in that column; nothing was changed."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


class NikTakenError(Exception):
    """Somebody else has that NIK; nothing was changed."""

    def __init__(self, person: uuid.UUID) -> None:
        super().__init__("NIK belongs to another person")
        self.person = person


@dataclass(frozen=True)
class FieldChange:
    """One column's old and new value; None is an empty one."""

    field: str
    old: str | None
    new: str | None

    def __repr__(self) -> str:
        """Name the column only: the values are a person's."""
        return f"FieldChange({self.field!r})"


def name_key(name: str) -> str:
    """Return a name as it is compared: no case, no diacritics, one blank between words, no punctuation."""
    letters = name.casefold()
    if not letters.isascii():
        plain = unicodedata.normalize("NFKD", letters)
        letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(_PUNCTUATION.sub("", letters).split())


def text_of(value: Any) -> str | None:
    """Return a column's value as plain text: ISO days, L or P, None when empty."""
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value) if isinstance(value, Sex) else str(value)


def checked(values: Mapping[str, str | date | Sex | None]) -> dict[str, Any]:
    """Return the values as the columns take them, blanks trimmed; raises BadValueError for what cannot stand there."""
    made: dict[str, Any] = {}
    for column, given in values.items():
        value = given.strip() if isinstance(given, str) else given
        if column not in DATA or (isinstance(value, str) and not value.isprintable()):
            raise BadValueError(column)
        if value in (None, ""):
            if column in ("name", "birth_date"):
                raise BadValueError(column)
            made[column] = None
            continue
        try:
            if column == "sex":
                value = value if isinstance(value, Sex) else Sex(value)
            elif column == "birth_date":
                value = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise BadValueError(column) from None
        if column == "nik" and check_nik(str(value)).nik is None:
            raise BadValueError(column)
        if column == "kk" and not re.fullmatch(r"[0-9]{16}", str(value)):
            raise BadValueError(column)
        if isinstance(value, str) and len(value) > (120 if column == "name" else 200):
            raise BadValueError(column)
        made[column] = value
    return made


def differences(row: Any, values: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Return what would change in a person's row; columns the values leave out stay as they are."""
    return tuple(
        FieldChange(column, text_of(getattr(row, column)), text_of(value))
        for column, value in values.items()
        if text_of(getattr(row, column)) != text_of(value)
    )


def write(tx: Transaction, person: uuid.UUID, values: Mapping[str, Any], basis: str) -> tuple[FieldChange, ...]:
    """Change a person's data and note old, new and on what basis; raises BadValueError or NikTakenError.

    Her rows on every list learn at once whether something is still missing.
    """
    row = Person.get_by_id(person)
    made = checked(values)
    changes = differences(row, made)
    if not changes:
        return ()
    changed = {change.field: made[change.field] for change in changes}
    if changed.get("nik"):
        other = Person.select(Person.id).where((Person.nik == changed["nik"]) & (Person.id != person)).first()
        if other is not None:
            raise NikTakenError(other.id)
    Person.update(changed).where(Person.id == person).execute()
    lacking = any({**{need: getattr(row, need) for need in NEEDED}, **changed}[need] is None for need in NEEDED)
    Pupil.update(incomplete=int(lacking)).where((Pupil.person == person) & (Pupil.incomplete != int(lacking))).execute()
    noted: dict[str, Json] = {change.field: [change.old, change.new] for change in changes}
    tx.note("person.changed", person, basis=basis, values=noted)
    return changes
