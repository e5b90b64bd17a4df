"""A Reading over the pipe between child and parent: one JSON document, plain lists, nothing executable."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from store.roster.types import (
    FIELDS,
    Column,
    Edition,
    Fault,
    ListKind,
    Problem,
    Reading,
    RefusedRow,
    RosterPerson,
    SheetInfo,
    Unreadable,
    UnreadableFile,
)

REQUEST = "REKAM17_READ"
"""The environment variable that carries the request."""


@dataclass(frozen=True)
class Request:
    """What the parent asks of the child."""

    kind: ListKind
    sheet: str | None
    columns: dict[str, str] | None
    today: date
    edits: dict[int, dict[str, str]] = field(default_factory=dict[int, dict[str, str]], repr=False)

    def encode(self) -> str:
        """Return the request as one line."""
        edits = [[row, cells] for row, cells in self.edits.items()]
        return json.dumps([self.kind.value, self.sheet, self.columns, self.today.isoformat(), edits])

    @classmethod
    def decode(cls, text: str) -> Request:
        """Return the request from its line."""
        kind, sheet, columns, today, edits = json.loads(text)
        return cls(ListKind(kind), sheet, columns, date.fromisoformat(today), dict(edits))


def encode(outcome: Reading | Unreadable) -> bytes:
    """Return an answer as the bytes that go over the pipe."""
    if isinstance(outcome, Unreadable):
        return json.dumps({"unreadable": outcome.value}).encode()
    people = [[person.row, *(_plain(getattr(person, name)) for name in FIELDS)] for person in outcome.people]
    document = {
        "kind": outcome.kind.value,
        "looks_like": outcome.looks_like.value if outcome.looks_like else None,
        "sha256": outcome.file_sha256,
        "sheet": outcome.sheet,
        "sheets": [[sheet.name, sheet.people] for sheet in outcome.sheets],
        "edition": outcome.edition.value if outcome.edition else None,
        "header_rows": outcome.header_rows,
        "headers": outcome.headers,
        "columns": [[column.header, column.fields, column.sample] for column in outcome.columns],
        "people": people,
        "refused": [[row.row, row.cells, [fault.value for fault in row.faults]] for row in outcome.refused],
        "problems": [
            [problem.row, problem.field, problem.column, problem.value, problem.fault.value, problem.detail]
            for problem in outcome.problems
        ],
    }
    return json.dumps(document).encode()


def _plain(field: str | date | None) -> str | None:
    return field.isoformat() if isinstance(field, date) else field


def decode(data: bytes) -> Reading:
    """Return the Reading from the pipe. Raises UnreadableFile: the child's reason, or CRASHED where it broke off."""
    try:
        document = json.loads(data)
        if "unreadable" in document:
            raise UnreadableFile(Unreadable(document["unreadable"]))
        return _reading(document)
    except (ValueError, KeyError, TypeError):
        raise UnreadableFile(Unreadable.CRASHED) from None


def _reading(document: dict[str, Any]) -> Reading:
    first, last = document["header_rows"]
    return Reading(
        kind=ListKind(document["kind"]),
        looks_like=ListKind(document["looks_like"]) if document["looks_like"] else None,
        file_sha256=document["sha256"],
        sheet=document["sheet"],
        sheets=tuple(SheetInfo(name, people) for name, people in document["sheets"]),
        edition=Edition(document["edition"]) if document["edition"] else None,
        header_rows=(first, last),
        headers=tuple(document["headers"]),
        columns=tuple(Column(header, tuple(fields), sample) for header, fields, sample in document["columns"]),
        people=tuple(_person(row, values) for row, *values in document["people"]),
        refused=tuple(
            RefusedRow(row, tuple(cells), tuple(map(Fault, faults))) for row, cells, faults in document["refused"]
        ),
        problems=tuple(
            Problem(row, field, column, value, Fault(fault), detail)
            for row, field, column, value, fault, detail in document["problems"]
        ),
    )


def _person(row: int, values: list[str | None]) -> RosterPerson:
    fields: dict[str, Any] = dict(zip(FIELDS, values, strict=True))
    fields["birth_date"] = date.fromisoformat(fields["birth_date"])
    return RosterPerson(row=row, **fields)
