"""The officer of the rehearsal: she judges what stands on the glass, and an empty glass is no answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from book import settle

from hw.emulators.clock import SharedClock
from tui.app import RekamApp
from tui.frame import FrameScreen
from tui.line import Line
from tui.rehearsal.officer import Officer
from tui.settings import Settings


class Antrean(FrameScreen):
    """A screen with a headline to wait for."""

    def headline(self) -> tuple[str, str]:
        return "3 Cek · antrean", ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        return ()


class Kartu(Antrean):
    """The screen that comes after it."""

    def headline(self) -> tuple[str, str]:
        return "7 Cetak · kartu", ""


async def test_a_screen_that_has_not_drawn_yet_is_waited_for(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock")
    app = RekamApp(None, None, Settings(), clock, first=Antrean)
    async with app.run_test(size=(80, 24)) as pilot:
        officer = Officer(pilot, clock)
        await settle(pilot)
        assert "antrean" in officer.headline
        pushed = app.push_screen(Kartu())
        assert officer.glass == [], "the new screen is there, its glass is not"
        before = "antrean"
        await officer.until(lambda: before not in officer.headline, "the card")
        assert "kartu" in officer.headline
        await pushed


class Murid(Antrean):
    """A queue that stands at its hundred and first pupil."""

    def work(self, width: int, height: int) -> Sequence[Line]:
        return [Line().put(3, f"{cursor}{number:03d} {name}") for cursor, number, name in _AROUND_101]


_AROUND_101 = ((" ", 100, "SITI AISYAH"), ("►", 101, "NORHAYATI"), (" ", 102, "AHMAD FAUZI"))


async def test_the_row_of_the_hundred_and_first_pupil_is_found(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock")
    app = RekamApp(None, None, Settings(), clock, first=Murid)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "NORHAYATI" in Officer(pilot, clock).row
