"""Reading school lists and SIAK exports: untrusted files in, people and problems out, nothing written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date

from store.roster.parent import read
from store.roster.types import ListKind, Reading


def read_school_list(
    path: str | os.PathLike[str],
    *,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    today: date | None = None,
    edits: Mapping[int, Mapping[str, str]] | None = None,
) -> Reading:
    """Read a school's list (xlsx, xlsb, xls, ods, csv, tsv) in a child process; blocks up to 17 s.

    `sheet` and `columns` (field to header, as `Reading.mapping` has them) replace what would be found. `edits` (row
    to field to text) stand in place of cells of the file, which is never written. Raises UnreadableFile with its
    reason.
    """
    return read(path, ListKind.SCHOOL, sheet=sheet, columns=columns, today=today, edits=edits)


def read_siak_export(
    path: str | os.PathLike[str],
    *,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Reading:
    """Read a SIAK export of any edition, as `read_school_list` does; people carry status and parents too."""
    return read(path, ListKind.SIAK, sheet=sheet, columns=columns, today=today)
