"""Runs in the VM after a power cut: opens the store and says what is in it."""

import json
import sys
from pathlib import Path

from store import journal
from store.clock import SystemClock
from store.models.people import School
from store.store import Store

store = Store.open(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), SystemClock())
names = store.run_now(lambda _: [school.name for school in School.select(School.name)])
verdict = store.run_now(journal.verify)
print(json.dumps({"names": names, "journal": verdict.good, "entries": verdict.entries}))
store.close()
