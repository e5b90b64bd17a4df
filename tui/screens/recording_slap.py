"""S18: a slap of four fingers, or the two thumbs: every try in its row, the marked finger against the limit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar

from hw.types import CaptureFailed, FailReason, FingerScanner, Frame, Role, Slap
from store.sections import AttemptState, BestReason, ExceptionReason, Part, Section
from tui import figures
from tui.captures import PART_OF_FINGER
from tui.i18n import N_, _, p_
from tui.line import Line
from tui.messages import Problem, problem
from tui.screens import recording_pane
from tui.screens import recording_words as words
from tui.screens.recording_tries import TriesScreen
from tui.sitting import Sitting
from tui.widgets import preview

_SLAPS = {Section.LEFT_SLAP: Slap.LEFT_FOUR, Section.RIGHT_SLAP: Slap.RIGHT_FOUR, Section.THUMBS: Slap.THUMBS}
_FIRST, _EACH = 17, 12
"""The column of the first finger, and from finger to finger."""
_BAR = 40
_ROWS = 3
"""Tries that have a row; of more the last ones are shown."""


class SlapScreen(TriesScreen):
    """The fingerprint scanner's screen."""

    role = Role.FINGER
    subject = N_("fingerprints")
    best_reasons: ClassVar = (BestReason.DRY_SKIN, BestReason.WET_SKIN, BestReason.WORN_SKIN)
    exception_reasons: ClassVar = (
        ExceptionReason.BANDAGED,
        ExceptionReason.INJURED,
        ExceptionReason.MISSING,
        ExceptionReason.PERMANENT_DEFECT,
        ExceptionReason.OTHER,
    )

    @property
    def slap(self) -> Slap:
        """What lies on the glass."""
        return _SLAPS[self.section]

    async def take(self, device: FingerScanner, name: str) -> None:
        """Take the whole slap again, without the fingers that are excepted."""
        wanted = self.here.wanted()
        missing = frozenset(finger for finger in self.slap.fingers if PART_OF_FINGER[finger] not in wanted)
        images = await device.capture(self.slap, missing)
        self.now_is(await self.captures.slap(images, name))

    def live_frames(self, device: FingerScanner) -> AsyncGenerator[Frame]:
        """Return the glass."""
        return device.frames(self.slap)

    async def draw_live(self, frame: Frame) -> list[Line]:
        """Return the glass as it fits beside the tries."""
        width, height = recording_pane.picture_room(self.app.size.height)
        return await asyncio.to_thread(preview.of_frame, frame.jpeg, self.rekam.look, width, height)

    def limit(self) -> float:
        """Return the office's limit for fingers."""
        return self.state.limits.finger

    def told_failed(self, error: CaptureFailed) -> Problem:
        """Say which hand is wanted where another one, or fewer fingers, lay on the glass."""
        asked, hand = words.hand(self.section)
        if error.reason is FailReason.WRONG_POSITION:
            return problem(18, seen=_("Another hand"), asked=asked, hand=hand)
        if error.reason is FailReason.WRONG_COUNT:
            return problem(18, seen=_("Too few fingers"), asked=len(self.here.wanted()), hand=hand)
        return words.failed_problem(error, self.role)

    # --- drawing ------------------------------------------------------------------------------------------------

    def fact(self) -> str:
        """Return the limit."""
        return _("limit {limit}").format(limit=f"{self.limit():g}")

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the tries, the best of them, and the marked finger against the limit."""
        name = words.section_name(self.section)
        head = Line("     ").put(5, name[:1].upper() + name[1:]).put(47, self.tries())
        names = Line()
        for at, part in enumerate(self.body_parts):
            names.put(_FIRST + at * _EACH, words.finger_name(part), width=_EACH)
        marked = self.marked()
        made = [head, Line(), names, *self._table(), Line(), self._bar(marked), Line()]
        made.append(Line("     ").put(5, self._advice()))
        made.append(Line())
        made.append(Line("     ").put(5, _("If it stays low after try {number}, X offers:").format(number=self._last)))
        best = words.score(self.here.best.get(marked))
        offers = (
            _("keep the best ({score}) with a reason · bandaged · injured or peeling").format(score=best),
            _("skin · finger missing · permanent defect · other"),
            _("An exception is for one finger (←→); the others are still taken."),
        )
        made += [Line("       ").put(7, text) for text in offers]
        made = self.with_box([*made, Line(), self.strip(), Line()])
        return self._beside(made, height) if self.wide else made

    def _beside(self, made: list[Line], height: int) -> list[Line]:
        """Lay the glass as it was seen last beside the tries; of a scanner that is gone nothing is seen."""
        seen = self.picture.lines if self.lost is None else []
        return recording_pane.beside(made, self.state, seen, height)

    @property
    def _last(self) -> int:
        return self.state.limits.tries

    def _table(self) -> list[Line]:
        """Draw three rows: the last tries, then the best; a try that was cut off says so and does not count."""
        tries = [one for one in self.here.attempts if one.round == self.here.round]
        first = len(tries) - (_ROWS - 1) if len(tries) >= _ROWS else 0
        rows = [self._row(number, one) for number, one in enumerate(tries, 1) if number > first]
        if self.lost is not None and len(rows) < _ROWS:
            cut = Line("       ").put(7, _("try no. {number}").format(number=len(tries) + 1))
            rows.append(cut.state(_FIRST + 1, _("× cut off in mid-capture, does not count")))
        elif tries:
            best = Line("       ").put(7, p_("slap", "best"))
            rows.append(self._scores(best, dict(self.here.best)))
        excepted = self.here.excepted
        while len(rows) < _ROWS:
            rows.append(Line())
        if excepted:
            for at, part in enumerate(self.body_parts):
                if part in excepted:
                    rows[-1].state(_FIRST + 1 + at * _EACH, "~ " + words.exception_reason(excepted[part].reason), 11)
        return rows

    def _row(self, number: int, one: AttemptState) -> Line:
        line = Line("       ").put(7, _("try no. {number}").format(number=number))
        return self._scores(line, {score.part: score.score for score in one.scores})

    def _scores(self, line: Line, scores: dict[Part, float | None]) -> Line:
        for at, part in enumerate(self.body_parts):
            if part in scores:
                value = scores[part]
                passed = value is None or value >= self.limit()
                column = _FIRST + 1 + at * _EACH
                line.put(column, words.score(value)).state(column + 3, "√" if passed else "×")
        return line

    def _bar(self, marked: Part) -> Line:
        """Draw the marked finger's best score, 0 to 100, with the limit in it."""
        value = self.here.best.get(marked)
        filled = round((value or 0) * _BAR / 100)
        bar = "█" * filled + "░" * (_BAR - filled)
        at = min(round(self.limit() * _BAR / 100), _BAR - 1)
        line = Line("       ").put(7, words.finger_name(marked), width=11).put(19, bar).put(19 + at, "┃")
        return line.put(61, f"{words.score(value)} / {self.limit():g}")

    def _advice(self) -> str:
        if self.complete:
            return _("√ All are good enough.")
        if self.exhausted:
            return _("The tries are used up; the best is kept. X gives the reason.")
        if self.here.tried:
            return _("Dry the fingers, press flat, wait for the sound. The scanner is ready.")
        if self.capturing:
            return _("The scanner is ready: press the fingers flat, wait for the sound.")
        return _("Enter makes the scanner ready.")

    def kept(self) -> str:
        """Return what was stored last."""
        done = [one for one in self.state.sections if one.section in _SLAPS and one.section is not self.section]
        done = [one for one in done if one.counting and one.complete(self.state.limits)]
        if not done:
            return ""
        last = sorted(done, key=lambda one: one.counting[-1].at)[-1]
        scores = " ".join(words.score(value) for value in last.best.values())
        at = figures.clock_time(self.rekam.local(last.counting[-1].at))
        return _("√ {section} kept {time}: {scores}").format(
            section=words.section_name(last.section), time=at, scores=scores
        )


class LeftSlapScreen(SlapScreen):
    """The left hand's four fingers."""

    section = Section.LEFT_SLAP


class RightSlapScreen(SlapScreen):
    """The right hand's four fingers."""

    section = Section.RIGHT_SLAP


class ThumbsScreen(SlapScreen):
    """Both thumbs."""

    section = Section.THUMBS


def slap_screen(section: Section, sat: Sitting) -> SlapScreen:
    """Make the screen of one of the three slaps."""
    kinds = {Section.LEFT_SLAP: LeftSlapScreen, Section.RIGHT_SLAP: RightSlapScreen, Section.THUMBS: ThumbsScreen}
    return kinds[section](sat)
