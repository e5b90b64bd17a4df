"""What a list seems to be, whatever it is read as: schools name classes and NISNs, SIAK tells a recording status."""

from __future__ import annotations

from collections.abc import Sequence

from store.roster.headers import Header, Row, header_at
from store.roster.school import under
from store.roster.siak import has_families, with_status
from store.roster.types import ListKind


def looks_like(header: Header, rows: Sequence[Row]) -> ListKind | None:
    """Return what a list seems to be by its columns and the lines between its rows, or None where nothing tells.

    Read as SIAK's word a school's list would agree with itself in every comparison, and nobody would notice. A column
    that says who is active or moved is SIAK's only beside the family's number: schools have such a one too.
    """
    columns = {*header.fields, *_as_siak_names_them(header, rows)}
    school = bool(columns & {"class_name", "nisn"})
    siak = "status_code" in columns or columns >= {"living_status", "kk"} or has_families(rows)
    if school == siak:
        return None
    return ListKind.SCHOOL if school else ListKind.SIAK


def _as_siak_names_them(header: Header, rows: Sequence[Row]) -> frozenset[str]:
    at = next((index for index, (number, _) in enumerate(rows) if number == header.row), None)
    found = None if at is None else header_at(rows, at, header.depth, ListKind.SIAK)
    return frozenset() if found is None else frozenset(with_status(found, under(found, rows)).fields)
