"""The encoder: whatever it leaves out, the terminal shows the frame that was meant."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.drawn import Drawn
from tests.tui.terminal.frames import abilities, cell_by_cell, change_at_random, text
from tui.terminal.abilities import Abilities
from tui.terminal.cells import CellTable, Frame
from tui.terminal.encoder import Encoder
from tui.terminal.pen import PLAIN, Pen, UnknownOutput, change, moved

FRAMES = 100_000 if os.environ.get("REKAM17_PROVE") == "1" else 400
STEPS = 10


@pytest.mark.parametrize("part", range(4))
def test_random_frames_show_what_drawing_every_cell_shows(part: int) -> None:
    for seed in range(part, FRAMES // STEPS, 4):
        chance = random.Random(seed)
        columns, rows = chance.randrange(8, 60), chance.randrange(3, 16)
        table = CellTable()
        frame, encoder = Frame(table, columns, rows), Encoder(table, abilities(chance))
        terminal = Drawn(columns, rows)
        terminal.write("\x1b[?7l")
        for step in range(STEPS):
            change_at_random(chance, frame)
            if step < STEPS - 1 and chance.random() < 0.3:
                continue  # a frame that was dropped
            terminal.write(encoder.encode(frame.rows, frame.cursor))
            assert terminal.cells() == cell_by_cell(table, frame).cells(), f"seed {seed}, step {step}"


def test_random_frames_of_changing_size_show_what_was_meant() -> None:
    chance = random.Random(17)
    table = CellTable()
    encoder = Encoder(table, Abilities(paints_erased=True))
    frame, terminal = Frame(table, 40, 10), Drawn(40, 10)
    for _size in range(FRAMES // 10):
        frame = frame.resized(chance.randrange(8, 60), chance.randrange(3, 16))
        terminal.resize(frame.columns, len(frame.rows))
        change_at_random(chance, frame)
        terminal.write("\x1b[?7l" + encoder.encode(frame.rows, frame.cursor))
        assert terminal.cells() == cell_by_cell(table, frame).cells()


def test_a_screen_that_stands_costs_nothing() -> None:
    table = CellTable()
    frame, encoder = Frame(table, 80, 24), Encoder(table, Abilities())
    change_at_random(random.Random(1), frame)
    encoder.encode(frame.rows, frame.cursor)
    assert encoder.encode(frame.rows, frame.cursor) == ""


def test_a_list_that_goes_on_by_one_row_is_moved_by_the_terminal() -> None:
    table, chance = CellTable(), random.Random(2)
    frame, encoder = Frame(table, 80, 24), Encoder(table, Abilities())
    for y in range(24):
        frame.apply(f"\x1b[{y + 1};1H{text(chance, 80)}")
    encoder.encode(frame.rows, (0, 0))
    frame.rows[3:20] = [*frame.rows[4:20], table.blank * 80]
    assert len(encoder.encode(frame.rows, (0, 0))) < 30


def test_what_else_wrote_on_the_screen_is_drawn_over() -> None:
    table, chance = CellTable(), random.Random(3)
    frame, encoder, terminal = Frame(table, 30, 8), Encoder(table, Abilities()), Drawn(30, 8)
    change_at_random(chance, frame)
    terminal.write("\x1b[?7l" + encoder.encode(frame.rows, frame.cursor))
    terminal.write("\x1b[H\x1b[2JBroadcast message from root")
    encoder.forget()
    terminal.write(encoder.encode(frame.rows, frame.cursor))
    assert terminal.cells() == cell_by_cell(table, frame).cells()


def test_behind_a_character_of_doubtful_width_the_place_is_said_anew() -> None:
    table = CellTable()
    frame, encoder = Frame(table, 40, 3), Encoder(table, Abilities())
    frame.apply("\x1b[1;1H👨\u200d👩\u200d👧 SITI AMINAH")
    drawn = encoder.encode(frame.rows, (0, 0))
    assert "\u200d👧" not in drawn.partition("SITI")[2]
    assert "H" in drawn.partition("👧")[2].partition("SITI")[0] or "G" in drawn.partition("👧")[2].partition("SITI")[0]


def test_an_address_under_a_text_goes_with_it() -> None:
    table = CellTable()
    frame, encoder = Frame(table, 20, 1), Encoder(table, Abilities())
    frame.apply("\x1b[1;1H\x1b]8;id=1;https://contoh.id\x1b\\ke situ\x1b]8;;\x1b\\ saja")
    drawn = encoder.encode(frame.rows, (0, 0))
    assert (
        drawn.index("https://contoh.id") < drawn.index("ke situ") < drawn.index("\x1b]8;;\x1b\\") < drawn.index("saja")
    )


@pytest.mark.parametrize("written", ["\x1b[2J", "teks tanpa tempat", "\x1b[1;1H\x1b[3Kx", "\x1b[1;1H\x1b[58;5;1mx"])
def test_what_is_not_read_is_told(written: str) -> None:
    with pytest.raises(UnknownOutput):
        Frame(CellTable(), 20, 3).apply(written)


COLOURS = st.sampled_from(["", "31", "97", "38;5;120", "38;2;1;2;3"])
PAPERS = st.sampled_from(["", "41", "107", "48;5;120", "48;2;1;2;3"])
SOME_PENS = st.builds(Pen, ink=COLOURS, paper=PAPERS, marks=st.integers(0, 2**13 - 1), link=st.just(""))


@given(st.none() | SOME_PENS, SOME_PENS)
def test_from_any_pen_to_any_other(old: Pen | None, new: Pen) -> None:
    pen = old if old is not None else Pen("31", "41", 0b1010101)
    for sequence in change(old, new).split("m")[:-1]:
        pen = moved(pen, sequence.removeprefix("\x1b["))
    assert pen == new


def test_the_plain_pen_is_three_bytes_away() -> None:
    assert change(Pen("31", "41", 1), PLAIN) == "\x1b[m"
