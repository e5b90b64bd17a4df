"""The keyring's file: officers and slots under the database key's word, failure counters under the pepper's."""

from __future__ import annotations

import base64
import hmac
import json
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from store import slots
from store.errors import KeyringError, KeyringProblem
from store.sealing import PublicKeys, SealError
from store.slots import Costs
from store.transaction import OfficerRole

TRIES = 5
_VERSION = 1
_MOST_MEMORY_KIB = 1 << 20


@dataclass(frozen=True, repr=False)
class Person:
    """An officer and his slots, as the database key vouches for them."""

    id: uuid.UUID
    name: str
    nip: str
    roles: frozenset[OfficerRole]
    salt: bytes
    slot: bytes
    printing_slot: bytes | None


@dataclass(frozen=True)
class Attempts:
    """What changes while nobody is logged in."""

    failures: int = 0
    next_try: datetime | None = None
    last_login: datetime | None = None


LOCKED = Attempts(failures=TRIES)


@dataclass(frozen=True, repr=False)
class Ring:
    """The whole file; `recovery` is the database key sealed to the office, `mac` the database key's word."""

    costs: Costs
    office: PublicKeys
    recovery: bytes
    people: tuple[Person, ...]
    attempts: dict[uuid.UUID, Attempts]
    mac: bytes = b""

    def person(self, officer: uuid.UUID) -> Person:
        """Return the officer; raises KeyringError (UNKNOWN_OFFICER)."""
        for person in self.people:
            if person.id == officer:
                return person
        raise KeyringError(KeyringProblem.UNKNOWN_OFFICER)

    def attempts_of(self, officer: uuid.UUID) -> Attempts:
        """Return the officer's failures and last login."""
        return self.attempts.get(officer, Attempts())

    def tried(self, officer: uuid.UUID, attempts: Attempts) -> Ring:
        """Return the ring with another count for the officer."""
        return replace(self, attempts={**self.attempts, officer: attempts})

    def with_people(self, people: tuple[Person, ...], database_key: bytes) -> Ring:
        """Return the ring with these officers; raises KeyringError (LAST_COORDINATOR) if none may add others."""
        if not any(OfficerRole.COORDINATOR in person.roles for person in people):
            raise KeyringError(KeyringProblem.LAST_COORDINATOR)
        known = {person.id for person in people}
        changed = replace(self, people=people, attempts={at: n for at, n in self.attempts.items() if at in known})
        return replace(changed, mac=slots.authenticate(database_key, changed.signed_part()))

    def check(self, database_key: bytes) -> None:
        """Raise KeyringError (TAMPERED) unless the database key vouches for officers and slots."""
        if not hmac.compare_digest(self.mac, slots.authenticate(database_key, self.signed_part())):
            raise KeyringError(KeyringProblem.TAMPERED)

    def signed_part(self) -> bytes:
        """Return the bytes the database key vouches for."""
        return json.dumps(_signed_values(self), sort_keys=True).encode()

    def encode(self, pepper: bytes) -> bytes:
        """Return the file."""
        values = _signed_values(self)
        values["mac"] = _text(self.mac)
        values["attempts"] = _attempts_values(self)
        values["attempts_mac"] = _text(slots.authenticate(pepper, _attempts_part(self)))
        return (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode()


def decode(content: bytes, pepper: bytes) -> Ring:
    """Read the file; raises KeyringError (DAMAGED).

    Where the counters do not stand under this laptop's pepper, somebody turned them back or the file comes from
    another laptop: then everybody is locked, and only the office's key opens.
    """
    try:
        values = json.loads(content)
        ring = _ring(values)
        stands = hmac.compare_digest(_raw(values["attempts_mac"]), slots.authenticate(pepper, _attempts_part(ring)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SealError) as error:
        raise KeyringError(KeyringProblem.DAMAGED) from error
    return ring if stands else replace(ring, attempts={person.id: LOCKED for person in ring.people})


def _signed_values(ring: Ring) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "costs": asdict(ring.costs),
        "office": json.loads(ring.office.encode()),
        "recovery": _text(ring.recovery),
        "officers": [
            {
                "id": person.id.hex,
                "name": person.name,
                "nip": person.nip,
                "roles": sorted(role.value for role in person.roles),
                "salt": _text(person.salt),
                "slot": _text(person.slot),
                "printing_slot": None if person.printing_slot is None else _text(person.printing_slot),
            }
            for person in ring.people
        ],
    }


def _attempts_values(ring: Ring) -> dict[str, Any]:
    return {
        officer.hex: {
            "failures": tried.failures,
            "next_try": None if tried.next_try is None else tried.next_try.isoformat(),
            "last_login": None if tried.last_login is None else tried.last_login.isoformat(),
        }
        for officer, tried in ring.attempts.items()
    }


def _attempts_part(ring: Ring) -> bytes:
    """Counters belong to one state of the slots: those of an older file do not fit a newer one."""
    return json.dumps(_attempts_values(ring), sort_keys=True).encode() + ring.mac


def _ring(values: Any) -> Ring:
    if values["version"] != _VERSION:
        raise ValueError(values["version"])
    costs = Costs(**values["costs"])
    if not 0 < costs.memory_kib <= _MOST_MEMORY_KIB or not 0 < costs.passes <= 99 or not 0 < costs.lanes <= 64:
        raise ValueError(costs)
    return Ring(
        costs=costs,
        office=PublicKeys.decode(json.dumps(values["office"]).encode()),
        recovery=_raw(values["recovery"]),
        people=tuple(
            Person(
                id=uuid.UUID(hex=person["id"]),
                name=str(person["name"]),
                nip=str(person["nip"]),
                roles=frozenset(OfficerRole(role) for role in person["roles"]),
                salt=_raw(person["salt"]),
                slot=_raw(person["slot"]),
                printing_slot=None if person["printing_slot"] is None else _raw(person["printing_slot"]),
            )
            for person in values["officers"]
        ),
        attempts={
            uuid.UUID(hex=officer): Attempts(int(tried["failures"]), _at(tried["next_try"]), _at(tried["last_login"]))
            for officer, tried in values["attempts"].items()
        },
        mac=_raw(values["mac"]),
    )


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
