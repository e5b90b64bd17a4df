"""An officer who reads the glass and presses keys: all the rehearsal knows of the application is what she sees."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.pilot import Pilot

from tui.frame import FrameScreen
from tui.widgets.glass import Glass

if TYPE_CHECKING:
    from hw.emulators.clock import SharedClock
    from tui.app import RekamApp

_PATIENCE = 60.0  # real seconds until something that must come is missed
_STILL = 0.25  # real seconds without a change
_BESIDE = 0.5  # real seconds that reading beside the keys is waited for: some of it never ends
_LOOK = 0.004  # real seconds between two looks at the glass while something is awaited
_CURSOR = "►"
_KEYS = {" ": "space", "-": "minus", ".": "full_stop", ",": "comma", "/": "slash", "*": "asterisk", "'": "apostrophe"}


class Stuck(Exception):
    """The officer waits for something that does not come; says what, and what stands on the glass instead."""

    def __init__(self, awaited: str, glass: list[str]) -> None:
        super().__init__("\n".join([f"waiting for: {awaited}", *glass]))


@dataclass(frozen=True)
class Pace:
    """How long she takes, in virtual seconds: for a key, and for looking at a new screen before the first one."""

    key: float = 0.8
    look: float = 2.0


class Officer:
    """One person at the keyboard; every key costs virtual time, and nothing is pressed before it can be seen."""

    def __init__(
        self,
        pilot: Pilot[int],
        clock: SharedClock,
        pace: Pace | None = None,
        album: Path | None = None,
        took: Callable[[str, float], None] | None = None,
    ) -> None:
        self._pilot = pilot
        self._clock = clock
        self._pace = pace or Pace()
        self._album = album
        self._took = took
        """Told of each key the headline it was pressed under and the real seconds until all it did was drawn."""
        self.pressed = 0

    @property
    def app(self) -> RekamApp:
        """The application she sits before."""
        from tui.app import RekamApp

        app = self._pilot.app
        assert isinstance(app, RekamApp)
        return app

    @property
    def glass(self) -> list[str]:
        """The lines that stand on the glass; none while a screen that was just pushed has not drawn its first frame."""
        screen = self.app.screen
        glass = screen.query(Glass) if isinstance(screen, FrameScreen) else ()
        return glass.first().text if glass else []

    @property
    def headline(self) -> str:
        """Line 3: the step and who is open."""
        glass = self.glass
        return glass[2] if len(glass) > 2 else ""

    @property
    def row(self) -> str:
        """The row of a list with the cursor before it; a number of three digits stands close behind."""
        rows = [line for line in self.glass[3:21] if line[:4].strip() == _CURSOR]
        return rows[0] if rows else ""

    def sees(self, words: str) -> bool:
        """Whether these words stand anywhere on the glass."""
        return any(words in line for line in self.glass)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each when the one before has been carried out."""
        for key in keys:
            self._clock.advance(self._pace.key)
            before, began = self.headline, time.perf_counter()
            self.app.post_message(events.Key(_KEYS.get(key, key), key if len(key) == 1 else None))
            self.pressed += 1
            await self._taken()  # by the application
            await self._taken()  # by the screen, to which it passed the key on
            await self.rest()
            if self._took is not None:
                self._took(before, time.perf_counter() - began)

    async def type(self, text: str) -> None:
        """Type text into the field that has the focus."""
        await self.press(*text)

    async def look(self) -> None:
        """Take the time that a new screen wants before its first key."""
        self._clock.advance(self._pace.look)
        await self.rest()

    async def rest(self) -> None:
        """Wait until the last key has been carried out, or until it asks something."""
        await self.until(lambda: not self.app.acting or self._asked(), "the last key to be carried out")
        give_up = time.monotonic() + _BESIDE
        while self._busy_beside() and time.monotonic() < give_up:
            await self._taken()
            await asyncio.sleep(_LOOK)

    async def until(self, condition: Callable[[], bool], awaited: str) -> None:
        """Wait until the condition holds, looking again and again; virtual time goes on by what the devices take."""
        give_up = time.monotonic() + _PATIENCE
        while True:
            await self._taken()
            if self.glass and condition():  # an empty glass is no answer to any question
                return
            if time.monotonic() > give_up or self.app.return_code:
                raise Stuck(awaited, self.glass)
            await asyncio.sleep(_LOOK)

    async def until_seen(self, *words: str) -> str:
        """Wait until one of the texts stands on the glass, and return which."""
        await self.until(lambda: any(map(self.sees, words)), " or ".join(words))
        return next(each for each in words if self.sees(each))

    async def until_still(self, awaited: str) -> None:
        """Wait until nothing on the glass has moved for a moment."""
        seen: list[str] = []
        since = time.monotonic()

        def still() -> bool:
            nonlocal seen, since
            if seen != self.glass:
                seen, since = list(self.glass), time.monotonic()
            return time.monotonic() - since > _STILL

        await self.until(still, awaited)

    async def until_headline(self, *words: str) -> str:
        """Wait until the headline holds one of the texts, and return which."""
        await self.until(lambda: any(each in self.headline for each in words), f"headline: {' or '.join(words)}")
        return next(each for each in words if each in self.headline)

    def picture(self, name: str) -> None:
        """Put a picture of the glass into the album, where there is one; a name that is there already is kept."""
        if self._album is not None and not (self._album / f"{name}.svg").exists():
            drawn = self.app.export_screenshot(title="Rekam17")
            # The picture names a font on somebody's server; every reader has a monospaced one.
            drawn = re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL).replace("Fira Code", "monospace")
            (self._album / f"{name}.svg").write_text(drawn, encoding="utf-8")

    async def _taken(self) -> None:
        """Wait until all messages that are under way have arrived; Pilot's own waiting for an idle machine is slow."""
        await self._pilot.pause(0)

    def _busy_beside(self) -> bool:
        return any(one.is_running and one.group == "aside" for one in self.app.workers)

    def _asked(self) -> bool:
        screen = self.app.screen
        return isinstance(screen, FrameScreen) and bool(screen.dialogs)
