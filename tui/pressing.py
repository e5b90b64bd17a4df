"""Pressing: the one path a key takes on a screen.

A key goes to the dialog that is open, else to the search that is typed, else to the part that has the focus (a form, a
list), else to the screen's own hint, else to the keys that all screens share. An action may be a coroutine; while it
runs, further keys wait in order and are then pressed on the screen that stands there, so that verdicts can be typed
ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events

from tui import keys, navigation
from tui.asking import Asking
from tui.duty import left_open
from tui.guard import Guard
from tui.i18n import _
from tui.keys import Hint, Press
from tui.messages import Problem
from tui.widgets.dialogs import PaletteDialog, ProblemsDialog
from tui.widgets.fields import Field, Form, Part

if TYPE_CHECKING:
    from tui.app import RekamApp

WIDTH, HEIGHT = 80, 24
SCAN_CHARACTERS = 6


class Pressing(Asking):
    """The part of a screen that is pressed: what has the focus, what is searched for, what a key does."""

    step: int | None = None
    """The step of the rail this screen belongs to."""

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

    @property
    def rekam(self) -> RekamApp:
        """The application, with its store, clock, officer and visit."""
        raise NotImplementedError

    def hints(self) -> Sequence[Hint]:
        """Return the keys that are live now, in the order of the key bar."""
        return ()

    def problems(self) -> Sequence[Problem]:
        """Return what is open on this screen, from its loaded state."""
        return ()

    def leaving(self) -> Sequence[str]:
        """Return what the question before leaving the program says is open and kept."""
        return (left_open(self.rekam.pupil, self.step),)

    async def search_changed(self) -> None:
        """Show what `self.search` finds; called with every keystroke in the search and when it is cleared."""

    async def scanned(self, text: str) -> None:
        """Take what a scanner typed while no field had the focus: a search, where the screen has one."""
        if self.searches:
            self.search = text
            await self.search_changed()

    def refuse(self, problem: Problem) -> None:
        """Say why a key did nothing; the problem line keeps it until a key does something again."""
        self._refused = replace(problem, answer=True)
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

    def _problems(self) -> list[Problem]:
        refused = [] if self._refused is None else [self._refused]
        return [*refused, *self.problems(), *self.rekam.standing]

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
        self.rekam.draw_anew()
