"""Two officers at two desks on one laptop, each over a real ssh line, through a whole class at once."""

from __future__ import annotations

import os
import shlex
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench.laptop import OFFICER, PASSPHRASE, SCHOOL, set_up
from store import journal, officers
from store.clock import SystemClock
from store.folder import Folder
from store.keyring import Keyring
from store.models.core import Journal
from store.models.people import Person, Pupil
from store.progress import PupilState
from store.store import ALL_ROLES, Store
from store.transaction import Transaction
from tests.sshd import Sshd, sshd
from tests.tui.real_terminal import ROOT, Terminal

PUPILS = 300 if os.environ.get("REKAM17_PROVE") == "1" else 24
OTHER = "Fahrurrazi"
ELSEWHERE = " meja "
"""A pupil is open, or was changed, at the other desk: said in the problem line, and the next one is taken."""
EXPECTED = (ELSEWHERE, "Sudah direkam", "belum dicentang", "menunggu akta", "Akta", "fotokopi")
"""What a sheet tells of her; anything else, a busy store above all, is a fault."""
pytestmark = [pytest.mark.peer("sshd"), pytest.mark.long, pytest.mark.timeout(120 + PUPILS * 4)]


@dataclass
class DeskOfOne:
    """What one officer does: open who is next, tick both papers, give the verdict that SIAK agrees with."""

    terminal: Terminal
    number: int
    problems: set[str] = field(default_factory=set)
    served: int = 0
    failure: BaseException | None = None

    def log_in(self) -> None:
        self.terminal.read_until(OFFICER.encode())
        self.terminal.read_until(b"Frasa sandi")
        self.terminal.press(str(self.number))
        self._quiet()
        self.terminal.press(PASSPHRASE)
        self._quiet()
        self.terminal.insist("\r", SCHOOL.encode())
        self._quiet()
        self._press_until("\r", lambda: "antrean" in self._headline)

    def serve_all(self) -> None:
        try:
            end = time.monotonic() + 60 + PUPILS * 3
            while "sisa 0" not in self._headline:
                assert time.monotonic() < end, self.terminal.drawn.text
                while self._read(0.05):  # an officer looks at a screen that stands, not at half of one
                    pass
                self._serve()
        except BaseException as failure:
            self.failure = failure

    def _serve(self) -> None:
        if "antrean" in self._headline:
            self._press_until("\r", lambda: "antrean" not in self._headline or "sisa 0" in self._headline)
        elif ELSEWHERE in self._problem:
            before = self._headline
            self._press_until("n", lambda: self._headline != before)
        elif "fotokopi akta" not in self.terminal.drawn.text:
            self._read(0.05)  # she is open, her sheet is still being read
        elif "belum" in self.terminal.drawn.text.split("fotokopi akta")[-1][:12]:
            self._press_until("d", lambda: "belum" not in self.terminal.drawn.text.split("fotokopi akta")[-1][:12])
        else:
            before = self._headline
            self._press_until("c", lambda: self._headline != before or ELSEWHERE in self._problem)
            self.served += "antrean" in self._headline

    def _press_until(self, key: str, done: object) -> None:
        assert callable(done)
        end = time.monotonic() + 60
        while not done():
            assert time.monotonic() < end, self.terminal.drawn.text
            self.terminal.press(key)
            pause = time.monotonic() + 0.6  # a held key counts once
            while not done() and (left := pause - time.monotonic()) > 0:
                self._read(left)

    def _quiet(self) -> None:
        end = time.monotonic() + 0.6
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def _read(self, seconds: float) -> bytes:
        came = self.terminal.read(min(seconds, 0.1))
        if self._problem:
            self.problems.add(self._problem)
        return came

    @property
    def _headline(self) -> str:
        return self.terminal.drawn.screen.display[2]

    @property
    def _problem(self) -> str:
        return self.terminal.drawn.screen.display[22].strip()


def a_class(folder: Path) -> Folder:
    """Set a laptop up with two officers and one visit, whose pupils were all recorded and wait for step 3."""
    made = Folder(set_up(folder, PUPILS).data)
    keyring = Keyring(made)
    first = keyring.unlock(keyring.officers()[0].id, PASSPHRASE, SystemClock().now())
    keyring.add_officer(first, name=OTHER, nip="", roles=ALL_ROLES, passphrase=PASSPHRASE)
    store = Store.open(made.database, first.database_key, SystemClock())
    store.sign_in(first.officer.id, ALL_ROLES)

    def recorded(tx: Transaction) -> None:
        Person.update(status_code="PRINT_READY_RECORD", status_day=tx.today()).execute()

    store.run_now(officers.match, keyring.officers())
    store.run_now(recorded)
    store.close()
    return made


def over_ssh(server: Sshd, folder: Folder) -> Terminal:
    places = " ".join(f"{name}={folder.path}" for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"))
    program = shlex.join([sys.executable, "-m", "tui", "--data", str(folder.path)])
    command = f"cd {shlex.quote(str(ROOT))} && exec env {places} PYTHONPATH={shlex.quote(str(ROOT))} {program}"
    terminal = Terminal("-c", f"import os; os.execvp('ssh', {server.command(command)!r})")
    terminal.answering = True
    return terminal


def test_a_whole_class_at_two_desks_loses_no_mark_and_meets_no_lock(tmp_path: Path) -> None:
    folder = a_class(tmp_path / "laptop")
    with sshd(tmp_path / "ssh") as server:
        desks = [DeskOfOne(over_ssh(server, folder), number) for number in (1, 2)]
        try:
            for desk in desks:
                desk.log_in()
            sitting = [threading.Thread(target=desk.serve_all) for desk in desks]
            for thread in sitting:
                thread.start()
            for thread in sitting:
                thread.join()
        finally:
            for desk in desks:
                desk.terminal.close()
    for desk in desks:
        if desk.failure is not None:
            raise desk.failure
        strange = {line for line in desk.problems if not any(said in line for said in EXPECTED)}
        assert not strange
        assert desk.served > PUPILS / 8, "both officers had pupils"
    rows, events, verdict = what_is_kept(folder)
    assert [row for row in rows if row[1:] != (PupilState.CARD, 1, 1)] == []
    assert len(rows) == PUPILS
    assert events["pupil.papers"] == PUPILS, "every tick is noted once"
    assert verdict.good


def what_is_kept(
    folder: Folder,
) -> tuple[list[tuple[uuid.UUID, PupilState, int, int]], Counter[str], journal.Verdict]:
    keyring = Keyring(folder)
    opened = keyring.unlock(keyring.officers()[0].id, PASSPHRASE, SystemClock().now())
    store = Store.open(folder.database, opened.database_key, SystemClock())
    try:
        rows = store.run_now(
            lambda _tx: [
                (row.id, row.state, row.papers_kk, row.papers_certificate) for row in Pupil.select().order_by(Pupil.id)
            ]
        )
        events = store.run_now(lambda _tx: Counter(row.event for row in Journal.select(Journal.event)))
        return rows, events, store.run_now(journal.verify)
    finally:
        store.close()
