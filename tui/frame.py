"""The frame: what every screen has in common, and how it is drawn.

A screen is a subclass of `FrameScreen`. It loads what it shows into itself (`load`), says in pure methods how that
looks (`headline`, `work`, `status`, `problems`) and which keys are live (`hints`). It never draws: after every key and
every finished action the frame asks again and sends the lines that changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.screen import Screen

from tui import keys, rail
from tui.i18n import _
from tui.ink import Ink
from tui.line import Line, stack
from tui.pressing import HEIGHT, WIDTH, Pressing
from tui.widgets import bars
from tui.widgets.bars import Top
from tui.widgets.fields import Form
from tui.widgets.glass import Glass
from tui.widgets.paged_list import PagedList

if TYPE_CHECKING:
    from store.store import Store
    from tui.app import RekamApp

WIDE, TALL = 120, 30
"""From this size on there is a pane beside the work."""
BROAD = 100
"""From here on, and where it is not wide and tall, the pane has totals only."""
_PANE = 79
"""Its rule stands in this column; the work keeps those before it."""


class FrameScreen(Pressing, Screen[None], inherit_bindings=False):
    """One screen of the book: five fixed places around the work."""

    subject: ClassVar[str] = ""
    """What the screen is about, in one word for the head of its help; marked with `N_`."""

    def __init__(self) -> None:
        super().__init__()
        self._reading = asyncio.Event()
        self._reading.set()

    # --- what a screen says -------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return the left (`3 Cek · NORHAYATI`) and the right text of line 3."""
        raise NotImplementedError

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Return the lines of the work area, 18 at 80x24; fewer are filled up, more are cut."""
        raise NotImplementedError

    def pane(self) -> Sequence[Line]:
        """Return what stands beside the work on a wide terminal, in 39 columns; nothing stands only there.

        By default it is the help of a form; where no form is, there is no pane.
        """
        if not any(isinstance(part, Form) for part in self.parts):
            return ()
        from tui.screens import help_pane

        return help_pane.lines(self.hints(), self.words())

    def status(self) -> str:
        """Return line 22: totals."""
        return ""

    def top(self) -> Top:
        """Return what line 1 says; by default the visit's school, the officer, the time and the SOP's clock."""
        return self.rekam.bearings()

    def words(self) -> Sequence[str]:
        """Return the sentences of the help's second page: what the words here mean, what stops a sheet."""
        return ()

    async def load(self) -> None:
        """Read what is shown from the store; called whenever the screen comes to the front, and safe to repeat."""

    @property
    def in_front(self) -> bool:
        """Whether the officer sees this screen; Textual's `is_current` is also true of the one below it."""
        return bool(self.app.screen_stack) and self.app.screen is self

    # --- what a screen may call ---------------------------------------------------------------------------------

    @property
    def rekam(self) -> RekamApp:
        """The application, with its store, clock, officer and visit."""
        return cast("RekamApp", self.app)

    @property
    def store(self) -> Store:
        """The open store; behind the lock it is closed, and whatever asks it gets ChangeError."""
        store = self.rekam.store
        assert store is not None, "no screen but the login stands before a store is open"
        return store

    # --- drawing ------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Make the glass, the only widget there is."""
        yield Glass(self.rekam.look)

    def refresh_frame(self) -> None:
        """Draw what the screen says now; lines that did not change are not sent."""
        if not self.is_mounted or not self.in_front:
            return
        glass = next((child for child in self.children if isinstance(child, Glass)), None)
        if glass is None:  # a screen being taken down loses its glass before it counts as gone
            return
        width, height = self.app.size
        self._mark_focus()
        if width < WIDTH or height < HEIGHT:
            glass.show(stack(bars.too_small(width, height, (WIDTH, HEIGHT), self.headline()[0]), height))
            return
        glass.show(self._lines(width, height))
        self._read_lists()

    def _lines(self, width: int, height: int) -> list[Line]:
        app = self.rekam
        room = height - 6
        beside = self._pane_for(width, height)
        work = stack(self.work(_PANE if beside else width, room), room)
        if beside:
            work = [_with_pane(*both) for both in zip(work, stack(beside, room), strict=True)]
        if self.dialogs:
            work = [line.copy() for line in work]
        for dialog in self.dialogs:
            made = dialog.lines()
            first = max(min(3 if len(made) <= 12 else 2, room - len(made)), 0)
            for offset, line in enumerate(made[: room - first]):
                work[first + offset].over(10, line)
        left, right = self.headline()
        return [
            bars.top_line(self.top(), width, training=app.training),
            bars.rail(app.rail, self.step, width),
            bars.headline(left, right, width, training=app.training),
            *work,
            self._status(width),
            bars.problem_line(self._problems(), width),
            keys.key_bar(self.hints(), width, typing=self._typing) if not self.dialogs else Line(),
        ]

    def _pane_for(self, width: int, height: int) -> Sequence[Line]:
        if width < BROAD or not (pane := self.pane()):
            return ()
        if width >= WIDE and height >= TALL:
            return pane
        from tui import totals_pane

        return totals_pane.lines(self.rekam.rail) if self.rekam.rail else ()

    def _status(self, width: int) -> Line:
        if self._search_field is None:
            return bars.status_line(self.news or self.status(), width)
        line = Line().put(1, _("Search"))
        column = len(line) + 2
        self._search_field.draw(line, column, focused=True)
        return line.put(column + 28, self.status(), width=width - column - 30)

    def _read_lists(self) -> None:
        """Let every list read what it misses, beside the keys."""
        if self._reading.is_set() and any(isinstance(part, PagedList) and part.wants_rows for part in self.parts):
            self._reading.clear()
            self.rekam.aside(self._read())

    async def _read(self) -> None:
        try:
            for part in self.parts:
                if isinstance(part, PagedList):
                    await cast("PagedList[object, object]", part).read()
        finally:
            self._reading.set()

    async def lists_read(self) -> None:
        """Wait until the rows asked for are here: Enter may follow the last letter of a search at once."""
        self._read_lists()
        await self._reading.wait()

    # --- life ---------------------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Draw at once what is known, and read again: a screen that was away is stale.

        One that was uncovered only on the way to another place is not: what it shows may be closed by now.
        """
        if not self.is_current:
            return
        self.stand()
        self.refresh_frame()
        self.rekam.aside(self.reload())

    async def reload(self) -> None:
        """Show what the store has now: after every change of it, and whenever the screen comes to the front."""
        if not self.is_current:
            return
        await self.load()
        await rail.refresh(self.rekam)
        for part in self.parts:
            if isinstance(part, PagedList):
                cast("PagedList[object, object]", part).reload()

    def on_resize(self) -> None:
        """Draw for the new size; nothing that was typed is touched."""
        self.refresh_frame()


def _with_pane(line: Line, beside: Line) -> Line:
    return line.crop(_PANE).put(_PANE, "│", Ink.RULE).over(_PANE + 2, beside)
