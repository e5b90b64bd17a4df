"""Every screen that keys lead to, on a real terminal and in both languages: nothing cut, nothing unreachable, no noise.

The walk knows only keys. On each screen the key bar has its help and its way out, the help names keys of the book's
table only, every field is reached by Tab, and while nobody presses anything not a byte is written.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from book import BOOK

from bench.laptop import OFFICER, PASSPHRASE, SCHOOL, set_up
from tests.tui.real_terminal import Terminal
from tui.guard import GUARD_SECONDS

IDLE_S = 5.0 if os.environ.get("REKAM17_PROVE") == "1" else 1.0
F1, F9, F10, ESC, TAB, PALETTE = "\x1bOP", "\x1b[20~", "\x1b[21~", "\x1b", "\t", "\x10"
QUIT = {"id": "F10 Keluar", "en": "F10 Quit"}
PASS = {"id": "Frasa sandi", "en": "Passphrase"}
BOOKED = {
    way
    for row in (BOOK / "keys.txt").read_text(encoding="utf-8").splitlines()
    for way in re.findall(r"F\d+|`([^`]+)`|Enter|Esc|Space|Tab|↑↓|PgUp|Home|Ctrl\+\w", row.split(" | ")[0])
}
pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Stop:
    """A screen of the walk: the keys that lead to it, whether the walk comes back from it, whether it is no dialog.

    Values in brackets are reached by Tab (`tab`), or by E in the dialog that is the next stop.
    """

    name: str
    there: Sequence[str]
    back: bool = True
    helps: bool = True
    tab: bool = True


WALK = (
    Stop("home", ()),
    Stop("board", ("0",)),
    Stop("stock", ("9",)),
    Stop("new visit", ("t",)),
    Stop("desk", ("m",), helps=False),
    Stop("palette", (PALETTE,), helps=False),
    Stop("queue of step 3", ("\r",), back=False),
    Stop("search", ("/", "s"), helps=False),
    Stop("add a pupil", ("t",)),
    Stop("history", ("i",)),
    Stop("list of papers", ("c",), helps=False),
    Stop("pupil at step 3", ("\r",), back=False),
    Stop("another status", ("e",), helps=False),
    Stop("her data", ("e", "0")),
    Stop("her history", ("i",)),
    Stop("step 1", ("1",), back=False, tab=False),
    Stop("the plan's values", ("e",), helps=False),
    Stop("step 2", ("2",), back=False),
    Stop("step 4", ("4",), back=False),
    Stop("step 5", ("5",), back=False),
    Stop("step 6", ("6",), back=False),
    Stop("step 7", ("7",), back=False),
    Stop("step 8", ("8",), back=False),
    Stop("out?", (F10,), helps=False, tab=False),
    Stop("lock", (F9,), back=False),
)


@pytest.fixture(params=["id", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def terminal(tmp_path: Path, language: str) -> Iterator[Terminal]:
    laptop = set_up(tmp_path / "laptop", 40)
    places = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    made = Terminal("-m", "tui", "--data", str(laptop.data), "--lang", language, **places)
    made.answering = True
    yield made
    made.close()


def rows(terminal: Terminal) -> list[str]:
    return [str(row) for row in terminal.drawn.screen.display]


def work(shown: Sequence[str]) -> list[str]:
    """Return what says where one is; the hour by which a queue will be done moves with the clock."""
    return [re.sub(r"\d", "0", row) for row in shown[1:21]]


def settle(terminal: Terminal, seconds: float = 0.3) -> list[str]:
    while terminal.read(seconds):
        pass
    return rows(terminal)


def until(terminal: Terminal, holds: Callable[[list[str]], bool], seconds: float = 15.0) -> list[str]:
    """Read until it holds and nothing more comes, or for so long."""
    end = time.monotonic() + seconds
    while not holds(settle(terminal)) and time.monotonic() < end:
        pass
    return settle(terminal)


def log_in(terminal: Terminal, language: str) -> None:
    terminal.read_until(OFFICER.encode())
    terminal.read_until(PASS[language].encode())
    settle(terminal, 0.7)
    terminal.press(PASSPHRASE)
    settle(terminal)
    terminal.insist("\r", SCHOOL.encode())
    settle(terminal, 0.7)


def the_bar_is_whole(name: str, shown: Sequence[str], language: str) -> None:
    bar = shown[23].rstrip()
    assert bar.startswith(" F1 "), f"{name}: {bar}"
    assert bar.endswith(QUIT[language]), f"{name}: {bar}"
    assert ".." not in bar, f"{name}: {bar}"


def nothing_is_written(name: str, terminal: Terminal) -> None:
    for _try in range(3):  # away from the minute, at which the clock moves
        clock, terminal.output = rows(terminal)[0], b""
        terminal.read(IDLE_S)
        if not terminal.output:
            return
        settle(terminal)
        assert rows(terminal)[0] != clock, f"{name} wrote {terminal.output!r}"
    raise AssertionError(f"{name} is never still")


def the_help_is_the_book_s(name: str, terminal: Terminal) -> None:
    before = work(rows(terminal))
    terminal.press(F1)
    shown = settle(terminal)
    assert work(shown) != before, f"{name}: no help came"
    keys = {word for row in shown[3:21] for word in re.findall(r"^ {5}(\S+)  ", row)}
    known = BOOKED | {"1-8"} | {f"F{number}" for number in range(1, 11)} | set("?/LNUX0IKQ9")
    strange = {key for key in keys if len(key) == 1 and key.isupper() and key not in known}
    assert not strange, f"{name}: {strange}"
    terminal.press(ESC)
    assert work(until(terminal, lambda shown: work(shown) == before, 3.0)) == before, f"{name}: Esc does not lead back"


def every_field_is_reached(name: str, terminal: Terminal) -> None:
    text = rows(terminal)[3:21]
    fields = {(y, match.start()) for y, row in enumerate(text) for match in re.finditer(r"\[(?=[^\]]{3,}\])", row)}
    if len(fields) < 2:
        return
    reached: set[tuple[int, int]] = set()
    for _field in range(2 * len(fields) + 8):
        text = rows(terminal)[3:21]
        reached |= {(y, match.end() - 1) for y, row in enumerate(text) for match in re.finditer(r"►\[", row)}
        terminal.press(TAB)
        settle(terminal, 0.1)
    assert fields <= reached, f"{name}: Tab never comes to {sorted(fields - reached)}"


def test_every_screen_is_whole_reached_and_still(terminal: Terminal, language: str) -> None:
    log_in(terminal, language)
    for stop in WALK:
        before, place = rows(terminal)[1:], work(rows(terminal))
        for key in stop.there:
            time.sleep(GUARD_SECONDS)  # Enter and Y do nothing for so long after something appeared
            terminal.press(key)
            settle(terminal)
        shown = settle(terminal)
        if stop.there:
            shown = until(terminal, lambda shown, was=before: shown[1:] != was)
            assert shown[1:] != before, f"{stop.name}: nothing came of {stop.there}"
        assert all(len(row.rstrip()) <= 80 for row in shown)
        if stop.helps:
            the_bar_is_whole(stop.name, shown, language)
        nothing_is_written(stop.name, terminal)
        if stop.helps:
            the_help_is_the_book_s(stop.name, terminal)
        if stop.tab:
            every_field_is_reached(stop.name, terminal)
        for _level in range(4):
            if not stop.back or work(rows(terminal)) == place:
                break
            terminal.press(ESC)
            until(terminal, lambda shown, was=place: work(shown) == was, 3.0)
        assert not stop.back or work(rows(terminal)) == place, f"{stop.name}: Esc does not lead back"
