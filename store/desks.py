"""Who has a pupil open: two officers on one laptop each see where the other one is, and do not open her twice.

A note beside the drafts, not a lock: it is gone when its officer comes back to the queue, and forgotten after an hour,
so that a session that was cut keeps nobody from her turn.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from store.models.core import Draft, Officer
from store.progress import Desk
from store.transaction import Transaction

_KEY = "desk."
_FORGOTTEN = timedelta(hours=1)


@dataclass(frozen=True)
class AtDesk:
    """The officer who has a pupil open, and what his desk does."""

    officer: str
    desk: Desk


def take_up(tx: Transaction, pupil: uuid.UUID, desk: Desk) -> AtDesk | None:
    """Note that this officer has the pupil open now; who has her open already is returned, and nothing is noted."""
    other = elsewhere(tx).get(pupil)
    if other is None and tx.officer is not None:
        value = f"{pupil.hex} {desk.value}"
        Draft.insert(key=_KEY + tx.officer.hex, value=value, saved_at=tx.now()).on_conflict_replace().execute()
    return other


def put_down(tx: Transaction) -> None:
    """Note that this officer has nobody open."""
    if tx.officer is not None:
        Draft.delete().where(Draft.key == _KEY + tx.officer.hex).execute()


def elsewhere(tx: Transaction) -> dict[uuid.UUID, AtDesk]:
    """Return whom the other officers have open."""
    mine = "" if tx.officer is None else _KEY + tx.officer.hex
    rows = Draft.select().where((Draft.key >= _KEY) & (Draft.key < _KEY + "\U0010ffff") & (Draft.key != mine))
    found: dict[uuid.UUID, AtDesk] = {}
    for row in rows:
        if timedelta(0) <= tx.now() - row.saved_at < _FORGOTTEN:
            pupil, _space, desk = row.value.partition(" ")
            name = Officer.select(Officer.name).where(Officer.id == uuid.UUID(hex=row.key[len(_KEY) :])).scalar()
            found[uuid.UUID(hex=pupil)] = AtDesk(name or "?", Desk(int(desk)))
    return found
