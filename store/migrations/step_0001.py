"""The first tables."""

from __future__ import annotations

from peewee import Database

from store.identity import uuid7
from store.models import TABLES, TRIGGERS
from store.models.core import Fact


def apply(database: Database) -> None:
    """Make every table with its indexes, then triggers and virtual tables, then this store's own node number."""
    database.create_tables(TABLES, safe=False)
    for statement in TRIGGERS:
        database.execute_sql(statement)
    Fact.create(name="node", value=uuid7().hex)
