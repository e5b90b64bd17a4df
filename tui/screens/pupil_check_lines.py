"""How the sheet of step 3 is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from store.checks import Blocker, Finding, StatusSheet
from store.progress import PupilState
from store.pupils import PupilDetail
from store.rules import Stage
from tui import figures
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.keys import EDIT, NOT_YET, PRINT
from tui.line import Line, wrap

_VALUE, _RIGHT = 23, 41
_STAGES = {
    Stage.NEVER: "√",
    Stage.WAITING: "×",
    Stage.FAILED: "×",
    Stage.DUPLICATE: "×",
    Stage.PRINT_READY: "○",
    Stage.PRINTING: "○",
    Stage.HAS_CARD: "–",
    Stage.UNKNOWN: "?",
}
_DONE = {
    PupilState.CARD: N_("√ {name}: recorded before, on the print list"),
    PupilState.HAS_CARD: N_("√ {name}: has her card, nothing to do"),
    PupilState.OFFICE: N_("√ {name}: waits for the office's decision"),
}


def done_words(state: PupilState) -> str:
    """Return the good news of a verdict that does not lead to step 4."""
    return _(_DONE[state])


def status_word(code: str | None) -> str:
    """Return a status as SIAK writes it."""
    if code is None:
        return _("unknown")
    return code.replace("_", " ") if code.startswith("BELUM") else code


def sheet_lines(sheet: StatusSheet, width: int) -> list[Line]:
    """Return the work area of step 3: who she is, papers, status, lookalikes, verdicts."""
    return [
        *_person(sheet.pupil, width),
        Line(),
        *_papers(sheet.pupil, width),
        Line(),
        *_status(sheet, width),
        Line(),
        *_verdicts(sheet),
    ]


def advice(sheet: StatusSheet, numbered: Sequence[Finding]) -> str:
    """Return the status line: whether all is there, and the verdict that agrees with SIAK."""
    if sheet.suggested is None:
        return "? " + _("SIAK says nothing of her: E asks, the office answers")
    keys = {Finding.NEVER: NOT_YET.letter, Finding.RECORDED: PRINT.letter}
    key = keys.get(sheet.suggested) or f"{EDIT.letter} {numbered.index(sheet.suggested) + 1}"
    said = _("verdict that agrees with SIAK: {key}").format(key=key)
    return said if sheet.blockers else "√ " + _("complete; {advice}").format(advice=said)


def _person(about: PupilDetail, width: int) -> list[Line]:
    first = (
        Line()
        .put(5, about.name, Ink.VALUE, 52)
        .put(59, f"{figures.sex(about.sex)} · {figures.age(about.age)}", width=width - 60)
    )
    born = _("born {place}, {day}").format(place=about.birth_place or "?", day=figures.long_date(about.birth_date))
    second = Line().put(5, "NIK").put(11, figures.grouped(about.nik) if about.nik else _("lacking"), Ink.VALUE)
    third = Line().put(5, _("KK no")).put(11, figures.grouped(about.kk) if about.kk else _("lacking"), Ink.VALUE)
    parents = _("mother {mother} · father {father}").format(mother=about.mother or "?", father=about.father or "?")
    return [first, second.put(37, born, width=width - 38), third.put(37, parents, width=width - 38)]


def _papers(about: PupilDetail, width: int) -> list[Line]:
    there, missing = "√ " + _("there"), "· " + _("not yet")
    kk, certificate = _("copy of KK"), _("copy of certificate")
    line = Line().put(5, _("Papers")).put(_VALUE, kk)
    line.state(len(line) + 1, there if about.papers_kk else missing)
    line.put(46, certificate)
    line.state(len(line) + 1, there if about.papers_certificate else missing)
    number = about.birth_certificate or _("lacking")
    return [line, Line().put(_VALUE, _("certificate no {number}").format(number=number), width=width - _VALUE - 1)]


def _status(sheet: StatusSheet, width: int) -> list[Line]:
    about = sheet.pupil
    symbol = _STAGES[sheet.stage]
    if symbol == "√" and not sheet.fresh:
        symbol = "!"
    first = Line().put(5, _("Recording status")).state(_VALUE, f"{symbol} {status_word(about.status_code)}")
    if about.status_day is not None:
        by_hand = about.status_source == "hand"
        source = _("typed by an officer") if by_hand else _("office's export")
        word = f"({source})" if sheet.fresh else p_("status", "old")
        said = f"SIAK {figures.long_date(about.status_day)} {word}"
        first.put(max(_RIGHT, len(first) + 2), said, width=max(width - max(_RIGHT, len(first) + 2) - 1, 0))
    before = sheet.recorded_before
    if before is None:
        here = "√ " + _("never recorded on any visit")
    else:
        here = "× " + _("recorded {day}, {school}").format(day=figures.long_date(before.day), school=before.school)
    second = Line().put(5, _("On this laptop")).state(_VALUE, here, width=width - _VALUE - 1)
    return [first, second, *_lookalikes(sheet, width)]


def _lookalikes(sheet: StatusSheet, width: int) -> list[Line]:
    label = Line().put(5, _("Twins/same name"))
    if not sheet.lookalikes:
        return [label.state(_VALUE, "√ " + _("none"))]
    symbol = "√" if sheet.pupil.same_name_checked else "!"
    made: list[Line] = []
    for one in sheet.lookalikes[:3]:
        mother = _("mother {name}").format(name=one.mother or "?")
        line = Line() if made else label
        line.state(_VALUE, f"{symbol} {one.name}", width=24).put(48, figures.long_date(one.birth_date))
        made.append(line.put(59, mother, width=width - 60))
    return made


def _verdicts(sheet: StatusSheet) -> list[Line]:
    stop = next((one for one in sheet.blockers if one.kind in (Blocker.RECORDED_IN_SIAK, Blocker.RECORDED_HERE)), None)
    label = Line().put(5, _("Verdict"))
    if sheet.suggested is Finding.HAS_CARD:
        first = [label.state(_VALUE, "– " + _("Has her card already. E 7, or N."))]
    elif stop is not None:
        day = figures.long_date(stop.day) if stop.day else ""
        said = _("RECORDED {day} ({status}). Only once in a life. C or N.")
        first = [
            Line().put(5, text, Ink.BLOCKED)
            for text in wrap("× " + said.format(day=day, status=stop.code or _("here")), 74)
        ]
    else:
        first = [_verdict(label, NOT_YET.letter, _("never recorded"), _("step 4 SIAK"))]
    made = [
        *first,
        _verdict(Line(), PRINT.letter, _("recorded, not printed"), _("print list")),
        _verdict(Line(), EDIT.letter, _("another status, or unclear"), _("choose")),
        Line(),
    ]
    sop = (
        _("SOP 3.1 recorded, not printed: straight into the list."),
        _("SOP 3.2 never recorded: goes on to recording."),
    )
    return [*made, *(Line().put(5, text) for sentence in sop for text in wrap(sentence, 74))]


def _verdict(line: Line, key: str, meaning: str, leads: str) -> Line:
    return line.put(_VALUE, key, Ink.KEYCAP).put(_VALUE + 3, meaning).put(_VALUE + 32, f"→ {leads}")
