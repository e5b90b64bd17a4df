"""What every table shares: the database it is bound to, UUIDv7 keys, and fields for enums, days and moments."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import peewee

from store.identity import uuid7

database = peewee.DatabaseProxy()
"""Bound by `Store` when it opens its file; a process has one store open at a time."""

E = TypeVar("E", bound=enum.Enum)


def write_many(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run one statement for every row, several times as fast as through the models; errors come as peewee's own."""
    with peewee.__exception_wrapper__:  # pyright: ignore[reportAttributeAccessIssue]
        database.connection().executemany(sql, rows)


class EnumField(peewee.TextField, Generic[E]):
    """An enum by its text value; the table refuses any other value."""

    def __init__(self, kind: type[E], **options: Any) -> None:
        self.kind = kind
        super().__init__(**options)

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        """Add the CHECK once the column's name is known."""
        super().bind(model, name, set_attribute)
        allowed = ", ".join("'" + str(member.value).replace("'", "''") + "'" for member in self.kind)
        self.constraints = [*(self.constraints or []), peewee.Check(f'"{self.column_name}" IN ({allowed})')]

    def db_value(self, value: E | None) -> str | None:
        """Store the member's value."""
        return None if value is None else str(value.value)

    def python_value(self, value: str | None) -> E | None:
        """Read the member back."""
        return None if value is None else self.kind(value)


class DayField(peewee.TextField):
    """A calendar day as ISO text, so that it sorts and every database agrees on it."""

    def db_value(self, value: date | None) -> str | None:
        """Store YYYY-MM-DD."""
        return None if value is None else value.isoformat()

    def python_value(self, value: str | None) -> date | None:
        """Read the day back."""
        return None if value is None else date.fromisoformat(value)


class MomentField(peewee.TextField):
    """A moment in UTC as ISO text with milliseconds and a Z, so that text order is time order."""

    def db_value(self, value: datetime | None) -> str | None:
        """Store UTC; a naive time is a mistake of ours and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def python_value(self, value: str | None) -> datetime | None:
        """Read the moment back, aware, in UTC."""
        return None if value is None else datetime.fromisoformat(value)


class KeyField(peewee.BlobField):
    """A UUID as its 16 bytes: half the index of a text key at a million rows."""

    def db_value(self, value: uuid.UUID | bytes | None) -> Any:
        """Store the bytes."""
        return super().db_value(value.bytes if isinstance(value, uuid.UUID) else value)

    def python_value(self, value: bytes | None) -> uuid.UUID | None:
        """Read the UUID back."""
        return None if value is None else uuid.UUID(bytes=bytes(value))


class Table(peewee.Model):
    """A table with a UUIDv7 key."""

    id: Any = KeyField(primary_key=True, default=uuid7)

    class Meta:
        database = database
        strict_tables = True
        legacy_table_names = False
