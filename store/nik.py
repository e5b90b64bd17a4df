"""The 16-digit identity number (NIK): what its digits say, and when they cannot be right.

Province 2, regency 2, district 2, birth day 2 (women +40), month 2, year 2, serial 4 from 0001. The region is that of
the *first registration* and never follows a move, and the number is not issued again when a birth date is corrected
(Government Regulation 40/2019 article 30): so a number that disagrees with the record is looked at, never thrown away.
"""

from __future__ import annotations

import calendar
import enum
import re
from dataclasses import dataclass, field
from datetime import date

LENGTH = 16
_WOMEN = 40
_DIGITS = re.compile(r"[0-9]+")


class NikFault(enum.Enum):
    """What is wrong with a number; the first four make it unusable, the others want somebody to look."""

    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    DATE = "date"
    SERIAL = "serial"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    SEX_DIFFERS = "sex_differs"
    REGION_DIFFERS = "region_differs"

    @property
    def unusable(self) -> bool:
        """Whether the number cannot be anybody's."""
        return self in (NikFault.NOT_DIGITS, NikFault.LENGTH, NikFault.DATE, NikFault.SERIAL)


@dataclass(frozen=True)
class Nik:
    """A number that can be somebody's, taken apart; `sex` is L or P, `year` has two digits as in the number."""

    digits: str = field(repr=False)
    region: str = field(repr=False)
    day: int = field(repr=False)
    month: int = field(repr=False)
    year: int = field(repr=False)
    sex: str = field(repr=False)
    serial: int = field(repr=False)

    def agrees_with(self, born: date) -> bool:
        """Tell whether the birth date in the number is this one; the century comes from the date, not the number."""
        return (self.day, self.month, self.year) == (born.day, born.month, born.year % 100)


@dataclass(frozen=True)
class NikCheck:
    """The outcome of a check: the number where it is usable, and every fault found."""

    nik: Nik | None
    faults: tuple[NikFault, ...]


def check_nik(text: str, *, born: date | None = None, sex: str | None = None, region: str | None = None) -> NikCheck:
    """Take a number apart and hold it against what else is known of the person.

    `born`, `sex` (L or P) and `region` (six digits) are what the record says; what is None is not compared. Every
    province code passes: new ones (65, 91 to 97) came faster than lists of them.
    """
    if not _DIGITS.fullmatch(text):
        return NikCheck(None, (NikFault.NOT_DIGITS,))
    if len(text) != LENGTH:
        return NikCheck(None, (NikFault.LENGTH,))
    day, month, year, serial = int(text[6:8]), int(text[8:10]), int(text[10:12]), int(text[12:])
    woman = day > _WOMEN
    day -= _WOMEN if woman else 0
    unusable: list[NikFault] = []
    if not _possible(day, month, year):
        unusable.append(NikFault.DATE)
    if serial == 0:
        unusable.append(NikFault.SERIAL)
    if unusable:
        return NikCheck(None, tuple(unusable))
    nik = Nik(text, text[:6], day, month, year, "P" if woman else "L", serial)
    differs: list[NikFault] = []
    if born is not None and not nik.agrees_with(born):
        differs.append(NikFault.BIRTH_DATE_DIFFERS)
    if sex is not None and nik.sex != sex:
        differs.append(NikFault.SEX_DIFFERS)
    if region is not None and nik.region != region:
        differs.append(NikFault.REGION_DIFFERS)
    return NikCheck(nik, tuple(differs))


def _possible(day: int, month: int, year: int) -> bool:
    """Tell whether that day was ever in a calendar: 2000 was a leap year, and so is every other 29 February's year."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000 + year, month)[1]
