"""An invented school for the tests of the store: its people, its list, its visit, and a clock that stands still."""

import uuid
from datetime import UTC, date, datetime, timedelta

from store import lists, search, visits
from store.roster.types import RosterPerson
from store.store import Store

DAY = date(2026, 11, 23)
"""The visit's day, a Monday; the clock stands in the morning of it at the school."""


class StandingClock:
    """A clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def plan(day: date = DAY, name: str = "SMA Contoh 1 Paringin", npsn: str | None = "69900001") -> visits.VisitPlan:
    return visits.VisitPlan(
        school=visits.SchoolDetails(name, npsn, district="Paringin"),
        day=day,
        recording_officers=("Rahmawati", "Syarifah"),
        coordinator="Hj. Mariani",
    )


def nik(number: int, born: date = date(2009, 5, 12), girl: bool = True) -> str:
    return f"631106{born.day + 40 * girl:02d}{born:%m%y}{number:04d}"


def person(row: int, name: str, born: date = date(2009, 5, 12), **more: str | None) -> RosterPerson:
    values: dict[str, str | None] = {
        "nik": nik(9000 + row, born),
        "sex": "P",
        "birth_place": "PARINGIN",
        "mother": f"IBU {row}",
        "father": "BAHRUDIN",
        "class_name": "XII IPA 1",
        "birth_certificate": f"6311-LT-0911-{9000 + row}",
        **more,
    }
    return RosterPerson(row=row, name=name, birth_date=born, **values)


def list_file(letter: str = "a") -> lists.ListFile:
    return lists.ListFile("daftar.xlsx", letter * 64, mapping={"name": "Nama", "birth_date": "Tanggal Lahir"})


def take(store: Store, visit: uuid.UUID, *people: RosterPerson, letter: str = "a") -> lists.Taken:
    return store.run_now(lists.take, visit, people, list_file(letter))


def pupil_of(store: Store, visit: uuid.UUID, number: int) -> uuid.UUID:
    return store.run_now(search.search, str(number), visit).found[0].row.pupil
