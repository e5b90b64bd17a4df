"""Officers, their roles and their passphrases: what is read before anything can be unlocked.

Names, roles and slots are authenticated under the database key, and checked each time somebody unlocks. Failure
counters have to change without that key: they are authenticated under the laptop's pepper.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from store import ring, sealing, slots
from store.errors import KeyringError, KeyringProblem, Locked, Reason, TooSoon, WrongPassphrase, reason_of_system
from store.folder import Folder, locked, replace_file
from store.ring import TRIES, Attempts, Person, Ring
from store.sealing import PublicKeys, SealError
from store.slots import Costs
from store.transaction import OfficerRole

_LONGEST_NAME = 120


@dataclass(frozen=True)
class OfficerEntry:
    """An officer as the login screen shows him; `prints` tells that he has a slot with the printing key."""

    id: uuid.UUID
    name: str
    nip: str
    roles: frozenset[OfficerRole]
    prints: bool = False
    failures: int = 0
    last_login: datetime | None = None

    @property
    def locked(self) -> bool:
        """Tell whether only the office's recovery key can open for him."""
        return self.failures >= TRIES

    @property
    def tries_left(self) -> int:
        """Return how many wrong passphrases he has left."""
        return max(0, TRIES - self.failures)


@dataclass(frozen=True)
class Unlocked:
    """What a right passphrase opens; `officer.last_login` is the login before this one."""

    officer: OfficerEntry
    office: PublicKeys
    database_key: bytes = field(repr=False)
    printing_key: bytes | None = field(default=None, repr=False)


class Keyring:
    """The keyring of a data folder; every call reads the file anew, because two officers' processes share it.

    `unlock` and whatever makes a slot take about 170 ms of work: call them off the application's loop.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    @classmethod
    def create(
        cls,
        folder: Folder,
        office: PublicKeys,
        *,
        name: str,
        nip: str,
        roles: frozenset[OfficerRole],
        passphrase: str,
        printing_key: bytes | None = None,
        costs: Costs | None = None,
    ) -> tuple[Keyring, Unlocked]:
        """Make the database key and the first officer, who has to be a coordinator.

        `printing_key` is the office's private printing key, where this laptop prints. Raises KeyringError (EXISTS,
        NO_COORDINATOR, SHORT_PASSPHRASE, BAD_NAME, WRONG_KEY, FULL, IO); then nothing was written.
        """
        if OfficerRole.COORDINATOR not in roles:
            raise KeyringError(KeyringProblem.NO_COORDINATOR)
        _check_printing(printing_key, office)
        keyring, key = cls(folder), secrets.token_bytes(32)
        empty = Ring(costs or Costs(), office, sealing.seal(office.recovery, key), (), {})
        with keyring._alone():
            if folder.exists:
                raise KeyringError(KeyringProblem.EXISTS)
            first = keyring._person(empty.costs, uuid.uuid4(), name, nip, roles, passphrase, key, printing_key)
            content = empty.with_people((first,), key)
            keyring._write(content)
        return keyring, Unlocked(_entry(content, first), office, key, printing_key)

    @property
    def office(self) -> PublicKeys:
        """Return the office's public keys, vouched for only once somebody unlocked."""
        return self._read().office

    def officers(self) -> tuple[OfficerEntry, ...]:
        """Return all officers in the order they were added; raises KeyringError (MISSING, DAMAGED)."""
        content = self._read()
        return tuple(_entry(content, person) for person in content.people)

    def unlock(self, officer: uuid.UUID, passphrase: str, now: datetime) -> Unlocked:
        """Open the database key with an officer's passphrase.

        Raises WrongPassphrase, TooSoon (not tried: the wait after the last failure is not over), Locked after five
        failures, or KeyringError (UNKNOWN_OFFICER, TAMPERED, MISSING, DAMAGED).
        """
        opened = self._try(officer, passphrase, now)
        self._forgive(officer, now)
        return opened

    def verify_second(self, officer: uuid.UUID, passphrase: str, now: datetime) -> OfficerEntry:
        """Check a second officer's passphrase, for role changes and spoiled blanks; raises what `unlock` raises."""
        opened = self._try(officer, passphrase, now)
        self._forgive(officer, opened.officer.last_login)
        return opened.officer

    def add_officer(
        self, by: Unlocked, *, name: str, nip: str, roles: frozenset[OfficerRole], passphrase: str
    ) -> OfficerEntry:
        """Add an officer with a slot of his own; a printing operator gets the printing key if `by` has it.

        Raises KeyringError (NOT_COORDINATOR, SHORT_PASSPHRASE, BAD_NAME, NAME_TAKEN, NO_ROLE, TAMPERED).
        """
        with self._alone():
            content = self._vouched(by)
            _check_free(content, name, None)
            person = self._person(
                content.costs, uuid.uuid4(), name, nip, roles, passphrase, by.database_key, by.printing_key
            )
            content = content.with_people((*content.people, person), by.database_key)
            self._write(content)
        return _entry(content, person)

    def change_officer(
        self,
        by: Unlocked,
        officer: uuid.UUID,
        *,
        name: str,
        nip: str,
        roles: frozenset[OfficerRole],
        passphrase: str,
        now: datetime,
    ) -> OfficerEntry:
        """Change name, NIP or roles with the officer's own passphrase: his slot is bound to his roles.

        Raises what `unlock` and `add_officer` raise, and KeyringError (LAST_COORDINATOR).
        """
        self._vouched(by)
        own = self._try(officer, passphrase, now)
        with self._alone():
            content = self._vouched(by)
            _check_free(content, name, officer)
            printing = own.printing_key or by.printing_key
            person = self._person(content.costs, officer, name, nip, roles, passphrase, by.database_key, printing)
            content = content.tried(officer, Attempts(last_login=own.officer.last_login))
            content = content.with_people(_with(content, person), by.database_key)
            self._write(content)
        return _entry(content, person)

    def change_passphrase(self, own: Unlocked, passphrase: str) -> None:
        """Give the officer who unlocked another passphrase; raises KeyringError (SHORT_PASSPHRASE, TAMPERED)."""
        with self._alone():
            content = self._read()
            content.check(own.database_key)
            old = content.person(own.officer.id)
            person = self._person(
                content.costs, old.id, old.name, old.nip, old.roles, passphrase, own.database_key, own.printing_key
            )
            self._write(content.with_people(_with(content, person), own.database_key))

    def remove_officer(self, by: Unlocked, officer: uuid.UUID) -> None:
        """Take an officer's slots away; raises KeyringError (NOT_COORDINATOR, UNKNOWN_OFFICER, LAST_COORDINATOR)."""
        with self._alone():
            content = self._vouched(by)
            gone = content.person(officer)
            kept = tuple(person for person in content.people if person is not gone)
            self._write(content.with_people(kept, by.database_key))

    def recover(
        self, recovery_key: bytes, officer: uuid.UUID, passphrase: str, now: datetime, printing_key: bytes | None = None
    ) -> Unlocked:
        """Open with the office's private recovery key, give the officer a new passphrase, and lift his lock.

        A printing operator can print again at once only if the office brings the private printing key too. Raises
        KeyringError (WRONG_KEY, SHORT_PASSPHRASE, UNKNOWN_OFFICER, TAMPERED).
        """
        with self._alone():
            content = self._read()
            key = self.recovered(recovery_key)
            _check_printing(printing_key, content.office)
            old = content.person(officer)
            person = self._person(content.costs, officer, old.name, old.nip, old.roles, passphrase, key, printing_key)
            content = content.tried(officer, Attempts(last_login=now)).with_people(_with(content, person), key)
            self._write(content)
        return Unlocked(_entry(content, person), content.office, key, printing_key)

    def vouch(self, database_key: bytes) -> None:
        """Raise KeyringError (TAMPERED) unless this database key made the file."""
        self._read().check(database_key)

    def recovered(self, recovery_key: bytes) -> bytes:
        """Return the database key by the office's private recovery key; raises KeyringError (WRONG_KEY, TAMPERED)."""
        content = self._read()
        try:
            key = sealing.unseal(recovery_key, content.recovery)
        except SealError as error:
            raise KeyringError(KeyringProblem.WRONG_KEY) from error
        content.check(key)
        return key

    def _try(self, officer: uuid.UUID, passphrase: str, now: datetime) -> Unlocked:
        """Count the try as failed before it is made: a program killed in between gives none away."""
        with self._alone():
            content = self._read()
            person, tried = content.person(officer), content.attempts_of(officer)
            if tried.failures >= TRIES:
                raise Locked
            wait = _wait(tried, now)
            if wait > 0:
                raise TooSoon(TRIES - tried.failures, wait)
            failures = tried.failures + 1
            self._write(content.tried(officer, replace(tried, failures=failures, next_try=now + _pause(failures))))
        secret = slots.derive(passphrase, person.salt, self._folder.pepper(), content.costs)
        key = slots.unwrap(secret, person.slot, "database", officer, person.roles)
        if key is None:
            if failures >= TRIES:
                raise Locked
            raise WrongPassphrase(TRIES - failures, _pause(failures).total_seconds())
        content.check(key)
        printing = None
        if person.printing_slot is not None:
            printing = slots.unwrap(secret, person.printing_slot, "printing", officer, person.roles)
        return Unlocked(replace(_entry(content, person), failures=0), content.office, key, printing)

    def _forgive(self, officer: uuid.UUID, last_login: datetime | None) -> None:
        with self._alone():
            self._write(self._read().tried(officer, Attempts(last_login=last_login)))

    def _vouched(self, by: Unlocked) -> Ring:
        """Read the file for a coordinator, by what the file says now and not by what he was when he unlocked."""
        content = self._read()
        content.check(by.database_key)
        if OfficerRole.COORDINATOR not in content.person(by.officer.id).roles:
            raise KeyringError(KeyringProblem.NOT_COORDINATOR)
        return content

    def _person(
        self,
        costs: Costs,
        officer: uuid.UUID,
        name: str,
        nip: str,
        roles: frozenset[OfficerRole],
        passphrase: str,
        key: bytes,
        printing_key: bytes | None,
    ) -> Person:
        """Make an officer's slots."""
        name, nip = name.strip(), nip.strip()
        if not 1 <= len(name) <= _LONGEST_NAME or not (name + nip).isprintable():
            raise KeyringError(KeyringProblem.BAD_NAME)
        if not roles:
            raise KeyringError(KeyringProblem.NO_ROLE)
        if not slots.is_long_enough(passphrase):
            raise KeyringError(KeyringProblem.SHORT_PASSPHRASE)
        salt = secrets.token_bytes(slots.SALT_BYTES)
        secret = slots.derive(passphrase, salt, self._folder.pepper(), costs)
        printing = None
        if printing_key is not None and OfficerRole.PRINTING in roles:
            printing = slots.wrap(secret, printing_key, "printing", officer, roles)
        return Person(officer, name, nip, roles, salt, slots.wrap(secret, key, "database", officer, roles), printing)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Have the file for this call alone, and say by its reason what the disk refused."""
        try:
            self._folder.make()
            with locked(self._folder.keyring):
                yield
        except OSError as error:
            raise KeyringError(_refused(error)) from error

    def _read(self) -> Ring:
        try:
            self._folder.settle()
            content = self._folder.keyring.read_bytes()
            return ring.decode(content, self._folder.pepper())
        except FileNotFoundError as error:
            raise KeyringError(KeyringProblem.MISSING) from error
        except OSError as error:
            raise KeyringError(_refused(error)) from error

    def _write(self, content: Ring) -> None:
        replace_file(self._folder.keyring, content.encode(self._folder.pepper()))


def _refused(error: OSError) -> KeyringProblem:
    return KeyringProblem.FULL if reason_of_system(error) is Reason.FULL else KeyringProblem.IO


def _entry(content: Ring, person: Person) -> OfficerEntry:
    tried, prints = content.attempts_of(person.id), person.printing_slot is not None
    return OfficerEntry(person.id, person.name, person.nip, person.roles, prints, tried.failures, tried.last_login)


def _with(content: Ring, person: Person) -> tuple[Person, ...]:
    return tuple(person if other.id == person.id else other for other in content.people)


def _check_free(content: Ring, name: str, officer: uuid.UUID | None) -> None:
    if any(person.name.casefold() == name.strip().casefold() and person.id != officer for person in content.people):
        raise KeyringError(KeyringProblem.NAME_TAKEN)


def _check_printing(printing_key: bytes | None, office: PublicKeys) -> None:
    if printing_key is not None and not sealing.is_pair(printing_key, office.printing):
        raise KeyringError(KeyringProblem.WRONG_KEY)


def _pause(failures: int) -> timedelta:
    return timedelta(seconds=2**failures)


def _wait(tried: Attempts, now: datetime) -> float:
    """Return the seconds still to wait; a clock set back never makes them more than the pause itself."""
    if tried.next_try is None:
        return 0.0
    return max(0.0, min((tried.next_try - now).total_seconds(), _pause(tried.failures).total_seconds()))
