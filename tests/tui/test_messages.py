"""The forty messages are the book's in both languages, once their facts are filled in."""

from __future__ import annotations

import pytest
from book import BOOK

from tui import i18n
from tui.line import cells
from tui.messages import MESSAGES, Problem, problem, worst_first

BOOKS = [line.split("\t") for line in (BOOK / "messages.txt").read_text(encoding="utf-8").splitlines()]
FACTS: dict[int, dict[str, tuple[str, str]]] = {
    1: {"tries": ("4", "4"), "seconds": ("2", "2")},
    3: {"days": ("3", "3")},
    5: {"row": ("103", "103"), "digits": ("15", "15")},
    6: {"refused": ("5", "5"), "rows": ("383", "383")},
    7: {"date": ("19-11", "19-11")},
    8: {"name": ("RAUDATUL JANNAH", "RAUDATUL JANNAH"), "date": ("15-12-2026", "15-12-2026")},
    10: {"date": ("12-08-2026", "12-08-2026"), "status": ("SFE", "SFE")},
    11: {"count": ("2", "Two"), "name": ("MUHAMMAD RIZKI", "MUHAMMAD RIZKI")},
    14: {"seen": ("BIRU", "BLUE"), "year": ("2009", "2009"), "needed": ("MERAH", "RED")},
    16: {
        "finger": ("Kelingking kanan", "Right little finger"),
        "score": ("33", "33"),
        "limit": ("40", "40"),
        "attempt": ("2", "2"),
    },
    18: {"seen": ("Tangan kiri", "Left hand"), "asked": ("kanan", "right"), "hand": ("tangan kanan", "right hand")},
    19: {
        "eye": ("Iris kiri", "Left iris"),
        "score": ("57", "57"),
        "limit": ("60", "60"),
        "other": ("Kanan", "Right"),
        "again": ("kiri", "left"),
    },
    20: {"section": ("4 jari kanan", "right slap")},
    21: {
        "name": ("NORHAYATI", "NORHAYATI"),
        "time": ("11.04", "11.04"),
        "proof": ("0033", "0033"),
        "next": ("NOOR LAILA", "NOOR LAILA"),
    },
    22: {"time": ("15.08", "15.08"), "cause": ("listrik padam", "power failed")},
    23: {"officer": ("Syarifah", "Syarifah"), "desk": ("2", "2")},
    24: {"device": ("Pemindai jari", "Scanner"), "desk": ("2", "2")},
    25: {"role": ("operator pencetakan", "Printing operator")},
    26: {"date": ("24-12-2026", "24-12-2026")},
    27: {"status": ("SFE", "SFE"), "date": ("20-11", "20-11")},
    28: {"supply": ("Film", "Film"), "cards": ("97", "97")},
    29: {"state": ("tutup terbuka", "cover open"), "cure": ("Tutup", "Close it")},
    31: {"cards": ("1", "1")},
    32: {"serial": ("A0117303", "A0117303"), "name": ("NORLATIFAH", "NORLATIFAH")},
    33: {"serial": ("A0117309", "A0117309"), "expected": ("A0117303", "A0117303")},
    34: {"missing": ("1", "1"), "serial": ("A0117311", "A0117311")},
    35: {"cards": ("1", "1"), "name": ("SITI RAHMAH", "SITI RAHMAH")},
    37: {"pages": ("1", "1"), "time": ("15.25", "15.25")},
    38: {"date": ("20-10", "20-10")},
    40: {"time": ("15.25", "15.25")},
}
"""The facts of the book's examples, in Indonesian and in English."""


@pytest.mark.parametrize(("number", "indonesian", "english"), BOOKS, ids=lambda value: value[:3])
def test_the_message_is_the_books_in_both_languages(number: str, indonesian: str, english: str) -> None:
    facts = FACTS.get(int(number), {})
    for at, (language, expected) in enumerate((("id", indonesian), ("en", english))):
        i18n.use(language)
        said = problem(int(number), **{name: words[at] for name, words in facts.items()})
        assert said.text == expected
        assert cells(said.text) <= 78


def test_the_book_and_the_table_have_the_same_forty() -> None:
    assert sorted(MESSAGES) == [int(number) for number, _id, _en in BOOKS] == list(range(1, 41))


def test_a_name_with_braces_is_a_fact_and_not_a_pattern() -> None:
    i18n.use("id")
    assert "{date} {0}" in problem(8, name="{date} {0}", date="1-1").text


def test_worst_first_keeps_the_order_of_equals() -> None:
    given = [Problem("!", "a"), Problem("×", "b"), Problem("√", "c"), Problem("×", "d"), Problem("?", "e")]
    assert [each.sentence for each in worst_first(given)] == ["b", "d", "e", "a", "c"]


def test_a_problem_in_a_crash_report_tells_no_name() -> None:
    assert repr(problem(8, name="RAUDATUL JANNAH", date="x")) == "<Problem 8>"


def test_what_answers_the_key_just_pressed_is_told_before_what_is_worse() -> None:
    given = [Problem("×", "sudah direkam"), Problem("!", "berubah di meja lain", answer=True)]
    assert [each.sentence for each in worst_first(given)] == ["berubah di meja lain", "sudah direkam"]
