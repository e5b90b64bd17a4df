"""The lines of the day's board: what it says to the teacher, steps against the standard, bars, classes. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from store.schedule import Hours, clock_text
from store.timings import Pace, StepSummary
from tui import figures
from tui.i18n import N_, _, p_
from tui.line import Line, wrap

if TYPE_CHECKING:
    from store.board import Forecast
    from store.counts import Counts

BOARD_STEPS = range(3, 8)
_WORDS = {3: N_("Status check"), 4: "SIAK", 5: N_("SIAK change"), 6: N_("Recording"), 7: N_("Print cards")}
_BAR = 7
_SAY, _SAY_AT = 52, 26
_CLASS_AT = 37


@dataclass(frozen=True)
class Said:
    """The answer for the teacher: one or two sentences, and the part of them that is a problem."""

    lines: tuple[str, ...]
    problem: str = ""


def answer(
    left: int, forecast: Forecast | None, hours: Hours, fallback: date | None, *, schedule_key: str = "1"
) -> Said:
    """Say how many are left and whether the day is enough; without a forecast (another day) only how many."""
    count = figures.number(left)
    if not left:
        return Said((_("Nobody is left who is here: all are recorded."),))
    if forecast is None:
        return Said((_("{count} pupils left.").format(count=count),))
    if not forecast.over:
        done = _("{count} pupils left; all done at about {time}.")
        return Said((done.format(count=count, time=clock_text(forecast.done_at)),))
    fits = _("{count} pupils left; until {end} about {fits} fit,").format(
        count=count, end=clock_text(hours.end), fits=figures.number(forecast.fits)
    )
    over = figures.number(forecast.over)
    if fallback is None:
        second = _("{count} pupils do not; there is no second day yet.").format(count=over)
        said = _("At this pace {count} pupils do not fit into today. {key}: set a second day.")
        return Said((fits, second), said.format(count=over, key=schedule_key))
    day = f"{figures.weekday(fallback)} {fallback:%d-%m}"
    second = _("{count} pupils on the second day, {day}.").format(count=over, day=day)
    said = _("At this pace {count} pupils do not fit into today. {key}: move them to {day}.")
    return Said((fits, second), said.format(count=over, key=schedule_key, day=f"{fallback:%d-%m}"))


def answer_lines(said: Said) -> list[Line]:
    """Draw the two lines to read out."""
    parts = [part for sentence in said.lines for part in wrap(sentence, _SAY)]
    made = [Line().put(_SAY_AT, part) for part in (*parts, "", "")[:2]]
    made[0].put(5, _("Tell the teacher:"))
    return made


def head() -> Line:
    """Draw the head of the table of steps."""
    line = (
        Line()
        .put(5, p_("board", "Step"))
        .put(17, p_("board", "Done"), width=10, right=True)
        .put(28, p_("board", "Queue"), width=6, right=True)
    )
    return line.put(36, _("Average")).put(47, _("Standard")).put(62, _("Over standard"))


def step_line(summary: StepSummary, waiting: int) -> Line:
    """Draw one step: how many are done and wait, and what it takes against what it may take."""
    line = Line().put(5, f"{summary.step} ").put(7, _(_WORDS[summary.step]), width=12)
    line.put(19, figures.number(summary.runs), width=6, right=True)
    line.put(27, figures.number(waiting), width=6, right=True)
    average = summary.average_seconds
    minutes = _("{minutes} min").format(minutes=figures.decimal(average / 60)) if average is not None else "–"
    line.put(36, minutes, width=9, right=True)
    low, high = summary.standard_minutes
    standard = f"{low}-{high}" if low != high else str(high)
    line.put(46, _("{minutes} min").format(minutes=standard), width=9, right=True)
    if average is not None:
        line.state(57, "√" if average <= high * 60 else "!")
    return line.put(60, figures.number(summary.over), width=6, right=True)


def charts(
    paces: Sequence[tuple[datetime, Pace]], classes: Mapping[str, Counts], silent: str, pace: str, room: int
) -> list[Line]:
    """Draw the bars of each half hour (the last ones that fit) beside the classes, and the pace under them.

    `paces` come with their local time; `silent` stands there while nobody was recorded yet.
    """
    top = Line().put(5, _("Recorded each 30 minutes"), width=31).put(_CLASS_AT, _("Class"), width=12)
    top.put(50, "16+").put(53, p_("board", "rec."), width=6, right=True)
    top.put(59, p_("board", "print"), width=6, right=True).put(65, p_("board", "away"), width=6, right=True)
    made = [top, *(Line() for _row in range(room - 1))]
    shown = paces[-(room - 1) :]
    if any(one.finished for _at, one in shown):
        most = max(one.finished for _at, one in shown)
        for line, (at, one) in zip(made[1:], shown, strict=False):
            cells = one.finished if most <= _BAR else round(one.finished / most * _BAR)
            line.put(5, figures.clock_time(at)).put(11, "█" * max(cells, bool(one.finished)))
            line.put(18, figures.number(one.finished), width=3, right=True)
    else:
        for line, part in zip(made[1:], wrap(silent, 30), strict=False):
            line.put(5, part)
    fitting = room - 2
    rows = list(classes.items())
    if len(rows) > fitting:
        rows = rows[: fitting - 1]
    for line, (name, counted) in zip(made[1:], rows, strict=False):
        _class_row(line, name, counted)
    if len(rows) < len(classes):
        more = _("{count} more classes (C: summary)").format(count=len(classes) - len(rows))
        made[1 + len(rows)].put(_CLASS_AT, ".. " + more)
    made[-1].put(_CLASS_AT, pace)
    return made


def _class_row(line: Line, name: str, counted: Counts) -> None:
    line.put(_CLASS_AT, name, width=12)
    values = (counted.sixteen, counted.recorded, counted.printed, counted.absent)
    for column, value in zip((47, 53, 59, 65), values, strict=True):
        line.put(column, figures.number(value), width=6, right=True)
