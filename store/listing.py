"""The list of step 1 in the order an officer asks for.

Unlike the queue, whose order is an index, these orders are sorted when asked: a page costs what the visit's own list
costs (some hundred pupils, at most some thousand), whatever else the store holds.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.models.table import database
from store.queue import COLUMNS, PAGE, QueueFilter, QueueRow, row_of
from store.transaction import Transaction


class Order(enum.Enum):
    """How the list is ordered; the pupil's number on it decides between equals."""

    NUMBER = "''"
    NAME = "r.name"
    CLASS = "p.class_name"
    BIRTH = "r.birth_date"


@dataclass(frozen=True, repr=False)
class Place:
    """A row's place in an order: its value there, and its number."""

    value: str
    number: int


def place_of(row: QueueRow, order: Order) -> Place:
    """Return a row's place, to ask for the page after or before it."""
    values = {Order.NAME: row.name, Order.CLASS: row.class_name, Order.BIRTH: row.birth_date.isoformat()}
    return Place(values.get(order, ""), row.number)


def page(
    tx: Transaction,
    visit: uuid.UUID,
    wanted: QueueFilter,
    order: Order,
    *,
    start: Place | None = None,
    backward: bool = False,
    limit: int = PAGE,
) -> Sequence[QueueRow]:
    """Return the rows after `start` (before it when `backward`), or the first (the last) ones, in the list's order."""
    clauses, values = ["p.visit_id = ?"], list[Any]([visit.bytes])
    if wanted.class_name is not None:
        clauses.append("p.class_name = ?")
        values.append(wanted.class_name)
    if wanted.states is not None:
        clauses.append(f"p.state IN ({', '.join('?' * len(wanted.states))})")
        values += sorted(state.value for state in wanted.states)
    if wanted.only is not None:
        clauses.append(f"p.{wanted.only.value}")
    if start is not None:
        clauses.append(f"({order.value}, p.number) {'<' if backward else '>'} (?, ?)")
        values += [start.value, start.number]
    way = "DESC" if backward else "ASC"
    found = database.execute_sql(
        f"SELECT {COLUMNS} FROM pupil p JOIN person r ON r.id = p.person_id WHERE {' AND '.join(clauses)} "
        f"ORDER BY {order.value} {way}, p.number {way} LIMIT ?",
        (*values, limit),
    ).fetchall()
    rows = [row_of(tx, row) for row in found]
    return rows[::-1] if backward else rows
