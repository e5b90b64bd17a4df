"""The frame: what every screen has in common, and the one path a key takes.

A screen is a subclass of `FrameScreen`. It loads what it shows into itself (`load`), says in pure methods how that
looks (`headline`, `work`, `status`, `problems`) and which keys are live (`hints`). It never draws: after every key and
every finished action the frame asks again and sends the lines that changed.

A key goes to the dialog that is open, else to the part that has the focus (a form, a list), else to the screen's own
hint, else to the keys that all screens share. An action may be a coroutine; while it runs, further keys wait in order
and are then pressed on the screen that stands there, so that verdicts can be typed ahead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from tui import keys, navigation, rail
from tui.asking import Asking
from tui.duty import left_open
from tui.guard import Guard
from tui.i18n import _
from tui.keys import Hint, Press
from tui.line import Line, stack
from tui.messages import Problem
from tui.widgets import bars
from tui.widgets.bars import Top
from tui.widgets.dialogs import (
    PaletteDialog,
    ProblemsDialog,
)
from tui.widgets.fields import Field, Form, Part
from tui.widgets.glass import Glass
from tui.widgets.paged_list import PagedList

if TYPE_CHECKING:
    from store.store import Store
    from tui.app import RekamApp

Answer = TypeVar("Answer")
WIDTH, HEIGHT = 80, 24
SCAN_CHARACTERS = 6


class FrameScreen(Asking, Screen[None], inherit_bindings=False):
    """One screen of the book: five fixed places around the work."""

    step: int | None = None
    """The step of the rail this screen belongs to."""

    subject: ClassVar[str] = ""
    """What the screen is about, in one word for the head of its help; marked with `N_`."""

    searches: ClassVar[bool] = False
    """Whether `/` and a scanner search here; such a screen overrides `search_changed`."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: tuple[Part, ...] = ()
        """The forms and lists of the work area, in the order Tab goes through them."""
        self.news = ""
        """The last good news (`√ NORHAYATI tersegel 11.04`); stands in the status line until the next key."""
        self.search = ""
        """What is searched for; empty when nothing is."""
        self._refused: Problem | None = None
        self._part = 0
        self._search_field: Field | None = None
        self._guard = Guard()
        self._reading = asyncio.Event()
        self._reading.set()

    # --- what a screen says -------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return the left (`3 Cek · NORHAYATI`) and the right text of line 3."""
        raise NotImplementedError

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Return the lines of the work area, 18 at 80x24; fewer are filled up, more are cut."""
        raise NotImplementedError

    def hints(self) -> Sequence[Hint]:
        """Return the keys that are live now, in the order of the key bar."""
        return ()

    def status(self) -> str:
        """Return line 22: totals."""
        return ""

    def problems(self) -> Sequence[Problem]:
        """Return what is open on this screen, from its loaded state."""
        return ()

    def top(self) -> Top:
        """Return what line 1 says; by default the visit's school, the officer, the time and the SOP's clock."""
        return self.rekam.bearings()

    def leaving(self) -> Sequence[str]:
        """Return what the question before leaving the program says is open and kept."""
        return (left_open(self.rekam.pupil, self.step),)

    def words(self) -> Sequence[str]:
        """Return the sentences of the help's second page: what the words here mean, what stops a sheet."""
        return ()

    async def load(self) -> None:
        """Read what is shown from the store; called whenever the screen comes to the front, and safe to repeat."""

    async def search_changed(self) -> None:
        """Show what `self.search` finds; called with every keystroke in the search and when it is cleared."""

    async def scanned(self, text: str) -> None:
        """Take what a scanner typed while no field had the focus: a search, where the screen has one."""
        if self.searches:
            self.search = text
            await self.search_changed()

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

    def refuse(self, problem: Problem) -> None:
        """Say why a key did nothing; the problem line keeps it until a key does something again."""
        self._refused = problem
        self.rekam.ring()

    def stand(self) -> None:
        """Start the guard anew: something has appeared that an Enter on its way was not meant for."""
        self._guard.stand(self.rekam.clock.monotonic())

    def open_search(self) -> None:
        """Let what is typed from now on search."""
        self._search_field = Field("search", 24, self.search)

    def search_hint(self, rank: int = 1) -> Hint:
        """Return the hint of `/` for a screen that searches."""
        return Hint(keys.SEARCH, _("Search"), self.open_search, rank=rank)

    def focus_part(self, number: int) -> None:
        """Give the focus to one of the parts."""
        self._part = number
        self._mark_focus()

    # --- drawing ------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Make the glass, the only widget there is."""
        yield Glass(self.rekam.look)

    def refresh_frame(self) -> None:
        """Draw what the screen says now; lines that did not change are not sent."""
        if not self.is_mounted or not self.in_front:
            return
        glass = next(iter(self.query(Glass)), None)
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
        work = [line.copy() for line in stack(self.work(width, room), room)] if self.dialogs else None
        if work is None:
            work = stack(self.work(width, room), room)
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

    def _status(self, width: int) -> Line:
        if self._search_field is None:
            return bars.status_line(self.news or self.status(), width)
        line = Line().put(1, _("Search"))
        column = len(line) + 2
        self._search_field.draw(line, column, focused=True)
        return line.put(column + 28, self.status(), width=width - column - 30)

    def _problems(self) -> list[Problem]:
        refused = [] if self._refused is None else [self._refused]
        return [*refused, *self.problems(), *self.rekam.standing]

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

    # --- keys ---------------------------------------------------------------------------------------------------

    @property
    def _focused(self) -> Part | None:
        return self.parts[self._part] if self._part < len(self.parts) else None

    @property
    def _typing(self) -> bool:
        """Whether letters are typed somewhere rather than being keys."""
        if self.dialogs:
            return self.dialogs[-1].typing
        if self._search_field is not None:
            return True
        return self._focused is not None and self._focused.typing

    def _mark_focus(self) -> None:
        for number, part in enumerate(self.parts):
            part.focused = number == self._part and not self.dialogs

    def shared_keys(self) -> tuple[Hint, ...]:
        """Return the keys that do the same on every screen; none of them stands in the bar by itself."""
        app = self.rekam
        hints = [
            Hint(keys.HELP, _("Help"), app.open_help, rank=0),
            Hint(keys.QUIT, _("Quit"), self._ask_to_leave, rank=0),
            Hint(keys.REDRAW, _("Redraw"), self._redraw, rank=0),
        ]
        if app.officer is None:
            return tuple(hints)
        hints += [
            Hint(keys.BACK, _("Back"), app.back, rank=0),
            Hint(keys.LOCK, _("Lock"), app.lock, rank=0),
            Hint(keys.PROBLEMS, _("Problems"), self._list_problems, rank=0),
            Hint(keys.PALETTE, _("Commands"), self._open_palette, rank=0),
            *navigation.ways(app),
        ]
        return tuple(hints)

    def on_key(self, event: events.Key) -> None:
        """Take every key of the screen."""
        event.stop()
        event.prevent_default()
        self.press(keys.press(event.key, event.character))

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste into what has the focus, or as a scan."""
        event.stop()
        self.take_text(event.text)

    def take_text(self, text: str) -> None:
        """Take text that arrived at once: into the dialog or field with the focus, else from a scanner."""
        if self.dialogs:
            self.dialogs[-1].insert(text)
        elif isinstance(self._focused, Form) and self._focused.insert(text):
            pass
        elif len(text.strip()) >= SCAN_CHARACTERS:
            self.rekam.perform(lambda: self.scanned(text.strip()))
        self.refresh_frame()

    def press(self, press: Press) -> None:
        """Carry one key to where it belongs."""
        app = self.rekam
        app.rhythm.touched()
        if press.key is keys.STOP and not self.dialogs:
            app.stop_task()
            return
        if app.acting and not self.dialogs:
            if press.key is not keys.ENTER:
                app.ahead.append(press)
            return
        self.news = ""
        small = app.size.width < WIDTH or app.size.height < HEIGHT
        if small and press.key not in (keys.HELP, keys.QUIT, keys.REDRAW):
            return
        if self.dialogs:
            if not self._guard.holds(press, app.clock.monotonic()):
                app.aside(self.dialogs[-1].press(press))
        elif not self._press_search(press) and not self._press_part(press):
            self._press_hint(press)
        self.refresh_frame()

    def _press_part(self, press: Press) -> bool:
        part = self._focused
        if part is None:
            return False
        if part.press(press):
            return True
        if press.key in (keys.FIELD, keys.FIELD_BACK) and len(self.parts) > 1:
            self._part = (self._part + (1 if press.key is keys.FIELD else -1)) % len(self.parts)
            self._mark_focus()
            return True
        return press.by_letter and part.typing

    def _press_search(self, press: Press) -> bool:
        field = self._search_field
        if field is None:
            if self.search and press.key is keys.BACK:
                self.search = ""
                self.rekam.aside(self.search_changed())
                return True
            return False
        if press.key is keys.BACK:
            self._search_field = None
            changed, self.search = bool(self.search), ""
        elif press.key is keys.ENTER:
            self._search_field = None
            return False
        elif press.name in ("up", "down", "pageup", "pagedown") or not field.press(press):
            return press.by_letter
        else:
            changed, self.search = field.text != self.search, field.text
        if changed:
            self.rekam.aside(self.search_changed())
        return True

    def _press_hint(self, press: Press) -> None:
        if press.key is None:
            return
        hint = keys.find((*self.hints(), *self.shared_keys()), press.key)
        if hint is None or self._guard.holds(press, self.rekam.clock.monotonic()):
            return
        self._refused = None
        if hint.barred is not None:
            self.refuse(hint.barred)
        else:
            self.rekam.perform(hint.act)

    # --- what all screens can do --------------------------------------------------------------------------------

    async def _ask_to_leave(self) -> None:
        if await self.ask_yes(_("Leave Rekam17?"), self.leaving(), _("Yes, leave and lock the data")):
            await self.rekam.leave()

    async def _list_problems(self) -> None:
        if open_problems := self._problems():
            chosen = await self.ask(ProblemsDialog(open_problems))
            if chosen is not None and chosen.go is not None:
                chosen.go()

    async def _open_palette(self) -> None:
        dialog = PaletteDialog(self.rekam.providers)
        self.rekam.aside(dialog.search())
        found = await self.ask(dialog)
        if found is not None:
            result = found.act()
            if result is not None:
                await result

    def _redraw(self) -> None:
        self.app.refresh(layout=True)

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
