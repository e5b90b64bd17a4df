"""What looks at every frame of the screens' tests: it sees them, and it would see a fault."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from store.clock import SystemClock
from tests.tui.every_frame import EveryFrame
from tui import keys
from tui.app import RekamApp
from tui.frame import FrameScreen
from tui.keys import Hint
from tui.line import Line
from tui.settings import Settings
from tui.terminal.encoder import Encoder


class Pupils(FrameScreen):
    """A list that goes on by one name with each key."""

    def __init__(self) -> None:
        super().__init__()
        self.first = 0

    def headline(self) -> tuple[str, str]:
        return "NORHAYATI 日本 é", str(self.first)

    def work(self, width: int, height: int) -> Sequence[Line]:
        return [
            Line(f"     {number} SITI [AMINAH] {number * 7919}") for number in range(self.first, self.first + height)
        ]

    def hints(self) -> Sequence[Hint]:
        return (Hint(keys.AGAIN, "On", self._on),)

    def _on(self) -> None:
        self.first += 1


async def look_at_some_frames() -> EveryFrame:
    frames = EveryFrame(seed=1)
    with frames:
        app = RekamApp(None, None, Settings(language="en"), SystemClock(), first=Pupils)
        async with app.run_test(size=(80, 24)) as pilot:
            for _key in range(12):
                await pilot.press("u")
            await pilot.resize_terminal(100, 30)
            await pilot.press("u")
    return frames


async def test_frames_are_seen_and_come_out_as_meant() -> None:
    frames = await look_at_some_frames()
    assert frames.count > 10
    frames.hold()


async def test_a_cell_that_is_not_drawn_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    encode = Encoder.encode

    def forgetful(self: Encoder, rows: Sequence[str], cursor: tuple[int, int]) -> str:
        return encode(self, rows, cursor).replace("AMINAH", "AMIN", 1)

    monkeypatch.setattr(Encoder, "encode", forgetful)
    frames = await look_at_some_frames()
    with pytest.raises(AssertionError):
        frames.hold()
