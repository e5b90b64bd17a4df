"""A program on a pseudo-terminal of 80x24, with the moment at which words stood on it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from tests.tui.drawn import Drawn
from tests.tui.real_terminal import ANSWER, ASK

ROOT = Path(__file__).parents[1]
_LIMIT = 60.0  # seconds for anything to be drawn
_CURSOR = re.compile(r"\x1b\[([ABCDHF])")
"""Keys that a terminal sends otherwise once a program asked for it (DECCKM), as curses does."""
_GONE = "the program ended: {tail!r}"
_MISSING = "{words!r} never stood there: {tail!r}"


class TerminalError(RuntimeError):
    """What was waited for never came; nothing can be said of the time it takes."""


class Terminal:
    """One Python program on a terminal, from its exec on; a context, at whose end the program is killed.

    Words are looked for on the screen as an emulator draws it, so they count however they are painted. It answers what
    the painter asks, as emulators do, and nothing else: a program that waited for more would be as slow on a console.
    """

    def __init__(self, *arguments: str, environment: Mapping[str, str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        env |= {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), **environment}
        self._output = b""
        self._screen = Drawn(80, 24)
        self._came = 0.0
        self._cursor_keys = False
        self.begun = time.perf_counter()
        self._process = subprocess.Popen(
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

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def drawn(self, *words: str) -> float:
        """Read until all the words stand there, and return the moment of `time.perf_counter` at which the last came."""
        end = time.perf_counter() + _LIMIT
        while True:
            text = self._screen.text
            missing = [word for word in words if word not in text]
            if not missing:
                return self._came
            if time.perf_counter() > end:
                raise TerminalError(_MISSING.format(words=missing, tail=text))
            self._read(end - time.perf_counter())

    @property
    def text(self) -> str:
        """What stands there, row by row."""
        return self._screen.text

    @property
    def came(self) -> float:
        """When the last bytes came."""
        return self._came

    def look(self, seconds: float) -> None:
        """Read what comes within so long, if anything does."""
        self._read(seconds)

    @property
    def written(self) -> int:
        """How many bytes came since the last key."""
        return len(self._output)

    def answered(self) -> float:
        """Read until anything came since the last key, and return that moment."""
        while not self._output:
            if not self._read(_LIMIT):
                raise TerminalError(_MISSING.format(words=["anything"], tail=self._screen.text))
        return self._came

    def quiet(self, seconds: float) -> None:
        """Read until nothing was written for so long."""
        while self._read(seconds):
            pass

    def press(self, text: str) -> float:
        """Send keys as a terminal does, and return the moment."""
        self._output = b""
        if self._cursor_keys:
            text = _CURSOR.sub("\x1bO\\1", text)
        pressed = time.perf_counter()
        os.write(self._master, text.encode())
        return pressed

    def resident(self) -> int:
        """Return the program's resident memory in KiB, as the kernel counts it (VmRSS)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
        assert found is not None
        return int(found[1])

    def _read(self, seconds: float) -> bool:
        ready, _write, _error = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            new = os.read(self._master, 65536)
        except OSError:  # the program is gone, and its side of the terminal with it
            new = b""
        if not new:
            raise TerminalError(_GONE.format(tail=self._output[-2000:]))
        self._came = time.perf_counter()
        self._output += new
        self._screen.feed(new)
        self._cursor_keys = self._cursor_keys or b"\x1b[?1h" in new
        if asked := new.count(ASK):
            os.write(self._master, ANSWER * asked)
        return True
