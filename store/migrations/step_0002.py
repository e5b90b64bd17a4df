"""The log of each device, the photograph of the hands, and whether an exception is for life.

A store made today has them from its first step, which makes the tables as they are now; one made before gets them here.
"""

from __future__ import annotations

from peewee import Database

from store.models.faults import TRIGGERS, DeviceFault
from store.models.recording import HANDS_TRIGGERS, HandsPhoto


def apply(database: Database) -> None:
    """Add what is not there yet."""
    if "permanent" not in {column.name for column in database.get_columns("capture_exception")}:
        database.execute_sql(
            "ALTER TABLE capture_exception ADD COLUMN permanent INTEGER NOT NULL DEFAULT 0 CHECK (permanent IN (0, 1))"
        )
    database.create_tables((HandsPhoto, DeviceFault), safe=True)
    for statement in (*HANDS_TRIGGERS, *TRIGGERS):
        database.execute_sql(statement)
