"""How one card is drawn: its face, its gates, how far its job is; and the words when a serial is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from store.cards import CardRefusedError, JobState
from store.progress import Sex
from store.rules import Cloth, Hold
from store.stock import StockKind, StockReason, StockRefusedError
from tui import figures
from tui.i18n import _, p_
from tui.ink import Ink
from tui.line import Line, cells, cut
from tui.messages import Problem, problem
from tui.pressing import WIDTH
from tui.screens import printing_lines

if TYPE_CHECKING:
    from datetime import tzinfo

    from store.card_face import CardFace
    from store.card_queue import Cursor
    from store.cards import CardView, JobView
    from store.rules import CardGate
    from store.stock import Balance
    from tui.card_paper import AsPrinted
    from tui.duty import OpenPupil
    from tui.widgets.serial import SerialEntry

_LEFT, _RIGHT, _LABEL, _VALUE, _SECOND, _PICTURE = 5, 66, 7, 23, 38, 54
PICTURE = (11, 6)
"""Of the portrait beside the data, in cells."""
_PRINTED = 26
_DONE_AT, _PRINTER, _PRINTER_STATE = 32, 45, 55


@dataclass(frozen=True, repr=False)
class Sheet:
    """Everything the card's screen shows, as one transaction saw it."""

    face: CardFace
    gate: CardGate
    held: str
    job: JobView | None
    card: CardView | None
    reprint: bool
    status_code: str
    status_day: date | None
    printed_today: int
    usual_seconds: int
    balance: Balance
    place: Cursor | None
    following: OpenPupil | None
    blocking: JobView | None


def clock(moment: datetime | None, zone: tzinfo | None) -> str:
    """Return a moment to the second, for a card's steps."""
    return "" if moment is None else f"{moment.astimezone(zone):%H.%M.%S}"


def face(sheet: Sheet, picture: Sequence[str]) -> list[Line]:
    """Draw the card as it will be printed, the portrait in a few shades."""
    shown = sheet.face
    title = f"┌ PROVINSI {shown.province} ── KABUPATEN {shown.regency} "
    top = Line().put(_LEFT, cut(title, _RIGHT - _LEFT))
    top.put(len(top), "─" * (_RIGHT - len(top)) + "┐")
    sex = {Sex.MALE: "LAKI-LAKI", Sex.FEMALE: "PEREMPUAN", None: "-"}[shown.sex]
    cloth = p_("card", "RED") if shown.cloth is Cloth.RED else p_("card", "BLUE")
    address = f"{shown.address} RT {shown.rt or '-'} RW {shown.rw or '-'}"
    rows = (
        ("NIK", "", ""),
        ("Nama", shown.name, ""),
        ("Tempat/Tgl", f"{shown.birth_place}, {figures.long_date(shown.birth_date)}", ""),
        ("Jenis kelamin", sex, f"Gol. darah  {shown.blood_type}"),
        ("Alamat", address, ""),
        ("Agama, kawin", shown.religion, shown.marital_status),
        ("Pekerjaan", shown.occupation, shown.citizenship),
    )
    made = [top]
    for at, (label, value, second) in enumerate(rows):
        line = Line().put(_LEFT, "│").put(_LABEL, label)
        if at == 0:
            line.put(13, f"{shown.nik[:6]} {shown.nik[6:12]} {shown.nik[12:]}", Ink.VALUE)
        room = (_SECOND if second else _PICTURE) - _VALUE - 1
        if value:
            line.put(_VALUE, cut(value, room), Ink.VALUE)
        if second:
            line.put(_SECOND, cut(second, _PICTURE - _SECOND - 1), Ink.VALUE)
        if at < len(picture):
            line.put(_PICTURE, picture[at])
        if at == len(rows) - 1:
            line.put(_PICTURE, cut(_("cloth {colour}").format(colour=cloth), _RIGHT - _PICTURE - 1))
        made.append(line.put(_RIGHT, "│"))
    return [*made, Line().put(_LEFT, "└" + "─" * (_RIGHT - _LEFT - 1) + "┘")]


def as_printed(shown: CardFace, printed: AsPrinted) -> list[Line]:
    """Draw every field with its lines where they break on the card itself."""
    issued = f"{shown.issue_place} {figures.long_date(shown.issue_day)}"
    made = [Line().put(_LABEL, f"PROVINSI {shown.province} · KABUPATEN {shown.regency} · {issued}", width=72)]
    made.append(Line().put(_LABEL, "NIK").put(_PRINTED, shown.nik, Ink.VALUE))
    for label, lines in printed.fields:
        for at, text in enumerate(lines):
            line = Line().put(_LABEL, "" if at else label)
            made.append(line.put(_PRINTED, text, Ink.VALUE, width=78 - _PRINTED))
    return made


def not_drawn(letters: str) -> Problem:
    """Say why a card cannot be drawn: a picture or the key is missing, or letters that no font has."""
    if letters:
        said = _("No letter for {letters} on a card: correct her data first. Nothing was sent.")
        return Problem("×", said.format(letters=letters[:8]))
    return Problem("×", _("The card cannot be drawn: portrait or printing key missing. Nothing was sent."))


def gates(sheet: Sheet) -> Line:
    """Draw the three gates: 17 or married, PRR, never printed."""
    holds = sheet.gate.holds
    turned = figures.long_date(sheet.gate.turns_17)
    age = _("17 y on {day}") if Hold.UNDER_AGE in holds else _("17 y since {day}")
    day = "" if sheet.status_day is None else f" {sheet.status_day:%d-%m}"
    open_at_centre = not {Hold.NO_PRR, Hold.NOT_RECORDED, Hold.OFFICE, Hold.PRINTING_ELSEWHERE} & set(holds)
    printed = Hold.ALREADY_PRINTED in holds or Hold.HAS_CARD in holds
    line = Line("     " + _("Gates"))
    line.state(15, ("○ " if Hold.UNDER_AGE in holds else "√ ") + age.format(day=turned))
    line.state(len(line) + 3, ("√ PRR" if open_at_centre else "○ " + _("no PRR")) + day)
    never = _("printed before") if printed else _("a new card after the old one") if sheet.reprint else ""
    return line.state(len(line) + 3, ("× " if printed else "√ ") + (never or _("never printed before")))


def steps(
    sheet: Sheet, printer: str, levels: Mapping[StockKind, int], entry: SerialEntry, zone: tzinfo | None
) -> list[Line]:
    """Draw the four steps of a card with the printer and what is left beside them, and the serial below.

    `levels` are the printer's own word of ribbon and film, in per cent.
    """
    job = sheet.job
    state = None if job is None else job.state
    sent = state in (JobState.SENT, JobState.ENGINE_DONE)
    done = state is JobState.ENGINE_DONE
    noted_at = "" if job is None else clock(job.noted_at, zone)
    sent_at = "" if job is None else clock(job.sent_at, zone)
    if job is not None and done:
        printer = "√ " + _("finished {time}").format(time=clock(job.done_at, zone))
    first = _step(1, "√" if job else "·", _("noted to be sent"), noted_at)
    first.put(_PRINTER, _("Printer")).state(_PRINTER_STATE, printer)
    second = _step(2, "√" if sent else "►" if job else "·", _("sent to the printer"), sent_at)
    ribbon, film = (_supply(sheet, kind, levels) for kind in (StockKind.RIBBON, StockKind.FILM))
    if _PRINTER + cells(ribbon) + 2 + cells(film) > WIDTH:  # both full, and the film by the books nearly used up
        ribbon, film = (text.replace(" %", "%") for text in (ribbon, film))
    second.put(_PRINTER, ribbon).put(max(_PRINTER + cells(ribbon) + 2, 56), film)
    words = _("machine finished") if done else _("machine working")
    third = _step(3, "√" if done else "►" if sent else "·", words, _spent(sheet))
    third.put(_PRINTER, _supply(sheet, StockKind.BLANK, levels))
    compare = _("compare name and portrait, then the serial")
    fourth = _step(4, "►" if done else "·", _("card in hand"), compare if done else _("serial on the card's back"))
    label = _("Serial (last 4, or scan)")
    serial = entry.draw(Line().put(9, label), 9 + cells(label) + 1)
    if entry.expected:
        agrees = " √" if entry.text in (entry.expected, entry.expected[-4:]) else ""
        serial.put(53, _("expected {serial}").format(serial=entry.expected) + agrees)
    return [first, second, third, fourth, serial]


def _supply(sheet: Sheet, kind: StockKind, levels: Mapping[StockKind, int]) -> str:
    counted = _(printing_lines.KIND_WORDS[kind]) + " " + printing_lines.left(sheet.balance, kind)
    return counted + (f" · {levels[kind]} %" if kind in levels else "")


def _step(number: int, symbol: str, words: str, fact: str) -> Line:
    line = Line().state(5, f"{symbol} {number} ").put(9, words)
    return line.put(max(_DONE_AT, len(line) + 1), fact)


def _spent(sheet: Sheet) -> str:
    job = sheet.job
    if job is not None and job.done_at is not None:
        begun = job.sent_at or job.noted_at
        seconds = int((job.done_at - begun).total_seconds())
        return _("{seconds} sec.").format(seconds=seconds)
    return _("± {seconds} sec.").format(seconds=sheet.usual_seconds)


def serial_problem(error: StockRefusedError) -> Problem:
    """Return what to tell of a serial that was not taken; messages 32 and 33 where they apply."""
    match error.reason:
        case StockReason.SERIAL_USED if error.holder_name:
            return problem(32, serial=error.serial, name=error.holder_name)
        case StockReason.OUT_OF_ORDER:
            return problem(33, serial=error.serial, expected=error.expected)
        case StockReason.SERIAL_USED:
            told = _("Serial {serial} was used or given back. Not noted. Read it again.")
        case StockReason.SERIAL_UNKNOWN:
            told = _("Serial {serial} was never received here. Not noted. Read it again, or 9: Stock.")
        case StockReason.NOT_ENOUGH:
            kind = _(printing_lines.KIND_WORDS[error.kind or StockKind.BLANK])
            return Problem("×", _("{supply}: none left by the books. Not noted. 9: count.").format(supply=kind))
        case StockReason.WITNESS_NEEDED:
            return Problem("×", _("The witness has to be another officer. Not noted."))
        case _:
            told = _("{serial} is no serial. Not noted. Four digits, or scan the whole.")
    return Problem("×", told.format(serial=error.serial or "?"))


def card_problem(error: CardRefusedError, sheet: Sheet | None = None) -> Problem:
    """Return what to tell of a card that was refused, with what the centre said where that matters."""
    if sheet is None:
        return printing_lines.refusal(error)
    if Hold.ALREADY_PRINTED in error.holds and sheet.card is not None:
        time = figures.clock_time(sheet.card.printed_at)
        return Problem("×", _("Already printed {time}: print again by R on her page.").format(time=time))
    return printing_lines.refusal(error, sheet.status_code, sheet.status_day)
