"""The book's pupils at step 6, brought there through the store, in front of the emulated kit on real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

from book import VirtualClock
from textual.pilot import Pilot

from hw.emulators import pictures
from hw.emulators.bus import EmulatedBus
from hw.emulators.control import KitControl
from hw.emulators.faces import Pose
from hw.emulators.hand import Size, invent
from hw.emulators.kit import Kit, running
from hw.types import PenPoint, Signature
from store import checks, lists, pupils, recordings, siak_check, visits
from store.checks import Finding
from store.queue import EVERYBODY, page
from store.roster.types import RosterPerson
from store.sealing import OfficeKeys, Seals
from store.sections import PARTS, PartScore, RecordingState, Section
from store.store import Store
from store.transaction import OfficerRole
from tui import strokes
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenPupil, OpenVisit
from tui.navigation import Place
from tui.screens.recording_camera import CameraScreen
from tui.settings import Settings
from tui.widgets.bars import RailStep
from tui.widgets.glass import Glass

DAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 2, 55, tzinfo=UTC)
"""10.55 at the school."""
SYARIFAH = uuid.UUID(int=0x6311_0004)
BORN = date(2009, 5, 12)
STILL = "Enter menyimpan gambar ini."
SILENT = "Kamera tidak mengirim gambar."
SCORES: dict[Section, tuple[float | None, ...]] = {
    Section.PORTRAIT: (68,),
    Section.SIGNATURE: (None,),
    Section.LEFT_SLAP: (61, 58, 52, 47),
    Section.RIGHT_SLAP: (55, 50, 46, 44),
    Section.THUMBS: (63, 60),
    Section.IRISES: (82, 71),
}
RAIL = tuple(RailStep(*step) for step in (("√",), ("√",), ("►", 72), ("·", 2), ("!", 1), ("►", 3), ("○", 4), ("·",)))


class StepClock(VirtualClock):
    """A clock on which whoever sleeps waits until the test moves it that far."""

    def __init__(self, moment: datetime = MORNING) -> None:
        super().__init__(moment)
        self._asleep: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._asleep.append((self.monotonic() + seconds, waiting))
        await waiting

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        for due, waiting in self._asleep:
            if due <= self.monotonic() and not waiting.done():
                waiting.set_result(None)


class KitClock:
    """The same time for the kit, whose own waiting takes none."""

    def __init__(self, clock: VirtualClock) -> None:
        self.now, self.monotonic = clock.now, clock.monotonic

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@dataclass
class Desk:
    """One desk: the application under test, what it works with, and who sits there."""

    pilot: Pilot[object]
    app: RekamApp
    store: Store
    clock: VirtualClock
    keys: OfficeKeys
    kit: KitControl
    running: Kit
    pupil: uuid.UUID
    visit: uuid.UUID

    async def sign(self, seed: int = 7, size: Size = Size.NORMAL) -> None:
        """Sign on the pad, on whose screen the application is."""
        await self.until("menunggu pena")
        await self.kit.sign(seed, size)

    @property
    def screen(self) -> list[str]:
        return self.app.screen.query_one(Glass).text

    @property
    def recording(self) -> RecordingState:
        found = self.store.run_now(recordings.of_pupil, self.pupil)
        assert found is not None
        return found

    async def press(self, *names: str) -> list[str]:
        """Press keys one second apart, as a person does, and return the screen once they were carried out."""
        for name in names:
            self.clock.advance(1)
            await self.pilot.press(name)
            await self.rest()
        return self.screen

    async def rest(self) -> None:
        """Wait until no action is under way; one that asks the officer is at rest."""
        async with asyncio.timeout(20):
            while True:
                await self.pilot.pause()
                asks = getattr(self.app.screen, "dialogs", ())
                busy = [one for one in self.app.workers if one.is_running and one.group in ("action", "aside")]
                if asks or not busy:
                    return
                await asyncio.sleep(0)

    async def until(self, *texts: str) -> list[str]:
        """Wait until all these stand on the screen: what a device does needs no key."""
        return await self.when(lambda: all(any(text in line for line in self.screen) for text in texts), texts)

    async def shoot(self) -> list[str]:
        """Take a still of the live picture; a camera that came late is asked again, as the officer does it."""
        while True:
            await self.until("MERAH, rata")
            await self.press("enter")
            shown = await self.when(lambda: STILL in "".join(self.screen) or SILENT in self.screen[22], "the still")
            if SILENT not in shown[22]:
                return shown
            await self.when(lambda: not cast("CameraScreen", self.app.screen).silent, "the live picture")

    async def see(self, *texts: str) -> list[str]:
        """Wait for words beside the live picture, which follows the clock."""

        def reached() -> bool:
            self.clock.advance(0.3)
            return all(any(text in line for line in self.screen) for text in texts)

        return await self.when(reached, texts)

    async def when(self, reached: Callable[[], bool], what: object = "") -> list[str]:
        try:
            async with asyncio.timeout(20):
                while True:
                    await self.pilot.pause()
                    if reached():
                        return self.screen
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise AssertionError("\n".join([f"waited for {what}", *self.screen])) from None


def person(number: int, name: str, born: date = BORN, **more: str | None) -> RosterPerson:
    """One of the book's pupils as a school's list has her."""
    values: dict[str, str | None] = {
        "nik": f"631106{born.day + 40:02d}{born:%m%y}{9000 + number:04d}",
        "sex": "P",
        "birth_place": "PARINGIN",
        "mother": "NORJENAH",
        "father": "BAHRUDIN",
        "class_name": "XII IPA 2",
        "religion": "ISLAM",
        "blood_type": "O",
        "village": "DESA CONTOH",
        "district": "PARINGIN",
        "rt": "003",
        "rw": "001",
        "occupation": "PELAJAR",
        "birth_certificate": f"6311-LT-01062009-{9000 + number}",
        **more,
    }
    return RosterPerson(row=number, name=name, birth_date=born, **values)


NORHAYATI = person(42, "NORHAYATI")
NOOR_LAILA = person(12, "NOOR LAILA", date(2009, 12, 24))


def at_step_6(
    store: Store, *people: RosterPerson, basis: visits.LegalBasis = visits.LegalBasis.LAW
) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """Plan a visit, take the list, and bring everybody through steps 3 and 4."""
    plan = visits.VisitPlan(
        school=visits.SchoolDetails("SMA Contoh 1 Paringin", "69900001", district="Paringin"),
        day=DAY,
        recording_officers=("Rahmawati", "Syarifah"),
        coordinator="Hj. Mariani",
        legal_basis=basis,
    )
    visit = store.run_now(visits.create, plan)
    file = lists.ListFile("daftar.xlsx", "a" * 64, mapping={"name": "Nama", "birth_date": "Tanggal Lahir"})
    store.run_now(lists.take, visit, people, file)
    found = [row.pupil for row in store.run_now(page, visit, EVERYBODY).rows]
    for pupil in found:
        store.run_now(pupils.tick_papers, pupil, kk=True, certificate=True)
        store.run_now(checks.verdict, pupil, Finding.NEVER)
        store.run_now(siak_check.agree_all, pupil)
        store.run_now(siak_check.finish, pupil)
    return visit, found


def standing_there(store: Store) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """Return the one visit of a store, and its pupils."""
    visit = store.run_now(visits.home).visits[0].visit
    return visit, [row.pupil for row in store.run_now(page, visit, EVERYBODY).rows]


def take_before(store: Store, pupil: uuid.UUID, upto: Section) -> None:
    """Confirm the data and take every section before that one, with the scores of the book."""
    state = store.run_now(recordings.open_or_resume, pupil)
    store.run_now(recordings.confirm_data, state.id)
    for section in Section:
        if section is upto:
            return
        take(store, state.id, section, *SCORES[section])


def take(store: Store, recording: uuid.UUID, section: Section, *scores: float | None, only: int | None = None) -> None:
    """Take a section as a device would have given it; `only` one of its parts."""
    draft: bytes | None = None
    if section is Section.PORTRAIT:
        draft = pictures.face("NORHAYATI", Pose(), 0).image
    elif section is Section.SIGNATURE:
        points = [[PenPoint(x, y, p, 0, down=True) for x, y, p in stroke] for stroke in invent(7)]
        draft = strokes.encode(Signature(tuple(map(tuple, points))))
    parts = tuple(PartScore(part, score) for part, score in zip(PARTS[section], scores, strict=True))
    if only is not None:
        parts = (parts[only],)
    store.run_now(recordings.add_attempt, recording, section, parts, b"sealed", draft, "C920", "ab" * 32)
    if section is Section.PORTRAIT:
        attempts = store.run_now(recordings.state, recording).section(section).attempts
        store.run_now(recordings.keep_portrait, recording, attempts[-1].number)


@contextlib.asynccontextmanager
async def a_desk(
    folder: Path,
    *people: RosterPerson,
    roles: frozenset[OfficerRole] = frozenset({OfficerRole.RECORDING}),
    settings: Settings | None = None,
    clock: VirtualClock | None = None,
    basis: visits.LegalBasis = visits.LegalBasis.LAW,
    upto: Section | None = None,
    store: Store | None = None,
    made: bool = False,
    training: bool = False,
) -> AsyncIterator[Desk]:
    """Open the application on the first pupil's overview, the kit running and seen."""
    clock = clock or VirtualClock(MORNING)
    fresh = store is None or made
    store = store or Store.in_memory(clock, officer=SYARIFAH)
    try:
        store.sign_in(SYARIFAH, frozenset(OfficerRole))
        visit, found = at_step_6(store, *(people or (NORHAYATI,)), basis=basis) if fresh else standing_there(store)
        if upto is not None:
            take_before(store, found[0], upto)
        store.sign_in(SYARIFAH, roles)
        async with running(folder, KitClock(clock)) as kit:
            bus = EmulatedBus(folder, clock)
            app = RekamApp(
                store,
                bus,
                replace(settings or Settings(), documents=str(folder / "papers")),
                clock,
                first=lambda: None,
                training=training,
            )
            app.seals = Seals((keys := OfficeKeys.generate()).public)
            row = store.run_now(pupils.detail, found[0])

            def first() -> object:
                app.officer = OfficerOnDuty(SYARIFAH, "Syarifah", roles)
                app.visit = OpenVisit(visit, "SMA Contoh 1 Paringin", DAY)
                app.pupil = OpenPupil(found[0], row.name)
                app.rail = RAIL
                from tui import navigation

                return navigation.screen_of(Place.RECORDING)

            app._opening = first
            async with app.run_test(size=(80, 24)) as pilot:
                desk = Desk(pilot, app, store, clock, keys, KitControl(folder), kit, found[0], visit)
                await desk.when(lambda: len(app.equipment) >= 4, "the kit")
                await desk.rest()
                yield desk
    finally:
        store.close()
