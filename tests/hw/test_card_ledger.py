"""The ledger of cards, and the backend that keeps it, run as the program it is: each token goes through once."""

from __future__ import annotations

import os
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scheduler import OURS

from hw.card_ledger import CardLedger, LedgerUnreadable
from hw.types import CardFate

TOKEN = "0199e6a5-7d1c-7000-8000-000000000001"
OTHER = "0199e6a5-7d1c-7000-8000-000000000002"
NOW = datetime(2026, 11, 23, 3, 6, tzinfo=UTC)
_MACHINE = '#!/bin/sh\ncat >/dev/null; echo "$DEVICE_URI|$*" >> {tray}; exit {status}\n'


class Machine:
    """A folder of backends with ours and one printer's in it, and the ledger between them."""

    def __init__(self, folder: Path, status: int = 0) -> None:
        self.tray = folder / "tray"
        self.ledger = CardLedger(folder / "ledger")
        self._bin = folder / "bin"
        self.ledger.folder.mkdir()
        (self._bin / "backend").mkdir(parents=True)
        self.printer(_MACHINE.format(tray=self.tray, status=status))

    def printer(self, script: str) -> None:
        file = self._bin / "backend" / "paper"
        file.write_text(script)
        file.chmod(0o755)

    def print(self, title: str = TOKEN, *, copies: str = "1", uri: str = "rekam17:/paper://tray/1") -> tuple[int, str]:
        environment = {"DEVICE_URI": uri, "CUPS_SERVERBIN": str(self._bin), "REKAM17_CARDS": str(self.ledger.folder)}
        ran = subprocess.run(
            [OURS, "12", "rahmawati", title, copies, "media=cr80"],
            env=environment | {"PATH": os.environ["PATH"]},
            input="%PDF-1.4 a card",
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stderr

    @property
    def cards(self) -> list[str]:
        return self.tray.read_text().splitlines() if self.tray.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_card_goes_to_the_printers_own_backend_and_is_noted(machine: Machine) -> None:
    assert machine.ledger.fate(TOKEN) is CardFate.NOT_BEGUN
    assert machine.print() == (0, "")
    assert machine.cards == [f"paper://tray/1|12 rahmawati {TOKEN} 1 media=cr80"]
    assert machine.ledger.fate(TOKEN) is CardFate.PASSED_ON


def test_the_same_token_is_held_and_never_sent_again(machine: Machine) -> None:
    machine.print()
    status, said = machine.print()
    assert status == 3, "the scheduler holds the job"
    assert "look in the tray" in said
    assert len(machine.cards) == 1
    assert machine.print(OTHER)[0] == 0, "another card is printed"


def test_twenty_schedulers_at_once_make_one_card(machine: Machine) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = [status for status, _said in pool.map(lambda _: machine.print(), range(20))]
    assert sorted(statuses) == [0, *[3] * 19]
    assert len(machine.cards) == 1


def test_a_withdrawn_card_is_never_sent(machine: Machine) -> None:
    assert machine.ledger.withdraw(TOKEN, NOW) is CardFate.WITHDRAWN
    assert machine.print()[0] == 3
    assert machine.cards == []
    assert machine.ledger.fate(TOKEN) is CardFate.WITHDRAWN
    assert machine.ledger.withdraw(TOKEN, NOW) is CardFate.WITHDRAWN, "saying it again changes nothing"


def test_what_was_begun_cannot_be_withdrawn(machine: Machine) -> None:
    machine.print()
    assert machine.ledger.withdraw(TOKEN, NOW) is CardFate.PASSED_ON


@pytest.mark.parametrize("status", [1, 2, 4, 5])
def test_the_printers_own_failure_is_noted_and_passed_on(tmp_path: Path, status: int) -> None:
    machine = Machine(tmp_path, status)
    assert machine.print()[0] == status
    assert machine.ledger.fate(TOKEN) is CardFate.FAILED


@pytest.mark.parametrize("status", [6, 7])
def test_a_printer_that_asks_to_be_tried_again_is_not(tmp_path: Path, status: int) -> None:
    machine = Machine(tmp_path, status)
    assert machine.print()[0] == 3
    assert len(machine.cards) == 1


def test_a_backend_killed_in_mid_card_leaves_it_begun(machine: Machine) -> None:
    machine.printer("#!/bin/sh\nkill -9 $PPID\n")
    assert machine.print()[0] == -9
    assert machine.ledger.fate(TOKEN) is CardFate.BEGUN
    assert machine.print()[0] == 3


@pytest.mark.parametrize("title", ["Test Page", "", "../../etc/passwd", TOKEN.upper(), f"{{{TOKEN}}}", TOKEN + "\n"])
def test_a_job_of_anybody_else_uses_up_no_blank(machine: Machine, title: str) -> None:
    assert machine.print(title)[0] == 5, "cancelled"
    assert machine.cards == []
    assert list(machine.ledger.folder.iterdir()) == []


def test_a_job_of_two_copies_is_cancelled_before_the_first(machine: Machine) -> None:
    assert machine.print(copies="2")[0] == 5
    assert machine.cards == []


@pytest.mark.parametrize(
    "uri",
    ["", "paper://tray", "rekam17:/", "rekam17:/gone://tray", "rekam17:/rekam17:/paper:/t", "rekam17:/../paper:/t"],
)
def test_a_queue_that_leads_nowhere_is_stopped(machine: Machine, uri: str) -> None:
    assert machine.print(uri=uri)[0] == 4
    assert machine.cards == []
    assert machine.ledger.fate(TOKEN) is CardFate.NOT_BEGUN, "the card may still be printed once the queue is right"


def test_without_a_ledger_nothing_is_printed_and_nothing_concluded(machine: Machine) -> None:
    machine.ledger.folder.rmdir()
    status, said = machine.print()
    assert status == 4
    assert "nothing was sent" in said
    assert machine.cards == []
    with pytest.raises(LedgerUnreadable):
        machine.ledger.fate(TOKEN)
    with pytest.raises(LedgerUnreadable):
        machine.ledger.withdraw(TOKEN, NOW)


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.peer("strace")
def test_a_disk_that_fails_sends_nothing(machine: Machine, call: str) -> None:
    """The token's line cannot be written, or nobody knows whether it would survive: then no card either."""
    environment = {
        "DEVICE_URI": "rekam17:/paper://tray/1",
        "CUPS_SERVERBIN": str(machine.tray.parent / "bin"),
        "REKAM17_CARDS": str(machine.ledger.folder),
        "PATH": os.environ["PATH"],
    }
    trace = ["strace", "-qq", "-o", "/dev/null", "-e", f"inject={call}:error=ENOSPC:when=1"]
    ran = subprocess.run([*trace, OURS, "12", "r", TOKEN, "1", ""], env=environment, input="x", text=True, check=False)
    assert ran.returncode == 4
    assert machine.cards == []


def test_a_line_that_a_power_cut_has_cut_counts_as_begun(machine: Machine) -> None:
    for text in ("", "beg", "begun 2026-11-23T03:06:00Z 12\nended 2026-11-23T03:07:00Z 0", "\x00" * 40):
        (machine.ledger.folder / TOKEN).write_text(text)
        assert machine.ledger.fate(TOKEN) is CardFate.BEGUN


def test_only_settled_cards_that_are_long_past_leave_the_ledger(machine: Machine) -> None:
    machine.print()
    machine.print(OTHER)
    long_ago = (NOW - timedelta(days=500)).timestamp()
    for token in (TOKEN, OTHER):
        os.utime(machine.ledger.folder / token, (long_ago, long_ago))
    (machine.ledger.folder / "README").write_text("somebody's")
    assert sorted(machine.ledger.long_past(NOW)) == [TOKEN, OTHER]
    assert machine.ledger.prune([TOKEN, "0199e6a5-7d1c-7000-8000-000000000003"], NOW) == 1
    assert machine.ledger.fate(TOKEN) is CardFate.NOT_BEGUN
    assert machine.ledger.fate(OTHER) is CardFate.PASSED_ON, "the store has not settled it"
    assert machine.ledger.prune([OTHER], NOW - timedelta(days=490)) == 0, "it is not long past"
    assert machine.ledger.long_past(NOW - timedelta(days=490)) == ()


def test_a_token_is_never_a_path(machine: Machine) -> None:
    with pytest.raises(ValueError, match="UUID"):
        machine.ledger.fate("../tray")


def test_the_backend_names_itself_to_whoever_looks_for_devices() -> None:
    ran = subprocess.run([OURS], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("direct rekam17 ")
    assert OURS.stat().st_mode & stat.S_IXOTH, "it runs as the scheduler's user, not as root"
