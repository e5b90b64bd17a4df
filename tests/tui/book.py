"""The screen book as fixtures: every mock-up cell by cell, and the means to compare a running screen with it.

A comparison names the spans that are not the same on every run (a time, a random number) as `(line, first, last)`,
lines and columns counted from 1 as the book does, and the cells that differ on purpose as `Deviation`s with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from tests.tui import in_english
from tui.line import clusters
from tui.widgets.glass import Glass

BOOK = Path(__file__).parent / "book"
Span = tuple[int, int, int]


@dataclass(frozen=True)
class Deviation:
    """A line that is meant to differ from the book: what stands there instead, and why."""

    line: int
    text: str
    reason: str


class VirtualClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, moment: datetime = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)) -> None:
        self._moment = moment
        self._seconds = 1000.0

    def now(self) -> datetime:
        return self._moment

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        self._seconds += seconds
        self._moment += timedelta(seconds=seconds)


def mockup(name: str) -> list[str]:
    """Return the lines of a screen (`S11`) or box (`B10`) of the book."""
    return (BOOK / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")


def cells_of(text: str, width: int) -> list[str]:
    """Return the text as one string a cell, the second cell of a wide character empty, filled up to the width."""
    made: list[str] = []
    for cluster, size in clusters(text):
        made += [cluster] if size == 1 else [cluster, ""]
    return made + [" "] * (width - len(made))


def differences(
    shown: Sequence[str],
    name: str,
    variable: Sequence[Span] = (),
    deviations: Sequence[Deviation] = (),
    width: int = 80,
) -> list[str]:
    """Return one line for every line of the screen that differs from the book outside the variable spans."""
    expected = mockup(name)
    assert all(each.reason for each in deviations), "a deviation needs its reason"
    meant = {each.line: each.text for each in deviations}
    found: list[str] = []
    if len(shown) != len(expected):
        found.append(f"{len(shown)} lines, the book has {len(expected)}")
    for number, (here, book) in enumerate(zip(shown, expected, strict=False), 1):
        have, want = cells_of(here, width), cells_of(meant.get(number, book), width)
        for line, first, last in variable:
            if line == number:
                have[first - 1 : last] = want[first - 1 : last] = [""] * (last - first + 1)
        if have != want:
            found.append(f"{name} line {number}\n  book |{meant.get(number, book)}|\n  here |{here.rstrip()}|")
    return found


def compare(
    shown: Sequence[str],
    name: str,
    variable: Sequence[Span] = (),
    deviations: Sequence[Deviation] = (),
    width: int = 80,
    *,
    english: bool = True,
) -> None:
    """Fail with every differing line unless the screen is the book's, cell by cell, and in English the one kept."""
    found = differences(shown, name, variable, deviations, width)
    assert not found, "\n".join(found)
    if english:
        in_english.look_at(name, shown, variable)


async def screen_text(pilot: Pilot[object]) -> list[str]:
    """Return what stands on the screen in front, once everything under way has been carried out."""
    await settle(pilot)
    return pilot.app.screen.query_one(Glass).text


async def settle(pilot: Pilot[object]) -> None:
    """Wait until no action, no reading and no message is under way; a dialog that waits for the officer is at rest."""
    for _round in range(50):
        await pilot.pause()
        busy = [
            worker
            for worker in pilot.app.workers
            if worker.is_running
            and worker.group not in ("bus", "printer", "pad")
            and not getattr(pilot.app.screen, "dialogs", ())
        ]
        if not busy:
            return
    raise AssertionError(f"still busy: {[worker.group for worker in busy]}")
