"""The keys: one key, one meaning, on every screen and in both languages.

A screen answers `hints()` with the hints that are live in its state. From that one answer come what a press does, the
key bar, the help and the palette; nothing about a key is written a second time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.i18n import N_, _
from tui.ink import Ink
from tui.line import Line, cells

if TYPE_CHECKING:
    from tui.messages import Problem


@dataclass(frozen=True)
class Key:
    """One key: the names a terminal gives it, the two ways to press it, and the only meaning it ever has.

    `function` is the way that also works inside a text field, `letter` the way for screens without one; a letter is
    pressed in upper or lower case alike. `keycap` is what stands in the bar where neither is it.
    """

    meaning: str
    word: str
    function: str = ""
    letter: str = ""
    events: tuple[str, ...] = ()
    keycap: str = ""
    guarded: bool = False

    def cap(self, *, typing: bool = False) -> str:
        """Return what the key bar shows: the letter, or the F-key while a text field would eat the letter."""
        if self.keycap:
            return _(self.keycap)
        if typing or self.function in ("F1", "F10"):
            return self.function or self.letter
        return self.letter or self.function


# The names after the F-keys are what Textual 8.2.8 makes of Esc and a digit arriving together.
HELP = Key(N_("this help"), N_("Help"), "F1", "?", ("f1", "inverted_exclamation_mark"))
GO_ON = Key(N_("go on, finish this sheet"), N_("Go on"), "F2", "L", ("f2", "trade_mark_sign"))
SEARCH = Key(N_("search"), N_("Search"), "F3", "/", ("f3", "pound_sign"))
NEXT = Key(N_("next pupil, this one later"), N_("Next"), "F4", "N", ("f4", "cent_sign"))
AGAIN = Key(N_("again, try once more"), N_("Again"), "F5", "U", ("f5", "infinity"))
BOARD = Key(N_("the day's board"), N_("Board"), "F6", "0", ("f6", "section_sign"))
EXCEPTION = Key(N_("except, with a reason"), N_("Exception"), "F7", "X", ("f7", "pilcrow_sign"))
HISTORY = Key(N_("the pupil's history"), N_("History"), "F8", "I", ("f8", "bullet"))
LOCK = Key(N_("lock the screen"), N_("Lock"), "F9", "K", ("f9", "ª"))
QUIT = Key(N_("out"), N_("Quit"), "F10", "Q", ("f10", "º"))
ENTER = Key(N_("the main thing at the cursor"), N_("Open"), events=("enter", "ctrl+j"), keycap="Enter", guarded=True)
BACK = Key(N_("one level back"), N_("Back"), events=("escape",), keycap="Esc")
STOP = Key(N_("stop the task, never leave"), N_("Stop"), events=("ctrl+c",), keycap="Ctrl+C")
TICK = Key(N_("tick or mark at the cursor"), N_("Tick"), events=("space",), keycap=N_("Space"))
FIELD = Key(N_("next field or part"), N_("Field"), events=("tab",), keycap="Tab")
FIELD_BACK = Key(N_("field or part before"), N_("Field"), events=("shift+tab",), keycap="Shift+Tab")
UP = Key(N_("move"), N_("Move"), events=("up",), keycap="↑↓")
DOWN = Key(N_("move"), N_("Move"), events=("down",), keycap="↓")
LEFT = Key(N_("the choice beside it"), N_("Choice"), events=("left",), keycap="←→")
RIGHT = Key(N_("the choice beside it"), N_("Choice"), events=("right",), keycap="→")
PAGE_UP = Key(N_("move"), N_("Move"), events=("pageup",), keycap="PgUp")
PAGE_DOWN = Key(N_("move"), N_("Move"), events=("pagedown",), keycap="PgDn")
HOME = Key(N_("move"), N_("Move"), events=("home",), keycap="Home")
END = Key(N_("move"), N_("Move"), events=("end",), keycap="End")
STOCK = Key(N_("stock"), N_("Stock"), letter="9")
NOT_YET = Key(N_("not yet (recorded, came out)"), N_("Not yet"), letter="B")
PRINT = Key(N_("print: card, paper, list"), N_("Print"), letter="C")
PAPERS = Key(N_("papers are there"), N_("Papers"), letter="D")
EDIT = Key(N_("change a value, count"), N_("Edit"), letter="E")
FILTER = Key(N_("next filter or view"), N_("Filter"), letter="F")
PRESENT = Key(N_("present or absent"), N_("Present"), letter="H")
DESK = Key(N_("desk"), N_("Desk"), letter="M")
ORDER = Key(N_("order of the list"), N_("Order"), letter="O")
PROBLEMS = Key(N_("list of problems"), N_("Problems"), letter="P")
CARD_TROUBLE = Key(N_("card spoiled, lost, returned"), N_("Spoiled"), letter="R")
AGREES = Key(N_("all the rest agrees"), N_("Agrees"), letter="S")
ADD = Key(N_("add"), N_("Add"), letter="T")
REVEAL = Key(N_("in full for 20 seconds"), N_("Reveal"), letter="V")
YES = Key(N_("yes, it is so"), N_("Yes"), letter="Y", guarded=True)
UNDO = Key(N_("undo the last tick, verdict"), N_("Undo"), letter="Z")
ALL = Key(N_("all unmarked ones"), N_("All"), letter="*")
NOTE = Key(N_("add a note"), N_("Note"), letter="+")
PALETTE = Key(N_("commands, search anything"), N_("Commands"), events=("ctrl+p",), keycap="Ctrl+P")
REDRAW = Key(N_("draw the screen again"), N_("Redraw"), events=("ctrl+l",), keycap="Ctrl+L")
STEPS = tuple(Key(N_("step of the procedure"), N_("Step"), letter=str(number)) for number in range(1, 9))
"""The digits of the rail; inside a dialog or a focused choice they pick what is numbered there."""

KEYS: tuple[Key, ...] = (
    *(HELP, GO_ON, SEARCH, NEXT, AGAIN, BOARD, EXCEPTION, HISTORY, LOCK, QUIT),
    *(ENTER, BACK, STOP, TICK, FIELD, FIELD_BACK),
    *(UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN, HOME, END),
    *STEPS,
    *(STOCK, NOT_YET, PRINT, PAPERS, EDIT, FILTER, PRESENT, DESK, ORDER, PROBLEMS, CARD_TROUBLE, AGREES, ADD, REVEAL),
    *(YES, UNDO, ALL, NOTE, PALETTE, REDRAW),
)
"""The whole table of the screen book."""

_BY_EVENT = {event: key for key in KEYS for event in key.events}
_BY_LETTER = {key.letter: key for key in KEYS if key.letter}
_SWALLOWED = {event for key in KEYS for event in key.events if key.function} - {f"f{n}" for n in range(1, 11)}


@dataclass(frozen=True)
class Press:
    """One key press as the screens see it: the terminal's name, the text it would type, the key it is by table."""

    name: str
    text: str
    key: Key | None
    by_letter: bool = False


def press(name: str, character: str | None) -> Press:
    """Turn what Textual reports into a press; Esc with a digit types nothing, whatever character it came with."""
    if name in _BY_EVENT:
        text = character if character and character.isprintable() and name not in _SWALLOWED else ""
        return Press(name, text, _BY_EVENT[name])
    if character and character.isprintable() and len(character) >= 1:
        return Press(name, character, _BY_LETTER.get(character.upper()), by_letter=True)
    return Press(name, "", None)


@dataclass(frozen=True)
class Hint:
    """A key that is live on a screen now: its label, what it does, and how much it wants its place in the bar.

    `rank` 1 stands in the bar at 80 columns, 2 and up when there is room, 0 only in the help. `barred` is the problem
    that is told instead of acting, where this officer's role may not do it; such a key is absent from the bar.
    """

    key: Key
    label: str
    act: Callable[[], Awaitable[None] | None]
    help: str = ""
    rank: int = 1
    cap: str = ""
    barred: Problem | None = None

    def text(self, *, typing: bool) -> tuple[str, str]:
        """Return the key cap and the label."""
        return self.cap or self.key.cap(typing=typing), self.label


def find(hints: Iterable[Hint], pressed: Key) -> Hint | None:
    """Return the first hint of that key: a screen's own stands before the ones all screens share."""
    return next((hint for hint in hints if hint.key is pressed), None)


def key_bar(hints: Sequence[Hint], width: int, *, typing: bool) -> Line:
    """Draw the last line: help first, quit last, between them what fits, by rank and then by order.

    While a text field has the focus, letters and the space bar are left out: pressing them would type.
    """
    line = Line(" ")
    _show(line, HELP.function, _(HELP.word))
    quit_cells = cells(QUIT.function) + 1 + cells(_(QUIT.word))
    room = width - len(line) - 2 - quit_cells
    wanted = [
        (hint, position)
        for position, hint in enumerate(hints)
        if hint.rank
        and hint.barred is None
        and not (typing and (hint.key is TICK or not (hint.key.function or hint.key.events)))
    ]
    shown: set[int] = set()
    for hint, position in sorted(wanted, key=lambda pair: (pair[0].rank, pair[1])):
        cap, label = hint.text(typing=typing)
        needed = 2 + cells(cap) + 1 + cells(label)
        if needed > room:
            break
        room -= needed
        shown.add(position)
    for position, hint in enumerate(hints):
        if position in shown:
            _show(line.add("  "), *hint.text(typing=typing))
    return _show(line.add("  "), QUIT.function, _(QUIT.word))


def _show(line: Line, cap: str, label: str) -> Line:
    return line.add(cap, Ink.KEYCAP).add(" " + label)
