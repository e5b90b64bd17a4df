"""Stores of any size to measure on: real tables and triggers, filled without the journal, which no list reads."""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from store import visits
from store.clock import SystemClock
from store.identity import uuid7
from store.models.table import write_many
from store.progress import PupilState, queue_key
from store.store import ALL_ROLES, KEY_BYTES, Store
from store.transaction import Transaction

MANY = int(os.environ.get("REKAM17_BENCH_PUPILS", "1000000"))
KEY = b"\x07" * KEY_BYTES
A_VISIT = 50_000
_FIRST = tuple("AKHMAD ABDUL MUHAMMAD NOR SITI RAUDAH HALIMATUS JUMIATI NOOR LATIFAH RUSDIANA MAHRITA".split())
_LAST = tuple("MAULANA HADI AINI RIPANI FITRIANI ASIAH HANUM RAHMAH KHATIMAH FAUZAN LAILA WAHIDAH".split())


def fill(store: Store, pupils: int) -> uuid.UUID:
    """Fill the store with that many pupils on lists of 50,000 and return the first visit."""
    store.sign_in(None, ALL_ROLES)
    first: uuid.UUID | None = None
    for start in range(0, pupils, A_VISIT):
        visit = store.run_now(_visit, f"SMA Ukur {start // A_VISIT}")
        store.run_now(_list, visit, start, min(A_VISIT, pupils - start))
        first = first or visit
    assert first is not None
    return first


def open_filled(path: Path, pupils: int) -> tuple[Store, uuid.UUID]:
    """Make a store of that size in a file."""
    store = Store.open(path, KEY, SystemClock(), create=True)
    return store, fill(store, pupils)


def _visit(tx: Transaction, school: str) -> uuid.UUID:
    plan = visits.VisitPlan(visits.SchoolDetails(school), tx.today(), recording_officers=("Rahmawati",))
    visit = visits.create(tx, plan)
    visits.fix_schedule(tx, visit, ())
    return visit


def _list(tx: Transaction, visit: uuid.UUID, start: int, count: int) -> None:
    del tx
    chance = random.Random(start)
    people: list[tuple[object, ...]] = []
    pupils: list[tuple[object, ...]] = []
    for number in range(1, count + 1):
        person = uuid7().bytes
        name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)} {chance.choice(_LAST)}"
        born = date(2009, 1 + number % 12, 1 + number % 28)
        nik = f"{(start + number) % 1_000_000:06d}{born:%d%m%y}{number % 10_000:04d}"
        people.append((person, nik, name, born.isoformat()))
        class_name = f"XII {number % 30:02d}"
        key = queue_key(PupilState.CHECK, None, class_name, number)
        pupils.append((uuid7().bytes, visit.bytes, person, number, class_name, PupilState.CHECK.value, key))
    write_many("INSERT INTO person (id, nik, name, birth_date) VALUES (?, ?, ?, ?)", people)
    write_many(
        "INSERT INTO pupil (id, visit_id, person_id, number, class_name, state, queue_key, source, put_off, papers_kk, "
        "papers_certificate, same_name, twin, same_name_checked, incomplete, recorded) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, 0, 0, 0, 0, 0)",
        pupils,
    )


def keystrokes(text: str) -> Iterator[str]:
    """Yield what stands in the search after each key."""
    for end in range(1, len(text) + 1):
        yield text[:end]
