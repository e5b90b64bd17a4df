"""What the sections of step 6 have in common: their state as the store gave it, the ways out, exceptions, the strip.

Whatever a device gives is stored first and drawn from what the store gave back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Concatenate, ParamSpec

from store import recordings
from store.recordings import RecordingRefusedError
from store.sections import PARTS, BestReason, ExceptionReason, Part, RecordingState, Section, SectionState
from store.transaction import Transaction
from tui import keys
from tui.i18n import _, p_
from tui.keys import Hint
from tui.screens import recording_exceptions
from tui.screens import recording_words as words
from tui.screens.recording_exceptions import Offer
from tui.screens.recording_pupil import PupilScreen

P = ParamSpec("P")
PASSED_S = 0.5
"""For so long a section that passed is seen before the next one opens."""


class SectionScreen(PupilScreen):
    """One section of one pupil's recording."""

    section: ClassVar[Section]  # pyright: ignore[reportIncompatibleVariableOverride] - here there always is one
    best_reasons: ClassVar[tuple[BestReason, ...]] = ()
    exception_reasons: ClassVar[tuple[ExceptionReason, ...]] = ()

    # --- what a section says ------------------------------------------------------------------------------------

    def marked(self) -> Part:
        """Return the part that X is about."""
        return PARTS[self.section][0]

    def about(self) -> str:
        """Return the section."""
        return words.section_name(self.section)

    def lost_hints(self) -> Sequence[Hint]:
        """Return that the section may be recorded as device broken."""
        return (self.exception_hint(),)

    # --- the state ----------------------------------------------------------------------------------------------

    @property
    def here(self) -> SectionState:
        """The section itself, as the store last gave it."""
        return self.state.section(self.section)

    @property
    def complete(self) -> bool:
        """Whether the section needs nothing more."""
        return self.here.complete(self.state.limits)

    @property
    def exhausted(self) -> bool:
        """Whether all tries are used up and something is still below its limit."""
        return bool(self.here.below(self.state.limits)) and self.here.tried >= self.state.limits.tries

    async def write(
        self, function: Callable[Concatenate[Transaction, Any, P], RecordingState], *args: P.args, **kwargs: P.kwargs
    ) -> bool:
        """Change the recording and take over its new state; False where the rules refused, which is told."""
        try:
            self.now_is(await self.store.run(function, self.state.id, *args, **kwargs))
        except RecordingRefusedError as error:
            self.refuse(words.refusal(error))
            return False
        return True

    # --- ways ---------------------------------------------------------------------------------------------------

    async def passed(self) -> None:
        """Let what passed be seen for a moment, then go on by itself."""
        self.rekam.ring()
        self.refresh_frame()
        await self.rekam.clock.sleep(PASSED_S)
        self.rekam.aside(self.go_on())

    def offers(self) -> list[Offer]:
        """Return what X offers now: a lost device, the best of the tries, an exception."""
        if self.lost is not None:
            return [Offer(ExceptionReason.DEVICE_BROKEN)]
        best = self.best_reasons if self.exhausted else ()
        back = (None,) if self.marked() in self.here.excepted else ()
        return [Offer(reason) for reason in (*back, *best, *self.exception_reasons)]

    async def ask_exception(self) -> None:
        """Ask why the marked part is excepted, or the best of all tries kept."""
        if not await recording_exceptions.ask(self):
            return
        if self.complete:
            await self.go_on()
        else:
            self.take_up()

    async def accept_best(self, reason: BestReason, note: str) -> bool:
        """Keep the best of all tries with a reason."""
        return await self.write(recordings.accept_best, self.section, reason, note)

    # --- drawing ------------------------------------------------------------------------------------------------

    def exception_hint(self) -> Hint:
        """Return the hint of X."""
        return Hint(keys.EXCEPTION, p_("key", "Except"), self.ask_exception)

    def tries(self) -> str:
        """Return `coba 2 dari 3`: the last try, or the one that was cut off."""
        number = self.here.tried + (1 if self.lost is not None else 0)
        limit = self.state.limits.tries
        return _("try {number} of {all}").format(number=min(max(number, 1), limit), all=limit)
