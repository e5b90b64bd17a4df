"""What an officer waits for: the login, then the queue; each by a real program on a real terminal.

The queue's time is the sum of two keys: from the passphrase's Enter until home shows the visit, and from home's Enter
until the queue shows its rows and whose turn it is. Between them lies the half second in which Enter does nothing on
purpose; it is no work of the program's and is left out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
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
GLASS_GOAL = 2.0
MEMORY_GOAL = 1.2
GROWTH_GOAL = 1.1
_SETTLED = GUARD_SECONDS + 0.1
_REMEMBERED = 1.0


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
        look_at_the_login(small)
        glasses, passes = zip(*[(first_glass(small), nothing()) for _turn in range(TURNS)], strict=True)
        yield Ratio("first glass / python -c pass, from exec", min(glasses) * 1000, min(passes) * 1000, GLASS_GOAL)
        big = set_up(folder / "big", MANY)
        many, few = zip(*[(to_the_queue(big), to_the_queue(small)) for _turn in range(TURNS)], strict=True)
        sizes = f"{MANY:,} / {FEW:,} pupils"
        ours, peer = (min(walk.seconds for walk in walks) * 1000 for walks in (many, few))
        yield Ratio(f"passphrase to queue, {sizes}", ours, peer, GROWTH_GOAL)
        ours, peer = (min(walk.resident for walk in walks) / 1024 for walks in (many, few))
        yield Ratio(f"memory at the queue, {sizes}", ours, peer, GROWTH_GOAL, "MiB")
        yield Ratio("memory at the queue / one Textual widget", peer, bare_resident(small) / 1024, MEMORY_GOAL, "MiB")


def login(laptop: Laptop) -> float:
    """Return the seconds from the program's exec until its login is whole: the officers, the field, the keys."""
    with Terminal(*laptop.arguments, environment=laptop.environment) as terminal:
        return terminal.drawn(OFFICER, "Frasa sandi", "F10 Keluar") - terminal.begun


def bare(laptop: Laptop) -> float:
    """Return the seconds from the exec of a Textual program of one widget until that stands there."""
    with Terminal("-m", "bench.peers.bare", environment=laptop.environment) as terminal:
        return terminal.drawn("Siap di sini") - terminal.begun


def bare_resident(laptop: Laptop) -> int:
    """Return the KiB of a Textual program of one widget that stands there."""
    with Terminal("-m", "bench.peers.bare", environment=laptop.environment) as terminal:
        terminal.drawn("Siap di sini")
        terminal.quiet(_SETTLED)
        return terminal.resident()


def look_at_the_login(laptop: Laptop) -> None:
    """Leave the login standing until its furniture was remembered."""
    with Terminal(*laptop.arguments, environment=laptop.environment) as terminal:
        terminal.drawn(OFFICER, "Frasa sandi")
        terminal.quiet(_REMEMBERED)


def first_glass(laptop: Laptop) -> float:
    """Return the seconds from the exec until the login's furniture stands, on a laptop where it was seen before."""
    with Terminal(*laptop.arguments, environment=laptop.environment) as terminal:
        return terminal.answered() - terminal.begun


def nothing() -> float:
    """Return the seconds that a Python takes which does nothing, from its exec to its end."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - begun


def to_the_queue(laptop: Laptop) -> Walk:
    """Log in, open the visit and look at its queue; return what the two keys took, and the memory at the end."""
    with Terminal(*laptop.arguments, environment=laptop.environment) as terminal:
        terminal.drawn(OFFICER, "Frasa sandi")
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
