"""The stock ledger's tables: the equation of each kind, its movements, and every blank by its serial."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

import enum
from typing import Any

from peewee import SQL, Check, ForeignKeyField, IntegerField, TextField

from store.models.people import Person
from store.models.table import EnumField, KeyField, MomentField, Table


class StockKind(enum.Enum):
    """What runs out while printing."""

    BLANK = "blank"
    RIBBON = "ribbon"
    FILM = "film"


class Movement(enum.Enum):
    """What happens to stock."""

    RECEIVED = "received"
    PRINTED = "printed"
    SPOILED = "spoiled"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    COUNTED = "counted"


class BlankState(enum.Enum):
    """Where one blank is."""

    IN_STOCK = "in_stock"
    PRINTED = "printed"
    SPOILED = "spoiled"  # kept until it is destroyed
    DESTROYED = "destroyed"
    RETURNED = "returned"  # given back to the office that issued it
    LOST = "lost"  # a count did not find it


class SpoilReason(enum.Enum):
    """Why a blank, ribbon panel or film is of no use any more."""

    JAMMED = "jammed"
    SCRATCHED = "scratched"
    RIBBON_BROKE = "ribbon_broke"
    BAD_PICTURE = "bad_picture"
    WRONG_DATA = "wrong_data"
    OTHER = "other"


class StockTally(Table):
    """The ledger's equation for one kind, refused by the table itself whenever it would not hold.

    A count that finds another number closes the tally and opens a new one with what was counted as its opening, so
    that the equation holds before and after; the difference stays in the movements with its reason and witness.
    """

    kind: Any = EnumField(StockKind)
    current: Any = IntegerField(default=1)
    opened_at: Any = MomentField()
    opening: Any = IntegerField(default=0, constraints=[Check("opening >= 0")])
    received: Any = IntegerField(default=0, constraints=[Check("received >= 0")])
    printed: Any = IntegerField(default=0, constraints=[Check("printed >= 0")])
    spoiled: Any = IntegerField(default=0, constraints=[Check("spoiled >= 0")])
    returned: Any = IntegerField(default=0, constraints=[Check("returned >= 0")])
    closing: Any = IntegerField(default=0, constraints=[Check("closing >= 0")])

    class Meta:
        constraints = (Check("opening + received = printed + spoiled + returned + closing"),)


StockTally.add_index(SQL("CREATE UNIQUE INDEX IF NOT EXISTS one_current_tally ON stock_tally (kind) WHERE current = 1"))


class StockMovement(Table):
    """One line of the stock ledger; never changed."""

    kind: Any = EnumField(StockKind, index=True)
    movement: Any = EnumField(Movement)
    quantity: Any = IntegerField(constraints=[Check("quantity >= 0")])
    difference: Any = IntegerField(default=0)  # counted minus book, for a count
    first_serial: Any = TextField(null=True)
    last_serial: Any = TextField(null=True)
    job: Any = KeyField(null=True)
    person: Any = ForeignKeyField(Person, on_delete="RESTRICT", null=True, index=True)
    spoil_reason: Any = EnumField(SpoilReason, null=True)
    reason: Any = TextField(default="", constraints=[Check("length(reason) <= 300")])
    letter: Any = TextField(default="", constraints=[Check("length(letter) <= 120")])
    at: Any = MomentField()
    officer: Any = KeyField(null=True)
    witness: Any = KeyField(null=True)


class Blank(Table):
    """One blank card by the serial on its back."""

    serial: Any = TextField(unique=True, constraints=[Check("length(serial) BETWEEN 5 AND 20")])
    state: Any = EnumField(BlankState, default=BlankState.IN_STOCK)
    person: Any = ForeignKeyField(Person, on_delete="RESTRICT", null=True, index=True)
    reason: Any = EnumField(SpoilReason, null=True)
    note: Any = TextField(default="")
    changed_at: Any = MomentField()

    class Meta:
        indexes = ((("state", "serial"), False),)


class BlankChip(Table):
    """The number in a blank's chip, where an office reads it: it finds the serial of a card whose print is gone."""

    serial: Any = TextField(unique=True)
    uid: Any = TextField(unique=True, constraints=[Check("length(uid) BETWEEN 8 AND 20")])
    read_at: Any = MomentField()


TRIGGERS: tuple[str, ...] = tuple(
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
    f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table, verb in (("stock_movement", "UPDATE"), ("stock_movement", "DELETE"), ("blank", "DELETE"))
)
"""A line of the ledger is never changed, and no blank is forgotten."""
