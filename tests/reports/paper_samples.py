"""Invented papers of every kind, and what a machine reads in them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import pytest

from reports import (
    absentees,
    destruction,
    equipment,
    faults,
    handover,
    print_list,
    proof,
    schedule,
    siak_update,
    stock_card,
    summary,
    to_record,
    waiting_list,
)
from reports.layout import BALANGAN, Letterhead, Signer
from reports.page import PaperSize
from store.equipment import Readiness, WaiveReason
from store.procedure import EQUIPMENT
from store.rules import Cloth, Hold
from store.stock import Movement, SpoilReason, StockKind

DAY = date(2026, 11, 23)
SCHOOL = "SMA Contoh 1 Paringin"
OFFICE = Signer("Hj. Mariani, S.Sos.", "Kepala Bidang Pelayanan Pendaftaran Penduduk", "197203051996032904")
HEAD = Signer("Dra. Hj. Norhasanah, M.Pd.", "Kepala SMA Contoh 1 Paringin", "196908171994032905")

peers = pytest.mark.peer("pdftotext", "pdftoppm", "qpdf", "pdffonts")


def nik(number: int) -> str:
    return f"63110612110{9000 + number:05}"


def recipient(number: int, name: str = "") -> handover.Recipient:
    return handover.Recipient(
        name or f"MURID KE{number:04}",
        nik(number),
        "PARINGIN SELATAN",
        date(2009, 11, 11),
        "P" if number % 2 else "L",
        "XII IPA 1",
        f"A{number:07}",
    )


def minutes(*recipients: handover.Recipient, **changes: object) -> handover.HandoverPaper:
    paper = handover.HandoverPaper(
        "400.12.2/0147/DUKCAPIL/2026",
        DAY,
        SCHOOL,
        f"{SCHOOL}, Paringin",
        handover.Party(OFFICE.name, OFFICE.nip, "Operator Pelayanan KTP-el", "Paringin"),
        handover.Party(HEAD.name, HEAD.nip, HEAD.post, "Jalan A. Yani"),
        recipients,
        journal_head="c0ffee" * 10,
    )
    return replace(paper, **changes)


def text_of(paper: bytes, folder: Path, *options: str) -> str:
    file = folder / "paper.pdf"
    file.write_bytes(paper)
    answer = subprocess.run(["pdftotext", *options, str(file), "-"], capture_output=True, check=True)
    return answer.stdout.decode()


def pages_of(paper: bytes, folder: Path) -> list[str]:
    return text_of(paper, folder, "-layout").split("\f")[:-1]


def schedule_paper(classes: int) -> schedule.SchedulePaper:
    slots = tuple(
        schedule.Slot(DAY, time(8), time(9), f"XII IPA {number}", 30, "1", "Kamarudin, S.Pd.")
        for number in range(1, classes + 1)
    )
    pause = (schedule.Slot(DAY, time(12), time(13), note="salat dan makan"),)
    officers = (schedule.FieldOfficer("Rahmawati, A.Md.", "198801172012122903", "operator perekaman"),)
    return schedule.SchedulePaper(
        "400.12.2/0133/DUKCAPIL/2026",
        SCHOOL,
        "Jalan A. Yani",
        DAY,
        None,
        "Aula",
        slots + pause,
        officers,
        4.0,
        1,
        date(2026, 11, 19),
        OFFICE,
        HEAD,
    )


def print_paper(count: int) -> print_list.PrintListPaper:
    cards = tuple(
        print_list.PrintLine(f"MURID KE{n:04}", nik(n), "L", "HALONG", date(2009, 2, 3), "XII", date(2026, 2, 3), DAY)
        for n in range(1, count + 1)
    )
    return print_list.PrintListPaper(SCHOOL, DAY, cards, (OFFICE,))


def waiting_paper(count: int) -> waiting_list.WaitingListPaper:
    lines = tuple(
        waiting_list.WaitingLine(
            f"MURID KE{n:04}",
            nik(n),
            "XII",
            date(2009, 12, 24),
            date(2026, 12, 24),
            "SENT_FOR_ENROLLMENT",
            date(2026, 11, 20),
            (Hold.NO_PRR, Hold.UNDER_AGE),
        )
        for n in range(1, count + 1)
    )
    return waiting_list.WaitingListPaper(SCHOOL, DAY, lines)


def update_paper(count: int, changes: int = 3) -> siak_update.SiakUpdatePaper:
    fields = tuple(
        siak_update.FieldChange(f"Isian {index}", f"LAMA {index}", f"BARU {index}", "akta") for index in range(changes)
    )
    people = tuple(siak_update.PupilChanges(f"MURID KE{n:04}", nik(n), fields) for n in range(1, count + 1))
    return siak_update.SiakUpdatePaper("400.12.2/0140/DUKCAPIL/2026", SCHOOL, DAY, people, (OFFICE,))


def summary_paper() -> summary.SummaryPaper:
    steps = tuple(summary.StepFigures(number, 10, 2, number * 3.5, number) for number in range(1, 9))
    classes = (summary.ClassFigures("XII IPA 1", 31, 24, 1, 2),)
    return summary.SummaryPaper(SCHOOL, DAY, 37, 4, 2, 3, 74, steps, classes, (OFFICE,))


def destruction_paper(count: int, name: str = "Hj. Mariani") -> destruction.DestructionPaper:
    blanks = tuple(
        destruction.DestroyedBlank(
            f"A{n:07}", date(2026, 11, 20), list(SpoilReason)[n % 6], "kartu tertahan di penggulung"
        )
        for n in range(1, count + 1)
    )
    witnesses = (
        Signer("Rahmawati, A.Md.", "Operator perekaman", "198801172012122903"),
        Signer(name, "Koordinator", "197902142006042901"),
    )
    officer = Signer("Fahrurrazi", "Operator pencetakan", "198801172012121903")
    return destruction.DestructionPaper("003/BA-PEMUSNAHAN/2026", DAY, "Paringin", officer, witnesses, blanks)


def stock_paper(count: int, name: str = "Fahrurrazi") -> stock_card.StockCardPaper:
    """Return a card of that many lines: a delivery, then each line one day's good cards, a few spoiled or counted."""
    came = stock_card.StockLine(
        date(2026, 1, 2), Movement.RECEIVED, 5_000, 5_000, 0, "A0100001", "A0105000", name, letter="BAST-1"
    )
    lines, left = [came][:count], 5_000
    for n in range(2, count + 1):
        left -= 2
        kind = Movement.SPOILED if n % 7 == 0 else Movement.PRINTED
        spoilt = SpoilReason.JAMMED if kind is Movement.SPOILED else None
        letter = f"BAST-{n}"
        serials = (f"A{100_000 + n * 2:07}", f"A{100_001 + n * 2:07}")
        lines.append(stock_card.StockLine(DAY, kind, 2, left, 0, *serials, name, "", letter, "", spoilt))
    blank = stock_card.Card(StockKind.BLANK, 0, 5_000, 5_000 - left, 0, 0, left, tuple(lines))
    nothing = stock_card.Card(StockKind.FILM, 0, 0, 0, 0, 0, 0, ())
    return stock_card.StockCardPaper("Laptop BLG-02", DAY, (blank, nothing), (OFFICE,))


def equipment_paper(name: str = "Rahmawati") -> equipment.EquipmentPaper:
    at = datetime(2026, 11, 23, 7, 50)  # noqa: DTZ001 - the school's own time, as it is printed
    ways = [way for way in Readiness if way is not Readiness.CLOTHS]
    lines = [
        equipment.KitLine(line.letter, line.words, ways[n % 6], "C920", None, None, at, name)
        for n, line in enumerate(EQUIPMENT)
    ]
    lines[5] = replace(lines[5], readiness=Readiness.CLOTHS, cloths=(True, False))
    lines[6] = replace(lines[6], readiness=Readiness.WAIVED, waived=WaiveReason.NO_POWER, detail="genset rusak")
    lines[7] = replace(lines[7], readiness=None, detail="", at=None, officer="")
    return equipment.EquipmentPaper(SCHOOL, DAY, tuple(lines), True, 120, at, DAY, (OFFICE,))


def to_record_paper(count: int) -> to_record.ToRecordPaper:
    """Return that many pupils in classes of at most thirty, and a class in which nobody waits."""
    pupils = tuple(
        to_record.PupilLine(
            n, f"MURID KE{n:04}", nik(n)[-4:], date(2009, 5, 12), Cloth.RED, n % 2 == 0, False, ("kembar", "nama sama")
        )
        for n in range(1, count + 1)
    )
    parts = [pupils[first : first + 30] for first in range(0, count, 30)]
    classes = [
        to_record.ClassList(f"XII IPA {n}", part, "08.00 – 10.05, meja 1", "Kamarudin, S.Pd.")
        for n, part in enumerate(parts, 1)
    ]
    return to_record.ToRecordPaper(SCHOOL, DAY, DAY, (*classes, to_record.ClassList("XII IPS 9", ())))


def absentees_paper(count: int) -> absentees.AbsenteesPaper:
    pupils = tuple(
        absentees.AbsentLine(
            f"MURID KE{n:04}", nik(n)[-4:], "XII IPA 2", date(2009, 5, 12), 3 + n % 4, True, n % 2 == 0
        )
        for n in range(1, count + 1)
    )
    return absentees.AbsenteesPaper(SCHOOL, DAY, date(2026, 11, 30), 16, pupils, DAY, (HEAD, OFFICE))


def faults_paper(count: int, name: str = "Rahmawati") -> faults.FaultsPaper:
    at = datetime(2026, 11, 23, 9, 12)  # noqa: DTZ001 - the school's own time, as it is printed
    lines = tuple(
        faults.FaultLine(at, "Pemindai iris", "IriShield", f"SN{n:04}", "terputus", "dua iris", name)
        for n in range(1, count + 1)
    )
    return faults.FaultsPaper(SCHOOL, DAY, lines, DAY, (OFFICE,))


def proof_paper(name: str = "NORHAYATI") -> proof.ProofPaper:
    return proof.ProofPaper(
        "BR-0033",
        name,
        nik(1),
        "PARINGIN",
        date(2010, 1, 5),
        "XII IPA 1",
        SCHOOL,
        datetime(2026, 11, 23, 11, 4),  # noqa: DTZ001 - the school's own time, as it is printed
        9,
        2,
        True,
        date(2027, 1, 5),
        OFFICE,
        ("telunjuk kiri: dibalut",),
    )


P = TypeVar("P", bound=Any)


def with_name(paper: P, rows: str, name: str) -> P:
    """Return the paper with that name in its first row."""
    first, *others = getattr(paper, rows)
    return replace(paper, **{rows: (replace(first, name=name), *others)})


class Sample:
    """A kind of paper that can be drawn with as many rows as asked for."""

    def __init__(self, draw: Callable[..., bytes], paper: Callable[[int], object]) -> None:
        self._draw = draw
        self._paper = paper

    def __call__(
        self, count: int, training: bool, letterhead: Letterhead = BALANGAN, size: PaperSize | None = None
    ) -> bytes:
        options = {} if size is None else {"size": size}
        return self._draw(self._paper(count), letterhead, training=training, **options)


EVERY_LIST = {
    "handover": Sample(handover.draw, lambda count: minutes(*map(recipient, range(1, count + 1)))),
    "print_list": Sample(print_list.draw, print_paper),
    "waiting_list": Sample(waiting_list.draw, waiting_paper),
    "siak_updates": Sample(siak_update.draw, update_paper),
    "to_record": Sample(to_record.draw, to_record_paper),
    "absentees": Sample(absentees.draw, absentees_paper),
    "faults": Sample(faults.draw, faults_paper),
    "destruction": Sample(destruction.draw, destruction_paper),
    "stock_card": Sample(stock_card.draw, stock_paper),
}

ROW = {"destruction": r"\bA(\d{7})\b", "stock_card": r"\bBAST-(\d+)\b", "faults": r"\bSN(\d{4})\b"}
"""What tells a row's number where the rows are not pupils."""

OTHERS = {
    "equipment": Sample(equipment.draw, lambda count: equipment_paper()),
    "schedule": Sample(schedule.draw, lambda count: schedule_paper(4)),
    "summary": Sample(summary.draw, lambda count: summary_paper()),
    "proof": Sample(proof.draw, lambda count: proof_paper()),
}
EVERY_PAPER = EVERY_LIST | OTHERS

NAMED: dict[str, Callable[[str], bytes]] = {
    "handover": lambda name: handover.draw(minutes(recipient(1, name)), BALANGAN),
    "proof": lambda name: proof.draw(proof_paper(name), BALANGAN),
    "destruction": lambda name: destruction.draw(destruction_paper(1, name), BALANGAN),
    "waiting_list": lambda name: waiting_list.draw(with_name(waiting_paper(1), "pupils", name), BALANGAN),
    "print_list": lambda name: print_list.draw(with_name(print_paper(1), "cards", name), BALANGAN),
    "siak_updates": lambda name: siak_update.draw(with_name(update_paper(1), "pupils", name), BALANGAN),
    "absentees": lambda name: absentees.draw(with_name(absentees_paper(1), "pupils", name), BALANGAN),
    "to_record": lambda name: to_record.draw(
        replace(to_record_paper(1), classes=(with_name(to_record_paper(1).classes[0], "pupils", name),)), BALANGAN
    ),
    "schedule": lambda name: schedule.draw(
        replace(schedule_paper(1), office_signer=Signer(name, "Koordinator")), BALANGAN
    ),
    "summary": lambda name: summary.draw(replace(summary_paper(), signers=(Signer(name, "Petugas"),)), BALANGAN),
    "equipment": lambda name: equipment.draw(equipment_paper(name), BALANGAN),
    "faults": lambda name: faults.draw(faults_paper(1, name), BALANGAN),
    "stock_card": lambda name: stock_card.draw(stock_paper(1, name), BALANGAN),
}
"""Papers on which somebody has that name."""


def rows_of(kind: str, text: str) -> list[int]:
    """Return the numbers of the rows in the order they are read."""
    return [int(found) for found in re.findall(ROW.get(kind, r"MURID KE(\d{4})"), text)]


MILLIMETRE = 72 / 25.4


def assert_inside(paper: bytes, folder: Path) -> int:
    """Check that every word stands inside its page's margins, foot included, and return how many there are."""
    (folder / "paper.pdf").write_bytes(paper)
    answer = subprocess.run(
        ["pdftotext", "-bbox", str(folder / "paper.pdf"), "-"], check=True, capture_output=True, text=True
    )
    seen = 0
    width = height = 0.0
    for line in answer.stdout.splitlines():
        numbers = [float(value) for value in re.findall(r'="([-\d.]+)"', line)]
        if "<page" in line:
            width, height = numbers
        elif "<word" in line:
            seen += 1
            left, top, right, bottom = numbers
            assert left >= 21.5 * MILLIMETRE, line
            assert right <= width - 17.5 * MILLIMETRE, line
            assert 8 * MILLIMETRE <= top < bottom <= height - 4 * MILLIMETRE, line
    return seen
