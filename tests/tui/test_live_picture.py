"""A live picture: its pace by how quickly the terminal takes it, and what it costs on a real terminal."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from real_terminal import ROOT, Terminal

from tui import link as the_link
from tui.link import ASK, Link
from tui.pace import LATE_S, QUICK_S, RATE, Due, Pace
from tui.terminal import window

LIMIT = 12_000
"""Bytes of one picture of 40x20 cells."""


class TestPace:
    """Four a second, one a second, a still; the words go on."""

    @staticmethod
    def pictures(seconds: float | None, until: float, pace: Pace | None = None, start: float = 100.0) -> list[float]:
        """Offer a frame thirty times a second to a terminal that takes so long for each picture."""
        pace, drawn, taken = pace or Pace(), [], None
        for tick in range(int(until * 30)):
            now = start + tick / 30
            if taken is not None and now >= taken:
                pace.taken(seconds, now)
                taken = None
            match pace.due(now):
                case Due.PICTURE:
                    pace.pictured(now, asked=True)
                    drawn.append(now - start)
                    taken = now + (seconds or 0.0)
                case Due.WORDS:
                    pace.worded(now)
                case Due.NOTHING:
                    pass
        return drawn

    def test_a_quick_line_gets_four_a_second_however_many_frames_come(self) -> None:
        drawn = self.pictures(0.02, 10)
        assert 36 <= len(drawn) <= 40

    def test_a_slow_line_gets_one_a_second(self) -> None:
        drawn = self.pictures(0.8, 10)
        assert 9 <= len(drawn) <= 10

    def test_a_terminal_that_never_answers_gets_one_a_second(self) -> None:
        drawn = self.pictures(None, 10)
        assert 9 <= len(drawn) <= 11

    def test_a_line_that_is_too_slow_gets_a_still_and_is_tried_again_ever_more_rarely(self) -> None:
        pace = Pace()
        drawn = self.pictures(3.0, 60, pace)
        assert len(drawn) == 4
        assert pace.still
        gaps = [later - earlier for earlier, later in itertools.pairwise(drawn)]
        assert gaps == sorted(gaps)
        assert gaps[0] >= 5

    def test_a_line_that_got_better_is_used_again(self) -> None:
        pace = Pace()
        self.pictures(3.0, 20, pace)
        assert pace.still
        drawn = self.pictures(0.05, 30, pace, start=200.0)
        assert not pace.still
        assert len(drawn) > 60

    def test_while_a_picture_is_on_its_way_only_words_are_drawn(self) -> None:
        pace = Pace()
        pace.pictured(100.0, asked=True)
        assert pace.due(100.5) is Due.NOTHING
        assert pace.due(101.0) is Due.WORDS
        pace.worded(101.0)
        assert pace.due(101.5) is Due.NOTHING
        assert pace.due(102.0) is Due.WORDS
        pace.taken(0.1, 102.0)
        assert pace.due(102.0) is Due.PICTURE

    @given(st.lists(st.one_of(st.none(), st.floats(0, 30)), min_size=1, max_size=40))
    def test_no_answer_whatever_makes_it_draw_too_often_or_stop_the_words(self, answers: list[float | None]) -> None:
        pace, now, pictured = Pace(), 0.0, -1.0
        for answer in answers:
            while pace.due(now) is not Due.PICTURE:
                now += 0.1
                assert now - pictured < 100, "no picture ever again"
                if pace.due(now) is Due.WORDS:
                    pace.worded(now)
            assert now - pictured >= 1 / RATE - 1e-6
            pictured = now
            pace.pictured(now, asked=True)
            now += answer or 0.0
            pace.taken(answer, now)
            assert pace.still == (answer is not None and answer >= LATE_S)
            assert 1 <= pace.rate <= RATE

    def test_the_limits_are_in_order(self) -> None:
        assert 1 / RATE < QUICK_S < 1.0 < LATE_S


class TestLink:
    """One question on the line, whatever becomes of its answer."""

    @staticmethod
    def at_once(ask: Callable[[], None]) -> None:
        ask()

    async def test_the_answer_tells_how_long_it_took(self) -> None:
        now = iter((10.0, 10.25))
        asked: list[str] = []
        link = Link(asked.append, lambda: next(now))
        asyncio.get_running_loop().call_later(0.01, link.heard)
        assert await link.taken(self.at_once) == 0.25
        assert asked == [ASK]

    async def test_a_terminal_that_never_answers_is_asked_no_more(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(the_link, "PATIENCE_S", 0.01)
        asked: list[str] = []
        link = Link(asked.append, time.monotonic)
        answers = [await link.taken(self.at_once) for _picture in range(5)]
        assert answers == [0.01, 0.01, None, None, None]
        assert asked == [ASK], "an answer that is owed is waited for, not asked for again"

    async def test_an_answer_that_comes_late_is_not_taken_for_the_next_ones(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(the_link, "PATIENCE_S", 0.01)
        asked: list[str] = []
        link = Link(asked.append, time.monotonic)
        await link.taken(self.at_once)
        link.heard()
        monkeypatch.setattr(the_link, "PATIENCE_S", 10.0)
        asyncio.get_running_loop().call_later(0.01, link.heard)
        took = await link.taken(self.at_once)
        assert took is not None
        assert took < 10
        assert asked == [ASK, ASK]

    async def test_before_the_terminal_is_handed_back_the_answer_is_waited_for(self) -> None:
        asked: list[str] = []
        link = Link(asked.append, time.monotonic)
        taking = asyncio.create_task(link.taken(self.at_once))
        await asyncio.sleep(0)
        closing = asyncio.create_task(link.close())
        await asyncio.sleep(0.01)
        assert not closing.done()
        link.heard()
        await closing
        await taking
        assert await link.taken(self.at_once) is None
        assert asked == [ASK]


class TestOnATerminal:
    """Bytes counted on a real pseudo-terminal, whose answers the test gives."""

    @pytest.fixture
    def terminal(self) -> Iterator[Terminal]:
        made = Terminal(str(ROOT / "tests" / "tui" / "live_program.py"))
        made.read_until(b"READY")
        self.quiet(made)
        yield made
        made.close()

    @staticmethod
    def quiet(terminal: Terminal, seconds: float = 0.4) -> bytes:
        """Return what is written until nothing comes any more."""
        terminal.output = b""
        while terminal.read(seconds):
            pass
        return terminal.output

    def drawn(self, terminal: Terminal, key: str) -> bytes:
        """Press a key that draws, read up to the question, and answer it as a terminal does."""
        terminal.output = b""
        terminal.press(key)
        terminal.read_until(ASK.encode())
        terminal.press("\x1b[5;5R")
        return terminal.output

    def test_the_same_frame_twice_is_not_one_byte(self, terminal: Terminal) -> None:
        assert len(self.drawn(terminal, "u")) > 1000
        assert self.quiet(terminal) == b""
        terminal.press("n")
        assert self.quiet(terminal) == b""

    def test_no_picture_takes_more_than_its_budget(self, terminal: Terminal) -> None:
        for key in ("u", "u", "e"):
            cost = len(self.drawn(terminal, key)) * 20 / 18  # of 20 lines the terminal shows 18
            assert cost <= LIMIT

    def test_the_question_follows_the_whole_picture(self, terminal: Terminal) -> None:
        assert self.drawn(terminal, "u").removesuffix(window.ASK.encode()).endswith(ASK.encode())

    def test_a_terminal_that_takes_its_time_gets_words_only(self, terminal: Terminal) -> None:
        terminal.press("u")
        terminal.read_until(ASK.encode())
        time.sleep(LATE_S + 0.1)
        terminal.press("\x1b[5;5R")
        terminal.press("s")
        terminal.read_until(b"DUE words STILL True")

    def test_the_answer_is_no_key_and_never_reaches_the_shell(self, terminal: Terminal) -> None:
        terminal.press("u")
        terminal.read_until(ASK.encode())
        terminal.press("\x1b[24;80R")
        assert self.quiet(terminal) == b""
