"""What the sections of step 6 have in common: their state as the store gave it, the ways out, exceptions, the strip.

Whatever a device gives is stored first and drawn from what the store gave back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Concatenate, ParamSpec

from hw.types import Role
from store import recordings
from store.recordings import RecordingRefusedError
from store.sections import PARTS, BestReason, ExceptionReason, Part, RecordingState, Section, SectionState
from store.transaction import Transaction
from tui import keys
from tui.captures import Captures
from tui.i18n import _, p_
from tui.keys import Hint
from tui.line import Line
from tui.screens import recording_exceptions
from tui.screens import recording_words as words
from tui.screens.recording_device import DeviceScreen
from tui.screens.recording_exceptions import Offer
from tui.screens.recording_lost import lost_box
from tui.screens.recording_ways import leave_for_next, screen_for
from tui.widgets.bars import rail_word

P = ParamSpec("P")
PASSED_S = 0.5
"""For so long a section that passed is seen before the next one opens."""


class SectionScreen(DeviceScreen):
    """One section of one pupil's recording."""

    section: ClassVar[Section]  # pyright: ignore[reportIncompatibleVariableOverride] - here there always is one
    best_reasons: ClassVar[tuple[BestReason, ...]] = ()
    exception_reasons: ClassVar[tuple[ExceptionReason, ...]] = ()

    # --- what a section says ------------------------------------------------------------------------------------

    async def prepare(self) -> None:
        """Read what else the screen shows, after the state."""

    def marked(self) -> Part:
        """Return the part that X is about."""
        return PARTS[self.section][0]

    def live_hints(self) -> Sequence[Hint]:
        """Return the section's own keys while its device is there."""
        raise NotImplementedError

    def kept(self) -> str:
        """Return what was stored last, for the status line."""
        return ""

    # --- the state ----------------------------------------------------------------------------------------------

    @property
    def state(self) -> RecordingState:
        """The recording as the store last gave it."""
        return self.sat.state

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

    @property
    def captures(self) -> Captures:
        """Where what the device takes is sealed."""
        seals = self.rekam.seals
        assert seals is not None, "whoever unlocked the store has the office's public keys"
        return Captures(self.store, seals, self.state.id)

    def now_is(self, state: RecordingState) -> None:
        """Take over what the store gave back."""
        self.sat = replace(self.sat, state=state)

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

    async def load(self) -> None:
        """Read the recording as it is now, and take up the device."""
        self.now_is(await self.store.run(recordings.state, self.state.id))
        await self.prepare()
        if not self.held:
            self.take_up()

    # --- ways ---------------------------------------------------------------------------------------------------

    async def passed(self) -> None:
        """Let what passed be seen for a moment, then go on by itself."""
        self.rekam.ring()
        self.refresh_frame()
        await self.rekam.clock.sleep(PASSED_S)
        self.rekam.aside(self.go_on())

    async def go_on(self) -> None:
        """Open the next section that needs something, or the check before the seal."""
        if self.is_current:
            await self.rekam.switch_screen(screen_for(self.sat))

    def search_device(self) -> None:
        """Look for a device that is gone."""
        self.take_up()

    async def next_pupil(self) -> None:
        """Leave the pupil exactly as she is, behind the others, and open the next one."""
        await leave_for_next(self.rekam)

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

    def headline(self) -> tuple[str, str]:
        """Return the pupil and the section; at the right what is wrong with the device, or a fact of the section."""
        left = f"6 {rail_word(6)} · {self.sat.pupil.name} · {words.section_name(self.section)}"
        if self.lost is not None:
            return left, _("DEVICE LOST")
        desk = _("desk {desk}").format(desk=self.rekam.desk.value)
        return left, " · ".join(part for part in (desk, self.fact()) if part)

    def fact(self) -> str:
        """Return the right end of the headline, behind the desk."""
        return ""

    def leaving(self) -> Sequence[str]:
        """Say that she is open, and where it goes on."""
        return words.leaving(self.sat.pupil.name, self.sat.state)

    def hints(self) -> Sequence[Hint]:
        """Return the section's keys, or those of the box while the device is gone."""
        if self.lost is None:
            return self.live_hints()
        return (
            Hint(keys.AGAIN, _("Look for it"), self.search_device),
            Hint(keys.NEXT, _("Next"), self.next_pupil),
            self.exception_hint(),
            self.sections_hint(),
        )

    def exception_hint(self) -> Hint:
        """Return the hint of X."""
        return Hint(keys.EXCEPTION, p_("key", "Except"), self.ask_exception)

    def shared_keys(self) -> tuple[Hint, ...]:
        """Return the shared keys without the digits: a slip of the hand must not end a capture."""
        return tuple(hint for hint in super().shared_keys() if hint.key not in keys.STEPS)

    def tries(self) -> str:
        """Return `coba 2 dari 3`: the last try, or the one that was cut off."""
        number = self.here.tried + (1 if self.lost is not None else 0)
        limit = self.state.limits.tries
        return _("try {number} of {all}").format(number=min(max(number, 1), limit), all=limit)

    def strip(self) -> Line:
        """Draw the strip of all sections, this one under way."""
        line = Line("   ").state(3, ("√ " if self.state.confirmed_at else "· ") + p_("strip", "data"))
        for one in self.state.sections:
            mark = "►" if one.section is self.section else words.symbol(one, self.state.limits)
            line.add("  ").state(len(line), f"{mark} {words.section_short(one.section)}")
        return line.add("  ").state(len(line), "· " + p_("strip", "seal"))

    def with_box(self, lines: list[Line]) -> list[Line]:
        """Lay the box over the work where the device is gone."""
        if self.lost is None:
            return lines
        return [*lines[:6], *lost_box(self.state, self.role, self.lost), Line(), self.strip()]

    def status(self) -> str:
        """Return what was stored last; while a device is gone, which of them are there."""
        if self.lost is None:
            return self.kept()
        here = {device.role for device in self.rekam.equipment} - {self.role}
        there = "  ".join(f"{words.device_short(role)} √" for role in _ROLES if role in here)
        cut = _("{device} × lost {time}, the try does not count").format(
            device=words.device_short(self.role), time=f"{self.lost:%H.%M.%S}"
        )
        return f"{there}  {cut}"


_ROLES = (Role.CAMERA, Role.SIGNATURE, Role.IRIS, Role.FINGER)
