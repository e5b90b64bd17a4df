"""Step 7 through a real cupsd with our backend in front: what the scheduler forgets, the ledger knows."""

from __future__ import annotations

import asyncio
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from card_office import QueueBus
from printing_ground import MONDAY, Desk, desk, pupil_at_7, visit_of
from scheduler import Scheduler

from hw.card_ledger import CardLedger
from hw.card_printer import IppCardPrinter
from hw.types import JobOutcome
from store import card_queue, cards
from store.cards import JobState
from store.store import Store
from tui.screens.printing import PrintingScreen

pytestmark = pytest.mark.peer("cupsd", "lpadmin", "lpstat")

CARD = b"%PDF-1.4\n" + bytes(range(256)) * 40


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    with tempfile.TemporaryDirectory(prefix="cups-") as folder:
        Path(folder).chmod(0o755)
        scheduler = Scheduler(Path(folder))
        scheduler.start()
        scheduler.add_queue()
        yield scheduler
        scheduler.close()


def driver(scheduler: Scheduler) -> IppCardPrinter:
    return IppCardPrinter(scheduler.address, CardLedger(scheduler.ledger))


async def sent(scheduler: Scheduler, token: str) -> JobOutcome:
    """Send a card as the program would, and wait for what the scheduler says in the end."""
    await driver(scheduler).send(token, CARD)
    while True:
        outcome = await driver(scheduler).outcome(token)
        if outcome not in (JobOutcome.PENDING, JobOutcome.PROCESSING):
            return outcome
        await asyncio.sleep(0.02)


@asynccontextmanager
async def cut_off(
    folder: Path, scheduler: Scheduler, meanwhile: Callable[[str], None] = lambda _token: None
) -> AsyncIterator[tuple[Desk, str]]:
    """Sit down at a desk where one card was noted before the program was killed; gives its token too."""
    token: list[uuid.UUID] = []

    def prepare(store: Store) -> None:
        _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
        pupil_at_7(store, visit, "AKHMAD MAULANA", date(2009, 11, 11))
        row = store.run_now(card_queue.next_ready)
        assert row is not None
        token.append(store.run_now(cards.start_job, row.pupil).token)
        meanwhile(str(token[0]))

    async with desk(folder, PrintingScreen, prepare, bus=QueueBus(scheduler.address, scheduler.ledger)) as here:
        yield here, str(token[0])


def state(here: Desk, token: str) -> JobState:
    return here.store.run_now(cards.job, uuid.UUID(token)).state


async def test_a_card_that_the_scheduler_never_got_is_free_to_be_printed(tmp_path: Path, scheduler: Scheduler) -> None:
    async with cut_off(tmp_path, scheduler) as (here, token):
        await here.until(lambda _shown: state(here, token) is JobState.FAILED)
        assert here.store.run_now(cards.unresolved) == (), "nobody has to look into a tray"
        assert await sent(scheduler, token) is JobOutcome.HELD, "should it arrive after all, it is not printed"
        await here.press("enter")
        await here.press("c")
        await here.until(lambda shown: "► 4 kartu di tangan" in shown[17])
        (made,) = scheduler.cards()
        assert made != token
        await here.press(*"7303", "enter")
        assert here.store.run_now(cards.unresolved) == ()


async def test_a_card_made_by_a_scheduler_that_forgot_it_is_in_hand(tmp_path: Path, scheduler: Scheduler) -> None:
    def meanwhile(token: str) -> None:
        (scheduler.ledger / token).write_text("begun 2026-11-23T03:05:00Z 7\nended 2026-11-23T03:05:40Z 0\n")

    async with cut_off(tmp_path, scheduler, meanwhile) as (here, token):
        await here.until(lambda _shown: state(here, token) is JobState.ENGINE_DONE)
        shown = await here.press("enter")
        assert "► 4 kartu di tangan" in shown[17]


async def test_a_card_begun_of_which_nobody_saw_the_end_needs_a_look_into_the_tray(
    tmp_path: Path, scheduler: Scheduler
) -> None:
    def meanwhile(token: str) -> None:
        (scheduler.ledger / token).write_text("begun 2026-11-23T03:05:00Z 7\n")

    async with cut_off(tmp_path, scheduler, meanwhile) as (here, token):
        await here.until(lambda _shown: state(here, token) is JobState.UNKNOWN)
        assert scheduler.cards() == []


async def test_a_scheduler_without_its_ledger_proves_nothing(tmp_path: Path, scheduler: Scheduler) -> None:
    scheduler.ledger.rmdir()
    async with cut_off(tmp_path, scheduler) as (here, token):
        await here.until(lambda _shown: state(here, token) is JobState.UNKNOWN)


async def test_the_ledger_forgets_only_what_ended_long_ago(tmp_path: Path, scheduler: Scheduler) -> None:
    ended: list[str] = []
    long_ago = (MONDAY - timedelta(days=500)).timestamp()
    stranger = "0199e6a5-7d1c-7000-8000-000000000001"

    def prepare(store: Store) -> None:
        _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
        for name in ("AKHMAD MAULANA", "NORLATIFAH"):
            pupil_at_7(store, visit, name, date(2009, 11, 11))
            row = store.run_now(card_queue.next_ready)
            assert row is not None
            ended.append(str(store.run_now(cards.start_job, row.pupil).token))
            store.run_now(cards.job_unknown, uuid.UUID(ended[-1]))
            store.run_now(cards.put_aside, uuid.UUID(ended[-1]))
        store.run_now(cards.no_card_came, uuid.UUID(ended[0]))
        for token in (*ended, stranger):
            file = scheduler.ledger / token
            file.write_text("begun 2025-01-06T03:05:00Z 7\n")
            os.utime(file, (long_ago, long_ago))

    async with desk(tmp_path, PrintingScreen, prepare, bus=QueueBus(scheduler.address, scheduler.ledger)) as here:
        await here.until(lambda _shown: not (scheduler.ledger / ended[0]).exists())
        assert sorted(file.name for file in scheduler.ledger.iterdir()) == sorted((ended[1], stranger))
        assert state(here, ended[1]) is JobState.UNKNOWN


async def test_a_queue_that_vanished_is_said_and_nothing_is_noted(tmp_path: Path, scheduler: Scheduler) -> None:
    def prepare(store: Store) -> None:
        _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
        pupil_at_7(store, visit, "AKHMAD MAULANA", date(2009, 11, 11))

    async with desk(tmp_path, PrintingScreen, prepare, bus=QueueBus(scheduler.address, scheduler.ledger)) as here:
        await here.until(lambda shown: "AKHMAD MAULANA" in shown[5])
        await here.press("enter")
        scheduler.drop_queue()
        shown = await here.press("c")
        assert "Printer: antreannya hilang. Kartu belum dikirim. Buat lagi di CUPS" in shown[22], shown[22]
        assert here.store.run_now(cards.unresolved) == ()
        scheduler.add_queue()
        await here.press("c")
        await here.until(lambda shown: "► 4 kartu di tangan" in shown[17])
