"""Changing where a pupil stands: the one way a pupil's row is read for a change and written back.

Every change goes through `change`, which keeps her place in the queue true, and every change of state through `move`,
which asks the table of allowed moves.
"""

from __future__ import annotations

import uuid
from typing import Any

from store.models.people import Pupil
from store.progress import WAITING_HERE, PupilState, check_move, queue_key
from store.transaction import Json, OfficerRole, Transaction

FIELD_ROLES = (OfficerRole.RECORDING, OfficerRole.COORDINATOR)
"""Who works in steps 1 to 6."""


class UnknownPupilError(LookupError):
    """There is no pupil of that key."""


class NotInStepError(Exception):
    """The pupil does not stand in the step this belongs to; nothing was changed."""

    def __init__(self, state: PupilState) -> None:
        super().__init__(state.value)
        self.state = state


def pupil_row(pupil: uuid.UUID) -> Any:
    """Return the pupil's row with her person and visit, for functions of this package only."""
    found = Pupil.get_or_none(Pupil.id == pupil)
    if found is None:
        raise UnknownPupilError(pupil)
    return found


def in_state(row: Any, state: PupilState) -> Any:
    """Return the row if the pupil stands there, else raise NotInStepError."""
    if row.state is not state:
        raise NotInStepError(row.state)
    return row


def change(row: Any, **columns: Any) -> None:
    """Write these columns of a pupil's row, and with them her place in the queue."""
    for name, value in columns.items():
        setattr(row, name, value)
    if row.called is not None and row.state not in WAITING_HERE:
        row.called = None
        columns["called"] = None
    key = queue_key(row.state, row.presence, row.class_name, row.number, row.put_off, row.called)
    Pupil.update({**columns, "queue_key": key}).where(Pupil.id == row.id).execute()
    row.queue_key = key


def move(tx: Transaction, pupil: uuid.UUID, to: PupilState, event: str, /, **facts: Json) -> None:
    """Move a pupil to that state and write the journal's line; raises IllegalMoveError or UnknownPupilError.

    Leaving RECORD for CARD is the sealing of step 6: from then on she counts as recorded here, for ever.
    """
    move_row(tx, pupil_row(pupil), to, event, **facts)


def move_row(tx: Transaction, row: Any, to: PupilState, event: str, /, **facts: Json) -> None:
    """Do the same for a row that was read already."""
    old = row.state
    check_move(old, to)
    columns: dict[str, Any] = {"state": to}
    if old is PupilState.RECORD and to is PupilState.CARD:
        columns["recorded"] = 1
    change(row, **columns)
    tx.note(event, row.id, old=old.value, new=to.value, **facts)
