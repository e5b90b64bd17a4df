"""The lists of step 7 from what the store says: who waits, and whose card may be printed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from store import card_queue
from store.card_queue import QueueRow, View
from store.documents import DocumentKind
from tui.paper_desk import Missing, Paper, PaperMissing

if TYPE_CHECKING:
    from reports.layout import Letterhead, Signer
    from reports.page import PaperSize
    from reports.print_list import PrintListPaper
    from reports.waiting_list import WaitingListPaper
    from store.rules import CardGate
    from store.transaction import Transaction
    from tui.paper_desk import PaperDesk

_PAGE = 200


@dataclass(frozen=True, repr=False)
class SchoolQueue:
    """One school's part of the queue, with what each gate says."""

    school: str
    day: date
    rows: tuple[tuple[QueueRow, CardGate], ...]


def lists_of(school: uuid.UUID) -> tuple[Callable[[PaperDesk], Paper], ...]:
    """Return how a school's two lists are prepared: who waits, and whose card may be printed."""
    return tuple(
        partial(list_paper, school=school, kind=kind) for kind in (DocumentKind.WAITING_LIST, DocumentKind.PRINT_LIST)
    )


def list_paper(desk: PaperDesk, school: uuid.UUID, kind: DocumentKind) -> Paper:
    """Return a school's waiting list or print list; raises PaperMissing where nobody would be on it."""
    queue = queue_of(desk.tx, school, kind)
    if not queue.rows:
        raise PaperMissing(Missing.NOBODY)
    signers = desk.signers("Operator pencetakan")
    draw = partial(draw_list, queue, kind, desk.letterhead, desk.size, signers, training=desk.training)
    return Paper(kind, school, list_name(queue, kind), f"{queue.day.isoformat()} {queue.school}", "", draw)


def list_name(queue: SchoolQueue, kind: DocumentKind) -> str:
    """Return what a list's file is called."""
    name = "Daftar Tunggu" if kind is DocumentKind.WAITING_LIST else "Daftar Cetak"
    return f"{name} {queue.day.isoformat()} {queue.school}"


def draw_list(
    queue: SchoolQueue,
    kind: DocumentKind,
    letterhead: Letterhead,
    size: PaperSize,
    signers: tuple[Signer, ...],
    *,
    training: bool,
) -> bytes:
    """Draw a school's waiting list or print list; raises PaperRefused when nobody is on it."""
    from reports import print_list, waiting_list

    if kind is DocumentKind.WAITING_LIST:
        return waiting_list.draw(_waiting(queue), letterhead, size=size, training=training)
    return print_list.draw(_printing(queue, signers), letterhead, size=size, training=training)


def _waiting(queue: SchoolQueue) -> WaitingListPaper:
    from reports.waiting_list import WaitingLine, WaitingListPaper

    lines = tuple(
        WaitingLine(
            name=row.name,
            nik=row.nik,
            class_name=row.class_name,
            birth_date=row.birth_date,
            turns_17=gate.turns_17,
            status=row.status_code,
            status_day=row.status_day,
            holds=gate.holds,
            held=row.held,
        )
        for row, gate in queue.rows
    )
    return WaitingListPaper(queue.school, queue.day, lines)


def _printing(queue: SchoolQueue, signers: tuple[Signer, ...]) -> PrintListPaper:
    from reports.print_list import PrintLine, PrintListPaper

    lines = tuple(
        PrintLine(
            name=row.name,
            nik=row.nik or "",
            sex="" if row.sex is None else row.sex.value,
            birth_place=row.birth_place,
            birth_date=row.birth_date,
            class_name=row.class_name,
            turned_17=gate.turns_17,
            print_ready_day=row.status_day,
        )
        for row, gate in queue.rows
    )
    return PrintListPaper(queue.school, queue.day, lines, signers)


def queue_of(tx: Transaction, school: uuid.UUID, kind: DocumentKind) -> SchoolQueue:
    """Read a school's part of the queue: who waits for the waiting list, whose card may be printed for the other.

    Whom an officer holds back waits, though the gate is open.
    """
    waiting = kind is DocumentKind.WAITING_LIST
    views = (View.READY, View.AGE, View.CENTRE, View.OFFICE) if waiting else (View.READY,)
    rows: list[QueueRow] = []
    anchor = None
    while page := card_queue.window(tx, views, anchor, _PAGE, school=school):
        rows += (row for row in page if (row.held != "" or row.cursor.view is not View.READY) is waiting)
        anchor = page[-1].cursor
    name = rows[0].school if rows else ""
    return SchoolQueue(name, tx.today(), tuple((row, card_queue.gate(tx, row.pupil)) for row in rows))
