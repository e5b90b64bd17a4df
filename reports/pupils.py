"""Pupils to record, class by class: each class on a sheet of its own, so that its teacher can take it along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.layout import Letterhead, draw_facts, draw_letterhead, draw_note, draw_title
from reports.listing import Column, Line, Running, draw_list
from reports.page import Align, PaperSize, Sheet
from reports.refusal import PaperRefused, Refusal


@dataclass(frozen=True, repr=False)
class ClassPupil:
    """A pupil as the teacher needs her: `number` is the one on the visit's list, `age` completed years and months."""

    number: int
    name: str
    nik: str | None
    sex: str
    birth_place: str
    birth_date: date
    age: tuple[int, int]


@dataclass(frozen=True, repr=False)
class PupilClass:
    """One class; pupils whose class nobody knows come under an empty name."""

    name: str
    teacher: str
    hours: str
    pupils: tuple[ClassPupil, ...]


@dataclass(frozen=True, repr=False)
class PupilsPaper:
    """All classes of one visit."""

    school: str
    day: date
    classes: tuple[PupilClass, ...]


_COLUMNS = (
    Column("No.", 10, Align.RIGHT),
    Column("Nama", 47),
    Column("L/P", 7, Align.CENTRE),
    Column("Tempat, tanggal lahir", 36),
    Column("Usia", 13, Align.CENTRE),
    Column("NIK", 15, Align.CENTRE),
    Column("KK", 8, Align.CENTRE),
    Column("Akta", 8, Align.CENTRE),
    Column("Hadir", 10, Align.CENTRE),
    Column("Rekam", 11, Align.CENTRE),
)


def draw(
    paper: PupilsPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the lists; raises PaperRefused when no class has a pupil."""
    classes = [one for one in paper.classes if one.pupils]
    if not classes:
        raise PaperRefused(Refusal.EMPTY_LIST)
    foot = (f"Daftar murid yang direkam – {paper.school} – {words.short_date(paper.day)}",)
    sheet = Sheet(f"Daftar murid yang direkam, {paper.school}", size=size, training=training, foot=foot)
    for index, one in enumerate(classes):
        if index:
            sheet.next_page()
        _draw_class(sheet, paper, one, letterhead)
    return sheet.finish()


def _draw_class(sheet: Sheet, paper: PupilsPaper, one: PupilClass, letterhead: Letterhead) -> None:
    name = one.name or "tanpa kelas"
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "DAFTAR MURID YANG DIREKAM", f"KELAS {name}" if one.name else "TANPA KELAS")
    facts = [("Sekolah", paper.school), ("Hari, tanggal", words.full_date(paper.day)), ("Jam", one.hours)]
    if one.teacher:
        facts.append(("Guru pendamping", one.teacher))
    facts.append(("Jumlah", f"{words.count(len(one.pupils))} murid"))
    draw_facts(sheet, tuple(facts))
    lines = [
        Line(
            (
                str(pupil.number),
                pupil.name,
                pupil.sex,
                f"{pupil.birth_place or '–'}, {words.short_date(pupil.birth_date)}",
                f"{pupil.age[0]} th {pupil.age[1]} bln",
                f"··{pupil.nik[-4:]}" if pupil.nik else "–",
                "",
                "",
                "",
                "",
            )
        )
        for pupil in one.pupils
    ]
    draw_list(sheet, _COLUMNS, lines, Running(f"Daftar murid yang direkam  Kelas {name}", paper.school), tail=12 * mm)
    sheet.y -= 2 * mm
    draw_note(sheet, "Centang KK dan akta bila fotokopinya dibawa, hadir bila murid ada, rekam bila selesai.")
