"""The driver on a real pseudo-terminal: what Textual's own driver shows, in fewer bytes, and a clean way out."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tui.real_terminal import ANSWER, ASK, ROOT, Terminal
from tui.terminal.driver import LineDriver

PROGRAM = str(ROOT / "tests" / "tui" / "terminal" / "a_list.py")
QUIET_S = 0.25
DOWN, PAGE_DOWN, HOME, ESC, F5, F10 = "\x1b[B", "\x1b[6~", "\x1b[H", "\x1b", "\x1b[15~", "\x1b[21~"


@pytest.fixture
def started() -> Iterator[Any]:
    made: list[Terminal] = []

    def start(*, answering: bool = True, **environment: str) -> Terminal:
        terminal = Terminal(PROGRAM, **environment)
        terminal.answering = answering
        made.append(terminal)
        terminal.read_until(b"F10")
        terminal.read_until(b"Keluar")
        return terminal

    yield start
    for terminal in made:
        terminal.close()


def settle(terminal: Terminal) -> list[list[tuple[Any, ...]]]:
    """Read until nothing more comes, and return what stands there below the line with the clock."""
    while terminal.read(QUIET_S):
        pass
    return terminal.drawn.cells()[1:]


def walk(*terminals: Terminal) -> None:
    """Go through the list, type, ask whether to leave, stay: after each key all terminals show the same."""
    for keys in ("", DOWN * 3, DOWN * 25, PAGE_DOWN, "nama é", ESC, HOME, F10, ESC, PAGE_DOWN * 4):
        for terminal in terminals:
            terminal.press(keys)
        first, *others = [settle(terminal) for terminal in terminals]
        for other in others:
            assert first == other, f"after {keys!r}"


@pytest.mark.parametrize(
    "environment",
    [
        {"COLORTERM": "truecolor"},
        {},
        {"TERM": "xterm"},
        {"TERM": "linux"},
        {"TERM": "vt100"},
        {"NO_COLOR": "1"},
    ],
    ids=lambda environment: " ".join(environment.values()) or "256",
)
def test_every_screen_is_the_one_that_textual_shows(started: Any, environment: dict[str, str]) -> None:
    ours, theirs = started(**environment), started(**environment, REKAM17_DRIVER="textual")
    walk(ours, theirs)
    assert len(ours.output) < len(theirs.output)


def test_a_key_of_the_cursor_costs_some_hundred_bytes_less(started: Any) -> None:
    sizes = {}
    for name in ("", "textual"):
        terminal = started(REKAM17_DRIVER=name)
        settle(terminal)
        terminal.output = b""
        terminal.press(DOWN)
        settle(terminal)
        sizes[name] = len(terminal.output)
    assert sizes[""] < sizes["textual"]


def test_a_window_that_changes_in_mid_typing_loses_no_letter(started: Any) -> None:
    terminal = started()
    terminal.press("NORHA")
    terminal.read_until(b"NORHA")
    terminal.resize(200, 60)
    terminal.press("YATI")
    terminal.read_until(b"NORHAYATI")
    terminal.resize(80, 24)
    terminal.press(" S")
    terminal.read_until(b"NORHAYATI S")
    other = started()
    other.press("NORHAYATI S")
    assert settle(terminal) == settle(other)


def test_a_window_that_comes_back_to_its_size_is_drawn_anew(started: Any) -> None:
    terminal = started()
    before = settle(terminal)
    terminal.drawn.write("\x1b[H\x1b[2J")  # what some terminals make of it
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.read(2.0)
    assert settle(terminal) == before


def test_ctrl_l_draws_over_what_another_program_wrote(started: Any) -> None:
    terminal = started()
    before = settle(terminal)
    terminal.drawn.write("\x1b[10;1H\x1b[mBroadcast message from root@laptop")
    terminal.press("\x0c")
    terminal.read(2.0)
    assert settle(terminal) == before


def test_a_program_that_was_stopped_draws_its_screen_again(started: Any) -> None:
    terminal = started()
    terminal.press(DOWN * 2)
    before = settle(terminal)
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.read_until(b"\x1b[?1049l")
    os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED)
    assert settle(terminal) != before or b"\x1b[?1049l" in terminal.output
    terminal.drawn.write("\x1b[H\x1b[2J$ fg")
    terminal.output = b""
    terminal.process.send_signal(signal.SIGCONT)
    terminal.read_until(b"\x1b[?1049h")
    terminal.read_until(b"Keluar")
    assert settle(terminal) == before
    terminal.press(DOWN)
    assert settle(terminal) != before


def test_a_terminal_that_never_answers_shows_the_same(started: Any) -> None:
    deaf, other = started(answering=False), started(answering=True)
    walk(deaf, other)


@pytest.mark.parametrize("late", [0.0, 0.4])
def test_nothing_is_left_for_the_shell_after_quitting(tmp_path: Path, late: float) -> None:
    script = (
        f"{shlex.quote(sys.executable)} {shlex.quote(PROGRAM)}; printf 'after '; read -r -t 2 -n 3 left; echo [$left]"
    )
    terminal = Terminal("-c", f"import os; os.execvp('bash', ['bash', '-c', {script!r}])")
    asked, answered = 0, 0

    def answer_late(seconds: float) -> None:
        nonlocal asked, answered
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            terminal.read(0.02)
            asked = terminal.output.count(ASK)
            if asked > answered and late:
                time.sleep(late)
            for _question in range(asked - answered):
                os.write(terminal.master, ANSWER)
            answered = asked

    end = time.monotonic() + 30
    while not terminal.stands(b"Keluar") and time.monotonic() < end:
        answer_late(0.1)
    terminal.press(DOWN * 5 + F10)
    while not terminal.stands(b"Keluar dari Rekam17?") and time.monotonic() < end:
        answer_late(0.1)
    answer_late(0.7)
    terminal.press("y")
    while not terminal.stands(b"after [") and time.monotonic() < end:
        answer_late(0.1)
    assert terminal.stands(b"after []"), terminal.drawn.text
    terminal.close()


def test_textual_s_own_driver_is_one_variable_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from store.clock import SystemClock
    from tui.app import RekamApp
    from tui.settings import Settings

    monkeypatch.delenv("REKAM17_DRIVER", raising=False)
    assert RekamApp(None, None, Settings(), SystemClock()).driver_class is LineDriver
    monkeypatch.setenv("REKAM17_DRIVER", "textual")
    assert RekamApp(None, None, Settings(), SystemClock()).driver_class is not LineDriver
