"""The worst key of a search among 1,000,000 pupils, against a LIKE scan of the same store; and a page of the queue."""

from __future__ import annotations

import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.big_store import MANY, keystrokes, open_filled
from bench.ratio import Ratio
from store import queue, search
from store.models.table import database
from store.store import Store
from store.transaction import Transaction

TYPED = ("NOR", "SITI RAHMAH", "XYZZY", "9042", "M", "A MAU")


def run() -> Iterator[Ratio]:
    """Measure on stores of 1,000 and of 1,000,000 pupils."""
    with tempfile.TemporaryDirectory() as folder:
        small, visit = open_filled(Path(folder) / "small.db", 1_000)
        few = _page(small, visit)
        small.close()
        store, visit = open_filled(Path(folder) / "big.db", MANY)
        try:
            worst = max(_best(store, search.search, text) for typed in TYPED for text in keystrokes(typed))
            scan = min(_best(store, _like, text, turns=2) for text in ("%NOR%", "%RAHMAH%"))
            yield Ratio(f"worst search key at {MANY:,} / LIKE scan", worst * 1000, scan * 1000, 1 / 8)
            yield Ratio(f"page of the queue, {MANY:,} / 1,000 pupils", _page(store, visit) * 1000, few * 1000, 1.1)
        finally:
            store.close()


def _page(store: Store, visit: uuid.UUID) -> float:
    times: list[float] = []
    for _turn in range(200):
        begun = time.perf_counter()
        store.run_now(queue.page, visit)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _best(store: Store, question: Callable[..., object], text: str, turns: int = 5) -> float:
    best = float("inf")
    for _turn in range(turns):
        begun = time.perf_counter()
        store.run_now(question, text)
        best = min(best, time.perf_counter() - begun)
    return best


def _like(tx: Transaction, text: str) -> object:
    del tx
    return database.execute_sql("SELECT count(*) FROM person WHERE name LIKE ?", (text,)).fetchone()
