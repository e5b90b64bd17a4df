"""The centre's words as offices shorten them: a line of 80 columns has no room for the whole code."""

from __future__ import annotations

_ABBREVIATIONS = {"SENT_FOR_ENROLLMENT": "SFE", "RECEIVED_AT_CENTRAL": "RAC", "PRINT_READY_RECORD": "PRR"}


def abbreviation(code: str) -> str | None:
    """Return what offices write for a status, or None where they write it whole."""
    return code if code in _ABBREVIATIONS.values() else _ABBREVIATIONS.get(code)


def short_code(code: str) -> str:
    """Return a status for a column: its abbreviation, or the code's words."""
    return abbreviation(code) or code.replace("_", " ")
