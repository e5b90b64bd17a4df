"""Two officers at once, and kill -9 in the middle of writing: nothing acknowledged is lost, nobody sees a lock."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store import journal
from store.clock import SystemClock
from store.errors import Reason
from store.models.people import School
from store.store import Store
from store.transaction import Transaction

KEY = bytes(range(1, 33))
PROVE = os.environ.get("REKAM17_PROVE") == "1"
WRITER = Path(__file__).with_name("writer.py")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "rekam17.db"
    Store.open(made, KEY, SystemClock(), create=True).close()
    return made


def start(path: Path, who: str, count: int) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, str(WRITER), str(path), KEY.hex(), who, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def names(transaction: Transaction) -> set[str]:
    return {school.name for school in School.select(School.name)}


@pytest.mark.timeout(3600 if PROVE else 120)
def test_two_officers_write_at_once_and_neither_meets_a_lock(path: Path) -> None:
    count = 20_000 if PROVE else 400
    writers = [start(path, who, count) for who in ("Rahmawati", "Hendra")]
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    results = [writer.communicate() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert [error for _, error in results] == ["", ""]
    store = Store.open(path, KEY, SystemClock())
    assert len(store.run_now(names)) == 2 * count
    verdict = store.run_now(journal.verify)
    assert verdict.good
    assert verdict.entries == 2 * count
    store.close()


@pytest.mark.parametrize("round_", range(100 if PROVE else 4))
def test_kill_9_loses_nothing_that_was_acknowledged(path: Path, round_: int) -> None:
    writer = start(path, "Siti", 1_000_000)
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write("go\n")
    writer.stdin.flush()
    for _ in range(7 + round_ * 23 % 200):
        last = int(writer.stdout.readline())
    writer.kill()
    rest = [line for line in writer.stdout.read().split("\n")[:-1] if line]
    last = int(rest[-1]) if rest else last
    writer.communicate()
    store = Store.open(path, KEY, SystemClock())
    found = store.run_now(names)
    assert found >= {f"Siti {number}" for number in range(last + 1)}
    assert len(found) <= last + 2
    verdict = store.run_now(journal.verify)
    assert verdict.good
    assert verdict.entries == len(found)
    store.close()


FAULTS = [
    ("fsync", "error=EIO", Reason.IO),
    ("fsync", "signal=KILL", None),
    ("pwrite64", "error=ENOSPC", Reason.FULL),
    ("pwrite64", "error=EIO", Reason.IO),
    ("pwrite64", "signal=KILL", None),
]


@pytest.mark.peer("strace")
@pytest.mark.parametrize("nth", range(1, 120, 3) if PROVE else (2, 14))
@pytest.mark.parametrize(("call", "fault", "reason"), FAULTS)
def test_the_disk_fails_at_any_write_or_sync(
    path: Path, tmp_path: Path, call: str, fault: str, reason: Reason | None, nth: int
) -> None:
    """The nth call fails once, or kills; what was acknowledged is there, what was refused is not, and work goes on."""
    inject = f"inject={call}:{fault}:when={nth}"
    strace = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", f"trace={call}", "-e", inject]
    command = [*strace, sys.executable, str(WRITER), str(path), KEY.hex(), "Siti", "30"]
    done = subprocess.run(command, input="go\n", capture_output=True, text=True, check=False)
    lines = done.stdout.split()
    acknowledged = {f"Siti {line}" for line in lines if line.isdigit()}
    if reason is not None:
        assert (done.returncode, done.stderr) == (0, "")
        if "closed" in lines:  # SQLite calls no room for its shared memory an I/O error
            assert lines in (["closed", reason.value], ["closed", "io"])
        else:
            refused = [lines[at + 1] for at, line in enumerate(lines) if line == "refused"]
            assert refused in ([reason.value], [])  # a checkpoint that fails is made up for by the next one
            assert len(acknowledged) == 30 - len(refused)
    store = Store.open(path, KEY, SystemClock())
    found = store.run_now(names)
    verdict = store.run_now(journal.verify)
    store.close()
    assert found >= acknowledged
    assert len(found) <= len(acknowledged) + 1  # killed between commit and word
    assert verdict.good
    assert verdict.entries == len(found)
