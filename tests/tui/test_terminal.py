"""On a real pseudo-terminal: signals close the store, a crash tells no name, and nothing is written while idle."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from real_terminal import Terminal

PROGRAM = """
import sys
from pathlib import Path
from store.clock import SystemClock
from tui import keys
from tui.app import RekamApp
from tui.frame import FrameScreen
from tui.keys import Hint
from tui.line import Line
from tui.settings import Settings

class Store:
    closed = False
    def close(self):
        Path(sys.argv[1]).write_text("closed")

class Screen(FrameScreen):
    def headline(self): return "SIAP", ""
    def work(self, width, height): return [Line("     SITI [RAHASIA] \\x1b]0;judul\\x07")]
    def hints(self): return (Hint(keys.NOT_YET, "Belum", self.crash),)
    async def crash(self):
        name = "NORHAYATI"
        raise RuntimeError("rusak")

app = RekamApp(Store(), None, Settings(), SystemClock(), first=Screen)
app.run(mouse=False)
sys.exit(app.return_code)
"""

KEEPER = """
import signal, subprocess, sys
signal.signal(signal.SIGHUP, lambda *_: None)  # as make does: the hang-up is its own, and it waits
sys.exit(subprocess.run([sys.executable, "-c", *sys.argv[1:]]).returncode)
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal("-c", PROGRAM, str(tmp_path / "mark"))
    made.read_until(b"F10")
    made.read_until(b"Keluar")
    yield made
    made.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_store_and_ends_with_129(
    terminal: Terminal, tmp_path: Path, number: signal.Signals
) -> None:
    terminal.process.send_signal(number)
    assert terminal.end() == 129
    assert (tmp_path / "mark").read_text() == "closed"
    assert b"\x1b[?1049l" in terminal.output, "the terminal is handed back"


def test_a_crash_is_reported_without_what_the_variables_held(terminal: Terminal) -> None:
    os.write(terminal.master, b"b")
    assert terminal.end() == 1
    report = terminal.output.partition(b"\x1b[?1049l")[2]
    assert b"RuntimeError" in report
    assert b"rusak" in report
    assert b"SITI" not in report
    assert b"locals" not in report


def test_a_terminal_that_goes_away_closes_the_store(terminal: Terminal, tmp_path: Path) -> None:
    os.close(terminal.master)
    assert terminal.process.wait(30) == 129
    assert (tmp_path / "mark").read_text() == "closed"
    terminal.master = os.open(os.devnull, os.O_RDONLY)


def test_a_terminal_that_goes_away_is_noticed_where_the_signal_is_kept_by_another(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    terminal = Terminal("-c", KEEPER, PROGRAM, str(mark))
    terminal.read_until(b"Keluar")
    os.close(terminal.master)
    assert terminal.process.wait(30) == 129
    assert mark.read_text() == "closed"
    terminal.master = os.open(os.devnull, os.O_RDONLY)


def test_data_commands_nothing(terminal: Terminal) -> None:
    assert b"\x1b]0;" not in terminal.output
    assert terminal.stands("SITI [RAHASIA] \ufffd]0;judul\ufffd".encode())


def test_nothing_is_written_while_idle(terminal: Terminal) -> None:
    while terminal.read(1.0):
        pass
    assert terminal.read(2.0) == b""
