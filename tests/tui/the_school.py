"""The book's school for the screens of steps 3 to 6: its pupils stand where the mock-ups show them."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from book import VirtualClock, screen_text, settle
from textual.pilot import Pilot

from store import checks, equipment, lists, pupils, search, siak_exports, standing, visits
from store.checks import Finding
from store.keyring import OfficerEntry
from store.officers import match
from store.procedure import EQUIPMENT
from store.progress import PupilState
from store.roster.types import RosterPerson
from store.schedule import Slot
from store.store import ALL_ROLES, Store
from store.transaction import OfficerRole
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.frame import FrameScreen
from tui.settings import Settings

DAY = date(2026, 11, 23)
RAHMAWATI = uuid.UUID(int=2)
NAME = "SMA Contoh 1 Paringin"
OFFICERS = (
    OfficerEntry(uuid.UUID(int=1), "Hj. Mariani", "19790214", frozenset({OfficerRole.COORDINATOR})),
    OfficerEntry(RAHMAWATI, "Rahmawati", "19910830", frozenset({OfficerRole.RECORDING})),
    OfficerEntry(uuid.UUID(int=3), "Fahrurrazi", "19880117", frozenset({OfficerRole.PRINTING})),
)

NORHAYATI, NOOR_LAILA, HASANAH, HUSNA, RIZKI, JUMIATI, SYAHRANI = 48, 49, 50, 51, 52, 53, 54
RIPANI, HALIMATUS, RUSDIANA, MAHRITA, ERNAWATI, KAMARUDIN = 12, 46, 47, 17, 8, 23

_BOOK = {
    NORHAYATI: ("NORHAYATI", "XII IPA 2", date(2009, 5, 12), 9042),
    NOOR_LAILA: ("NOOR LAILA", "XII IPA 2", date(2009, 12, 24), 9012),
    HASANAH: ("HASANAH", "XII IPA 2", date(2009, 7, 7), 9005),
    HUSNA: ("HUSNA", "XII IPA 2", date(2009, 7, 7), 9006),
    RIZKI: ("MUHAMMAD RIZKI", "XII IPA 2", date(2010, 2, 3), 9017),
    JUMIATI: ("JUMIATI", "XII IPA 2", date(2009, 4, 17), 9019),
    SYAHRANI: ("M. SYAHRANI", "XII IPA 2", date(2010, 1, 28), 0),
    RIPANI: ("AHMAD RIPANI", "XII IPA 1", date(2009, 10, 21), 9008),
    HALIMATUS: ("HALIMATUS SA'DIYAH", "XII IPA 2", date(2010, 1, 30), 9011),
    RUSDIANA: ("RUSDIANA", "XII IPA 2", date(2009, 3, 9), 9014),
    MAHRITA: ("MAHRITA", "XII IPA 1", date(2009, 2, 22), 9021),
    ERNAWATI: ("ERNAWATI", "XII IPA 1", date(2009, 10, 5), 9023),
    KAMARUDIN: ("KAMARUDIN A.", "XII IPA 1", date(2009, 8, 14), 9025),
}
_PARENTS = {"NORHAYATI": ("NORJENAH", "BAHRUDIN"), "HASANAH": ("MASTUAH", "JAMHURI"), "HUSNA": ("MASTUAH", "JAMHURI")}
_BOYS = {RIZKI, SYAHRANI, RIPANI, KAMARUDIN}
_STATUS = {MAHRITA: "PROCESSING", ERNAWATI: "CARD_ISSUED"}
_CLASSES = ("XII IPA 1", "XII IPA 2", "XII IPS 1", "XII IPS 2")


def nik(born: date, serial: int, *, girl: bool = True) -> str:
    return f"631106{born.day + 40 * girl:02d}{born:%m%y}{serial:04d}"


def _person(number: int) -> RosterPerson:
    """One of the book, or a younger pupil between them, of whom the fifth is another Muhammad Rizki."""
    if number in _BOOK:
        name, class_name, born, serial = _BOOK[number]
    else:
        name = "MUHAMMAD RIZKI" if number == 5 else f"ADIK {number}"
        class_name, born, serial = _CLASSES[number % 4], date(2011, 1, 1), 9100 + number
    mother, father = _PARENTS.get(name, (f"IBU {number}", f"AYAH {number}"))
    girl = number not in _BOYS
    return RosterPerson(
        row=number + 6,
        name=name,
        birth_date=born,
        birth_place="PARINGIN",
        nik=nik(born, serial, girl=girl) if serial else None,
        kk="6311061208159901" if number == NORHAYATI else f"631106120815{9500 + number}",
        sex="P" if girl else "L",
        mother=mother,
        father=father,
        class_name=class_name,
        birth_certificate=f"6311-LT-01062009-{serial}" if number == NORHAYATI else f"6311-LT-0911-{9500 + number}",
    )


def pupil_of(store: Store, visit: uuid.UUID, number: int) -> uuid.UUID:
    return store.run_now(search.search, str(number), visit).found[0].row.pupil


def set_up(store: Store) -> uuid.UUID:
    """Plan the visit and bring everybody to where the mock-up of the queue shows them."""
    store.run_now(match, OFFICERS)
    plan = visits.VisitPlan(
        school=visits.SchoolDetails(NAME, "69900001", district="Paringin"),
        day=DAY,
        recording_officers=("Rahmawati", "Syarifah"),
        coordinator="Hj. Mariani",
        minutes_per_pupil=4.2,
    )
    visit = store.run_now(visits.create, plan)
    people = [_person(number) for number in range(1, 55)]
    store.run_now(lists.take, visit, people, lists.ListFile("daftar.xlsx", "a" * 64))
    export = [
        RosterPerson(
            one.row, one.name, one.birth_date, nik=one.nik, status_code=_STATUS.get(one.row - 6, "BELUM REKAM")
        )
        for one in people
        if one.nik
    ]
    file = siak_exports.ExportFile("siak.xls", "b" * 64, date(2026, 11, 20))
    store.run_now(siak_exports.take, export, file)
    slot = Slot("XII IPA 2", 13, DAY, 480, 600, 1)
    store.run_now(visits.fix_schedule, visit, (slot,))
    for line in EQUIPMENT:
        store.run_now(equipment.waive, visit, line.kind, equipment.WaiveReason.REPORTED_BROKEN)
    store.run_now(equipment.finish, visit)
    for number in (NORHAYATI, NOOR_LAILA, HASANAH, HUSNA, RIPANI, HALIMATUS, RUSDIANA, MAHRITA, ERNAWATI):
        store.run_now(pupils.tick_papers, pupil_of(store, visit, number), kk=True, certificate=True)
    store.run_now(pupils.tick_papers, pupil_of(store, visit, RIZKI), kk=True)
    for number, states in (
        (RIPANI, (PupilState.SIAK, PupilState.UPDATE)),
        (HALIMATUS, (PupilState.SIAK, PupilState.RECORD)),
        (RUSDIANA, (PupilState.SIAK, PupilState.RECORD)),
    ):
        for state in states:
            store.run_now(standing.move, pupil_of(store, visit, number), state, "pupil.moved")
    store.run_now(checks.verdict, pupil_of(store, visit, MAHRITA), Finding.RECORDED)
    store.run_now(checks.verdict, pupil_of(store, visit, ERNAWATI), Finding.HAS_CARD)
    store.run_now(pupils.mark_absent, pupil_of(store, visit, KAMARUDIN))
    return visit


@asynccontextmanager
async def at_school(
    first: type[FrameScreen],
    *,
    language: str = "id",
    roles: frozenset[OfficerRole] = frozenset({OfficerRole.RECORDING}),
) -> AsyncIterator[tuple[Pilot[int], Store, uuid.UUID]]:
    """Open the application at the school at 10.42, with that screen in front and Rahmawati on duty."""
    clock = VirtualClock(datetime(2026, 11, 23, 2, 42, tzinfo=UTC))
    store = Store.in_memory(clock, officer=OFFICERS[0].id, roles=ALL_ROLES)
    visit = set_up(store)
    store.sign_in(RAHMAWATI, roles)
    app = RekamApp(store, None, Settings(language=language), clock, first=first)
    app.officer = OfficerOnDuty(RAHMAWATI, "Rahmawati", roles)
    app.visit = OpenVisit(visit, NAME, DAY)
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            clock.advance(1)
            yield pilot, store, visit
    finally:
        store.close()


async def press(pilot: Pilot[int], *names: str) -> Sequence[str]:
    """Press keys one second apart, letters as fast as they are typed, and return what stands on the screen then."""
    letters = False
    for name in names:
        if not (letters and len(name) == 1):
            await settle(pilot)
        letters = len(name) == 1
        pilot.app.clock.advance(1)
        await pilot.press(name)
    return await screen_text(pilot)
