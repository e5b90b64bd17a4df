"""A school with pupils at a step of the procedure, for the tests of what the store does with them there."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

from store.models.core import Journal, Officer
from store.models.people import Person, Pupil, School, Visit
from store.models.recording import Attempt, AttemptScore, Recording
from store.progress import PupilState, Sex, VisitState, queue_key
from store.sections import Part, RecordingStage, Section
from store.store import Store
from store.transaction import OfficerRole, Transaction

MONDAY = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 08.00 in Balangan
RAHMAWATI = uuid.UUID(int=0x6311_0001)
FAHRURRAZI = uuid.UUID(int=0x6311_0002)
MARIANI = uuid.UUID(int=0x6311_0003)


class VirtualClock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.at = MONDAY
        self.seconds = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.forward(seconds)

    def forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds


def open_store(clock: VirtualClock | None = None, roles: frozenset[OfficerRole] = frozenset(OfficerRole)) -> Store:
    store = Store.in_memory(clock or VirtualClock(), officer=FAHRURRAZI, roles=roles)
    store.run_now(_officers)
    return store


def _officers(_tx: Transaction) -> None:
    for officer, name in ((RAHMAWATI, "Rahmawati"), (FAHRURRAZI, "Fahrurrazi"), (MARIANI, "Hj. Mariani")):
        Officer.create(id=officer, name=name)


def a_visit(store: Store, school: str = "SMA CONTOH 1", **columns: object) -> uuid.UUID:
    def make(tx: Transaction) -> uuid.UUID:
        held = School.create(name=school)
        ordinal = Visit.select().count() + 1
        values = {"ordinal": ordinal, "state": VisitState.FIXED, "day": date(2026, 11, 23), "created_at": tx.now()}
        return Visit.create(school=held.id, **{**values, **columns}).id

    return store.run_now(make)


def a_pupil(
    store: Store,
    visit: uuid.UUID,
    name: str = "NORHAYATI",
    state: PupilState = PupilState.RECORD,
    *,
    born: date = date(2009, 5, 12),
    status: str | None = None,
    marital_status: str | None = None,
    class_name: str = "XII IPA 2",
    recorded_here: bool = True,
) -> uuid.UUID:
    def make(tx: Transaction) -> uuid.UUID:
        number = Pupil.select().where(Pupil.visit == visit).count() + 1
        serial = Person.select().count() + 9001
        person = Person.create(
            nik=f"631106{born:%d%m%y}{serial}",
            name=name,
            sex=Sex.FEMALE,
            birth_place="PARINGIN",
            birth_date=born,
            status_code=status,
            marital_status=marital_status,
        )
        key = queue_key(state, None, class_name, number)
        pupil = Pupil.create(
            visit=visit, person=person.id, number=number, class_name=class_name, state=state, queue_key=key
        ).id
        if recorded_here and state in _RECORDED:
            sealed_portrait(tx, person.id, pupil)
        return pupil

    return store.run_now(make)


_RECORDED = (PupilState.CARD, PupilState.HANDOVER, PupilState.DONE)


def sealed_portrait(
    tx: Transaction, person: uuid.UUID, pupil: uuid.UUID, portrait: bytes = b"box", signature: bytes | None = None
) -> None:
    """Give a pupil the sealed recording that a card needs, with these boxes for the printing key."""
    held = Recording.create(person=person, pupil=pupil, opened_at=tx.now(), confirmed_at=tx.now())
    boxes = ((Section.PORTRAIT, Part.FACE, portrait), (Section.SIGNATURE, Part.SIGNATURE, signature))
    for section, part, box in boxes:
        if box is not None:
            attempt = Attempt.create(
                recording=held.id, section=section, number=1, round=1, at=tx.now(), sha256="0" * 64, sealed=box
            )
            AttemptScore.create(attempt=attempt.id, part=part, score=90)
    Recording.update(stage=RecordingStage.SEALED, sealed_at=tx.now()).where(Recording.id == held.id).execute()


def state_of(store: Store, pupil: uuid.UUID) -> PupilState:
    return store.run_now(lambda tx: Pupil.get_by_id(pupil).state)


def events(store: Store) -> list[str]:
    """Return what the journal says, in order."""
    return store.run_now(lambda tx: [row.event for row in Journal.select().order_by(Journal.seq)])
