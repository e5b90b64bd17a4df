"""Cells as text: cleaned of what does not print, with numbers written as digits."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

Cell = str | int | float | bool | date | datetime | time | timedelta | None
"""What a spreadsheet library gives for a cell; text files give only str."""

LONGEST = 255  # characters of one value; longer ones are no data of a person
_SHOWN = 80
_LOOKED_AT = 4_000  # characters; a cell may hold megabytes, and every look at it would cost them again
_EMPTY = re.compile(
    r"[-–—_.*/\\\s]*|n/?a|nihil|null|none|nan|(tidak|tdk|belum|blm) ada|kosong|"
    r"#(n/a|ref!|value!|div/0!|name\?|null!|num!)",
    re.IGNORECASE,
)
_QUOTES = "'’‘`´\""


def has_controls(text: str) -> bool:
    """Tell whether a text holds control or direction characters, which could forge what a screen shows."""
    return any(_is_control(letter) for letter in text[:_LOOKED_AT])


def _is_control(letter: str) -> bool:
    if letter.isspace() and letter not in "\x1c\x1d\x1e\x1f":
        return False
    return unicodedata.category(letter) == "Cc" or unicodedata.bidirectional(letter) in _DIRECTIONS


_DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def clean(text: str) -> str:
    """Return the text without invisible characters, composed (NFC), every run of blanks one space, trimmed."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


def shown(cell: Cell) -> str:
    """Return a cell's beginning as one cleaned line: whole numbers without a point, dates as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return clean(cell if len(cell) <= _LOOKED_AT else cell.strip()[:_LOOKED_AT])
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return str(cell)


def brief(text: str) -> str:
    """Return the text short enough for a line of a report."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def value(cell: Cell) -> str | None:
    """Return a cell's text, or None where it holds nothing: blank, a dash, a spreadsheet's error, "tidak ada"."""
    if isinstance(cell, str):
        return _short_text(cell) if len(cell) < LONGEST else _of_text(cell)
    return None if cell is None else shown(cell)


def _of_text(text: str) -> str | None:
    text = shown(text)
    return None if _EMPTY.fullmatch(text) else text


_short_text = lru_cache(maxsize=10_000)(_of_text)
"""Columns repeat themselves (sex, class, village), and each cell is looked at several times."""


def unquoted(text: str) -> str:
    """Return a number's text without the apostrophes that spreadsheets want in front of it."""
    return text.strip(_QUOTES + " ")


def is_number(cell: Cell) -> bool:
    """Tell a number from text and from TRUE."""
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)
