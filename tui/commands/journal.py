"""`rekam17 journal verify`: walks the journal's hash chain; exit status 1 names the first bad entry."""

from __future__ import annotations

import argparse

from store.clock import SystemClock
from store.errors import StoreError
from tui.commands import chain
from tui.commands.unlocking import CannotOpen, fail, open_store


def run(args: argparse.Namespace) -> int:
    """Verify the whole chain while officers work; 0 whole, 1 broken, 2 not opened."""
    try:
        store = open_store(args, SystemClock()).store
    except CannotOpen as error:
        return fail(str(error))
    try:
        verdict = chain.verified(store)
    except StoreError as error:
        return fail(f"the journal cannot be read: {error.reason.value}", 1)
    finally:
        store.close()
    if verdict.first_clock_back is not None:
        times = "once" if verdict.clock_back == 1 else f"{verdict.clock_back} times"
        print(f"The laptop's clock ran backwards {times}, first at entry {verdict.first_clock_back}; order is kept.")
    if not verdict.good:
        print(f"Broken: the first bad entry is {verdict.first_bad}; {verdict.head.seq} before it fit.")
        return 1
    print(f"Whole: {verdict.entries} entries, head {verdict.head.short}.")
    return 0
