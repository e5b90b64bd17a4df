"""What the sections of step 6 have in common: a device that is held while the screen stands, lost and found again.

A section's screen opens its device when it comes to the front and lets go of it when anything is laid over it, so that
nothing is taken behind the lock. Whatever a device gives is stored first and drawn from what the store gave back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec

from hw.types import Attached, CaptureFailed, Device, DeviceBusy, DeviceGone, DeviceState, Role
from store import exceptions, recordings
from store.errors import StoreError
from store.recordings import RecordingRefusedError
from store.sections import PARTS, BestReason, ExceptionReason, Part, RecordingState, Section, SectionState
from store.transaction import NotAllowedError, Transaction
from tui import keys, sitting
from tui.captures import Captures
from tui.frame import FrameScreen
from tui.i18n import _, p_
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem, problem
from tui.screens import recording_words as words
from tui.screens.recording_lost import lost_box
from tui.screens.recording_ways import leave_for_next, screen_for
from tui.sitting import Sitting
from tui.unlocking import store_problem
from tui.widgets.bars import rail_word

if TYPE_CHECKING:
    from textual.worker import Worker


P = ParamSpec("P")
RETRY_S = 1.0
"""Between two looks at a device that is gone or in use; real time, as the drivers count theirs."""
PASSED_S = 0.5
"""For so long a section that passed is seen before the next one opens."""


@dataclass(frozen=True)
class Offer:
    """One line of the reasons that X offers; without a reason an exception is taken back."""

    reason: BestReason | ExceptionReason | None

    @property
    def label(self) -> str:
        """The reason in words; one that keeps the best says so."""
        if self.reason is None:
            return _("not excepted after all")
        if isinstance(self.reason, BestReason):
            return _("best: {reason}").format(reason=words.best_reason(self.reason))
        return words.exception_reason(self.reason)


class SectionScreen(FrameScreen):
    """One section of one pupil's recording."""

    step = sitting.STEP
    section: ClassVar[Section]
    role: ClassVar[Role]
    best_reasons: ClassVar[tuple[BestReason, ...]] = ()
    exception_reasons: ClassVar[tuple[ExceptionReason, ...]] = ()

    def __init__(self, sat: Sitting) -> None:
        super().__init__()
        self.sat = sat
        self.lost: datetime | None = None
        self.attached: Attached | None = None
        self.trouble: Problem | None = None
        """What the device said last, until it does better."""
        self.resting = False
        """Whether the device is held but asked for nothing: then only the bus can tell that it is gone."""
        self._changed = asyncio.Event()
        self._using: Worker[None] | None = None

    # --- what a section says ------------------------------------------------------------------------------------

    async def use(self, device: Any) -> None:
        """Work with the device until the section needs nothing more. Raises HardwareError and what the store raises."""
        raise NotImplementedError

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
        if self._using is None or self._using.is_finished:
            self.take_up()

    # --- the device ---------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Hear of what is plugged in and pulled out."""
        self.watch(self.app, "equipment", self._equipment_changed, init=False)

    def on_screen_suspend(self) -> None:
        """Let go of the device: behind another screen, and behind the lock above all, nothing is taken."""
        if self._using is not None:
            self._using.cancel()
            self._using = None

    def take_up(self) -> None:
        """Hold the device from now on, or look for it once more."""
        if self.is_current:
            self._using = self.run_worker(self._hold(), group="device", exclusive=True)

    def _equipment_changed(self, equipment: tuple[Attached, ...]) -> None:
        self._changed.set()
        gone = self.attached is not None and self.attached.key not in {one.key for one in equipment}
        if gone and self.resting:
            self.take_up()

    async def _hold(self) -> None:
        try:
            while not await self._held():
                self.refresh_frame()
                wait = None if self.trouble is not None and self.trouble.symbol == "×" else RETRY_S
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), wait)
        except (StoreError, NotAllowedError) as error:
            if (told := store_problem(error)) is not None:
                self.refuse(told)
        except RecordingRefusedError as error:
            self.refuse(words.refusal(error))
        finally:
            self.attached = None
            self.resting = False
        self.refresh_frame()

    async def _held(self) -> bool:
        """Open the device and work with it; False when it has to be tried again."""
        self._changed.clear()
        found = self._find()
        if found is None:
            self._lose()
            return False
        try:
            device: Device = await self.rekam.bus.open(found) if self.rekam.bus else await _no_bus()
            self.attached, self.lost, self.trouble = found, None, None
            self.refresh_frame()
            try:
                await self.use(device)
            finally:
                await device.close()
        except DeviceGone:
            self._lose()
        except DeviceBusy as error:
            desk = error.holder or "2"
            self.trouble = problem(24, device=words.device_name(self.role), desk=desk)
        except CaptureFailed as error:
            self.trouble = words.failed_problem(error, self.role)
        else:
            return True
        return False

    def _find(self) -> Attached | None:
        """Return the device for this section: a ready one before one that is in use."""
        found = [one for one in self.rekam.equipment if one.role is self.role]
        return next((one for one in found if one.state is DeviceState.READY), found[0] if found else None)

    def _lose(self) -> None:
        if self.lost is None:
            self.lost = self.rekam.local_now()
            self.rekam.ring()

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
        offers, part = self.offers(), self.marked()
        labels = [offer.label for offer in offers]
        other = next((at for at, offer in enumerate(offers, 1) if offer.reason is ExceptionReason.OTHER), 0)
        lost = self.lost is not None
        name = words.section_name(self.section) if lost else words.part_name(part)
        effect = _("Effect: only this is excepted; the rest is still taken.")
        if lost:
            effect = _("Effect: this section is recorded as device broken; the coordinator decides.")
        given = await self.ask_reason(_("Exception: {what}").format(what=name), effect, labels, other=other)
        if given is None:
            return
        if given.number:
            offer, note = offers[given.number - 1], given.text.removeprefix(labels[given.number - 1]).strip(" ,;:")
        else:
            offer, note = Offer(ExceptionReason.DEVICE_BROKEN if lost else ExceptionReason.OTHER), given.text
        for one in PARTS[self.section] if lost else (part,):
            if not await self._apply(offer, one, given.text if given.number == other else note):
                return
        if self.complete:
            await self.go_on()
        else:
            self.take_up()

    async def _apply(self, offer: Offer, part: Part, note: str) -> bool:
        if offer.reason is None:
            return await self.write(exceptions.withdraw_exception, part)
        if isinstance(offer.reason, BestReason):
            return await self.accept_best(offer.reason, note)
        return await self.write(exceptions.except_part, part, offer.reason, note)

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

    def problems(self) -> Sequence[Problem]:
        """Return a lost device first, then what it said last."""
        if self.lost is not None:
            return [words.lost_problem(self.role)]
        return [] if self.trouble is None else [self.trouble]

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

    def sections_hint(self) -> Hint:
        """Return the hint of Esc."""
        return Hint(keys.BACK, p_("key", "Sections"), self.rekam.back)

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


async def _no_bus() -> Device:
    raise DeviceGone
