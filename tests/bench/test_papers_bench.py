"""What the papers' benchmark draws is the real list, whatever the time it takes."""

from __future__ import annotations

from bench import papers


def test_the_list_that_is_measured_has_its_pages() -> None:
    drawn = papers.draw(60)
    assert drawn.startswith(b"%PDF-")
    assert b"/Count 4 /Kids" in drawn, "the minutes, and 60 rows of 25 a page"
