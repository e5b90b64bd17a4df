"""The narrow pane beside the work where the terminal is not wide enough for more: how many pupils wait at each step."""

from __future__ import annotations

from collections.abc import Sequence

from tui import figures
from tui.i18n import _
from tui.ink import SYMBOL_INK, Ink
from tui.line import Line
from tui.widgets.bars import RailStep, rail_word

_NUMBER, _WORD, _COUNT = 2, 4, 13


def lines(steps: Sequence[RailStep]) -> list[Line]:
    """Draw a line a step in 19 columns; the rail says the same, the whole day stands on the board."""
    made = [Line(_("Waiting"), Ink.VALUE)]
    for number, step in enumerate(steps, 1):
        line = Line(step.symbol, SYMBOL_INK.get(step.symbol, Ink.NORMAL)).put(_NUMBER, str(number))
        line.put(_WORD, rail_word(number))
        made.append(line.put(_COUNT, figures.number(step.waiting) if step.waiting else "", width=6, right=True))
    return made
