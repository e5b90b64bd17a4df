"""A laptop that was set up: a keyring with one officer, and a store of any size with one visit under way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.big_store import fill
from store import equipment, officers, visits
from store.clock import SystemClock
from store.equipment import EQUIPMENT, WaiveReason
from store.folder import Folder
from store.keyring import Keyring
from store.models.people import Visit
from store.sealing import OfficeKeys
from store.slots import Costs
from store.store import ALL_ROLES, Store
from store.transaction import Transaction

OFFICER = "Rahmawati"
SCHOOL = "SMA Ukur 0"
PASSPHRASE = "ukur tujuh belas"
_QUICK = Costs(memory_kib=8_192, passes=1, lanes=1)
"""A passphrase that protects nothing; with the real costs the same part of a second would hide a difference."""


@dataclass(frozen=True)
class Laptop:
    """Its data folder, and the environment in which no setting of this computer's user counts."""

    data: Path

    @property
    def arguments(self) -> tuple[str, ...]:
        """The program's own command line on this laptop."""
        return ("-m", "tui", "--data", str(self.data))

    @property
    def environment(self) -> Mapping[str, str]:
        """What the program finds of settings: none."""
        places = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), str(self.data))
        return {**places, "LANG": "C.UTF-8"}


def set_up(path: Path, pupils: int = 0) -> Laptop:
    """Set one up with that many pupils: their visits are over but for the first, whose queue waits at step 3."""
    folder, clock = Folder(path), SystemClock()
    folder.make()
    keys = OfficeKeys.generate()
    keyring, officer = Keyring.create(
        folder,
        keys.public,
        name=OFFICER,
        nip="199108302015032902",
        roles=ALL_ROLES,
        passphrase=PASSPHRASE,
        printing_key=keys.printing,
        costs=_QUICK,
    )
    store = Store.open(folder.database, officer.database_key, clock, create=True)
    try:
        store.sign_in(officer.officer.id, ALL_ROLES)
        store.run_now(officers.match, keyring.officers())
        if pupils:
            store.run_now(_open_only, fill(store, pupils))
    finally:
        store.close()
    return Laptop(path)


def _open_only(tx: Transaction, visit: uuid.UUID) -> None:
    for line in EQUIPMENT:
        equipment.waive(tx, visit, line.kind, WaiveReason.LEFT_AT_OFFICE)
    equipment.finish(tx, visit)
    for other in Visit.select(Visit.id).where(Visit.id != visit):
        visits.close(tx, other.id)
