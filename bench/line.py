"""What keys cost on the line and in time: our queue, and the same list by curses and by urwid.

Each program stands on a terminal of 80x24 that answers as an emulator does; what the answers cost is counted too. The
queue is the one of 1,000 pupils, and every key is pressed in a state in which all of them have the same to draw.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.laptop import OFFICER, PASSPHRASE, SCHOOL, Laptop, set_up
from bench.ratio import Ratio
from bench.terminal import Terminal
from tui.guard import GUARD_SECONDS

DOWN, UP, PAGE_DOWN, HOME, ESC, F10 = "\x1b[B", "\x1b[A", "\x1b[6~", "\x1b[H", "\x1b", "\x1b[21~"
PEERS = ("ours", "curses", "urwid")
DEEDS = ("cursor move", "row scrolled", "page", "typed character", "dialog opened and closed")
KEYS = 500
IDLE_S = 5.0
_SETTLED = GUARD_SECONDS + 0.1
_QUIET = 0.25
_GOALS = {
    "cursor move": ("curses", 1.0),
    "row scrolled": ("curses", 1.0),
    "page": ("curses", 1.0),
    "typed character": ("urwid", 1.0),
    "dialog opened and closed": ("urwid", 2.0),
}


def run() -> Iterator[Ratio]:
    """Measure the bytes of each deed, then the time from a key to its frame."""
    with tempfile.TemporaryDirectory(prefix="rekam17-bench-") as name:
        laptop = set_up(Path(name) / "laptop", 1_000)
        costs = {peer: bytes_of_deeds(peer, laptop) for peer in PEERS}
        for deed, (peer, goal) in _GOALS.items():
            yield Ratio(f"{deed}, ours / {peer}", costs["ours"][deed], costs[peer][deed], goal, "B")
        yield Ratio("idle for five seconds, ours", costs["ours"]["idle"], 1, 0, "B")
        times = {peer: key_times(peer, laptop) for peer in ("ours", "urwid")}
        for part, goal in ((0.5, 1.0), (0.99, 2.0)):
            ours, theirs = (_percentile(times[peer], part) * 1000 for peer in ("ours", "urwid"))
            yield Ratio(f"key to frame over {KEYS} keys, p{part * 100:.0f}, ours / urwid", ours, theirs, goal)
        yield Ratio("Esc to its frame, of the 50 ms it may take", esc_time(laptop) * 1000, 50, 1.0)


def at_the_queue(peer: str, laptop: Laptop, over: Callable[[tuple[str, ...]], Terminal] | None = None) -> Terminal:
    """Return a terminal on which that program shows the queue; `over` starts it somewhere else."""

    def start(*arguments: str) -> Terminal:
        return over(arguments) if over else Terminal(*arguments, environment=laptop.environment)

    if peer != "ours":
        terminal = start("-m", f"bench.peers.{peer}_list", str(laptop.data))
        terminal.drawn("giliran", "Keluar")
        terminal.quiet(_SETTLED)
        return terminal
    terminal = start(*laptop.arguments)
    for words, keys in (((OFFICER,), PASSPHRASE), ((), "\r"), ((SCHOOL, "F10 Keluar"), "\r")):
        terminal.drawn(*words)
        terminal.quiet(_SETTLED)
        terminal.press(keys)
    terminal.drawn("giliran", " 1-16 ")
    terminal.quiet(_SETTLED)
    return terminal


def bytes_of_deeds(peer: str, laptop: Laptop) -> dict[str, float]:
    """Return the bytes that each deed costs: the mean of several, as numbers and names differ in length."""
    with at_the_queue(peer, laptop) as terminal:

        def cost(*keys: str) -> float:
            size = 0
            for key in keys:
                terminal.press(key)
                terminal.quiet(_QUIET)
                size += terminal.written
            return size / len(keys)

        terminal.press(DOWN)
        terminal.quiet(_QUIET)
        costs = {"cursor move": cost(*[DOWN] * 10)}
        terminal.press(DOWN * 6)
        terminal.quiet(_QUIET)
        costs["row scrolled"] = cost(*[DOWN] * 10)
        costs["page"] = cost(*[PAGE_DOWN] * 6)
        costs["dialog opened and closed"] = 2 * cost(F10, ESC, F10, ESC)
        terminal.press("/")
        terminal.quiet(_QUIET)
        terminal.press("zzz")  # nobody is found: from here on a letter costs what a letter costs
        terminal.quiet(_QUIET)
        costs["typed character"] = cost(*"yxwvu")
        terminal.press(ESC)
        terminal.quiet(_QUIET)
        terminal.press("")
        terminal.quiet(IDLE_S)
        costs["idle"] = terminal.written
        return costs


def key_times(peer: str, laptop: Laptop) -> list[float]:
    """Return the seconds from each of many keys until its frame began to arrive."""
    with at_the_queue(peer, laptop) as terminal:
        times: list[float] = []
        for number in range(KEYS):
            key = PAGE_DOWN if number % 25 == 24 else UP if number % 7 == 6 else DOWN
            pressed = terminal.press(key)
            times.append(terminal.answered() - pressed)
            terminal.quiet(0.02)
        return times


def esc_time(laptop: Laptop) -> float:
    """Return the median of the seconds that Esc takes to close a dialog."""
    with at_the_queue("ours", laptop) as terminal:
        times: list[float] = []
        for _turn in range(15):
            terminal.press(F10)
            terminal.quiet(_QUIET)
            pressed = terminal.press(ESC)
            times.append(terminal.answered() - pressed)
            terminal.quiet(_QUIET)
            time.sleep(0.05)
        return statistics.median(times)


def _percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]
