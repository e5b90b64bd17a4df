"""Step 7 under fire: the program killed at every commit of a card, cupsd killed with -9 at every point of its job.

After each kill the program is started again, and the officer goes on until she holds the card. No card twice, none
lost, and what the program says in between is true of the tray.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from card_office import BLANKS, Office, Officer, at_work
from real_terminal import ROOT
from scheduler import QUEUE, Scheduler, backends

from hw.card_ledger import CardLedger
from hw.card_printer import IppCardPrinter
from hw.types import JobOutcome
from store import journal, stock
from store.cards import CardState, JobState
from store.models.cards import Card, PrintJob
from store.transaction import Transaction

PROVE = os.environ.get("REKAM17_PROVE") == "1"
pytestmark = [
    pytest.mark.peer("cupsd", "lpadmin", "lpstat"),
    pytest.mark.long,
    pytest.mark.timeout(3 * 3600 if PROVE else 300),
]

_UNDER_WAY = (JobOutcome.PENDING, JobOutcome.PROCESSING, JobOutcome.STOPPED)
COMMITS = 11
"""So many commits change something on the way of an undisturbed card; one that was disturbed may have more."""
POINTS = ("never", "spooled", "claimed", "begun", "made", "power")
"""When cupsd is killed; at `power` together with the program and its backends."""


@dataclass(frozen=True)
class Run:
    """Who is killed, and where."""

    interval: int
    commit: int
    moment: str
    point: str
    seconds: float

    @classmethod
    def all(cls, interval: int) -> list[Run]:
        """Every commit with every point, or a handful of them; the machine's pace goes round."""
        kills = [(commit, moment) for commit in range(1, COMMITS + 1) for moment in ("before", "after")]
        runs = [
            cls(interval, commit, moment, point, (0, 0.2, 0.5)[number % 3])
            for number, ((commit, moment), point) in enumerate(itertools.product(kills, POINTS))
        ]
        return runs if PROVE else random.Random(interval).sample(runs, 3)


@pytest.mark.parametrize("interval", [0, 30], ids=["written at once", "written late"])
async def test_no_card_twice_and_none_lost_whoever_is_killed(
    interval: int, record_property: Callable[[str, object], None]
) -> None:
    runs = Run.all(interval)
    ends: Counter[str] = Counter()
    kills: Counter[str] = Counter()
    for run in runs:
        with office_folder() as folder:
            ends[await fire(folder, run, kills)] += 1
    record_property(
        "counted",
        f"cards with DirtyCleanInterval {interval}: {len(runs)} runs, killed: {_told(kills)}; said then: {_told(ends)};"
        f" {len(runs)} cards in hand, 0 twice, 0 lost",
    )


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{what} {number}" for what, number in sorted(counted.items()))


@contextmanager
def office_folder() -> Iterator[Path]:
    """Make a folder that the scheduler's user may enter."""
    with tempfile.TemporaryDirectory(prefix="cups-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def fire(folder: Path, run: Run, kills: Counter[str]) -> str:
    """Make one run, check all of it, and return what the program said after the kill."""
    scheduler = Scheduler(folder, clean_interval=run.interval)
    scheduler.start()
    scheduler.add_queue()
    scheduler.stop()  # a laptop's queue was written down long ago
    scheduler.start()
    try:
        scheduler.printer(seconds=run.seconds)
        office = Office.found(folder, scheduler)
        async with program(folder, run) as process:
            if await reached(scheduler, run.point, process):
                kills["cupsd"] += 1
                scheduler.kill()
                scheduler.start()
            kills["the program"] += await process.wait() == -signal.SIGKILL
        if run.point == "power":
            kills["all at once"] += 1
            scheduler.kill(with_backends=True)
            scheduler.start()
        assert QUEUE in scheduler.queues(), run
        async with at_work(office) as officer:
            said = await true_to_the_tray(officer, scheduler, run)
            await officer.finish()
            jobs = officer.store.run_now(_jobs)
            assert officer.store.run_now(journal.verify).good, run
            assert officer.store.run_now(_valid_cards) == 1, run
            assert officer.store.run_now(stock.balance).blank.closing == BLANKS - 1, run
        await nothing_comes_any_more(scheduler, jobs, run)
        return said
    finally:
        scheduler.close()


@asynccontextmanager
async def program(folder: Path, run: Run) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the program that dies at a commit."""
    here = ROOT / "tests"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(here / "tui" / "card_office.py"),
        str(folder),
        str(run.commit),
        run.moment,
        env=os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(here), str(here / "tui")))},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def reached(scheduler: Scheduler, point: str, process: asyncio.subprocess.Process) -> bool:
    """Wait until the card's job is at the point; not when it does not get there any more."""
    there: dict[str, Callable[[], bool]] = {
        "spooled": lambda: any(file.name.startswith("d") for file in (scheduler.folder / "spool").iterdir()),
        "claimed": lambda: any(scheduler.ledger.iterdir()),
        "begun": lambda: bool(scheduler.begun()),
        "made": lambda: bool(scheduler.cards()),
    }
    if point not in there:
        return False
    patience = 100
    while not there[point]():
        patience -= process.returncode is not None and not backends(scheduler.ledger)
        if not patience:
            return False
        await asyncio.sleep(0.01)
    return True


async def true_to_the_tray(officer: Officer, scheduler: Scheduler, run: Run) -> str:
    """Check what the program says of the card before anybody has looked, and return it."""
    await officer.settled()
    jobs = officer.store.run_now(_jobs)
    assert len(jobs) <= 1, f"{run}: sent again by itself"
    if not jobs:
        return "nothing was noted"
    ((token, state),) = jobs.items()
    if state is JobState.FAILED:
        assert token not in scheduler.begun(), f"{run}: said never to have been sent"
    if state in (JobState.ENGINE_DONE, JobState.PRINTED):
        assert scheduler.cards() == [token], f"{run}: said to be made"
    return {
        JobState.FAILED: "never sent",
        JobState.ENGINE_DONE: "in the tray",
        JobState.UNKNOWN: "look in the tray",
        JobState.PRINTED: "counted before the kill",
    }[state]


async def nothing_comes_any_more(scheduler: Scheduler, jobs: dict[str, JobState], run: Run) -> None:
    """Kill the scheduler once more, and let it come to rest: one card lies there, and each job ended as it is."""
    scheduler.kill()
    scheduler.start()
    printer = IppCardPrinter(scheduler.address, CardLedger(scheduler.ledger))
    for token in jobs:
        await came_to_rest(printer, token)
    scheduler.until_idle()
    printed = [token for token, state in jobs.items() if state is JobState.PRINTED]
    assert len(printed) == 1, f"{run}: {jobs}"
    assert scheduler.cards() == printed, f"{run}: {jobs}"
    assert set(jobs.values()) <= {JobState.PRINTED, JobState.FAILED}, f"{run}: {jobs}"
    assert max(Counter(scheduler.begun()).values()) == 1, run


async def came_to_rest(printer: IppCardPrinter, token: str) -> None:
    """Ask until the scheduler does nothing more with a card."""
    while True:
        if await printer.outcome(token) not in _UNDER_WAY:
            return
        await asyncio.sleep(0.02)


def _jobs(_tx: Transaction) -> dict[str, JobState]:
    return {str(row.id): row.state for row in PrintJob.select().order_by(PrintJob.noted_at)}


def _valid_cards(_tx: Transaction) -> int:
    return Card.select().where(Card.state == CardState.VALID).count()
