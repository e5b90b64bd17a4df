"""The painter on a real pseudo-terminal: a slow line, one that answers, one that never does, one that goes away."""

from __future__ import annotations

import os
import pty
import random
import select
import threading
import time
import tty
from collections.abc import Iterator

import pytest

from tests.tui.drawn import Drawn
from tests.tui.terminal.frames import cell_by_cell, change_at_random
from tui.terminal.abilities import Abilities
from tui.terminal.cells import CellTable, Frame
from tui.terminal.encoder import Encoder
from tui.terminal.painter import Painter
from tui.terminal.window import ASK


class Line:
    """The other end of the terminal: reads so many bytes at a time, and answers after a delay where it answers."""

    def __init__(self, *, at_once: int = 65536, pause: float = 0.0, delay: float | None = 0.0) -> None:
        self.master, self.slave = pty.openpty()
        tty.setraw(self.slave)
        self.table = CellTable()
        self.painter = Painter(self.slave, Encoder(self.table, Abilities()))
        self.drawn = Drawn(60, 16)
        self.drawn.write("\x1b[?7l")
        self.received = b""
        self._at_once, self._pause, self._delay = at_once, pause, delay
        self._stop = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while not self._stop.is_set():
            if not select.select([self.master], [], [], 0.02)[0]:
                continue
            try:
                new = os.read(self.master, self._at_once)
            except OSError:
                return
            before = self.received.count(ASK.encode())
            self.received += new
            self.drawn.feed(new)
            asked = self.received.count(ASK.encode()) - before
            if asked and self._delay is not None:
                time.sleep(self._delay)
                self.painter.heard(asked)
            time.sleep(self._pause)

    def quiet(self) -> None:
        """Wait until nothing more comes."""
        size = -1
        while size != len(self.received):
            size = len(self.received)
            time.sleep(0.3)

    def close(self) -> None:
        self._stop.set()
        self._reader.join()
        self.painter.lost()
        for end in (self.master, self.slave):
            os.close(end)


@pytest.fixture(params=[{}, {"at_once": 256, "pause": 0.02}, {"delay": 0.05}, {"delay": None}])
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    made = Line(**request.param)
    yield made
    made.painter.close()
    made.close()


def test_however_slow_the_line_the_last_frame_is_the_one_that_stands(line: Line) -> None:
    chance = random.Random(4)
    frame = Frame(line.table, 60, 16)
    for _frame in range(120):
        change_at_random(chance, frame)
        line.painter.show(list(frame.rows), frame.cursor)
        time.sleep(0.004)
    line.quiet()
    assert line.drawn.cells() == cell_by_cell(line.table, frame).cells()


def test_a_slow_line_is_spared_the_frames_nobody_would_see() -> None:
    chance, sizes = random.Random(5), {}
    for name, delay in (("quick", 0.0), ("slow", 0.2)):
        line = Line(delay=delay)
        frame = Frame(line.table, 60, 16)
        for _frame in range(60):
            change_at_random(chance, frame)
            line.painter.show(list(frame.rows), frame.cursor)
            time.sleep(0.01)
        line.quiet()
        sizes[name] = len(line.received)
        line.painter.close()
        line.close()
    assert sizes["slow"] < sizes["quick"] / 2


def test_what_was_said_comes_before_the_frame_and_a_question_behind_it(line: Line) -> None:
    frame = Frame(line.table, 60, 16)
    frame.apply("\x1b[1;1HNORHAYATI")
    line.painter.show(list(frame.rows), frame.cursor)
    line.painter.say("\x07")
    line.painter.ask("\x1b[6n")
    line.quiet()
    said = line.received
    assert said.index(b"NORHAYATI") < said.index(b"\x1b[6n")
    assert b"\x07" in said


def test_whoever_gets_the_terminal_next_reads_no_answer() -> None:
    line = Line(delay=0.3)
    frame = Frame(line.table, 60, 16)
    frame.apply("\x1b[1;1HNORHAYATI")
    line.painter.show(list(frame.rows), frame.cursor)
    while ASK.encode() not in line.received:
        time.sleep(0.01)
    assert line.painter.owed
    line.painter.quieten()
    assert not line.painter.owed
    line.painter.show(list(frame.rows), (5, 5))
    line.painter.say("\x1b[?1049l")
    line.painter.close()
    line.quiet()
    assert line.received.endswith(b"\x1b[?1049l"), "nothing is drawn or asked any more"
    assert line.received.count(ASK.encode()) == 1
    line.close()


def test_a_terminal_that_takes_nothing_more_does_not_keep_the_program() -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    painter = Painter(slave, Encoder(CellTable(), Abilities()))
    painter.say("x" * 200_000)
    ended = threading.Thread(target=painter.close)
    ended.start()
    ended.join(10)
    assert not ended.is_alive()
    os.close(master)
    os.close(slave)


def test_a_terminal_that_is_gone_is_not_waited_for() -> None:
    master, slave = pty.openpty()
    painter = Painter(slave, Encoder(CellTable(), Abilities()))
    os.close(master)
    painter.say("NORHAYATI")
    painter.quieten()
    painter.close()
    os.close(slave)


def test_a_whole_frame_is_marked_where_the_terminal_knows_the_marks(line: Line) -> None:
    frame = Frame(line.table, 60, 16)
    change_at_random(random.Random(6), frame)
    line.painter.synchronised = True
    line.painter.show(list(frame.rows), frame.cursor)
    line.quiet()
    assert (b"\x1b[?2026h" in line.received) == (b"\x1b[?2026l" in line.received)


def test_a_terminal_that_another_program_left_non_blocking_gets_everything() -> None:
    line = Line(at_once=512, pause=0.002)
    try:
        os.set_blocking(line.slave, False)
        line.painter.say("x" * 60_000 + "end")
        end = time.monotonic() + 20
        while b"end" not in line.received and time.monotonic() < end:
            time.sleep(0.05)
        assert len(line.received) >= 60_003
    finally:
        line.painter.close()
        line.close()


def test_a_frame_that_waits_is_dropped_where_its_cells_mean_nothing_any_more() -> None:
    line = Line(delay=0.4)
    try:
        frame = Frame(line.table, 60, 16)
        for number in range(40):  # more than the window holds, so that the last one waits
            frame.apply(f"\x1b[{number % 16 + 1};1H" + f"{number:02}" * 30)
            line.painter.show(list(frame.rows), frame.cursor)
            time.sleep(0.01)
        line.painter.drop()
        line.table.clear()
        other = Frame(line.table, 60, 16)
        other.apply("\x1b[1;1HNORHAYATI")
        line.painter.show(list(other.rows), other.cursor)
        line.quiet()
        line.quiet()
        assert line.drawn.cells() == cell_by_cell(line.table, other).cells()
    finally:
        line.painter.close()
        line.close()
