"""Numbers that are names of things (NIK, KK, NISN, RT, RW), and what spreadsheets do to them.

A spreadsheet keeps 15 digits: a 16-digit number typed as a number has lost its last, which became 0, and zeros in
front are gone in any case.
"""

from __future__ import annotations

import enum
import re

from store.roster.text import Cell, is_number, shown, unquoted

_EXPONENT = re.compile(r"\d+([.,]\d*)?[eE]\s*\+?\s*\d+")
_POINT_ZERO = re.compile(r"(\d+)[.,]0+")
_NISN = 10
_NISN_SHORTEST = 7  # a NISN begins with three digits of the birth year: 0001234567 at worst


class Wear(enum.Enum):
    """What happened to a number on its way here; all but NUMBER and ZEROS cost it."""

    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    EXPONENT = "exponent"
    DIGIT16 = "digit16"
    NUMBER = "number"
    ZEROS = "zeros"


def sixteen_digits(cell: Cell) -> tuple[str | None, Wear | None]:
    """Return a NIK's or KK's digits, or None and why not; NUMBER says that they came from a number and look right."""
    text, numeric = _digits(cell)
    if _EXPONENT.fullmatch(text):
        return None, Wear.EXPONENT
    if not _is_digits(text):
        return None, Wear.NOT_DIGITS
    if len(text) != 16:
        return None, Wear.LENGTH
    if numeric:
        return (None, Wear.DIGIT16) if text.endswith("0") else (text, Wear.NUMBER)
    return text, None


def nisn(cell: Cell) -> tuple[str | None, Wear | None]:
    """Return the ten digits of a NISN, with lost zeros put back (ZEROS)."""
    text, _ = _digits(cell)
    if "/" in text and (ten := re.search(r"(?<!\d)\d{10}(?!\d)", text)):
        return ten[0], None
    if _EXPONENT.fullmatch(text):
        return None, Wear.LENGTH
    if not _is_digits(text):
        return None, Wear.NOT_DIGITS
    if not _NISN_SHORTEST <= len(text) <= _NISN:
        return None, Wear.LENGTH
    return text.zfill(_NISN), None if len(text) == _NISN else Wear.ZEROS


def ward(cell: Cell) -> str | None:
    """Return the number of an RT or RW with its zeros, "004"; what is no number stays as it is written."""
    text, _ = _digits(cell)
    text = re.sub(r"^(rt|rw)\W*", "", text, flags=re.IGNORECASE).strip()
    if not text.strip("-–. "):
        return None
    return text.zfill(3) if _is_digits(text) else text


def ward_pair(text: str) -> tuple[str | None, str | None]:
    """Split "003/001" or "RT 3 RW 1" into RT and RW."""
    parts = [part for part in re.split(r"[/\\,]|(?<=\d)\s*-\s*(?=\d)|(?=\brw\b)", text, flags=re.IGNORECASE) if part]
    found = [ward(part.strip()) for part in parts if part.strip()]
    return (found[0] if found else None, found[1] if len(found) > 1 else None)


def _digits(cell: Cell) -> tuple[str, bool]:
    """Return what a person sees, without quotes and blanks, and whether a number is behind it."""
    text = "".join(unquoted(shown(cell)).split())
    if match := _POINT_ZERO.fullmatch(text):
        return match[1], True
    return text, is_number(cell)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
