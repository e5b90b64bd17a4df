"""Step 7's printer as an office has it: cupsd, our backend, the ipp backend and a real IPP Everywhere printer."""

from __future__ import annotations

import asyncio
import tempfile
import uuid
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from everywhere import NAMES, EverywherePrinter
from scheduler import QUEUE, Scheduler

from hw.card_ledger import CardLedger
from hw.card_printer import IppCardPrinter
from hw.types import CardFate, JobOutcome, Marker, PrinterStatus

pytestmark = [
    pytest.mark.peer("cupsd", "lpadmin", "lpstat", "ippeveprinter", "ipptool", "dbus-daemon"),
    pytest.mark.long,  # the ipp backend looks at its printer only every few seconds
]

CARD = b"%PDF-1.4\n" + bytes(range(256)) * 40
_UNDER_WAY = (JobOutcome.PENDING, JobOutcome.PROCESSING, JobOutcome.STOPPED)


class Office:
    """A laptop's queue and the printer behind it."""

    def __init__(self, folder: Path) -> None:
        (folder / "cups").mkdir(mode=0o755)
        self.scheduler = Scheduler(folder / "cups")
        self.printer = EverywherePrinter(folder / "printer")
        self.driver = IppCardPrinter(self.scheduler.address, CardLedger(self.scheduler.ledger))

    def add_queue(self) -> None:
        self.scheduler.add_queue(f"rekam17:/{self.printer.address}")

    async def status(self, holds: Callable[[PrinterStatus], bool]) -> PrinterStatus:
        """Ask until the queue says it; pytest's own limit ends a wait in vain."""
        while True:
            if holds(status := await self.driver.status()):
                return status
            await asyncio.sleep(0.05)

    async def ended(self, token: str) -> JobOutcome:
        while True:
            if (outcome := await self.driver.outcome(token)) not in _UNDER_WAY:
                self.scheduler.until_idle()
                return outcome
            await asyncio.sleep(0.05)

    async def fate(self, token: str) -> CardFate | None:
        return await self.driver.settle(token, datetime.now(UTC))

    async def ended_without_a_card(self, token: str) -> None:
        """See that a spoiled job is told as that, or as passed on: never as more.

        The ipp backend looks at its printer only now and then and reports as finished what it did not see end; that
        is why no outcome proves a card, only its serial does.
        """
        outcome, fate = await self.ended(token), await self.fate(token)
        assert outcome in (JobOutcome.CANCELED, JobOutcome.ABORTED, JobOutcome.DONE)
        assert fate is (CardFate.PASSED_ON if outcome is JobOutcome.DONE else CardFate.FAILED)
        assert self.printer.begun().count(token) == 1
        assert token not in self.printer.cards()

    @asynccontextmanager
    async def card(self, *feels: str, does: str = "wait") -> AsyncGenerator[str, None]:
        """Send a card, and wait until it lies in the printer that feels so."""
        token = str(uuid.uuid4())
        self.printer.feels(*feels)
        self.printer.does(does)
        await self.driver.send(token, CARD)
        await asyncio.to_thread(self.printer.until_begun, token)
        try:
            yield token
        finally:
            self.printer.feels()
            self.printer.does("print")


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with tempfile.TemporaryDirectory(prefix="cups-") as made:
        folder = Path(made)
        folder.chmod(0o755)  # the scheduler's user goes in
        office = Office(folder)
        try:
            office.printer.start()
            office.scheduler.start()
            office.add_queue()
            yield office
        finally:
            office.scheduler.close()
            office.printer.close()


async def test_a_card_comes_out_whole_and_its_supplies_are_told(office: Office) -> None:
    async with office.card(does="print") as token:
        assert await office.ended(token) is JobOutcome.DONE
    assert office.printer.cards().count(token) == 1
    assert (office.printer.folder / "tray").read_text().splitlines()[-1] == f"{token} {len(CARD)}"
    assert await office.fate(token) is CardFate.PASSED_ON
    status = await office.status(lambda status: bool(status.markers))
    assert [(marker.name, marker.kind) for marker in status.markers] == list(
        zip(NAMES, ("ribbonWax", "transferUnit"), strict=True)
    )


@pytest.mark.parametrize("reason", ["media-empty", "cover-open", "marker-supply-empty", "media-jam"])
async def test_what_stops_the_printer_is_told_and_the_card_waits_in_it(office: Office, reason: str) -> None:
    async with office.card(f"STATE: +{reason}-error") as token:
        await office.status(lambda status: reason in status.reasons)
        assert await office.driver.outcome(token) in _UNDER_WAY
        assert token not in office.printer.cards()
        office.printer.feels(f"STATE: -{reason}-error")
        await office.status(lambda status: reason not in status.reasons)
        office.printer.does("print")
        assert await office.ended(token) is JobOutcome.DONE
    assert office.printer.cards().count(token) == 1
    assert await office.fate(token) is CardFate.PASSED_ON


async def test_a_ribbon_that_runs_low_stops_nothing(office: Office) -> None:
    async with office.card("STATE: +marker-supply-low-warning", "ATTR: marker-levels=5,74") as token:
        low = Marker(NAMES[0], "ribbonWax", 5)
        status = await office.status(lambda status: "marker-supply-low" in status.reasons and low in status.markers)
        assert status.state == "processing"
        office.printer.does("print")
        assert await office.ended(token) is JobOutcome.DONE
        office.printer.feels("STATE: -marker-supply-low-warning", "ATTR: marker-levels=100,74")
    assert office.printer.cards().count(token) == 1


async def test_a_card_cancelled_at_the_printer_counts_as_none_and_is_not_sent_again(office: Office) -> None:
    async with office.card() as token:
        await asyncio.to_thread(office.printer.cancel)
        office.printer.does("spoil")
        await office.ended_without_a_card(token)


async def test_a_card_that_the_printer_spoils_counts_as_none_and_is_not_sent_again(office: Office) -> None:
    async with office.card(does="spoil") as token:
        await office.ended_without_a_card(token)


async def test_a_printer_that_is_not_there_gets_the_card_when_it_comes(office: Office) -> None:
    office.printer.pull()
    token = str(uuid.uuid4())
    await office.driver.send(token, CARD)
    await asyncio.to_thread(office.scheduler.until_claimed, token)
    assert token not in office.printer.begun()
    office.printer.start()
    assert await office.ended(token) is JobOutcome.DONE
    assert office.printer.cards().count(token) == 1


async def test_a_printer_gone_in_mid_card_gets_no_second_one(office: Office) -> None:
    async with office.card() as token:
        office.printer.pull()
        office.printer.does("print")
        office.printer.start()
        # The ipp backend takes a job that the printer has forgotten for a finished one: only the serial proves a card.
        assert await office.ended(token) is JobOutcome.DONE
        assert "cups-ipp-missing-job-history" in (await office.driver.status()).reasons
    assert office.printer.begun().count(token) == 1
    assert office.printer.cards().count(token) == 0


async def test_a_scheduler_killed_in_mid_card_does_not_send_it_again(office: Office) -> None:
    async with office.card() as token:
        office.scheduler.kill()
        office.scheduler.start()
        if QUEUE not in office.scheduler.queues():
            office.add_queue()
        office.printer.does("print")
        office.scheduler.until_idle()
        outcome, fate = await office.ended(token), await office.fate(token)
    assert office.printer.begun().count(token) == 1
    assert office.printer.cards().count(token) == 1
    assert fate is CardFate.PASSED_ON, outcome
