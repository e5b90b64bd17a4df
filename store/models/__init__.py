"""The tables, private to store: no peewee model ever leaves this package's parent.

A module of tables is added by naming it in `MODULES`. It may carry `TRIGGERS`, SQL that is run in order once its
tables are there: triggers, virtual tables, partial indexes.
"""

from __future__ import annotations

from types import ModuleType

import peewee

from store.models import bundles, cards, core, faults, people, recording, siak, stock

MODULES: tuple[ModuleType, ...] = (people, siak, core, recording, faults, stock, cards, bundles)


def _tables(module: ModuleType) -> tuple[type[peewee.Model], ...]:
    """Return the tables a module defines itself, in the order it defines them."""
    return tuple(
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, peewee.Model)
        and value.__module__ == module.__name__
        and not value.__name__.startswith("_")
    )


TABLES: tuple[type[peewee.Model], ...] = tuple(table for module in MODULES for table in _tables(module))
TRIGGERS: tuple[str, ...] = tuple(sql for module in MODULES for sql in getattr(module, "TRIGGERS", ()))
