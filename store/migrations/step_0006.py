"""When captures that the office has were removed here, and tables that let go of those alone.

A store made today has it from its first step, which makes the tables as they are now; one made before gets it here.
"""

from __future__ import annotations

from peewee import Database

from store.models.recording import ATTEMPT_TRIGGERS, HANDS_TRIGGERS


def apply(database: Database) -> None:
    """Add what is not there yet."""
    if "removed_at" not in {column.name for column in database.get_columns("bundled_recording")}:
        database.execute_sql("ALTER TABLE bundled_recording ADD COLUMN removed_at TEXT")
    for name in ("attempt", "hands_photo"):
        for what in ("update_sealed", "moved"):
            database.execute_sql(f"DROP TRIGGER IF EXISTS {name}_{what}")
    for statement in (*ATTEMPT_TRIGGERS, *HANDS_TRIGGERS):
        database.execute_sql(statement)
