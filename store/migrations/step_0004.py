"""The numbers in the blanks' chips.

A store made today has them from its first step, which makes the tables as they are now; one made before gets them here.
"""

from __future__ import annotations

from peewee import Database

from store.models.stock import BlankChip


def apply(database: Database) -> None:
    """Add what is not there yet."""
    database.create_tables((BlankChip,), safe=True)
