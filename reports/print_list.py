"""Daftar cetak: the cards that may be printed; the printing operator writes in the blank each was printed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.layout import (
    Letterhead,
    Signer,
    draw_facts,
    draw_letterhead,
    draw_signatures,
    draw_title,
    signatures_height,
)
from reports.listing import Column, Line, Running, draw_list
from reports.page import Align, PaperSize, Sheet


@dataclass(frozen=True, repr=False)
class PrintLine:
    """A card ready for printing; `blank` is its serial once printed."""

    name: str
    nik: str
    sex: str
    birth_place: str
    birth_date: date
    class_name: str
    turned_17: date
    print_ready_day: date | None
    blank: str = ""


@dataclass(frozen=True, repr=False)
class PrintListPaper:
    """One run of cards; `school` may say that it is several schools."""

    school: str
    day: date
    cards: tuple[PrintLine, ...]
    signers: tuple[Signer, ...]


_COLUMNS = (
    Column("No.", 8, Align.RIGHT),
    Column("NIK", 26, Align.CENTRE),
    Column("Nama", 38),
    Column("Tempat, tanggal lahir", 28),
    Column("L/P", 7, Align.CENTRE),
    Column("Kelas", 15),
    Column("Genap 17", 15, Align.CENTRE),
    Column("PRR", 15, Align.CENTRE),
    Column("Serial blangko", 18, Align.CENTRE),
)


def draw(
    paper: PrintListPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the list; raises PaperRefused when no card is on it."""
    title = f"Daftar cetak – {paper.school} – {words.short_date(paper.day)}"
    sheet = Sheet(title, size=size, training=training, foot=(title,))
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "DAFTAR CETAK KTP-el")
    facts = (
        ("Sekolah", paper.school),
        ("Hari, tanggal", words.full_date(paper.day)),
        ("Jumlah", f"{words.count(len(paper.cards))} kartu, semua PRR dan genap 17 tahun atau sudah kawin"),
    )
    draw_facts(sheet, facts)
    lines = [
        Line(
            (
                str(number),
                card.nik,
                card.name,
                f"{card.birth_place}, {words.short_date(card.birth_date)}",
                card.sex,
                card.class_name or "–",
                words.short_date(card.turned_17),
                words.short_date(card.print_ready_day),
                card.blank,
            )
        )
        for number, card in enumerate(paper.cards, 1)
    ]
    tail = 6 * mm + signatures_height(paper.signers) if paper.signers else 0.0
    draw_list(sheet, _COLUMNS, lines, Running("Daftar cetak KTP-el", paper.school), tail=tail)
    if paper.signers:
        sheet.y -= 6 * mm
        draw_signatures(sheet, paper.signers, letterhead.place, paper.day)
    return sheet.finish()
