"""What the lines around the queue say: totals, classes, who comes next, and until when it will take."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.counts import Counts
from store.progress import Desk
from store.visits import VisitDetail

if TYPE_CHECKING:
    from store.desks import AtDesk
    from store.transaction import Transaction


@dataclass(frozen=True, repr=False)
class Facts:
    """Counts of the visit and of the class shown; `pace` is today's minutes a pupil, None before the first one."""

    visit: VisitDetail
    classes: tuple[str, ...]
    counted: Counts
    shown: Counts
    next: uuid.UUID | None
    elsewhere: Mapping[uuid.UUID, AtDesk]
    pace: float | None

    @property
    def minutes(self) -> float:
        """What a pupil takes: as measured today, else as planned."""
        return self.pace or self.visit.plan.minutes_per_pupil


def read_facts(tx: Transaction, visit: uuid.UUID, class_name: str | None, desk: Desk) -> Facts:
    """Read them in one transaction; whoever looks at the queue has nobody open."""
    from store import counts, desks, queue, timings, visits

    desks.put_down(tx)
    counted = counts.of_visit(tx, visit)
    elsewhere = desks.elsewhere(tx)
    coming = queue.next_pupil(tx, visit, desk, elsewhere)
    seconds = timings.summary(tx, visit)[5].average_seconds
    return Facts(
        visit=visits.get(tx, visit),
        classes=queue.classes(tx, visit),
        counted=counted,
        shown=counted if class_name is None else counts.of_visit(tx, visit, class_name),
        next=coming.pupil if coming else None,
        elsewhere=elsewhere,
        pace=None if seconds is None else seconds / 60,
    )


def done_at(facts: Facts, now: datetime) -> str:
    """Return the time at which all who are left are done, on the visit's day and before midnight."""
    from store.board import forecast
    from store.schedule import clock_text

    if not facts.counted.left or now.date() != facts.visit.plan.day:
        return ""
    minutes = facts.visit.plan.minutes_per_pupil
    answer = forecast(
        facts.counted.left, now.hour * 60 + now.minute, measured_minutes=facts.pace, expected_minutes=minutes
    )
    return clock_text(answer.done_at) if answer.done_at < 24 * 60 else ""
