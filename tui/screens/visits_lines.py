"""The lines of the home screen: a visit's row, the block of work that was cut, and what needs action."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from store.home import Cut, ToDo
from store.rules import Stage, stage
from store.sections import Section
from store.visits import HomeVisit, StepMark
from tui import figures
from tui.i18n import N_, _
from tui.line import Line, cut, wrap
from tui.widgets.bars import rail_word

SECTION_WORDS = {
    Section.PORTRAIT: N_("portrait"),
    Section.SIGNATURE: N_("signature"),
    Section.LEFT_SLAP: N_("left four"),
    Section.RIGHT_SLAP: N_("right four"),
    Section.THUMBS: N_("thumbs"),
    Section.IRISES: N_("irises"),
}
_MARKS = {StepMark.NOW: "►", StepMark.WAITING: "○", StepMark.FINISHED: "√"}
_LONGEST_NAME = 30


def visit_heading() -> Line:
    """Return the heading of the visits."""
    line = Line().put(5, _("Date")).put(16, _("School")).put(44, _("Step"))
    for place, word in enumerate(("16+", _("Rec."), rail_word(7), rail_word(8))):
        line.put(51 + 6 * place, word, width=6, right=True)
    return line


def visit_row(row: HomeVisit, today: date) -> Line:
    """Return one visit: day, school, the step it is at, and four counts."""
    day = _("today") if row.day == today else figures.short_date(row.day)
    line = Line().put(5, day, width=10).put(16, row.school, width=27)
    line.state(44, f"{_MARKS[row.mark]}{row.step} {rail_word(row.step)}", width=9)
    counted = row.counts
    for column, number in (
        (53, counted.sixteen),
        (59, counted.recorded),
        (65, counted.printed),
        (71, counted.handed_over),
    ):
        line.put(column, figures.number(number), width=4, right=True)
    return line


def cut_lines(one: Cut, local: Callable[[datetime], datetime]) -> list[Line]:
    """Return the block of a recording that was cut: when, who, at which try, what is kept, and what Enter does."""
    moment = local(one.last)
    recording = one.recording
    following = recording.next
    last = _("photo of hands") if recording.hands_missing else _("check and seal")
    at = last if following is None else _(SECTION_WORDS[following])
    said = _("INTERRUPTED {when}, {why}: {name}, step 6 {step}, {section}").format(
        when=f"{figures.short_date(moment)} {figures.clock_time(moment)}",
        why=_("laptop went off") if one.restarted else _("program ended"),
        name=cut(one.name, _LONGEST_NAME),
        step=rail_word(6),
        section=at,
    )
    if following is not None:
        said += ", " + _("try {number}").format(number=recording.attempt)
    kept = [_(SECTION_WORDS[held.section]) for held in recording.sections if held.complete(recording.limits)]
    said += ". " + (_("Kept: {sections}.").format(sections=", ".join(kept)) if kept else _("Nothing was taken yet."))
    first, *more = wrap(said, 70)
    made = [Line().state(3, "! " + first), *(Line().put(5, text) for text in more)]
    go = _("Enter: go on with try {number}.").format(number=recording.attempt) if following else _("Enter: go on.")
    return [*made, Line().put(5, go).put(45, f"({cut(one.school, 32)})")]


def to_do_lines(found: ToDo, width: int) -> list[Line]:
    """Return what needs action, a line each; none where there is nothing."""
    rows: list[tuple[str, int, str, str]] = []
    if found.office:
        codes = ", ".join(dict.fromkeys(_code_words(code) for code in found.office_codes))
        text = _("wait for the office's decision") + (f" ({codes})" if codes else "")
        rows.append(("!", found.office, text, ""))
    if found.ready:
        text = _("cards ready to print from {schools} schools").format(schools=found.ready_schools)
        rows.append(("○", found.ready, text, _("9 Stock: blanks {count}").format(count=figures.number(found.blanks))))
    if found.waiting_age:
        text = _("pupils wait to become 17")
        if found.next_day is not None:
            who = cut(found.next_name, _LONGEST_NAME)
            text += _("; next {name}, {day}").format(name=who, day=figures.long_date(found.next_day))
        rows.append(("○", found.waiting_age, text, ""))
    if found.return_visits:
        first = found.return_visits[0]
        text = _("return visits not scheduled: {school}, {absent} absent")
        rows.append(("!", len(found.return_visits), text.format(school=cut(first.school, 30), absent=first.absent), ""))
    room = max((len(figures.number(count)) for _symbol, count, _text, _right in rows), default=1)
    made: list[Line] = []
    for symbol, count, text, right in rows:
        line = Line().state(3, symbol).put(5, figures.number(count)).put(5 + room + 1, text, width=width - 7 - room)
        made.append(line.put(53, right) if right else line)
    return made


def _code_words(code: str) -> str:
    words = {Stage.FAILED: _("failed at the centre"), Stage.PRINT_READY: _("recorded elsewhere")}
    return words.get(stage(code), code)
