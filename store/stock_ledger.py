"""How the ledger is written: both sides of the equation at once, the movement's line, and each blank's state.

Only `store.stock` and `store.cards` make movements; what is refused is refused here, before anything is written.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from typing import Any

from peewee import JOIN

from store import officers
from store.models.people import Person
from store.models.stock import Blank, BlankState, Movement, SpoilReason, StockKind, StockMovement, StockTally
from store.roster.text import clean
from store.serials import LONGEST_RANGE, BadSerialError, Serial
from store.transaction import Json, Transaction


class StockReason(enum.Enum):
    """Why a movement was refused."""

    BAD_SERIAL = "bad_serial"
    SERIAL_KNOWN = "serial_known"  # received, or counted, a second time
    SERIAL_UNKNOWN = "serial_unknown"  # never received here
    SERIAL_USED = "serial_used"  # printed, spoiled, returned or lost
    OUT_OF_ORDER = "out_of_order"  # in stock, but not the next one
    NOT_ENOUGH = "not_enough"
    BAD_QUANTITY = "bad_quantity"
    REASON_NEEDED = "reason_needed"
    WITNESS_NEEDED = "witness_needed"
    COUNT_DIFFERS = "count_differs"  # the serials named do not explain the difference


class StockRefusedError(Exception):
    """The movement was refused and nothing changed.

    `holder_name` is whose card has the serial: it is for the officer's eyes and stays out of the message.
    """

    def __init__(
        self,
        reason: StockReason,
        *,
        kind: StockKind | None = None,
        serial: str = "",
        expected: str = "",
        book: int = 0,
        holder_name: str = "",
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.kind = kind
        self.serial = serial
        self.expected = expected
        self.book = book
        self.holder_name = holder_name


def use(tx: Transaction, kind: StockKind, movement: Movement, quantity: int, **line: Any) -> None:
    """Take something out of the closing stock."""
    tally = tally_of(tx, kind)
    if tally.closing < quantity:
        raise StockRefusedError(StockReason.NOT_ENOUGH, kind=kind, book=tally.closing)
    column = {
        Movement.PRINTED: StockTally.printed,
        Movement.SPOILED: StockTally.spoiled,
        Movement.RETURNED: StockTally.returned,
    }[movement]
    shift(kind, quantity, column, -1)
    write(tx, kind, movement, quantity, **line)


def tally_of(tx: Transaction, kind: StockKind) -> Any:
    """Return the kind's current equation, begun at nothing when there is none."""
    row = StockTally.get_or_none((StockTally.kind == kind) & (StockTally.current == 1))
    return row if row is not None else StockTally.create(kind=kind, opened_at=tx.now())


def shift(kind: StockKind, quantity: int, column: Any, direction: int) -> None:
    """Move both sides of the equation in one statement: in between it would not hold, and the table would refuse."""
    StockTally.update({column: column + quantity, StockTally.closing: StockTally.closing + direction * quantity}).where(
        (StockTally.kind == kind) & (StockTally.current == 1)
    ).execute()


def write(
    tx: Transaction,
    kind: StockKind,
    movement: Movement,
    quantity: int,
    *,
    difference: int = 0,
    serials: Sequence[str] = (),
    person: uuid.UUID | None = None,
    job: uuid.UUID | None = None,
    spoil_reason: SpoilReason | None = None,
    reason: str = "",
    letter: str = "",
    witness: uuid.UUID | None = None,
    **facts: Json,
) -> uuid.UUID:
    """Write the movement's line and the journal's, which has the further `facts` as well; return the line's key."""
    reason = clean(reason)[:300]
    first, last = (serials[0], serials[-1]) if serials else (None, None)
    line = StockMovement.create(
        kind=kind,
        movement=movement,
        quantity=quantity,
        difference=difference,
        first_serial=first,
        last_serial=last,
        person=person,
        job=job,
        spoil_reason=spoil_reason,
        reason=reason,
        letter=clean(letter)[:120],
        at=tx.now(),
        officer=tx.officer,
        witness=witness,
    )
    tx.note(
        f"stock.{movement.value}",
        line.id,
        kind=kind.value,
        quantity=quantity,
        difference=difference,
        first=first,
        last=last,
        job=None if job is None else job.hex,
        spoil_reason=None if spoil_reason is None else spoil_reason.value,
        reason=reason,
        witness=None if witness is None else witness.hex,
        **facts,
    )
    return line.id


def register(tx: Transaction, first_serial: str, quantity: int) -> tuple[str, ...]:
    """Make the blanks of a range known; refuse the whole range when one of them is known already."""
    serials = serials_from(first_serial, quantity)
    wanted = frozenset(serials)
    nearby = Blank.select(Blank.serial).where(Blank.serial.between(serials[0], serials[-1])).order_by(Blank.serial)
    known = next((row.serial for row in nearby.iterator() if row.serial in wanted), None)
    if known is not None:
        raise StockRefusedError(StockReason.SERIAL_KNOWN, kind=StockKind.BLANK, serial=known)
    for start in range(0, quantity, 500):
        Blank.insert_many(
            [{"serial": serial, "changed_at": tx.now()} for serial in serials[start : start + 500]]
        ).execute()
    return serials


def serials_from(first_serial: str, quantity: int) -> tuple[str, ...]:
    """Return so many serials from the first one on; raises StockRefusedError BAD_SERIAL."""
    try:
        return Serial.parse(first_serial).upto(quantity)
    except BadSerialError:
        raise StockRefusedError(StockReason.BAD_SERIAL, kind=StockKind.BLANK, serial=first_serial) from None


def parsed(serial: str) -> Serial:
    """Return the serial that was typed or scanned; raises StockRefusedError BAD_SERIAL."""
    try:
        return Serial.parse(serial)
    except BadSerialError:
        raise StockRefusedError(StockReason.BAD_SERIAL, kind=StockKind.BLANK, serial=serial) from None


def check_in_stock(serial: str) -> None:
    """Raise StockRefusedError SERIAL_UNKNOWN, or SERIAL_USED naming whose it is, unless the blank lies in stock."""
    row = (
        Blank.select(Blank, Person.id, Person.name).join(Person, JOIN.LEFT_OUTER).where(Blank.serial == serial).first()
    )
    if row is None:
        raise StockRefusedError(StockReason.SERIAL_UNKNOWN, kind=StockKind.BLANK, serial=serial)
    if row.state is not BlankState.IN_STOCK:
        holder = row.person.name if row.person_id is not None else ""
        raise StockRefusedError(StockReason.SERIAL_USED, kind=StockKind.BLANK, serial=serial, holder_name=holder)


def mark_blanks(tx: Transaction, serials: Sequence[str], state: BlankState, **columns: Any) -> None:
    """Write where these blanks are now."""
    for start in range(0, len(serials), 500):
        Blank.update(state=state, changed_at=tx.now(), **columns).where(
            Blank.serial.in_(serials[start : start + 500])
        ).execute()


def check_quantity(quantity: int) -> None:
    """Raise StockRefusedError BAD_QUANTITY unless one delivery can hold so many."""
    if not 1 <= quantity <= LONGEST_RANGE:
        raise StockRefusedError(StockReason.BAD_QUANTITY)


def check_witness(tx: Transaction, witness: uuid.UUID | None) -> None:
    """Raise StockRefusedError WITNESS_NEEDED unless a second officer stands by."""
    if not officers.may_stand_by(tx, witness):
        raise StockRefusedError(StockReason.WITNESS_NEEDED)
