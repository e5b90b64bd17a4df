"""`rekam17 roster check` and `rekam17 siak check`: what a file holds and what is wrong with it, nothing written.

Exit status 0 without errors, 1 with errors, 2 for a file that gives no list (one line on standard error).
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from typing import Any

from store.roster import read_school_list, read_siak_export
from store.roster.text import clean
from store.roster.types import Level, ListKind, Problem, Reading, RosterPerson, UnreadableFile
from tui.commands.roster_words import UNREADABLE, sentence

_PUPIL = (
    ("name", "name"),
    ("nik", "nik"),
    ("nisn", "nisn"),
    ("kk", "kk"),
    ("sex", "sex"),
    ("birth_place", "birth_place"),
    ("birth_date", "birth_date"),
    ("class", "class_name"),
    ("religion", "religion"),
    ("address", "address"),
    ("rt", "rt"),
    ("rw", "rw"),
    ("village", "village"),
    ("district", "district"),
    ("birth_certificate", "birth_certificate"),
)
_SIAK = ("status_code", "living_status", "father", "mother", "marital_status")


def run(args: argparse.Namespace) -> int:
    """Read the file named by `args.file` as `args.kind` ("roster" or "siak") and print what was understood."""
    read = read_siak_export if args.kind == "siak" else read_school_list
    try:
        reading = read(args.file)
    except UnreadableFile as error:
        name = clean(str(args.file)).encode("ascii", "backslashreplace").decode()
        print(f"{name}: {UNREADABLE[error.reason]}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(as_json(reading, rows=args.rows)))
    else:
        _print(reading, rows=args.rows)
    return 1 if any(problem.level is Level.ERROR for problem in reading.problems) else 0


def as_json(reading: Reading, *, rows: bool) -> dict[str, Any]:
    """Return the reading in the shape the command promises; `pupils` only with `rows`."""
    document: dict[str, Any] = {"file_sha256": reading.file_sha256, "sheet": reading.sheet}
    if reading.edition is not None:
        document["edition"] = reading.edition.value
    document |= {
        "header_row": reading.header_rows[0],
        "columns": {_public(field): header for field, header in reading.mapping.items()},
        "counts": _counts(reading),
        "problems": [_problem(problem) for problem in reading.problems],
    }
    if rows:
        document["pupils"] = [_person(person, reading.kind) for person in reading.people]
    return document


def _public(field: str) -> str:
    return "class" if field == "class_name" else field


def _counts(reading: Reading) -> dict[str, int]:
    """Count rows by their worst level; rows = ok + warnings + errors where every problem is a person's."""
    people = {person.row for person in reading.people}
    return {
        "rows": reading.rows,
        "ok": len(people - {problem.row for problem in reading.problems}),
        "warnings": reading.rows_at(Level.WARNING),
        "errors": reading.rows_at(Level.ERROR),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "level": problem.level.value,
        "code": problem.fault.value,
        "message": sentence(problem),
    }


def _person(person: RosterPerson, kind: ListKind) -> dict[str, Any]:
    values = {public: getattr(person, field) for public, field in _PUPIL}
    values["birth_date"] = person.birth_date.isoformat()
    if kind is ListKind.SIAK:
        values |= {field: getattr(person, field) for field in _SIAK}
    return values


def _print(reading: Reading, *, rows: bool) -> None:
    """Print the reading for people; text from the file is cleaned already and never wider than a line needs."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    counts = _counts(reading)
    where = f"sheet {reading.sheet}, " if reading.sheet else ""
    edition = f", edition {reading.edition.value}" if reading.edition else ""
    print(f"{where}header in row {reading.header_rows[0]}{edition}")
    for field, header in reading.mapping.items():
        print(f"  {_public(field):<18} {header}")
    others = [sheet for sheet in reading.sheets if sheet.people and sheet.name != reading.sheet]
    if others:
        print("other sheets: " + ", ".join(f"{sheet.name} (about {sheet.people})" for sheet in others))
    print(f"{counts['rows']} rows: {counts['ok']} ok, {counts['warnings']} to look at, {counts['errors']} with errors")
    for problem in reading.problems:
        mark = "x" if problem.level is Level.ERROR else "!"
        print(f"{mark} row {problem.row}  {problem.column or '-'}  {problem.value or '-'}  {sentence(problem)}")
    if rows:
        for person in reading.people:
            print(f"  {person.row:>6}  {person.name}  {person.nik or '-'}  {person.birth_date.isoformat()}")
