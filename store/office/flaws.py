"""What a row of a laptop may not be in the office's tables; one that is, is set aside with its reason, never lost.

SQLite takes a text with a NUL, a date that no calendar has, a number of any size; PostgreSQL and whoever reads the
tables later do not. The chain and the signature are the laptop's word and hold either way.
"""

from __future__ import annotations

import enum
import json
from datetime import datetime
from typing import Any

from store.bundles.contents import Line
from store.nik import LENGTH

_READ = json.JSONDecoder().raw_decode
_LONGEST_FACTS = 128 << 10
_LONGEST = 500
_LONGEST_CONTENT = 1 << 20
_MOST = 1 << 63
_DATES = {"person": ("birth_date", "status_day"), "recording": ("opened_at", "confirmed_at", "sealed_at")}


class Flaw(enum.Enum):
    """Why a row is set aside."""

    TOO_LONG = "too_long"
    NO_TEXT = "no_text"  # a NUL, or half of a surrogate pair
    NO_DATE = "no_date"  # no calendar has it; a clock that went wrong by years is no flaw
    NO_NUMBER = "no_number"  # negative, or more than the tables hold
    NO_FACTS = "no_facts"  # not an object of JSON
    NO_NIK = "no_nik"


def of_line(line: Line) -> Flaw | None:
    """Return what is wrong with a line of a journal, None where it may be loaded."""
    _seq, wall, monotonic, boot, _officer, event, _subject, facts = line.row
    if len(facts) > _LONGEST_FACTS or max(len(wall), len(boot), len(event)) > _LONGEST:
        return Flaw.TOO_LONG
    if "\0" in wall + boot + event + facts:
        return Flaw.NO_TEXT
    if not (0 <= monotonic < _MOST and 0 <= line.clock < _MOST):
        return Flaw.NO_NUMBER
    if not _is_moment(wall):
        return Flaw.NO_DATE
    return None if _is_object(facts) else Flaw.NO_FACTS


def of_recording(said: dict[str, Any], content: str) -> Flaw | None:
    """Return what is wrong with a recording, `content` being its canonical spelling."""
    if len(content) > _LONGEST_CONTENT:
        return Flaw.TOO_LONG
    if "\\u0000" in content or not _is_text(content):
        return Flaw.NO_TEXT
    nik = said["person"].get("nik")
    if nik is not None and not (isinstance(nik, str) and len(nik) == LENGTH and nik.isdecimal() and nik.isascii()):
        return Flaw.NO_NIK
    dates = (said[part].get(name) for part, names in _DATES.items() for name in names)
    if not all(value is None or _is_moment(value) for value in dates):
        return Flaw.NO_DATE
    texts = (value for value in said["person"].values() if isinstance(value, str))
    return Flaw.TOO_LONG if any(len(text) > _LONGEST for text in texts) else None


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_object(text: str) -> bool:
    try:
        read, end = _READ(text)
        return type(read) is dict and end == len(text)
    except (ValueError, RecursionError):
        return False


def _is_moment(text: object) -> bool:
    try:
        datetime.fromisoformat(str(text))
    except ValueError:
        return False
    return True
