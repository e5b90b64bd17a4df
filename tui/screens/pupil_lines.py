"""How a pupil's history is drawn: one line a step, or every event of the journal about her."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from store.history import Happened
from store.progress import STEP_OF, PupilState
from store.pupils import PupilDetail
from store.timings import Run
from tui import figures
from tui.i18n import N_, _
from tui.ink import Ink
from tui.line import Line
from tui.screens.pupil_check_lines import status_word
from tui.widgets.bars import rail_word

_STATE, _WHEN, _OFFICER, _TOOK = 18, 41, 58, 68

_EVENTS: Mapping[str, str] = {
    "pupil.listed": N_("on the school's list"),
    "pupil.added": N_("added at school"),
    "pupil.sixteen": N_("16 by the visit's day"),
    "pupil.under_sixteen": N_("under 16 on the visit's day"),
    "pupil.present": N_("present"),
    "pupil.absent": N_("absent"),
    "pupil.papers": N_("papers ticked"),
    "pupil.same_name_checked": N_("same name compared"),
    "pupil.put_off": N_("put off"),
    "pupil.called": N_("called"),
    "pupil.class_changed": N_("class changed"),
    "pupil.nik_revealed": N_("NIK looked at"),
    "pupil.noted": N_("note"),
    "pupil.undone": N_("last mark taken back"),
    "pupil.checked": N_("status checked"),
    "pupil.office_decided": N_("decided by the office"),
    "pupil.pulled_back": N_("back to step 3: SIAK knows a recording"),
    "pupil.siak_checked": N_("SIAK compared"),
    "pupil.siak_reopened": N_("SIAK opened again"),
    "pupil.siak_updated": N_("changed in SIAK"),
    "pupil.recorded_first": N_("recorded before SIAK is changed"),
    "pupil.card_printed": N_("card printed"),
    "pupil.card_given": N_("card received"),
    "pupil.reprint": N_("card lost, damaged or wrong"),
    "person.changed": N_("data changed"),
    "person.status": N_("status in SIAK"),
    "person.status_set": N_("status typed"),
    "recording.opened": N_("recording opened"),
    "recording.confirmed": N_("data confirmed"),
    "recording.kept": N_("try kept"),
    "recording.best_accepted": N_("best try accepted"),
    "recording.excepted": N_("excepted"),
    "recording.exception_withdrawn": N_("exception withdrawn"),
    "recording.sealed": N_("sealed"),
    "recording.wrong": N_("marked: wrong pupil"),
    "recording.void": N_("recording void"),
    "recording.taken_again": N_("taken again"),
    "siak.compared": N_("field compared"),
    "siak.typed": N_("SIAK value typed"),
    "siak.change_seen": N_("change seen in SIAK"),
    "step.begun": N_("step opened"),
    "step.ended": N_("step ended"),
    "card.job_noted": N_("card on its way"),
    "card.held": N_("card held back"),
    "card.released": N_("card released"),
    "card.replaced": N_("card replaced"),
}
"""The journal's words for the screen; an event of a later program stands there as it is called."""

_SHOWN_FACTS = ("step", "section", "attempt", "score", "device", "finding", "letter", "proof", "text", "undone")
"""Facts that say more than the event and hold no data of a person."""


@dataclass(frozen=True, repr=False)
class HistoryRow:
    """One line of the history, numbered from the top; `step` is where Enter goes."""

    place: int
    symbol: str
    label: str
    state: str
    at: datetime | None = None
    officer: str = ""
    seconds: float | None = None
    clock_back: bool = False


def head(*, full: bool) -> Line:
    """Return the line above the rows."""
    line = (
        Line().put(5, _("Event") if full else _("Step")).put(_STATE if not full else 34, _("State") if not full else "")
    )
    return line.put(_WHEN, _("When")).put(_OFFICER, _("Officer")).put(_TOOK, _("Took") if not full else "")


def row_line(row: HistoryRow, zone: tzinfo, *, full: bool) -> Line:
    """Return one line."""
    line = Line().state(3, row.symbol)
    if full:
        line.put(5, row.state, width=35)
    elif row.at is None:
        line.put(5, row.label).put(_STATE, row.state, width=60)
    else:
        line.put(5, row.label, width=12).put(_STATE, row.state, width=22)
    if row.at is not None:
        local = row.at.astimezone(zone)
        line.put(_WHEN, f"{local:%d-%m} {figures.clock_time(local)}").put(_OFFICER, row.officer, width=9)
    if row.clock_back:
        line.state(_TOOK, "! " + _("clock back"), width=12)
    elif row.seconds is not None:
        minutes = max(round(row.seconds / 60), 1)
        line.put(_TOOK, _("{minutes} min").format(minutes=f"{minutes:2}"))
    return line


def step_rows(about: PupilDetail, events: Sequence[Happened], runs: Sequence[Run]) -> list[HistoryRow]:
    """Return a row for each step she has behind her, and one for where she stands; `events` are newest first."""
    took = {run.step: run.seconds for run in runs if run.ended_at is not None}
    made: list[tuple[str, str, str, Happened | None, float | None]] = []
    listed = next((one for one in reversed(events) if one.event in ("pupil.listed", "pupil.added")), None)
    if listed is not None:
        made.append(("√", f"1 {rail_word(1)}", _("on the list of 16+"), listed, None))
    here = STEP_OF[about.state]
    for step in range(3, 9):
        if here == step:
            made.append(("►", f"{step} {rail_word(step)}", _("waits here"), None, None))
            break
        done = _finished(step, events)
        if step == 4 and not _finished(4, events) and (about.state is PupilState.HAS_CARD or _finished(3, events)):
            if about.state is PupilState.HAS_CARD:
                made.append(("–", "4-6", _("not needed: has her card"), None, None))
                break
            if about.state in (PupilState.CARD, PupilState.HANDOVER, PupilState.DONE):
                made.append(("–", "4-6", _("not needed: recorded before"), None, None))
        if done is not None:
            made.append(("√", f"{step} {rail_word(step)}", _outcome(done, about), done, took.get(step)))
    if about.state is PupilState.OFFICE:
        made.append(("!", _("office"), _("waits for the office's decision"), None, None))
    if about.state is PupilState.LISTED:
        made.append(("×", _("under 16"), _("16 on {day}").format(day=figures.long_date(about.turns_16)), None, None))
    return [
        HistoryRow(place, symbol, label, state, one.at if one else None, one.officer if one else "", seconds)
        for place, (symbol, label, state, one, seconds) in enumerate(made)
    ]


def event_rows(events: Sequence[Happened]) -> list[HistoryRow]:
    """Return every event, newest first."""
    return [
        HistoryRow(place, "·", "", _event(one), one.at, one.officer, clock_back=one.clock_back)
        for place, one in enumerate(events)
    ]


def notes(events: Sequence[Happened], zone: tzinfo, width: int, room: int) -> list[Line]:
    """Return the officers' own words, the newest first."""
    written = [one for one in events if one.event == "pupil.noted"]
    if not written or room < 2:
        return []
    made = [Line().put(5, _("Notes"))]
    for one in written[: room - 1]:
        local = one.at.astimezone(zone)
        text = f"{local:%d-%m} {figures.clock_time(local)}  {one.facts.get('text', '')}"
        made.append(Line().put(5, text, width=width - 6))
    return made


def person_lines(about: PupilDetail, width: int, *, nik: str | None) -> list[Line]:
    """Return who she is, numbers masked unless `nik` is the one just looked at."""
    born = _("born {place}, {day}").format(place=about.birth_place or "?", day=figures.long_date(about.birth_date))
    first = Line().put(5, about.name, Ink.VALUE, 27)
    first.put(33, f"{figures.sex(about.sex)} · {born} · {figures.age(about.age)}", width=width - 34)
    if nik is not None:
        numbers = f"NIK {figures.grouped(nik)}", f"KK {figures.grouped(about.kk or '')}"
    else:
        masked = figures.masked(about.nik) or _("lacking")
        looks = _("V looks")
        numbers = f"NIK {masked}  ({looks})", f"KK {figures.masked(about.kk) or _('lacking')}"
    second = Line().put(5, numbers[0]).put(45, numbers[1])
    parents = _("mother {mother} · father {father}").format(mother=about.mother or "?", father=about.father or "?")
    paper = _("certificate no {number}").format(number=about.birth_certificate or _("lacking"))
    third = Line().put(5, f"{parents} · {paper}", width=width - 6)
    file, _colon, row = about.source.rpartition(":")
    source = _("List: {file} row {row}").format(file=file, row=row) if file else _("List: added by hand")
    fourth = Line().put(5, source, width=38)
    same = _("yes") if about.same_name else _("none")
    return [first, second, third, fourth.put(45, _("Same name: {answer}").format(answer=same), width=width - 46)]


def _finished(step: int, events: Sequence[Happened]) -> Happened | None:
    """Return the newest event that led her on from that step, unless a newer one brought her back to it."""
    for one in events:
        old, new = one.facts.get("old"), one.facts.get("new")
        if not (isinstance(old, str) and isinstance(new, str)) or not one.event.startswith(("pupil.", "recording.")):
            continue
        if old not in _STATES or new not in _STATES:
            continue
        left, reached = STEP_OF[_STATES[old]], STEP_OF[_STATES[new]]
        if reached == step:
            return None
        if left == step and (reached is None or reached > step):
            return one
    return None


_STATES = {state.value: state for state in PupilState}


def _outcome(one: Happened, about: PupilDetail) -> str:
    if one.event == "pupil.checked":
        return f"{status_word(about.status_code)} (SIAK)" if about.status_code else _event(one)
    if one.event == "pupil.siak_checked":
        changes = one.facts.get("changes")
        return _("{count} changes").format(count=changes) if changes else _("agrees with the certificate")
    if one.event == "recording.sealed":
        return _("sealed, proof {proof}").format(proof=one.facts.get("proof", "?"))
    return _event(one)


def _event(one: Happened) -> str:
    word = _EVENTS.get(one.event)
    said = [_(word) if word else one.event]
    said += [str(one.facts[name]) for name in _SHOWN_FACTS if one.facts.get(name) not in (None, "")]
    return " · ".join(said)
