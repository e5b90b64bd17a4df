"""S11: the queue by key presses, on a real store."""

from __future__ import annotations

from book import differences, screen_text
from the_school import at_school, press

from tui.screens.status_check import StatusCheckScreen


async def test_the_queue_is_the_book_s() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await screen_text(pilot)
        print("\n".join(differences(shown, "S11")))
        shown = await press(pilot, "enter")
        print("\n".join(shown))
        print("\n".join(differences(shown, "S12")))
        assert 0
