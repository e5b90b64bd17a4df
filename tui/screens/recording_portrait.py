"""S16: the portrait, with a live picture and what to move before the shutter."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from hw.pictures.pixels import UnreadablePicture
from hw.types import CaptureFailed, Cloth, Frame, HardwareError
from store import recordings
from store.sections import AttemptState, BestReason, ExceptionReason, Part, Section
from tui import figures, keys
from tui.captures import WrongClothError
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.keys import Hint
from tui.line import Line, cut, stack
from tui.messages import Problem, problem
from tui.pace import Due
from tui.screens import recording_pane
from tui.screens import recording_portrait_lines as lines
from tui.screens import recording_words as words
from tui.screens.recording_camera import CameraScreen
from tui.screens.recording_section import SectionScreen
from tui.widgets import preview

if TYPE_CHECKING:
    from hw.pictures.pixels import Pixels
    from hw.pictures.portrait import PortraitCheck


@dataclass(frozen=True)
class _Looked:
    """One picture, measured: a few pixels for the screen and the lines of the pre-check."""

    pixels: Pixels
    check: PortraitCheck


class PortraitScreen(CameraScreen, SectionScreen):
    """The camera's screen: live until Enter takes a still, then the still until Enter keeps it."""

    section = Section.PORTRAIT
    subject = N_("portrait")
    best_reasons: ClassVar = (BestReason.LIGHT,)
    exception_reasons: ClassVar = (
        ExceptionReason.CANNOT_OPEN_EYE,
        ExceptionReason.WHEELCHAIR,
        ExceptionReason.BANDAGED,
        ExceptionReason.OTHER,
    )

    def __init__(self, sat: Any) -> None:
        super().__init__(sat)
        self._check: PortraitCheck | None = None
        self._still: int | None = None
        """The attempt whose still stands on the screen; None while the picture is live."""

    # --- the camera ---------------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """Show the still that nobody decided about yet, or the one that was kept."""
        here = self.here
        if here.tried and (here.kept is not None or not self.live.is_set()):
            await self._show_still()
        elif self._still is None:
            self.live.set()

    async def draw_frame(self, frame: Frame) -> None:
        """Measure the frame, and draw it where a picture is due; its words are drawn in any case."""
        due = self.picture.due()
        if due is Due.NOTHING:
            return
        try:
            looked = await asyncio.to_thread(_look, frame.jpeg, self._wanted, self.room())
        except UnreadablePicture:
            return
        if self.live.is_set():
            self._check = looked.check
            self.picture.draw(self._drawn(looked.pixels) if due is Due.PICTURE else None)

    # --- actions ------------------------------------------------------------------------------------------------

    async def shoot(self) -> None:
        """Take a still, and show it from what the store kept."""
        await self.answered.wait()
        camera = self.camera
        if camera is None or self.silent:
            self.refuse(words.lost_problem(self.role))
            return
        self.live.clear()
        taken = False
        try:
            still = await camera.capture()
            name = self.attached.name if self.attached else ""
            state, _check = await self.captures.portrait(still, self._wanted, name)
            self.now_is(state)
            self.does_well()
            taken = True
        except WrongClothError as error:
            born = self.sat.pupil.birth_date.year
            seen, needed = words.cloth_name(error.seen), words.cloth_name(self._wanted)
            self.refuse(problem(14, seen=seen, year=born, needed=needed))
        except CaptureFailed as error:
            self.refuse(words.failed_problem(error, self.role))
            await self.note_fault(error)
        except (HardwareError, UnreadablePicture):
            self.refuse(words.lost_problem(self.role))
        finally:
            if not taken:
                self.live.set()
        if taken:
            await self._show_still()
            self.rekam.ring()
            self.stand()

    async def keep(self) -> None:
        """Keep the still, unless it is below the limit without a reason."""
        attempt = self._attempt()
        if attempt is None:
            return
        if self._below(attempt):
            self.refuse(self._told_below(attempt))
            return
        if self.here.kept == attempt.number or await self.write(recordings.keep_portrait, attempt.number):
            await self.go_on()

    async def again(self) -> None:
        """Go back to the live picture; after the last try the tries begin anew."""
        if self._still is None:
            self.take_up()
            return
        begin_anew = self.here.kept is not None or self.here.tried >= self.state.limits.tries
        if begin_anew and not await self.write(recordings.take_again, self.section):
            return
        self._still = None
        self.picture.clear()
        self._check = None
        self.live.set()

    async def accept_best(self, reason: BestReason, note: str) -> bool:
        """Keep the best of the stills, and say why it is good enough."""
        best = max(self._round(), key=_score, default=None)
        if best is None or not await self.write(recordings.keep_portrait, best.number):
            return False
        return await super().accept_best(reason, note)

    # --- the still ----------------------------------------------------------------------------------------------

    async def _show_still(self) -> None:
        here = self.here
        shown = here.kept
        if shown is None:
            tries = self._round()
            shown = max(tries, key=_score).number if self.exhausted else tries[-1].number
        kept = await self.store.run(recordings.draft, self.state.id, self.section, shown)
        self._still = shown
        self.live.clear()
        if kept is not None:
            looked = await asyncio.to_thread(_look, kept, self._wanted, self.room())
            self.picture.lines, self._check = self._drawn(looked.pixels), looked.check

    def _round(self) -> list[AttemptState]:
        """Return the stills of this round, also beside the one that was kept."""
        return [one for one in self.here.attempts if one.round == self.here.round]

    def _attempt(self) -> AttemptState | None:
        return next((one for one in self._round() if one.number == self._still), None)

    def _below(self, attempt: AttemptState) -> bool:
        excused = Part.FACE in self.here.excepted or self.here.best_reason is not None
        return not excused and _score(attempt) < self.state.limits.face

    def _told_below(self, attempt: AttemptState) -> Problem:
        if self.here.tried >= self.state.limits.tries:
            return problem(17)
        limit = f"{self.state.limits.face:g}"
        name = words.part_name(Part.FACE).capitalize()
        return problem(16, finger=name, score=words.score(_score(attempt)), limit=limit, attempt=self.here.tried)

    @property
    def _wanted(self) -> Cloth:
        return Cloth(self.sat.pupil.cloth.value)

    def on_resize(self) -> None:
        """Draw for the new size; a still is scaled anew, the live picture by its next frame."""
        super().on_resize()
        if self._still is not None and self.is_current:
            self.rekam.aside(self._show_still())

    def _drawn(self, pixels: Pixels) -> list[Line]:
        width, height = self.room()
        return preview.shown(pixels, self.rekam.look, width, height // 2)

    # --- drawing ------------------------------------------------------------------------------------------------

    def tries(self) -> str:
        """Return the try that is looked at: of a still its own, of the live picture the one to come."""
        limit = self.state.limits.tries
        numbers = [one.number for one in self._round()]
        at = numbers.index(self._still) + 1 if self._still in numbers else len(numbers) + 1
        return _("try {number} of {all}").format(number=min(at, limit), all=limit)

    def headline(self) -> tuple[str, str]:
        """Return the pupil; in training the whole right end says that the picture is an invented one."""
        left, right = super().headline()
        return left, "" if self.rekam.training and self.lost is None else right

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the picture, the pre-check beside it and the strip below."""
        columns, rows = self.room()
        rows //= 2
        score: float | None = None
        if (attempt := self._attempt()) is not None:
            score = _score(attempt)
        elif self._check is not None:
            score = self._check.score
        head = Line().put(0, words.section_name(self.section).capitalize(), Ink.VALUE).put(17, self.tries())
        right = [head, Line(), *lines.check_lines(self._check, self._wanted, score, self.state.limits.face)]
        right += [Line(), *self._advice(), Line(), *self._camera_lines()]
        beside = stack(recording_pane.below(right, self.state, rows) if self.wide else right, rows)
        made = [Line() for _row in range(rows)]
        for row, line in enumerate(made):
            if row < len(self.picture.lines):
                line.over(2, self.picture.lines[row])
            line.over(columns + 5, beside[row])
        return self.with_box([*made, Line(), self.strip()])

    def _advice(self) -> list[Line]:
        if self._still is not None:
            kept = self.here.kept is not None
            return [Line(_("Kept.") if kept else _("Enter keeps this picture.")), Line(_("U takes another one."))]
        return [Line(lines.advice(self._check)), Line(_("Enter takes the picture at any time."))]

    def _camera_lines(self) -> list[Line]:
        name = self.attached.name if self.attached else "–"
        rate = "" if self._still is not None else " · " + words.pace(self.picture)
        cloth = _("cloth for {year}: {colour}").format(
            year=self.sat.pupil.birth_date.year, colour=words.cloth_name(self._wanted)
        )
        return [Line(_("Camera {name}").format(name=cut(name, 18)) + rate), Line(cloth)]

    def kept(self) -> str:
        """Return when the data were confirmed, and what may be worn."""
        at = self.state.confirmed_at
        said = _("head scarf is fine, face and forehead visible")
        if at is None:
            return said
        return _("√ data right {time}").format(time=figures.clock_time(self.rekam.local(at))) + " · " + said

    def problems(self) -> Sequence[Problem]:
        """Return that all tries are below the limit before what else is wrong."""
        if self.exhausted and self.lost is None:
            return [problem(17), *super().problems()]
        return super().problems()

    def live_hints(self) -> Sequence[Hint]:
        """Return the keys of the live picture, or of the still."""
        if self._still is not None:
            first = Hint(keys.ENTER, p_("key", "Keep"), self.keep)
        else:
            first = Hint(keys.ENTER, p_("key", "Take"), self.shoot)
        return (
            first,
            Hint(keys.AGAIN, p_("key", "Again"), self.again),
            self.exception_hint(),
            self.sections_hint(),
        )


def _score(attempt: AttemptState) -> float:
    return max((one.score or 0.0 for one in attempt.scores), default=0.0)


def _look(picture: bytes, wanted: Cloth, size: tuple[int, int]) -> _Looked:
    from hw.pictures.portrait import check_portrait
    from hw.pictures.portrait_cut import preview

    return _Looked(preview(picture, *size), check_portrait(picture, wanted))
