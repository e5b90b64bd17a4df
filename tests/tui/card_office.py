"""One card at a real queue, printed by a program that may be killed: the same officer before and after.

Run as a program it prints the card on the store and queue of a folder, and kills itself at one of the store's commits.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from book import screen_text
from printing_ground import KEYS, MONDAY, pupil_at_7, visit_of
from scheduler import Scheduler, until_still
from textual.pilot import Pilot

from hw.card_ledger import CardLedger
from hw.card_printer import IppCardPrinter
from hw.types import Attached, Device, Role
from store import cards, stock
from store.cards import JobState, JobView
from store.folder import Folder
from store.models.people import Pupil
from store.progress import PupilState
from store.sealing import Seals
from store.stock import StockKind
from store.store import Store
from store.transaction import OfficerRole, Transaction
from tui.app import RekamApp
from tui.duty import OfficerOnDuty
from tui.frame import FrameScreen
from tui.screens.card import CardScreen
from tui.screens.printing import PrintingScreen
from tui.screens.unknown_card import UnknownCardScreen
from tui.settings import Settings

BLANKS = 212
_KEY = b"\x07" * 32
_OFFICER = uuid.UUID(int=0x6311_0007)
_ROLES = frozenset({OfficerRole.PRINTING})
_PACE = 20.0
"""Seconds at the office in one of ours."""


class QuickClock:
    """The office's time, which runs faster than ours and goes on while nobody works."""

    def __init__(self, epoch: float) -> None:
        self._epoch = epoch

    def now(self) -> datetime:
        return MONDAY + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.time() - self._epoch) * _PACE

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / _PACE)


class QueueBus:
    """Announces the scheduler's queue as the only device."""

    def __init__(self, address: str, ledger: Path) -> None:
        self._address = address
        self._ledger = ledger

    async def watch(self) -> AsyncIterator[tuple[Attached, ...]]:
        yield (Attached("kartu", Role.CARD_PRINTER, "ipp", "Kartu", self._address),)

    async def open(self, attached: Attached) -> Device:
        return IppCardPrinter(attached.address, CardLedger(self._ledger))


@dataclass(frozen=True)
class Office:
    """A laptop's folder, its queue, and the tray of the machine; written down for the next process."""

    folder: str
    address: str
    ledger: str
    tray: str
    epoch: float

    @classmethod
    def found(cls, folder: Path, scheduler: Scheduler) -> Office:
        """Make the store with one pupil whose card is ready."""
        made = cls(str(folder), scheduler.address, str(scheduler.ledger), str(scheduler.tray), time.time())
        store = Store.open(folder / "data.db", _KEY, QuickClock(made.epoch), create=True)
        store.sign_in(_OFFICER, _ROLES)
        _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
        pupil_at_7(store, visit, "AKHMAD MAULANA", date(2009, 11, 11))
        for kind, quantity in ((StockKind.BLANK, BLANKS), (StockKind.RIBBON, 411), (StockKind.FILM, 97)):
            store.run_now(stock.receive, kind, quantity, "A0117303")
        store.close()
        (folder / "office.json").write_text(json.dumps(asdict(made)))
        return made

    @classmethod
    def read(cls, folder: Path) -> Office:
        """Read what the other process wrote down."""
        return cls(**json.loads((folder / "office.json").read_text()))

    def made(self) -> list[str]:
        """Return the tokens of the cards in the tray."""
        tray = Path(self.tray)
        return [line.split()[0] for line in tray.read_text().splitlines()] if tray.exists() else []


class Officer:
    """Who prints the card: sends it, looks into the tray, and tells the program what lies there."""

    def __init__(self, office: Office, store: Store, pilot: Pilot[object]) -> None:
        self.office = office
        self.store = store
        self._pilot = pilot

    async def settled(self) -> JobView | None:
        """Wait until the program itself goes no further; return the card that waits for the officer, if one does."""
        while True:
            job = self._job()
            if job is None or job.state in (JobState.ENGINE_DONE, JobState.UNKNOWN):
                return job
            await asyncio.sleep(0.02)

    async def finish(self) -> None:
        """Print the card, whatever stands in the way, until the officer holds it and it is counted."""
        while not self.store.run_now(_in_hand):
            screen, job = self._screen, await self.settled()
            if isinstance(screen, CardScreen | UnknownCardScreen) and job is not None:
                if not screen.entry.expected:
                    await self._look()
                elif not await self._comes(job):
                    await self._press("b")
                    await self._press("y")
                else:
                    await self._press(*screen.entry.expected[-4:], "enter")
            elif isinstance(screen, CardScreen):
                await self._press("c")
            elif isinstance(screen, PrintingScreen):
                await self._press("enter")
            else:
                await self._look()

    async def _comes(self, job: JobView) -> bool:
        """Stand at the machine until it is still, and look into the tray."""
        await asyncio.to_thread(until_still, Path(self.office.ledger))
        return str(job.token) in self.office.made()

    def _job(self) -> JobView | None:
        unresolved = self.store.run_now(cards.unresolved)
        return unresolved[0] if unresolved else None

    @property
    def _screen(self) -> FrameScreen:
        return cast(FrameScreen, self._pilot.app.screen)

    async def _press(self, *names: str) -> None:
        for name in names:
            await self._pilot.press(name)
        await self._look()

    async def _look(self) -> None:
        await asyncio.sleep(1 / _PACE)  # an answer to a question that has just come up would not count
        await screen_text(self._pilot)


@asynccontextmanager
async def at_work(office: Office, prepare: Callable[[Store], None] = lambda _store: None) -> AsyncIterator[Officer]:
    """Start the program at the queue of cards, with the printing officer on duty."""
    clock = QuickClock(office.epoch)
    store = await asyncio.to_thread(Store.open, Path(office.folder) / "data.db", _KEY, clock)
    store.sign_in(_OFFICER, _ROLES)
    prepare(store)
    bus = QueueBus(office.address, Path(office.ledger))
    app = RekamApp(store, bus, Settings(), clock, folder=Folder(Path(office.folder) / "data"), first=PrintingScreen)
    app.officer = OfficerOnDuty(_OFFICER, "Fahrurrazi", _ROLES)
    app.seals, app.printing_key = Seals(KEYS.public), KEYS.printing
    async with app.run_test(size=(80, 24)) as pilot:
        while not app.equipment:
            await pilot.pause(0.01)
        yield Officer(office, store, pilot)
    await asyncio.to_thread(store.close)


def _in_hand(_tx: Transaction) -> bool:
    return Pupil.select().where(Pupil.state == PupilState.CARD).count() == 0


def doom(store: Store, commit: int, moment: str) -> None:
    """Let the process die at a commit that changes something: just `before` it, or `after` it was made."""
    database: Any = store._database
    commit_now, done, seen = database.commit, 0, 0

    def dying() -> None:
        nonlocal done, seen
        total = database.connection().total_changes
        changed, seen = total != seen, total
        done += changed
        if changed and done == commit and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit_now()
        if changed and done == commit and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)

    database.commit = dying


async def main(folder: Path, commit: int, moment: str) -> None:
    """Print the card, and die where it was said."""
    async with at_work(Office.read(folder), lambda store: doom(store, commit, moment)) as officer:
        await officer.finish()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
