"""The first set-up of a laptop, section by section; what is done is kept, so that it may be left and gone on with.

The office's public keys stand in a file of their own from the moment their fingerprint was read back by telephone
until the set-up is finished: while it is there, the set-up is not.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store import sealing
from store.clock import Clock
from store.folder import Folder, replace_file
from store.keyring import Keyring, OfficerEntry, Unlocked
from store.sealing import KeyUse, PublicKeys, SealError
from store.slots import Costs
from store.transaction import OfficerRole

_AGREED = "setting-up.pub"
_PRINTING_KEY = "printing.key"
OPERATORS = 2
"""A field team has at least two: one at the pupil, one at the list."""


class Missing(enum.Enum):
    """What a laptop still needs before anybody may work on it."""

    OFFICE_KEY = "office_key"  # its fingerprint was not read back yet
    COORDINATOR = "coordinator"
    OPERATORS = "operators"
    BACKUP = "backup"
    LOGIN = "login"  # somebody has not opened it with his passphrase yet


@dataclass(frozen=True)
class Progress:
    """How far the set-up is."""

    office: PublicKeys | None
    officers: tuple[OfficerEntry, ...]
    backup: datetime | None

    @property
    def untried(self) -> tuple[OfficerEntry, ...]:
        """The officers whose passphrase has not opened this laptop yet."""
        return tuple(officer for officer in self.officers if officer.last_login is None)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What is still needed, in the order of the sections."""
        operators = sum(bool(officer.roles - {OfficerRole.COORDINATOR}) for officer in self.officers)
        wanted = {
            Missing.OFFICE_KEY: self.office is None,
            Missing.COORDINATOR: not any(OfficerRole.COORDINATOR in officer.roles for officer in self.officers),
            Missing.OPERATORS: operators < OPERATORS,
            Missing.BACKUP: self.backup is None,
            Missing.LOGIN: not self.officers or bool(self.untried),
        }
        return tuple(one for one, is_missing in wanted.items() if is_missing)


def pending(folder: Folder) -> bool:
    """Tell whether this laptop has to be set up, or was left in the middle of it."""
    return not folder.exists or (folder.path / _AGREED).exists()


def progress(folder: Folder) -> Progress:
    """Return how far it is; raises KeyringError and SealError for files that cannot be trusted."""
    agreed = folder.path / _AGREED
    office = sealing.read_public(agreed) if agreed.exists() else None
    officers = Keyring(folder).officers() if folder.exists else ()
    return Progress(office, officers, folder.last_backup)


def agree(folder: Folder, office: PublicKeys) -> None:
    """Keep the office's keys, whose fingerprint was read back by telephone; raises OSError."""
    folder.make()
    folder.pepper()
    replace_file(folder.path / _AGREED, office.encode())


def printing_key(beside: Path, office: PublicKeys) -> bytes | None:
    """Return the office's private printing key where it lies beside its public keys, for a laptop that prints."""
    try:
        found = sealing.read_private(beside.with_name(_PRINTING_KEY), KeyUse.PRINTING)
    except SealError:
        return None
    return found if sealing.is_pair(found, office.printing) else None


def first_officer(
    folder: Folder,
    clock: Clock,
    *,
    name: str,
    nip: str,
    roles: frozenset[OfficerRole],
    passphrase: str,
    printing_key: bytes | None = None,
    costs: Costs | None = None,
) -> Unlocked:
    """Make the keyring with its first coordinator, and the empty store; raises KeyringError and OpenError."""
    office = sealing.read_public(folder.path / _AGREED)
    _keyring, first = Keyring.create(
        folder, office, name=name, nip=nip, roles=roles, passphrase=passphrase, printing_key=printing_key, costs=costs
    )
    make_store(folder, clock, first)
    return first


def make_store(folder: Folder, clock: Clock, by: Unlocked) -> None:
    """Make the empty store unless it is there; a power cut may have come between keyring and store."""
    from store.store import Store

    Store.open(folder.database, by.database_key, clock, create=True).close()


def finish(folder: Folder) -> bool:
    """End the set-up where nothing is missing; return whether it is ended."""
    if progress(folder).missing:
        return False
    (folder.path / _AGREED).unlink(missing_ok=True)
    return True
