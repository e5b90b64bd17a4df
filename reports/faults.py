"""Catatan gangguan alat: what each device did wrong at a visit, for the workshop; it names no pupil."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

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
class FaultLine:
    """One fault in the officer's words: when (the school's own time), of which device, what, and what was being taken.

    `serial` is the device's own number, or the key it is known by.
    """

    at: datetime
    line: str
    name: str
    serial: str
    fault: str
    during: str
    officer: str = ""


@dataclass(frozen=True, repr=False)
class FaultsPaper:
    """The log of one visit, in the order of time."""

    school: str
    day: date
    faults: tuple[FaultLine, ...]
    dated: date
    signers: tuple[Signer, ...]


_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("Waktu", 24, Align.CENTRE),
    Column("Alat", 28),
    Column("Nama, nomor seri", 36),
    Column("Gangguan", 30),
    Column("Ketika", 24),
    Column("Petugas", 22),
)


def draw(
    paper: FaultsPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the log; raises PaperRefused when nothing went wrong."""
    title = f"Catatan gangguan alat – {paper.school} – {words.short_date(paper.day)}"
    sheet = Sheet(title, size=size, training=training, foot=(title,))
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "CATATAN GANGGUAN ALAT")
    counted = Counter(fault.line for fault in paper.faults)
    summed = ", ".join(f"{line} {words.number(count)}" for line, count in counted.most_common())
    facts = (
        ("Sekolah", paper.school),
        ("Hari, tanggal", words.full_date(paper.day)),
        ("Jumlah", f"{words.count(len(paper.faults))} gangguan: {summed}"),
    )
    draw_facts(sheet, facts)
    lines = [_line(number, fault) for number, fault in enumerate(paper.faults, 1)]
    tail = 6 * mm + signatures_height(paper.signers) if paper.signers else 0.0
    draw_list(sheet, _COLUMNS, lines, Running("Catatan gangguan alat", paper.school), tail=tail)
    if paper.signers:
        sheet.y -= 6 * mm
        draw_signatures(sheet, paper.signers, letterhead.place, paper.dated)
    return sheet.finish()


def _line(number: int, fault: FaultLine) -> Line:
    return Line(
        (
            str(number),
            f"{words.short_date(fault.at.date())} {words.clock_time(fault.at)}",
            fault.line,
            f"{fault.name} {fault.serial}".strip(),
            fault.fault,
            fault.during,
            fault.officer or "–",
        )
    )
