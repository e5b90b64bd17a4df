"""A school's list: the rows under the header, one pupil each, until the totals and signatures at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from store.roster.headers import Header, Row, header_at
from store.roster.person import PersonRow
from store.roster.rows import is_header_row, is_numbering, is_person, is_strong, section, speaks
from store.roster.text import Cell, value
from store.roster.types import ListKind


def under(header: Header, rows: Sequence[Row]) -> list[Row]:
    """Return the rows that come after the header."""
    return [row for row in rows if row[0] > header.last_row]


def end_of_list(header: Header, rows: Sequence[Row]) -> int:
    """Return the number of the first row that is past the list's end: after its last certain pupil, a gap or a total.

    A list whose rows are never certain (names alone) has no end but the file's.
    """
    last = next((number for number, cells in reversed(rows) if is_strong(header, cells)), None)
    if last is None:
        return rows[-1][0] + 1 if rows else 1
    before = last
    for number, cells in rows:
        if number <= last:
            continue
        if number > before + 1 or speaks(header, cells):
            return number
        before = number
    return before + 1


def pupils(
    header: Header, rows: Sequence[Row], today: date, edits: Mapping[int, Mapping[str, str]] | None = None
) -> Iterator[tuple[Header, Row, PersonRow]]:
    """Yield every pupil's row with the header it stands under and its reader; titles and the like are left out.

    A header that comes again on a later page, perhaps with its columns moved, holds from there on. `edits` are the
    officer's own words for cells, by row and field: they are judged as if they had stood in the file.
    """
    body = under(header, rows)
    end = end_of_list(header, body)
    class_name = _title_class(header, rows)
    for index, (number, cells) in enumerate(body):
        if is_numbering(cells):
            continue
        if is_header_row(header, cells):
            again = header_at(body, index, header.depth, ListKind.SCHOOL) or header_at(body, index, 1, ListKind.SCHOOL)
            if again is not None and again.score * 3 >= header.score * 2 and again.fields != header.fields:
                header = again
            continue
        if not is_person(header, cells, trailing=number >= end):
            class_name = section(header, cells) or class_name
            continue
        cells = _edited(header, cells, (edits or {}).get(number, {}))
        defaults = {"class_name": class_name} if class_name and "class_name" not in header.fields else {}
        yield (
            header,
            (number, cells),
            PersonRow(header, number, cells, kind=ListKind.SCHOOL, today=today, defaults=defaults),
        )


def _edited(header: Header, cells: Sequence[Cell], edits: Mapping[str, str]) -> Sequence[Cell]:
    made = list(cells)
    for field, text in edits.items():
        at = header.fields.get(field)
        if at is not None:
            made += [None] * (at + 1 - len(made))
            made[at] = text
    return made


def _title_class(header: Header, rows: Sequence[Row]) -> str | None:
    """Return the class a title above the header names, for lists of one class without a column for it."""
    above = [cells for number, cells in rows if number < header.row]
    return next((found for cells in reversed(above) if (found := section(header, cells))), None)


def count(header: Header, rows: Sequence[Row]) -> int:
    """Return about how many pupils stand under a header, without reading them."""
    name = header.fields["name"]
    return sum(name < len(cells) and value(cells[name]) is not None for _, cells in under(header, rows))
