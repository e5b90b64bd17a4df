"""What an officer waits for: the login, then the queue; each by a real program on a real terminal.

The queue's time is the sum of two keys: from the passphrase's Enter until home shows the visit, and from home's Enter
until the queue shows its rows and whose turn it is. Between them lies the half second in which Enter does nothing on
purpose; it is no work of the program's and is left out.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.big_store import MANY
from bench.laptop import OFFICER, PASSPHRASE, SCHOOL, Laptop, set_up
from bench.ratio import Ratio
from bench.terminal import Terminal
from tui.guard import GUARD_SECONDS

TURNS = 9
FEW = 1_000
LOGIN_GOAL = 1.15
GROWTH_GOAL = 1.1
_BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("Siap di sini")

Bare().run(mouse=False)
"""
_SETTLED = GUARD_SECONDS + 0.1


@dataclass(frozen=True)
class Walk:
    """One way from the passphrase to the queue: seconds of the program's own, and KiB there."""

    seconds: float
    resident: int


def run() -> Iterator[Ratio]:
    """Measure in turns, one peer after the other, and compare the best of each.

    The best also for memory: a device's service that answers on this computer meanwhile has its driver imported.
    """
    with tempfile.TemporaryDirectory(prefix="rekam17-bench-") as name:
        folder = Path(name)
        small = set_up(folder / "small", FEW)
        logins, bares = zip(*[(login(small), bare(small)) for _turn in range(TURNS)], strict=True)
        yield Ratio("login drawn / one Textual widget, from exec", min(logins) * 1000, min(bares) * 1000, LOGIN_GOAL)
        big = set_up(folder / "big", MANY)
        many, few = zip(*[(to_the_queue(big), to_the_queue(small)) for _turn in range(TURNS)], strict=True)
        sizes = f"{MANY:,} / {FEW:,} pupils"
        ours, peer = (min(walk.seconds for walk in walks) * 1000 for walks in (many, few))
        yield Ratio(f"passphrase to queue, {sizes}", ours, peer, GROWTH_GOAL)
        ours, peer = (min(walk.resident for walk in walks) / 1024 for walks in (many, few))
        yield Ratio(f"memory at the queue, {sizes}", ours, peer, GROWTH_GOAL, "MiB")


def login(laptop: Laptop) -> float:
    """Return the seconds from the program's exec until its login is whole: the officers, the field, the keys."""
    with Terminal(*laptop.arguments, environment=laptop.environment) as terminal:
        return terminal.drawn(OFFICER, "Frasa sandi", "F10 Keluar") - terminal.begun


def bare(laptop: Laptop) -> float:
    """Return the seconds from the exec of a Textual program of one widget until that stands there."""
    with Terminal("-c", _BARE, environment=laptop.environment) as terminal:
        return terminal.drawn("Siap di sini") - terminal.begun


def to_the_queue(laptop: Laptop) -> Walk:
    """Log in, open the visit and look at its queue; return what the two keys took, and the memory at the end."""
    with Terminal(*laptop.arguments, environment=laptop.environment) as terminal:
        terminal.drawn(OFFICER)
        terminal.quiet(_SETTLED)
        terminal.press(PASSPHRASE)
        terminal.quiet(_SETTLED)
        pressed = terminal.press("\r")
        seconds = terminal.drawn(SCHOOL, "F10 Keluar") - pressed
        terminal.quiet(_SETTLED)
        pressed = terminal.press("\r")
        seconds += terminal.drawn("giliran", " 1-16 ") - pressed
        terminal.quiet(_SETTLED)
        return Walk(seconds, terminal.resident())
