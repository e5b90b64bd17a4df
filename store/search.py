"""Finding a pupil by name, NIK or number: every keystroke costs the same, whatever the store holds.

A name is found by the beginnings of its words, without diacritics; digits are the number on the list (one to three),
the last four of the NIK (four), or the NIK's beginning (eight to sixteen: fewer name a region, not a person).
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from store.models.people import SEARCH_SPAN
from store.models.table import database
from store.queue import COLUMNS, PAGE, QueueRow, row_of
from store.transaction import Transaction

COUNTED = 1_000
"""A search counts so far and no further; beyond, the screen says "1.000+"."""

_TAIL = 4
_BEGINNING = range(8, 17)
_MOST_WORDS = 8
_EVERYWHERE = (0, 1 << 62)


@dataclass(frozen=True, repr=False)
class Found:
    """A pupil that was found, the school she stands with, and her place in the order of what was found."""

    row: QueueRow
    school: str
    place: int


@dataclass(frozen=True, repr=False)
class SearchPage:
    """What was found, in list order: `count` is right up to COUNTED, `more_than_counted` tells it is a lower bound.

    `needs_more` tells that the digits typed so far name nobody yet.
    """

    found: tuple[Found, ...]
    count: int
    more_than_counted: bool
    more_after: bool  # or before, where the page was read backward
    needs_more: bool = False


NOTHING = SearchPage((), 0, False, False)


def search(
    tx: Transaction,
    text: str,
    visit: uuid.UUID | None = None,
    *,
    after: int | None = None,
    backward: bool = False,
    limit: int = PAGE,
) -> SearchPage:
    """Return the pupils that fit what was typed, on one visit's list or (None) on all of them.

    `after` is the `place` of the last one seen, for the next page; `backward` gives the page before that place, or the
    very last one.
    """
    low, high = _span(visit)
    digits = re.sub(r"[\s·.\-]", "", text)
    if digits.isascii() and digits.isdigit():
        if len(digits) < _TAIL:
            return NOTHING if after is not None else _by_number(tx, visit, int(digits))
        if len(digits) == _TAIL:
            match = f'"{digits}"'
        elif len(digits) in _BEGINNING:
            match = f'"{digits}"*'
        else:
            return SearchPage((), 0, False, False, needs_more=len(digits) < _BEGINNING.start)
    else:
        # Every word is quoted, so that nothing typed is an operator of the search.
        words = re.findall(r"[^\W_]+", text)[:_MOST_WORDS]
        if not words:
            return NOTHING
        match = " ".join(f'"{word}"*' for word in words)
    (count,) = database.execute_sql(
        "SELECT count(*) FROM (SELECT 1 FROM pupil_search "
        "WHERE pupil_search MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?)",
        (match, low, high, COUNTED + 1),
    ).fetchone()
    order = "DESC" if backward else "ASC"
    if after is not None:
        low, high = (low, min(high, after - 1)) if backward else (max(low, after + 1), high)
    rows = database.execute_sql(
        f"SELECT f.place, s.name, {COLUMNS} FROM (SELECT rowid AS place FROM pupil_search "
        f"WHERE pupil_search MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid {order} LIMIT ?) f "
        f"CROSS JOIN visit v ON v.ordinal = f.place / {SEARCH_SPAN} "
        f"CROSS JOIN pupil p ON p.visit_id = v.id AND p.number = f.place % {SEARCH_SPAN} "
        "CROSS JOIN person r ON r.id = p.person_id CROSS JOIN school s ON s.id = v.school_id ORDER BY f.place",
        (match, low, high, limit + 1),
    ).fetchall()
    more = len(rows) > limit
    if more:
        del rows[0 if backward else -1]
    found = tuple(Found(row_of(tx, values[2:]), values[1], values[0]) for values in rows)
    return SearchPage(found, min(count, COUNTED), count > COUNTED, more)


def _by_number(tx: Transaction, visit: uuid.UUID | None, number: int) -> SearchPage:
    """Return the pupil of that number on a visit's list; numbers mean nothing without one."""
    if visit is None:
        return SearchPage((), 0, False, False, needs_more=True)
    rows = database.execute_sql(
        f"SELECT s.name, {COLUMNS} FROM pupil p JOIN person r ON r.id = p.person_id JOIN visit v ON v.id = p.visit_id "
        "JOIN school s ON s.id = v.school_id WHERE p.visit_id = ? AND p.number = ?",
        (visit.bytes, number),
    ).fetchall()
    return SearchPage(
        tuple(Found(row_of(tx, values[1:]), values[0], number) for values in rows), len(rows), False, False
    )


def _span(visit: uuid.UUID | None) -> tuple[int, int]:
    """Return the range of search rows of a visit, or of all."""
    if visit is None:
        return _EVERYWHERE
    found = database.execute_sql("SELECT ordinal FROM visit WHERE id = ?", (visit.bytes,)).fetchone()
    return (0, 0) if found is None else (found[0] * SEARCH_SPAN, (found[0] + 1) * SEARCH_SPAN - 1)
