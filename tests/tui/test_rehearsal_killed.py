"""A rehearsal killed with -9 at its steps and in between goes on where it was: nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from rehearsal_ground import Rehearsal, niks_in

from store import counts, journal, visits
from store.journal import EMPTY, Head

pytestmark = pytest.mark.long

PROVE = os.environ.get("REKAM17_PROVE") == "1"
STEPS = ("logged in", "1", "2", "3", "the centre", "7", "8")
SMOKE = (("1", 0.2), ("2", 3.0), ("the centre", 1.5))
"""After the announced line, so many seconds: in the middle of the kit's check, of a recording, of a card."""
MOST = 60.0
"""Seconds in which every announced line of so small a school has come."""


@dataclass(frozen=True)
class Seen:
    """What was acknowledged before a kill: the journal's end, and what the store counted."""

    head: Head = EMPTY
    step: int = 0
    recorded: int = 0
    printed: int = 0
    handed_over: int = 0


def look(rehearsal: Rehearsal) -> Seen:
    """Read what the store holds at this moment, and that its chain is whole."""
    if not (rehearsal.data / "ready").exists():
        return Seen()
    with rehearsal.store() as store:
        verdict = store.run_now(journal.verify)
        assert verdict.good
        total = store.run_now(counts.of_all)
        home = store.run_now(visits.home, closed=True).visits
        step = home[0].step if home else 0
        return Seen(verdict.head, step, total.recorded, total.printed, total.handed_over)


def nothing_lost(rehearsal: Rehearsal, before: Seen) -> Seen:
    """Check that all that was seen before is there still, line by line of the chain."""
    now = look(rehearsal)
    if before.head != EMPTY:
        with rehearsal.store() as store:
            assert store.run_now(journal.verify, known=before.head).good
    assert now.head.seq >= before.head.seq
    assert now.step >= before.step
    assert now.recorded >= before.recorded
    assert now.printed >= before.printed
    assert now.handed_over >= before.handed_over
    return now


def kill_after(rehearsal: Rehearsal, line: str, seconds: float) -> tuple[Seen, bool]:
    """Run on, and kill so many seconds after that line; tell what was seen just before, and whether it ran on that far.

    A rehearsal that was over before ended well.
    """
    process = rehearsal.start()
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        for said in process.stdout:
            if said.strip().startswith(line):
                break
        else:
            assert process.wait(MOST) == 0, process.stderr.read()
            return look(rehearsal), False
        try:
            assert process.wait(seconds) == 0, process.stderr.read()
        except subprocess.TimeoutExpired:
            seen = look(rehearsal)
            process.send_signal(signal.SIGKILL)
            process.wait()
            return seen, True
        return look(rehearsal), False
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def finished(rehearsal: Rehearsal, before: Seen) -> None:
    """Let the rehearsal come to its end, and compare what it achieved with the school."""
    process = rehearsal.start("--json")
    _out, complaints = process.communicate(timeout=4 * MOST)
    assert process.returncode == 0, complaints
    end = nothing_lost(rehearsal, before)
    recorded, printed = rehearsal.to_be_recorded(), rehearsal.to_be_printed()
    assert (end.recorded, end.printed, end.handed_over) == (len(recorded), len(printed), len(printed))
    cards = [niks_in(card) for card in rehearsal.tray]
    assert sorted(nik for card in cards for nik in card) == sorted(one.nik for one in printed), "one card a person"
    minutes = list(rehearsal.out.rglob("BAST*.pdf"))
    assert sorted(niks_in(minutes[0])) == sorted(one.nik for one in printed)
    assert len(minutes) == 1


@pytest.mark.peer("pdftotext")
def test_a_killed_rehearsal_goes_on_where_it_was(tmp_path: Path) -> None:
    rehearsal, seen = Rehearsal(tmp_path, pupils=3), Seen()
    kills = 0
    for line, seconds in SMOKE:
        before, killed = kill_after(rehearsal, line, seconds)
        seen = nothing_lost(rehearsal, before)
        kills += killed
    assert kills, "it was never killed"
    finished(rehearsal, seen)


@pytest.mark.peer("pdftotext")
@pytest.mark.skipif(not PROVE, reason="many kills: make prove")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(5))
def test_a_rehearsal_killed_at_every_step_and_in_between(tmp_path: Path, seed: int) -> None:
    rehearsal, seen = Rehearsal(tmp_path, pupils=5, seed=seed), Seen()
    chance = random.Random(seed)
    for line in STEPS:
        killed = True
        for _time in range(4):
            before, killed = kill_after(rehearsal, line if killed else "logged in", chance.uniform(0, 8))
            assert before.head.seq >= seen.head.seq
            seen = nothing_lost(rehearsal, before)
    finished(rehearsal, seen)
