"""Every kind of paper there is, from what the store says, for whoever asks without the application."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from typing import TYPE_CHECKING

from store import handovers, officers, recordings, visits
from store.documents import DocumentKind
from tui import (
    card_papers,
    day_board,
    figures,
    handover_paper,
    kit_papers,
    proof_paper,
    pupil_papers,
    schedule_paper,
    siak_paper,
    stock_papers,
    summary_paper,
)
from tui.paper_desk import Missing, Paper, PaperDesk, PaperMissing, chosen_of, shelf_of

if TYPE_CHECKING:
    from store.visits import VisitDetail


@dataclass(frozen=True)
class VisitDesk(PaperDesk):
    """The desk of one visit; `which` is the one of several papers of a kind, by its number."""

    visit: VisitDetail
    which: int | None = None

    @property
    def shelf(self) -> str:
        """The folder of the visit's papers."""
        return shelf_of(self.visit)


def prepare(desk: PaperDesk, kind: DocumentKind, visit: uuid.UUID, which: int | None = None) -> Paper:
    """Read what a paper of the visit shows, or of the laptop's stock, which is the same at every visit.

    Raises PaperMissing, UnknownVisitError, and NotAllowedError where the officer lacks the role for the paper.
    """
    detail = visits.get(desk.tx, visit)
    return KINDS[kind](VisitDesk(desk.tx, desk.settings, desk.officer, desk.training, detail, which))


def _schedule(desk: VisitDesk) -> Paper:
    from reports import schedule
    from store.schedule import Hours, clock_time

    tx, visit = desk.tx, desk.visit
    slots = visits.schedule_of(tx, visit.visit)
    if not slots:
        raise PaperMissing(Missing.NOT_FIXED)
    number = schedule_paper.number_of(tx, visit.visit, desk.settings.document_number)
    paper = schedule_paper.paper_of(
        visit.plan,
        slots,
        Hours(start=clock_time(visit.plan.start)),
        officers.everybody(tx),
        number=number,
        version=visit.schedule_version,
        draft=False,
        dated=tx.today(),
    )
    draw = partial(schedule.draw, paper, desk.letterhead, size=desk.size, training=desk.training)
    return Paper(DocumentKind.SCHEDULE, visit.visit, schedule_paper.TITLE, desk.shelf, number, draw)


def _siak_updates(desk: VisitDesk) -> Paper:
    from reports import siak_update as report

    visit = desk.visit.visit
    signers = desk.signers("Operator perekaman")
    paper = siak_paper.paper_of(desk.tx, visit, signers, desk.settings.siak_list_number)
    if not paper.pupils:
        raise PaperMissing(Missing.NO_CHANGES)
    draw = partial(report.draw, paper, desk.letterhead, size=desk.size, training=desk.training)
    return Paper(DocumentKind.SIAK_UPDATES, visit, siak_paper.NAME, desk.shelf, paper.number, draw)


def _summary(desk: VisitDesk) -> Paper:
    plan = desk.visit.plan
    midnight = datetime.combine(plan.day, time(), figures.ZONES[desk.settings.zone]).astimezone(UTC)
    held = day_board.read(desk.tx, desk.visit.visit, day_board.View.VISIT, midnight)
    signers = desk.signers("Petugas")
    draw = partial(
        summary_paper.draw,
        held,
        plan.school.name,
        plan.day,
        desk.letterhead,
        desk.size,
        signers,
        training=desk.training,
    )
    name = f"Ringkasan {plan.day.isoformat()}"
    return Paper(DocumentKind.SUMMARY, desk.visit.visit, name, desk.shelf, "", draw)


def _proof(desk: VisitDesk) -> Paper:
    proofs = {proof.number: proof for proof in recordings.proofs(desk.tx, desk.visit.visit)}
    chosen = proofs[chosen_of(desk.which, tuple(proofs), Missing.NO_PROOF)]
    return proof_paper.of_pupil(desk, chosen.pupil)


def _queue_list(kind: DocumentKind, desk: VisitDesk) -> Paper:
    return card_papers.list_paper(desk, desk.visit.school_id, kind)


def _handover(desk: VisitDesk) -> Paper:
    batches = {batch.ordinal: batch for batch in handovers.of_school(desk.tx, desk.visit.school_id)}
    chosen = batches[chosen_of(desk.which, tuple(batches), Missing.NO_HANDOVER)]
    return handover_paper.prepare_given(desk, chosen.handover)


def _equipment(desk: VisitDesk) -> Paper:
    return kit_papers.checklist(desk, desk.visit)


def _faults(desk: VisitDesk) -> Paper:
    return kit_papers.fault_log(desk, desk.visit)


def _to_record(desk: VisitDesk) -> Paper:
    return pupil_papers.to_record(desk, desk.visit)


def _absentees(desk: VisitDesk) -> Paper:
    return pupil_papers.absentees(desk, desk.visit)


def _destruction(desk: VisitDesk) -> Paper:
    return stock_papers.destruction_minutes(desk, desk.which)


def _stock_card(desk: VisitDesk) -> Paper:
    return stock_papers.stock_card(desk)


KINDS: Mapping[DocumentKind, Callable[[VisitDesk], Paper]] = {
    DocumentKind.SCHEDULE: _schedule,
    DocumentKind.EQUIPMENT: _equipment,
    DocumentKind.FAULTS: _faults,
    DocumentKind.TO_RECORD: _to_record,
    DocumentKind.ABSENTEES: _absentees,
    DocumentKind.SIAK_UPDATES: _siak_updates,
    DocumentKind.PROOF: _proof,
    DocumentKind.PRINT_LIST: partial(_queue_list, DocumentKind.PRINT_LIST),
    DocumentKind.WAITING_LIST: partial(_queue_list, DocumentKind.WAITING_LIST),
    DocumentKind.HANDOVER: _handover,
    DocumentKind.DESTRUCTION: _destruction,
    DocumentKind.STOCK_CARD: _stock_card,
    DocumentKind.SUMMARY: _summary,
}
"""The papers there are, in the order of the steps, and how each is read."""
