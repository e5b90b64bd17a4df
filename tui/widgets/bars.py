"""The lines of the frame that are not the work: top, rail, headline, status, problem; pure functions to lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tui import figures
from tui.i18n import N_, _, language
from tui.ink import SYMBOL_INK, Ink
from tui.line import Line, cells, cut
from tui.messages import Problem, worst_first

RAIL_WORDS = (
    N_("Plan"),
    N_("Kit"),
    N_("Check"),
    N_("SIAK"),
    N_("Edit"),
    N_("Record"),
    N_("Print"),
    N_("Hand"),
)
"""The eight steps as the rail names them."""


@dataclass(frozen=True)
class Top:
    """What the top line says: a place, then up to three facts, the last of them usually the SOP's clock."""

    place: str
    facts: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True)
class RailStep:
    """One step on the rail: its state's symbol and how many pupils of the visit wait there."""

    symbol: str
    waiting: int = 0


def rail_word(number: int) -> str:
    """Return the word of step 1 to 8 in the language of the screen."""
    return _(RAIL_WORDS[number - 1])


def top_line(top: Top, width: int, *, training: bool = False) -> Line:
    """Draw line 1: black on cyan, or in training magenta with the word; the place gives way first."""
    ink = Ink.TRAINING if training else Ink.FRAME
    left = " Rekam17  " + (_("TRAINING") + "  " if training else "")
    right = "  ".join(fact for fact in top.facts if fact)
    room = max(width - cells(left) - cells(right) - (3 if right else 0), 0)
    line = Line(left).put(cells(left), top.place, width=room).put(width - 1 - cells(right), right)
    line.paint(ink, 0, width)
    if top.late and top.facts:
        line.paint(Ink.TRAINING if training else Ink.FRAME_LOUD, width - 1 - cells(top.facts[-1]), width)
    return line


def rail(steps: Sequence[RailStep], current: int | None, width: int) -> Line:
    """Draw line 2; where it is too wide, finished steps lose their word from the left. Empty without a visit."""
    return _drawn_rail(language(), tuple(steps), current, width).copy()


@lru_cache(4)
def _drawn_rail(_language: str, steps: tuple[RailStep, ...], current: int | None, width: int) -> Line:
    """Keep what was drawn, for every key asks for the rail and few of them change it."""
    for wordless in range(len(steps) + 1):
        line = _rail(steps, current, wordless)
        if len(line) <= width:
            return line
    return _rail(steps, current, len(steps))


def _rail(steps: Sequence[RailStep], current: int | None, wordless: int) -> Line:
    line = Line()
    open_bracket = False
    for number, step in enumerate(steps, 1):
        here = number == current
        line.add("[" if here else "]" if open_bracket else " ", Ink.CURSOR if here or open_bracket else Ink.NORMAL)
        short = number <= wordless and step.symbol == "√" and not here
        word = "" if short else " " + rail_word(number)
        waiting = f" {figures.number(step.waiting)}" if step.waiting else ""
        ink = Ink.CURSOR if here else SYMBOL_INK.get(step.symbol, Ink.NORMAL)
        symbol = "►" if here and step.symbol in "·○" else step.symbol
        line.add(symbol, ink).add(f"{number}{word}{waiting}", Ink.CURSOR if here else Ink.NORMAL)
        open_bracket = here
    if open_bracket:
        line.add("]", Ink.CURSOR)
    return line


def headline(left: str, right: str, width: int, *, training: bool = False) -> Line:
    """Draw line 3: `── step · who ───── facts ──`; in training its right end says so."""
    if training:
        words = _("TRAINING: emulated devices, invented data")
        if right:
            room = width - 13 - cells(_("TRAINING")) - _least(left)
            right = cut(right, max(room, 2)) + " · " + _("TRAINING")
        else:
            right = _("TRAINING") if cells(left) + cells(words) > width - 12 else words
    else:
        right = cut(right, max(width - 12 - _least(left), 2))
    left = _name_gives_way(left, width - 8 - (cells(right) + 2 if right else 0))
    line = Line("─" * width).paint(Ink.RULE, 0, width)
    line.put(2, " ").put(3, left, Ink.VALUE).put(3 + cells(left), " ")
    if right:
        start = width - 3 - cells(right)
        line.put(start - 1, " ").put(start, right, Ink.TRAINING if training else Ink.NORMAL)
        line.put(width - 3, " ")
    return line


_NAME = 20


def _least(left: str) -> int:
    """Return the cells that the left text needs at the least: the step, the section, and a good part of the name."""
    step, dot, rest = left.partition(" · ")
    name, second, section = rest.rpartition(" · ")
    return cells(step + dot + second + section) + min(cells(name), _NAME)


def _name_gives_way(left: str, room: int) -> str:
    """Cut `step · NAME · section` in the name, which stands whole in the work; step and section are never cut."""
    step, dot, rest = left.partition(" · ")
    name, second, section = rest.rpartition(" · ")
    if cells(left) <= room or not second:
        return cut(left, room)
    return step + dot + cut(name, max(room - cells(step + dot + second + section), 2)) + second + section


def status_line(text: str, width: int) -> Line:
    """Draw line 22."""
    return Line().state(1, cut(text, width - 2)) if text else Line()


def problem_line(problems: Sequence[Problem], width: int) -> Line:
    """Draw line 23: the worst open problem, and how many there are where that does not cut its words."""
    if not problems:
        return Line()
    worst = worst_first(problems)[0]
    counted = f"(1/{len(problems)}) {worst.text}"
    text = counted if len(problems) > 1 and cells(counted) <= width - 2 else worst.text
    return Line().put(1, _with_its_key(text, width - 2)).paint(Ink.PROBLEM, 0, width)


def _with_its_key(text: str, room: int) -> str:
    """Cut what happened, and keep the last sentence whole: it names the key that helps."""
    happened, stop, key = text.rpartition(". ")
    if cells(text) <= room or not stop or cells(key) > room // 2:
        return cut(text, room)
    return f"{cut(happened, room - cells(key) - 1)} {key}"


def box(title: str, body: Sequence[Line], width: int, note: str = "") -> list[Line]:
    """Draw a dialog's frame around lines of `width` - 4 cells, with a note at the right of its upper edge."""
    top = Line("┌─ ").add(cut(title, width - 8), Ink.VALUE).add(" ")
    end = f" {note} ┐" if note else "┐"
    top.add("─" * (width - len(top) - cells(end)) + end)
    made = [top]
    for line in body:
        made.append(Line("│").over(2, line.crop(width - 4)).put(width - 2, " ").put(width - 1, "│"))
    made.append(Line("└" + "─" * (width - 2) + "┘"))
    return made


def too_small(width: int, height: int, needed: tuple[int, int], where: str) -> list[Line]:
    """Draw B35, the box for a window the screen does not fit into; its first three lines say it all."""
    texts = [
        _("Rekam17: the window is too small"),
        _("Now {now}, needed {needed}.").format(now=f"{width}x{height}", needed=f"{needed[0]}x{needed[1]}"),
        _("Make the window larger or the letters smaller."),
        _("Typing and results are kept; a capture"),
        _("that is running does not stop."),
        where,
        "F1 " + _("Help") + "   F10 " + _("Quit"),
    ]
    outer = max(min(52, width), 4)
    body = [Line("│").put(2, text, width=outer - 4).put(outer - 1, "│") for text in texts]
    return [Line("┌" + "─" * (outer - 2) + "┐"), *body, Line("└" + "─" * (outer - 2) + "┘")]
