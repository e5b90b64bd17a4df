"""A laptop for the whole procedure: the book's officers, its school's files, the kit on its wires, virtual time.

It is started anew on the same folder for every part of the story, as in the field: at the office, at the school, at the
printer.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import book_school

from hw.emulators.bus import EmulatedBus
from hw.emulators.clock import SharedClock
from hw.emulators.control import KitControl
from hw.emulators.kit import running
from store import officers, stock
from store.folder import Folder
from store.keyring import Keyring
from store.roster.types import RosterPerson
from store.sealing import OfficeKeys
from store.slots import Costs
from store.stock import StockKind
from store.store import Store
from store.transaction import OfficerRole
from tui.app import RekamApp
from tui.rehearsal.officer import Officer
from tui.settings import Settings
from tui.training import school
from tui.training.school import SamplePupil
from tui.training.stand_in import StandIn

PASSPHRASE = "sawah hijau di pagi hari"
OFFICERS = {
    "Hj. Mariani": ("197902142006042901", OfficerRole.COORDINATOR),
    "Rahmawati": ("199108302015032902", OfficerRole.RECORDING),
    "Fahrurrazi": ("198801172012121903", OfficerRole.PRINTING),
    "Syarifah": ("199303042019032904", OfficerRole.RECORDING),
}
PLANNING = datetime(2026, 11, 19, 1, 5, tzinfo=UTC)
"""09.05 on the Thursday before the visit."""


@dataclass(frozen=True)
class Laptop:
    """The folders of one laptop, and the clock that it shares with the kit."""

    place: Path
    clock: SharedClock

    @property
    def documents(self) -> Path:
        """Where its PDFs are kept."""
        return self.place / "documents"

    @property
    def tray(self) -> Path:
        """Where the emulated printer puts its cards."""
        return self.place / "kit" / "printer" / "tray"

    def wait_until(self, moment: datetime) -> None:
        """Let the time pass."""
        self.clock.advance((moment - self.clock.now()).total_seconds())

    @asynccontextmanager
    async def opened(self, moment: datetime | None = None) -> AsyncIterator[Officer]:
        """Start the application at that moment; an officer sits before the login, and each pupil before the kit."""
        if moment is not None:
            self.wait_until(moment)
        settings = Settings(inbox=str(self.place / "inbox"), documents=str(self.documents), place="Laptop BLG-02")
        settings = replace(settings, lock_minutes=60)
        kit = self.place / "kit"
        app = RekamApp(None, EmulatedBus(kit, self.clock), settings, self.clock, folder=Folder(self.place / "data"))
        async with running(kit, self.clock), app.run_test(size=(80, 24)) as pilot:
            pupil = StandIn(app, KitControl(kit))
            app.watch(app, "pupil", pupil.call, init=False)
            following = asyncio.create_task(pupil.follow())
            try:
                yield Officer(pilot, self.clock)
            finally:
                following.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await following
                await app.leave()

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store while no application does, as the coordinator with every role."""
        keyring = Keyring(Folder(self.place / "data"))
        first = keyring.officers()[0]
        unlocked = keyring.unlock(first.id, PASSPHRASE, self.clock.now())
        store = Store.open(keyring.folder.database, unlocked.database_key, self.clock)
        try:
            store.sign_in(first.id, frozenset(OfficerRole))
            yield store
        finally:
            store.close()


def a_laptop(place: Path) -> Laptop:
    """Set up a laptop with officers, keys, and a stock from the office."""
    clock = SharedClock(place / "clock", PLANNING)
    for name in ("inbox", "kit", "documents"):
        (place / name).mkdir()
    keys = OfficeKeys.generate()
    folder = Folder(place / "data")
    (name, (nip, role)), *others = OFFICERS.items()
    keyring, first = Keyring.create(
        folder,
        keys.public,
        name=name,
        nip=nip,
        roles=frozenset({role}),
        passphrase=PASSPHRASE,
        printing_key=keys.printing,
        costs=Costs(memory_kib=64, passes=1, lanes=1),
    )
    for other, (other_nip, other_role) in others:
        keyring.add_officer(first, name=other, nip=other_nip, roles=frozenset({other_role}), passphrase=PASSPHRASE)
    store = Store.open(folder.database, first.database_key, clock, create=True)
    store.sign_in(first.officer.id, frozenset(OfficerRole))
    store.run_now(officers.match, keyring.officers())
    for kind, quantity in ((StockKind.BLANK, 214), (StockKind.RIBBON, 413), (StockKind.FILM, 99)):
        store.run_now(stock.receive, kind, quantity, "A0117301")
    store.close()
    return Laptop(place, clock)


# --- the school -----------------------------------------------------------------------------------------------------

NORHAYATI, MAULANA, RIPANI = "6311065205099042", "6311061111099001", "6311032110099008"
FOLLOWED = (NORHAYATI, MAULANA, RIPANI)
_REFUSED = 5


def people() -> list[RosterPerson]:
    """Return the book's 383 pupils, with those among the 120 whom its mock-ups follow through the steps."""
    listed = book_school.pupils()
    for index, person in enumerate(listed):
        match person.name:
            case "NORHAYATI":
                listed[index] = replace(person, nik=NORHAYATI, father="BAHRUDIN")
            case "AKHMAD MAULANA":
                listed[index] = replace(person, nik=MAULANA, father="SYAHRUDIN")
            case _:
                pass
    boy, girl = 13, 13 + 53  # the first of the invented ones who is 16, and the first who is 17
    born = date(2009, 10, 21)
    listed[boy] = replace(listed[boy], name="AHMAD RIPANI", birth_date=born, nik=RIPANI, mother="NORHASANAH")
    later = listed[boy + 1].birth_date
    listed[girl] = replace(listed[girl], birth_date=later, nik=book_school.nik(later, "P", 9000 + girl))
    return listed


def write_list(path: Path) -> None:
    """Write what the school sent: its 383 pupils, four lines without a name, and one day that does not exist."""
    book_school.write_list(path, (*map(_cells, people()), *_refused()))


def _cells(person: RosterPerson) -> tuple[object, ...]:
    born = person.birth_date.isoformat() if person.birth_date else ""
    certificate = "6311-LT-01062009-9042" if person.nik == NORHAYATI else f"6311-LT-{9000 + person.row}"
    father = person.father or f"AYAH {person.row}"
    return (
        person.name,
        person.sex,
        born,
        person.class_name,
        person.birth_place,
        person.nik or "",
        certificate,
        person.mother,
        father,
    )


def _refused() -> Iterator[tuple[object, ...]]:
    for number in range(_REFUSED - 1):
        yield None, "P", "2010-03-03", "XII IPA 1", "PARINGIN", f"631106430310{9900 + number}", "", "", ""
    yield "RAUDATUL JANNAH", "P", "31-11-2010", "XII IPA 1", "PARINGIN", "6311065512109013", "", "SITI AMAN", ""


def write_siak(path: Path, exported: datetime, **status: str) -> None:
    """Write what SIAK says of the three whom the story follows; `status` by the last word of a name, in small letters."""
    followed = [person for person in people() if person.nik in FOLLOWED]
    school.write_siak_export(path, [_in_siak(one, status[one.name.split()[-1].lower()]) for one in followed])
    os.utime(path, (exported.timestamp(), exported.timestamp()))


def _in_siak(person: RosterPerson, status: str) -> SamplePupil:
    ripani = person.nik == RIPANI
    assert person.birth_date is not None
    return SamplePupil(
        number=person.row,
        name=person.name,
        nik=person.nik or "",
        kk="6311061208159901",
        nisn="",
        sex=person.sex or "",
        birth_place="PARINGIN",
        birth_date=person.birth_date,
        mother=person.mother or "",
        father="H. SYAHRIL" if ripani else person.father or "",
        class_name=person.class_name or "",
        village="DESA CONTOH",
        district="PARINGIN",
        certificate="" if ripani else f"6311-LT-01062009-{(person.nik or '')[-4:]}",
        birth_order=2,
        blood_type="O",
        status=status,
    )
