"""The day's board as the store has it: what the screen shows and the summary on paper says."""

from __future__ import annotations

import calendar
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store import counts, timings, visits
from tui.i18n import N_

if TYPE_CHECKING:
    import uuid

    from store.counts import Counts
    from store.timings import Pace, StepSummary
    from store.transaction import Transaction
    from store.visits import VisitPlan

_RECORDING = 6


class View(enum.Enum):
    """What the table of steps sums up."""

    TODAY = N_("Board of today")
    VISIT = N_("Board of the visit")
    MONTH = N_("Board of the month")


@dataclass(frozen=True)
class Board:
    """All that the board shows; without an open visit there is only the month."""

    plan: VisitPlan | None
    counted: Counts
    classes: Mapping[str, Counts]
    steps: tuple[StepSummary, ...]
    waiting: Counts
    paces: tuple[Pace, ...]
    minutes: float | None
    """What a pupil took in step 6 of this visit on the average."""


def read(tx: Transaction, visit: uuid.UUID | None, view: View, midnight: datetime) -> Board:
    """Read the board as it is now; `midnight` began today at the school."""
    today = tx.today()
    last = calendar.monthrange(today.year, today.month)[1]
    month = (today.replace(day=1), today.replace(day=last))
    if visit is None:
        everybody = counts.of_all(tx)
        return Board(None, everybody, {}, timings.summary_of_days(tx, *month), everybody, (), None)
    plan = visits.get(tx, visit).plan
    counted = counts.of_visit(tx, visit)
    whole = timings.summary(tx, visit)
    steps = whole
    if view is View.TODAY:
        steps = timings.summary_since(tx, visit, midnight)
    elif view is View.MONTH:
        steps = timings.summary_of_days(tx, *month)
    seconds = whole[_RECORDING - 1].average_seconds
    return Board(
        plan,
        counted,
        counts.of_classes(tx, visit),
        steps,
        counts.of_all(tx) if view is View.MONTH else counted,
        timings.pace(tx, visit, _RECORDING, midnight),
        None if seconds is None else seconds / 60,
    )
