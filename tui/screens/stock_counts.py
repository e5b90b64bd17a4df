"""Counting stock: the number, the first serial, and where it differs from the book why, before a second officer.

The book's number is not shown before the count is typed: who counts shall count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import drafts, equipment, stock
from store.stock import StockKind, StockReason, StockRefusedError
from tui import figures
from tui.i18n import N_, _
from tui.messages import Problem
from tui.stock_words import in_a_sentence, kind_name, refused
from tui.widgets.fields import Field
from tui.widgets.form_dialog import Entry, FormDialog
from tui.witness import ask_second_officer

if TYPE_CHECKING:
    import uuid

    from tui.frame import FrameScreen

DIGITS = "999999"
Values = dict[str, str]
_DIFFERENCES = (
    N_("used and not noted"),
    N_("miscounted before"),
    N_("lost"),
    N_("found again"),
    N_("delivery was short"),
    N_("other, write it"),
)
_UNEXPLAINED = {StockReason.REASON_NEEDED, StockReason.WITNESS_NEEDED, StockReason.COUNT_DIFFERS}


@dataclass(frozen=True)
class Difference:
    """Why a count is not the book's number: reason, second officer, and the serials that are missing or came back."""

    reason: str = ""
    witness: uuid.UUID | None = None
    missing: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


_NONE = Difference()
Write = Callable[[Values, Difference], Awaitable[object]]
"""Writes one count into the ledger; raises StockRefusedError."""


async def count_blanks(screen: FrameScreen, visit: uuid.UUID) -> bool:
    """Count the blanks of a visit in step 2; return whether they were counted."""

    async def write(values: Values, difference: Difference) -> object:
        return await screen.store.run(
            equipment.count_blanks,
            visit,
            number_of(values["number"]),
            values["first"],
            missing=difference.missing,
            reason=difference.reason,
            witness=difference.witness,
        )

    entries = (
        Entry(_("Number of blanks"), Field("number", 8, pattern=DIGITS)),
        Entry(_("First serial"), Field("first", 16, limit=20)),
    )
    return await _count(screen, _("Count: blanks"), entries, write, "equipment.blanks")


async def count_ribbon_film(screen: FrameScreen, visit: uuid.UUID) -> bool:
    """Count ribbon panels and films of a visit in step 2; return whether they were counted."""

    async def write(values: Values, difference: Difference) -> object:
        return await screen.store.run(
            equipment.count_ribbon_film,
            visit,
            number_of(values["ribbon"]),
            number_of(values["film"]),
            reason=difference.reason,
            witness=difference.witness,
        )

    entries = (
        Entry(_("Ribbon panels left"), Field("ribbon", 8, pattern=DIGITS)),
        Entry(_("Film sheets left"), Field("film", 8, pattern=DIGITS)),
    )
    return await _count(screen, _("Count: ribbon and film"), entries, write, "equipment.ribbon_film")


async def count_kind(screen: FrameScreen, kind: StockKind) -> bool:
    """Count one kind on the stock screen; return whether it was counted."""

    async def write(values: Values, difference: Difference) -> object:
        return await screen.store.run(
            stock.count,
            kind,
            number_of(values["number"]),
            values.get("first", ""),
            missing=difference.missing,
            found=difference.found,
            reason=difference.reason,
            witness=difference.witness,
        )

    entries = [Entry(kind_name(kind), Field("number", 8, pattern=DIGITS))]
    if kind is StockKind.BLANK:
        entries.append(Entry(_("First serial"), Field("first", 16, limit=20)))
    title = _("Count: {kind}").format(kind=in_a_sentence(kind))
    return await _count(screen, title, entries, write, f"stock.count.{kind.value}")


def number_of(typed: str) -> int:
    """Return the number of a field that takes digits only; an empty one was not counted, and is refused."""
    if not typed:
        raise StockRefusedError(StockReason.BAD_QUANTITY)
    return int(typed)


async def fill_in(
    screen: FrameScreen,
    title: str,
    said: Sequence[str],
    entries: Sequence[Entry],
    check: Callable[[Values], Awaitable[str]],
    draft: str,
) -> Values | None:
    """Open a form whose half-typed values are kept in the store under `draft`, until it is closed."""
    held = await screen.store.run(drafts.load, draft)
    values: Values = json.loads(held) if held else {}
    for entry in entries:
        entry.field.text = values.get(entry.field.name, entry.field.text)

    def keep(name: str, text: str) -> None:
        values[name] = text
        screen.rekam.aside(screen.store.run(drafts.save, draft, json.dumps(values)))

    filled = await screen.ask(FormDialog(title, said, entries, check, keep))
    await screen.store.run(drafts.drop, draft)  # left with Esc it is gone as well: what is typed next is a new count
    return filled


async def _count(
    screen: FrameScreen,
    title: str,
    entries: Sequence[Entry],
    write: Write,
    draft: str,
) -> bool:
    differs: list[StockRefusedError] = []

    async def check(values: Values) -> str:
        differs.clear()
        try:
            await write(values, _NONE)
        except StockRefusedError as error:
            if error.reason not in _UNEXPLAINED:
                return refused(error)
            differs.append(error)
        return ""

    values = await fill_in(screen, title, (), entries, check, draft)
    if values is None:
        return False
    return not differs or await _explain(screen, title, values, differs[0], write)


async def _explain(screen: FrameScreen, title: str, values: Values, error: StockRefusedError, write: Write) -> bool:
    """Ask why, which serials, and for the second officer; then write the count with its difference."""
    book = figures.number(error.book)
    counted = values["number"] if "number" in values or error.kind is None else values[error.kind.value]
    found = _("Counted {number}, the book has {book}.").format(number=figures.number(int(counted)), book=book)
    effect = found + " " + _("A difference is kept with its reason and a second officer.")
    given = await screen.ask_reason(title, effect, [_(reason) for reason in _DIFFERENCES], other=len(_DIFFERENCES))
    if given is None:
        return False
    difference = Difference(given.text)
    if error.reason is StockReason.COUNT_DIFFERS:
        serials = await _ask_serials(screen, title, int(values["number"]) - error.book)
        if serials is None:
            return False
        difference = Difference(given.text, None, *serials)
    witness = await ask_second_officer(screen.rekam, screen, _("Second officer"), (found, given.text))
    if witness is None:
        screen.refuse(Problem("×", _("Nothing was counted: a second officer has to confirm a difference. E.")))
        return False
    try:
        await write(values, Difference(difference.reason, witness, difference.missing, difference.found))
    except StockRefusedError as refusal:
        screen.refuse(Problem("×", refused(refusal)))
        return False
    return True


async def _ask_serials(screen: FrameScreen, title: str, surplus: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Ask for the serials that are missing, or that have come back; None when it was left."""
    asked = _("Serials found again") if surplus > 0 else _("Serials missing")

    def check(values: Values) -> str:
        typed = len(_split(values["serials"]))
        if typed != abs(surplus):
            return _("{wanted} serials are needed, {typed} are typed.").format(wanted=abs(surplus), typed=typed)
        return ""

    said = (_("Type each serial, a blank between them."),)
    values = await screen.ask(FormDialog(title, said, (Entry(asked, Field("serials", 30, limit=4000)),), check))
    if values is None:
        return None
    serials = _split(values["serials"])
    return ((), serials) if surplus > 0 else (serials, ())


def _split(typed: str) -> tuple[str, ...]:
    return tuple(serial for serial in re.split(r"[\s,;]+", typed) if serial)
