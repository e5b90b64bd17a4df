"""What went to the office.

A store made today has it from its first step, which makes the tables as they are now; one made before gets it here.
"""

from __future__ import annotations

from peewee import Database

from store.models.bundles import Bundle, BundledRecording


def apply(database: Database) -> None:
    """Add what is not there yet."""
    database.create_tables((Bundle, BundledRecording), safe=True)
