"""Step 7 by key presses, on a real store and an emulated printer on its wire: each card once, by its serial."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from printing_ground import Desk, desk, pupil_at_7, visit_of

from store import cards, stock
from store.cards import JobState
from store.progress import Sex
from store.store import Store
from tui.screens.printing import PrintingScreen

MAULANA = {
    "sex": Sex.MALE,
    "address": "DESA CONTOH",
    "rt": "002",
    "rw": "001",
    "village": "DESA CONTOH",
    "district": "PARINGIN",
    "religion": "ISLAM",
    "marital_status": "BELUM KAWIN",
    "occupation": "PELAJAR",
    "blood_type": "A",
}


def two_pupils(store: Store) -> None:
    _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
    pupil_at_7(store, visit, "AKHMAD MAULANA", date(2009, 11, 1), **MAULANA)
    pupil_at_7(store, visit, "GT. ABDURRAHMAN", date(2009, 11, 11), sex=Sex.MALE)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, PrintingScreen, two_pupils) as made:
        yield made


def job_of(here: Desk, name: str = "AKHMAD MAULANA") -> cards.JobView:
    return next(one for one in here.store.run_now(cards.unresolved) if one.name == name)


async def test_one_card_from_the_queue_to_the_serial(here: Desk) -> None:
    shown = await here.until(lambda shown: "AKHMAD MAULANA" in shown[5])
    shown = await here.press("enter")
    here.machine.free.clear()
    await here.press("c")
    shown = await here.until(lambda shown: "► 3" in shown[16])
    here.machine.free.set()
    shown = await here.until(lambda shown: "► 4" in shown[17])
    assert len(here.tray) == 1
    shown = await here.press(*"7303")
    shown = await here.press("enter")
    assert here.store.run_now(stock.balance).blank.printed == 1
