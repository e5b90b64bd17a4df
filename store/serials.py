"""Serials on the back of blank cards: letters, then digits that count up; a range is named by its first and last."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SERIAL = re.compile(r"([A-Z]{0,4})([0-9]{4,16})")
_LAST_DIGITS = re.compile(r"[0-9]{4}")
LONGEST_RANGE = 10_000


class BadSerialError(ValueError):
    """Not a blank's serial, or not a range that one delivery can hold."""


@dataclass(frozen=True, order=True)
class Serial:
    """One serial, split so that ranges can be counted; `width` keeps the leading zeros."""

    prefix: str
    width: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Serial:
        """Read what a scanner or an officer gives: any case, blanks and hyphens at will. Raises BadSerialError."""
        match = _SERIAL.fullmatch(re.sub(r"[\s-]", "", text).upper()) if len(text) <= 40 else None
        if match is None or len(match[0]) < 5:
            raise BadSerialError
        return cls(match[1], len(match[2]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.prefix}{self.number:0{self.width}d}"

    def upto(self, quantity: int) -> tuple[str, ...]:
        """Return that many serials from this one on; BadSerialError when the digits do not suffice for them."""
        if not 1 <= quantity <= LONGEST_RANGE or self.number + quantity > 10**self.width:
            raise BadSerialError
        return tuple(f"{self.prefix}{self.number + step:0{self.width}d}" for step in range(quantity))


def is_tail(text: str) -> bool:
    """Tell whether somebody typed only the last four digits, as the card screen invites to."""
    return _LAST_DIGITS.fullmatch(text.strip()) is not None
