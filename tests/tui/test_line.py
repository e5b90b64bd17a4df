"""Cells: what is put at a column stands there, whatever the text; and nothing a terminal obeys gets through."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcwidth

from tui import line
from tui.ink import Ink, Look
from tui.line import Line, cells, clusters, cut, guard, stack, wrap

LOOK = Look.choose(colour=True)
HOSTILE = "a\x1b[2J\x07\x00\x7f\x9b\u202e\u2066\u200f\u061c\ufeffz\ud800"
text = st.text(
    st.one_of(st.characters(), st.sampled_from("名前한é\u0301\u0300\u202e\x1b\x00\u200d\ufe0f👩‍👧[]")),
    max_size=40,
)


def test_no_control_reaches_the_terminal() -> None:
    assert guard(HOSTILE) == "a\ufffd[2J" + "\ufffd" * 9 + "z\ufffd"
    assert guard("SITI [Aminah] 'x'") == "SITI [Aminah] 'x'"
    strip = Line().put(0, HOSTILE).strip(30, LOOK)
    assert not any(unicodedata.category(each) in ("Cc", "Cf", "Cs") for each in strip.text)


@given(text, st.integers(0, 60))
def test_a_cut_text_fits_and_says_that_it_was_cut(name: str, width: int) -> None:
    short = cut(name, width)
    assert cells(short) <= width
    assert short == guard(name) or short.endswith(".." if width >= 2 else "")


@given(st.lists(st.tuples(st.integers(0, 78), text, st.sampled_from(list(Ink))), max_size=6))
def test_a_line_is_as_wide_as_asked_whatever_was_put_on_it(puts: list[tuple[int, str, Ink]]) -> None:
    line = Line()
    for column, name, ink in puts:
        line.put(column, name, ink)
    strip = line.strip(80, LOOK)
    assert strip.cell_length == 80
    assert sum(size for _cluster, size in clusters(strip.text)) == 80
    assert guard(strip.text) == strip.text


def test_half_of_a_wide_character_is_never_left_over() -> None:
    line = Line("名名")
    line.put(1, "x")
    assert str(line) == " x名"
    assert str(Line("x名").crop(2)) == "x "
    assert Line("x名").strip(2, LOOK).text == "x "
    assert str(Line().put(0, "e\u0301").put(1, "x")) == "e\u0301x"


def test_a_width_cuts_aligns_and_fills() -> None:
    assert str(Line("????????").put(0, "NOR", width=5).put(5, "7", width=3, right=True)) == "NOR    7"
    assert str(Line().put(0, "HALIMATUS SA'DIYAH", width=12)) == "HALIMATUS .."


def test_a_symbol_says_the_role_of_its_word() -> None:
    line = Line().state(0, "√ ada").state(10, "× beda").state(20, "x")
    assert (line.ink_at(4), line.ink_at(11), line.ink_at(20)) == (Ink.OK, Ink.BLOCKED, Ink.NORMAL)


@pytest.mark.parametrize("width", [10, 20, 78])
@given(sentence=st.text(st.sampled_from("abc 名"), max_size=80))
def test_wrapping_keeps_every_word(width: int, sentence: str) -> None:
    broken = wrap(sentence, width)
    assert all(cells(each) <= width for each in broken)
    assert "".join(broken).replace(" ", "") == "".join(sentence.split())


def test_ascii_is_cell_for_cell() -> None:
    plain = Look.choose(ascii_only=True, colour=False)
    assert Line("√ ► · ! × ○ – ◊ ┌─┐║█⢀⡠").strip(24, plain).text == "v > . ! x o - h +-+|#**  "[:24]
    assert Line("√ada", Ink.OK).strip(4, plain)._segments[0].style.color is None


def test_no_colour_is_asked_for_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "linux")
    look = Look.choose()
    assert look.ascii_only
    assert all(style.color is None and style.bgcolor is None for style in look.styles.values())
    assert "bright_black" not in str([style.color for style in LOOK.styles.values()])


def test_a_stack_is_exactly_as_high_as_asked() -> None:
    assert [str(line) for line in stack([Line("a")], 3)] == ["a", "", ""]
    assert len(stack([Line()] * 9, 4)) == 4


def test_what_our_screens_are_drawn_with_takes_one_cell_each() -> None:
    assert [character for character in line._NARROW if wcwidth(character) != 1] == []


@given(
    st.lists(st.tuples(st.integers(0, 20), st.text("ab日é ·", max_size=8)), max_size=4),
    st.integers(0, 20),
    st.text("abc ·►", max_size=8),
)
def test_text_of_one_cell_each_is_laid_as_if_put_letter_by_letter(
    before: list[tuple[int, str]], column: int, text: str
) -> None:
    whole, single = Line(), Line()
    for at, held in before:
        whole.put(at, held)
        single.put(at, held)
    whole.put(column, text, Ink.OK)
    for offset, letter in enumerate(text):
        single.put(column + offset, letter, Ink.OK)
    assert (str(whole.crop(40)), len(whole)) == (str(single.crop(40)), len(single)) or not text
    assert [whole.ink_at(at) for at in range(40)] == [single.ink_at(at) for at in range(40)]


def test_high_contrast_is_bold_on_a_ground_of_its_own() -> None:
    styles = Look.choose(colour=True, contrast=True).styles
    assert all(style.bold and style.bgcolor is not None for style in styles.values())
    assert set(styles) == set(LOOK.styles)
    assert Look.choose(colour=False, contrast=True).styles == Look.choose(colour=False).styles, "NO_COLOR comes first"
