"""What is half typed, kept per keystroke so that a cut line costs at most one letter."""

from __future__ import annotations

from typing import Any

from store.models.core import Draft
from store.transaction import Transaction


def save(transaction: Transaction, key: str, value: str) -> None:
    """Keep what a field holds now; no journal line and no outbox row, for nothing was decided yet."""
    Draft.insert(key=key, value=value, saved_at=transaction.now()).on_conflict_replace().execute()


def load(transaction: Transaction, key: str) -> str | None:
    """Return what the field held, or None."""
    del transaction
    row = Draft.select(Draft.value).where(Draft.key == key).tuples().first()
    return None if row is None else str(row[0])


def load_under(transaction: Transaction, prefix: str) -> dict[str, str]:
    """Return all fields of a form by what follows the prefix in their keys."""
    del transaction
    here = (Draft.key >= prefix) & (Draft.key < prefix + "\U0010ffff")
    rows: list[Any] = list(Draft.select(Draft.key, Draft.value).where(here).tuples())
    return {key.removeprefix(prefix): value for key, value in rows}


def drop(transaction: Transaction, key: str) -> None:
    """Forget the field: it was stored for good, or given up."""
    del transaction
    Draft.delete().where(Draft.key == key).execute()


def drop_under(transaction: Transaction, prefix: str) -> None:
    """Forget all fields whose key begins so: the whole form is done."""
    del transaction
    Draft.delete().where((Draft.key >= prefix) & (Draft.key < prefix + "\U0010ffff")).execute()
