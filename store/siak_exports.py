"""Taking a SIAK export in: up to a million people kept for look-ups, and the centre's word for those on our lists.

The newest day wins: an older export taken later changes nothing that a newer one said.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from store import siak_update
from store.models.siak import ImportBatch, SiakPerson
from store.models.table import database, write_many
from store.roster.types import RosterPerson
from store.rules import status_code
from store.siak_status import tell_all
from store.transaction import OfficerRole, Transaction

_CHUNK = 500
_DATA = (
    "name",
    "kk",
    "sex",
    "birth_place",
    "birth_date",
    "mother",
    "father",
    "birth_order",
    "birth_certificate",
    "citizenship",
    "religion",
    "address",
    "marital_status",
    "blood_type",
    "occupation",
    "living_status",
    "status_code",
)


@dataclass(frozen=True)
class ExportFile:
    """The file an export came from, its SHA-256 in hexadecimal, and the day its data are of."""

    name: str
    sha256: str
    day: date
    refused: int = 0


@dataclass(frozen=True)
class ExportPreview:
    """What taking an export would do: people new, changed and the same, and how many of them stand on our lists.

    `without_nik` cannot be known again and are left out; `older` are known from a newer export.
    """

    new: int
    changed: int
    same: int
    older: int
    without_nik: int
    on_lists: int
    taken_before: datetime | None


@dataclass(frozen=True)
class ExportTaken:
    """What was written: statuses of people on our lists that changed, pupils pulled back, changes seen in SIAK.

    `pulled_back` stood in steps 4 to 6 and turn out to be recorded already: they wait in step 3 again. `batch` is None
    when the very same file had been taken before.
    """

    batch: uuid.UUID | None
    preview: ExportPreview
    statuses: int
    pulled_back: int
    changes_seen: int


@dataclass(frozen=True, repr=False)
class SiakRecord:
    """A person as the newest export says; `day` is that of its data."""

    nik: str
    day: date
    name: str
    kk: str | None
    sex: str | None
    birth_place: str | None
    birth_date: date | None
    mother: str | None
    father: str | None
    birth_order: str | None
    birth_certificate: str | None
    citizenship: str | None
    religion: str | None
    address: str | None
    marital_status: str | None
    blood_type: str | None
    occupation: str | None
    living_status: str | None
    status_code: str | None


def preview(tx: Transaction, rows: Sequence[RosterPerson], file: ExportFile) -> ExportPreview:
    """Say what taking an export would do; writes nothing."""
    del tx
    new = changed = same = older = without = listed = 0
    for chunk in _chunks(rows):
        named = {row.nik: row for row in chunk if row.nik is not None}
        without += sum(row.nik is None for row in chunk)
        marks = ", ".join("?" * len(named))
        known = {
            values[0]: values[1:]
            for values in database.execute_sql(
                f"SELECT nik, day, {', '.join(_DATA)} FROM siak_person WHERE nik IN ({marks})", tuple(named)
            ).fetchall()
        }
        (here,) = database.execute_sql(f"SELECT count(*) FROM person WHERE nik IN ({marks})", tuple(named)).fetchone()
        listed += here
        for nik, row in named.items():
            if nik not in known:
                new += 1
            elif known[nik][0] > file.day.isoformat():
                older += 1
            elif tuple(known[nik][1:]) == _values(row):
                same += 1
            else:
                changed += 1
    before = _batch_of(file.sha256)
    return ExportPreview(new, changed, same, older, without, listed, None if before is None else before.taken_at)


def take(tx: Transaction, rows: Sequence[RosterPerson], file: ExportFile) -> ExportTaken:
    """Keep everybody the export names, and give the people on our lists the status it tells."""
    tx.require(*OfficerRole)  # a printing operator brings one along too: it tells whose card is ready
    seen = preview(tx, rows, file)
    if seen.taken_before is not None and not seen.new and not seen.changed:
        return ExportTaken(None, seen, 0, 0, 0)
    batch = ImportBatch.create(
        kind="siak",
        file_name=file.name,
        sha256=file.sha256,
        rows=len(rows),
        new=seen.new,
        changed=seen.changed,
        same=seen.same,
        refused=file.refused,
        export_day=file.day,
        officer=tx.officer,
        taken_at=tx.now(),
    )
    columns = ("nik", "batch_id", "day", *_DATA)
    renewed = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
    write_many(
        f"INSERT INTO siak_person ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT (nik) DO UPDATE SET {renewed} WHERE excluded.day >= siak_person.day",
        ((row.nik, batch.id.bytes, file.day.isoformat(), *_values(row)) for row in rows if row.nik is not None),
    )
    tx.note("siak.taken", batch.id, sha256=file.sha256, day=file.day.isoformat(), new=seen.new, changed=seen.changed)
    statuses, pulled = tell_all(tx)
    ticked = siak_update.see_in_exports(tx)
    return ExportTaken(batch.id, seen, statuses, pulled, ticked)


def look_up(tx: Transaction, nik: str) -> SiakRecord | None:
    """Return what the newest export says about a NIK, or None."""
    del tx
    found = SiakPerson.get_or_none(SiakPerson.nik == nik)
    return None if found is None else _record(found)


def look_alike(tx: Transaction, birth_date: date, name: str, limit: int = 8) -> tuple[SiakRecord, ...]:
    """Return people of the exports born that day whose name begins with the same word: for a pupil without a NIK."""
    del tx
    first = name.split()[0].upper() if name.split() else ""
    rows = SiakPerson.select().where((SiakPerson.birth_date == birth_date) & SiakPerson.name.startswith(first))
    return tuple(_record(row) for row in rows.order_by(SiakPerson.name, SiakPerson.nik).limit(limit))


def newest_day(tx: Transaction) -> date | None:
    """Return the day of the newest export's data, or None before the first."""
    del tx
    row = (
        ImportBatch.select(ImportBatch.export_day)
        .where(ImportBatch.kind == "siak")
        .order_by(ImportBatch.export_day.desc())
        .first()
    )
    return None if row is None else row.export_day


def _values(row: RosterPerson) -> tuple[str | None, ...]:
    made: list[str | None] = []
    for column in _DATA:
        value = getattr(row, column)
        if isinstance(value, date):
            made.append(value.isoformat())
        elif column == "status_code" and value is not None:
            made.append(status_code(value) or None)
        else:
            made.append(value)
    return tuple(made)


def _record(row: Any) -> SiakRecord:
    return SiakRecord(nik=row.nik, day=row.day, **{column: getattr(row, column) for column in _DATA})


def _chunks(rows: Sequence[RosterPerson]) -> Iterator[list[RosterPerson]]:
    left = iter(rows)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk


def _batch_of(sha256: str) -> Any:
    return (
        ImportBatch.select()
        .where((ImportBatch.kind == "siak") & (ImportBatch.sha256 == sha256))
        .order_by(ImportBatch.taken_at.desc())
        .first()
    )
