"""The rail: how far the visit has come and how many pupils wait where, from the store's own counts.

Step 5 is marked to be looked at while somebody waits there (SIAK is not changed by waiting), step 7 as waiting for
others (the centre, a birthday); a step is finished when nobody waits there or before it.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tui.widgets.bars import RailStep

if TYPE_CHECKING:
    from store.counts import Counts
    from store.transaction import Transaction
    from store.visits import VisitDetail
    from tui.app import RekamApp

_PUPIL_STEPS = range(3, 9)
_WHILE_WAITING = {3: "►", 4: "·", 5: "!", 6: "►", 7: "○", 8: "·"}


def steps(visit: VisitDetail, counted: Counts, here: int | None = None) -> tuple[RailStep, ...]:
    """Return the eight steps of a visit; `here` is the step of the screen in front, which is always under way."""
    moved = counted.sixteen > counted.standing_at(3)
    begun = visit.ready_at is not None or moved
    marks = ["√" if visit.schedule_version else "·", "√" if visit.ready_at is not None else "·"]
    waiting = [0, 0]
    finished = moved
    for step in _PUPIL_STEPS:
        count = counted.waiting_at(step) if begun else 0
        finished = finished and not count and (step < 7 or counted.printed > 0)
        waiting.append(count)
        marks.append(_WHILE_WAITING[step] if count else "√" if finished else "·")
    if here is not None:
        marks[here - 1] = "►"
    return tuple(RailStep(mark, count) for mark, count in zip(marks, waiting, strict=True))


async def refresh(app: RekamApp) -> None:
    """Read the rail of the open visit anew; without a visit there is none."""
    if app.store is None:
        return
    if app.visit is None:
        app.rail = ()
        return
    visit, counted = await app.store.run(_read, app.visit.id)
    app.rail = steps(visit, counted, getattr(app.screen, "step", None))


def _read(tx: Transaction, visit: uuid.UUID) -> tuple[VisitDetail, Counts]:
    from store import counts, visits

    return visits.get(tx, visit), counts.of_visit(tx, visit)
