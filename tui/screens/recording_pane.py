"""What stands beside the work where the terminal is wide: the live picture, and every section with its scores."""

from __future__ import annotations

from collections.abc import Sequence

from store.sections import PARTS, RecordingState, SectionState
from tui.i18n import _, p_
from tui.ink import Ink
from tui.line import Line, stack
from tui.screens import recording_words as words

LEFT, WIDTH = 80, 40
"""The work keeps the columns it has at 80x24; the pane stands behind a rule."""
_TABLE = 10
"""Lines of the table of sections, with its head and a blank line above."""


def picture_room(lines: int) -> tuple[int, int]:
    """Return the cells of the picture in the pane of a terminal with so many lines."""
    return WIDTH, min(max(lines - 6 - _TABLE - 1, 1), 20)


def beside(work: Sequence[Line], state: RecordingState, picture: Sequence[Line] | None, height: int) -> list[Line]:
    """Lay the pane beside the work; `picture` is None where the pictures stand in the work itself."""
    right = section_table(state)
    if picture is not None:
        room = picture_room(height + 6)[1]
        waiting = Line().put(1, _("Live picture: while the scanner waits."))
        right = [Line().put(1, _("Live picture"), Ink.VALUE), *stack(picture or [waiting], room), Line(), *right]
    made = stack(work, height)
    for row, line in enumerate(stack(right, height)):
        made[row] = made[row].crop(LEFT - 1).put(LEFT - 1, "│", Ink.RULE).over(LEFT, line.crop(WIDTH))
    return made


def below(right: list[Line], state: RecordingState, rows: int) -> list[Line]:
    """Put the table of sections under what stands beside a picture of so many rows; its head gives way first."""
    table = section_table(state)
    if len(right) + len(table) > rows:
        table = table[1:]
    gap = [Line()] if len(right) + len(table) < rows else []
    return [*right, *gap, *table]


def section_table(state: RecordingState) -> list[Line]:
    """Draw each section with the best score of each part, and how many tries it took."""
    head = Line().put(3, _("Section")).put(15, _("Scores")).put(33, _("Tries"))
    return [head, *(_row(one, state) for one in state.sections), *_hands(state)]


def _row(one: SectionState, state: RecordingState) -> Line:
    line = Line().state(1, f"{words.symbol(one, state.limits)} {words.section_short(one.section)}", 13)
    best, excepted = one.best, one.excepted
    column = 15
    for part in PARTS[one.section]:
        if part in excepted and part not in best:
            line.put(column, "~", Ink.LOOK)
        elif part in best:
            limit, value = state.limits.of(part), best[part]
            low = value is not None and limit is not None and value < limit
            line.put(column, "√" if limit is None else words.score(value), Ink.BLOCKED if low else Ink.VALUE)
        else:
            line.put(column, "–")
        column += 4
    return line.put(34, f"{one.tried}/{state.limits.tries}") if state.limits.of(PARTS[one.section][0]) else line


def _hands(state: RecordingState) -> list[Line]:
    if not state.hands_wanted:
        return []
    return [Line().state(1, ("·" if state.hands_missing else "√") + " " + p_("strip", "hands"), 13)]
