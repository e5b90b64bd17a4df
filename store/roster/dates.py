"""Birth dates as people write them: text in many forms, a spreadsheet's date, or its serial number. Day first."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from store.roster.text import Cell, clean, is_number, unquoted

EARLIEST = 1900
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheets, as it is after their 29 February 1900
_SERIALS = range(10_000, 80_000)  # 1927 to 2119; smaller numbers are years or ages
_MONTHS = {
    **{"jan": 1, "feb": 2, "peb": 2, "pep": 2, "mar": 3, "mrt": 3, "apr": 4, "mei": 5, "mey": 5, "may": 5, "jun": 6},
    **{"jul": 7, "agu": 8, "ags": 8, "agt": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11},
    **{"des": 12, "dec": 12},
}
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_TIME = r"(?:[T ]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?Z?)?"
_SEP = r"\s*[-–/.,\s]\s*"
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}}){_SEP}(\d{{1,2}}){_TIME}")
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}}|\d{{2}}){_TIME}")
_WORD = re.compile(rf"(\d{{1,2}})(?:{_SEP})?([A-Za-z]{{1,10}})\.?(?:{_SEP})?(\d{{4}}|\d{{2}}){_TIME}")
_WORD_FIRST = re.compile(rf"([A-Za-z]{{3,10}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?{_SEP}(\d{{4}}){_TIME}")
_WEEKDAY = re.compile(
    r"(?:senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|ahad|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\W+",
    re.IGNORECASE,
)
_AT_END = re.compile(
    rf"(?:{_DAY_FIRST.pattern}|{_YEAR_FIRST.pattern}|{_WORD.pattern}|\d{{8}})\s*\.?\s*$",
)


def parse_date(cell: Cell, today: date) -> date | None:
    """Return the date in a cell, or None where there is no possible one: not in the calendar, before 1900, to come.

    Text is read day first, whatever the machine's country: 05/25/2009 is no date, and says that the column was
    written month first. Two-digit years are the latest possible ones.
    """
    found = _from_cell(cell, today)
    return found if found is not None and found.year >= EARLIEST and found <= today else None


def _from_cell(cell: Cell, today: date) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if is_number(cell):
        number = float(cell)  # pyright: ignore[reportArgumentType]
        return _from_digits(str(int(number))) if number == number and 0 < number < 1e8 else None
    return _from_text(clean(cell), today) if isinstance(cell, str) else None


def _from_text(text: str, today: date) -> date | None:
    text = _WEEKDAY.sub("", unquoted(text), count=1).strip(" ,.")
    if re.fullmatch(r"\d{4,8}(?:\.0+)?", text):
        return _from_digits(text.split(".")[0])
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = match.groups()
        return _date(int(year), int(month), int(day))
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
        return _date(_year(year, today), int(month), int(day))
    if match := _WORD.fullmatch(text):
        day, word, year = match.groups()
        return _date(_year(year, today), _month(word), int(day))
    if match := _WORD_FIRST.fullmatch(text):
        word, day, year = match.groups()
        return _date(int(year), _month(word), int(day))
    return None


def _from_digits(digits: str) -> date | None:
    """Read a serial number, or eight digits without separators whose first zero may be lost."""
    if len(digits) == 5 and int(digits) in _SERIALS:
        return _EPOCH + timedelta(days=int(digits))
    if len(digits) not in (7, 8):
        return None
    digits = digits.zfill(8)
    if EARLIEST <= int(digits[:4]) <= 2099 and (found := _date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))):
        return found
    return _date(int(digits[4:]), int(digits[2:4]), int(digits[:2]))


def _year(digits: str, today: date) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year <= today.year % 100 else 1900 + year


def _month(word: str) -> int:
    word = word.lower()
    return _ROMAN.get(word) or (_MONTHS.get(word[:3], 0) if len(word) >= 3 else 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def split_place_and_date(text: str) -> tuple[str, str]:
    """Split "Paringin, 12 Mei 2009" into place and date as text; without a date the second is empty."""
    text = clean(text)
    if match := _AT_END.search(text):
        return text[: match.start()].strip(" ,.;:/-"), match.group()
    place, comma, rest = text.rpartition(",")
    if comma and any(letter.isdigit() for letter in rest):
        return place.strip(), rest.strip()
    return text.strip(" ,.;:/-"), ""
