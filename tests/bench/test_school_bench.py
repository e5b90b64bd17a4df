"""The rehearsed school's benchmark sees keys of every step it compares, at either end of the day."""

from __future__ import annotations

import pytest

from bench import school

pytestmark = pytest.mark.long


def test_the_keys_of_the_first_and_the_last_pupils_are_timed() -> None:
    times = school.key_times(3)
    assert set(times) == {"3", "4", "6"}
    assert all(last > 0 and first > 0 for last, first in times.values())
