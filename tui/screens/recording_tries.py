"""What slaps and irises share: they arm themselves, store every try, and go on by themselves when all scores pass."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Any

from hw.pictures.pixels import UnreadablePicture
from hw.types import CaptureFailed, Frame, HardwareError
from store import recordings
from store.sections import PARTS, Part
from store.transaction import Transaction
from tui import keys
from tui.i18n import p_
from tui.keys import Hint
from tui.line import Line
from tui.live import LivePicture
from tui.messages import Problem, problem
from tui.pace import Due
from tui.screens import recording_words as words
from tui.screens.recording_section import SectionScreen

BETWEEN_S = 2.0
"""Between a try that was too low and the next: time to lift the hand and read why."""
REARM_S = 0.3
"""Before a scanner that was not ready or saw nothing is asked again; real time."""


class TriesScreen(SectionScreen):
    """A section whose device is armed as soon as its screen stands."""

    def __init__(self, sat: Any) -> None:
        super().__init__(sat)
        self._armed = asyncio.Event()
        self._begun = False
        self.capturing = False
        self.chosen: Part | None = None
        self.picture = LivePicture(self)

    @abstractmethod
    async def take(self, device: Any, name: str) -> None:
        """Capture once and take over what the store kept. Raises HardwareError and what the store raises."""

    @property
    def shows_live(self) -> bool:
        """Whether there is room for what lies before the scanner."""
        return self.wide

    @abstractmethod
    def live_frames(self, device: Any) -> AsyncGenerator[Frame]:
        """Return the device's live picture of what the next try is about."""

    @abstractmethod
    async def draw_live(self, frame: Frame) -> list[Line]:
        """Return a frame in half cells. Raises UnreadablePicture."""

    @abstractmethod
    def limit(self) -> float:
        """Return the limit of this section's parts."""

    @abstractmethod
    def told_failed(self, error: CaptureFailed) -> Problem:
        """Return what to tell of a try that gave nothing."""

    def told_below(self, below: Sequence[Part]) -> Problem:
        """Return what to tell of a try that is too low."""
        worst = min(below, key=lambda part: self.here.best[part] or 0.0)
        name = words.part_name(worst)
        name = name[:1].upper() + name[1:]
        value = words.score(self.here.best[worst])
        return problem(16, finger=name, score=value, limit=f"{self.limit():g}", attempt=self.here.tried)

    def marked(self) -> Part:
        """Return the part that was chosen, else the one that is lowest or still wanted."""
        if self.chosen is not None:
            return self.chosen
        below = self.here.below(self.state.limits)
        if below:
            return min(below, key=lambda part: self.here.best[part] or 0.0)
        return (self.here.missing() or self.body_parts)[0]

    @property
    def body_parts(self) -> tuple[Part, ...]:
        """All parts of the section, in the order in which devices report them."""
        return PARTS[self.section]

    def move(self, by: int) -> None:
        """Mark the part beside."""
        self.chosen = self.body_parts[(self.body_parts.index(self.marked()) + by) % len(self.body_parts)]

    async def prepare(self) -> None:
        """Arm when the screen first stands, unless the office wants a key for it."""
        if not self._begun:
            self._begun = True
            if await self.store.run(_starts_itself):
                self._armed.set()

    async def use(self, device: Any) -> None:
        """Try until everything passes, the tries are used up, or the screen goes."""
        name = self.attached.name if self.attached else ""
        if self.complete:  # opened again to be looked at: U takes it anew
            self.resting = True
            await asyncio.Event().wait()
        while not self.complete:
            if self.exhausted:
                self._armed.clear()
            self.resting = not self._armed.is_set()
            await self._armed.wait()
            self.resting = False
            if self.exhausted:
                self._armed.clear()
                continue
            await self._try(device, name)
        await self.passed()

    async def _try(self, device: Any, name: str) -> None:
        self.capturing = True
        self.refresh_frame()
        watching = await self._begin_watching(device)
        try:
            await self.take(device, name)
        except CaptureFailed as error:
            self.trouble = self.told_failed(error)
            await self.note_fault(error)
            if not error.retriable:
                self._armed.clear()
            self.capturing = False
            self.refresh_frame()
            await asyncio.sleep(REARM_S)
            return
        finally:
            self.capturing = False
            # Only now: some services break a capture off whose live picture was closed.
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        self.rekam.rhythm.touched()
        self.does_well()
        self.stand()
        if not self.complete:
            self.rekam.ring()
            self.refresh_frame()
            if not self.exhausted:
                await self.rekam.clock.sleep(BETWEEN_S)

    async def _begin_watching(self, device: Any) -> asyncio.Task[None]:
        """Ask for the live picture, which has to be on its way before the capture begins."""
        watching = asyncio.create_task(self._watch(device))
        await asyncio.sleep(0)
        return watching

    async def _watch(self, device: Any) -> None:
        """Draw what lies before the scanner until the capture ends; a scanner that shows nothing captures as well."""
        if not self.shows_live:
            return
        with suppress(HardwareError):
            async with aclosing(self.live_frames(device)) as frames:
                async for frame in frames:
                    if self.picture.due() is Due.PICTURE:
                        with suppress(UnreadablePicture):
                            self.picture.draw(await self.draw_live(frame))

    async def capture_now(self) -> None:
        """Arm the device, where it does not capture already; from a section that is done go on."""
        if self.complete:
            await self.go_on()
            return
        if not self.held:
            self.take_up()
        self._armed.set()

    async def again(self) -> None:
        """Start the tries again; the attempts stay in the record."""
        if not self.here.tried or await self.write(recordings.take_again, self.section):
            self._armed.set()
            self.take_up()

    def problems(self) -> Sequence[Problem]:
        """Return what is below the limit, or that the tries are used up."""
        said = list(super().problems())
        if self.lost is None and self.here.tried and not self.complete:
            below = self.here.below(self.state.limits)
            if self.exhausted:
                said.append(problem(17))
            elif below:
                said.append(self.told_below(below))
        return said

    def live_hints(self) -> Sequence[Hint]:
        """Return the keys of a scanner."""
        return (
            Hint(keys.ENTER, p_("key", "Take"), self.capture_now),
            Hint(keys.AGAIN, p_("key", "Again"), self.again),
            self.exception_hint(),
            Hint(keys.LEFT, p_("key", "Part"), lambda: self.move(-1), rank=0),
            Hint(keys.RIGHT, p_("key", "Part"), lambda: self.move(1), rank=0),
            self.sections_hint(),
        )


def _starts_itself(tx: Transaction) -> bool:
    return tx.setting("capture.self_start") is True
