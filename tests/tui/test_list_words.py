"""Nothing a reader can find is without words, in both languages, and the words fit where they stand."""

from __future__ import annotations

import pytest

from store.roster.types import FIELDS, Fault, Unreadable
from tui import i18n
from tui.line import cells, wrap
from tui.list_words import FIELD_WORDS, column_word, fault_words, field_word, grouped, why_unreadable


@pytest.fixture(params=["id", "en"], autouse=True)
def language(request: pytest.FixtureRequest) -> None:
    i18n.use(request.param)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_words_for_a_row(fault: Fault) -> None:
    words = fault_words(fault, row="12345", digits=15, sex="perempuan", name="HUSNA")
    assert "{" not in words
    assert len(wrap(f"! {words}", 14)) <= 3


@pytest.mark.parametrize("reason", [reason for reason in Unreadable if reason is not Unreadable.NOT_A_LIST])
def test_every_reason_a_file_gives_no_list_fits_the_problem_line(reason: Unreadable) -> None:
    said = i18n._("Cannot read file: {why}. Nothing was taken. Esc").format(why=why_unreadable(reason))
    assert cells(f"× {said}") <= 78


def test_every_field_has_a_word_for_the_mapping_and_a_shorter_one_for_the_rows() -> None:
    assert set(FIELD_WORDS) == set(FIELDS)
    assert all(cells(field_word(field)) <= 18 for field in FIELDS)
    assert all(cells(column_word(field)) <= 8 for field in FIELDS)
    assert column_word(None) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("6311065205099042", "631106 520509 9042"),
        ("631106520509904", "631106 520509 904"),
        ("0098765432", "0098765432"),
        ("6,31E+15", "6,31E+15"),
        ("", ""),
    ],
)
def test_numbers_as_long_as_a_nik_stand_in_its_groups(text: str, shown: str) -> None:
    assert grouped(text) == shown
