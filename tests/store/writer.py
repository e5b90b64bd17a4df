"""A process that writes schools as fast as it can: for tests with two officers, and with kill -9.

It prints the number of each school once the store has acknowledged it. A change the disk refuses is told by its reason
and tried again as a further school, as an officer would.
"""

import sys
from pathlib import Path

from store.clock import SystemClock
from store.errors import StoreError
from store.models.people import School
from store.store import Store
from store.transaction import Transaction


def add(transaction: Transaction, name: str) -> None:
    school = School.create(name=name)
    transaction.note("school.added", school.id, name=name)


def main(path: str, key: str, who: str, count: int) -> None:
    try:
        store = Store.open(Path(path), bytes.fromhex(key), SystemClock())
    except StoreError as error:
        print("closed", error.reason.value, flush=True)
        return
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        try:
            store.run_now(add, f"{who} {number}")
        except StoreError as error:
            print("refused", error.reason.value, flush=True)
        else:
            print(number, flush=True)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
