"""Berita Acara Pemusnahan: which spoiled blanks were burnt, by whom, before which two witnesses; their serials annexed.

Minutes are written each time (circular 470.13/11176/SJ of 13 December 2018); the witnesses sign.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.layout import Letterhead, Signer, draw_letterhead, draw_signatures, draw_title, signatures_height
from reports.listing import Column, Line, Running, draw_list, draw_running_head, row_to_fill
from reports.minutes import Minutes, Person, draw_minutes
from reports.page import Align, PaperSize, Prose, Sheet, Strong
from reports.refusal import PaperRefused, Refusal
from store.stock import SpoilReason

REASONS = {
    SpoilReason.JAMMED: "macet di printer",
    SpoilReason.SCRATCHED: "tergores",
    SpoilReason.RIBBON_BROKE: "pita putus",
    SpoilReason.BAD_PICTURE: "cetakan tidak jelas",
    SpoilReason.WRONG_DATA: "data salah",
    SpoilReason.OTHER: "lain",
}
"""Why a blank is of no use any more, as papers say it."""


@dataclass(frozen=True, repr=False)
class DestroyedBlank:
    """One blank: its serial, the day it spoiled, why, and the officer's own words."""

    serial: str
    spoiled_day: date
    reason: SpoilReason
    note: str = ""


@dataclass(frozen=True, repr=False)
class DestructionPaper:
    """One destruction; `officer` destroyed the blanks, the witnesses saw it."""

    number: str
    day: date
    place: str
    officer: Signer
    witnesses: tuple[Signer, ...]
    blanks: tuple[DestroyedBlank, ...]
    copies: int = 2


_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("Serial blangko", 36, Align.CENTRE),
    Column("Rusak pada", 24, Align.CENTRE),
    Column("Sebab", 36),
    Column("Keterangan", 60),
)


def draw(
    paper: DestructionPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the minutes and their annex; raises PaperRefused when no blank was destroyed."""
    if not paper.blanks:
        raise PaperRefused(Refusal.EMPTY_LIST)
    title = f"Berita Acara Pemusnahan Blangko KTP-el {paper.number}"
    sheet = Sheet(title, size=size, training=training, foot=(title,))
    _draw_minutes(sheet, paper, letterhead)
    sheet.next_page()
    _draw_serials(sheet, paper, letterhead)
    return sheet.finish()


def _draw_minutes(sheet: Sheet, paper: DestructionPaper, letterhead: Letterhead) -> None:
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "BERITA ACARA PEMUSNAHAN", "BLANGKO KTP-el RUSAK", number=paper.number)
    signers = _signers(paper)
    named = ((paper.officer, "PETUGAS"), *((witness, "SAKSI") for witness in paper.witnesses))
    text = Minutes(
        paper.day,
        paper.place,
        tuple(Person(signer.name, signer.nip, signer.post, called) for signer, called in named),
        _statements(paper),
        paper.copies,
        Running(f"Berita Acara Pemusnahan Blangko KTP-el  Nomor {paper.number}"),
    )
    draw_minutes(sheet, text, signatures_height(signers))
    draw_signatures(sheet, signers, letterhead.place, paper.day)


def _statements(paper: DestructionPaper) -> tuple[Prose, ...]:
    number = len(paper.blanks)
    counted = Counter(blank.reason for blank in paper.blanks)
    reasons = ", ".join(f"{REASONS[reason]} {words.number(counted[reason])}" for reason in REASONS if counted[reason])
    return (
        (
            "PETUGAS telah memusnahkan dengan cara dibakar blangko Kartu Tanda Penduduk Elektronik yang rusak"
            " sejumlah ",
            Strong(words.number(number)),
            " (",
            Strong(words.in_words(number)),
            f") keping ({reasons}), dengan nomor serial sebagaimana lampiran yang merupakan bagian tidak terpisahkan"
            " dari Berita Acara ini.",
        ),
        ("Pemusnahan disaksikan oleh para SAKSI dari awal sampai selesai.",),
        (
            "Blangko dimaksud sudah dikeluarkan dari persediaan ketika rusak; persediaan tidak berubah karena"
            " pemusnahan ini.",
        ),
        ("Pemusnahan ini melaksanakan Surat Edaran Nomor 470.13/11176/SJ tanggal 13 Desember 2018.",),
    )


def _signers(paper: DestructionPaper) -> tuple[Signer, ...]:
    witnesses = (
        Signer(one.name, one.post, one.nip, f"SAKSI {'I' * place}", one.signature)
        for place, one in enumerate(paper.witnesses, 1)
    )
    officer = paper.officer
    return (*witnesses, Signer(officer.name, officer.post, officer.nip, "PETUGAS", officer.signature))


def _draw_serials(sheet: Sheet, paper: DestructionPaper, letterhead: Letterhead) -> None:
    running = Running(f"Lampiran Berita Acara Pemusnahan Blangko KTP-el  Nomor {paper.number}")
    draw_running_head(sheet, running)
    draw_title(sheet, "DAFTAR BLANGKO KTP-el YANG DIMUSNAHKAN")
    lines = [
        Line(
            (
                str(number),
                blank.serial,
                words.short_date(blank.spoiled_day),
                REASONS[blank.reason],
                blank.note or "–",
            )
        )
        for number, blank in enumerate(paper.blanks, 1)
    ]
    signers = _signers(paper)
    tail = 10 * mm + signatures_height(signers)
    draw_list(sheet, _COLUMNS, lines, running, tail=tail, row_height=row_to_fill(sheet))
    sheet.y -= 6 * mm
    sheet.text(sheet.left, sheet.y, f"Jumlah dimusnahkan: {words.count(len(paper.blanks))} keping.", size=10)
    sheet.y -= 4 * mm
    draw_signatures(sheet, signers, letterhead.place, paper.day)
