"""S20: both irises; after a try only the eye that failed is taken again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any, ClassVar

from hw.types import CaptureFailed, Eye, Frame, IrisScanner, Role
from store.sections import BestReason, ExceptionReason, Part, Section
from tui import figures
from tui.captures import PART_OF_EYE, EyeSeen
from tui.i18n import N_, _
from tui.ink import Ink
from tui.line import Line
from tui.messages import Problem, problem
from tui.screens import recording_pane
from tui.screens import recording_words as words
from tui.screens.recording_tries import TriesScreen
from tui.widgets import preview

_COLUMNS = {Part.RIGHT_IRIS: 7, Part.LEFT_IRIS: 39}
"""Heads stand as the officer sees the pupil: her right eye is at the left."""
_WIDTH, _HEIGHT, _TALLEST = 24, 5, 9
"""Of an eye's box in cells; it grows to its tallest where the terminal has the lines."""
_LIDDED, _GLARING = 0.8, 0.01
"""Less of the iris' height open, or more of it burnt out, is named as the reason for a low score."""


class IrisesScreen(TriesScreen):
    """The iris scanner's screen."""

    section = Section.IRISES
    role = Role.IRIS
    subject = N_("irises")
    best_reasons: ClassVar = (BestReason.EYELID, BestReason.LIGHT)
    exception_reasons: ClassVar = (
        ExceptionReason.CANNOT_OPEN_EYE,
        ExceptionReason.BANDAGED,
        ExceptionReason.INJURED,
        ExceptionReason.MISSING,
        ExceptionReason.PERMANENT_DEFECT,
        ExceptionReason.OTHER,
    )

    def __init__(self, sat: Any) -> None:
        super().__init__(sat)
        self._live: tuple[Part, ...] = ()
        """The eyes in the live picture, from left to right; none while what was taken is shown."""
        self._seen: dict[Part, EyeSeen] = {}
        """A few pixels of each eye, while this screen stands; the store has none to give back."""

    async def take(self, device: IrisScanner, name: str) -> None:
        """Take the eyes that are still too low, or not taken at all."""
        images = await device.capture(self._next)
        state, seen = await self.captures.irises(images, (_WIDTH, _TALLEST * 2), name)
        self.now_is(state)
        self._seen |= seen
        self._live = ()

    @property
    def shows_live(self) -> bool:
        """Both eyes have their box on every terminal."""
        return True

    @property
    def _next(self) -> frozenset[Eye]:
        """The eyes that the next try is about: those still too low, or not taken at all."""
        wanted = self.here.open_parts(self.state.limits)
        return frozenset(eye for eye in Eye if PART_OF_EYE[eye] in wanted)

    def live_frames(self, device: IrisScanner) -> AsyncGenerator[Frame]:
        """Return the eyes that are taken next."""
        self._live = tuple(PART_OF_EYE[eye] for eye in Eye if eye in self._next)
        return device.frames(self._next)

    async def draw_live(self, frame: Frame) -> list[Line]:
        """Return the eyes side by side as they stand in their boxes: her right one at the left."""
        width, height = _WIDTH * len(self._live), self._height
        return await asyncio.to_thread(preview.of_frame, frame.jpeg, self.rekam.look, width, height)

    @property
    def _height(self) -> int:
        return min(max(_HEIGHT + self.app.size.height - 24, _HEIGHT), _TALLEST)

    def limit(self) -> float:
        """Return the office's limit for irises."""
        return self.state.limits.iris

    def told_failed(self, error: CaptureFailed) -> Problem:
        """Say what the scanner did not like."""
        return words.failed_problem(error, self.role)

    def told_below(self, below: Sequence[Part]) -> Problem:
        """Name the eye that is taken again, and the other that is kept."""
        if len(below) != 1:
            return super().told_below(below)
        (eye,) = below
        other = Part.LEFT_IRIS if eye is Part.RIGHT_IRIS else Part.RIGHT_IRIS
        name = words.part_name(eye)
        return problem(
            19,
            eye=name[:1].upper() + name[1:],
            score=words.score(self.here.best[eye]),
            limit=f"{self.limit():g}",
            other=words.eye_side(other).capitalize(),
            again=words.eye_side(eye),
        )

    # --- drawing ------------------------------------------------------------------------------------------------

    def fact(self) -> str:
        """Return the limit."""
        return _("limit {limit}").format(limit=f"{self.limit():g}")

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw both eyes with their scores, and what to do."""
        made = [Line("     ").put(5, _("Left and right iris")).put(47, self.tries()), Line()]
        heads = {Part.RIGHT_IRIS: _("RIGHT (screen left)"), Part.LEFT_IRIS: _("LEFT (screen right)")}
        marked = self.marked()
        names = Line()
        for part, column in _COLUMNS.items():
            names.put(column + 3, heads[part], Ink.VALUE if part is marked else Ink.NORMAL)
        made += [names, *self._pictures(), *self._facts(), Line()]
        made.append(Line("     ").put(5, _("Take off glasses. Eyes wide open, look into the mirror, do not blink.")))
        made.append(Line("     ").put(5, self._advice()))
        made = self.with_box([*made, Line(), self.strip(), Line()])
        return recording_pane.beside(made, self.state, None, height) if self.wide else made

    def _pictures(self) -> list[Line]:
        width, height = _WIDTH, self._height
        rows = [Line() for _row in range(height + 2)]
        for part, column in _COLUMNS.items():
            rows[0].put(column, "┌" + "─" * width + "┐")
            rows[-1].put(column, "└" + "─" * width + "┘")
            picture = self._picture_of(part, width, height)
            for offset in range(height):
                row = rows[1 + offset].put(column, "│").put(column + width + 1, "│")
                if offset < len(picture):
                    row.over(column + 1, picture[offset])
        return rows

    def _picture_of(self, part: Part, width: int, height: int) -> list[Line]:
        """Return what stands in an eye's box: the live picture while the scanner looks, else what was taken."""
        if part in self._live and self.picture.lines:
            first = self._live.index(part) * width
            return [line.crop(first + width).after(first) for line in self.picture.lines[:height]]
        seen = self._seen.get(part)
        return [] if seen is None else preview.shown(seen.pixels, self.rekam.look, width, height)

    def _facts(self) -> list[Line]:
        scores, opened = Line(), Line()
        for part, column in _COLUMNS.items():
            excepted = self.here.excepted.get(part)
            if excepted is not None:
                scores.state(column + 2, "~ " + words.exception_reason(excepted.reason), 26)
                continue
            value = self.here.best.get(part)
            scores.put(
                column + 2, _("score {score} / {limit}").format(score=words.score(value), limit=f"{self.limit():g}")
            )
            if value is not None:
                scores.state(column + 16, self._verdict(part, value))
            if (seen := self._seen.get(part)) is not None:
                opened.put(column + 2, _("eye open {share} %").format(share=round(seen.open_share * 100)))
        return [scores, opened]

    def _verdict(self, part: Part, value: float) -> str:
        if value >= self.limit():
            return _("√ good")
        seen = self._seen.get(part)
        if seen is not None and seen.glare > _GLARING:
            return _("! reflection, glasses off")
        if seen is not None and seen.open_share < _LIDDED:
            return _("× lid")
        return _("× unsharp")

    def _advice(self) -> str:
        below = self.here.below(self.state.limits)
        if self.complete:
            return _("√ All are good enough.")
        if self.exhausted:
            return _("The tries are used up; the best is kept. X gives the reason.")
        if len(below) == 1 and len(self.here.best) > 1:
            if below[0] is Part.LEFT_IRIS:
                return _("The right eye is accepted; only the left eye is taken again.")
            return _("The left eye is accepted; only the right eye is taken again.")
        return _("The scanner is ready.") if self.capturing else _("Enter makes the scanner ready.")

    def kept(self) -> str:
        """Return how the thumbs were stored."""
        thumbs = self.state.section(Section.THUMBS)
        if not thumbs.counting:
            return ""
        scores = " ".join(words.score(value) for value in thumbs.best.values())
        at = figures.clock_time(self.rekam.local(thumbs.counting[-1].at))
        return _("√ {section} kept {time}: {scores}").format(
            section=words.section_name(Section.THUMBS), time=at, scores=scores
        )
