"""The stock ledger read back, line by line: by key from either end, newest first, never by counting from the start."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import JOIN

from store.models.people import Person
from store.models.stock import Movement, SpoilReason, StockKind, StockMovement
from store.transaction import Transaction


@dataclass(frozen=True)
class MovementLine:
    """One line of the ledger; `person` is whose card it was."""

    id: uuid.UUID
    at: datetime
    kind: StockKind
    movement: Movement
    quantity: int
    difference: int
    first_serial: str
    last_serial: str
    officer: uuid.UUID | None
    witness: uuid.UUID | None
    letter: str
    spoil_reason: SpoilReason | None
    person: str = field(repr=False)
    reason: str = field(repr=False)


def movements(
    tx: Transaction, *, before: uuid.UUID | None = None, limit: int = 50, kind: StockKind | None = None
) -> tuple[MovementLine, ...]:
    """Return lines of the ledger, newest first; `before` is the last line already shown."""
    del tx
    query = _lines(kind).order_by(StockMovement.id.desc())
    if before is not None:
        query = query.where(StockMovement.id < before)
    return tuple(_line(row) for row in query.limit(limit))


def later_movements(
    tx: Transaction, *, after: uuid.UUID | None = None, limit: int = 50, kind: StockKind | None = None
) -> tuple[MovementLine, ...]:
    """Return the lines that stand just above `after` in that order, or the very first ones; newest first too."""
    del tx
    query = _lines(kind).order_by(StockMovement.id)
    if after is not None:
        query = query.where(StockMovement.id > after)
    return tuple(_line(row) for row in query.limit(limit))[::-1]


def movement_count(tx: Transaction, kind: StockKind | None = None, limit: int = 1_000) -> int:
    """Count the ledger's lines up to `limit` and stop: a screen says `1.000+`."""
    del tx
    query: Any = StockMovement.select(StockMovement.id)
    if kind is not None:
        query = query.where(StockMovement.kind == kind)
    return query.limit(limit).count()


def _lines(kind: StockKind | None) -> Any:
    query: Any = StockMovement.select(StockMovement, Person.id, Person.name).join(Person, JOIN.LEFT_OUTER)
    return query if kind is None else query.where(StockMovement.kind == kind)


def _line(row: Any) -> MovementLine:
    return MovementLine(
        id=row.id,
        at=row.at,
        kind=row.kind,
        movement=row.movement,
        quantity=row.quantity,
        difference=row.difference,
        first_serial=row.first_serial or "",
        last_serial=row.last_serial or "",
        officer=row.officer,
        witness=row.witness,
        letter=row.letter,
        spoil_reason=row.spoil_reason,
        person=row.person.name if row.person_id is not None else "",
        reason=row.reason,
    )
