"""A program on a real pseudo-terminal, as an officer starts it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

from tests.tui.drawn import Drawn

ASK, ANSWER = b"\x1b[5n", b"\x1b[0n"
ROOT = Path(__file__).parents[2]


class Terminal:
    """One Python program on a pseudo-terminal of 80x24, with more of an environment where one is given.

    It answers no question, as a plain console does not, unless it is `answering`, as an emulator does.
    """

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.answering = False
        self.master, slave = pty.openpty()
        self.drawn = Drawn(80, 24)
        self.resize(80, 24)
        env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "COLORTERM")}
        env |= {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment}
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
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

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size; its program is told by the kernel."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.drawn.resize(columns, rows)

    def stands(self, wanted: bytes) -> bool:
        """Whether that was written, or stands on the screen: words are drawn in pieces."""
        return wanted in self.output or wanted.decode() in self.drawn.text

    def read_until(self, wanted: bytes, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not self.stands(wanted):
            assert time.monotonic() < end, f"{wanted!r} never came: {self.output[-2000:]!r}"
            self.read(0.1)

    def read(self, seconds: float) -> bytes:
        ready, _write, _error = select.select([self.master], [], [], seconds)
        try:
            new = os.read(self.master, 65536) if ready else b""
        except OSError:
            new = b""
        self.output += new
        self.drawn.feed(new)
        if self.answering and (asked := new.count(ASK)):
            os.write(self.master, ANSWER * asked)
        return new

    def end(self) -> int:
        """Read what is still written, so that the program is not kept from ending, and return its status."""
        while self.process.poll() is None:
            self.read(0.05)
        while self.read(0.05):
            pass
        return self.process.returncode

    def press(self, text: str) -> None:
        """Send keys as the terminal would."""
        os.write(self.master, text.encode())

    def insist(self, text: str, wanted: bytes, seconds: float = 30) -> None:
        """Press until the answer stands there: a key that confirms does nothing for half a second after a screen came.

        Presses come further apart than that, for one that is held counts only once.
        """
        end = time.monotonic() + seconds
        while not self.stands(wanted):
            assert time.monotonic() < end, f"{wanted!r} never came: {self.output[-2000:]!r}"
            self.press(text)
            pause = time.monotonic() + 0.7
            while not self.stands(wanted) and (left := pause - time.monotonic()) > 0:
                self.read(left)

    def close(self) -> None:
        """Kill the program unless it ended, and give the terminal back."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
