"""Taking in a list of 10,000 pupils, against raw sqlite writing the same pupil, journal, outbox and search rows."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from bench.ratio import Ratio
from store import lists, visits
from store.clock import SystemClock
from store.roster.types import RosterPerson
from store.store import ALL_ROLES, KEY_BYTES, Store

PUPILS = 10_000
GOAL = 3.0


def run() -> Iterator[Ratio]:
    """Measure both in turns on files in the same folder, best of five: a neighbour's load falls on both."""
    people = tuple(_person(number) for number in range(PUPILS))
    with tempfile.TemporaryDirectory() as folder:
        ours, peer = zip(
            *[
                (_ours(Path(folder) / f"ours{turn}.db", people), _raw(Path(folder) / f"raw{turn}.db", people))
                for turn in range(5)
            ],
            strict=True,
        )
    yield Ratio("10,000 pupils taken in / raw sqlite, same rows", min(ours) * 1000, min(peer) * 1000, GOAL)


def _person(number: int) -> RosterPerson:
    born = date(2009, 1 + number % 12, 1 + number % 28)
    return RosterPerson(
        row=number + 7,
        name=f"MURID {number:05d}",
        nik=f"631106{born:%d%m%y}{number % 10_000:04d}" if number < 9_999 else None,
        birth_date=born,
        class_name=f"XII {number % 30}",
        mother=f"IBU {number}",
    )


def _ours(path: Path, people: Sequence[RosterPerson]) -> float:
    store = Store.open(path, b"\x07" * KEY_BYTES, SystemClock(), create=True)
    try:
        store.sign_in(None, ALL_ROLES)
        school = visits.SchoolDetails("SMA Ukur")
        plan = visits.VisitPlan(school, date.today(), recording_officers=("Rahmawati",))  # noqa: DTZ011
        visit = store.run_now(visits.create, plan)
        file = lists.ListFile("ukur.xlsx", "0" * 64, "Sheet1")
        begun = time.perf_counter()
        taken = store.run_now(lists.take, visit, people, file)
        spent = time.perf_counter() - begun
        assert taken.new == len(people), taken
        return spent
    finally:
        store.close()


def _raw(path: Path, people: Sequence[RosterPerson]) -> float:
    """Write what the store writes for each pupil with nothing in between: no encryption, no ORM, no triggers."""
    database = sqlite3.connect(path)
    database.executescript(
        "PRAGMA journal_mode=wal; PRAGMA synchronous=full;"
        "CREATE TABLE person (id BLOB PRIMARY KEY, nik TEXT UNIQUE, name TEXT, birth_date TEXT, mother TEXT);"
        "CREATE INDEX person_name ON person (name); CREATE INDEX person_born ON person (birth_date);"
        "CREATE TABLE pupil (id BLOB PRIMARY KEY, visit BLOB, person BLOB, number INT, class TEXT, state TEXT,"
        " key TEXT);"
        "CREATE UNIQUE INDEX p1 ON pupil (visit, person); CREATE UNIQUE INDEX p2 ON pupil (visit, number);"
        "CREATE INDEX p3 ON pupil (visit, key); CREATE INDEX p4 ON pupil (visit, state, key);"
        "CREATE INDEX p5 ON pupil (visit, class, state, key); CREATE INDEX p6 ON pupil (person);"
        "CREATE TABLE journal (seq INTEGER PRIMARY KEY, at TEXT, event TEXT, subject BLOB, facts TEXT, hash BLOB);"
        "CREATE TABLE outbox (id BLOB PRIMARY KEY, seq INT, kind TEXT, subject BLOB, payload TEXT);"
        "CREATE VIRTUAL TABLE search USING fts5(words, content='', detail=none, prefix='1 2 3 4 5 6 7 8');"
    )
    visit, chain = uuid.uuid4().bytes, b""
    begun = time.perf_counter()
    with database:
        for number, one in enumerate(people, 1):
            person, pupil = uuid.uuid4().bytes, uuid.uuid4().bytes
            born = one.birth_date.isoformat() if one.birth_date else ""
            database.execute("INSERT INTO person VALUES (?,?,?,?,?)", (person, one.nik, one.name, born, one.mother))
            database.execute(
                "INSERT INTO pupil VALUES (?,?,?,?,?,?,?)",
                (pupil, visit, person, number, one.class_name, "check", f"{one.class_name}{number:07d}"),
            )
            facts = json.dumps({"person": person.hex(), "name": one.name, "nik": one.nik, "number": number})
            chain = hashlib.sha256(chain + facts.encode()).digest()
            database.execute(
                "INSERT INTO journal VALUES (?,?,?,?,?,?)",
                (number, "2026-11-23T02:42:00.000Z", "pupil.listed", pupil, facts, chain),
            )
            database.execute(
                "INSERT INTO outbox VALUES (?,?,?,?,?)", (uuid.uuid4().bytes, number, "pupil.listed", pupil, facts)
            )
            words = f"{one.name} {one.nik or ''} {(one.nik or '')[-4:]}"
            database.execute("INSERT INTO search (rowid, words) VALUES (?,?)", (number, words))
    spent = time.perf_counter() - begun
    database.close()
    return spent
