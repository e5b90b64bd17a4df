"""A picture in half cells: its size, its colours, and what it costs on the wire."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from hw.emulators import pictures
from hw.emulators.faces import Pose
from hw.pictures.pixels import Pixels, pixels
from tui.ink import Ink, Look
from tui.line import cells
from tui.widgets import preview

COLOUR = Look.choose(colour=True)
PLAIN = Look.choose(colour=False)


def noise(width: int, height: int, seed: int = 1) -> Pixels:
    return Pixels(width, height, random.Random(seed).randbytes(width * height * 3))


def test_a_portrait_fills_the_height_and_stands_in_the_middle() -> None:
    face = pixels(pictures.frame("NORHAYATI", Pose(), 0), 36, 30)
    lines = preview.shown(face, COLOUR)
    assert len(lines) == 15
    assert {len(line) for line in lines} == {36}
    coloured = [column for column in range(36) if isinstance(lines[7].ink_at(column), Style)]
    assert (coloured[0], coloured[-1]) == (7, 28)


def test_the_cloth_is_red_and_one_run_of_it_is_told_once() -> None:
    red = Pixels(36, 30, bytes((186, 22, 30)) * 36 * 30)
    lines = preview.shown(red, COLOUR)
    assert {str(line) for line in lines} == {" " * 36}
    assert {lines[0].ink_at(column) for column in range(36)} == {Style.parse("on color(124)")}
    assert preview.cost(lines) == 15 * 15 + 540


def test_two_pixels_share_a_cell() -> None:
    two = Pixels(1, 2, bytes((255, 255, 255, 0, 0, 0)))
    (line,) = preview.shown(two, COLOUR, 1, 1)
    assert str(line) == "▀"
    assert line.ink_at(0) == Style.parse("color(231) on color(16)")


@pytest.mark.parametrize("cloth", list(Pose().cloth.__class__))
def test_a_face_keeps_within_the_budget(cloth: object) -> None:
    face = pixels(pictures.frame("NORHAYATI", Pose(cloth=cloth), 0), 36, 30)
    assert preview.cost(preview.shown(face, COLOUR)) <= 64 + preview.A_CELL * 36 * 15


def test_a_large_face_is_still_drawn_in_colour_and_within_the_budget() -> None:
    width, height = preview.WIDE
    face = pixels(pictures.frame("NORHAYATI", Pose(), 0), width, height * 2)
    lines = preview.shown(face, COLOUR, width, height)
    assert preview.cost(lines) <= preview.BUDGET
    assert any(isinstance(lines[13].ink_at(column), Style) for column in range(width))


def test_a_restless_picture_is_drawn_in_shades() -> None:
    generous = preview.shown(noise(36, 30), COLOUR, budget=10**6)
    thrifty = preview.shown(noise(36, 30), COLOUR)
    assert preview.cost(thrifty) <= 64 + preview.A_CELL * 36 * 15 < preview.cost(generous)
    assert {thrifty[0].ink_at(column) for column in range(36)} == {Ink.NORMAL}


def test_without_colour_it_is_drawn_in_shades_of_the_palette_s_own_ink() -> None:
    bright_above = Pixels(3, 2, bytes([255] * 9 + [0, 0, 0] + [255] * 3 + [120] * 3))
    (line,) = preview.shown(bright_above, PLAIN, 3, 1)
    assert str(line) == "▀█▀"
    assert line.ink_at(0) is Ink.NORMAL


@given(st.integers(1, 80), st.integers(1, 60), st.integers(1, 60), st.integers(1, 27), st.booleans())
def test_any_picture_fits_its_place(width: int, height: int, columns: int, rows: int, colour: bool) -> None:
    lines = preview.shown(noise(width, height), COLOUR if colour else PLAIN, columns, rows)
    assert len(lines) == rows
    assert all(len(line) == columns and cells(str(line)) == columns for line in lines)
