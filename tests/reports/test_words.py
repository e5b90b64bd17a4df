"""Dates, counts and numbers as an Indonesian office writes them."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import words

DAY = date(2026, 11, 23)


def test_dates_and_times() -> None:
    assert words.full_date(DAY) == "Senin, 23 November 2026"
    assert words.long_date(date(2026, 2, 1)) == "1 Februari 2026"
    assert words.short_date(DAY) == "23-11-2026"
    assert words.short_date(None) == "–"
    assert words.clock_time(time(14, 5)) == "14.05"
    assert [words.weekday(date(2026, 11, 22 + n)) for n in range(7)] == [
        "Minggu",
        "Senin",
        "Selasa",
        "Rabu",
        "Kamis",
        "Jumat",
        "Sabtu",
    ]


def test_numbers_in_digits() -> None:
    assert words.number(Decimal("1234567.89")) == "1.234.567,89"
    assert words.number(1000) == "1.000"
    assert words.one_decimal(4.25) == "4,2"
    assert words.one_decimal(0) == "0,0"


@pytest.mark.parametrize(
    ("number", "spoken"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (19, "sembilan belas"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (1000, "seribu"),
        (1100, "seribu seratus"),
        (2026, "dua ribu dua puluh enam"),
        (1_000_000, "satu juta"),
    ],
)
def test_numbers_in_words(number: int, spoken: str) -> None:
    assert words.in_words(number) == spoken


_DIGITS = {word: value for value, word in enumerate("satu dua tiga empat lima enam tujuh delapan sembilan".split(), 1)}


def spoken_value(spoken: str) -> int:
    """Read a number below a million back from its words, by the rules of the language."""
    thousands, _, rest = spoken.rpartition("ribu")
    if spoken.startswith("seribu"):
        thousands, rest = "satu", spoken.removeprefix("seribu")
    return (below_thousand(thousands) * 1000 if thousands else 0) + below_thousand(rest)


def below_thousand(spoken: str) -> int:
    total = last = 0
    for word in spoken.split():
        match word:
            case "seratus":
                total += 100
            case "ratus":
                total += last * 100 - last
            case "sepuluh":
                total += 10
            case "sebelas":
                total += 11
            case "belas":
                total += 10
            case "puluh":
                total += last * 10 - last
            case "nol":
                pass
            case _:
                last = _DIGITS[word]
                total += last
    return total


@given(st.integers(0, 999_999))
def test_words_can_be_read_back_as_the_number(number: int) -> None:
    assert spoken_value(words.in_words(number)) == number


def test_nip_is_grouped_and_never_lost() -> None:
    assert words.nip("196908171994032905") == "19690817 199403 2 905"
    assert words.nip("19690817 199403 2 905") == "19690817 199403 2 905"
    assert words.nip("K-123") == "K-123"
    assert words.nip(None) == words.nip("") == "–"


def test_a_masked_nik_shows_four_digits_only() -> None:
    assert words.masked_nik("6311061111099042") == "············9042"
    assert words.masked_nik(None) == "–"


def test_posts_are_written_with_capitals_and_their_small_words_without() -> None:
    assert words.titled("Wakil kepala sekolah") == "Wakil Kepala Sekolah"
    assert words.titled("Kepala sekolah atau yang mewakili") == "Kepala Sekolah atau yang Mewakili"
    assert words.titled("Dan SMA Contoh 1") == "Dan SMA Contoh 1"
    assert words.titled(" ") == ""
