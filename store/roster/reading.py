"""From a file's bytes to a Reading: kind of file, sheet, header, people, problems. Runs in the child process only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from store.roster import school, workbook
from store.roster.compare import compare
from store.roster.delimited import read_rows
from store.roster.headers import Header, Row, find_header, override
from store.roster.kinds import looks_like
from store.roster.person import PersonRow
from store.roster.siak import SiakPeople
from store.roster.text import brief, clean, shown, value
from store.roster.types import (
    Column,
    ListKind,
    Problem,
    Reading,
    RefusedRow,
    RosterPerson,
    SheetInfo,
    Unreadable,
    UnreadableFile,
)

MOST_PEOPLE = 25_000
MOST_PROBLEMS = 100_000  # what is wrong nearly everywhere is not this list, or not these columns
_PDF, _RTF, _PNG, _JPEG, _RAR, _7Z, _GZIP = (
    b"%PDF",
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|table|meta|\?xml|script|div|svg)", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """One sheet with its header found; a text file is one sheet without a name."""

    name: str | None
    visible: bool
    rows: Sequence[Row]
    header: Header
    people: int


def read(
    data: bytes,
    kind: ListKind,
    *,
    sheet: str | None,
    columns: Mapping[str, str] | None,
    today: date,
    edits: Mapping[int, Mapping[str, str]] | None = None,
) -> Reading:
    """Understand a whole file, a school's list with the officer's edits (row to field to text) in place of its cells.

    Raises UnreadableFile where it holds no list.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFile(Unreadable.EMPTY)
    chosen, infos = _choose(data, kind, sheet)
    header = chosen.header
    if columns is not None:
        try:
            header = override(header, columns)
        except KeyError:
            raise UnreadableFile(Unreadable.NO_COLUMN) from None
        if "name" not in header.fields:
            raise UnreadableFile(Unreadable.NO_COLUMN)
    header = _split_place_from_date(header, chosen.rows)
    siak = SiakPeople(header, chosen.rows, today) if kind is ListKind.SIAK else None
    found = _collect(siak if siak is not None else school.pupils(header, chosen.rows, today, edits))
    if siak is not None:
        found.problems.extend(siak.problems)
        header = siak.header
    if not found.people and not found.refused:
        raise UnreadableFile(Unreadable.NO_ROWS)
    headers = {field: header.labels[at] for field, at in header.fields.items() if at < len(header.labels)}
    people, compared = compare(found.people, kind, headers, text_file=chosen.name is None)
    if len(found.problems) + len(compared) > MOST_PROBLEMS:
        raise UnreadableFile(Unreadable.TOO_MANY_PROBLEMS)
    problems = sorted([*found.problems, *compared], key=lambda problem: problem.row)
    return Reading(
        kind=kind,
        looks_like=looks_like(header, chosen.rows),
        file_sha256=hashlib.sha256(data).hexdigest(),
        sheet=chosen.name,
        sheets=tuple(infos),
        edition=siak.edition if siak is not None else None,
        header_rows=(header.row, header.last_row),
        headers=tuple(brief(label) for label in header.labels),
        columns=_columns(header, chosen.rows),
        people=tuple(people),
        refused=tuple(found.refused),
        problems=tuple(problems),
    )


@dataclass
class _Found:
    people: list[RosterPerson]
    refused: list[RefusedRow]
    problems: list[Problem]


def _collect(rows: Iterable[tuple[Header, Row, PersonRow]]) -> _Found:
    found = _Found([], [], [])
    for _, (number, cells), reader in rows:
        person = reader.person()
        found.problems.extend(reader.problems)
        if person is not None:
            found.people.append(person)
        else:
            faults = tuple(problem.fault for problem in reader.problems)
            found.refused.append(RefusedRow(number, tuple(brief(shown(cell)) for cell in cells), faults))
        if len(found.people) + len(found.refused) > MOST_PEOPLE:
            raise UnreadableFile(Unreadable.TOO_MANY_ROWS)
        if len(found.problems) > MOST_PROBLEMS:
            raise UnreadableFile(Unreadable.TOO_MANY_PROBLEMS)
    return found


def _choose(data: bytes, kind: ListKind, wanted: str | None) -> tuple[Sheet, list[SheetInfo]]:
    """Return the sheet that looks most like the list, and what every sheet holds."""
    best: Sheet | None = None
    infos: list[SheetInfo] = []
    blank = True
    for name, visible, rows in _open(data, kind, wanted):
        blank = blank and not rows
        header = find_header(rows, kind)
        people = school.count(header, rows) if header else 0
        if name is not None:
            infos.append(SheetInfo(clean(name), people))
        if header is None:
            continue
        sheet = Sheet(clean(name) if name is not None else None, visible, rows, header, people)
        if best is None or _rank(sheet) > _rank(best):
            best = sheet
    if best is None:
        raise UnreadableFile(Unreadable.EMPTY if blank else Unreadable.NO_HEADER)
    return best, infos


def _rank(sheet: Sheet) -> tuple[bool, bool, bool, bool, int, int]:
    header = sheet.header
    return (sheet.people > 0, header.complete, sheet.visible, "nik" in header.fields, sheet.people, header.score)


def _open(data: bytes, kind: ListKind, wanted: str | None) -> Iterable[tuple[str | None, bool, list[Row]]]:
    """Tell the kind of file by what is in it: suffixes lie."""
    if data.startswith(workbook.ZIP):
        workbook.check_zip(data)
        return workbook.sheets(data, wanted)
    if data.startswith(workbook.OLE):
        workbook.check_ole(data)
        return workbook.sheets(data, wanted)
    if data[:2] == b"\x09\x08" or data[:2] == b"\x09\x04" or data[:2] == b"\x09\x02":  # a bare BIFF stream
        return workbook.sheets(data, wanted)
    if data.startswith((_PDF, _RTF, _PNG, _JPEG, _RAR, _7Z, _GZIP)):
        raise UnreadableFile(Unreadable.NOT_A_LIST)
    if _MARKUP.match(data[:512].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").removeprefix(b"\xff\xfe")):
        raise UnreadableFile(Unreadable.HTML)
    if wanted is not None:
        raise UnreadableFile(Unreadable.NO_SHEET)
    return [(None, True, read_rows(data, kind))]


def _split_place_from_date(header: Header, rows: Sequence[Row]) -> Header:
    """Give "Tempat, Tanggal Lahir" over two columns, the second without a header, its two columns back."""
    at = header.fields.get("birth_date")
    if at is None or header.fields.get("birth_place") != at or at + 1 >= len(header.labels):
        return header
    following = at + 1
    label = header.labels[following]
    if following in header.fields.values() or (label and not label.startswith(header.labels[at])):
        return header
    body = school.under(header, rows)[:200]
    firsts = sum(at < len(cells) and any(c.isdigit() for c in shown(cells[at])[:99]) for _, cells in body)
    seconds = sum(
        following < len(cells) and any(c.isdigit() for c in shown(cells[following])[:99]) for _, cells in body
    )
    if seconds <= firsts:
        return header
    labels = (*header.labels[:following], label or f"{header.labels[at]} (2)", *header.labels[following + 1 :])
    return replace(header, labels=labels, fields={**header.fields, "birth_date": following})


def _columns(header: Header, rows: Sequence[Row]) -> tuple[Column, ...]:
    """Describe every column for the mapping: its header, what it became, its first value."""
    samples: dict[int, str] = {}
    for _, cells in school.under(header, rows)[:50]:
        for at, cell in enumerate(cells[: len(header.labels)]):
            if at not in samples and (text := value(cell)):
                samples[at] = brief(text)
    fields: dict[int, list[str]] = {}
    for field, at in header.fields.items():
        fields.setdefault(at, []).append(field)
    return tuple(
        Column(brief(label), tuple(fields.get(at, ())), samples.get(at, ""))
        for at, label in enumerate(header.labels)
        if label or at in fields
    )
