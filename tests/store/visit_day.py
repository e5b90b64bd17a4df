"""A school with pupils at a step of the procedure, for the tests of what the store does with them there."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

from store.models.core import Journal
from store.models.people import Person, Pupil, School, Visit
from store.progress import PupilState, Sex, VisitState, queue_key
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
    return Store.in_memory(clock or VirtualClock(), officer=FAHRURRAZI, roles=roles)


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
        return Pupil.create(
            visit=visit, person=person.id, number=number, class_name=class_name, state=state, queue_key=key
        ).id

    return store.run_now(make)


def state_of(store: Store, pupil: uuid.UUID) -> PupilState:
    return store.run_now(lambda tx: Pupil.get_by_id(pupil).state)


def events(store: Store) -> list[str]:
    """Return what the journal says, in order."""
    return store.run_now(lambda tx: [row.event for row in Journal.select().order_by(Journal.seq)])
