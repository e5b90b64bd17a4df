"""Rows that moved: a list that went on by one row is moved by the terminal itself, and only the new row is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_FEWEST = 3
"""Below so many changed rows a move is not looked for."""
_COST = 22
"""Bytes that moving takes, about; it has to save more."""
_TWINS = 4
"""A row that stands in so many places says nothing of where it went."""


@dataclass(frozen=True)
class Shift:
    """Rows `top` to `bottom` (exclusive) move by `by`: up where it is above 0. `rows` is the screen thereafter."""

    top: int
    bottom: int
    by: int
    rows: tuple[str, ...]


def find(old: Sequence[str], new: Sequence[str], blank: str) -> Shift | None:
    """Return the move of rows that saves the most, or None where none saves anything."""
    changed = [y for y, (was, wanted) in enumerate(zip(old, new, strict=True)) if was != wanted]
    if len(changed) < _FEWEST:
        return None
    best, most = None, _COST
    for by in _likely(old, new, changed):
        shift = _shift(old, new, changed, by, blank)
        saved = sum(_cost(old[y], new[y]) - _cost(shift.rows[y], new[y]) for y in range(shift.top, shift.bottom))
        if saved > most:
            best, most = shift, saved
    return best


def _likely(old: Sequence[str], new: Sequence[str], changed: Sequence[int]) -> list[int]:
    """Return the two distances that most of the changed rows seem to have moved."""
    places: dict[str, list[int]] = {}
    for y, row in enumerate(old):
        places.setdefault(row, []).append(y)
    votes: dict[int, int] = {}
    for y in changed:
        row = new[y]
        found = places.get(row, [])
        if len(found) < _TWINS and row.strip(row[0]):
            for place in found:
                votes[place - y] = votes.get(place - y, 0) + 1
    return sorted(votes, key=lambda by: votes[by], reverse=True)[:2]


def _shift(old: Sequence[str], new: Sequence[str], changed: Sequence[int], by: int, blank: str) -> Shift:
    """Return the longest stretch that a move by `by` brings to where it is wanted; holes are rows wrong either way."""
    fits = [y for y in changed if 0 <= y + by < len(old) and new[y] == old[y + by]]
    top, bottom = min(fits[0], fits[0] + by), max(fits[-1], fits[-1] + by) + 1
    empty = [blank * len(old[0])] * abs(by)
    if by > 0:
        rows = [*old[:top], *old[top + by : bottom], *empty, *old[bottom:]]
    else:
        rows = [*old[:top], *empty, *old[top : bottom + by], *old[bottom:]]
    return Shift(top, bottom, by, tuple(rows))


def _cost(old: str, new: str) -> int:
    """Return about how many bytes it takes to turn one row into another."""
    if old == new:
        return 0
    end = len(new.rstrip(new[-1]))
    differing = sum(was != wanted for was, wanted in zip(old[:end], new[:end], strict=True))
    return 6 + differing + (3 if old[end:] != new[end:] else 0)
