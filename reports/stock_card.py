"""Kartu persediaan: a kind's ledger from its first line on, with what was left after each, and its equation at the end.

All kinds stand in one file, each beginning on a page of its own, so that a kind's pages can be filed by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.destruction import REASONS
from reports.fonts import Face
from reports.layout import (
    Letterhead,
    Signer,
    draw_facts,
    draw_letterhead,
    draw_note,
    draw_signatures,
    draw_title,
    signatures_height,
)
from reports.listing import Column, Line, Running, draw_list
from reports.page import Align, PaperSize, Sheet
from reports.refusal import PaperRefused, Refusal
from store.stock import Movement, SpoilReason, StockKind

KINDS = {StockKind.BLANK: "Blangko KTP-el", StockKind.RIBBON: "Pita (panel)", StockKind.FILM: "Film (lembar)"}
_MOVEMENTS = {
    Movement.RECEIVED: "masuk",
    Movement.PRINTED: "tercetak baik",
    Movement.SPOILED: "rusak",
    Movement.RETURNED: "dikembalikan",
    Movement.DESTROYED: "dimusnahkan",
    Movement.COUNTED: "dihitung",
}


@dataclass(frozen=True, repr=False)
class StockLine:
    """One line of a card; a count's `difference` is counted minus book, and what came in or went out is `quantity`."""

    day: date
    movement: Movement
    quantity: int
    left: int
    difference: int = 0
    first_serial: str = ""
    last_serial: str = ""
    officer: str = ""
    witness: str = ""
    letter: str = ""
    reason: str = ""
    spoil_reason: SpoilReason | None = None


@dataclass(frozen=True, repr=False)
class Card:
    """One kind's card: its lines, and the equation since the last count that corrected it."""

    kind: StockKind
    opening: int
    received: int
    printed: int
    spoiled: int
    returned: int
    closing: int
    lines: tuple[StockLine, ...]


@dataclass(frozen=True, repr=False)
class StockCardPaper:
    """The cards of some kinds as they stand on a day; `place` is whose stock it is."""

    place: str
    day: date
    cards: tuple[Card, ...]
    signers: tuple[Signer, ...] = ()


_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("Tanggal", 19, Align.CENTRE),
    Column("Kejadian", 24),
    Column("Serial", 34, Align.CENTRE),
    Column("Masuk", 13, Align.RIGHT),
    Column("Keluar", 13, Align.RIGHT),
    Column("Sisa", 13, Align.RIGHT, Face.NARROW_BOLD),
    Column("Petugas", 20),
    Column("Keterangan", 25),
)
_OUT = {Movement.PRINTED, Movement.SPOILED, Movement.RETURNED}


def draw(
    paper: StockCardPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the cards that have a line; raises PaperRefused when none has."""
    cards = [card for card in paper.cards if card.lines]
    if not cards:
        raise PaperRefused(Refusal.EMPTY_LIST)
    title = f"Kartu persediaan – {paper.place} – {words.short_date(paper.day)}"
    sheet = Sheet(title, size=size, training=training, foot=(title,))
    for index, card in enumerate(cards):
        if index:
            sheet.next_page()
        _draw_card(sheet, paper, card, letterhead)
    return sheet.finish()


def _draw_card(sheet: Sheet, paper: StockCardPaper, card: Card, letterhead: Letterhead) -> None:
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "KARTU PERSEDIAAN", KINDS[card.kind].upper().replace("KTP-EL", "KTP-el"))
    draw_facts(
        sheet, (("Tempat", paper.place), ("Keadaan pada", words.full_date(paper.day)), ("Persamaan", _sum(card)))
    )
    running = Running(f"Kartu persediaan – {KINDS[card.kind]}", paper.place)
    lines = [_line(number, line) for number, line in enumerate(card.lines, 1)]
    tail = 12 * mm + (signatures_height(paper.signers) if paper.signers else 0.0)
    draw_list(sheet, _COLUMNS, lines, running, tail=tail)
    sheet.y -= 2 * mm
    draw_note(sheet, "Kartu baik yang dicetak petugas yang sama berturut-turut pada satu hari menjadi satu baris.")
    if paper.signers:
        draw_signatures(sheet, paper.signers, letterhead.place, paper.day)


def _sum(card: Card) -> str:
    """Write the equation out; its sides are equal, or the store would not have it."""
    out = (card.printed, card.spoiled, card.returned, card.closing)
    left, right = card.opening + card.received, sum(out)
    baik, rusak, kembali, sisa = map(words.number, out)
    return (
        f"awal {words.number(card.opening)} + masuk {words.number(card.received)}"
        f" = baik {baik} + rusak {rusak} + kembali {kembali} + sisa {sisa}"
        f" ({words.number(left)} = {words.number(right)})"
    )


def _line(number: int, line: StockLine) -> Line:
    came, went = _moved(line)
    return Line(
        (
            str(number),
            words.short_date(line.day),
            _MOVEMENTS[line.movement],
            _serials(line),
            words.number(came) if came else "",
            words.number(went) if went else "",
            words.number(line.left),
            line.officer or "–",
            _remark(line),
        )
    )


def _moved(line: StockLine) -> tuple[int, int]:
    """Return what came in and what went out; a count moves only its difference."""
    if line.movement is Movement.RECEIVED:
        return line.quantity, 0
    if line.movement is Movement.COUNTED:
        return max(line.difference, 0), max(-line.difference, 0)
    return 0, line.quantity if line.movement in _OUT else 0


def _serials(line: StockLine) -> str:
    if not line.first_serial or line.first_serial == line.last_serial:
        return line.first_serial
    return f"{line.first_serial} – {line.last_serial}"


def _remark(line: StockLine) -> str:
    said = [
        f"{words.number(line.quantity)} keping" if line.movement is Movement.DESTROYED else "",
        REASONS[line.spoil_reason] if line.spoil_reason else "",
        line.letter,
        line.reason,
        f"saksi {line.witness}" if line.witness else "",
    ]
    return "; ".join(part for part in said if part)
