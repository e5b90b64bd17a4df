"""Which database an office has: SQLite in its folder for a small one, PostgreSQL for one that serves many laptops.

The tables are the same. PostgreSQL takes many rows at once by COPY into a staging table and from there, both engines
leave alone what is there already.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import peewee

from store.office.tables import database

SQLITE = "office.db"
URL_FILE = "database.url"
_BATCH = 500
_ALLOWED = ("postgresql://", "postgres://")


class EngineError(Exception):
    """The database cannot be reached, or refuses; nothing was written. The text is the engine's own."""


def of_folder(folder: Path) -> peewee.Database:
    """Return the database of an office's folder, not yet connected; raises OSError and EngineError."""
    url = folder / URL_FILE
    if url.exists():
        if find_spec("psycopg") is None:
            raise EngineError("PostgreSQL needs the optional part office: pip install 'rekam17[office]'")
        return peewee.PostgresqlDatabase(url.read_text(encoding="utf-8").strip(), prefer_psycopg3=True)
    file = folder / SQLITE
    file.touch(mode=0o600, exist_ok=True)
    return peewee.SqliteDatabase(
        str(file), pragmas={"journal_mode": "wal", "synchronous": "full", "busy_timeout": 10_000}
    )


def is_url(text: str) -> bool:
    """Tell whether that names a PostgreSQL database."""
    return text.startswith(_ALLOWED)


def load(table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Add the rows that are not there yet, within the transaction that is open."""
    if not rows:
        return
    if not isinstance(database.obj, peewee.PostgresqlDatabase):
        for batch in peewee.chunked(rows, _BATCH):
            table.insert_many(batch).on_conflict_ignore().execute()
        return
    name = table._meta.table_name  # noqa: SLF001 - the name peewee documents
    columns = ", ".join(f'"{column}"' for column in rows[0])
    database.execute_sql(f'CREATE TEMP TABLE staging (LIKE "{name}") ON COMMIT DROP')
    with database.cursor().copy(f"COPY staging ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))
    database.execute_sql(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM staging ON CONFLICT DO NOTHING')
    database.execute_sql("DROP TABLE staging")
