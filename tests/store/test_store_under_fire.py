"""Two officers at once, and kill -9 in the middle of writing: nothing acknowledged is lost, nobody sees a lock."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store import journal
from store.clock import SystemClock
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
