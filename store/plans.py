"""The plan of a visit: what step 1 settles, and what is to be said about it before a visit is made. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from store.schedule import clock_time

_SUNDAY = 6


class PlanProblem(enum.Enum):
    """What is to be said about a plan; `blocks` tells the ones that must be mended first."""

    NO_SCHOOL = "no_school"
    NO_RECORDING_OFFICER = "no_recording_officer"
    BAD_NPSN = "bad_npsn"
    BAD_START = "bad_start"
    BAD_DESKS = "bad_desks"
    BAD_MINUTES = "bad_minutes"
    NOT_A_SCHOOL_DAY = "not_a_school_day"
    DAY_PASSED = "day_passed"
    FALLBACK_NOT_LATER = "fallback_not_later"

    @property
    def blocks(self) -> bool:
        """Whether the visit cannot be made so."""
        return self not in _LOOKS


_LOOKS = frozenset({PlanProblem.NOT_A_SCHOOL_DAY, PlanProblem.DAY_PASSED, PlanProblem.FALLBACK_NOT_LATER})


class PlanError(ValueError):
    """The plan has something that blocks it; nothing was changed."""

    def __init__(self, problems: tuple[PlanProblem, ...]) -> None:
        super().__init__(", ".join(problem.value for problem in problems))
        self.problems = problems


class LegalBasis(enum.Enum):
    """On what basis minors' data are processed."""

    LAW = "law"  # duty under law 24/2013
    CONSENT = "consent"  # a guardian's consent for each pupil


class PrintWhere(enum.Enum):
    """Where the cards are printed."""

    OFFICE = "office"
    SCHOOL = "school"


@dataclass(frozen=True)
class SchoolDetails:
    """A school as letters and documents name it; `regency_code` is the four digits of province and regency."""

    name: str
    npsn: str | None = None
    address: str = ""
    district: str = ""
    regency_code: str = "6311"
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class VisitPlan:
    """What step 1 settles; officers are named as the schedule prints them, `start` is "08.00"."""

    school: SchoolDetails
    day: date
    fallback_day: date | None = None
    start: str = "08.00"
    place: str = ""
    vehicle: str = ""
    recording_officers: tuple[str, ...] = ()
    printing_officers: tuple[str, ...] = ()
    coordinator: str = ""
    legal_basis: LegalBasis = LegalBasis.LAW
    print_where: PrintWhere = PrintWhere.OFFICE
    desks: int = 1
    minutes_per_pupil: float = 4.0


def problems(plan: VisitPlan, today: date) -> tuple[PlanProblem, ...]:
    """Return what is to be said about a plan, blockers first; pure."""
    found: list[PlanProblem] = []
    if not plan.school.name.strip():
        found.append(PlanProblem.NO_SCHOOL)
    if plan.school.npsn is not None and not (plan.school.npsn.isdecimal() and len(plan.school.npsn) == 8):
        found.append(PlanProblem.BAD_NPSN)
    if not any(name.strip() for name in plan.recording_officers):
        found.append(PlanProblem.NO_RECORDING_OFFICER)
    if not _is_time(plan.start):
        found.append(PlanProblem.BAD_START)
    if not 1 <= plan.desks <= 4:
        found.append(PlanProblem.BAD_DESKS)
    if not 0.5 <= plan.minutes_per_pupil <= 120:
        found.append(PlanProblem.BAD_MINUTES)
    if plan.day.weekday() == _SUNDAY:
        found.append(PlanProblem.NOT_A_SCHOOL_DAY)
    if plan.day < today:
        found.append(PlanProblem.DAY_PASSED)
    if plan.fallback_day is not None and plan.fallback_day <= plan.day:
        found.append(PlanProblem.FALLBACK_NOT_LATER)
    return tuple(found)


def _is_time(text: str) -> bool:
    try:
        clock_time(text)
    except ValueError:
        return False
    return True
