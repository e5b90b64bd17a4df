"""Numbers, times and dates as the screens write them.

Numbers follow the language, for `4,0` read in English is forty. Times and dates stand as on the papers in both, so that
two officers compare them at a glance.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from store.progress import Sex
from tui.i18n import N_, _, language, p_

ZONES = {name: timezone(timedelta(hours=hours), name) for name, hours in (("WIB", 7), ("WITA", 8), ("WIT", 9))}
"""Indonesia's three zones; it has no summer time, so no time zone data is needed."""

_DAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
_MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)


_MARKS = {"id": str.maketrans(",.", ".,"), "en": {}}
"""What Python's own marks, for thousands and for decimals, become."""


def number(value: int) -> str:
    """Write 1234 as `1.234`, in English `1,234`."""
    return f"{value:,}".translate(_MARKS[language()])


def decimal(value: float) -> str:
    """Write 4.2 as `4,2`, in English `4.2`; one place."""
    return f"{value:,.1f}".translate(_MARKS[language()])


def clock_time(moment: datetime) -> str:
    """Write a local time as `09.42`."""
    return f"{moment:%H.%M}"


def long_date(day: date) -> str:
    """Write a date as tables have it: `23-11-2026`."""
    return f"{day:%d-%m-%Y}"


def weekday(day: date) -> str:
    """Return the day's whole name: `Senin`."""
    return _(_DAYS[day.weekday()])


def short_date(day: date) -> str:
    """Write a date where it is narrow: `Sen 23-11`."""
    return f"{weekday(day)[:3]} {day:%d-%m}"


def grouped(digits: str) -> str:
    """Write a NIK or KK number as `631106 520509 9042`: region, birth, serial."""
    return f"{digits[:6]} {digits[6:12]} {digits[12:]}".rstrip()


def masked(digits: str | None) -> str:
    """Write a NIK or KK number where it need not be read: `·············9042`; nothing where there is none."""
    return "·" * 13 + digits[-4:] if digits else ""


def sex(known: Sex | None) -> str:
    """Write a sex by the letter that lists use, `L` or `P`; `?` where it is not known."""
    return {Sex.MALE: p_("sex", "M"), Sex.FEMALE: p_("sex", "F"), None: "?"}[known]


def age(years_months: tuple[int, int]) -> str:
    """Write an age as `17 th 6 bln`."""
    years, months = years_months
    return _("{years} y {months} m").format(years=years, months=months)


def top_date(day: date) -> str:
    """Write a date as the top line has it: `Sen 23-11-2026`."""
    return f"{weekday(day)[:3]} {day:%d-%m-%Y}"


def short_moment(moment: datetime) -> str:
    """Write a local moment where it is narrow: `18-11 13.02`."""
    return f"{moment:%d-%m %H.%M}"


def spoken_date(day: date) -> str:
    """Write a date as it is read aloud: `12 Mei 2009`."""
    month = _(_MONTHS[day.month - 1])
    return f"{day.day} {month} {day.year}"
