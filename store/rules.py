"""The rules an officer expects, as pure functions: ages, gates, cloths, status codes.

Facts and their sources stand beside each rule; what an office may change is a parameter here and a setting above.
"""

from __future__ import annotations

import calendar
import enum
import re
from dataclasses import dataclass
from datetime import date

RECORDING_AGE = 16
CARD_AGE = 17


class LeapBirthday(enum.Enum):
    """On which day somebody born on 29 February grows a year older in a year without that day."""

    MARCH_FIRST = "03-01"
    FEBRUARY_LAST = "02-28"


def birthday(born: date, age: int, leap: LeapBirthday = LeapBirthday.MARCH_FIRST) -> date:
    """Return the day on which somebody born then reaches that age."""
    year = born.year + age
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1) if leap is LeapBirthday.MARCH_FIRST else date(year, 2, 28)
    return born.replace(year=year)


def age_on(born: date, day: date, leap: LeapBirthday = LeapBirthday.MARCH_FIRST) -> tuple[int, int]:
    """Return the completed years and months on that day; (0, 0) before the birth."""
    if day < born:
        return (0, 0)
    years = day.year - born.year
    if birthday(born, years, leap) > day:
        years -= 1
    last = birthday(born, years, leap)
    months = (day.year - last.year) * 12 + day.month - last.month
    if day.day < last.day and not _is_month_end_for(day, last):
        months -= 1
    return (years, months)


def _is_month_end_for(day: date, last: date) -> bool:
    """Tell whether a short month ends before the birthday's number comes: 31 January plus one month is 28 February."""
    return day.day == calendar.monthrange(day.year, day.month)[1] and last.day > day.day


class Cloth(enum.Enum):
    """The background cloth of the portrait."""

    RED = "red"
    BLUE = "blue"


def cloth(born: date) -> Cloth:
    """Return the cloth for that birth year: red for odd years, blue for even ones."""
    return Cloth.RED if born.year % 2 else Cloth.BLUE


class Stage(enum.Enum):
    """What a SIAK recording status means for step 3 and step 7."""

    NEVER = "never"
    WAITING = "waiting"
    FAILED = "failed"
    DUPLICATE = "duplicate"
    PRINT_READY = "print_ready"
    PRINTING = "printing"
    HAS_CARD = "has_card"
    UNKNOWN = "unknown"


_STAGES = {
    "UNREGISTERED": Stage.NEVER,
    "BELUM_REKAM": Stage.NEVER,
    "BELUM_MEREKAM": Stage.NEVER,
    "BIO_CAPTURED": Stage.WAITING,
    "PROCESSING": Stage.WAITING,
    "SENT_FOR_ENROLLMENT": Stage.WAITING,
    "SFE": Stage.WAITING,
    "RECEIVED_AT_CENTRAL": Stage.WAITING,
    "ENROLL_FAILURE_AT_CENTRAL": Stage.FAILED,
    "SEARCH_FAILURE_AT_CENTRAL": Stage.FAILED,
    "ENROLL_FAILURE_AT_REGIONAL": Stage.FAILED,
    "DUPLICATE_RECORD": Stage.DUPLICATE,
    "PRINT_READY_RECORD": Stage.PRINT_READY,
    "PRR": Stage.PRINT_READY,
    "SENT_FOR_CARD_PRINTING": Stage.PRINTING,
    "CARD_PRINTED": Stage.HAS_CARD,
    "CARD_SHIPPED": Stage.HAS_CARD,
    "CARD_ISSUED": Stage.HAS_CARD,
}


def status_code(raw: str) -> str:
    """Return a status as one word: capitals, and an underscore wherever an export had blanks or a line break."""
    return re.sub(r"[\W_]+", "_", raw.strip().upper()).strip("_")


def stage(code: str | None) -> Stage:
    """Return what a status code means; codes nobody told us about are UNKNOWN and go to the operator."""
    return _STAGES.get(status_code(code or ""), Stage.UNKNOWN)


def codes_of(*stages: Stage) -> tuple[str, ...]:
    """Return every known code of these stages, for conditions that the tables themselves must hold."""
    return tuple(code for code, meaning in _STAGES.items() if meaning in stages)


class Hold(enum.Enum):
    """Why a card may not be printed yet."""

    NOT_RECORDED = "not_recorded"
    UNDER_AGE = "under_age"
    NO_PRR = "no_prr"
    OFFICE = "office"
    ALREADY_PRINTED = "already_printed"
    PRINTING_ELSEWHERE = "printing_elsewhere"
    HAS_CARD = "has_card"
    RECORDED_ELSEWHERE = "recorded_elsewhere"  # print-ready, but her portrait is at the office and not on this laptop


@dataclass(frozen=True)
class CardGate:
    """The answer of the card gate: open when `holds` is empty; `turns_17` is the day the age gate opens."""

    holds: tuple[Hold, ...]
    turns_17: date

    @property
    def open(self) -> bool:
        """Whether the card may be printed now."""
        return not self.holds


def card_gate(
    born: date,
    day: date,
    status: str | None,
    *,
    married: bool,
    printed: bool,
    recorded_here: bool = True,
    leap: LeapBirthday = LeapBirthday.MARCH_FIRST,
) -> CardGate:
    """Say whether a card may be printed that day: PRINT_READY_RECORD, 17 or (once) married, and a portrait to print.

    Source: Presidential Regulation 96/2018 article 15; the status is the centre's answer to the uniqueness check.
    """
    turns = birthday(born, CARD_AGE, leap)
    holds: list[Hold] = []
    if printed:
        holds.append(Hold.ALREADY_PRINTED)
    match stage(status):
        case Stage.PRINT_READY:
            if not recorded_here:
                holds.append(Hold.RECORDED_ELSEWHERE)
        case Stage.NEVER:
            holds.append(Hold.NOT_RECORDED)
        case Stage.FAILED | Stage.DUPLICATE:
            holds.append(Hold.OFFICE)
        case Stage.PRINTING:
            holds.append(Hold.PRINTING_ELSEWHERE)
        case Stage.HAS_CARD:
            holds.append(Hold.HAS_CARD)
        case Stage.WAITING | Stage.UNKNOWN:
            holds.append(Hold.NO_PRR)
    if turns > day and not married:
        holds.append(Hold.UNDER_AGE)
    return CardGate(tuple(holds), turns)


_MARRIED = {
    "K",
    "KAWIN",
    "CM",
    "CERAI MATI",
    "CH",
    "CERAI HIDUP",
    "C",
    "CERAI",
    "KAWIN TERCATAT",
    "KAWIN BELUM TERCATAT",
}


def is_or_was_married(marital_status: str | None) -> bool:
    """Tell marriage, past or present, from SIAK's words or their codes (K, CM, CH; BK is not married)."""
    words = re.sub(r"[\W_]+", " ", (marital_status or "").upper()).strip()
    return words in _MARRIED
