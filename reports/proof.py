"""Bukti perekaman: the slip a pupil takes home after being recorded; half a sheet, with a code, the NIK masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reportlab.lib.units import mm

from reports import words
from reports.check_code import CheckCode, digest_of, draw_code
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
from reports.page import GREY, Align, Margins, PaperSize, Sheet

_MARGINS = Margins(top=17, bottom=17, left=22, right=18)
_CODE_SIDE = 27 * mm


@dataclass(frozen=True, repr=False)
class ProofPaper:
    """One sealed recording; `recorded_at` is in the school's own time, `exceptions` in the officer's words."""

    number: str
    name: str
    nik: str
    birth_place: str
    birth_date: date
    class_name: str
    school: str
    recorded_at: datetime
    fingers: int
    irises: int
    signed: bool
    turns_17: date
    officer: Signer
    exceptions: tuple[str, ...] = ()


def code_of(paper: ProofPaper) -> CheckCode:
    """Return the slip's code; what is digested can be read on the slip itself."""
    row = (paper.name, paper.birth_date.isoformat(), paper.recorded_at.strftime("%Y-%m-%dT%H:%M"))
    return CheckCode(paper.number, 1, digest_of([row]))


def draw(
    paper: ProofPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.HALF_F4, training: bool = False
) -> bytes:
    """Draw the slip on half a F4 sheet."""
    foot = (f"Bukti perekaman {paper.number}",)
    sheet = Sheet(f"Bukti perekaman {paper.number}", size=size, margins=_MARGINS, training=training, foot=foot)
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "BUKTI PEREKAMAN KTP-el", number=paper.number)
    top = sheet.y
    code_x = sheet.right - _CODE_SIDE
    draw_code(sheet, code_of(paper), code_x, top - _CODE_SIDE, _CODE_SIDE)
    sheet.fitted(code_x, top - _CODE_SIDE, _CODE_SIDE, 10, "kode periksa", size=7, align=Align.CENTRE, ink=GREY)
    draw_facts(
        sheet,
        _facts(paper),
        width=sheet.width - _CODE_SIDE - 4 * mm,
        label=32 * mm,
        size=10,
        height=sheet.room - signatures_height((paper.officer,)),
    )
    below = sheet.y
    draw_signatures(sheet, (paper.officer,), letterhead.place, paper.recorded_at.date())
    sheet.y = below - 3 * mm
    _draw_advice(sheet, paper)
    return sheet.finish()


def _facts(paper: ProofPaper) -> tuple[tuple[str, str], ...]:
    recorded = [
        "potret",
        f"{words.count(paper.fingers)} sidik jari",
        f"{words.count(paper.irises)} iris",
        *(["tanda tangan"] if paper.signed else []),
    ]
    facts = [
        ("Nama", paper.name),
        ("NIK", words.masked_nik(paper.nik)),
        ("Tempat, tgl lahir", f"{paper.birth_place or '–'}, {words.long_date(paper.birth_date)}"),
        ("Sekolah", f"{paper.school}, {paper.class_name}" if paper.class_name else paper.school),
        ("Direkam", f"{words.full_date(paper.recorded_at.date())}, pukul {words.clock_time(paper.recorded_at)}"),
        ("Terekam", ", ".join(recorded)),
    ]
    if paper.exceptions:
        facts.append(("Dikecualikan", "; ".join(paper.exceptions)))
    return tuple(facts)


def _draw_advice(sheet: Sheet, paper: ProofPaper) -> None:
    width = sheet.width / 2 - 6 * mm
    sheet.y -= 10
    sheet.text(sheet.left, sheet.y, "Simpan bukti ini.", Face.BOLD, 9.5)
    card_day = max(paper.turns_17, paper.recorded_at.date())
    draw_note(
        sheet,
        f"KTP-el dicetak paling cepat {words.long_date(card_day)}, sesudah pusat menyatakan data siap cetak (PRR), dan"
        " diserahkan melalui sekolah. Perekaman dilakukan satu kali seumur hidup: jangan merekam lagi di tempat lain.",
        size=9,
        width=width,
    )
