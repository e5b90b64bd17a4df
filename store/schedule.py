"""The draft of a visit's schedule: classes one after the other, from kits, hours and pace. Pure arithmetic.

Times are whole minutes since midnight, in the school's time zone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

PACE = 4.2
"""Minutes a pupil takes at a recording desk where nothing was measured yet."""


@dataclass(frozen=True)
class Hours:
    """A school day: from `start` to `end`, with a break (prayer and meal) nobody is recorded in."""

    start: int = 8 * 60
    end: int = 16 * 60
    break_start: int = 12 * 60 + 5
    break_end: int = 13 * 60


@dataclass(frozen=True)
class Slot:
    """A class's turn: `pupils` of it from `start` to `end` at a desk; `late` of them end after the school day."""

    class_name: str
    pupils: int
    day: date
    start: int
    end: int
    desk: int
    teacher: str = ""
    late: int = 0

    @property
    def fits(self) -> bool:
        """Whether the whole class is done by the end of the school day."""
        return self.late == 0


@dataclass(frozen=True)
class Draft:
    """The whole day: slots in order of class, when it ends, and how many pupils do not fit into it."""

    slots: tuple[Slot, ...]
    ends: int
    late: int


@dataclass(frozen=True)
class Wishes:
    """What the school wants otherwise: teachers and own starting times by class, classes wholly on the second day."""

    teachers: Mapping[str, str] = field(default_factory=dict[str, str])
    starts: Mapping[str, int] = field(default_factory=dict[str, int])
    later: frozenset[str] = frozenset()


def recording_desks(desks: int) -> int:
    """Return how many of a visit's desks record: of two or more, one is for the checks of steps 3 to 5."""
    return max(1, desks - 1)


def clock_time(text: str) -> int:
    """Return "08.00" as minutes; raises ValueError for anything else."""
    hours, _, minutes = text.partition(".")
    if len(minutes) != 2 or not (hours.isdecimal() and minutes.isdecimal()):
        raise ValueError(text)
    value = int(hours) * 60 + int(minutes)
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError(text)
    return value


def clock_text(minutes: int) -> str:
    """Return minutes as "08.00"; what runs past midnight goes on counting: "25.10" is seen to be impossible."""
    return f"{minutes // 60:02d}.{minutes % 60:02d}"


def draft(
    classes: Sequence[tuple[str, int]],
    day: date,
    *,
    minutes_per_pupil: float = PACE,
    desks: int = 1,
    hours: Hours | None = None,
    teachers: Mapping[str, str] | None = None,
    starts: Mapping[str, int] | None = None,
) -> Draft:
    """Return the schedule of these classes (name, pupils) with `desks` recording desks, classes never split.

    Each class goes to the desk that is free first, and begins then or at the later time that `starts` has for it. A
    break is never worked through: a class it falls into goes on after it, and one that could not record a single
    pupil before it begins after it. Raises ValueError for a pace or a number of desks that is not above nought.
    """
    if minutes_per_pupil <= 0 or desks <= 0:
        raise ValueError("pace and desks must be above nought")
    hours, teachers, starts = hours or Hours(), teachers or {}, starts or {}
    free = [float(hours.start)] * desks
    slots: list[Slot] = []
    for name, pupils in classes:
        if pupils <= 0:
            continue
        desk = min(range(desks), key=lambda one: free[one])
        begin = _beginning(max(free[desk], float(starts.get(name, 0))), minutes_per_pupil, hours)
        end = advance(begin, pupils * minutes_per_pupil, hours)
        in_time = min(pupils, _fitting(begin, minutes_per_pupil, hours))
        free[desk] = end
        slots.append(
            Slot(
                name,
                pupils,
                day,
                math.floor(begin),
                math.ceil(end - 1e-9),
                desk + 1,
                teachers.get(name, ""),
                pupils - in_time,
            )
        )
    return Draft(tuple(slots), max((slot.end for slot in slots), default=hours.start), sum(slot.late for slot in slots))


def two_days(
    classes: Sequence[tuple[str, int]],
    day: date,
    fallback: date | None,
    wishes: Wishes,
    *,
    minutes_per_pupil: float = PACE,
    desks: int = 1,
    hours: Hours | None = None,
) -> Draft:
    """Return the draft of a visit: its day, and on the second day the classes that are wanted there, if there is one.

    Who does not fit into the first day is still in it, marked late: `move_late` moves them when all is settled.
    """
    later = wishes.later if fallback is not None else frozenset[str]()

    def of(wanted: Sequence[tuple[str, int]], on: date) -> Draft:
        return draft(
            wanted,
            on,
            minutes_per_pupil=minutes_per_pupil,
            desks=desks,
            hours=hours,
            teachers=wishes.teachers,
            starts=wishes.starts,
        )

    first = of([one for one in classes if one[0] not in later], day)
    if fallback is None or not later:
        return first
    second = of([one for one in classes if one[0] in later], fallback)
    return Draft((*first.slots, *second.slots), first.ends, first.late + second.late)


def move_late(plan: Draft, fallback: date, *, minutes_per_pupil: float = PACE, hours: Hours | None = None) -> Draft:
    """Return the plan with everybody who does not fit moved to the fallback day, in the same order, on their desks.

    They come after the classes that are there already.
    """
    hours = hours or Hours()
    here = [slot for slot in plan.slots if not slot.fits and slot.day != fallback]
    staying = [_shortened(slot, hours) if slot in here else slot for slot in plan.slots]
    staying = [slot for slot in staying if slot.pupils]
    free: dict[int, float] = {}
    for slot in plan.slots:
        if slot.day == fallback:
            free[slot.desk] = max(free.get(slot.desk, 0.0), float(slot.end))
    moved: list[Slot] = []
    for slot in here:
        begin = _after_break(free.get(slot.desk, float(hours.start)), hours)
        end = advance(begin, slot.late * minutes_per_pupil, hours)
        late = slot.late - min(slot.late, _fitting(begin, minutes_per_pupil, hours))
        free[slot.desk] = end
        moved.append(
            replace(slot, pupils=slot.late, day=fallback, start=math.floor(begin), end=math.ceil(end - 1e-9), late=late)
        )
    slots = (*staying, *moved)
    return Draft(slots, max((slot.end for slot in slots), default=hours.start), sum(slot.late for slot in slots))


def advance(begin: float, minutes: float, hours: Hours) -> float:
    """Return when that much work is done that begins then, the break left out."""
    begin = _after_break(begin, hours)
    end = begin + minutes
    if begin < hours.break_start < end:
        end += hours.break_end - hours.break_start
    return end


def working_minutes(begin: float, end: float, hours: Hours) -> float:
    """Return how much of that span is worked, the break left out; nought when it ends before it begins."""
    if end <= begin:
        return 0.0
    inside = max(0.0, min(end, hours.break_end) - max(begin, hours.break_start))
    return end - begin - inside


def _beginning(moment: float, minutes_per_pupil: float, hours: Hours) -> float:
    """Return when a class begins that could begin then: not just before a break the first pupil would sit through."""
    too_late = hours.break_start - minutes_per_pupil < moment < hours.break_end
    return float(hours.break_end) if too_late else moment


def _after_break(moment: float, hours: Hours) -> float:
    return float(hours.break_end) if hours.break_start <= moment < hours.break_end else moment


def _fitting(begin: float, minutes_per_pupil: float, hours: Hours) -> int:
    """Return how many pupils are done by the end of the school day."""
    return max(0, math.floor(working_minutes(begin, hours.end, hours) / minutes_per_pupil + 1e-9))


def _shortened(slot: Slot, hours: Hours) -> Slot:
    return replace(slot, pupils=slot.pupils - slot.late, end=min(slot.end, hours.end), late=0)
