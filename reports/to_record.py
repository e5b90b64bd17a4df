"""Daftar murid yang akan direkam: for each class on a page of its own who is still waited for, and what is missing.

The teacher calls by it and ticks who came; so it bears no whole NIK.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.lib.units import mm

from reports import words
from reports.fonts import Face
from reports.layout import Letterhead, draw_facts, draw_letterhead, draw_note, draw_title
from reports.listing import Column, Line, Running, draw_list
from reports.page import Align, PaperSize, Sheet
from reports.refusal import PaperRefused, Refusal
from store.rules import Cloth

_CLOTHS = {Cloth.RED: "merah", Cloth.BLUE: "biru"}


@dataclass(frozen=True, repr=False)
class PupilLine:
    """A pupil who waits; `number` is hers on the visit's list, `remarks` what the officer has to look at."""

    number: int
    name: str
    nik_tail: str | None
    birth_date: date
    cloth: Cloth
    papers_kk: bool
    papers_certificate: bool
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class ClassList:
    """One class in the order of the queue; `turn` is when and at which desk, empty while nothing is fixed."""

    name: str
    pupils: tuple[PupilLine, ...]
    turn: str = ""
    teacher: str = ""


@dataclass(frozen=True, repr=False)
class ToRecordPaper:
    """All who are still to be recorded at one visit, by class, as it stood on `dated`."""

    school: str
    day: date
    dated: date
    classes: tuple[ClassList, ...]


_COLUMNS = (
    Column("No.", 9, Align.RIGHT),
    Column("Nama", 54),
    Column("NIK", 13, Align.CENTRE),
    Column("Lahir", 18, Align.CENTRE),
    Column("Latar", 12, Align.CENTRE),
    Column("KK", 8, Align.CENTRE),
    Column("Akta", 9, Align.CENTRE),
    Column("Keterangan", 30),
    Column("Hadir", 11, Align.CENTRE, Face.SANS),
)


def draw(
    paper: ToRecordPaper, letterhead: Letterhead, *, size: PaperSize = PaperSize.F4, training: bool = False
) -> bytes:
    """Draw the classes that somebody waits in; raises PaperRefused when nobody does."""
    classes = [one for one in paper.classes if one.pupils]
    if not classes:
        raise PaperRefused(Refusal.EMPTY_LIST)
    title = f"Murid yang akan direkam – {paper.school} – {words.short_date(paper.day)}"
    sheet = Sheet(title, size=size, training=training, foot=(title,))
    for index, one in enumerate(classes):
        if index:
            sheet.next_page()
        _draw_class(sheet, paper, one, letterhead)
    return sheet.finish()


def _draw_class(sheet: Sheet, paper: ToRecordPaper, one: ClassList, letterhead: Letterhead) -> None:
    draw_letterhead(sheet, letterhead)
    draw_title(sheet, "DAFTAR MURID YANG AKAN DIREKAM", f"KELAS {one.name or '–'}")
    draw_facts(sheet, _facts(paper, one))
    running = Running(f"Murid yang akan direkam – kelas {one.name or '–'}", paper.school)
    draw_list(sheet, _COLUMNS, _lines(one.pupils), running, tail=14 * mm)
    sheet.y -= 2 * mm
    draw_note(
        sheet,
        "KK dan akta: fotokopi sudah ada (√). Latar potret menurut tahun lahir. Murid membawa fotokopi kartu keluarga"
        " dan akta kelahiran; yang tidak hadir direkam pada kunjungan berikutnya.",
    )


def _facts(paper: ToRecordPaper, one: ClassList) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Sekolah", paper.school),
        ("Hari, tanggal", words.full_date(paper.day)),
        ("Waktu", one.turn or "–"),
        ("Guru pendamping", one.teacher or "–"),
        ("Jumlah", f"{words.count(len(one.pupils))} murid, keadaan {words.short_date(paper.dated)}"),
    ]
    return tuple(facts)


def _lines(pupils: Sequence[PupilLine]) -> list[Line]:
    return [
        Line(
            (
                str(pupil.number),
                pupil.name,
                f"··{pupil.nik_tail}" if pupil.nik_tail else "kurang",
                words.short_date(pupil.birth_date),
                _CLOTHS[pupil.cloth],
                "√" if pupil.papers_kk else "",
                "√" if pupil.papers_certificate else "",
                ", ".join(pupil.remarks),
                "□",
            )
        )
        for pupil in pupils
    ]
