"""How S08 draws the draft of a schedule; pure functions of what was loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from store.procedure import step
from store.schedule import Draft, Hours, Slot, clock_text
from store.visits import VisitDetail
from tui import figures
from tui.i18n import _
from tui.ink import Ink
from tui.line import Line, wrap


@dataclass(frozen=True)
class SlotRow:
    """A class's turn in the list, marked or not."""

    place: int
    slot: Slot
    marked: bool = False


def draw_slot(row: SlotRow, day: date, hours: Hours) -> Line:
    """Draw a turn: class, pupils, times, desk, teacher, and whether it fits."""
    slot = row.slot
    line = Line().put(1, "√" if row.marked else " ").put(5, slot.class_name or "–", width=12)
    line.put(18, str(slot.pupils), width=3, right=True).put(23, clock_text(slot.start))
    line.put(30, clock_text(slot.end), width=7, right=True).put(39, str(slot.desk)).put(45, slot.teacher, width=20)
    if not slot.fits:
        return line.state(66, _("! past {time}").format(time=clock_text(hours.end)), width=14)
    if slot.day != day:
        return line.state(66, f"○ {slot.day:%d-%m}")
    return line.state(66, _("√ fits"))


def break_between(above: SlotRow | None, row: SlotRow, hours: Hours) -> Line | None:
    """Draw the break where the row is the first after it."""
    if above is None or above.slot.day != row.slot.day:
        return None
    if not (above.slot.start < hours.break_start and row.slot.start >= hours.break_end):
        return None
    line = Line().put(7, _("break")).put(23, clock_text(hours.break_start))
    return line.put(30, clock_text(hours.break_end), width=7, right=True).put(45, _("prayer and meal"))


def pace_lines(minutes: float, visits: int, usual: float | None) -> list[Line]:
    """Draw the minutes a pupil takes, beside what was measured and what the SOP allows."""
    standard = {number: step(number).standard_minutes for number in (3, 4, 5, 6)}
    low = standard[3][1] + standard[4][1] + standard[6][1]
    said = _("SOP {recording} for the recording, {low}-{high} for all of steps 3-6").format(
        recording=standard[6][1], low=low, high=low + standard[5][0]
    )
    if usual is not None:
        average = _("average of {visits} visits: {minutes}").format(visits=visits, minutes=figures.decimal(usual))
        said = f"{average}; {said}"
    line = Line().put(5, _("Time per pupil")).put(22, "[").put(23, figures.decimal(minutes), Ink.VALUE, 4, right=True)
    line.put(27, "] " + _("min"))
    first, *rest = wrap(f"({said})", 45)
    return [line.put(34, first), *(Line().put(34, text) for text in rest)]


def fallback_line(fallback: date | None, plan: Draft) -> Line:
    """Draw the second day and who goes there."""
    line = Line().put(5, _("Second day")).put(22, "[")
    line.put(23, figures.long_date(fallback) if fallback else "", Ink.VALUE, 10).put(33, "]")
    late = [slot for slot in plan.slots if slot.late and slot.day != fallback]
    whole = [slot for slot in plan.slots if fallback is not None and slot.day == fallback]
    said: list[str] = []
    if whole:
        names = ", ".join(slot.class_name for slot in whole)
        said.append(_("for {classes}").format(classes=names))
    if late:
        names = ", ".join(slot.class_name for slot in late)
        said.append(_("for the last {count} pupils of {classes}").format(count=plan.late, classes=names))
    return line.put(36, " · ".join(said), width=44)


def completeness(visit: VisitDetail, pupils: int, taken: datetime | None, paper: str) -> list[Line]:
    """Draw what the SOP asks of step 1, and its output."""
    fixed = visit.schedule_version > 0
    first = _("{count} pupils").format(count=figures.number(pupils))
    if taken is not None:
        first += ", " + _("taken {when}").format(when=figures.short_moment(taken))
    agreed = _("agreed, version {version}").format(version=visit.schedule_version)
    result = _("Output: recording schedule (PDF, letterhead, two signatures)")
    return [
        Line().put(5, _("Completeness of SOP step 1")),
        Line().state(3, "√" if pupils else "×").put(5, _("1 list of pupils of 16 and over")).put(39, first, width=41),
        Line()
        .state(3, "√" if fixed else "►")
        .put(5, _("2 draft of the schedule"))
        .put(39, agreed if fixed else _("waits for the school's consent")),
        Line(),
        Line().put(5, result if not paper else _("Output: {file}").format(file=paper), width=75),
    ]


def work(head: Line, rows: Sequence[Line], rest: Sequence[Sequence[Line]]) -> list[Line]:
    """Put the groups of the sheet under one another, a blank line between them."""
    made = [head, *rows]
    for group in rest:
        made += [Line(), *group]
    return made
