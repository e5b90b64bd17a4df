"""A key held down over a slow line: how long after it is let go the screen stands still.

Real ssh over loopback, led through a line of 64 kbit/s that takes 300 ms there and back. A key that is held repeats
thirty times a second; what came too late for it is the lag.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.laptop import Laptop, set_up
from bench.line import DOWN, PAGE_DOWN, at_the_queue
from bench.ratio import Ratio
from bench.terminal import ROOT, Terminal
from tests.sshd import Sshd, slow_line, sshd

BITS_A_SECOND = 64_000
THERE_AND_BACK_S = 0.3
_HELD_S, _REPEATS = 2.0, 30
_STANDS_S = 2.0
_TURNS = 3


def run() -> Iterator[Ratio]:
    """Hold the arrow, then the page, in our queue and in the list by curses; the median of some turns."""
    with tempfile.TemporaryDirectory(prefix="rekam17-bench-") as name:
        folder = Path(name)
        laptop = set_up(folder / "laptop", 1_000)
        with sshd(folder / "ssh") as server, slow_line(server.port, BITS_A_SECOND, THERE_AND_BACK_S) as port:
            for what, key in (("arrow", DOWN), ("page", PAGE_DOWN)):
                ours, peer = (lag(server, port, laptop, peer, key) * 1000 for peer in ("ours", "curses"))
                yield Ratio(f"{what} held over 64 kbit/s, lag of the last key, ours / curses", ours, peer, 1.0)


def lag(server: Sshd, port: int, laptop: Laptop, peer: str, key: str) -> float:
    """Return the seconds from the last of the repeated keys until the last byte of what it changed."""
    lags: list[float] = []
    for _turn in range(_TURNS):
        with at_the_queue(peer, laptop, over=lambda arguments: over_ssh(server, port, laptop, arguments)) as terminal:
            terminal.quiet(_STANDS_S)
            for _repeat in range(int(_HELD_S * _REPEATS)):
                pressed = terminal.press(key)
                until = pressed + 1 / _REPEATS
                while (left := until - time.perf_counter()) > 0:
                    terminal.look(left)
            terminal.quiet(_STANDS_S)
            lags.append(max(terminal.came - pressed, 0.0))
    return sorted(lags)[_TURNS // 2]


def over_ssh(server: Sshd, port: int, laptop: Laptop, arguments: tuple[str, ...]) -> Terminal:
    """Start a program at the other end of the line."""
    environment = " ".join(f"{name}={shlex.quote(value)}" for name, value in laptop.environment.items())
    program = shlex.join([sys.executable, *arguments])
    command = f"cd {shlex.quote(str(ROOT))} && exec env PYTHONPATH={shlex.quote(str(ROOT))} {environment} {program}"
    client = server.command(command, port)
    return Terminal("-c", f"import os; os.execvp('ssh', {client!r})", environment={"TERM": "xterm-256color"})
