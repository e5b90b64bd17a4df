"""Daftar periksa peralatan: every line of the SOP's list as it stands, with a box to tick by hand when it is packed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from reportlab.lib.units import mm

from reports import words
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
from store.equipment import Readiness, WaiveReason

_STATES = {
    Readiness.TICKED: "√ ada",
    Readiness.TESTED: "√ diuji, baik",
    Readiness.FAILED: "× uji gagal",
    Readiness.LOST: "× terlepas sesudah diuji",
    Readiness.COUNTED: "√ dihitung",
    Readiness.WAIVED: "~ dikecualikan",
}
_WAIVED = {
    WaiveReason.REPORTED_BROKEN: "rusak, sudah dilaporkan",
    WaiveReason.OTHER_TEAM: "dipakai tim lain",
    WaiveReason.NO_CONNECTION: "tidak ada sambungan",
    WaiveReason.LEFT_AT_OFFICE: "tertinggal di kantor",
    WaiveReason.NO_POWER: "listrik tidak cukup",
    WaiveReason.OTHER: "lain",
}


@dataclass(frozen=True, repr=False)
class KitLine:
    """One line of the list; `readiness` is None while nobody has looked, `detail` what was counted, tested or said.

    `cloths` are the two background cloths, red and blue, on the line that has them.
    """

    letter: str
    name: str
    readiness: Readiness | None
    detail: str = ""
    waived: WaiveReason | None = None
    cloths: tuple[bool, bool] | None = None
    at: datetime | None = None
    officer: str = ""


@dataclass(frozen=True, repr=False)
class EquipmentPaper:
    """The kit of one visit; `ready_at` is when it was declared ready, in the school's own time."""

    school: str
    day: date
    lines: tuple[KitLine, ...]
    scheduled: bool
    pupils: int
    ready_at: datetime | None
    dated: date
    signers: tuple[Signer, ...]


_COLUMNS = (
    Column("", 8, Align.CENTRE, Face.NARROW_BOLD),
    Column("Alat", 34),
    Column("Keadaan", 33),
    Column("Rincian", 38),
    Column("Diperiksa", 29),
    Column("Berangkat", 15, Align.CENTRE),
    Column("Kembali", 13, Align.CENTRE),
)
_BOX = "□"


def draw(
    paper: EquipmentPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the list; raises PaperRefused when it has no line."""
    if not paper.lines:
        raise PaperRefused(Refusal.EMPTY_LIST)
    title = f"Daftar periksa peralatan – {paper.school} – {words.short_date(paper.day)}"
    sheet = Sheet(title, size=size, training=training, foot=(title,))
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "DAFTAR PERIKSA PERALATAN PEREKAMAN")
    draw_facts(sheet, _facts(paper))
    tail = 12 * mm + signatures_height(paper.signers)
    draw_list(sheet, _COLUMNS, [_line(line) for line in paper.lines], Running(title), tail=tail, row_height=8.2 * mm)
    sheet.y -= 2 * mm
    draw_note(
        sheet,
        "Huruf menurut daftar peralatan SOP. Kotak dicentang dengan tangan ketika alat berangkat dan ketika"
        " kembali ke kantor. Latar merah untuk tahun lahir ganjil, biru untuk genap.",
    )
    draw_signatures(sheet, paper.signers, letterhead.place, paper.dated)
    return sheet.finish()


def _facts(paper: EquipmentPaper) -> tuple[tuple[str, str], ...]:
    ready = "belum dinyatakan siap"
    if paper.ready_at is not None:
        ready = f"siap {words.short_date(paper.ready_at.date())} pukul {words.clock_time(paper.ready_at)}"
    marks = ((paper.scheduled, "jadwal perekaman"), (paper.ready_at is not None, "alat"), (paper.pupils > 0, "data"))
    complete = ", ".join(f"{'√' if there else '×'} {name}" for there, name in marks)
    return (
        ("Sekolah", paper.school),
        ("Hari, tanggal", words.full_date(paper.day)),
        ("Murid 16+", f"{words.count(paper.pupils)} murid" if paper.pupils else "belum ada"),
        ("Kelengkapan SOP", complete),
        ("Keadaan", ready),
    )


def _line(line: KitLine) -> Line:
    seen = f"{words.short_date(line.at.date())} {words.clock_time(line.at)}" if line.at else ""
    return Line(
        (line.letter, line.name, _state(line), _detail(line), f"{seen} {line.officer}".strip() or "–", _BOX, _BOX)
    )


def _state(line: KitLine) -> str:
    if line.cloths is not None and line.readiness is not Readiness.WAIVED:
        red, blue = ("√" if there else "×" for there in line.cloths)
        return f"kain merah {red}  biru {blue}"
    return "belum" if line.readiness is None else _STATES[line.readiness]


def _detail(line: KitLine) -> str:
    if line.waived is None:
        return line.detail
    why = _WAIVED[line.waived]
    return line.detail if not line.detail or line.detail.startswith(why) else f"{why}: {line.detail}"
