"""Whose access the office has ended; it says so in its answers, and the next login finds it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable

from store.models.core import Fact
from store.transaction import Transaction

_LAPTOP, _OFFICERS = "exchange.revoked", "exchange.revoked_officers"


def end(tx: Transaction, officers: Iterable[str], *, laptop: bool) -> None:
    """Keep what the office says now: the officers' numbers, and whether it takes nothing more of this laptop."""
    del tx
    for name, value in ((_OFFICERS, json.dumps(sorted(officers))), (_LAPTOP, "1" if laptop else "")):
        Fact.insert(name=name, value=value).on_conflict_replace().execute()


def is_revoked(tx: Transaction) -> bool:
    """Tell whether the office said that it takes nothing more of this laptop."""
    del tx
    return bool(_fact(_LAPTOP))


def has_ended(tx: Transaction, officer: uuid.UUID) -> bool:
    """Tell whether the office said that this officer may not work any more."""
    del tx
    return officer.hex in json.loads(_fact(_OFFICERS) or "[]")


def _fact(name: str) -> str:
    row = Fact.get_or_none(Fact.name == name)
    return "" if row is None else str(row.value)
