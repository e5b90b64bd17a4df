"""The day's board: how many are left, and what can be said to the teacher who asks how long still. Pure arithmetic.

Times are whole minutes since midnight, in the school's time zone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from store.counts import Counts
from store.schedule import PACE, Hours, advance, working_minutes


@dataclass(frozen=True)
class Forecast:
    """The answer for the teacher.

    `fits` of the `left` can still be recorded today, `over` cannot; `done_at` is when all would be done, the break
    left out, had the day no end. `measured` is False while the pace is only that of earlier visits.
    """

    left: int
    fits: int
    over: int
    done_at: int
    minutes_per_pupil: float
    measured: bool


@dataclass(frozen=True)
class Balance:
    """Where everybody of the list is: the parts always sum up to `sixteen`."""

    recorded: int
    straight_to_print: int
    has_card: int
    office: int
    absent: int
    left: int
    sixteen: int


def forecast(
    left: int,
    now: int,
    *,
    measured_minutes: float | None = None,
    expected_minutes: float = PACE,
    desks: int = 1,
    hours: Hours | None = None,
) -> Forecast:
    """Say how many of those left can be recorded from `now` on, with that many recording desks.

    `measured_minutes` is what a pupil took on the average today at one desk, None before the first one. Raises
    ValueError for a pace or a number of desks that is not above nought.
    """
    pace = measured_minutes if measured_minutes is not None else expected_minutes
    if pace <= 0 or desks <= 0:
        raise ValueError("pace and desks must be above nought")
    hours = hours or Hours()
    begin = max(now, hours.start)
    minutes = working_minutes(begin, hours.end, hours)
    fits = min(left, math.floor(minutes / pace + 1e-9) * desks)
    rounds = math.ceil(left / desks)
    done = math.ceil(advance(begin, rounds * pace, hours) - 1e-9) if left else begin
    return Forecast(left, fits, left - fits, done, pace, measured_minutes is not None)


def balance(counts: Counts) -> Balance:
    """Sum up a visit's list so that every pupil of 16 and over is in exactly one part."""
    return Balance(
        recorded=counts.recorded_here,
        straight_to_print=counts.straight_to_print,
        has_card=counts.has_card,
        office=counts.office,
        absent=counts.absent,
        left=counts.left,
        sixteen=counts.sixteen,
    )
