"""The morning on which AHMAD RIPANI sits at steps 4 and 5: 120 pupils, of whom he is the one whose data differ."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from itertools import groupby

from book import VirtualClock, screen_text, settle
from textual import events
from textual.pilot import Pilot

from store import checks, equipment, lists, pupils, search, siak_exports, standing, visits
from store.checks import Finding
from store.equipment import EquipmentKind, WaiveReason
from store.keyring import OfficerEntry
from store.officers import match
from store.progress import PupilState
from store.roster.types import RosterPerson
from store.rules import Cloth
from store.store import ALL_ROLES, Store
from store.transaction import OfficerRole
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.screens.status_check import StatusCheckScreen
from tui.settings import Settings

DAY = date(2026, 11, 23)
EXPORTED = date(2026, 11, 20)
MARIANI, RAHMAWATI = uuid.UUID(int=1), uuid.UUID(int=2)
NAME = "SMA Contoh 1 Paringin"
OFFICERS = (
    OfficerEntry(MARIANI, "Hj. Mariani", "19790214", frozenset({OfficerRole.COORDINATOR})),
    OfficerEntry(RAHMAWATI, "Rahmawati", "19910830", frozenset({OfficerRole.RECORDING})),
)
CLASSES = (("XII IPA 1", 31), ("XII IPA 2", 30), ("XII IPS 1", 33), ("XII IPS 2", 26))
RIPANI = 12


def _class_of(number: int) -> str:
    for name, pupils_there in CLASSES:
        if number <= pupils_there:
            return name
        number -= pupils_there
    raise ValueError(number)


def _in_siak(number: int, hostile: str = "") -> RosterPerson:
    """Return what SIAK says; of RIPANI it has the wrong birth date, a title, and no certificate's number."""
    ripani = number == RIPANI
    return RosterPerson(
        row=number + 1,
        name=hostile or "AHMAD RIPANI" if ripani else f"MURID {number}",
        birth_date=date(2009, 10, 21),
        birth_place="PARINGIN",
        nik="6311032110099008" if ripani else f"631103211009{9100 + number}",
        sex="L",
        father="H. SYAHRIL" if ripani else f"AYAH {number}",
        mother="NORHASANAH" if ripani else f"IBU {number}",
        class_name=_class_of(number),
        birth_certificate=None if ripani else f"6311-LT-0911-{9100 + number}",
        birth_order="2",
        citizenship="WNI",
        status_code="BELUM REKAM",
    )


def pupil_of(store: Store, visit: uuid.UUID, number: int = RIPANI) -> uuid.UUID:
    return store.run_now(search.search, str(number), visit).found[0].row.pupil


def state_of(store: Store, pupil: uuid.UUID) -> PupilState:
    return store.run_now(pupils.detail, pupil).state


def nobody_yet() -> list[RosterPerson]:
    """Return the school's 120 pupils, as the list has them."""
    return [_in_siak(number) for number in range(1, 121)]


def make_ready(store: Store, visit: uuid.UUID) -> None:
    """Fix the schedule and declare the equipment ready: steps 1 and 2 are done."""
    store.run_now(visits.fix_schedule, visit, ())
    for kind in EquipmentKind:
        if kind is not EquipmentKind.TRIPOD_CLOTHS:
            store.run_now(equipment.waive, visit, kind, WaiveReason.LEFT_AT_OFFICE)
    for cloth in Cloth:
        store.run_now(equipment.cloths, visit, cloth, True)
    store.run_now(equipment.finish, visit)


def set_up(store: Store, *, exported: bool = True, hostile: str = "") -> uuid.UUID:
    """Plan the visit, make it ready, and bring everybody to where the mock-up's rail shows them."""
    store.run_now(match, OFFICERS)
    plan = visits.VisitPlan(
        school=visits.SchoolDetails(NAME, "69900001", district="Paringin"),
        day=DAY,
        recording_officers=("Rahmawati", "Syarifah"),
        coordinator="Hj. Mariani",
        minutes_per_pupil=4.2,
    )
    visit = store.run_now(visits.create, plan)
    people = [_in_siak(number, hostile) for number in range(1, 121)]
    store.run_now(lists.take, visit, people, lists.ListFile("daftar.xlsx", "a" * 64))
    if exported:
        store.run_now(siak_exports.take, people, siak_exports.ExportFile("siak.xls", "b" * 64, EXPORTED))
    make_ready(store, visit)
    for number in (RIPANI, 1, 2, 3):
        store.run_now(pupils.tick_papers, pupil_of(store, visit, number), kk=True, certificate=True)
    store.run_now(checks.verdict, pupil_of(store, visit), Finding.NEVER)
    for number in (1, 2):
        for state in (PupilState.SIAK, PupilState.RECORD):
            store.run_now(standing.move, pupil_of(store, visit, number), state, "pupil.moved")
    store.run_now(standing.move, pupil_of(store, visit, 3), PupilState.CARD, "pupil.moved")
    for number in range(4, 20):
        if number != RIPANI:
            store.run_now(standing.move, pupil_of(store, visit, number), PupilState.HAS_CARD, "pupil.moved")
    return visit


@asynccontextmanager
async def at_school(
    moment: datetime = datetime(2026, 11, 23, 1, 22, tzinfo=UTC),
    *,
    language: str = "id",
    documents: str = "",
    roles: frozenset[OfficerRole] = frozenset({OfficerRole.RECORDING}),
    exported: bool = True,
    hostile: str = "",
    prepare: Callable[[Store, uuid.UUID], object] = lambda _store, _visit: None,
) -> AsyncIterator[tuple[Pilot[int], Store, uuid.UUID]]:
    """Open the application in the queue of step 3, with Rahmawati on duty."""
    clock = VirtualClock(moment)
    store = Store.in_memory(clock, officer=RAHMAWATI, roles=ALL_ROLES)
    visit = set_up(store, exported=exported, hostile=hostile)
    prepare(store, visit)
    store.sign_in(RAHMAWATI, roles)
    try:
        async with open_app(store, visit, language=language, documents=documents, roles=roles) as pilot:
            yield pilot, store, visit
    finally:
        store.close()


@asynccontextmanager
async def open_app(
    store: Store,
    visit: uuid.UUID,
    *,
    language: str = "id",
    documents: str = "",
    roles: frozenset[OfficerRole] = frozenset({OfficerRole.RECORDING}),
) -> AsyncIterator[Pilot[int]]:
    """Start the application on a store that is there already, as after a power cut."""
    app = RekamApp(store, None, Settings(language=language, documents=documents), store.clock, first=StatusCheckScreen)
    app.officer = OfficerOnDuty(RAHMAWATI, "Rahmawati", roles)
    app.visit = OpenVisit(visit, NAME, DAY)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        store.clock.advance(1)
        yield pilot


async def paste(pilot: Pilot[int], text: str) -> None:
    """Paste into what has the focus: long texts, whose keys would each cost the test its time."""
    await settle(pilot)
    pilot.app.screen.post_message(events.Paste(text))
    await settle(pilot)


async def press(pilot: Pilot[int], *names: str) -> Sequence[str]:
    """Press keys as a person does, letters in one go, and return what stands on the screen then."""
    for letters, run in groupby(names, lambda name: len(name) == 1):
        for keys in [tuple(run)] if letters else [(name,) for name in run]:
            await settle(pilot)
            pilot.app.clock.advance(0.6)
            await pilot.press(*keys)
    return await screen_text(pilot)
