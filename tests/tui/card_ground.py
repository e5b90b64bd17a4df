"""The card screen's two pupils, and the ways to a card that is open, sent, or in hand."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

from printing_ground import Desk, as_coordinator, pupil_at_7, visit_of

from store import cards, settings
from store.progress import Sex
from store.store import Store

READ = {"check": True, "capture_output": True, "text": True}
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
    pupil_at_7(store, visit, "AKHMAD MAULANA", date(2009, 11, 11), **MAULANA)
    pupil_at_7(store, visit, "GT. ABDURRAHMAN", date(2009, 11, 12), sex=Sex.MALE)
    as_coordinator(store, settings.change, "stock.film_low", 100)


async def opened(here: Desk, name: str = "AKHMAD MAULANA") -> list[str]:
    """Open the first card of the queue."""
    await here.until(lambda shown: name in shown[5])
    return await here.press("enter")


async def in_hand(here: Desk) -> list[str]:
    """Send the first card and wait until the machine is done with it."""
    await opened(here)
    await here.press("c")
    return await here.until(lambda shown: "► 4" in shown[17])


def job_of(here: Desk, name: str = "AKHMAD MAULANA") -> cards.JobView:
    return next(one for one in here.store.run_now(cards.unresolved) if one.name == name)


async def sent(here: Desk) -> list[str]:
    """Return the names of all jobs that the printer ever got."""
    return [job["name"] for job in (await here.kit.state())["jobs"]]


def read(card: Path, *command: str) -> str:
    return subprocess.run([*command, str(card), *(["-"] if command[0] == "pdftotext" else [])], **READ).stdout
