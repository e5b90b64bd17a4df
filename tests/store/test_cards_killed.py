"""A program killed with -9 between any two commits of a card's job finds the job again, and no card twice."""

import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from visit_day import FAHRURRAZI, VirtualClock, a_pupil, a_visit

from store import cards, stock
from store.cards import CardReason, CardRefusedError, JobState
from store.progress import PupilState
from store.stock import StockKind
from store.store import Store
from store.transaction import OfficerRole

KEY = bytes(range(32))
HERE = Path(__file__).parent

# Each line is said only after its transaction was committed; then the child waits to be killed.
CHILD = """
import sys, uuid
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from visit_day import FAHRURRAZI, VirtualClock
from store import cards
from store.store import Store
from store.transaction import OfficerRole
store = Store.open(Path(sys.argv[2]), bytes(range(32)), VirtualClock())
store.sign_in(FAHRURRAZI, frozenset(OfficerRole))
def said(word):
    print(word, flush=True)
    sys.stdin.readline()
token = store.run_now(cards.start_job, uuid.UUID(sys.argv[3])).token
said(token)
store.run_now(cards.job_sent, token, 17)
said("sent")
store.run_now(cards.engine_done, token)
said("engine done")
store.run_now(cards.confirm_printed, token, "7301")
said("printed")
"""


def open_file(path, *, create=False):
    store = Store.open(path, KEY, VirtualClock(), create=create)
    store.sign_in(FAHRURRAZI, frozenset(OfficerRole))
    return store


@pytest.mark.parametrize(
    ("commits", "state"),
    [(1, JobState.SUBMITTING), (2, JobState.SENT), (3, JobState.ENGINE_DONE), (4, JobState.PRINTED)],
)
def test_after_a_kill_the_job_is_where_its_last_commit_left_it(tmp_path, commits, state):
    path = tmp_path / "laptop.db"
    store = open_file(path, create=True)
    for kind in StockKind:
        store.run_now(stock.receive, kind, 10, "A0117301")
    pupil = a_pupil(store, a_visit(store), "AKHMAD MAULANA", PupilState.CARD, status="PRR")
    store.close()

    command = [sys.executable, "-c", CHILD, str(HERE), str(path), str(pupil)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        token = uuid.UUID(child.stdout.readline().strip())
        for _ in range(commits - 1):
            child.stdin.write("go on\n")
            child.stdin.flush()
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)

    again = open_file(path)
    assert again.run_now(cards.job, token).state is state
    if state is JobState.PRINTED:
        assert again.run_now(cards.unresolved) == ()
        assert again.run_now(cards.confirm_printed, token, "A0117301").serial == "A0117301"
    else:
        with pytest.raises(CardRefusedError) as refused:
            again.run_now(cards.start_job, pupil)
        assert (refused.value.reason, refused.value.token) == (CardReason.UNRESOLVED, token)
        again.run_now(cards.job_unknown, token, "program ended")
        again.run_now(cards.confirm_printed, token, "A0117301")
    assert [one.printed for one in again.run_now(stock.balance).kinds] == [1, 1, 1]
    again.close()
