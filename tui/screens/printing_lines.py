"""How the queue of step 7 is drawn: one pupil a line with her gates, the supplies, and the words of a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.card_queue import Lane, View
from store.cards import CardReason, CardRefusedError, JobState
from store.rules import Hold, Stage, stage
from store.stock import StockKind
from tui import figures
from tui.i18n import N_, _, p_
from tui.ink import Ink
from tui.line import Line, cells, cut
from tui.messages import Problem, problem
from tui.siak_words import short_code

if TYPE_CHECKING:
    from datetime import date

    from store.card_queue import QueueRow
    from store.stock import Balance

KIND_WORDS = {StockKind.BLANK: N_("Blanks"), StockKind.RIBBON: N_("Ribbon"), StockKind.FILM: N_("Film")}
HOLD_WORDS = {
    Hold.NOT_RECORDED: N_("not recorded yet"),
    Hold.OFFICE: N_("needs the office's decision"),
    Hold.ALREADY_PRINTED: N_("already printed here: another one by R on her page"),
    Hold.PRINTING_ELSEWHERE: N_("being printed elsewhere"),
    Hold.HAS_CARD: N_("has a card"),
    Hold.RECORDED_ELSEWHERE: N_("recording is at the office"),
}
_NAME, _BORN, _AGE, _PRR, _STATE = 8, 35, 47, 59, 70


def head() -> Line:
    """Return the line above the queue."""
    line = Line().put(5, "No").put(_NAME, _("Name")).put(_BORN, _("Born")).put(_AGE, _("17 y"))
    return line.put(_PRR, "PRR").put(_STATE, _("State"))


def heading(above: QueueRow | None, row: QueueRow) -> Line | None:
    """Return the rule before the first who waits."""
    if row.cursor.view in (View.UNCLEAR, View.READY) or (above and above.cursor.view not in (View.UNCLEAR, View.READY)):
        return None
    line = Line("─" * 80).paint(Ink.RULE).put(0, "  ")
    word = p_("printing", "waiting")
    return line.put(4, " ").put(5, word).put(5 + cells(word), " ")


def row(number: int, one: QueueRow, marked: bool) -> Line:
    """Draw one pupil of the queue; the school stands with names that there are two of."""
    name = f"{one.name} ({one.school})" if one.same_name else one.name
    line = Line().put(3, "√" if marked else " ", Ink.OK).put(4, str(number), width=3, right=True)
    line.put(_NAME, name, width=_BORN - _NAME - 1).put(_BORN, figures.long_date(one.birth_date))
    line.state(_AGE, _age(one), _PRR - _AGE - 1).state(_PRR, _centre(one), _STATE - _PRR - 1)
    return line.state(_STATE, state(one))


def state(one: QueueRow) -> str:
    """Return what a pupil waits for, in one or two words."""
    if one.cursor.view is View.UNCLEAR:
        unknown = one.job is JobState.UNKNOWN
        return "? " + p_("printing", "look") if unknown else "► " + p_("printing", "printing")
    if one.held:
        return "~ " + p_("printing", "held")
    if one.lane is Lane.OFFICE:
        symbol = "○ " if stage(one.status_code) is Stage.PRINT_READY else "× "
        return symbol + p_("printing", "office")
    if one.lane is Lane.CENTRE:
        return "○ " + p_("printing", "centre")
    if one.days_left and not one.married:
        return "○ " + _("{days} days").format(days=figures.number(one.days_left))
    return "! " + p_("printing", "same name") if one.same_name else p_("printing", "ready")


def _age(one: QueueRow) -> str:
    if one.married:
        return "√ " + p_("printing", "married")
    return f"○ {one.due_day:%d-%m-%y}" if one.days_left else "√ " + p_("printing", "since")


def _centre(one: QueueRow) -> str:
    day = "" if one.status_day is None else f"{one.status_day:%d-%m}"
    match stage(one.status_code):
        case Stage.PRINT_READY:
            return f"√ {day}".rstrip()
        case Stage.DUPLICATE:
            return "× " + p_("printing", "DOUBLE")
        case Stage.FAILED:
            return "× " + p_("printing", "failed")
        case _ if one.status_code in ("PROCESSING", "BIO_CAPTURED"):
            return "○ " + (p_("printing", "in work") if one.status_code == "PROCESSING" else p_("printing", "recorded"))
        case _:
            return "○ " + (short_code(one.status_code) or "?")


def supplies(printer: str, name: str, balance: Balance, width: int = 80) -> Line:
    """Draw the printer and what is left of ribbon, film and blanks; `!` before what runs low; the name gives way."""
    kinds = ((StockKind.RIBBON, "  "), (StockKind.FILM, "   "), (StockKind.BLANK, ""))
    stocked = "".join(_(KIND_WORDS[kind]).lower() + " " + left(balance, kind) + gap for kind, gap in kinds)
    if balance.next_serial:
        stocked += ", " + _("first {serial}").format(serial=balance.next_serial)
    line = Line("     " + _("Printer") + " ")
    room = width - 1 - len(line) - cells(printer) - 4 - cells(stocked)
    line.add(cut(name, max(room, 0)))
    line.add(" " if name and room > 0 else "").state(len(line), printer)
    return line.add("   " + stocked)


def pane(printer: str, name: str, balance: Balance | None) -> list[Line]:
    """Draw printer and stock one below the other, for a wide terminal."""
    made = [Line(_("Printer")), Line().state(0, printer), Line(name), Line(), Line(_("Stock"))]
    if balance is None:
        return made
    for one in balance.kinds:
        made.append(Line().put(0, _(KIND_WORDS[one.kind])).put(12, left(balance, one.kind), Ink.VALUE))
    serials = (_("first {serial}"), balance.next_serial), (_("last {serial}"), balance.last_serial)
    return [*made, *(Line(words.format(serial=serial)) for words, serial in serials if serial)]


def export_words(day: date | None) -> str:
    """Say of which day the newest SIAK export is."""
    if day is None:
        return _("no SIAK export was taken yet")
    words = _("reads the PRR status again from the newest SIAK export ({date}).")
    return words.format(date=figures.long_date(day))


def left(balance: Balance, kind: StockKind) -> str:
    """Return what is left of a kind, with `!` where it runs low."""
    one = next(each for each in balance.kinds if each.kind is kind)
    return ("! " if one.low else "") + figures.number(one.closing)


def running_out(balance: Balance) -> list[Problem]:
    """Return message 28 for what runs low first; the last blank gone is told where a card is refused for it."""
    low = [one for one in balance.kinds if one.low and one.closing]
    first = min(low, key=lambda one: one.closing, default=None)
    return [] if first is None else [problem(28, supply=_(KIND_WORDS[first.kind]), cards=first.closing)]


def refusal(error: CardRefusedError, status_code: str = "", status_day: date | None = None) -> Problem:
    """Return what to tell of a card that step 7 refused; messages 26 and 27 where they apply."""
    match error.reason:
        case CardReason.GATE if Hold.UNDER_AGE in error.holds and error.turns_17 and len(error.holds) == 1:
            return problem(26, date=figures.long_date(error.turns_17))
        case CardReason.GATE if Hold.NO_PRR in error.holds:
            day = "" if status_day is None else f"{status_day:%d-%m}"
            return problem(27, status=short_code(status_code) or "?", date=day)
        case CardReason.GATE if any(hold in HOLD_WORDS for hold in error.holds):
            why = _(HOLD_WORDS[next(hold for hold in error.holds if hold in HOLD_WORDS)])
            if Hold.OFFICE in error.holds and status_code:
                why = status_code + ": " + p_("printing", "office")
            return Problem("×", _("Not printed: {why}. Stays on the waiting list.").format(why=why))
        case CardReason.HELD:
            return Problem("×", _("Held back: {why}. Nothing was sent.").format(why=error.held))
        case CardReason.UNRESOLVED:
            return Problem(
                "?", _("Another card is not settled: {name}. Look in the tray first.").format(name=error.name)
            )
        case CardReason.NO_STOCK:
            kind = _(KIND_WORDS[error.kind or StockKind.BLANK])
            return Problem("×", _("{supply}: none left. Nothing was sent. 9: note what came.").format(supply=kind))
        case _:
            return Problem("×", _("Her card is not at this step any more. Nothing was sent. Esc: queue."))


def why_waiting(one: QueueRow) -> str:
    """Return in whole words what needs more than the two of the list; nothing where those say it all."""
    if one.held:
        return _("held back: {why}").format(why=one.held)
    if one.lane is Lane.OFFICE and stage(one.status_code) is Stage.PRINT_READY and not one.recorded_here:
        return _(HOLD_WORDS[Hold.RECORDED_ELSEWHERE])
    return ""


def run_words(ready: int, balance: Balance) -> list[str]:
    """Return what the question for a run says: how many are ready, what is left to print on."""
    words = _("{ready} cards are ready; blanks {blanks}, ribbon {ribbon}, film {film}.")
    return [
        words.format(
            ready=figures.number(ready),
            blanks=figures.number(balance.blank.closing),
            ribbon=figures.number(balance.ribbon.closing),
            film=figures.number(balance.film.closing),
        ),
        _("Each card counts only with its serial; then the next one is sent."),
    ]


def none_to_print(balance: Balance, ready: int) -> Problem:
    """Return why a run cannot begin: nobody is ready, or something is used up."""
    if ready:
        return refusal(CardRefusedError(CardReason.NO_STOCK, kind=balance.ends_first))
    return Problem("!", _("No card is ready."))
