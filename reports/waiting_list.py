"""Daftar tunggu: who was recorded but gets no card yet, month by month of the 17th birthday, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.fonts import Face
from reports.layout import Letterhead, draw_facts, draw_letterhead, draw_note, draw_title
from reports.listing import Column, Line, Running, draw_list
from reports.page import Align, PaperSize, Sheet
from store.rules import Hold

_HOLDS = {
    Hold.NOT_RECORDED: "belum direkam",
    Hold.UNDER_AGE: "belum 17 tahun",
    Hold.NO_PRR: "PRR belum ada",
    Hold.OFFICE: "perlu keputusan kantor",
    Hold.ALREADY_PRINTED: "sudah dicetak",
    Hold.PRINTING_ELSEWHERE: "sedang dicetak di tempat lain",
    Hold.HAS_CARD: "sudah punya KTP-el",
    Hold.RECORDED_ELSEWHERE: "rekaman di kantor",
}


@dataclass(frozen=True, repr=False)
class WaitingLine:
    """A pupil who waits; `status` is the centre's word as SIAK wrote it, read on `status_day`."""

    name: str
    nik: str | None
    class_name: str
    birth_date: date
    turns_17: date
    status: str
    status_day: date | None
    holds: tuple[Hold, ...]
    held: str = ""
    """Why an officer keeps the card back, in his words."""

    @property
    def month(self) -> date | None:
        """The month of the birthday she waits for; None who is old enough, or is or was married."""
        return self.turns_17.replace(day=1) if Hold.UNDER_AGE in self.holds else None


@dataclass(frozen=True, repr=False)
class WaitingListPaper:
    """All who wait at one school on one day; in each month they stand in this order."""

    school: str
    day: date
    pupils: tuple[WaitingLine, ...]


_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("Nama", 45),
    Column("NIK", 13, Align.CENTRE),
    Column("Kelas", 17),
    Column("Lahir", 16, Align.CENTRE),
    Column("Genap 17", 16, Align.CENTRE, Face.NARROW_BOLD),
    Column("Status SIAK", 32),
    Column("Menunggu karena", 29),
)


def draw(
    paper: WaitingListPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the list; raises PaperRefused when nobody waits."""
    title = f"Daftar tunggu – {paper.school} – {words.short_date(paper.day)}"
    sheet = Sheet(title, size=size, training=training, foot=(title,))
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "DAFTAR TUNGGU PENCETAKAN KTP-el")
    facts = (
        ("Sekolah", paper.school),
        ("Keadaan pada", words.full_date(paper.day)),
        ("Jumlah", f"{words.count(len(paper.pupils))} murid"),
    )
    draw_facts(sheet, facts)
    lines = _lines(paper.pupils)
    draw_list(sheet, _COLUMNS, lines, Running("Daftar tunggu pencetakan KTP-el", paper.school), tail=14 * mm)
    sheet.y -= 2 * mm
    draw_note(
        sheet,
        "KTP-el dicetak setelah pusat menyatakan PRINT_READY_RECORD (PRR) dan pemiliknya genap 17 tahun, sudah kawin,"
        " atau pernah kawin (Peraturan Presiden 96/2018 pasal 15).",
    )
    return sheet.finish()


def _lines(pupils: tuple[WaitingLine, ...]) -> list[Line]:
    """Return the rows under a heading for each month, before them those whose age is no matter any more."""
    months: dict[date | None, list[WaitingLine]] = {}
    for pupil in pupils:
        months.setdefault(pupil.month, []).append(pupil)
    lines: list[Line] = []
    number = 0
    for month in sorted(months, key=lambda month: month or date.min):
        why = "Sudah 17 tahun atau kawin" if month is None else f"Genap 17 tahun pada {words.month(month)} {month.year}"
        lines.append(Line((), heading=f"{why}: {len(months[month])} murid"))
        for pupil in months[month]:
            number += 1
            lines.append(_line(number, pupil))
    return lines


def _line(number: int, pupil: WaitingLine) -> Line:
    status = pupil.status.replace("_", " ") or "–"
    if pupil.status_day:
        status = f"{status}, {words.short_date(pupil.status_day)}"
    return Line(
        (
            str(number),
            pupil.name,
            f"··{pupil.nik[-4:]}" if pupil.nik else "–",
            pupil.class_name or "–",
            words.short_date(pupil.birth_date),
            words.short_date(pupil.turns_17),
            status,
            ", ".join((*(_HOLDS[hold] for hold in pupil.holds), *(f"ditahan: {why}" for why in (pupil.held,) if why)))
            or "–",
        )
    )
