"""What an office does once: one command as root puts our backend in front of the card printer's queue."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from scheduler import OURS, QUEUE, Scheduler
from test_cups import CARD, driver, ended

from hw.types import DeviceState, JobOutcome

INSTALL = OURS.with_name("install")

pytestmark = [
    pytest.mark.peer("cupsd", "lpadmin", "lpstat"),
    pytest.mark.skipif(os.geteuid() != 0, reason="installing is the administrator's"),
]


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    """Run a laptop's CUPS on which nothing of ours is installed yet."""
    with tempfile.TemporaryDirectory(prefix="cups-") as made:
        Path(made).chmod(0o755)
        scheduler = Scheduler(Path(made))
        backend(scheduler).unlink()
        scheduler.ledger.rmdir()
        scheduler.start()
        yield scheduler
        scheduler.close()


def backend(scheduler: Scheduler, name: str = "rekam17") -> Path:
    return scheduler.folder / "bin" / "backend" / name


def install(scheduler: Scheduler, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "CUPS_SERVER": f"127.0.0.1:{scheduler.port}",
        "CUPS_SERVERBIN": str(scheduler.folder / "bin"),
        "REKAM17_CARDS": str(scheduler.ledger),
        "REKAM17_GROUP": "lp",
    }
    return subprocess.run([INSTALL, *arguments], env=environment, capture_output=True, text=True, check=False)


async def prints_once(scheduler: Scheduler) -> None:
    printer, token = driver(scheduler), str(uuid.uuid4())
    await printer.send(token, CARD)
    assert await ended(printer, token) is JobOutcome.DONE
    await printer.send(token, CARD)
    scheduler.until_held()
    assert scheduler.cards().count(token) == 1


async def test_a_queue_made_with_the_makers_driver_gets_our_backend_in_front(scheduler: Scheduler) -> None:
    scheduler.add_queue("paper:/tray", policy="retry-job")
    assert await driver(scheduler).weakness() == "unguarded"
    ran = install(scheduler, QUEUE)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "card_printer" in ran.stdout
    assert "rekam17:/paper:/tray" in scheduler.queues()
    assert await driver(scheduler).weakness() == ""
    assert await driver(scheduler).probe() is DeviceState.READY
    await prints_once(scheduler)
    assert stat.filemode(scheduler.ledger.stat().st_mode) == "drwxrws---"
    assert stat.filemode(backend(scheduler).stat().st_mode) == "-rwxr-xr-x"


async def test_installing_again_changes_nothing_and_forgets_no_card(scheduler: Scheduler) -> None:
    for _time in range(2):
        assert install(scheduler, QUEUE, "paper:/tray").returncode == 0
        await prints_once(scheduler)
        assert install(scheduler, QUEUE).returncode == 0
    assert "rekam17:/paper:/tray" in scheduler.queues()
    assert len(list(scheduler.ledger.iterdir())) == 2


async def test_where_the_printers_backend_needs_root_ours_is_run_as_root_too(scheduler: Scheduler) -> None:
    backend(scheduler, "paper").chmod(0o744)  # as Debian has it for usb
    assert install(scheduler, QUEUE, "paper:/tray").returncode == 0
    assert stat.filemode(backend(scheduler).stat().st_mode) == "-rwxr--r--"
    await prints_once(scheduler)
    (entry,) = scheduler.ledger.iterdir()
    assert stat.filemode(entry.stat().st_mode) == "-rw-rw----"
    assert entry.owner() == "root"
    assert entry.group() == "lp", "the officers' group can read it"


async def test_an_officer_outside_the_group_is_told_that_the_ledger_is_shut(scheduler: Scheduler) -> None:
    assert install(scheduler, QUEUE, "paper:/tray").returncode == 0
    shutil.rmtree(scheduler.ledger)
    assert await driver(scheduler).weakness() == "ledger"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "which queue"),
        (("-x",), "which queue"),
        (("missing",), "there is no queue missing"),
        ((QUEUE, "nothing:/here"), "no backend of CUPS serves"),
        ((QUEUE, "paper"), "no backend of CUPS serves"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_installed(
    scheduler: Scheduler, arguments: tuple[str, ...], said: str
) -> None:
    ran = install(scheduler, *arguments)
    assert ran.returncode == 1
    assert said in ran.stderr
    assert not backend(scheduler).exists()
    assert not scheduler.ledger.exists()
