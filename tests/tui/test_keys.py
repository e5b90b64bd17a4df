"""The key table is the book's: every key, its second way, and no key with two meanings."""

from __future__ import annotations

import re

import pytest
from book import BOOK

from tui import i18n, keys
from tui.keys import KEYS, press
from tui.line import cells

ROWS = [line.split(" | ") for line in (BOOK / "keys.txt").read_text(encoding="utf-8").splitlines()[1:]]
WAYS = {row[0].strip("| "): row for row in ROWS if not row[0].startswith("|--")}


@pytest.mark.parametrize("number", range(1, 11))
def test_every_f_key_has_its_second_way_of_the_book(number: int) -> None:
    row = WAYS[f"F{number}"]
    key = press(f"f{number}", None).key
    assert key is not None
    assert key.function == f"F{number}"
    assert key.letter == row[1].strip("`")
    i18n.use("en")
    words = row[3].split(" / ")
    assert i18n._(key.word) == words[1]
    i18n.use("id")
    assert i18n._(key.word) == words[0]


@pytest.mark.parametrize("letter", [name.strip("`") for name in WAYS if re.fullmatch(r"`[A-Z*+]`", name)])
def test_every_letter_of_the_book_is_a_key_in_both_cases(letter: str) -> None:
    key = press(letter.lower(), letter.lower()).key
    assert key is not None
    assert key is press(f"upper_{letter.lower()}", letter).key
    indonesian, english = next(cell for cell in reversed(WAYS[f"`{letter}`"]) if " / " in cell).split(" / ")
    i18n.use("id")
    assert i18n._(key.word) in (indonesian + ", ").split(", ")
    i18n.use("en")
    assert i18n._(key.word) == english


def test_letters_that_are_free_stay_free() -> None:
    assert [letter for letter in "AGJW" if press(letter, letter).key] == []


def test_no_way_leads_to_two_keys() -> None:
    ways = [way for key in KEYS for way in (*key.events, key.letter, key.function) if way]
    assert len(ways) == len(set(ways))


def test_keys_of_multiplexers_and_flow_control_are_never_bound() -> None:
    bound = {event for key in KEYS for event in key.events}
    assert not bound & {f"ctrl+{letter}" for letter in "sqzdbahim\\"} | {"f11", "f12", "insert"} & bound


@pytest.mark.parametrize(
    ("name", "character", "function"),
    [
        ("inverted_exclamation_mark", "¡", "F1"),
        ("trade_mark_sign", "™", "F2"),
        ("pound_sign", "£", "F3"),
        ("cent_sign", "¢", "F4"),
        ("infinity", "∞", "F5"),
        ("section_sign", "§", "F6"),
        ("pilcrow_sign", "¶", "F7"),
        ("bullet", "•", "F8"),
        ("ª", "ª", "F9"),
        ("º", "º", "F10"),
    ],
)
def test_escape_with_a_digit_is_the_f_key_and_types_nothing(name: str, character: str, function: str) -> None:
    pressed = press(name, character)
    assert pressed.key is not None
    assert pressed.key.function == function
    assert pressed.text == ""


def test_space_and_enter_are_keys_that_a_field_may_also_take() -> None:
    assert press("space", " ").text == " "
    assert press("enter", "\r").text == ""
    assert press("ctrl+j", "\n").key is keys.ENTER
    assert keys.TICK.cap() == i18n._("Space")


def test_in_a_field_the_f_key_is_shown_and_on_a_list_the_letter() -> None:
    assert (keys.GO_ON.cap(), keys.GO_ON.cap(typing=True)) == ("L", "F2")
    assert (keys.HELP.cap(), keys.QUIT.cap()) == ("F1", "F10")


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_meaning_fits_its_column_of_the_help(language: str) -> None:
    i18n.use(language)
    assert [key.meaning for key in KEYS if cells(i18n._(key.meaning)) > 28] == []
