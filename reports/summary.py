"""Ringkasan: a day's or visit's work against the SOP's time standards, with a chart of minutes per step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
from reports.listing import Column, Line, Running, draw_list, draw_running_head
from reports.page import BLACK, GREY, HAIR, HEADER_FILL, Align, Ink, PaperSize, Sheet
from store.procedure import STEPS, step

_WITHIN: Ink = (0.16, 0.45, 0.54)
_FIGURES_ROW = 6.4 * mm
_OVER: Ink = (0.74, 0.25, 0.13)


@dataclass(frozen=True)
class StepFigures:
    """One step's figures; `average_minutes` is None while nobody has finished it."""

    number: int
    done: int
    waiting: int
    average_minutes: float | None
    over_standard: int


@dataclass(frozen=True)
class ClassFigures:
    """One class's figures."""

    name: str
    pupils: int
    recorded: int
    printed: int
    absent: int


@dataclass(frozen=True)
class SummaryPaper:
    """What was done; the counts (`office` are those who wait for its decision) together are all pupils on the list."""

    school: str
    day: date
    recorded: int
    print_ready: int
    has_card: int
    absent: int
    left: int
    steps: tuple[StepFigures, ...]
    classes: tuple[ClassFigures, ...]
    signers: tuple[Signer, ...] = ()
    office: int = 0


_STEP_COLUMNS = (
    Column("Langkah", 40),
    Column("Selesai", 20, Align.CENTRE),
    Column("Antre", 20, Align.CENTRE),
    Column("Rata-rata", 25, Align.CENTRE),
    Column("Standar", 25, Align.CENTRE),
    Column("Lewat standar", 35, Align.CENTRE),
)
_CLASS_COLUMNS = (
    Column("Kelas", 55, face=Face.NARROW_BOLD),
    Column("Murid 16+", 27, Align.CENTRE),
    Column("Direkam", 27, Align.CENTRE),
    Column("Dicetak", 27, Align.CENTRE),
    Column("Tidak hadir", 29, Align.CENTRE),
)


def draw(
    paper: SummaryPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the summary; raises PaperRefused when it has no step's figures."""
    title = f"Ringkasan – {paper.school} – {words.short_date(paper.day)}"
    sheet = Sheet(title, size=size, training=training, foot=(title,))
    running = Running("Ringkasan Layanan Direkam di Sekolah", paper.school)
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "RINGKASAN LAYANAN DIREKAM DI SEKOLAH")
    total = paper.recorded + paper.print_ready + paper.has_card + paper.absent + paper.left + paper.office
    waiting = f" {words.number(paper.office)} menunggu kantor," if paper.office else ""
    draw_facts(
        sheet,
        (
            ("Sekolah", paper.school),
            ("Hari, tanggal", words.full_date(paper.day)),
            ("Usia 16 ke atas", f"{words.count(total)} murid"),
            (
                "Hasil",
                f"{words.number(paper.recorded)} direkam, {words.number(paper.print_ready)} langsung daftar cetak,"
                f" {words.number(paper.has_card)} sudah punya KTP-el,{waiting}"
                f" {words.number(paper.absent)} tidak hadir, {words.number(paper.left)} belum",
            ),
        ),
    )
    draw_list(sheet, _STEP_COLUMNS, [_step_line(figures) for figures in paper.steps], running, row_height=_FIGURES_ROW)
    _draw_chart(sheet, paper.steps, running)
    tail = 6 * mm + signatures_height(paper.signers) if paper.signers else 0.0
    if paper.classes:
        sheet.y -= 6 * mm
        lines = [
            Line((one.name or "tanpa kelas", *map(words.number, (one.pupils, one.recorded, one.printed, one.absent))))
            for one in paper.classes
        ]
        draw_list(sheet, _CLASS_COLUMNS, lines, running, tail=tail, row_height=_FIGURES_ROW)
    if paper.signers:
        if sheet.room < tail:
            sheet.next_page()
            draw_running_head(sheet, running)
        sheet.y -= 6 * mm
        draw_signatures(sheet, paper.signers, letterhead.place, paper.day)
    return sheet.finish()


def _step_line(figures: StepFigures) -> Line:
    shortest, longest = step(figures.number).standard_minutes
    standard = f"{shortest} – {longest} mnt" if shortest != longest else f"{longest} mnt"
    average = figures.average_minutes
    return Line(
        (
            f"{figures.number}  {STEPS[figures.number - 1].word}",
            words.number(figures.done),
            words.number(figures.waiting),
            f"{words.one_decimal(average)} mnt" if average is not None else "–",
            standard,
            words.number(figures.over_standard),
        )
    )


_BAR = 3.8 * mm
_BAR_STEP = 5.6 * mm
_CHART_LABEL = 22 * mm
_CHART_VALUE = 44 * mm


def _draw_chart(sheet: Sheet, steps: tuple[StepFigures, ...], running: Running) -> None:
    """Draw each step's average as a share of its own standard: 5 and 120 minutes could not be read on one scale."""
    shown = [figures for figures in steps if figures.average_minutes is not None]
    if not shown:
        return
    if sheet.room < 20 * mm + len(shown) * _BAR_STEP:
        sheet.next_page()
        draw_running_head(sheet, running)
    sheet.y -= 9 * mm
    sheet.text(sheet.left, sheet.y, "Rata-rata menit tiap langkah terhadap standar SOP", Face.BOLD, 10)
    x = sheet.left + _CHART_LABEL
    width = sheet.right - _CHART_VALUE - x
    shares = [(figures.average_minutes or 0.0) / step(figures.number).standard_minutes[1] for figures in shown]
    scale = width / max(1.25, *shares)
    top = sheet.y - 6.5 * mm
    low = top - len(shown) * _BAR_STEP
    sheet.y = top
    for figures, share in zip(shown, shares, strict=True):
        sheet.y -= _BAR_STEP
        base = sheet.y + (_BAR_STEP - _BAR) / 2
        over = share > 1
        sheet.fill(x, base, scale, _BAR, HEADER_FILL)
        sheet.fill(x, base, share * scale, _BAR, _OVER if over else _WITHIN)
        name = step(figures.number)
        sheet.text(sheet.left, base + 2.3, f"{name.number} {name.word}", size=9)
        minutes = f"{words.one_decimal(figures.average_minutes or 0.0)} dari {name.standard_minutes[1]} mnt"
        sheet.text(sheet.right, base + 2.3, minutes + (" – lewat" if over else ""), size=9, align=Align.RIGHT)
    canvas = sheet.canvas
    canvas.setStrokeColorRGB(*BLACK)
    canvas.setLineWidth(0.8)
    canvas.line(x + scale, low - 1.5 * mm, x + scale, top + 0.5 * mm)
    sheet.rule(low - 0.4 * mm, x, sheet.right - _CHART_VALUE, weight=0.5, ink=HAIR)
    sheet.text(x + scale, top + 1.4 * mm, "standar", size=7.5, align=Align.CENTRE, ink=GREY)
    sheet.y = low - 2 * mm
    draw_note(sheet, "Panjang batang: rata-rata dibagi batas atas standar langkah itu sendiri.", size=7.5)
