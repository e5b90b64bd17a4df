"""Daftar murid tidak hadir: who was absent, what each still lacks, and when the officers come back; both sides sign."""

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
    draw_note,
    draw_signatures,
    draw_title,
    signatures_height,
)
from reports.listing import Column, Line, Running, draw_list
from reports.page import Align, PaperSize, Sheet
from store.procedure import STEPS


@dataclass(frozen=True, repr=False)
class AbsentLine:
    """A pupil who was absent: at which step she waits, and which copies lie there already."""

    name: str
    nik_tail: str | None
    class_name: str
    birth_date: date
    step: int
    papers_kk: bool
    papers_certificate: bool


@dataclass(frozen=True, repr=False)
class AbsenteesPaper:
    """The absent of one visit; `return_day` is None while none is agreed: then the line is filled in by hand.

    `left` are those who were there and not recorded: they come on the same day.
    """

    school: str
    day: date
    return_day: date | None
    left: int
    pupils: tuple[AbsentLine, ...]
    dated: date
    signers: tuple[Signer, ...]


_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("Nama", 52),
    Column("NIK", 13, Align.CENTRE),
    Column("Kelas", 20),
    Column("Lahir", 18, Align.CENTRE),
    Column("Menunggu langkah", 22),
    Column("Yang dibawa", 24),
    Column("Keterangan", 22),
)


def draw(
    paper: AbsenteesPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the list; raises PaperRefused when nobody was absent."""
    title = f"Murid tidak hadir – {paper.school} – {words.short_date(paper.day)}"
    sheet = Sheet(title, size=size, training=training, foot=(title,))
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "DAFTAR MURID TIDAK HADIR", "DAN KUNJUNGAN ULANG")
    facts = [
        ("Sekolah", paper.school),
        ("Hari, tanggal", words.full_date(paper.day)),
        ("Tidak hadir", f"{words.count(len(paper.pupils))} murid"),
        ("Kunjungan ulang", words.full_date(paper.return_day) if paper.return_day else "." * 40),
    ]
    if paper.left:
        facts.insert(3, ("Belum sempat", f"{words.count(paper.left)} murid yang hadir, pada kunjungan ulang juga"))
    draw_facts(sheet, tuple(facts))
    lines = [_line(number, pupil) for number, pupil in enumerate(paper.pupils, 1)]
    tail = 14 * mm + signatures_height(paper.signers)
    draw_list(sheet, _COLUMNS, lines, Running("Daftar murid tidak hadir", paper.school), tail=tail)
    sheet.y -= 2 * mm
    draw_note(
        sheet,
        "Perekaman dilakukan satu kali seumur hidup. Yang tidak hadir pada kunjungan ulang dapat merekam di kantor"
        " dengan membawa fotokopi kartu keluarga dan akta kelahiran.",
    )
    draw_signatures(sheet, paper.signers, letterhead.place, paper.dated)
    return sheet.finish()


def _line(number: int, pupil: AbsentLine) -> Line:
    lacking = [
        name for there, name in ((pupil.papers_kk, "KK"), (pupil.papers_certificate, "akta kelahiran")) if not there
    ]
    return Line(
        (
            str(number),
            pupil.name,
            f"··{pupil.nik_tail}" if pupil.nik_tail else "kurang",
            pupil.class_name or "–",
            words.short_date(pupil.birth_date),
            f"{pupil.step} {STEPS[pupil.step - 1].word}",
            ", ".join(lacking) or "–",
            "",
        )
    )
