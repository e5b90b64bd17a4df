"""How long each step took, for whom and by whom, against the SOP's time standards.

A run is open time only: a pupil who was left and taken up again counts the minutes she was open. Durations come from
the monotonic clock, because wall clocks are set in the field; what a crash or a restart cut off is not guessed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from peewee import Case, fn

from store.models.people import Visit
from store.models.recording import StepRun, StepTally
from store.procedure import STEPS, step
from store.transaction import Transaction

_AT_SCHOOL = (3, 4, 5, 6)
_RECORDING = 6


@dataclass(frozen=True)
class Run:
    """One step done, or being done, for one pupil or a whole visit."""

    id: uuid.UUID
    step: int
    visit: uuid.UUID
    pupil: uuid.UUID | None
    officer: uuid.UUID | None
    started_at: datetime
    seconds: float
    ended_at: datetime | None

    @property
    def over(self) -> bool:
        """Whether it is beyond the standard."""
        return self.seconds > step(self.step).standard_seconds


@dataclass(frozen=True)
class StepSummary:
    """A step on the day's board; `average_seconds` is None before the first run ended."""

    step: int
    runs: int
    average_seconds: float | None
    standard_minutes: tuple[int, int]
    over: int


@dataclass(frozen=True)
class Pace:
    """How many pupils finished a step in one stretch of time."""

    start: datetime
    finished: int


def begin(tx: Transaction, number: int, visit: uuid.UUID, pupil: uuid.UUID | None = None) -> Run:
    """Start the clock of a step, or let it go on where the step was left; KeyError unless the step is 1 to 8.

    A run that was open when the program died goes on with what it had when it was last left.
    """
    step(number)
    boot, seconds = tx.monotonic()
    row = _open_run(number, visit, pupil)
    if row is None:
        row = StepRun.create(
            step=number,
            visit=visit,
            pupil=pupil,
            officer=tx.officer,
            started_at=tx.now(),
            leg_started=seconds,
            leg_boot=boot,
        )
        tx.note("step.begun", pupil or visit, step=number)
    else:
        row.leg_started, row.leg_boot, row.officer = seconds, boot, tx.officer
        row.save()
    return _run(tx, row)


def leave(tx: Transaction, number: int, visit: uuid.UUID, pupil: uuid.UUID | None = None) -> None:
    """Stop the clock without ending the step: another pupil is opened, the screen is left; nothing when none runs."""
    row = _open_run(number, visit, pupil)
    if row is not None:
        row.seconds = _elapsed(tx, row)
        row.leg_started = None
        row.save()


def end(tx: Transaction, number: int, visit: uuid.UUID, pupil: uuid.UUID | None = None) -> Run | None:
    """End the step and add it to the visit's sums; None when it was never begun."""
    row = _open_run(number, visit, pupil)
    if row is None:
        return None
    row.seconds = _elapsed(tx, row)
    row.leg_started, row.ended_at, row.officer = None, tx.now(), tx.officer
    row.save()
    run = _run(tx, row)
    tally, _ = StepTally.get_or_create(visit=visit, step=number)
    StepTally.update(
        runs=StepTally.runs + 1, seconds=StepTally.seconds + run.seconds, over=StepTally.over + int(run.over)
    ).where(StepTally.id == tally.id).execute()
    tx.note("step.ended", pupil or visit, step=number, seconds=round(run.seconds, 1), over=run.over)
    return run


def current(tx: Transaction, number: int, visit: uuid.UUID, pupil: uuid.UUID | None = None) -> Run | None:
    """Return the run that is open, with the seconds it has until now."""
    row = _open_run(number, visit, pupil)
    return None if row is None else _run(tx, row)


def of_pupil(tx: Transaction, pupil: uuid.UUID) -> tuple[Run, ...]:
    """Return a pupil's runs by step, for her history."""
    rows = StepRun.select().where(StepRun.pupil == pupil).order_by(StepRun.step, StepRun.id)
    return tuple(_run(tx, row) for row in rows)


def summary(tx: Transaction, visit: uuid.UUID) -> tuple[StepSummary, ...]:
    """Return all eight steps of a visit: runs, average and how many were over the standard."""
    del tx
    rows = {row.step: row for row in StepTally.select().where(StepTally.visit == visit)}
    return tuple(_summary(one.number, one.standard_minutes, rows.get(one.number)) for one in STEPS)


def summary_since(tx: Transaction, visit: uuid.UUID, since: datetime) -> tuple[StepSummary, ...]:
    """Return the same of the runs that ended from that moment on: a visit's day, or its second one."""
    del tx
    made: list[StepSummary] = []
    for one in STEPS:
        ended = (StepRun.visit == visit) & (StepRun.step == one.number) & (StepRun.ended_at >= since)
        late = Case(None, [(StepRun.seconds > one.standard_seconds, 1)], 0)
        sums: Any = StepRun.select(fn.COUNT(StepRun.id), fn.SUM(StepRun.seconds), fn.SUM(late)).where(ended)
        runs, seconds, over = sums.tuples().get()
        average = seconds / runs if runs else None
        made.append(StepSummary(one.number, runs, average, one.standard_minutes, over or 0))
    return tuple(made)


def summary_of_days(tx: Transaction, first: date, last: date) -> tuple[StepSummary, ...]:
    """Return the same of all visits of these days together: a month's work of the office."""
    del tx
    sums: Any = (
        StepTally.select(StepTally.step, fn.SUM(StepTally.runs), fn.SUM(StepTally.seconds), fn.SUM(StepTally.over))
        .join(Visit)
        .where((Visit.day >= first) & (Visit.day <= last))
        .group_by(StepTally.step)
    )
    found = {step_number: values for step_number, *values in sums.tuples()}
    made: list[StepSummary] = []
    for one in STEPS:
        runs, seconds, over = found.get(one.number, (0, 0.0, 0))
        made.append(StepSummary(one.number, runs, seconds / runs if runs else None, one.standard_minutes, over))
    return tuple(made)


def pace(tx: Transaction, visit: uuid.UUID, number: int, since: datetime, minutes: int = 30) -> tuple[Pace, ...]:
    """Return how many ended a step in each stretch from `since` until now, the empty ones too."""
    length = timedelta(minutes=minutes)
    stretches = max(0, -(-(tx.now() - since) // length))
    finished = [0] * stretches
    ended = StepRun.select(StepRun.ended_at).where(
        (StepRun.visit == visit)
        & (StepRun.step == number)
        & (StepRun.ended_at >= since)
        & (StepRun.ended_at < tx.now())
    )
    for row in ended:
        finished[(row.ended_at - since) // length] += 1
    return tuple(Pace(since + place * length, count) for place, count in enumerate(finished))


def usual_pace(tx: Transaction) -> tuple[int, float | None]:
    """Return of how many visits, and how many minutes a pupil took there in steps 3 to 6 together; None before any."""
    del tx
    rows: Any = (
        StepTally.select(StepTally.step, fn.SUM(StepTally.runs), fn.SUM(StepTally.seconds), fn.COUNT(StepTally.visit))
        .where(StepTally.step.in_(_AT_SCHOOL) & (StepTally.runs > 0))
        .group_by(StepTally.step)
        .tuples()
    )
    sums = {number: (runs, seconds, visits) for number, runs, seconds, visits in rows}
    recorded = sums.get(_RECORDING)
    if recorded is None:
        return 0, None
    return recorded[2], sum(seconds for _runs, seconds, _visits in sums.values()) / recorded[0] / 60


def _open_run(number: int, visit: uuid.UUID, pupil: uuid.UUID | None) -> Any:
    whose = StepRun.pupil.is_null() if pupil is None else (StepRun.pupil == pupil)
    return StepRun.get_or_none((StepRun.visit == visit) & (StepRun.step == number) & StepRun.ended_at.is_null() & whose)


def _elapsed(tx: Transaction, row: Any) -> float:
    boot, seconds = tx.monotonic()
    if row.leg_started is None or row.leg_boot != boot:
        return row.seconds
    return row.seconds + max(0.0, seconds - row.leg_started)


def _run(tx: Transaction, row: Any) -> Run:
    return Run(
        id=row.id,
        step=row.step,
        visit=row.visit_id,
        pupil=row.pupil_id,
        officer=row.officer,
        started_at=row.started_at,
        seconds=_elapsed(tx, row),
        ended_at=row.ended_at,
    )


def _summary(number: int, standard: tuple[int, int], row: Any) -> StepSummary:
    if row is None or not row.runs:
        return StepSummary(number, 0, None, standard, 0)
    return StepSummary(number, row.runs, row.seconds / row.runs, standard, row.over)
