"""Changes of SIAK data: for each pupil what stood there, what is to stand, and on what basis, as form F-1.06 asks."""

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
    draw_signatures,
    draw_title,
    signatures_height,
)
from reports.listing import Column, Line, Running, draw_list
from reports.page import Align, PaperSize, Sheet


@dataclass(frozen=True, repr=False)
class FieldChange:
    """One field: its name, the old value as SIAK shows it, the new one, and the document it rests on."""

    field: str
    old: str
    new: str
    basis: str


@dataclass(frozen=True, repr=False)
class PupilChanges:
    """All changes of one pupil; `done_day` and `reference` stand once SIAK has been changed."""

    name: str
    nik: str
    changes: tuple[FieldChange, ...]
    done_day: date | None = None
    reference: str = ""


@dataclass(frozen=True, repr=False)
class SiakUpdatePaper:
    """The list that goes to the office with the statements of data change."""

    number: str
    school: str
    day: date
    pupils: tuple[PupilChanges, ...]
    signers: tuple[Signer, ...]


_COLUMNS = (
    Column("No.", 8, Align.RIGHT),
    Column("Nama dan NIK", 35),
    Column("Isian", 22, face=Face.NARROW_BOLD),
    Column("Lama (SIAK)", 27),
    Column("Baru", 27),
    Column("Dasar", 29),
    Column("Diubah, rujukan", 24),
)


def draw(
    paper: SiakUpdatePaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the list, each pupil's changes together on one page; raises PaperRefused when nothing is to be changed."""
    title = f"Daftar perubahan data SIAK {paper.number}"
    sheet = Sheet(title, size=size, training=training, foot=(f"{title} – {paper.school}",))
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "DAFTAR PERUBAHAN DATA SIAK", "(DATA FORMULIR F-1.06)", number=paper.number)
    changes = sum(len(pupil.changes) for pupil in paper.pupils)
    done = sum(1 for pupil in paper.pupils if pupil.done_day)
    facts = (
        ("Sekolah", paper.school),
        ("Hari, tanggal", words.full_date(paper.day)),
        ("Jumlah", f"{words.count(len(paper.pupils))} murid, {words.number(changes)} isian, {done} murid sudah diubah"),
    )
    draw_facts(sheet, facts)
    lines = [line for number, pupil in enumerate(paper.pupils, 1) for line in _pupil_lines(number, pupil)]
    tail = 6 * mm + signatures_height(paper.signers) if paper.signers else 0.0
    draw_list(
        sheet, _COLUMNS, lines, Running(f"Daftar perubahan data SIAK  Nomor {paper.number}", paper.school), tail=tail
    )
    if paper.signers:
        sheet.y -= 6 * mm
        draw_signatures(sheet, paper.signers, letterhead.place, paper.day)
    return sheet.finish()


def _pupil_lines(number: int, pupil: PupilChanges) -> list[Line]:
    """Return a line for each change; name and NIK stand under each other, side by side where there is one line only."""
    done = f"{words.short_date(pupil.done_day)} {pupil.reference}".strip() if pupil.done_day else ""
    whose = (pupil.name, pupil.nik) if len(pupil.changes) > 1 else (f"{pupil.name} {pupil.nik}",)
    lines: list[Line] = []
    for index, change in enumerate(pupil.changes):
        lines.append(
            Line(
                (
                    "" if index else str(number),
                    whose[index] if index < len(whose) else "",
                    change.field,
                    change.old or "(kosong)",
                    change.new or "(kosong)",
                    change.basis or "–",
                    "" if index else done,
                ),
                goes_on=index > 0,
            )
        )
    return lines
