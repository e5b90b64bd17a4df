"""Fields: what a press does to half-typed text, and how it stands in its cells."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ink import Ink
from tui.keys import press
from tui.line import Line, cells
from tui.widgets.fields import DATE, NIK, TIME, Choice, Field, Form, filter_row


def type_into(target: Field | Choice | Form, *names: str) -> None:
    for name in names:
        target.press(press(name, name if len(name) == 1 else " " if name == "space" else None))


def test_a_shell_writer_finds_his_keys() -> None:
    field = Field("a", 20)
    type_into(field, *"satu dua".replace(" ", "_"), "ctrl+a", "x", "ctrl+e", "y")
    assert field.text == "xsatu_duay"
    field.text = "satu dua tiga"
    type_into(field, "ctrl+w")
    assert field.text == "satu dua "
    type_into(field, "left", "left", "ctrl+k")
    assert field.text == "satu du"
    type_into(field, "ctrl+u", *"NOR", "home", "delete", "end", "backspace")
    assert field.text == "O"


def test_the_cursor_is_a_reversed_cell_and_nothing_else_moves() -> None:
    field = Field("a", 6, "NOR")
    line = field.draw(Line(), 4, focused=True)
    assert str(line) == "   ►[NOR   ]"
    assert [column for column in range(12) if line.ink_at(column) is Ink.CURSOR] == [8]
    assert str(field.draw(Line(), 4)) == "    [NOR   ]"


def test_a_long_text_scrolls_so_that_the_cursor_is_seen() -> None:
    field = Field("a", 5, "abcdefgh")
    assert str(field.draw(Line(), 1, focused=True)) == "►[efgh ]"
    type_into(field, "home")
    assert str(field.draw(Line(), 1, focused=True)) == "►[abcde]"


def test_wide_and_combining_characters_are_one_step_each() -> None:
    field = Field("a", 8, "e\u0301名x")
    assert str(field.draw(Line(), 0)) == "[e\u0301名x    ]"
    type_into(field, "left", "backspace")
    assert field.text == "e\u0301x"
    type_into(field, "home", "right", "backspace")
    assert field.text == "x"


@given(
    st.lists(st.one_of(st.text(max_size=4), st.sampled_from(["left", "right", "home", "end", "backspace", "ctrl+w"])))
)
def test_a_field_is_always_as_wide_as_it_is(actions: list[str]) -> None:
    field = Field("a", 7, limit=12)
    for action in actions:
        if len(action) > 1 and action.isascii() and action[0].islower():
            type_into(field, action)
        else:
            field.insert(action)
    assert cells(str(field.draw(Line(), 1, focused=True))) == 10


def test_digits_are_grouped_as_they_are_typed_and_letters_pass_through() -> None:
    field = Field("nik", 18, pattern=NIK)
    assert field.press(press("n", "n")) is False
    type_into(field, *"63110552", "left", "backspace")
    assert (field.text, field.shown) == ("6311052", "631105 2")
    field.text = "6311052509429001"
    assert field.shown == "631105 250942 9001"
    assert field.insert("7") is False
    assert Field("t", 5, "0800", pattern=TIME).shown == "08.00"


def test_a_date_is_a_day_or_it_is_not() -> None:
    assert Field("d", 10, "23-11-2026", pattern=DATE).day == date(2026, 11, 23)
    assert Field("d", 10, "31-11-2026", pattern=DATE).day is None
    assert Field("d", 10, "2311", pattern=DATE).day is None


def test_a_secret_shows_dots_and_keeps_its_text() -> None:
    field = Field("p", 8, "empat", secret=True)
    assert str(field.draw(Line(), 1, focused=True)) == "►[·····   ]"
    assert field.text == "empat"


def test_pasted_text_loses_its_line_ends_and_controls() -> None:
    field = Field("a", 20)
    field.insert("satu\ndua\x1b")
    assert field.text == "satu dua\N{REPLACEMENT CHARACTER}"


def test_a_choice_is_chosen_by_its_digit() -> None:
    choice = Choice("desk", ("semua", "cek", "rekam"))
    assert str(choice.draw(Line(), 1)) == " (1) semua  (2) cek  (3) rekam"
    type_into(choice, "2")
    assert str(choice.draw(Line(), 1, focused=True)) == "►(1) semua  (2) >cek<  (3) rekam"
    assert str(choice.draw(Line(), 1, folded=True)) == " (2) cek"
    type_into(choice, "9")
    assert choice.text == "2"
    type_into(choice, "right", "right", "left")
    assert choice.text == "2"


def test_a_filter_row_is_the_books() -> None:
    names = ("semua", "XII IPA 1", "XII IPA 2", "XII IPS 1", "XII IPS 2")
    assert filter_row(names, 0) == "( >semua< | XII IPA 1 | XII IPA 2 | XII IPS 1 | XII IPS 2 )"


def test_a_form_goes_field_by_field_and_hands_on_at_its_edges() -> None:
    changes: list[tuple[str, str]] = []
    form = Form((Field("a", 5), Field("b", 5)), lambda name, text: changes.append((name, text)))
    assert form.press(press("up", None)) is False
    assert form.press(press("enter", None)) is True
    type_into(form, "x")
    assert form.press(press("enter", None)) is False
    assert form.press(press("tab", None)) is False
    assert (form.values(), changes) == ({"a": "", "b": "x"}, [("b", "x")])


def test_escape_leaves_the_field_once_and_an_arrow_comes_back() -> None:
    form = Form((Field("a", 5), Field("b", 5)))
    assert form.press(press("escape", None)) is True
    assert form.typing is False
    assert form.press(press("x", "x")) is False
    assert form.press(press("escape", None)) is False
    form.press(press("down", None))
    assert form.typing is True


@pytest.mark.parametrize("values", [{"a": "NOR", "b": "2"}, {"a": "", "b": ""}])
def test_a_draft_comes_back_as_it_was(values: dict[str, str]) -> None:
    form = Form((Field("a", 5), Choice("b", ("x", "y"))))
    form.restore(values | {"gone": "1"})
    assert form.values() == values
