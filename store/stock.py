"""The stock ledger: blanks by serial, ribbon and film by the card; it balances at every moment or refuses.

opening + received = printed + spoiled + returned + closing, per kind. The equation is a CHECK of the table, so that no
path through the program can break it. A spoiled blank is kept until it is destroyed with minutes and two witnesses
(circular 470.13/11176/SJ of 13 December 2018).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.models.stock import Blank, BlankState, StockTally
from store.models.stock import Movement as Movement
from store.models.stock import SpoilReason as SpoilReason
from store.models.stock import StockKind as StockKind
from store.roster.text import clean
from store.serials import LONGEST_RANGE, is_tail
from store.stock_ledger import StockReason as StockReason
from store.stock_ledger import StockRefusedError as StockRefusedError
from store.stock_ledger import (
    check_in_stock,
    check_quantity,
    check_witness,
    mark_blanks,
    parsed,
    register,
    serials_from,
    shift,
    tally_of,
    use,
    write,
)
from store.transaction import OfficerRole, Transaction


@dataclass(frozen=True)
class KindBalance:
    """The equation of one kind since its last counted difference."""

    kind: StockKind
    opening: int
    received: int
    printed: int
    spoiled: int
    returned: int
    closing: int
    low: bool

    @property
    def left(self) -> int:
        """Opening and received."""
        return self.opening + self.received

    @property
    def right(self) -> int:
        """Printed, spoiled, returned and closing."""
        return self.printed + self.spoiled + self.returned + self.closing


@dataclass(frozen=True)
class Balance:
    """The whole ledger at one moment."""

    blank: KindBalance
    ribbon: KindBalance
    film: KindBalance
    next_serial: str | None
    last_serial: str | None
    to_destroy: int

    @property
    def kinds(self) -> tuple[KindBalance, KindBalance, KindBalance]:
        """Blank, ribbon, film: the order of the stock screen."""
        return (self.blank, self.ribbon, self.film)

    @property
    def cards_left(self) -> int:
        """How many cards can still be printed."""
        return min(one.closing for one in self.kinds)

    @property
    def ends_first(self) -> StockKind:
        """What will run out first."""
        return min(self.kinds, key=lambda one: one.closing).kind


def balance(tx: Transaction) -> Balance:
    """Return the ledger: three rows and two index look-ups, whatever was printed before."""
    rows = {row.kind: row for row in StockTally.select().where(StockTally.current == 1)}
    blank, ribbon, film = (_balance_of(tx, kind, rows.get(kind)) for kind in StockKind)
    waiting = Blank.select().where(Blank.state == BlankState.SPOILED).count()
    return Balance(blank, ribbon, film, next_serial(tx), _last_serial(), waiting)


def _balance_of(tx: Transaction, kind: StockKind, row: Any) -> KindBalance:
    limit = tx.setting(f"stock.{kind.value}_low")
    low_at = limit if isinstance(limit, int) else 0
    if row is None:
        return KindBalance(kind, 0, 0, 0, 0, 0, 0, low=True)
    return KindBalance(
        kind, row.opening, row.received, row.printed, row.spoiled, row.returned, row.closing, row.closing <= low_at
    )


def next_serial(tx: Transaction) -> str | None:
    """Return the blank that lies on top: the lowest serial in stock."""
    del tx
    return Blank.select(Blank.serial).where(Blank.state == BlankState.IN_STOCK).order_by(Blank.serial).limit(1).scalar()


def _last_serial() -> str | None:
    return (
        Blank.select(Blank.serial)
        .where(Blank.state == BlankState.IN_STOCK)
        .order_by(Blank.serial.desc())
        .limit(1)
        .scalar()
    )


def full_serial(tx: Transaction, typed: str) -> str:
    """Return the whole serial for what was typed or scanned; four digits take the expected blank's beginning.

    Raises StockRefusedError BAD_SERIAL when it is none, or four digits were typed while nothing is in stock.
    """
    if is_tail(typed):
        expected = next_serial(tx)
        if expected is None:
            raise StockRefusedError(StockReason.BAD_SERIAL, serial=typed)
        return expected[:-4] + typed.strip()
    return str(parsed(typed))


def receive(tx: Transaction, kind: StockKind, quantity: int, first_serial: str = "", letter: str = "") -> Balance:
    """Take a delivery into stock; blanks with their first serial.

    Raises StockRefusedError: BAD_QUANTITY, BAD_SERIAL, or SERIAL_KNOWN naming the first serial that is here already.
    """
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    check_quantity(quantity)
    serials = register(tx, first_serial, quantity) if kind is StockKind.BLANK else ()
    tally_of(tx, kind)
    shift(kind, quantity, StockTally.received, +1)
    write(tx, kind, Movement.RECEIVED, quantity, serials=serials, letter=letter)
    return balance(tx)


def count(
    tx: Transaction,
    kind: StockKind,
    number: int,
    first_serial: str = "",
    *,
    missing: Sequence[str] = (),
    found: Sequence[str] = (),
    reason: str = "",
    witness: uuid.UUID | None = None,
) -> Balance:
    """Note what was counted; the very first count of a kind is its opening.

    A number other than the book's needs a reason and a second officer, and for blanks the serials: `missing` ones (or
    all below `first_serial`, when that explains the difference), and `found` ones that an earlier count had missed. A
    blank nobody has received is no surplus: it is received with its serial. Raises StockRefusedError: COUNT_DIFFERS
    with the book's number, REASON_NEEDED, WITNESS_NEEDED, BAD_SERIAL, SERIAL_KNOWN, BAD_QUANTITY; SERIAL_UNKNOWN or
    SERIAL_USED where the blank on top, or a missing one, is none that lies in stock.
    """
    tx.require(*OfficerRole)
    if not 0 <= number <= 1_000_000:
        raise StockRefusedError(StockReason.BAD_QUANTITY, kind=kind)
    tally = StockTally.get_or_none((StockTally.kind == kind) & (StockTally.current == 1))
    if tally is None:
        serials: tuple[str, ...] = ()
        if kind is StockKind.BLANK and number:
            check_quantity(number)
            serials = register(tx, first_serial, number)
        StockTally.create(kind=kind, opened_at=tx.now(), opening=number, closing=number)
        write(tx, kind, Movement.COUNTED, number, serials=serials)
        return balance(tx)
    book: int = tally.closing
    lost: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    if kind is StockKind.BLANK:
        lost, back = _explain(number, book, first_serial, missing, found)
    if number != book or lost or back:
        if not clean(reason):
            raise StockRefusedError(StockReason.REASON_NEEDED, kind=kind, book=book)
        check_witness(tx, witness)
        mark_blanks(tx, lost, BlankState.LOST)
        mark_blanks(tx, back, BlankState.IN_STOCK)
        StockTally.update(current=0).where(StockTally.id == tally.id).execute()
        StockTally.create(kind=kind, opened_at=tx.now(), opening=number, closing=number)
    write(
        tx,
        kind,
        Movement.COUNTED,
        number,
        difference=number - book,
        serials=lost or back,
        reason=reason,
        witness=witness,
    )
    return balance(tx)


def spoil(
    tx: Transaction,
    kind: StockKind,
    reason: SpoilReason,
    witness: uuid.UUID,
    *,
    serial: str = "",
    quantity: int = 1,
    note: str = "",
) -> Balance:
    """Note what spoiled without a card's job: a blank by its serial, or so many ribbon panels or films.

    Raises StockRefusedError: WITNESS_NEEDED, NOT_ENOUGH, BAD_QUANTITY, BAD_SERIAL, SERIAL_UNKNOWN, SERIAL_USED.
    """
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    check_witness(tx, witness)
    if kind is StockKind.BLANK:
        spoil_blank(tx, serial, reason, witness, note=note)
    else:
        check_quantity(quantity)
        use(tx, kind, Movement.SPOILED, quantity, spoil_reason=reason, reason=note, witness=witness)
    return balance(tx)


TEST_CARD = "kartu uji"
"""The note of a blank that was used to see where the printer prints."""


def use_for_test(tx: Transaction, serial: str, witness: uuid.UUID) -> str:
    """Note a blank, a ribbon panel and a film as used up by a test card; return the blank's whole serial.

    A blank that was noted for a test before is not counted twice: its print may have come to nothing. Raises
    StockRefusedError: WITNESS_NEEDED, SERIAL_UNKNOWN, SERIAL_USED, NOT_ENOUGH, BAD_SERIAL.
    """
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    check_witness(tx, witness)
    serial = str(parsed(full_serial(tx, serial)))
    noted = (Blank.serial == serial) & (Blank.state == BlankState.SPOILED) & (Blank.note == TEST_CARD)
    if Blank.get_or_none(noted) is not None:
        return serial
    spoil_blank(tx, serial, SpoilReason.OTHER, witness, note=TEST_CARD)
    for kind in (StockKind.RIBBON, StockKind.FILM):
        use(tx, kind, Movement.SPOILED, 1, spoil_reason=SpoilReason.OTHER, reason=TEST_CARD, witness=witness)
    return serial


def give_back(tx: Transaction, kind: StockKind, quantity: int, first_serial: str = "", letter: str = "") -> Balance:
    """Give unused stock back to the office that issued it.

    Raises StockRefusedError: NOT_ENOUGH, BAD_QUANTITY, BAD_SERIAL, SERIAL_UNKNOWN, SERIAL_USED.
    """
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    check_quantity(quantity)
    serials: tuple[str, ...] = ()
    if kind is StockKind.BLANK:
        serials = serials_from(first_serial, quantity)
        for serial in serials:
            check_in_stock(serial)
        mark_blanks(tx, serials, BlankState.RETURNED)
    use(tx, kind, Movement.RETURNED, quantity, serials=serials, letter=letter)
    return balance(tx)


def print_blank(
    tx: Transaction, serial: str, person: uuid.UUID, job: uuid.UUID, *, accept_out_of_order: bool = False
) -> None:
    """Take one blank, one ribbon panel and one film for a card that lies printed in the officer's hand.

    Raises StockRefusedError: SERIAL_UNKNOWN, SERIAL_USED with whose it is, OUT_OF_ORDER unless accepted, NOT_ENOUGH.
    """
    serial = str(parsed(serial))
    check_in_stock(serial)
    expected = next_serial(tx)
    if serial != expected and not accept_out_of_order:
        raise StockRefusedError(StockReason.OUT_OF_ORDER, serial=serial, expected=expected or "")
    mark_blanks(tx, (serial,), BlankState.PRINTED, person=person)
    for kind in StockKind:
        serials = (serial,) if kind is StockKind.BLANK else ()
        use(tx, kind, Movement.PRINTED, 1, serials=serials, person=person, job=job)


def spoil_blank(
    tx: Transaction,
    serial: str,
    reason: SpoilReason,
    witness: uuid.UUID,
    *,
    note: str = "",
    person: uuid.UUID | None = None,
    job: uuid.UUID | None = None,
) -> None:
    """Note one spoiled blank; with a job, its ribbon panel and film went with it.

    Raises StockRefusedError: WITNESS_NEEDED, SERIAL_UNKNOWN, SERIAL_USED, NOT_ENOUGH, BAD_SERIAL.
    """
    check_witness(tx, witness)
    serial = str(parsed(serial))
    check_in_stock(serial)
    mark_blanks(tx, (serial,), BlankState.SPOILED, reason=reason, note=clean(note)[:300])
    for kind in StockKind if job is not None else (StockKind.BLANK,):
        use(
            tx,
            kind,
            Movement.SPOILED,
            1,
            serials=(serial,) if kind is StockKind.BLANK else (),
            person=person,
            job=job,
            spoil_reason=reason,
            reason=note,
            witness=witness,
        )


def _explain(
    number: int, book: int, first_serial: str, missing: Sequence[str], found: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which blanks are lost and which came back; refuse when they do not add up to the count."""
    lost = tuple(sorted({str(parsed(serial)) for serial in missing}))
    back = tuple(sorted({str(parsed(serial)) for serial in found}))
    for serial in lost:
        check_in_stock(serial)
    for serial in back:
        if not Blank.select().where((Blank.serial == serial) & (Blank.state == BlankState.LOST)).exists():
            raise StockRefusedError(StockReason.SERIAL_UNKNOWN, kind=StockKind.BLANK, serial=serial)
    on_top = str(parsed(first_serial)) if first_serial.strip() else ""
    if on_top and on_top not in back:
        check_in_stock(on_top)
    if on_top and not lost and not back:
        below = (
            Blank.select(Blank.serial)
            .where((Blank.state == BlankState.IN_STOCK) & (Blank.serial < on_top))
            .order_by(Blank.serial)
            .limit(LONGEST_RANGE)
        )
        lost = tuple(row.serial for row in below)
    if on_top in lost or book - len(lost) + len(back) != number:
        raise StockRefusedError(StockReason.COUNT_DIFFERS, kind=StockKind.BLANK, book=book)
    return lost, back
