"""A laptop on the disk with one officer and one visit, on which commands run as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from store import officers, visits
from store.clock import Clock, SystemClock
from store.folder import Folder
from store.keyring import Keyring, Unlocked
from store.sealing import OfficeKeys
from store.slots import Costs
from store.store import Store
from store.transaction import OfficerRole
from store.visits import SchoolDetails, VisitPlan

HERS = "empat kuda di sawah pagi"
ROOT = Path(__file__).parents[2]
SCHOOL = "SMA Contoh <1> & Anak]"


@dataclass(frozen=True)
class Laptop:
    """A laptop with one officer and one visit; commands run on it from outside."""

    place: Path
    hers: Unlocked

    @property
    def data(self) -> Path:
        return self.place / "data"

    def open(self, clock: Clock | None = None) -> Store:
        store = Store.open(Folder(self.data).database, self.hers.database_key, clock or SystemClock())
        store.sign_in(self.hers.officer.id, self.hers.officer.roles)
        return store

    def run(self, *arguments: object, passphrase: str = HERS) -> subprocess.CompletedProcess[str]:
        return self.command("report", *arguments, passphrase=passphrase)

    def verify(self, *files: Path) -> subprocess.CompletedProcess[str]:
        return self.command("verify", *files)

    def command(
        self, *arguments: object, passphrase: str = HERS, inherited: tuple[int, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        reading, writing = os.pipe()
        os.write(writing, passphrase.encode() + b"\n")
        os.close(writing)
        words = [str(argument) for argument in arguments]
        try:
            return subprocess.run(
                [sys.executable, "-m", "tui", *words, "--data", self.data, "--passphrase-fd", str(reading)],
                cwd=ROOT,
                env={**os.environ, "HOME": str(self.place), "XDG_CONFIG_HOME": str(self.place / "config")},
                pass_fds=(reading, *inherited),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            os.close(reading)


def a_laptop(place: Path) -> Laptop:
    folder = Folder(place / "data")
    _, hers = Keyring.create(
        folder,
        OfficeKeys.generate().public,
        name="Rahmawati",
        nip="199001012015032001",
        roles=frozenset(OfficerRole),
        passphrase=HERS,
        costs=Costs(64, 1, 1),
    )
    store = Store.open(folder.database, hers.database_key, SystemClock(), create=True)
    store.sign_in(hers.officer.id, frozenset(OfficerRole))
    store.run_now(officers.match, Keyring(folder).officers())
    today = datetime.now(UTC).date()
    plan = VisitPlan(
        school=SchoolDetails(name=SCHOOL), day=date(today.year + 1, 3, 1), recording_officers=("Rahmawati",)
    )
    store.run_now(visits.create, plan)
    store.close()
    return Laptop(place, hers)
