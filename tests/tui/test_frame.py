"""The one path of a key, and what the frame does for every screen: typing ahead, dialogs, problems, small windows."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence

import pytest
from book import VirtualClock, differences, screen_text, settle
from textual import events
from textual.pilot import Pilot

from hw.types import Attached, Role
from store.transaction import OfficerRole
from tui import keys
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit, SopClock
from tui.frame import FrameScreen
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.settings import Settings
from tui.widgets.bars import RailStep
from tui.widgets.fields import NIK, Field, Form
from tui.widgets.glass import Glass


class DeskScreen(FrameScreen):
    """A screen whose actions are watched."""

    step = 6
    searches = True

    def __init__(self) -> None:
        super().__init__()
        self.form = Form((Field("nik", 18, pattern=NIK),))
        self.done: list[str] = []
        self.open_problems: list[Problem] = []
        self.gate = asyncio.Event()
        self.loads = 0

    async def load(self) -> None:
        self.loads += 1

    def headline(self) -> tuple[str, str]:
        return "NORHAYATI · 6 Rekam · empat jari kanan", ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        return [Line("     " + " ".join(self.done)), self.form.draw(Line(), "nik", 5)]

    def problems(self) -> Sequence[Problem]:
        return self.open_problems

    def leaving(self) -> Sequence[str]:
        return (
            "NORHAYATI terbuka di langkah 6. Yang sudah diambil",
            "tersimpan; nanti dilanjutkan dari 4 jari kanan.",
        )

    def hints(self) -> Sequence[Hint]:
        return (
            Hint(keys.NOT_YET, "Belum", self.slow),
            Hint(keys.AGREES, "Sesuai", lambda: self.done.append("S")),
            Hint(keys.YES, "Segel", lambda: self.done.append("Y")),
            Hint(keys.ENTER, "Ambil", lambda: self.done.append("Enter")),
            self.search_hint(),
        )

    async def slow(self) -> None:
        try:
            await self.gate.wait()
            self.done.append("B")
        except asyncio.CancelledError:
            self.done.append("stopped")
            raise

    async def search_changed(self) -> None:
        self.done.append(f"?{self.search}")


class OneScanner:
    """A bus that has seen one device, and then another."""

    def __init__(self) -> None:
        self.more = asyncio.Event()

    async def watch(self) -> AsyncIterator[tuple[Attached, ...]]:
        finger = Attached("f", Role.FINGER, "sbi", "slap", "127.0.0.1")
        yield (finger,)
        await self.more.wait()
        yield (finger, Attached("i", Role.IRIS, "sbi", "iris", "127.0.0.1"))


@pytest.fixture
async def pilot():
    clock = VirtualClock()
    app = RekamApp(None, OneScanner(), Settings(), clock, first=DeskScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        app.officer = OfficerOnDuty(uuid.UUID(int=1), "Syarifah", frozenset({OfficerRole.RECORDING}))
        app.visit = OpenVisit(uuid.UUID(int=1), "SMA Contoh 1 Paringin", clock.now().date())
        app.rail = tuple(RailStep("·") for _ in range(8))
        clock.advance(1)
        app.redraw()
        await settle(pilot)
        yield pilot


async def press(pilot: Pilot[object], *names: str) -> list[str]:
    for name in names:
        pilot.app.clock.advance(1)
        await pilot.press(name)
    return await screen_text(pilot)


async def test_verdicts_are_typed_ahead_and_enter_is_not(pilot: Pilot[object]) -> None:
    screen = pilot.app.screen
    pilot.app.clock.advance(1)
    await pilot.press("b", "enter", "s")
    assert screen.done == []
    screen.gate.set()
    await settle(pilot)
    assert screen.done == ["B", "S"]


async def test_ctrl_c_stops_the_task_and_never_leaves(pilot: Pilot[object]) -> None:
    screen = pilot.app.screen
    await pilot.press("b", "s", "ctrl+c")
    await settle(pilot)
    assert screen.done == ["stopped"]
    await press(pilot, "ctrl+c", "s")
    assert screen.done == ["stopped", "S"]


async def test_a_held_key_confirms_once(pilot: Pilot[object]) -> None:
    for _repeat in range(20):
        await pilot.press("y")
        pilot.app.clock.advance(0.03)
    assert pilot.app.screen.done == ["Y"]


async def test_leaving_asks_b34_and_only_y_leaves(pilot: Pilot[object]) -> None:
    shown = await press(pilot, "f10")
    box = [line[10:70] for line in shown[6:12]]
    assert not differences(box, "B34", width=60)
    await press(pilot, "enter", "escape", "q", "y")
    assert pilot.app.return_code == 0


async def test_y_typed_with_the_question_does_not_answer_it(pilot: Pilot[object]) -> None:
    pilot.app.clock.advance(1)
    await pilot.press("q", "y", "y")
    await settle(pilot)
    assert pilot.app.return_code is None
    assert "Keluar dari Rekam17?" in "\n".join(await screen_text(pilot))


async def test_problems_are_counted_listed_and_gone_to(pilot: Pilot[object]) -> None:
    screen = pilot.app.screen
    screen.open_problems = [Problem("!", "Film 97."), Problem("×", "Kamera.", go=lambda: screen.done.append("gone"))]
    shown = await press(pilot, "p")
    assert shown[22].startswith(" (1/2) × Kamera.")
    assert "► × Kamera." in shown[7]
    await press(pilot, "enter")
    assert screen.done == ["gone"]


async def test_a_standing_problem_is_seen_on_every_screen(pilot: Pilot[object]) -> None:
    pilot.app.standing = (Problem("!", "Stik cadangan dicabut."),)
    assert (await press(pilot, "f1"))[22].startswith(" ! Stik cadangan dicabut.")


async def test_the_palette_offers_the_live_keys(pilot: Pilot[object]) -> None:
    shown = await press(pilot, "ctrl+p", *"sesu")
    assert "► Sesuai" in shown[8]
    await press(pilot, "enter")
    assert pilot.app.screen.done == ["S"]


async def test_digits_are_typed_and_letters_are_keys_in_a_number_field(pilot: Pilot[object]) -> None:
    screen = pilot.app.screen
    screen.parts = (screen.form,)
    shown = await press(pilot, *"631105", "s")
    assert screen.done == ["S"]
    assert "►[631105            ]" in shown[4]


async def test_a_scan_goes_into_the_field_or_searches(pilot: Pilot[object]) -> None:
    screen = pilot.app.screen
    pilot.app.post_message(events.Paste("A0117303\n"))
    await settle(pilot)
    assert screen.done == ["?A0117303"]
    screen.parts = (screen.form,)
    pilot.app.post_message(events.Paste("6311055205099042"))
    await settle(pilot)
    assert screen.form.values() == {"nik": "6311055205099042"}


async def test_too_small_a_window_says_so_and_loses_nothing(pilot: Pilot[object]) -> None:
    screen = pilot.app.screen
    screen.parts = (screen.form,)
    await press(pilot, *"63")
    await pilot.resize_terminal(64, 18)
    shown = await screen_text(pilot)
    assert not differences([line[:52] for line in shown[:9]], "B35", width=52)
    await pilot.resize_terminal(20, 3)
    assert len(await screen_text(pilot)) == 3
    await press(pilot, "s", "1")
    await pilot.resize_terminal(80, 24)
    shown = await screen_text(pilot)
    assert "►[63                ]" in shown[4]
    assert screen.done == []


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 30), (200, 60)])
async def test_the_frame_fills_any_larger_window(pilot: Pilot[object], size: tuple[int, int]) -> None:
    await pilot.resize_terminal(*size)
    shown = await screen_text(pilot)
    assert (len(shown), {len(line) for line in shown}) == (size[1], {size[0]})
    assert shown[-1].startswith(" F1 Bantuan")
    assert shown[-1].rstrip().endswith("F10 Keluar")


async def test_the_sop_clock_runs_by_the_minute_and_calls_when_it_is_over(pilot: Pilot[object]) -> None:
    app = pilot.app
    app.sop = SopClock(6, app.clock.now(), 20)
    app.clock.advance(20 * 60)
    app.redraw()
    assert (await screen_text(pilot))[0].rstrip().endswith("11.02  L6 20/20 mnt")
    app.clock.advance(60)
    app.redraw()
    assert (await screen_text(pilot))[0].rstrip().endswith("11.03  L6 21/20 mnt !")
    assert app.screen.query_one(Glass)._lines[0].ink_at(78) is Ink.FRAME_LOUD


async def test_devices_come_and_go_as_whole_snapshots(pilot: Pilot[object]) -> None:
    assert [each.role for each in pilot.app.equipment] == [Role.FINGER]
    pilot.app.bus.more.set()
    await settle(pilot)
    assert [each.role for each in pilot.app.equipment] == [Role.FINGER, Role.IRIS]


async def test_a_device_that_goes_while_the_program_ends_does_not_end_it_badly(pilot: Pilot[object]) -> None:
    desk = pilot.app.screen
    assert isinstance(desk, FrameScreen)
    await desk.query_one(Glass).remove()
    desk.refresh_frame()
    assert desk.is_mounted


async def test_a_screen_that_comes_back_is_read_again(pilot: Pilot[object]) -> None:
    screen = pilot.app.screen
    before = screen.loads
    await press(pilot, "f1", "escape")
    assert pilot.app.screen is screen
    assert screen.loads == before + 1


async def test_only_the_line_that_changed_is_drawn(pilot: Pilot[object], monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    whole = Line.strip
    monkeypatch.setattr(Line, "strip", lambda line, width, look: drawn.append(1) or whole(line, width, look))
    pilot.app.clock.advance(1)
    await pilot.press("s")
    await settle(pilot)
    assert len(drawn) == 1
    drawn.clear()
    pilot.app.redraw()
    await settle(pilot)
    assert drawn == []
