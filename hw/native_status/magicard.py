"""Magicard: a query behind nine ENQ and SOH, answered with its key and a value; the fields end with a comma and ETX.

From the open driver of gutenprint (selphy_print, backend magicard): REQ,STA,KEY. Counters are decimal.
"""

from __future__ import annotations

from collections.abc import Mapping

from hw.types import PrinterHealth

_HEAD = b"\x05" * 9 + b"\x01"
_TAIL = b"\x1c\x03"
END = b"\x03"

MODEL, LEFT, SINCE_CLEANING, CLEANING_EVERY = "MDL", "DFR", "CCQ", "CCP"
READS = (MODEL, LEFT, SINCE_CLEANING, CLEANING_EVERY)
"""What is asked, in this order."""

_MOST = 100_000


def query(key: str) -> bytes:
    """Return the query for one key."""
    return _HEAD + f"REQ,STA,{key},".encode("ascii") + _TAIL


def answer(said: bytes, key: str) -> str:
    """Return the value for the key, empty when the answer is another's or none."""
    head = f"STA,{key}".encode("ascii")
    _noise, soh, body = said.partition(b"\x01")
    if not soh or not body.startswith(head):
        return ""
    value = body[len(head) :].partition(b"\x03")[0].strip(b",\x1c ")
    return value.decode("ascii") if value.isascii() and value.decode("ascii").isprintable() else ""


def health(answers: Mapping[str, str]) -> PrinterHealth:
    """Return what the answers say together; a number that is none says nothing."""
    since, every = _number(answers.get(SINCE_CLEANING)), _number(answers.get(CLEANING_EVERY))
    left = _number(answers.get(LEFT))
    return PrinterHealth(
        cards_left=left,
        cleaning_due=bool(since is not None and every and since >= every),
        reasons=("marker-supply-empty",) if left == 0 else (),
    )


def _number(text: str | None) -> int | None:
    if not text or not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) > _MOST:
        return None
    return int(text)
