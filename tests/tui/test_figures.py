"""Numbers follow the language of the screen; times and dates stand alike in both."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tui import figures, i18n


@pytest.mark.parametrize(("language", "many", "pace"), [("id", "1.234.567", "1.234,5"), ("en", "1,234,567", "1,234.5")])
def test_numbers_are_written_as_the_language_writes_them(language: str, many: str, pace: str) -> None:
    i18n.use(language)
    assert figures.number(1_234_567) == many
    assert figures.decimal(1234.5) == pace


@pytest.mark.parametrize("language", ["id", "en"])
def test_small_numbers_carry_no_mark(language: str) -> None:
    i18n.use(language)
    assert [figures.number(value) for value in (0, 7, 999)] == ["0", "7", "999"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_times_and_dates_are_the_papers_own_in_both_languages(language: str) -> None:
    i18n.use(language)
    assert figures.clock_time(datetime(2026, 11, 23, 9, 42)) == "09.42"  # noqa: DTZ001 - a local time, as it is read
    assert figures.long_date(date(2026, 11, 23)) == "23-11-2026"
