"""The papers of the queue from what the store says: who is still to be recorded, and who was absent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from store import counts, queue, visits
from store.documents import DocumentKind
from store.progress import STEP_OF, WAITING_HERE, Presence
from store.queue import Only, QueueFilter, QueueRow
from store.rules import cloth
from store.schedule import Slot
from tui.paper_desk import Missing, Paper, PaperMissing, shelf_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date

    from reports.absentees import AbsentLine
    from reports.to_record import ClassList, PupilLine
    from store.transaction import Transaction
    from store.visits import VisitDetail
    from tui.paper_desk import PaperDesk

_PAGE = 200


def to_record(desk: PaperDesk, visit: VisitDetail, class_name: str | None = None) -> Paper:
    """Return who waits for steps 3 to 6, by class, or of one class; raises PaperMissing where nobody does."""
    from reports import to_record as report

    tx = desk.tx
    slots = visits.schedule_of(tx, visit.visit)
    names = queue.classes(tx, visit.visit) if class_name is None else (class_name,)
    classes = tuple(_class_list(tx, visit.visit, name, slots, visit.plan.day) for name in names)
    if not any(one.pupils for one in classes):
        raise PaperMissing(Missing.NOBODY)
    paper = report.ToRecordPaper(visit.plan.school.name, visit.plan.day, desk.today, classes)
    draw = partial(report.draw, paper, desk.letterhead, size=desk.size, training=desk.training)
    name = "Murid yang akan Direkam" + (f" {class_name}" if class_name else "")
    return Paper(DocumentKind.TO_RECORD, visit.visit, name, shelf_of(visit), "", draw)


def _class_list(tx: Transaction, visit: uuid.UUID, name: str, slots: Sequence[Slot], day: date) -> ClassList:
    from reports.to_record import ClassList

    turns = [slot for slot in slots if slot.class_name == name]
    return ClassList(
        name=name,
        pupils=tuple(_pupil_line(row) for row in _rows(tx, visit, QueueFilter(name, WAITING_HERE))),
        turn="; ".join(_turn(slot, day) for slot in turns),
        teacher=next((slot.teacher for slot in turns if slot.teacher), ""),
    )


def _turn(slot: Slot, day: date) -> str:
    """Write when a class's turn is, with its day where it is not the visit's."""
    hours = " – ".join(f"{minutes // 60:02d}.{minutes % 60:02d}" for minutes in (slot.start, slot.end))
    other = f"{slot.day:%d-%m-%Y} " if slot.day != day else ""
    return f"{other}{hours}, meja {slot.desk}"


def _pupil_line(row: QueueRow) -> PupilLine:
    from reports.to_record import PupilLine

    marks = (
        (row.presence is Presence.ABSENT, "tidak hadir"),
        (row.twin, "kembar"),
        (row.same_name, "nama sama"),
        (row.incomplete, "data kurang"),
    )
    return PupilLine(
        number=row.number,
        name=row.name,
        nik_tail=row.nik_tail,
        birth_date=row.birth_date,
        cloth=cloth(row.birth_date),
        papers_kk=row.papers_kk,
        papers_certificate=row.papers_certificate,
        remarks=tuple(word for stands, word in marks if stands),
    )


def absentees(desk: PaperDesk, visit: VisitDetail) -> Paper:
    """Return who is marked absent and still waits; raises PaperMissing where everybody came."""
    from reports import absentees as report
    from reports.layout import Signer

    rows = [row for row in _rows(desk.tx, visit.visit, QueueFilter(only=Only.ABSENT)) if row.state in WAITING_HERE]
    if not rows:
        raise PaperMissing(Missing.NOBODY)
    plan = visit.plan
    paper = report.AbsenteesPaper(
        school=plan.school.name,
        day=plan.day,
        return_day=plan.fallback_day,
        left=counts.of_visit(desk.tx, visit.visit).left,
        pupils=tuple(_absent_line(row) for row in rows),
        dated=desk.today,
        signers=(Signer(plan.school.contact, "Kepala sekolah atau yang mewakili"), *desk.signers("Petugas lapangan")),
    )
    draw = partial(report.draw, paper, desk.letterhead, size=desk.size, training=desk.training)
    return Paper(DocumentKind.ABSENTEES, visit.visit, "Murid Tidak Hadir", shelf_of(visit), "", draw)


def _absent_line(row: QueueRow) -> AbsentLine:
    from reports.absentees import AbsentLine

    return AbsentLine(
        name=row.name,
        nik_tail=row.nik_tail,
        class_name=row.class_name,
        birth_date=row.birth_date,
        step=STEP_OF[row.state] or 3,
        papers_kk=row.papers_kk,
        papers_certificate=row.papers_certificate,
    )


def _rows(tx: Transaction, visit: uuid.UUID, wanted: QueueFilter) -> Iterator[QueueRow]:
    """Return every row of a list in the queue's order, page by page."""
    start = None
    while True:
        page = queue.page(tx, visit, wanted, start=start, limit=_PAGE)
        yield from page.rows
        if not page.more_after:
            return
        start = page.rows[-1].key
