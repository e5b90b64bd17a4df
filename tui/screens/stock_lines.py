"""How the stock looks: the equation of each kind, what runs out first, and the ledger's lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store import forecast, officers, stock, stock_history
from store.stock import Movement, StockKind
from tui import figures
from tui.i18n import _, p_
from tui.ink import Ink
from tui.line import Line
from tui.screens.equipment_lines import serial_range
from tui.stock_words import in_a_sentence, kind_name, spoil_word

if TYPE_CHECKING:
    import uuid

    from store.forecast import Forecast
    from store.stock import Balance, KindBalance
    from store.stock_history import MovementLine
    from store.transaction import Transaction

COUNT_LIMIT = 1_000
_ENDS = (19, 28, 36, 45, 56, 65)
_HEAD_ENDS = (19, 28, 36, 45, 56, 64)
_FITS = 70
_WHEN, _EVENT, _WHAT, _WHO, _NOTE = 5, 18, 38, 60, 70


@dataclass(frozen=True)
class Ledger:
    """What the screen shows: the balance, the forecast, the officers' names, and how many lines (up to the limit)."""

    balance: Balance
    forecast: Forecast
    names: Mapping[uuid.UUID, str]
    lines: int


def read(tx: Transaction, kind: StockKind | None) -> Ledger:
    """Return it all in one transaction; the lines are counted for one kind, or for all."""
    return Ledger(
        balance=stock.balance(tx),
        forecast=forecast.forecast(tx),
        names={officer.id: officer.name for officer in officers.everybody(tx)},
        lines=stock_history.movement_count(tx, kind, COUNT_LIMIT + 1),
    )


def table(balance: Balance) -> list[Line]:
    """Draw the equation of the three kinds under its heads."""
    heads = (p_("ledger", "Opening"), _("+ Received"), _("= Good"), _("+ Spoiled"), _("+ Returned"), _("+ Left"))
    head = Line()
    for end, word in zip(_HEAD_ENDS, heads, strict=True):
        head.put(max(end - len(word), len(head) + 1 if len(head) else 0), word)
    return [head.put(_FITS, _("Fits")), *(_equation(one) for one in balance.kinds)]


def _equation(one: KindBalance) -> Line:
    line = Line().put(5, kind_name(one.kind), Ink.VALUE)
    values = (one.opening, one.received, one.printed, one.spoiled, one.returned, one.closing)
    for end, value in zip(_ENDS, values, strict=True):
        shown = figures.number(value)
        line.put(end - len(shown), shown, Ink.VALUE)
    if one.left != one.right:  # the table itself forbids it; were it ever so, this must not look well
        return line.state(_FITS, f"× {one.left}={one.right}"[:10])
    line.state(_FITS, "√")
    if one.low:
        return line.put(_FITS + 2, _("! low"), Ink.LOOK)
    sums = f"{one.left}={one.right}"
    return line.put(_FITS + 2, sums) if one.kind is StockKind.BLANK and len(sums) <= 8 else line


def outlook(ledger: Ledger) -> list[Line]:
    """Draw what runs out first, and what is left of the others."""
    seen, balance = ledger.forecast, ledger.balance
    first = _("{kind} for {cards} cards, {ready} are ready").format(
        kind=in_a_sentence(seen.ends_first), cards=figures.number(seen.cards_left), ready=figures.number(seen.ready)
    )
    if seen.days_left is not None:
        first += _(" · {days} days at this week's pace").format(days=seen.days_left)
    others = [one for one in (balance.ribbon, balance.film, balance.blank) if one.kind is not seen.ends_first]
    rest = ", ".join(f"{in_a_sentence(one.kind)} {figures.number(one.closing)}" for one in others)
    return [Line().put(5, _("Outlook")).put(17, first, width=62), Line().put(17, rest)]


def heads() -> Line:
    """Draw the heads of the ledger's lines."""
    line = Line().put(_WHEN, p_("ledger", "Time")).put(_EVENT, p_("ledger", "Event")).put(_WHAT, _("Serial / number"))
    return line.put(_WHO, p_("ledger", "Officer")).put(_NOTE, p_("ledger", "Note"))


def movement(one: MovementLine, names: Mapping[uuid.UUID, str], now: datetime) -> Line:
    """Draw one line of the ledger; `now` is local."""
    line = Line().put(_WHEN, _moment(one.at, now)).state(_EVENT, _event(one), 19)
    line.put(_WHAT, _what(one), width=21)
    line.put(_WHO, names.get(one.officer, "") if one.officer else "", width=9)
    return line.put(_NOTE, _note(one), width=10)


def _event(one: MovementLine) -> str:
    return {
        Movement.RECEIVED: p_("ledger", "received"),
        Movement.PRINTED: "√ " + p_("ledger", "printed"),
        Movement.SPOILED: "× " + p_("ledger", "spoiled"),
        Movement.RETURNED: p_("ledger", "returned"),
        Movement.DESTROYED: "– " + p_("ledger", "destroyed"),
        Movement.COUNTED: p_("ledger", "counted"),
    }[one.movement]


def _what(one: MovementLine) -> str:
    quantity = figures.number(one.quantity)
    if one.movement is Movement.COUNTED or not one.first_serial:
        return f"{quantity} {in_a_sentence(one.kind)}" + (f", {one.person}" if one.person else "")
    if one.first_serial == one.last_serial:
        return f"{one.first_serial} {one.person}".rstrip()
    return f"{quantity}, {serial_range(one.first_serial, one.last_serial)}"


def _note(one: MovementLine) -> str:
    if one.movement is Movement.COUNTED:
        return _("diff. {number}").format(number=f"{one.difference:+d}" if one.difference else "0")
    if one.spoil_reason is not None:
        return spoil_word(one.spoil_reason)
    return one.letter or one.reason


def _moment(at: datetime, now: datetime) -> str:
    """Write a moment: the time alone today, its weekday before it in the last days, else day and month."""
    local = at.astimezone(now.tzinfo)
    if local.date() == now.date():
        return figures.clock_time(local)
    if now.date() - local.date() < timedelta(days=6):
        return f"{figures.weekday(local)[:3]} {figures.clock_time(local)}"
    return f"{local:%d-%m} {figures.clock_time(local)}"
