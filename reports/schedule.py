"""Jadwal Perekaman: which class is recorded when, at which desk, by whom; office and school sign it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

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
from reports.page import Align, PaperSize, Sheet
from reports.refusal import PaperRefused, Refusal


@dataclass(frozen=True, repr=False)
class Slot:
    """One class in the schedule; a break has no class, only its note."""

    day: date
    start: time
    end: time
    class_name: str = ""
    pupils: int = 0
    desk: str = ""
    teacher: str = ""
    note: str = ""


@dataclass(frozen=True, repr=False)
class FieldOfficer:
    """Somebody who goes to the school, and as what."""

    name: str
    nip: str | None
    role: str


@dataclass(frozen=True, repr=False)
class SchedulePaper:
    """The schedule of one visit; a draft says so in its title, a later version which one it is."""

    number: str
    school: str
    school_address: str
    day: date
    fallback_day: date | None
    place: str
    slots: tuple[Slot, ...]
    officers: tuple[FieldOfficer, ...]
    minutes_per_pupil: float
    desks: int
    dated: date
    office_signer: Signer
    school_signer: Signer
    version: int = 1
    draft: bool = False
    vehicle: str = ""


_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("Hari, tanggal", 32),
    Column("Waktu", 23, Align.CENTRE),
    Column("Kelas", 24, face=Face.NARROW_BOLD),
    Column("Murid 16+", 14, Align.CENTRE),
    Column("Meja", 12, Align.CENTRE),
    Column("Guru pendamping", 32),
    Column("Keterangan", 19),
)
_OFFICER_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("Nama petugas", 62),
    Column("NIP", 44),
    Column("Tugas", 50),
)


def draw(
    paper: SchedulePaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the schedule; raises PaperRefused when no class is in it."""
    if not any(slot.class_name for slot in paper.slots):
        raise PaperRefused(Refusal.EMPTY_LIST)
    version = f" – versi {paper.version}" if paper.version > 1 else ""
    foot = (f"Jadwal Perekaman {paper.number}{version} – {paper.school}",)
    sheet = Sheet(f"Jadwal Perekaman {paper.number}", size=size, training=training, foot=foot)
    running = Running(f"Jadwal Perekaman KTP-el  Nomor {paper.number}", paper.school)
    draw_letterhead(sheet, letterhead)
    draw_title(
        sheet, "RANCANGAN JADWAL PEREKAMAN KTP-el" if paper.draft else "JADWAL PEREKAMAN KTP-el", number=paper.number
    )
    draw_facts(sheet, _facts(paper))
    signers = (paper.school_signer, paper.office_signer)
    tail = signatures_height(signers) + 14 * mm
    draw_list(sheet, _COLUMNS, _lines(paper.slots), running, tail=0.0 if paper.officers else tail)
    if paper.officers:
        _draw_officers(sheet, paper.officers, running, tail)
    draw_note(
        sheet,
        "Murid membawa fotokopi kartu keluarga dan akta kelahiran. Urutan dalam kelas menurut daftar murid."
        " Murid yang tidak hadir direkam pada kunjungan berikutnya.",
    )
    draw_signatures(sheet, signers, letterhead.place, paper.dated)
    return sheet.finish()


def _facts(paper: SchedulePaper) -> tuple[tuple[str, str], ...]:
    pupils = sum(slot.pupils for slot in paper.slots)
    facts = [
        ("Sekolah", f"{paper.school}, {paper.school_address}" if paper.school_address else paper.school),
        ("Hari, tanggal", words.full_date(paper.day)),
        ("Tempat", paper.place),
        ("Usia 16 ke atas", f"{words.count(pupils)} murid"),
        (
            "Meja rekam",
            f"{paper.desks}, kira-kira {words.number(round(paper.minutes_per_pupil, 1))} menit seorang murid",
        ),
    ]
    if paper.fallback_day:
        facts.insert(2, ("Hari kedua", words.full_date(paper.fallback_day)))
    if paper.vehicle:
        facts.append(("Kendaraan", paper.vehicle))
    return tuple(facts)


def _lines(slots: tuple[Slot, ...]) -> list[Line]:
    lines: list[Line] = []
    number = 0
    for slot in slots:
        hours = f"{words.clock_time(slot.start)} – {words.clock_time(slot.end)}"
        day = f"{words.weekday(slot.day)}, {words.short_date(slot.day)}"
        if slot.class_name:
            number += 1
            cells = (str(number), day, hours, slot.class_name, str(slot.pupils), slot.desk, slot.teacher, slot.note)
        else:
            cells = ("", day, hours, "istirahat", "", "", slot.note, "")
        lines.append(Line(cells))
    return lines


def _draw_officers(sheet: Sheet, officers: tuple[FieldOfficer, ...], running: Running, tail: float) -> None:
    if sheet.room < 40 * mm:
        sheet.next_page()
        draw_running_head(sheet, running)
    sheet.y -= 8 * mm
    sheet.text(sheet.left, sheet.y, "Petugas lapangan", Face.BOLD, 10.5)
    sheet.y -= 3 * mm
    lines = [
        Line((str(number), officer.name, words.nip(officer.nip), officer.role))
        for number, officer in enumerate(officers, 1)
    ]
    draw_list(sheet, _OFFICER_COLUMNS, lines, running, tail=tail, row_height=7 * mm)
    sheet.y -= 2 * mm
