"""Officers as documents name them: the keyring's people, kept in the store so that an old schedule still has names."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from store.keyring import OfficerEntry
from store.models.core import Officer
from store.transaction import OfficerRole, Transaction


@dataclass(frozen=True)
class OfficerRecord:
    """An officer; `active` is false once he left the keyring."""

    id: uuid.UUID
    name: str
    nip: str
    roles: frozenset[OfficerRole]
    active: bool


def match(transaction: Transaction, entries: Sequence[OfficerEntry]) -> None:
    """Bring the store's officers in line with the keyring's, journalling each that differs; after every login."""
    known = {record.id: record for record in everybody(transaction)}
    for entry in entries:
        record = OfficerRecord(entry.id, entry.name, entry.nip, entry.roles, active=True)
        old = known.pop(entry.id, None)
        if record != old:
            _write(transaction, record)
            event = "officer.added" if old is None else "officer.changed"
            transaction.note(event, record.id, name=record.name, nip=record.nip, roles=_spelled(record.roles))
    for gone in known.values():
        if gone.active:
            Officer.update(active=0).where(Officer.id == gone.id).execute()
            transaction.note("officer.removed", gone.id)


def everybody(transaction: Transaction) -> tuple[OfficerRecord, ...]:
    """Return all officers there ever were, by name."""
    del transaction
    return tuple(_record(row) for row in Officer.select().order_by(Officer.name, Officer.id))


def named(transaction: Transaction, officer: uuid.UUID) -> OfficerRecord | None:
    """Return the officer, or None where the journal knows a number the store does not."""
    del transaction
    row = Officer.get_or_none(Officer.id == officer)
    return None if row is None else _record(row)


def may_stand_by(transaction: Transaction, officer: uuid.UUID | None) -> bool:
    """Return whether that is a second officer: one who works on this laptop, and not whoever acts."""
    if officer is None or officer == transaction.officer:
        return False
    record = named(transaction, officer)
    return record is not None and record.active


def _record(row: Officer) -> OfficerRecord:
    roles = frozenset(OfficerRole(role) for role in row.roles.split(",") if role)
    return OfficerRecord(row.id, row.name, row.nip, roles, bool(row.active))


def _write(transaction: Transaction, record: OfficerRecord) -> None:
    del transaction
    Officer.insert(id=record.id, name=record.name, nip=record.nip, roles=_spelled(record.roles), active=1).on_conflict(
        conflict_target=[Officer.id], preserve=[Officer.name, Officer.nip, Officer.roles, Officer.active]
    ).execute()


def _spelled(roles: frozenset[OfficerRole]) -> str:
    return ",".join(sorted(role.value for role in roles))
