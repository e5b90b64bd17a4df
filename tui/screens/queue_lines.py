"""How a pupil stands in the queue: one line, with the state in the same words and symbols on every list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from store.progress import STEP_OF, Presence, PupilState
from store.queue import QueueRow
from store.rules import Hold, card_gate
from tui import figures
from tui.i18n import N_, _
from tui.line import Line, cells
from tui.widgets.fields import filter_row

NAME, CLASS, BORN, NIK, PAPERS, STATE = 8, 33, 44, 56, 64, 68
NAME_WIDTH = 24

_HOLDS = {
    Hold.NO_PRR: ("○", N_("PRR?")),
    Hold.UNDER_AGE: ("○", N_("age 17")),
    Hold.OFFICE: ("!", N_("office")),
    Hold.PRINTING_ELSEWHERE: ("?", N_("in print")),
    Hold.HAS_CARD: ("–", N_("has card")),
    Hold.NOT_RECORDED: ("?", N_("status")),
    Hold.ALREADY_PRINTED: ("√", N_("printed")),
}


def head() -> Line:
    """Return the line above the list."""
    line = Line().put(5, "No").put(NAME, _("Name")).put(CLASS, _("Class"), width=10).put(BORN, _("Born"))
    return line.put(NIK, "NIK").put(PAPERS, _("Pap")).put(STATE, _("State"))


def row_line(row: QueueRow, day: date, *, turn: bool = False, certificate_missing: bool = False, desk: int = 0) -> Line:
    """Return one row.

    `turn` marks who comes next, `certificate_missing` who was left out of a pile gone through, `desk` the other desk
    that has her open.
    """
    number = f"{row.number:02d}"
    line = Line().put(7 - max(len(number), 2), number).put(NAME, row.name, width=NAME_WIDTH)
    line.put(CLASS, row.class_name, width=10).put(BORN, figures.long_date(row.birth_date))
    line.put(NIK, f"··{row.nik_tail}" if row.nik_tail else _("lacking"), width=7)
    if row.presence is not Presence.ABSENT and row.state is not PupilState.LISTED:
        line.state(PAPERS, "√" if row.papers_kk else "·").state(PAPERS + 1, "√" if row.papers_certificate else "·")
    if desk:
        return line.state(STATE, f"►{STEP_OF[row.state]} " + _("desk {desk}").format(desk=desk), width=12)
    return line.state(STATE, state_words(row, day, turn=turn, certificate_missing=certificate_missing), width=12)


def state_words(row: QueueRow, day: date, *, turn: bool = False, certificate_missing: bool = False) -> str:
    """Return where a pupil stands: symbol, step and the one thing to look at."""
    if row.state is PupilState.LISTED:
        return "× " + _("under 16")
    if row.state is PupilState.OFFICE:
        return "! " + _("office")
    if row.state is PupilState.HAS_CARD:
        return "– " + _("has card")
    if row.state is PupilState.DONE:
        return "√8 " + _("received")
    step = STEP_OF[row.state]
    if row.state in (PupilState.CARD, PupilState.HANDOVER):
        symbol, word = _card(row, day) if row.state is PupilState.CARD else ("·", "")
        return f"{symbol}{step} {word}".rstrip()
    if row.presence is Presence.ABSENT:
        return "◊ " + _("absent")
    if row.state is PupilState.UPDATE:
        return f"!{step} SIAK"
    flag = _flag(row, certificate_missing)
    if flag:
        return f"·{step} ! {flag}"
    if turn:
        return f"·{step} " + _("her turn")
    return f"~{step} " + _("put off") if row.put_off else f"·{step}"


def classes_line(classes: Sequence[str], chosen: int, width: int) -> Line:
    """Return the row of class filters, the one that holds always in sight."""
    label = _("Class")
    column = 3 + cells(label) + 1
    options = [_("all"), *classes]
    first = 0
    while cells(text := filter_row(options[first:], chosen - first)) > width - column and first < chosen:
        first += 1
    return Line().put(3, label).put(column, text, width=min(cells(text), width - column))


def _flag(row: QueueRow, certificate_missing: bool) -> str:
    if row.state is PupilState.CHECK:
        if row.nik_tail is None:
            return "NIK"
        if row.incomplete:
            return _("data")
        if row.twin and not row.same_name_checked:
            return _("twin")
        if row.same_name and not row.same_name_checked:
            return _("name =")
        if certificate_missing:
            return _("certif.")
    return ""


def _card(row: QueueRow, day: date) -> tuple[str, str]:
    gate = card_gate(row.birth_date, day, row.status_code, married=False, printed=False)
    if gate.open:
        return "·", ""
    symbol, word = _HOLDS[gate.holds[0]]
    return symbol, _(word)
