"""The stock card of one kind: its ledger from the first line on with what was left after each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

from store import stock, stock_history
from store.serials import Serial
from store.stock import KindBalance, Movement, StockKind
from store.stock_history import MovementLine
from store.transaction import Transaction

_OUT = {Movement.PRINTED, Movement.SPOILED, Movement.RETURNED}
_PAGE = 500


@dataclass(frozen=True)
class CardLine:
    """One line: what came in, what went out, what was left; `destroyed` moves nothing, a count may correct.

    The good cards that one officer printed one after the other on one day are one line, `first_serial` to
    `last_serial`, where their serials follow each other.
    """

    day: date
    movement: Movement
    quantity: int
    difference: int
    left: int
    first_serial: str
    last_serial: str
    officer: uuid.UUID | None
    witness: uuid.UUID | None
    letter: str
    reason: str
    spoil_reason: stock.SpoilReason | None


@dataclass(frozen=True)
class StockCard:
    """The card of one kind with the equation that its last line has to agree with."""

    kind: StockKind
    balance: KindBalance
    lines: tuple[CardLine, ...]

    @property
    def agrees(self) -> bool:
        """Whether the lines, added up from the first on, end at the closing stock."""
        return (self.lines[-1].left if self.lines else 0) == self.balance.closing


def read(tx: Transaction, kind: StockKind, offset: timedelta) -> StockCard:
    """Return the kind's card; a line's day is the local one, `offset` east of UTC."""
    balance = next(one for one in stock.balance(tx).kinds if one.kind is kind)
    lines: list[CardLine] = []
    left = 0
    for movement in _from_the_first(tx, kind):
        left = _after(left, movement)
        line = _line(movement, left, movement.at.astimezone(timezone(offset)))
        if lines and (joined := _joined(lines[-1], line)) is not None:
            lines[-1] = joined
        else:
            lines.append(line)
    return StockCard(kind, balance, tuple(lines))


def _from_the_first(tx: Transaction, kind: StockKind) -> Iterator[MovementLine]:
    after: uuid.UUID | None = None
    while page := stock_history.later_movements(tx, after=after, limit=_PAGE, kind=kind):
        yield from reversed(page)
        after = page[0].id


def _after(left: int, movement: MovementLine) -> int:
    if movement.movement is Movement.COUNTED:
        return movement.quantity
    if movement.movement is Movement.RECEIVED:
        return left + movement.quantity
    return left - movement.quantity if movement.movement in _OUT else left


def _line(movement: MovementLine, left: int, at: datetime) -> CardLine:
    return CardLine(
        day=at.date(),
        movement=movement.movement,
        quantity=movement.quantity,
        difference=movement.difference,
        left=left,
        first_serial=movement.first_serial,
        last_serial=movement.last_serial,
        officer=movement.officer,
        witness=movement.witness,
        letter=movement.letter,
        reason=movement.reason,
        spoil_reason=movement.spoil_reason,
    )


def _joined(before: CardLine, line: CardLine) -> CardLine | None:
    """Return both as one line of good cards, None where they have to stay apart."""
    if not before.movement is line.movement is Movement.PRINTED:
        return None
    if (before.day, before.officer) != (line.day, line.officer):
        return None
    if line.first_serial and not _follows(before.last_serial, line.first_serial):
        return None
    quantity = before.quantity + line.quantity
    return replace(before, quantity=quantity, left=line.left, last_serial=line.last_serial)


def _follows(last: str, first: str) -> bool:
    ended, begins = Serial.parse(last), Serial.parse(first)
    return replace(ended, number=ended.number + 1) == begins
