"""The rail's state: what the visit's own marks and its counters say of each step. Nothing is counted here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.bars import RailStep

if TYPE_CHECKING:
    import uuid

    from store.counts import Counts
    from store.transaction import Transaction
    from store.visits import VisitDetail
    from tui.app import RekamApp

_BUSY = {3: "►", 4: "·", 5: "!", 6: "►", 7: "○", 8: "►"}
"""The symbol of a step at which somebody waits, while the officer is elsewhere."""


def read(tx: Transaction, visit: uuid.UUID, here: int | None = None) -> tuple[RailStep, ...]:
    """Return the rail of a visit, in one transaction."""
    from store import counts, visits

    return rail_of(visits.get(tx, visit), counts.of_visit(tx, visit), here)


def rail_of(visit: VisitDetail, counted: Counts, here: int | None = None) -> tuple[RailStep, ...]:
    """Return the eight steps: 1 and 2 by the visit's own marks, 3 to 8 by who waits there.

    Nobody waits before the kit is ready or the first pupil was checked: the list alone is no queue. The step of the
    screen in front (`here`) is under way whatever waits there.
    """
    planned, ready = visit.schedule_version > 0, visit.ready_at is not None
    steps = [RailStep("√" if planned else "►"), RailStep("√" if ready else "►" if planned else "·")]
    begun = ready or counted.sixteen > counted.standing_at(3)
    for number in range(3, 9):
        waiting = counted.waiting_at(number) if begun else 0
        over = ready and not any(counted.waiting_at(step) for step in range(3, number + 1))
        done = over and (number < 7 or counted.handed_over > 0)
        symbol = "►" if waiting and number == here else _BUSY[number] if waiting else "√" if done else "·"
        steps.append(RailStep(symbol, waiting))
    return tuple(steps)


async def refresh(app: RekamApp) -> None:
    """Read the rail of the open visit anew: every screen does so when it comes to the front, and after a change."""
    if app.store is None:
        return
    if app.visit is None:
        app.rail = ()
        return
    app.rail = await app.store.run(read, app.visit.id, getattr(app.screen, "step", None))
