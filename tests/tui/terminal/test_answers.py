"""Keys and answers come over one line: neither is taken for the other, wherever the line cuts them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.answers import Answers
from tui.terminal.window import ANSWER

TYPED = st.sampled_from(["a", "NORHAYATI", "\x1b", "\x1b[A", "\x1bOP", "\x1b[21~", "\r", "é", ANSWER, ANSWER])


@given(st.lists(TYPED, max_size=12), st.lists(st.integers(0, 60), max_size=8))
def test_wherever_the_line_cuts_them_keys_and_answers_are_parted(typed: list[str], cuts: list[int]) -> None:
    stream = "".join(typed)
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    now = 0.0
    answers = Answers(0.025, lambda: now)
    keys, heard = "", 0
    for start, end in itertools.pairwise(places):
        text, count = answers.part(stream[start:end], owed=True)
        keys, heard = keys + text, heard + count
    now = 1.0
    keys += answers.overdue()
    assert heard == stream.count(ANSWER)
    assert keys == stream.replace(ANSWER, "")


def test_esc_is_a_key_at_once_where_no_answer_is_owed() -> None:
    answers = Answers(0.025, lambda: 0.0)
    assert answers.part("\x1b", owed=False) == ("\x1b", 0)
    assert answers.due is None


def test_esc_is_a_key_after_its_delay_where_an_answer_is_owed() -> None:
    now = 0.0
    answers = Answers(0.025, lambda: now)
    assert answers.part("\x1b", owed=True) == ("", 0)
    assert answers.due == 0.025
    assert answers.overdue() == ""
    now = 0.03
    assert answers.overdue() == "\x1b"
    assert answers.due is None


def test_the_rest_of_an_answer_is_not_typed() -> None:
    answers = Answers(0.025, lambda: 0.0)
    answers.part("x\x1b[", owed=True)
    assert answers.part("0ny", owed=True) == ("y", 1)
