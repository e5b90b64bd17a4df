"""On a real pseudo-terminal: signals close the store, a crash tells no name, and nothing is written while idle."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
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


class Terminal:
    """One program on a pseudo-terminal of 80x24."""

    def __init__(self, mark: Path) -> None:
        self.master, slave = pty.openpty()
        env = os.environ | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "COLUMNS": "80", "LINES": "24"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(mark)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=env,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.output = b""

    def read_until(self, wanted: bytes, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while wanted not in self.output:
            assert time.monotonic() < end, f"{wanted!r} never came: {self.output[-2000:]!r}"
            self.read(0.1)

    def read(self, seconds: float) -> bytes:
        ready, _write, _error = select.select([self.master], [], [], seconds)
        try:
            new = os.read(self.master, 65536) if ready else b""
        except OSError:
            new = b""
        self.output += new
        return new

    def end(self) -> int:
        """Read what is still written, so that the program is not kept from ending, and return its status."""
        while self.process.poll() is None:
            self.read(0.05)
        while self.read(0.05):
            pass
        return self.process.returncode


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path / "mark")
    made.read_until(b"F10")
    made.read_until(b"Keluar")
    yield made
    if made.process.poll() is None:
        made.process.kill()
    made.process.wait()
    os.close(made.master)


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


def test_data_commands_nothing(terminal: Terminal) -> None:
    assert b"\x1b]0;" not in terminal.output
    assert "SITI [RAHASIA] \ufffd]0;judul\ufffd".encode() in terminal.output


def test_nothing_is_written_while_idle(terminal: Terminal) -> None:
    while terminal.read(1.0):
        pass
    assert terminal.read(2.0) == b""
