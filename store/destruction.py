"""Destruction of spoiled blanks: all at once, before two witnesses, with minutes that can be drawn again at any time.

A spoiled blank left the closing stock when it spoiled; until it is destroyed it is kept (circular 470.13/11176/SJ of
13 December 2018). What was destroyed before whom is in the journal's line: nobody writes other minutes later.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from store import documents
from store.models.core import Journal
from store.models.stock import Blank, BlankState, Movement, SpoilReason, StockKind, StockMovement
from store.roster.text import clean
from store.stock_ledger import StockReason, StockRefusedError, check_witness, mark_blanks, write
from store.transaction import OfficerRole, Transaction

_REGISTER = "destructions"
PATTERN = "{number:03d}/BA-PEMUSNAHAN/{year}"
"""The shipped pattern of the minutes' numbers; the office's settings replace it."""

_EVENT = f"stock.{Movement.DESTROYED.value}"


@dataclass(frozen=True)
class SpoiledBlank:
    """One blank that waits for its destruction, or is destroyed; its note is the officer's own words."""

    serial: str
    reason: SpoilReason
    spoiled_at: datetime
    note: str = field(repr=False)


@dataclass(frozen=True)
class Destruction:
    """What the minutes of one destruction say; `id` is its line in the ledger, `number` the minutes' own."""

    id: uuid.UUID
    at: datetime
    number: str
    officer: uuid.UUID | None
    witnesses: tuple[uuid.UUID, ...]
    blanks: tuple[SpoiledBlank, ...]


def waiting(tx: Transaction) -> tuple[SpoiledBlank, ...]:
    """Return the blanks that wait for their destruction, by serial."""
    del tx
    rows = Blank.select().where(Blank.state == BlankState.SPOILED).order_by(Blank.serial)
    return tuple(SpoiledBlank(row.serial, row.reason, row.changed_at, row.note) for row in rows)


def destroy(
    tx: Transaction,
    number: int,
    witnesses: tuple[uuid.UUID, uuid.UUID],
    letter: str = "",
    pattern: str = PATTERN,
) -> Destruction:
    """Destroy all spoiled blanks before two witnesses, when exactly `number` lie there.

    The equation does not move. Without a `letter` the minutes take the next number of their register. Raises
    StockRefusedError: COUNT_DIFFERS with the book's number, WITNESS_NEEDED, BAD_QUANTITY when nothing is spoiled.
    """
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    blanks = waiting(tx)
    if not blanks:
        raise StockRefusedError(StockReason.BAD_QUANTITY, kind=StockKind.BLANK)
    if number != len(blanks):
        raise StockRefusedError(StockReason.COUNT_DIFFERS, kind=StockKind.BLANK, book=len(blanks))
    first, second = witnesses
    check_witness(tx, first)
    check_witness(tx, second)
    if first == second:
        raise StockRefusedError(StockReason.WITNESS_NEEDED)
    serials = tuple(blank.serial for blank in blanks)
    mark_blanks(tx, serials, BlankState.DESTROYED)
    named = clean(letter)[:120] or documents.next_number(tx, _REGISTER, pattern)
    line = write(
        tx,
        StockKind.BLANK,
        Movement.DESTROYED,
        number,
        serials=serials,
        letter=named,
        witness=first,
        second_witness=second.hex,
        destroyed=list(serials),
    )
    return Destruction(line, tx.now(), named, tx.officer, witnesses, blanks)


def latest(tx: Transaction) -> Destruction | None:
    """Return the last destruction there was, None before the first."""
    row = _lines().order_by(StockMovement.id.desc()).first()
    return None if row is None else _read(tx, row)


def count(tx: Transaction) -> int:
    """Return how many destructions there were."""
    del tx
    return _lines().count()


def numbered(tx: Transaction, ordinal: int) -> Destruction | None:
    """Return a destruction by its place among all, the first being 1; None where there were not so many."""
    row = _lines().order_by(StockMovement.id).offset(ordinal - 1).first() if ordinal > 0 else None
    return None if row is None else _read(tx, row)


def of_line(tx: Transaction, line: uuid.UUID) -> Destruction | None:
    """Return the destruction behind a line of the ledger; None where the line tells of something else."""
    row = _lines().where(StockMovement.id == line).first()
    return None if row is None else _read(tx, row)


def _lines() -> Any:
    return StockMovement.select().where(StockMovement.movement == Movement.DESTROYED)


def _read(tx: Transaction, row: Any) -> Destruction:
    noted = Journal.select().where((Journal.subject == row.id) & (Journal.event == _EVENT)).first()
    facts: dict[str, Any] = {} if noted is None else json.loads(noted.facts)
    witnesses = tuple(uuid.UUID(facts[name]) for name in ("witness", "second_witness") if facts.get(name))
    return Destruction(row.id, row.at, row.letter, row.officer, witnesses, _blanks(tx, facts.get("destroyed", [])))


def _blanks(tx: Transaction, serials: list[str]) -> tuple[SpoiledBlank, ...]:
    """Return the blanks with when they spoiled: their own row says only when they were destroyed."""
    del tx
    found: dict[str, SpoiledBlank] = {}
    for start in range(0, len(serials), 500):
        some = serials[start : start + 500]
        notes = {row.serial: row for row in Blank.select().where(Blank.serial.in_(some))}
        spoiled = StockMovement.select().where(
            (StockMovement.movement == Movement.SPOILED)
            & (StockMovement.kind == StockKind.BLANK)
            & StockMovement.first_serial.in_(some)
        )
        for line in spoiled:
            blank = notes[line.first_serial]
            found[blank.serial] = SpoiledBlank(blank.serial, blank.reason, line.at, blank.note)
    return tuple(found[serial] for serial in serials)
