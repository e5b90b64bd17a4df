"""A laptop's store as the screen book's home shows it, made by the store's own functions, and keys pressed on it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

from book import VirtualClock, screen_text, settle
from textual.pilot import Pilot

from store import lists, recordings, timings
from store.models.people import Person, Pupil
from store.models.recording import Recording
from store.plans import SchoolDetails, VisitPlan
from store.progress import PupilState
from store.roster.types import RosterPerson
from store.sections import PARTS, PartScore, RecordingStage, Section
from store.standing import change, pupil_row
from store.store import Store
from store.transaction import OfficerRole, Transaction
from tui.app import RekamApp
from tui.duty import OfficerOnDuty
from tui.navigation import Place, screen_of
from tui.settings import Settings

RAHMAWATI = OfficerOnDuty(uuid.UUID(int=0x6311_0001), "Rahmawati", frozenset({OfficerRole.RECORDING}))
FAHRURRAZI = OfficerOnDuty(uuid.UUID(int=0x6311_0002), "Fahrurrazi", frozenset({OfficerRole.PRINTING}))
MARIANI = OfficerOnDuty(uuid.UUID(int=0x6311_0003), "Hj. Mariani", frozenset({OfficerRole.COORDINATOR}))

FRIDAY = datetime(2026, 11, 20, 7, 8, tzinfo=UTC)
MONDAY = datetime(2026, 11, 22, 23, 52, tzinfo=UTC)
SHA = "ab" * 32


def plan(school: str, day: date, **more: object) -> VisitPlan:
    values = {"recording_officers": ("Rahmawati",), "coordinator": "Hj. Mariani", **more}
    return VisitPlan(SchoolDetails(school), day, **values)  # type: ignore[arg-type]


def pupils(store: Store, visit: uuid.UUID, count: int, *, first: int = 9001, born: date = date(2009, 5, 12)) -> None:
    """List that many pupils of 16 and over."""
    people = [
        RosterPerson(
            row=row,
            name=f"MURID {first + row}",
            birth_date=born,
            nik=f"631106{born.day + 40:02d}{born:%m%y}{first + row:04d}",
            sex="P",
            class_name="XII IPA 1",
        )
        for row in range(1, count + 1)
    ]
    file = lists.ListFile("daftar.xlsx", f"{first:064d}", mapping={"name": "Nama", "birth_date": "Tanggal Lahir"})
    store.run_now(lists.take, visit, people, file)


def stand(store: Store, visit: uuid.UUID, state: PupilState, count: int, *, skip: int = 0, **columns: object) -> None:
    """Put pupils of a visit at a step of the procedure, as their officers did over the days before."""

    def move(tx: Transaction) -> None:
        for row in Pupil.select().where(Pupil.visit == visit).order_by(Pupil.number).offset(skip).limit(count):
            change(pupil_row(row.id), state=state, **columns)
            if state is PupilState.CARD:
                seal(tx, row)

    store.run_now(move)


def seal(tx: Transaction, row: Pupil) -> None:
    """Give a pupil the sealed recording that her card is printed from."""
    held = Recording.create(person=row.person_id, pupil=row.id, opened_at=tx.now())
    Recording.update(stage=RecordingStage.SEALED, sealed_at=tx.now()).where(Recording.id == held.id).execute()


def describe(store: Store, visit: uuid.UUID, places: tuple[int, int], **columns: object) -> None:
    """Write what is known of the people at these places of a visit's list, first and last."""
    here = Pupil.select(Pupil.person).where((Pupil.visit == visit) & Pupil.number.between(*places))
    store.run_now(lambda tx: Person.update(**columns).where(Person.id.in_(here)).execute())


def pupil_at(store: Store, visit: uuid.UUID, place: int) -> uuid.UUID:
    """Return the pupil at that place of the list, from 1."""
    return store.run_now(lambda tx: Pupil.get((Pupil.visit == visit) & (Pupil.number == place)).id)


def attempt(store: Store, recording: uuid.UUID, section: Section, score: float | None) -> None:
    scores = tuple(PartScore(part, score) for part in PARTS[section])
    store.run_now(recordings.add_attempt, recording, section, scores, b"box", None, "SBI", SHA)


def cut_off(store: Store, visit: uuid.UUID, pupil: uuid.UUID) -> None:
    """Begin a recording that nobody ends: portrait, signature and left hand are taken, the right hand tried once."""
    store.run_now(timings.begin, 6, visit, pupil)
    recording = store.run_now(recordings.open_or_resume, pupil).id
    attempt(store, recording, Section.PORTRAIT, 70)
    store.run_now(recordings.keep_portrait, recording, 1)
    attempt(store, recording, Section.SIGNATURE, None)
    attempt(store, recording, Section.LEFT_SLAP, 60)
    attempt(store, recording, Section.RIGHT_SLAP, 10)


@asynccontextmanager
async def opened(
    store: Store,
    clock: VirtualClock,
    officer: OfficerOnDuty = RAHMAWATI,
    place: Place = Place.HOME,
    settings: Settings | None = None,
    training: bool = False,
) -> AsyncIterator[Pilot[object]]:
    """Run the application with an officer on duty in front of that place."""
    app = RekamApp(store, None, settings or Settings(), clock, first=lambda: screen_of(place), training=training)
    app.set_reactive(RekamApp.officer, officer)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        clock.advance(1)
        yield pilot


async def press(pilot: Pilot[object], *names: str) -> list[str]:
    """Press keys one second apart, as a person does; several letters in one name are a paste."""
    for name in names:
        pilot.app.clock.advance(1)  # type: ignore[attr-defined]
        await pilot.press(name)
    return await screen_text(pilot)
