"""A screen of step 6 that holds a device while it stands: found, lost, found again, or in use at another desk.

The device is opened when the screen comes to the front and let go of when anything is laid over it, so that nothing is
taken behind the lock. What a device does wrong goes into its log, once however often it is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from hw.types import Attached, CaptureFailed, Device, DeviceBusy, DeviceGone, DeviceState, HardwareError, Role
from store import faults
from store.errors import StoreError
from store.faults import Fault
from store.recordings import RecordingRefusedError
from store.sections import Section
from store.transaction import NotAllowedError
from tui import device_faults, sitting
from tui.frame import FrameScreen
from tui.i18n import p_
from tui.keys import BACK, Hint
from tui.messages import Problem
from tui.screens import recording_words as words
from tui.sitting import Sitting
from tui.unlocking import store_problem

if TYPE_CHECKING:
    from textual.worker import Worker

WIDE, TALL = 120, 30
"""From this many columns and lines on, the picture and all sections stand beside the work."""
RETRY_S = 1.0
"""Between two looks at a device that is gone or in use; real time, as the drivers count theirs."""


class DeviceScreen(FrameScreen):
    """One pupil's recording in front of one device."""

    step = sitting.STEP
    section: ClassVar[Section | None] = None
    role: ClassVar[Role]

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
        self._held_last: Attached | None = None
        self._noted: Fault | None = None
        """The fault that is in the device's log already; the same one again is no news."""

    async def use(self, device: Any) -> None:
        """Work with the device until nothing more is needed. Raises HardwareError and what the store raises."""
        raise NotImplementedError

    @property
    def wide(self) -> bool:
        """Whether there is room for more than at 80x24."""
        return self.app.size.width >= WIDE and self.app.size.height >= TALL

    # --- life ---------------------------------------------------------------------------------------------------

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

    @property
    def held(self) -> bool:
        """Whether somebody is at it: the device held, or looked for."""
        return self._using is not None and not self._using.is_finished

    def _equipment_changed(self, equipment: tuple[Attached, ...]) -> None:
        self._changed.set()
        gone = self.attached is not None and self.attached.key not in {one.key for one in equipment}
        if gone and self.resting:
            self.take_up()

    # --- the device ---------------------------------------------------------------------------------------------

    async def _hold(self) -> None:
        try:
            while not await self._work_with():
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

    async def _work_with(self) -> bool:
        """Open the device and work with it; False when it has to be tried again."""
        self._changed.clear()
        found = self._find()
        if found is None:
            await self._lose()
            return False
        try:
            device: Device = await self.rekam.bus.open(found) if self.rekam.bus else await _no_bus()
            self.attached, self._held_last = found, found
            self.lost = self.trouble = None
            if self._noted is Fault.GONE:
                self._noted = None
            self.refresh_frame()
            try:
                await self.use(device)
            finally:
                await device.close()
        except DeviceGone:
            self._held_last = found
            await self._lose()
        except DeviceBusy as error:
            self.trouble = words.busy_problem(self.role, error.holder)
        except CaptureFailed as error:
            self.trouble = words.failed_problem(error, self.role)
            await self.note_fault(error)
        else:
            return True
        return False

    def _find(self) -> Attached | None:
        """Return the device for this screen: a ready one before one that is in use."""
        found = [one for one in self.rekam.equipment if one.role is self.role]
        return next((one for one in found if one.state is DeviceState.READY), found[0] if found else None)

    async def _lose(self) -> None:
        if self.lost is None:
            self.lost = self.rekam.local_now()
            self.rekam.ring()
            self.refresh_frame()
            await self.note_fault(DeviceGone())

    async def note_fault(self, error: HardwareError) -> None:
        """Write what a device did wrong into its log; a device that was never held here has done nothing."""
        fault, device = device_faults.fault_of(error, self.role), self.attached or self._held_last or self._find()
        if fault is None or fault is self._noted or device is None:
            return
        named = device_faults.named(device)
        if named is None:
            return
        self._noted = fault
        with suppress(StoreError, NotAllowedError):  # the log is worth no interruption: the same trouble is told anyway
            visit = None if self.rekam.visit is None else self.rekam.visit.id
            await self.store.run(faults.note, visit, named, fault, self.section)

    def does_well(self) -> None:
        """Note that the device gave what was asked: whatever it does wrong next is news again."""
        self.trouble = None
        self._noted = None

    # --- what every such screen says ----------------------------------------------------------------------------

    def problems(self) -> Sequence[Problem]:
        """Return a lost device first, then what it said last."""
        if self.lost is not None:
            return [words.lost_problem(self.role)]
        return [] if self.trouble is None else [self.trouble]

    def sections_hint(self) -> Hint:
        """Return the hint of Esc."""
        return Hint(BACK, p_("key", "Sections"), self.rekam.back)


async def _no_bus() -> Device:
    raise DeviceGone
