"""The numbers in the blanks' chips: a second, optional way to know a blank of the stock; never a card's proof.

They stay in the encrypted store and stand on no paper: a chip's number follows whoever carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store import stock
from store.models.people import Person
from store.models.stock import Blank, BlankChip, BlankState
from store.stock_ledger import StockReason, StockRefusedError, parsed
from store.transaction import OfficerRole, Transaction


@dataclass(frozen=True, repr=False)
class KnownBlank:
    """A blank by its chip: its serial, where it is, and whose card it became."""

    serial: str
    state: BlankState
    name: str


def note(tx: Transaction, serial: str, uid: str) -> str:
    """Note which chip a known blank has, and return its whole serial; the same again changes nothing.

    Raises StockRefusedError: BAD_SERIAL, SERIAL_UNKNOWN, or SERIAL_USED where blank or chip belongs to another already.
    """
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    serial = str(parsed(stock.full_serial(tx, serial)))
    if Blank.get_or_none(Blank.serial == serial) is None:
        raise StockRefusedError(StockReason.SERIAL_UNKNOWN, kind=stock.StockKind.BLANK, serial=serial)
    other = BlankChip.get_or_none((BlankChip.serial == serial) | (BlankChip.uid == uid))
    if other is None:
        BlankChip.create(serial=serial, uid=uid, read_at=tx.now())
        tx.note("stock.chip_read", None, serial=serial)
    elif (other.serial, other.uid) != (serial, uid):
        raise StockRefusedError(StockReason.SERIAL_USED, kind=stock.StockKind.BLANK, serial=other.serial)
    return serial


def known(tx: Transaction, uid: str) -> KnownBlank | None:
    """Return the blank with this chip, None where it was never read here."""
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    chip = BlankChip.get_or_none(BlankChip.uid == uid)
    if chip is None:
        return None
    blank: Any = Blank.get(Blank.serial == chip.serial)
    person = None if blank.person_id is None else Person.get_by_id(blank.person_id)
    return KnownBlank(blank.serial, blank.state, "" if person is None else person.name)
