"""What the ledger refuses, in words; and the names of what it counts."""

from __future__ import annotations

from store.stock import SpoilReason, StockKind, StockReason, StockRefusedError
from tui import figures
from tui.i18n import _
from tui.messages import problem


def kind_name(kind: StockKind) -> str:
    """Return what is counted, as the stock screen heads its lines."""
    return {StockKind.BLANK: _("Blanks"), StockKind.RIBBON: _("Ribbon"), StockKind.FILM: _("Film")}[kind]


def in_a_sentence(kind: StockKind) -> str:
    """Return it with a small letter."""
    return kind_name(kind).lower()


def spoil_word(reason: SpoilReason) -> str:
    """Return the reason in one word, as the ledger's lines have it."""
    return {
        SpoilReason.JAMMED: _("jammed"),
        SpoilReason.SCRATCHED: _("scratched"),
        SpoilReason.RIBBON_BROKE: _("ribbon"),
        SpoilReason.BAD_PICTURE: _("picture"),
        SpoilReason.WRONG_DATA: _("wrong data"),
        SpoilReason.OTHER: _("other"),
    }[reason]


def refused(error: StockRefusedError) -> str:
    """Return why the ledger took nothing; nothing changed, and the fields still hold what was typed."""
    if error.reason is StockReason.SERIAL_USED and error.holder_name:
        return problem(32, serial=error.serial, name=error.holder_name).sentence
    if error.reason is StockReason.OUT_OF_ORDER:
        return problem(33, serial=error.serial, expected=error.expected).sentence
    kind = in_a_sentence(error.kind) if error.kind is not None else ""
    book = figures.number(error.book)
    return {
        StockReason.BAD_SERIAL: _("Not a serial: letters, then 4 to 16 digits (A0117301)."),
        StockReason.SERIAL_KNOWN: _("Serial {serial} is here already. Nothing was noted."),
        StockReason.SERIAL_UNKNOWN: _("Serial {serial} was never received here."),
        StockReason.SERIAL_USED: _("Serial {serial} is not in stock any more."),
        StockReason.NOT_ENOUGH: _("More than the {book} left ({kind}). Nothing was noted."),
        StockReason.BAD_QUANTITY: _("The number has to be 1 to 10,000."),
        StockReason.REASON_NEEDED: _("The book has {book}: a difference needs a reason."),
        StockReason.WITNESS_NEEDED: _("A second officer has to confirm this."),
        StockReason.COUNT_DIFFERS: _("The book has {book}: name the serials of the difference."),
    }[error.reason].format(serial=error.serial, book=book, kind=kind)
