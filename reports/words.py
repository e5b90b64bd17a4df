"""Dates and numbers as an Indonesian office writes them; babel and num2words are loaded with the first paper only."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal
from num2words import num2words

_SMALL = frozenset({"atau", "bagi", "dan", "dari", "dengan", "di", "ke", "oleh", "pada", "untuk", "yang"})


def number(value: float | Decimal) -> str:
    """Return a number with points for thousands and a comma for decimals: 1.234.567,89."""
    return format_decimal(value, locale="id")


def one_decimal(value: float) -> str:
    """Return a measure with one digit after the comma: 4,2."""
    return format_decimal(round(value, 1), format="#,##0.0", locale="id")


def in_words(value: int) -> str:
    """Return a whole number in words: "dua ribu dua puluh enam"."""
    return num2words(value, lang="id")


def count(value: int) -> str:
    """Return a count in digits and words, as minutes state it: "21 (dua puluh satu)"."""
    return f"{number(value)} ({in_words(value)})"


def long_date(day: date) -> str:
    """Return a date for running text: "23 November 2026"."""
    return format_date(day, "d MMMM y", locale="id")


def full_date(day: date) -> str:
    """Return a date with its day of the week: "Senin, 23 November 2026"."""
    return format_date(day, "EEEE, d MMMM y", locale="id")


def short_date(day: date | None) -> str:
    """Return a date for a table's cell: "23-11-2026", or a dash where there is none."""
    return day.strftime("%d-%m-%Y") if day else "–"


def clock_time(moment: time | datetime) -> str:
    """Return a time of the day with a point: "14.05"."""
    return moment.strftime("%H.%M")


def weekday(day: date) -> str:
    """Return the day of the week: "Senin"."""
    return format_date(day, "EEEE", locale="id")


def month(day: date) -> str:
    """Return the month's name: "November"."""
    return format_date(day, "MMMM", locale="id")


def titled(words: str) -> str:
    """Return words with capital initials, as minutes write dates and posts: "Kepala Sekolah atau yang Mewakili"."""
    return " ".join(
        word if index and word in _SMALL else word[:1].upper() + word[1:] for index, word in enumerate(words.split())
    )


def nip(digits: str | None) -> str:
    """Return an official's number grouped 8-6-1-3; what is not eighteen digits as it came, nothing as a dash."""
    bare = "".join((digits or "").split())
    if len(bare) == 18 and bare.isascii() and bare.isdigit():
        return f"{bare[:8]} {bare[8:14]} {bare[14]} {bare[15:]}"
    return (digits or "").strip() or "–"


def masked_nik(nik: str | None) -> str:
    """Return a NIK of which only the last four digits can be read, or a dash."""
    return f"{'·' * 12}{nik[-4:]}" if nik else "–"
