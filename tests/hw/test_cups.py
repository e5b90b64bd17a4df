"""Each card once through a real cupsd with our backend, whenever the scheduler is killed."""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scheduler import QUEUE, Scheduler

from hw.card_ledger import CardLedger
from hw.card_printer import IppCardPrinter
from hw.types import CardFate, DeviceGone, JobOutcome

pytestmark = pytest.mark.peer("cupsd", "lpadmin", "lpstat")

CARD = b"%PDF-1.4\n" + bytes(range(256)) * 40
_ENDED = (JobOutcome.DONE, JobOutcome.ABORTED, JobOutcome.CANCELED, JobOutcome.HELD, JobOutcome.NOT_FOUND)
_PROVE = os.environ.get("REKAM17_PROVE") == "1"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Name a folder that the scheduler's user may enter; pytest's own is shut to it."""
    with tempfile.TemporaryDirectory(prefix="cups-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def scheduler(folder: Path) -> Iterator[Scheduler]:
    scheduler = Scheduler(folder)
    scheduler.start()
    scheduler.add_queue()
    yield scheduler
    scheduler.close()


def driver(scheduler: Scheduler) -> IppCardPrinter:
    return IppCardPrinter(scheduler.address, CardLedger(scheduler.ledger))


async def ended(printer: IppCardPrinter, token: str) -> JobOutcome:
    while True:
        outcome = await printer.outcome(token)
        if outcome in _ENDED:
            return outcome
        await asyncio.sleep(0.02)


async def test_a_card_passes_through_the_scheduler(scheduler: Scheduler) -> None:
    printer, token = driver(scheduler), str(uuid.uuid4())
    await printer.send(token, CARD)
    assert await ended(printer, token) is JobOutcome.DONE
    assert scheduler.cards() == [token]
    assert await printer.settle(token, datetime.now(UTC)) is CardFate.PASSED_ON


async def test_the_scheduler_holds_a_second_job_of_the_same_card(scheduler: Scheduler) -> None:
    printer, token = driver(scheduler), str(uuid.uuid4())
    await printer.send(token, CARD)
    assert await ended(printer, token) is JobOutcome.DONE
    await printer.send(token, CARD)
    scheduler.until_held()
    assert scheduler.cards() == [token]
    assert await ended(printer, token) is JobOutcome.DONE, "of two jobs the one that made the card counts"


async def test_a_card_is_known_by_its_name_when_the_scheduler_has_put_it_out_of_its_memory(
    scheduler: Scheduler,
) -> None:
    printer, token = driver(scheduler), str(uuid.uuid4())
    await printer.send(token, CARD)
    assert await ended(printer, token) is JobOutcome.DONE
    scheduler.until_unloaded(1)
    assert await printer.outcome(token) is JobOutcome.DONE


async def test_a_card_whose_second_job_is_held_is_never_forgotten(scheduler: Scheduler) -> None:
    printer, token, done = driver(scheduler), str(uuid.uuid4()), str(uuid.uuid4())
    for sent in (done, token, token):
        await printer.send(sent, CARD)
        await ended(printer, sent)
    scheduler.until_held()
    in_years = datetime.now(UTC) + timedelta(days=500)
    assert sorted(await printer.long_past(in_years)) == sorted((token, done))
    assert await printer.forget([token, done], in_years) == 1
    assert [entry.name for entry in scheduler.ledger.iterdir()] == [token]
    assert await printer.forget([token], datetime.now(UTC)) == 0


async def test_a_withdrawn_card_that_arrives_late_is_held(scheduler: Scheduler) -> None:
    printer, token = driver(scheduler), str(uuid.uuid4())
    assert await printer.settle(token, datetime.now(UTC)) is CardFate.WITHDRAWN
    await printer.send(token, CARD)
    assert await ended(printer, token) is JobOutcome.HELD
    assert scheduler.cards() == []


async def test_a_printer_that_gives_up_is_told_and_the_card_stays_doubtful(scheduler: Scheduler) -> None:
    scheduler.printer(status=1)
    printer, token = driver(scheduler), str(uuid.uuid4())
    await printer.send(token, CARD)
    assert await ended(printer, token) is JobOutcome.ABORTED
    assert await printer.settle(token, datetime.now(UTC)) is CardFate.FAILED


async def test_a_job_of_anybody_else_comes_to_nothing(scheduler: Scheduler) -> None:
    printer = driver(scheduler)
    await printer.send("Laporan bulanan.pdf", CARD)
    assert await ended(printer, "Laporan bulanan.pdf") is JobOutcome.CANCELED
    assert scheduler.begun() == []


async def test_a_queue_without_our_backend_has_no_ledger(scheduler: Scheduler) -> None:
    scheduler.add_queue("paper://tray/1")
    assert await driver(scheduler).settle(str(uuid.uuid4()), datetime.now(UTC)) is None
    assert list(scheduler.ledger.iterdir()) == [], "nothing was claimed"


@pytest.mark.parametrize("interval", [0, 30], ids=["written at once", "written late"])
@pytest.mark.parametrize("seed", range(50 if _PROVE else 2))
async def test_a_killed_scheduler_makes_no_card_twice_and_loses_none(folder: Path, interval: int, seed: int) -> None:
    """Two cards a run, the scheduler killed with -9 somewhere between sending and the end, and started again.

    Its backends outlive it or, as when the power goes, end with it. Whatever it forgot or sends again: one card at most
    for a token, and every token ends as something that is true.
    """
    luck = random.Random(f"{interval} {seed}")
    scheduler = Scheduler(folder, clean_interval=interval)
    scheduler.start()
    scheduler.add_queue()
    try:
        scheduler.printer(seconds=luck.choice((0, 0.1, 0.3)))
        printer = driver(scheduler)
        tokens = [str(uuid.UUID(int=luck.getrandbits(128), version=4)) for _card in range(2)]
        for token in tokens:
            sending = asyncio.create_task(printer.send(token, CARD))
            if luck.random() < 0.5:
                await asyncio.wait({sending})
            await asyncio.sleep(luck.random() * 0.5)
            scheduler.kill(with_backends=luck.random() < 0.3)
            await asyncio.gather(sending, return_exceptions=True)
            if luck.random() < 0.5:
                scheduler.until_idle()
            scheduler.start()
            if QUEUE not in scheduler.queues():
                scheduler.add_queue()
        for token in tokens:
            outcome = await ended(printer, token)
            scheduler.until_idle()
            fate = await printer.settle(token, datetime.now(UTC))
            made = scheduler.cards().count(token)
            assert made <= 1, f"twice: {outcome}, {fate}"
            if outcome is JobOutcome.DONE:
                assert made == 1
            if fate is CardFate.WITHDRAWN:
                assert token not in scheduler.begun(), "what is said never to have been sent was not even begun"
            if fate is CardFate.PASSED_ON:
                assert made == 1
            if made == 1:
                assert fate in (CardFate.PASSED_ON, CardFate.BEGUN)
            assert fate is not CardFate.NOT_BEGUN
    finally:
        scheduler.close()


async def test_a_scheduler_that_is_gone_is_said(scheduler: Scheduler) -> None:
    scheduler.kill()
    with pytest.raises(DeviceGone):
        await driver(scheduler).settle(str(uuid.uuid4()), datetime.now(UTC))
    assert list(scheduler.ledger.iterdir()) == [], "nothing was claimed"
