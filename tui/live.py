"""The live picture of a device: the newest frame only, at the pace of the line, and nothing for what is alike."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui.pace import Due, Pace

if TYPE_CHECKING:
    from tui.frame import FrameScreen
    from tui.line import Line


class LivePicture:
    """One live picture; what may be drawn of a frame is asked before it is decoded."""

    def __init__(self, screen: FrameScreen) -> None:
        self.lines: list[Line] = []
        self._screen = screen
        self._pace = Pace()
        self._asking: asyncio.Task[None] | None = None

    @property
    def rate(self) -> int:
        """Pictures a second, as they come now."""
        return self._pace.rate

    @property
    def still(self) -> bool:
        """Whether the line is too slow for a live picture."""
        return self._pace.still

    def due(self) -> Due:
        """Return what may be drawn of a frame now."""
        return self._pace.due(self._now())

    def draw(self, lines: list[Line] | None) -> None:
        """Draw the screen with a new picture, or with new words alone; what is alike costs nothing."""
        now = self._now()
        if lines is None:
            self._pace.worded(now)
        elif lines == self.lines:
            self._pace.pictured(now, asked=False)
        else:
            self.lines = lines
            self._pace.pictured(now, asked=True)
            self._asking = asyncio.create_task(self._ask())
        self._screen.refresh_frame()

    def clear(self) -> None:
        """Show no picture any more."""
        self.lines = []

    async def _ask(self) -> None:
        self._pace.taken(await self._screen.rekam.link.taken(self._screen.call_after_refresh), self._now())

    def _now(self) -> float:
        return self._screen.rekam.clock.monotonic()
