"""From a cable pulled in mid-capture to the words on the screen, against the second that officers are promised.

The kit is a process of its own and the application the real one on a headless screen; the moment is taken when the
order to pull the scanner out has been carried out. Its service keeps silent about that, as some do: whoever waits for
its capture has to look for the device himself.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from bench.ratio import Ratio
from hw.emulators.bus import EmulatedBus
from hw.emulators.control import KitControl, start_kit
from hw.types import Role
from store import checks, exceptions, lists, pupils, recordings, siak_check, visits
from store.clock import SystemClock
from store.queue import EVERYBODY, page
from store.roster.types import RosterPerson
from store.sealing import OfficeKeys, Seals
from store.sections import PARTS, ExceptionReason, Section
from store.store import ALL_ROLES, Store
from tui import navigation
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenPupil, OpenVisit
from tui.frame import FrameScreen
from tui.navigation import Place
from tui.screens.recording_slap import SlapScreen
from tui.settings import Settings
from tui.widgets.glass import Glass

TURNS = 7
GOAL = 1.0
_OFFICER = uuid.UUID(int=0x6311_0001)
_WORDS = "PEMINDAI SIDIK JARI TERPUTUS"
_LIMIT_S = 30.0


def run() -> Iterator[Ratio]:
    """Pull the scanner out a few times; the slowest counts, for each officer waits for her own."""
    with tempfile.TemporaryDirectory(prefix="rekam17-bench-") as folder:
        took = asyncio.run(pulled(Path(folder), TURNS))
    yield Ratio("scanner pulled out to the words / one second", max(took) * 1000, 1000.0, GOAL)


async def pulled(folder: Path, turns: int) -> list[float]:
    """Return the seconds of each turn; raises TimeoutError where the words never came."""
    store = Store.in_memory(SystemClock(), officer=_OFFICER)
    try:
        store.sign_in(_OFFICER, ALL_ROLES)
        visit, pupil = _at_the_slap(store)
        async with start_kit(folder) as kit:
            bus, clock = EmulatedBus(folder, SystemClock()), SystemClock()
            app = RekamApp(store, bus, Settings(), clock, first=lambda: _opened(app, visit, pupil))
            app.seals = Seals(OfficeKeys.generate().public)
            async with app.run_test(size=(80, 24)) as pilot:
                await _until(lambda: Role.FINGER in {one.role for one in app.equipment})
                await kit.sbi(hold=True, mute=True)
                await asyncio.sleep(0.6)  # Enter does nothing for half a second after a screen came
                await pilot.press("enter")
                return [await _turn(app, kit) for _number in range(turns)]
    finally:
        store.close()


def _opened(app: RekamApp, visit: uuid.UUID, pupil: uuid.UUID) -> FrameScreen:
    app.officer = OfficerOnDuty(_OFFICER, "Rahmawati", ALL_ROLES)
    app.visit = OpenVisit(visit, "SMA Ukur", date(2026, 11, 23))
    app.pupil = OpenPupil(pupil, "MURID UKUR")
    return navigation.screen_of(Place.RECORDING)


async def _turn(app: RekamApp, kit: KitControl) -> float:
    """Pull the scanner out of a capture, and plug it in again."""
    await _until(lambda: isinstance(app.screen, SlapScreen) and app.screen.capturing)
    await asyncio.sleep(0.3)
    await kit.unplug("finger")
    begun = time.perf_counter()
    await _until(lambda: any(_WORDS in line for line in app.screen.query_one(Glass).text))
    took = time.perf_counter() - begun
    await kit.sbi(mute=False)  # a service that lost its device lets go of the capture at last
    await kit.plug("finger")
    await kit.sbi(mute=True)
    return took


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(_LIMIT_S):
        while not reached():  # noqa: ASYNC110 - what is looked at is a screen, and screens set no events
            await asyncio.sleep(0.002)


def _at_the_slap(store: Store) -> tuple[uuid.UUID, uuid.UUID]:
    """Bring one pupil to her left slap: confirmed, what comes before it excepted."""
    school = visits.SchoolDetails("SMA Ukur", "69900001")
    plan = visits.VisitPlan(school, date(2026, 11, 23), recording_officers=("Rahmawati",), coordinator="Hj. Mariani")
    visit = store.run_now(visits.create, plan)
    person = RosterPerson(
        row=7,
        name="MURID UKUR",
        nik="6311065205099001",
        birth_date=date(2009, 5, 12),
        sex="P",
        birth_place="PARINGIN",
        mother="IBU UKUR",
        class_name="XII",
        birth_certificate="6311-LT-12052009-9001",
    )
    store.run_now(lists.take, visit, (person,), lists.ListFile("ukur.xlsx", "0" * 64))
    (pupil,) = (row.pupil for row in store.run_now(page, visit, EVERYBODY).rows)
    store.run_now(pupils.tick_papers, pupil, kk=True, certificate=True)
    store.run_now(checks.verdict, pupil, checks.Finding.NEVER)
    store.run_now(siak_check.agree_all, pupil)
    store.run_now(siak_check.finish, pupil)
    recording = store.run_now(recordings.open_or_resume, pupil).id
    store.run_now(recordings.confirm_data, recording)
    for section in (Section.PORTRAIT, Section.SIGNATURE):
        store.run_now(exceptions.except_part, recording, PARTS[section][0], ExceptionReason.DEVICE_BROKEN)
    return visit, pupil
