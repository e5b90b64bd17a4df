"""Every kind of paper a visit can have, from what the store says, for whoever asks without the application.

What is read is read in one transaction; drawing comes after it, so that nobody at work waits for a paper.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from typing import TYPE_CHECKING

from store import handovers, officers, pupils, recordings, visits
from store.documents import DocumentKind
from tui import card_papers, day_board, figures, papers, proof_paper, schedule_paper, siak_paper, summary_paper

if TYPE_CHECKING:
    from reports.layout import Letterhead, Signer
    from reports.page import PaperSize
    from store.transaction import Transaction
    from store.visits import VisitDetail
    from tui.settings import Settings


class Missing(enum.Enum):
    """Why a visit has no such paper."""

    NOT_FIXED = "not_fixed"
    NO_CHANGES = "no_changes"
    NOBODY = "nobody"
    NO_HANDOVER = "no_handover"
    NO_PROOF = "no_proof"
    NOT_THAT_ONE = "not_that_one"
    ONE_OF_SEVERAL = "one_of_several"


class PaperMissing(Exception):
    """There is no such paper; `numbers` are those that could be asked for."""

    def __init__(self, why: Missing, numbers: tuple[int, ...] = ()) -> None:
        super().__init__(why.value)
        self.why = why
        self.numbers = numbers


@dataclass(frozen=True)
class VisitPaper:
    """A paper that can be drawn: whom it is about, what its file is called, and the number it bears."""

    kind: DocumentKind
    subject: uuid.UUID
    name: str
    shelf: str
    number: str
    draw: Callable[[], bytes]


@dataclass(frozen=True)
class _Desk:
    """What is known where the paper is asked for; `which` is the one of several, by its number."""

    tx: Transaction
    visit: VisitDetail
    settings: Settings
    officer: uuid.UUID
    which: int | None
    training: bool

    @property
    def letterhead(self) -> Letterhead:
        return papers.letterhead_of(self.settings)

    @property
    def size(self) -> PaperSize:
        from reports.page import PaperSize

        return PaperSize[self.settings.paper]

    @property
    def shelf(self) -> str:
        return f"{self.visit.plan.day.isoformat()} {self.visit.plan.school.name}"

    def signers(self, post: str) -> tuple[Signer, ...]:
        from reports.layout import Signer

        officer = officers.named(self.tx, self.officer)
        return () if officer is None else (Signer(officer.name, post, officer.nip or None),)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(figures.ZONES[self.settings.zone])


def prepare(
    tx: Transaction,
    kind: DocumentKind,
    visit: uuid.UUID,
    settings: Settings,
    officer: uuid.UUID,
    which: int | None = None,
    *,
    training: bool = False,
) -> VisitPaper:
    """Read what a paper of the visit shows; `officer` signs where one officer does.

    Raises PaperMissing, UnknownVisitError, and NotAllowedError where the officer lacks the role for the paper.
    """
    return KINDS[kind](_Desk(tx, visits.get(tx, visit), settings, officer, which, training))


def _schedule(desk: _Desk) -> VisitPaper:
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
    return VisitPaper(DocumentKind.SCHEDULE, visit.visit, schedule_paper.TITLE, desk.shelf, number, draw)


def _siak_updates(desk: _Desk) -> VisitPaper:
    from reports import siak_update as report

    visit = desk.visit.visit
    paper = siak_paper.paper_of(desk.tx, visit, desk.signers("Operator perekaman"))
    if not paper.pupils:
        raise PaperMissing(Missing.NO_CHANGES)
    draw = partial(report.draw, paper, desk.letterhead, size=desk.size, training=desk.training)
    return VisitPaper(DocumentKind.SIAK_UPDATES, visit, siak_paper.NAME, desk.shelf, paper.number, draw)


def _summary(desk: _Desk) -> VisitPaper:
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
    return VisitPaper(DocumentKind.SUMMARY, desk.visit.visit, name, desk.shelf, "", draw)


def _proof(desk: _Desk) -> VisitPaper:
    tx = desk.tx
    proofs = {proof.number: proof for proof in recordings.proofs(tx, desk.visit.visit)}
    chosen = proofs[_chosen(desk.which, tuple(proofs), Missing.NO_PROOF)]
    state = recordings.of_pupil(tx, chosen.pupil)
    assert state is not None, "a sealed recording is one that counts"
    officer = None if chosen.officer is None else officers.named(tx, chosen.officer)
    draw = partial(
        proof_paper.draw,
        pupils.detail(tx, chosen.pupil),
        state,
        desk.local(chosen.at),
        officer,
        desk.letterhead,
        training=desk.training,
    )
    number = f"{chosen.number:04d}"
    return VisitPaper(DocumentKind.PROOF, chosen.pupil, f"Bukti Perekaman {number}", desk.shelf, number, draw)


def _queue_list(kind: DocumentKind, desk: _Desk) -> VisitPaper:
    school = desk.visit.school_id
    queue = card_papers.queue_of(desk.tx, school, kind)
    if not queue.rows:
        raise PaperMissing(Missing.NOBODY)
    signers = desk.signers("Operator pencetakan")
    draw = partial(card_papers.draw_list, queue, kind, desk.letterhead, desk.size, signers, training=desk.training)
    shelf = f"{queue.day.isoformat()} {queue.school}"
    return VisitPaper(kind, school, card_papers.list_name(queue, kind), shelf, "", draw)


def _handover(desk: _Desk) -> VisitPaper:
    from reports import handover as report

    batches = {batch.ordinal: batch for batch in handovers.of_school(desk.tx, desk.visit.school_id)}
    chosen = batches[_chosen(desk.which, tuple(batches), Missing.NO_HANDOVER)]
    sheet = handovers.sheet(desk.tx, chosen.handover)
    if not sheet.rows:
        raise PaperMissing(Missing.NOBODY)
    letterhead = desk.letterhead
    paper = card_papers.minutes(sheet, letterhead.place)
    draw = partial(report.draw, paper, letterhead, size=desk.size, training=desk.training)
    shelf = f"{sheet.day.isoformat()} {sheet.school}"
    name = f"BAST {sheet.ordinal} {sheet.school}"
    return VisitPaper(DocumentKind.HANDOVER, chosen.handover, name, shelf, sheet.number or "", draw)


def _chosen(which: int | None, numbers: tuple[int, ...], none: Missing) -> int:
    """Return the number that was asked for, or the only one there is; raises PaperMissing."""
    if not numbers:
        raise PaperMissing(none)
    if which is None and len(numbers) > 1:
        raise PaperMissing(Missing.ONE_OF_SEVERAL, numbers)
    chosen = next(iter(numbers)) if which is None else which
    if chosen not in numbers:
        raise PaperMissing(Missing.NOT_THAT_ONE, numbers)
    return chosen


KINDS: Mapping[DocumentKind, Callable[[_Desk], VisitPaper]] = {
    DocumentKind.SCHEDULE: _schedule,
    DocumentKind.SIAK_UPDATES: _siak_updates,
    DocumentKind.PROOF: _proof,
    DocumentKind.PRINT_LIST: partial(_queue_list, DocumentKind.PRINT_LIST),
    DocumentKind.WAITING_LIST: partial(_queue_list, DocumentKind.WAITING_LIST),
    DocumentKind.HANDOVER: _handover,
    DocumentKind.SUMMARY: _summary,
}
"""The papers there are, in the order of the steps, and how each is read."""
