"""What is done to stock outside of printing: received, spoiled, given back, destroyed; each asked in its boxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import destruction, stock
from store.stock import SpoilReason, StockKind, StockRefusedError
from tui import figures, witness
from tui.i18n import N_, _, p_
from tui.messages import Problem
from tui.screens.stock_counts import DIGITS, Values, fill_in, number_of
from tui.stock_words import in_a_sentence, kind_name, refused
from tui.widgets.fields import Field
from tui.widgets.form_dialog import Entry
from tui.widgets.many_dialog import ManyDialog
from tui.widgets.spoiled_dialog import REASONS, Spoiled, SpoiledDialog

if TYPE_CHECKING:
    import uuid

    from tui.frame import FrameScreen

_TROUBLES = (N_("blank spoiled"), N_("ribbon spoiled"), N_("film spoiled"))
_RETURNS = (N_("blanks given back"), N_("ribbon given back"), N_("film given back"))
KINDS = tuple(StockKind)


async def pick_kind(screen: FrameScreen, title: str, chosen: StockKind | None) -> StockKind | None:
    """Ask which kind; None when it was left."""
    at = 0 if chosen is None else KINDS.index(chosen)
    picked = await screen.ask(ManyDialog(title, [kind_name(kind) for kind in KINDS], at))
    return None if picked is None else KINDS[picked]


async def receive(screen: FrameScreen, kind: StockKind) -> str:
    """Take a delivery in; return the good news, or nothing where it was left."""
    entries = [*_quantity(kind), Entry(_("Letter or minutes"), Field("letter", 30, limit=120))]

    async def check(values: Values) -> str:
        try:
            await screen.store.run(
                stock.receive, kind, number_of(values["number"]), values.get("first", ""), values["letter"]
            )
        except StockRefusedError as error:
            return refused(error)
        return ""

    title = _("Receive: {kind}").format(kind=in_a_sentence(kind))
    values = await fill_in(screen, title, (), entries, check, f"stock.receive.{kind.value}")
    if values is None:
        return ""
    number = figures.number(int(values["number"]))
    return _("√ {number} received ({kind}).").format(number=number, kind=in_a_sentence(kind))


async def trouble(screen: FrameScreen) -> str:
    """Note what spoiled without a card, or what goes back to the office; return the good news, or nothing."""
    options = [_(word) for word in (*_TROUBLES, *_RETURNS)]
    picked = await screen.ask(ManyDialog(_("Spoiled or given back"), options))
    if picked is None:
        return ""
    kind = KINDS[picked % len(KINDS)]
    if picked >= len(KINDS):
        return await _give_back(screen, kind)
    return await _spoil_blank(screen) if kind is StockKind.BLANK else await _spoil_supply(screen, kind)


async def _give_back(screen: FrameScreen, kind: StockKind) -> str:
    entries = [*_quantity(kind), Entry(_("Letter or minutes"), Field("letter", 30, limit=120))]

    async def check(values: Values) -> str:
        try:
            await screen.store.run(
                stock.give_back, kind, number_of(values["number"]), values.get("first", ""), values["letter"]
            )
        except StockRefusedError as error:
            return refused(error)
        return ""

    title = _("Give back: {kind}").format(kind=in_a_sentence(kind))
    values = await fill_in(screen, title, (), entries, check, f"stock.give_back.{kind.value}")
    if values is None:
        return ""
    number = figures.number(int(values["number"]))
    return _("√ {number} given back ({kind}).").format(number=number, kind=in_a_sentence(kind))


async def _spoil_blank(screen: FrameScreen) -> str:
    others = await witness.second_officers(screen.rekam)
    if not others:
        return _nobody(screen)

    async def act(given: Spoiled) -> str:
        if wrong := await witness.verify(screen.rekam, given.witness.id, given.passphrase):
            return wrong
        try:
            serial = await screen.store.run(stock.full_serial, given.serial)
            await screen.store.run(
                stock.spoil, StockKind.BLANK, given.reason, given.witness.id, serial=serial, note=given.note
            )
        except StockRefusedError as error:
            return refused(error)
        return ""

    done = await screen.ask(SpoiledDialog(_("Spoiled blank without a pupil"), "", others, act, _("Note it as spoiled")))
    return _("√ The blank is noted as spoiled and waits for its destruction.") if done is not None else ""


async def _spoil_supply(screen: FrameScreen, kind: StockKind) -> str:
    """Ask how many panels or films, why, and for the second officer."""
    title = _("Spoiled: {kind}").format(kind=in_a_sentence(kind))

    async def check(values: Values) -> str:
        return "" if values["number"].strip("0") else _("The number has to be 1 to 10,000.")

    values = await fill_in(screen, title, (), _quantity(kind), check, f"stock.spoil.{kind.value}")
    if values is None:
        return ""
    number = int(values["number"])
    effect = _("Effect: {number} less in stock; a second officer confirms.").format(number=figures.number(number))
    given = await screen.ask_reason(title, effect, [_(word) for _reason, word in REASONS], other=len(REASONS))
    if given is None:
        return ""
    by = await _second(screen, title, given.text, ())
    if by is None:
        return ""
    reason = REASONS[given.number - 1][0] if given.number else SpoilReason.OTHER
    try:
        await screen.store.run(stock.spoil, kind, reason, by, quantity=number, note=given.text)
    except StockRefusedError as error:
        screen.refuse(Problem("×", refused(error)))
        return ""
    return _("√ {number} noted as spoiled ({kind}).").format(number=figures.number(number), kind=in_a_sentence(kind))


async def destroy(screen: FrameScreen) -> destruction.Destruction | None:
    """Destroy the spoiled blanks: the count typed, the minutes' number, two witnesses; None where it was left."""
    waiting = len(await screen.store.run(destruction.waiting))
    if not waiting:
        screen.refuse(Problem("!", _("No spoiled blank waits for its destruction.")))
        return None
    number = figures.number(waiting)
    title = _("Destroy {number} spoiled blanks").format(number=number)
    said = [
        _("All spoiled blanks are burnt now, before two witnesses who sign the minutes."),
        _("They left the stock when they spoiled: the equation does not move."),
    ]
    if not await screen.ask_count(title, said, waiting):
        return None

    async def any_letter(_values: Values) -> str:
        return ""

    entry = Entry(_("Number of the minutes"), Field("letter", 30, limit=120))
    values = await fill_in(screen, title, (), [entry], any_letter, "stock.destroy")
    if values is None:
        return None
    first = await _second(screen, _("First witness"), title, ())
    second = None if first is None else await _second(screen, _("Second witness"), title, (first,))
    if first is None or second is None:
        return None
    try:
        pattern = screen.rekam.settings.destruction_number
        return await screen.store.run(destruction.destroy, waiting, (first, second), values["letter"], pattern)
    except StockRefusedError as error:
        screen.refuse(Problem("×", refused(error)))
        return None


async def _second(screen: FrameScreen, title: str, said: str, besides: tuple[uuid.UUID, ...]) -> uuid.UUID | None:
    if not await witness.second_officers(screen.rekam, besides):
        _nobody(screen)
        return None
    return await witness.ask_second_officer(screen.rekam, screen, title, (said,), besides)


def _nobody(screen: FrameScreen) -> str:
    screen.refuse(Problem("×", _("Nobody else is set up on this laptop to witness. Not noted.")))
    return ""


def _quantity(kind: StockKind) -> list[Entry]:
    entries = [Entry(p_("ledger", "Number"), Field("number", 8, pattern=DIGITS))]
    if kind is StockKind.BLANK:
        entries.append(Entry(_("First serial"), Field("first", 16, limit=20)))
    return entries
