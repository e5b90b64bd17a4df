"""What E changes in the draft of a schedule: the fields, what is wrong with them, and what they mean. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from store.schedule import Slot, Wishes, clock_text, clock_time
from store.visits import VisitPlan
from tui import figures
from tui.i18n import _
from tui.widgets.fields import DATE, TIME, Choice, Field
from tui.widgets.form_dialog import Entry


def entries(plan: VisitPlan, slot: Slot, *, single: bool) -> tuple[Entry, ...]:
    """Return the fields for a class, or (not `single`) for several: those have no starting time of their own."""
    days = [figures.short_date(plan.day)]
    if plan.fallback_day is not None:
        days.append(figures.short_date(plan.fallback_day))
    fallback = f"{plan.fallback_day:%d%m%Y}" if plan.fallback_day else ""
    on_fallback = plan.fallback_day is not None and slot.day == plan.fallback_day
    made = [
        Entry(_("Teacher"), Field("teacher", 30, slot.teacher, limit=80)),
        Entry(_("Day"), Choice("on", days, int(on_fallback))),
        Entry(_("Minutes per pupil"), Field("pace", 5, figures.decimal(plan.minutes_per_pupil))),
        Entry(_("Date of the visit"), Field("day", 10, f"{plan.day:%d%m%Y}", pattern=DATE)),
        Entry(_("Second day"), Field("fallback", 10, fallback, pattern=DATE)),
    ]
    if single:
        start = Field("start", 5, clock_text(slot.start).replace(".", ""), pattern=TIME)
        made.insert(0, Entry(_("Start"), start, _("not before the desk is free")))
    return tuple(made)


def wrong(values: dict[str, str], asked: Sequence[Entry]) -> str:
    """Return what is wrong with the fields, in words, or nothing."""
    fields = {entry.field.name: entry.field for entry in asked}
    day, fallback = day_of(fields["day"]), day_of(fields["fallback"])
    if "start" in values and _minutes(values["start"]) is None:
        return _("Start is not a time.")
    if not 0.5 <= pace_of(values["pace"]) <= 120:
        return _("Minutes per pupil: 0.5 to 120.")
    if day is None:
        return _("The date of the visit is none.")
    if values["fallback"] and (fallback is None or fallback <= day):
        return _("The second day comes after the visit.")
    if values["on"] == "2" and fallback is None:
        return _("There is no second day to move to.")
    return ""


def wishes_of(old: Wishes, classes: Sequence[str], slot: Slot, values: dict[str, str]) -> Wishes:
    """Return the wishes with what was typed for these classes; a start that was left as drafted is no wish."""
    teachers = {**old.teachers, **dict.fromkeys(classes, values["teacher"].strip())}
    starts = dict(old.starts)
    start = _minutes(values.get("start", ""))
    if start is not None and start != slot.start:
        starts[slot.class_name] = start
    later = old.later | set(classes) if values["on"] == "2" else old.later - set(classes)
    return Wishes(teachers, starts, frozenset(later))


def day_of(field: Field | Choice) -> date | None:
    """Return the day in a field, or None."""
    return field.day if isinstance(field, Field) else None


def _minutes(digits: str) -> int | None:
    try:
        return clock_time(f"{digits[:2]}.{digits[2:]}")
    except ValueError:
        return None


def pace_of(text: str) -> float:
    """Return minutes as they are typed, 4,2 or 4.2; nought for what is no number."""
    try:
        return round(float(text.strip().replace(",", ".")), 1)
    except ValueError:
        return 0.0
