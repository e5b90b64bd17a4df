"""The application: who is on duty, what is open, what is plugged in, and the way from screen to screen.

Everything it works with comes in by the constructor, so that a test and a rehearsal run the very same program on a
store in memory, the emulated kit and a clock of their own.
"""

from __future__ import annotations

import asyncio
import os
import time
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.driver import Driver
from textual.reactive import var
from textual.worker import Worker

from reports.refusal import PaperRefused
from store.clock import Clock
from store.errors import StoreError
from store.progress import Desk
from store.transaction import NotAllowedError
from tui import figures, hangup, i18n, navigation, papers, sop
from tui.duty import OfficerOnDuty, OpenPupil, OpenVisit, SopClock
from tui.frame import FrameScreen
from tui.i18n import _
from tui.ink import Look
from tui.keys import Press
from tui.link import Link
from tui.messages import Problem
from tui.navigation import Place
from tui.people import people
from tui.rhythm import Rhythm
from tui.settings import Settings
from tui.unlocking import store_problem, unlock
from tui.widgets.bars import RailStep, Top
from tui.widgets.dialogs import Provider

if TYPE_CHECKING:
    import uuid

    from hw.types import Attached, Bus
    from store.folder import Folder
    from store.sealing import Seals
    from store.store import Store
    from tui.card_job import CardJob

HANGUP = 129
"""Exit status after SIGHUP, SIGTERM and a terminal that went away, as a shell reports the first."""


class RekamApp(App[int]):
    """Rekam17 on one terminal, for one officer at a time."""

    CSS = "Screen { background: ansi_default; color: ansi_default; layout: vertical; scrollbar-size: 0 0; }"
    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    ALLOW_SELECT = False

    officer: var[OfficerOnDuty | None] = var(None, init=False)
    visit: var[OpenVisit | None] = var(None, init=False)
    pupil: var[OpenPupil | None] = var(None, init=False)
    desk: var[Desk] = var(Desk.ALL, init=False)
    """What this desk does: whom its queues show and who comes next."""

    sop: var[SopClock | None] = var(None, init=False)
    rail: var[tuple[RailStep, ...]] = var((), init=False)
    equipment: var[tuple[Attached, ...]] = var((), init=False)
    standing: var[tuple[Problem, ...]] = var((), init=False)
    """Problems that hold on every screen, such as a backup stick that was pulled."""

    def __init__(
        self,
        store: Store | None,
        bus: Bus | None,
        settings: Settings,
        clock: Clock,
        *,
        folder: Folder | None = None,
        training: bool = False,
        look: Look | None = None,
        first: Callable[[], FrameScreen] | None = None,
    ) -> None:
        super().__init__(ansi_color=True)
        i18n.use(settings.language)
        self.animation_level = "none"
        self.store = store
        self.folder = folder
        self.seals: Seals | None = None
        """Seals captures to the office's keys, from the unlocking on."""
        self.printing_key: bytes | None = None
        """Opens portraits and signatures for the card, where the officer on duty prints; dropped with the lock."""
        self.card_job: CardJob | None = None
        """The card that is on its way to the printer, or through it."""
        self.bus = bus
        self.settings = settings
        self.clock = clock
        self.training = training
        self.look = look or Look.choose()
        self.providers: list[Provider] = [partial(people, self), partial(navigation.commands, self)]
        self.ahead: deque[Press] = deque()
        self.rhythm = Rhythm(self)
        self.link = Link(self._write, time.monotonic)
        self._opening = first or partial(navigation.screen_of, Place.LOGIN)
        self._action: Worker[None] | None = None
        self._stop_listening: Callable[[], None] | None = None

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that spares the line; `REKAM17_DRIVER=textual` is the way back to Textual's own."""
        if os.environ.get("REKAM17_DRIVER") == "textual":
            return super().get_driver_class()
        from tui.terminal.driver import LineDriver

        return LineDriver

    def local_now(self) -> datetime:
        """Return the time of the injected clock in the laptop's zone."""
        return self.local(self.clock.now())

    def local(self, moment: datetime) -> datetime:
        """Return a moment of the store in the laptop's zone."""
        return moment.astimezone(figures.ZONES[self.settings.zone])

    def bearings(self, place: str = "") -> Top:
        """Return the top line: where, who, when, and the SOP's clock or the day."""
        now = self.local_now()
        who = f"{self.officer.name}·{self.officer.role}" if self.officer else ""
        last, late = figures.top_date(now), False
        if self.sop is not None:
            spent = self.sop.minutes(now)
            late = spent > self.sop.standard_minutes
            last = _("S{step} {spent}/{standard} min").format(
                step=self.sop.step, spent=spent, standard=self.sop.standard_minutes
            ) + (" !" if late else "")
        where = place or (self.visit.school if self.visit else self.settings.place)
        return Top(where, (who, figures.clock_time(now), last), late)

    def _write(self, sequence: str) -> None:
        """Write a sequence of our own behind what was drawn; where no terminal is, it is answered at once."""
        if self._driver is None or self._driver.is_headless:
            self.link.heard()
        else:
            self._driver.write(sequence)
            self._driver.flush()

    def on_cursor_position(self) -> None:
        """Hand on the terminal's answer to the link's question."""
        self.link.heard()

    def ring(self) -> None:
        """Sound the bell, unless the office has switched it off."""
        if self.settings.bell:
            self.bell()

    def draw_anew(self) -> None:
        """Draw every cell, for something else wrote on the terminal."""
        self.refresh(layout=True)
        self.call_after_refresh(self._draw_anew)

    def _draw_anew(self) -> None:
        from tui.terminal.driver import LineDriver

        if isinstance(self._driver, LineDriver):
            self._driver.repaint()

    def redraw(self) -> None:
        """Ask the screen in front to draw what has changed."""
        if self.screen_stack and isinstance(self.screen, FrameScreen):
            self.screen.refresh_frame()

    @property
    def acting(self) -> bool:
        """Whether an action is under way; keys typed meanwhile wait in `ahead`."""
        return self._action is not None

    def perform(self, act: Callable[[], Awaitable[None] | None]) -> None:
        """Carry out an action; what it raises ends the program, for a screen names the errors it expects."""
        result = act()
        if result is not None:
            self._action = self.run_worker(self._carry_out(result), group="action")

    def aside(self, work: Awaitable[None] | None) -> None:
        """Carry out something beside the keys and draw afterwards."""
        if work is not None:
            self.run_worker(self._beside(work), group="aside")

    def stop_task(self) -> None:
        """Cancel the action under way and forget what was typed ahead; never leaves the program."""
        self.ahead.clear()
        if self._action is not None:
            self._action.cancel()

    async def _carry_out(self, work: Awaitable[None]) -> None:
        try:
            await self._tell(work)
        finally:
            self._action = None
            self.redraw()
            self._press_ahead()

    async def _beside(self, work: Awaitable[None]) -> None:
        await self._tell(work)
        self.redraw()

    async def _tell(self, work: Awaitable[None]) -> None:
        """Await the work, and tell in the problem line what any of it can meet: a full disk, a role, an empty paper."""
        try:
            await work
        except PaperRefused as error:
            if isinstance(self.screen, FrameScreen):
                self.screen.refuse(papers.refused(error))
        except (StoreError, NotAllowedError) as error:
            problem = store_problem(error)
            if problem is not None and isinstance(self.screen, FrameScreen):
                self.screen.refuse(problem)

    def _press_ahead(self) -> None:
        while self.ahead and not self.acting and isinstance(self.screen, FrameScreen):
            self.screen.press(self.ahead.popleft())

    async def go(self, place: Place, *, leave_pupil: bool = False) -> None:
        """Go to a place: everything that lies over it is closed, and it takes the bottom of the stack.

        At steps 4 to 6 the open pupil stands there, or who waits for that step while nobody is open.
        """
        pupil = None if leave_pupil else self.pupil
        while len(self.screen_stack) > 2:
            await self.pop_screen()
        self.pupil = pupil  # a queue that was in front for a moment has closed her
        queue = navigation.queue_of(place) if pupil is None else None
        await self.switch_screen(queue or navigation.screen_of(place))

    async def over(self, screen: FrameScreen) -> None:
        """Lay a screen over the one in front; Esc comes back to exactly where the officer was."""
        await self.push_screen(screen)

    async def back(self) -> None:
        """Go one level back; nothing is lost, and the last level is home."""
        if len(self.screen_stack) > 2:
            await self.pop_screen()
        elif self.officer is not None and not navigation.is_at(self.screen, Place.HOME):
            await self.go(Place.HOME)

    async def open_help(self) -> None:
        """Lay the help of the screen in front over it."""
        if isinstance(self.screen, FrameScreen):
            await self.over(navigation.help_of(self.screen))

    async def lock(self, idle_minutes: int = 0) -> None:
        """Lock now: the store is closed, its key dropped, the screen wiped and the passphrase asked for."""
        if self.officer is None or navigation.is_at(self.screen, Place.LOCK):
            return
        await self.over(navigation.lock_screen(idle_minutes))
        await self._leave_and_close()

    async def unlock(self, officer: uuid.UUID, passphrase: str) -> None:
        """Open the store for an officer; raises KeyringError and OpenError, and then nothing has changed."""
        if self.folder is not None:
            opened = await unlock(self.folder, self.clock, officer, passphrase)
            self.store, self.officer = opened.store, opened.officer
            self.seals, self.printing_key = opened.seals, opened.printing_key

    async def _leave_and_close(self) -> None:
        """Stop the clock of what is open, for nobody works behind a lock, and close the store whatever happens."""
        try:
            if self.store is not None and not self.store.closed:
                await sop.leave(self)
        except StoreError:
            pass  # a full disk costs the minutes of this sitting, never the lock
        finally:
            await self._close_store()

    async def _close_store(self) -> None:
        self.printing_key = None
        if self.store is not None:
            await asyncio.to_thread(self.store.close)

    async def leave(self, status: int = 0) -> None:
        """Close the store and end; with 129 when a signal asked for it."""
        if status == HANGUP:  # the line dropped: the clock is left running, by which home tells what was cut
            await self._close_store()
        else:
            await self._leave_and_close()
            await self.link.close()
        self.exit(status, return_code=status)

    def on_mount(self) -> None:
        """Listen to the line and to devices, and wake once a minute for the clock."""
        self._stop_listening = hangup.listen(lambda: self.aside(self.leave(HANGUP)))
        self.rhythm.start()
        first = self._opening()
        self.push_screen(first)
        if self.bus is not None:  # drivers are read in when something stands there to look at
            first.call_after_refresh(self._watch_devices, self.bus)

    def on_unmount(self) -> None:
        """Give the signals back."""
        if self._stop_listening is not None:
            self._stop_listening()

    def _watch_devices(self, bus: Bus) -> None:
        self.run_worker(self._watch_bus(bus), group="bus")

    async def _watch_bus(self, bus: Bus) -> None:
        from hw.types import HardwareError  # with the drivers, after the login stands

        try:
            async for snapshot in bus.watch():
                self.equipment = snapshot
                self.rhythm.touched()
                self.redraw()
        except HardwareError:
            said = _("Devices are not seen: udev does not answer. All is kept. Restart.")
            self.equipment, self.standing = (), (*self.standing, Problem("×", said))
            self.redraw()

    def _fatal_error(self) -> None:
        """Report a crash by its stack only: values of variables could be a child's name or fingerprint."""
        self.bell()
        self._exit_renderables.append(traceback.format_exc())
        self._close_messages_no_wait()
