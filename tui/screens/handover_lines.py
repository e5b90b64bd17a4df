"""How a handover batch is drawn, and the words for what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.handovers import (
    Blocker,
    BlockerKind,
    HandoverReason,
    HandoverRefusedError,
    Mark,
    PartyRole,
)
from tui import figures, i18n
from tui.i18n import N_, _, p_
from tui.ink import SYMBOL_INK
from tui.line import Line
from tui.messages import Problem, problem

if TYPE_CHECKING:
    from store.card_queue import QueueCounts
    from store.handovers import LineView, MarkCounts
    from tui.widgets.fields import Form

_NAME, _CLASS, _SERIAL, _STATE = 8, 34, 46, 57
_SYMBOLS = {Mark.GIVEN: "√", Mark.ABSENT: "◊", Mark.RETURNED: "×", None: "·"}
PARTY_WORDS = {PartyRole.OFFICE: N_("First party"), PartyRole.SCHOOL: N_("Second party")}


def in_words(number: int) -> str:
    """Return a count in digits and, where Indonesian is spoken, in words; loads the words' rules, so off the loop."""
    if i18n.language() != "id":
        return figures.number(number)
    from reports import words

    return words.count(number)


def parties(form: Form) -> list[Line]:
    """Draw the receiver's form and who hands over."""
    first = form.draw(Line("     " + _("Receiver")).put(42, "NIP"), "receiver", 16)
    form.draw(first, "nip", 46)
    second = form.draw(Line("     " + _("Post")).put(42, _("Tel")), "post", 16)
    form.draw(second, "phone", 46)
    third = form.draw(Line("     " + _("Officer")), "officer", 16)
    return [first, second, third.put(42, _("of Dukcapil"))]


def head() -> Line:
    """Return the line above the cards."""
    line = Line().put(5, "No").put(_NAME, _("Name")).put(_CLASS, _("Class"))
    return line.put(_SERIAL, _("Serial")).put(_STATE, _("State"))


def row(number: int, line: LineView) -> Line:
    """Draw one card with its mark."""
    symbol = _SYMBOLS[line.mark]
    made = Line().put(3, symbol if line.mark else " ", SYMBOL_INK[symbol])
    made.put(4, str(number), width=3, right=True).put(_NAME, line.name, width=_CLASS - _NAME - 1)
    made.put(_CLASS, line.class_name, width=_SERIAL - _CLASS - 1).put(_SERIAL, line.serial, width=_STATE - _SERIAL - 1)
    return made.state(_STATE, f"{symbol} {_mark(line)}", 80 - _STATE)


def _mark(line: LineView) -> str:
    match line.mark:
        case Mark.GIVEN:
            return p_("handover", "handed over")
        case Mark.ABSENT:
            return _("absent, card carried")
        case Mark.RETURNED:
            return _("returned: {reason}").format(reason=line.reason)
        case None:
            return _("not marked")


def counted(counts: MarkCounts, given: str) -> str:
    """Return how many have which mark."""
    return _("Handed over {given} · absent {absent} · returned {returned} · not marked {unmarked}").format(
        given=given,
        absent=figures.number(counts.absent),
        returned=figures.number(counts.returned),
        unmarked=figures.number(counts.unmarked),
    )


def unprinted(counts: QueueCounts) -> str:
    """Return how many cards of the school are still to be printed, and what they wait for."""
    return _("Not yet printed of this school: {cards} (17 y {age}, PRR {centre}, office {office})").format(
        cards=figures.number(counts.ready + counts.waiting),
        age=figures.number(counts.age),
        centre=figures.number(counts.centre),
        office=figures.number(counts.office),
    )


def blocked(blocker: Blocker) -> Problem:
    """Return what to tell of something in the way; message 35 for a card that nobody marked."""
    match blocker.kind:
        case BlockerKind.UNMARKED:
            return problem(35, cards=blocker.number, name=blocker.name)
        case BlockerKind.UNKNOWN_CARD:
            told = _("Card of {name} is unknown: look in the tray at step 7. Marks are kept.")
            return Problem("×", told.format(name=blocker.name))
        case BlockerKind.NO_RECEIVER:
            told = _("The receiver is not named. Marks are kept. E: receiver.")
        case BlockerKind.NO_OFFICER:
            told = _("Nobody of Dukcapil is named. Marks are kept. E: receiver.")
        case BlockerKind.NO_CARDS:
            told = _("0 cards: nothing is printed and not handed over. 7: printing.")
        case BlockerKind.NOTHING_GIVEN:
            told = _("No card is handed over: nothing to sign for.")
        case BlockerKind.UNSIGNED:
            party = _(PARTY_WORDS[blocker.party or PartyRole.SCHOOL])
            return Problem("×", _("{party} has not signed yet. The rest is kept.").format(party=party))
        case BlockerKind.CHANGED:
            told = _("The list was changed after it was signed: sign again, U.")
    return Problem("×", told)


def refused(error: HandoverRefusedError) -> Problem:
    """Return what to tell of a change that step 8 refused."""
    match error.reason:
        case HandoverReason.BLOCKED if error.blockers:
            return blocked(error.blockers[0])
        case HandoverReason.COUNT_DIFFERS:
            told = _("{cards} cards are unmarked now. Nothing was marked. * again.")
            return Problem("×", told.format(cards=error.number))
        case HandoverReason.CLOSED:
            return Problem("×", _("This handover is closed and is not changed any more."))
        case _:
            return Problem("×", _("This card is not in the handover any more. Nothing was changed."))
