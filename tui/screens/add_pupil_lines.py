"""What stands below the form of a new pupil: what was looked up, and who on the list could be her."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from store.adding import Looked, Similar
from tui import figures
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.line import Line
from tui.screens.pupil_check_lines import status_word

REASONS = (N_("moved here"), N_("missed by the school"), N_("repeats class"), N_("other"))
"""Why she is not on the list, in the order of `AddReason` and of the digits."""

_LEFT, _RIGHT = 5, 44


def checked_lines(looked: Looked, day: date) -> list[Line]:
    """Return the four answers of the store: age, other schools, recorded here, SIAK."""
    first = Line().state(_LEFT, _age(looked, day), width=38).state(_RIGHT, _elsewhere(looked), width=35)
    second = Line().state(_LEFT, _recorded(looked), width=38).state(_RIGHT, _siak(looked), width=35)
    return [Line().put(_LEFT, _("Checked")), first, second]


def similar_lines(rows: Sequence[Similar], at: int | None, *, listed: bool) -> list[Line]:
    """Return who on the list could be her; the cursor stands there only while the rows have the keys."""
    if not rows:
        return []
    head = _("On this list already (same NIK)") if listed else _("Alike on the list (same name or birth date)")
    made = [Line().put(_LEFT, head)]
    for index, one in enumerate(rows):
        line = Line().put(7, one.name, width=20).put(28, one.class_name, width=9)
        line.put(39, figures.long_date(one.birth_date))
        line.put(51, p_("alike", "of {name}").format(name=one.mother or "?"), width=14).put(66, _("not she?"), width=13)
        if index == at:
            line.put(3, "►", Ink.VALUE).paint(Ink.CURSOR, 3, 80)
        made.append(line)
    return made


def _age(looked: Looked, day: date) -> str:
    if looked.age is None:
        return "· " + _("age follows from the birth date")
    if looked.turns_16 is not None and looked.turns_16 > day:
        return "× " + _("under 16 until {day}").format(day=figures.long_date(looked.turns_16))
    return "√ " + _("{age} on {day}").format(age=figures.age(looked.age), day=figures.long_date(day))


def _elsewhere(looked: Looked) -> str:
    if looked.elsewhere is None:
        return "√ " + _("not at another school")
    return "! " + _("listed at {school}").format(school=looked.elsewhere)


def _recorded(looked: Looked) -> str:
    if looked.recorded is None:
        return "√ " + _("never recorded on this laptop")
    return "× " + _("recorded {day}, {school}").format(
        day=figures.long_date(looked.recorded.day), school=looked.recorded.school
    )


def _siak(looked: Looked) -> str:
    if looked.siak_day is None:
        return "! " + _("no SIAK export here yet")
    day = f"{looked.siak_day:%d-%m}"
    if looked.siak is None:
        return "! " + _("not in the SIAK export {day}").format(day=day)
    return "√ " + _("SIAK {day}: {status}").format(day=day, status=status_word(looked.siak.status_code))
