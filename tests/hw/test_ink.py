"""Ink on paper and on the terminal."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hw.emulators.hand import invent
from hw.pictures import ink
from hw.types import PenPoint, Signature


def signature(*strokes: list[tuple[float, float]], aspect: float = 1.6) -> Signature:
    return Signature(tuple(tuple(PenPoint(x, y, 0.5, 0, True) for x, y in stroke) for stroke in strokes), aspect)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_samples_are_cut_into_strokes_where_the_pen_lifts() -> None:
    down, up = PenPoint(0, 0, 1, 0, True), PenPoint(0, 0, 0, 0, False)
    assert ink.strokes([up, down, down, up, up, down]) == ((down, down), (down,))
    assert ink.strokes([]) == ()


def test_the_ink_fills_the_picture_without_being_stretched() -> None:
    # A square on a pad twice as wide as high: 0.2 of the width is as long as 0.4 of the height.
    square = signature([(0.1, 0.1), (0.3, 0.1), (0.3, 0.5), (0.1, 0.5), (0.1, 0.1)], aspect=2.0)
    picture = opened(ink.draw(square, 300, 100))
    assert (picture.size, picture.mode) == ((300, 100), "LA")
    left, top, right, bottom = picture.getchannel("A").point(lambda level: 255 * (level > 127)).getbbox() or (0,) * 4
    assert abs((right - left) - (bottom - top)) <= 2
    assert bottom - top > 85
    assert abs((left + right) / 2 - 150) <= 1


def test_one_dot_is_drawn_and_nothing_is_refused() -> None:
    lightest, darkest = opened(ink.draw(signature([(0.5, 0.5)]), 60, 20)).getchannel("A").getextrema()
    assert lightest == 0
    assert darkest > 100
    with pytest.raises(ValueError, match="nothing to draw"):
        ink.draw(Signature(()), 60, 20)


def test_braille_shows_where_the_pen_went() -> None:
    across = signature([(0.0, 0.0), (1.0, 0.0)], [(1.0, 1.0)])
    assert ink.braille(across, 4, 2) == ("⠉⠉⠉⠉", "   ⢀")
    assert ink.half_cells(across, 4, 2) == ("▀▀▀▀", "   ▄")
    assert ink.half_cells(signature([(0.0, 0.0), (0.0, 1.0)]), 2, 1) == ("█ ",)


COORDINATES = st.tuples(st.floats(-2, 3), st.floats(-2, 3))


@settings(max_examples=40)
@given(st.lists(st.lists(COORDINATES, max_size=6), max_size=4), st.integers(1, 90), st.integers(1, 20))
def test_characters_fill_the_box_exactly(strokes: list[list[tuple[float, float]]], columns: int, rows: int) -> None:
    drawn = signature(*strokes)
    for lines in (ink.braille(drawn, columns, rows), ink.half_cells(drawn, columns, rows)):
        assert [len(line) for line in lines] == [columns] * rows
        assert any(line.strip() for line in lines) == any(strokes)


def test_an_invented_signature_can_be_drawn() -> None:
    strokes = tuple(tuple(PenPoint(x, y, p, 0, True) for x, y, p in stroke) for stroke in invent(7))
    png = ink.draw(Signature(strokes), 400, 120)
    assert len(png) < 20_000
    assert len({line for line in ink.braille(Signature(strokes), 68, 6) if line.strip()}) >= 3
