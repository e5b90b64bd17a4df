"""Where a pupil stands in the procedure, where she may go next, and her place in the queue.

The one table of allowed moves: every change of state goes through it, whoever makes it.
"""

from __future__ import annotations

import enum
import re
from datetime import datetime
from functools import lru_cache


class PupilState(enum.Enum):
    """Where a pupil stands."""

    LISTED = "listed"  # on the list but under 16 on the visit's day
    CHECK = "check"  # waits for step 3
    SIAK = "siak"  # waits for step 4
    UPDATE = "update"  # waits for step 5
    RECORD = "record"  # waits for step 6
    CARD = "card"  # recorded: waits for the centre, for 17, or for the printer (step 7)
    HANDOVER = "handover"  # printed, not yet handed over (step 8)
    DONE = "done"  # card received
    HAS_CARD = "has_card"  # had a card before this visit: nothing to do
    OFFICE = "office"  # needs the office's decision


class Presence(enum.Enum):
    """Whether the pupil is at school on the visit's day; nothing marked counts as there."""

    PRESENT = "present"
    ABSENT = "absent"


class VisitState(enum.Enum):
    """How far a visit has come."""

    DRAFT = "draft"  # being planned: no schedule fixed yet
    FIXED = "fixed"  # schedule agreed with the school
    CLOSED = "closed"  # every card handed over or given up


class Sex(enum.Enum):
    """As on the card: L laki-laki, P perempuan."""

    MALE = "L"
    FEMALE = "P"


class Desk(enum.Enum):
    """What a desk does; a laptop serves up to four."""

    ALL = 1  # steps 3 to 6
    CHECK = 2  # steps 3 to 5
    RECORD = 3  # step 6
    PRINT = 4  # step 7

    @property
    def states(self) -> frozenset[PupilState]:
        """The states whose next step is done at this desk."""
        return _DESKS[self]


_CHECKING = frozenset({PupilState.CHECK, PupilState.SIAK, PupilState.UPDATE})
_DESKS = {
    Desk.ALL: _CHECKING | {PupilState.RECORD},
    Desk.CHECK: _CHECKING,
    Desk.RECORD: frozenset({PupilState.RECORD}),
    Desk.PRINT: frozenset({PupilState.CARD}),
}

WAITING_HERE = _DESKS[Desk.ALL]
"""Who still has something to do at the school on the visit's day."""

ADULT_ENOUGH = frozenset(PupilState) - {PupilState.LISTED}
"""Everybody of 16 and over."""

STEP_OF: dict[PupilState, int | None] = {
    PupilState.LISTED: None,
    PupilState.CHECK: 3,
    PupilState.SIAK: 4,
    PupilState.UPDATE: 5,
    PupilState.RECORD: 6,
    PupilState.CARD: 7,
    PupilState.HANDOVER: 8,
    PupilState.DONE: None,
    PupilState.HAS_CARD: None,
    PupilState.OFFICE: None,
}
"""The step of the SOP that waits for her, or None when none does."""

ALLOWED: dict[PupilState, frozenset[PupilState]] = {
    PupilState.LISTED: frozenset({PupilState.CHECK}),
    PupilState.CHECK: frozenset(
        {PupilState.SIAK, PupilState.CARD, PupilState.HAS_CARD, PupilState.OFFICE, PupilState.LISTED}
    ),
    PupilState.SIAK: frozenset({PupilState.UPDATE, PupilState.RECORD, PupilState.CHECK}),
    PupilState.UPDATE: frozenset({PupilState.RECORD, PupilState.SIAK, PupilState.CHECK}),
    PupilState.RECORD: frozenset(
        {PupilState.CARD, PupilState.SIAK, PupilState.UPDATE, PupilState.CHECK, PupilState.OFFICE}
    ),
    PupilState.CARD: frozenset({PupilState.HANDOVER, PupilState.OFFICE, PupilState.HAS_CARD, PupilState.CHECK}),
    PupilState.HANDOVER: frozenset({PupilState.DONE, PupilState.CARD, PupilState.OFFICE}),
    PupilState.DONE: frozenset({PupilState.HANDOVER, PupilState.CARD, PupilState.OFFICE}),
    PupilState.HAS_CARD: frozenset({PupilState.CHECK, PupilState.CARD, PupilState.OFFICE}),
    PupilState.OFFICE: frozenset(
        {PupilState.CHECK, PupilState.SIAK, PupilState.CARD, PupilState.HANDOVER, PupilState.HAS_CARD}
    ),
}
"""From where to where. CARD to CHECK and HAS_CARD to CHECK only undo a verdict of step 3."""


class IllegalMoveError(Exception):
    """The procedure has no way from that state to this one; nothing was changed."""

    def __init__(self, old: PupilState, new: PupilState) -> None:
        super().__init__(f"{old.value} -> {new.value}")
        self.old = old
        self.new = new


def check_move(old: PupilState, new: PupilState) -> None:
    """Raise IllegalMoveError unless the procedure knows that way."""
    if new not in ALLOWED[old]:
        raise IllegalMoveError(old, new)


# What waits at a desk stands first, then what waits for others; what is finished sinks, the absent and the young last.
_RANK = {
    PupilState.CHECK: "2",
    PupilState.SIAK: "2",
    PupilState.UPDATE: "3",
    PupilState.RECORD: "4",
    PupilState.CARD: "5",
    PupilState.HANDOVER: "6",
    PupilState.OFFICE: "7",
    PupilState.DONE: "8",
    PupilState.HAS_CARD: "8",
    PupilState.LISTED: "A",
}
_CALLED = "1"
_ABSENT = "9"
_MOST_PUT_OFF = 999


@lru_cache(maxsize=1024)  # asked for every pupil, of a handful of classes
def class_key(class_name: str) -> str:
    """Return a class's name so that text order is the order a school expects: "X 2" before "X 10"."""
    words = " ".join(class_name.upper().split())
    return re.sub(r"\d+", lambda digits: digits.group().zfill(4), words)


def queue_key(
    state: PupilState,
    presence: Presence | None,
    class_name: str,
    number: int,
    put_off: int = 0,
    called: datetime | None = None,
) -> str:
    """Return the text that orders the queue.

    Called ones first, in the order they came; then by what waits, class, how often put off, and number on the list: a
    pupil who was put off comes back by herself at the end of her class.
    """
    rank = _RANK[state]
    if rank < "5":
        if presence is Presence.ABSENT:
            rank = _ABSENT
        elif called is not None:
            return f"{_CALLED}{called.isoformat(timespec='milliseconds')}\x1f{number:07d}"
    # The separator sorts before anything printable, so that class "XII" stands before "XII IPA".
    return f"{rank}{class_key(class_name)}\x1f{min(put_off, _MOST_PUT_OFF):03d}{number:07d}"
