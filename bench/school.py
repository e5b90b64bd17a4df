"""A whole school rehearsed: whether any screen is slower with the last pupils than with the first.

The screens are told apart by the step in their headline; of each the median key of the first and of the last pupils is
compared. 400 pupils take a quarter of an hour; `REKAM17_BENCH_SCHOOL` takes fewer.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.ratio import Ratio
from tui.rehearsal.play import rehearse

PUPILS = int(os.environ.get("REKAM17_BENCH_SCHOOL", "400"))
GOAL = 1.1
_STEPS = {"3": "status check", "4": "SIAK", "6": "recording"}
_COMPARED = 0.25
"""The part of all keys of a step at either end that is compared."""


def run() -> Iterator[Ratio]:
    """Rehearse once, and compare step by step."""
    for step, (last, first) in key_times(PUPILS).items():
        yield Ratio(f"a key of {_STEPS[step]}, last / first of {PUPILS} pupils", last * 1000, first * 1000, GOAL)


def key_times(pupils: int) -> dict[str, tuple[float, float]]:
    """Return by step the median seconds that a key of the last pupils took, and of the first."""
    times: dict[str, list[float]] = {step: [] for step in _STEPS}

    def took(headline: str, seconds: float) -> None:
        step = headline[3:4]
        if step in times:
            times[step].append(seconds)

    with tempfile.TemporaryDirectory(prefix="rekam17-bench-") as name:
        laptop, papers = (Path(name, part) for part in ("laptop", "papers"))
        laptop.mkdir()
        papers.mkdir()
        asyncio.run(rehearse(laptop, papers, pupils=pupils, seed=1, took=took))
    return {step: _ends(taken) for step, taken in times.items()}


def _ends(taken: list[float]) -> tuple[float, float]:
    count = max(int(len(taken) * _COMPARED), 1)
    return statistics.median(taken[-count:]), statistics.median(taken[:count])
