"""A process that writes schools as fast as it can: for tests with two officers, and with kill -9.

It prints the number of each school once the store has acknowledged it, and at the end its longest wait.
"""

import sys
import time
from pathlib import Path

from store.clock import SystemClock
from store.models.people import School
from store.store import Store
from store.transaction import Transaction


def add(transaction: Transaction, name: str) -> None:
    school = School.create(name=name)
    transaction.note("school.added", school.id, name=name)


def main(path: str, key: str, who: str, count: int) -> None:
    store = Store.open(Path(path), bytes.fromhex(key), SystemClock())
    print("ready", flush=True)
    sys.stdin.readline()
    worst = 0.0
    for number in range(count):
        start = time.monotonic()
        store.run_now(add, f"{who} {number}")
        worst = max(worst, time.monotonic() - start)
        print(number, flush=True)
    store.close()
    print(f"worst {worst:.3f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
