"""The rail's state: what the visit's own marks and its counters say of each step. Nothing is counted here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import counts, visits
from store.counts import Counts
from store.transaction import Transaction
from tui.widgets.bars import RailStep

if TYPE_CHECKING:
    import uuid

    from store.visits import VisitDetail

_BUSY = {3: "►", 4: "·", 5: "!", 6: "►", 7: "○", 8: "►"}
"""The symbol of a step at which somebody waits, while the officer is elsewhere."""


def read(tx: Transaction, visit: uuid.UUID) -> tuple[RailStep, ...]:
    """Return the rail of a visit, in one transaction."""
    return rail_of(visits.get(tx, visit), counts.of_visit(tx, visit))


def rail_of(visit: VisitDetail, counted: Counts) -> tuple[RailStep, ...]:
    """Return the eight steps: 1 and 2 by the visit's own marks, 3 to 8 by who waits there."""
    planned, ready = visit.schedule_version > 0, visit.ready_at is not None
    steps = [RailStep("√" if planned else "►"), RailStep("√" if ready else "►" if planned else "·")]
    for number in range(3, 9):
        waiting = counted.waiting_at(number)
        over = ready and not any(counted.waiting_at(step) for step in range(3, number + 1))
        done = over and (number < 7 or counted.handed_over > 0)
        steps.append(RailStep(_BUSY[number] if waiting else "√" if done else "·", waiting))
    return tuple(steps)
