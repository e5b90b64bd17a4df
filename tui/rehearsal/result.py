"""What a rehearsal achieved, read back from the store after it was closed and opened again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from store import card_queue, counts, timings, visits
from store.clock import Clock
from store.keyring import Keyring
from store.procedure import STEPS
from store.store import Store
from store.transaction import Transaction
from tui.training.ground import PASSPHRASE, Ground


@dataclass(frozen=True)
class StepResult:
    """How often a step was carried out, and how many virtual seconds it took in all and may take each time."""

    step: int
    runs: int
    elapsed_s: float
    standard_s: int


@dataclass(frozen=True)
class Result:
    """The counts of a whole rehearsal; `wall_s` is real time, `documents` are the paths of the PDFs."""

    pupils: int
    recorded: int
    printed: int
    handed_over: int
    waiting: int
    wall_s: float
    steps: tuple[StepResult, ...]
    documents: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return asdict(self)


def read_back(ground: Ground, clock: Clock, documents: Path, wall_s: float) -> Result:
    """Open the store anew and count: what is not in the file did not happen."""
    keyring = Keyring(ground.folder)
    first = keyring.officers()[0]
    opened = keyring.unlock(first.id, PASSPHRASE, clock.now())
    store = Store.open(ground.folder.database, opened.database_key, clock)
    try:
        store.sign_in(first.id, first.roles)
        total, waiting, steps = store.run_now(_count)
    finally:
        store.close()
    made = sorted(str(path) for path in documents.rglob("*.pdf"))
    return Result(
        pupils=total.pupils,
        recorded=total.recorded,
        printed=total.printed,
        handed_over=total.handed_over,
        waiting=waiting,
        wall_s=round(wall_s, 3),
        steps=steps,
        documents=tuple(made),
    )


def _count(tx: Transaction) -> tuple[counts.Counts, int, tuple[StepResult, ...]]:
    queue = card_queue.counts(tx)
    runs: defaultdict[int, int] = defaultdict(int)
    spent: defaultdict[int, float] = defaultdict(float)
    for visit in visits.home(tx, closed=True).visits:
        for line in timings.summary(tx, visit.visit):
            runs[line.step] += line.runs
            spent[line.step] += line.runs * (line.average_seconds or 0)
    steps = tuple(StepResult(s.number, runs[s.number], round(spent[s.number], 1), s.standard_seconds) for s in STEPS)
    return counts.of_all(tx), queue.ready + queue.waiting, steps


def lines_of(result: Result) -> Sequence[str]:
    """Return the table for people: one line a step, then the counts and the documents."""
    lines: list[str] = []
    for step, meant in zip(result.steps, STEPS, strict=True):
        what = f"{meant.word:<7}{meant.english}"
        lines.append(f"{step.step}  {what[:60]:<60} {step.runs:>4} times {step.elapsed_s / 60:>8.1f} min")
    lines.append(
        f"{result.pupils} pupils: {result.recorded} recorded, {result.printed} printed,"
        f" {result.handed_over} handed over, {result.waiting} waiting; {result.wall_s:.1f} s of real time"
    )
    return [*lines, *result.documents]
