"""What lies before a scanner is seen while it waits, and every section stands beside it where the terminal is wide."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import recording_day
from recording_day import Desk, StepClock, a_desk, take_before
from rich.style import Style

from store.sections import Section
from tui.line import Line, cells
from tui.settings import Settings

WAITING_S = 60.0
"""For so long the kit's capture would last: these tests look while it waits."""


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kit's delays take real time, so that a capture waits as a scanner without a hand on it does."""

    async def sleep(_clock: object, seconds: float) -> None:
        await asyncio.sleep(seconds)

    monkeypatch.setattr(recording_day.KitClock, "sleep", sleep)


async def waiting(desk: Desk, size: tuple[int, int]) -> None:
    """Open the section on a terminal of that size, and let its scanner wait."""
    await desk.pilot.resize_terminal(*size)
    await desk.kit.sbi(delays={"RCAPTURE": WAITING_S})
    await desk.press("enter")
    await desk.when(lambda: desk.app.screen.capturing, "the capture")


def coloured(lines: list[Line]) -> int:
    return sum(isinstance(line.ink_at(column), Style) for line in lines for column in range(len(line)))


@pytest.mark.usefixtures("patient")
async def test_the_slap_is_seen_beside_its_tries_while_the_scanner_waits(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.RIGHT_SLAP, clock=StepClock()) as desk:
        await waiting(desk, (120, 30))
        await desk.when(lambda: coloured(desk.app.screen.picture.lines) > 100, "the glass")
        shown = desk.screen
        assert shown[3][79:].startswith("│ Gambar langsung")
        assert all(cells(line) == 120 for line in shown)
        assert "√ kiri        61  58  52  47     1/3" in "\n".join(line[80:] for line in shown)
        assert desk.recording.section(Section.RIGHT_SLAP).tried == 0


@pytest.mark.usefixtures("patient")
async def test_at_80_columns_a_slap_asks_for_no_picture_that_nobody_could_see(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.RIGHT_SLAP, clock=StepClock()) as desk:
        await waiting(desk, (80, 24))
        for _look in range(20):
            await asyncio.sleep(0.01)
        assert not desk.app.screen.picture.lines
        assert not any("Gambar langsung" in line for line in desk.screen)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(("size", "rows"), [((80, 24), 5), ((140, 40), 9)])
async def test_the_eyes_are_seen_in_their_boxes_while_the_scanner_waits(
    tmp_path: Path, size: tuple[int, int], rows: int
) -> None:
    async with a_desk(tmp_path, upto=Section.IRISES, clock=StepClock()) as desk:
        await waiting(desk, size)
        await desk.when(lambda: coloured(desk.app.screen.picture.lines) > 50, "the eyes")
        boxes = [line for line in desk.screen if line.count("│") >= 4]
        assert len(boxes) == rows
        assert all(cells(line) == size[0] for line in desk.screen)


@pytest.mark.usefixtures("patient")
async def test_only_the_eye_that_is_taken_again_is_live(tmp_path: Path) -> None:
    clock = StepClock()
    async with a_desk(tmp_path, upto=Section.IRISES, clock=clock) as desk:
        await desk.kit.sbi(gazes={"LEFT": {"lid": 0.55}})
        await desk.press("enter")
        await desk.until("mengulang kiri")
        await desk.kit.sbi(gazes={}, delays={"RCAPTURE": WAITING_S})
        clock.advance(3)
        screen = desk.app.screen
        await desk.when(lambda: bool(screen._live) and bool(screen.picture.lines), "the left eye")
        assert [part.value for part in screen._live] == ["left_iris"]
        assert {len(line) for line in screen.picture.lines} == {24}
        assert "skor 8" in "".join(desk.screen), "the other eye keeps its picture and its score"


async def test_a_scanner_that_shows_nothing_captures_all_the_same(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.RIGHT_SLAP) as desk:
        await desk.pilot.resize_terminal(120, 30)
        await desk.kit.sbi(errors={"STREAM": 608})
        await desk.press("enter")
        await desk.until("Y  benar, segel")


@pytest.mark.usefixtures("patient")
async def test_a_scanner_pulled_while_its_picture_runs_is_lost_and_found_again(tmp_path: Path) -> None:
    async with a_desk(tmp_path, upto=Section.RIGHT_SLAP) as desk:
        await waiting(desk, (120, 30))
        await desk.when(lambda: bool(desk.app.screen.picture.lines), "the glass")
        await desk.kit.unplug("finger")
        shown = await desk.until("PEMINDAI SIDIK JARI TERPUTUS")
        assert "Gambar tampil selama pemindai menunggu." in "".join(shown), "of a scanner that is gone nothing is seen"
        assert "Esc bagian lain (iris)" in "".join(shown)
        await desk.kit.sbi(delays={})
        await desk.kit.plug("finger")
        await desk.until("Y  benar, segel")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("section", list(Section))
async def test_every_section_stands_beside_the_work_where_the_terminal_is_wide(
    tmp_path: Path, section: Section, language: str
) -> None:
    async with a_desk(tmp_path, settings=Settings(language=language), clock=StepClock()) as desk:
        take_before(desk.store, desk.pupil, section)
        await desk.app.screen.load()
        await desk.pilot.resize_terminal(120, 30)
        shown = await desk.press("enter")
        assert all(cells(line) == 120 for line in shown)
        table = "\n".join(line[60:] for line in shown)
        for name in ("ibu jari", "iris") if language == "id" else ("thumbs", "iris"):
            assert any(f"{mark} {name}" in table for mark in "√·►"), name
        assert ".." not in table
