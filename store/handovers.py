"""Step 8: the cards of one school handed over together, marked one by one, signed by both sides, then never changed.

A batch gathers every valid card of the school that was printed and not given yet; who was absent and what was returned
comes back in the next one. A signature belongs to one exact list: marking another card makes it void.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from store import documents, journal, standing
from store.handover_batch import Blocker as Blocker
from store.handover_batch import BlockerKind as BlockerKind
from store.handover_batch import HandoverReason as HandoverReason
from store.handover_batch import HandoverRefusedError as HandoverRefusedError
from store.handover_batch import HandoverSheet as HandoverSheet
from store.handover_batch import HandoverState as HandoverState
from store.handover_batch import LineView as LineView
from store.handover_batch import MarkCounts as MarkCounts
from store.handover_batch import Party as Party
from store.handover_batch import SheetRow as SheetRow
from store.handover_batch import SignatureView as SignatureView
from store.handover_batch import blockers as blockers
from store.handover_batch import digest_of, handover_row, lines_of
from store.handover_batch import list_blockers as list_blockers
from store.handover_batch import sheet as sheet
from store.handover_batch import state as state
from store.models.cards import (
    Card,
    CardState,
    DocumentKind,
    DocumentMade,
    Handover,
    HandoverLine,
    HandoverSignature,
)
from store.models.cards import HandoverStage as HandoverStage
from store.models.cards import Mark as Mark
from store.models.cards import PartyRole as PartyRole
from store.models.people import School
from store.progress import PupilState
from store.roster.text import clean
from store.transaction import OfficerRole, Transaction

NUMBER_PATTERN = "400.12.2/{number:04d}/DUKCAPIL/{year}"
"""The shipped pattern of Balangan; an office's letterhead settings replace it."""


def open_batch(tx: Transaction, school: uuid.UUID, visit: uuid.UUID | None = None) -> HandoverState:
    """Return the school's open batch, or begin the next; cards printed since are gathered either way.

    Raises HandoverRefusedError UNKNOWN for a school nobody knows. A batch without a card is shown, and blocked.
    """
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    if School.get_or_none(School.id == school) is None:
        raise HandoverRefusedError(HandoverReason.UNKNOWN)
    row = Handover.get_or_none((Handover.school == school) & (Handover.stage == HandoverStage.OPEN))
    if row is None:
        before = Handover.select(Handover).where(Handover.school == school).order_by(Handover.ordinal.desc()).first()
        row = Handover.create(
            school=school,
            visit=visit,
            ordinal=1 if before is None else before.ordinal + 1,
            opened_at=tx.now(),
            opened_by=tx.officer,
            # The same person usually receives again.
            receiver_name="" if before is None else before.receiver_name,
            receiver_nip="" if before is None else before.receiver_nip,
            receiver_post="" if before is None else before.receiver_post,
            receiver_phone="" if before is None else before.receiver_phone,
        )
        tx.note("handover.opened", row.id, school=school.hex, ordinal=row.ordinal)
    _gather(row)
    return state(tx, row.id)


def open_batches(tx: Transaction) -> tuple[uuid.UUID, ...]:
    """Return the open batches of all schools, oldest first."""
    del tx
    rows = Handover.select(Handover.id).where(Handover.stage == HandoverStage.OPEN).order_by(Handover.id)
    return tuple(row.id for row in rows)


@dataclass(frozen=True)
class Batch:
    """One handover of a school: its first, second, ..."""

    handover: uuid.UUID
    ordinal: int


def of_school(tx: Transaction, school: uuid.UUID) -> tuple[Batch, ...]:
    """Return a school's batches, the open one too, in their order."""
    del tx
    rows: Any = Handover.select().where(Handover.school == school).order_by(Handover.ordinal)
    return tuple(Batch(row.id, row.ordinal) for row in rows)


def agrees(tx: Transaction, handover: uuid.UUID) -> bool:
    """Return whether a closed batch's list is the one the journal saw closed, and its printed head is in the chain."""
    row = handover_row(handover)
    closed = [line for line in _history(tx, handover) if line.event == "handover.closed"]
    if row.stage is not HandoverStage.CLOSED or len(closed) != 1:
        return False
    seen = (closed[0].facts.get("number"), closed[0].facts.get("list"))
    return seen == (row.number, digest_of(row, lines_of(row))) and journal.holds(tx, row.journal_head)


def _history(tx: Transaction, handover: uuid.UUID) -> list[journal.Entry]:
    lines: list[journal.Entry] = []
    while page := journal.history(tx, handover, lines[-1].seq if lines else None):
        lines += page
    return lines


def without_paper(tx: Transaction, school: uuid.UUID) -> uuid.UUID | None:
    """Return a closed batch whose minutes were not kept, as after a power cut between the two; None mostly."""
    del tx
    kept = DocumentMade.select(DocumentMade.subject).where(
        (DocumentMade.kind == DocumentKind.HANDOVER) & (DocumentMade.number != "")
    )
    closed = (Handover.school == school) & (Handover.stage == HandoverStage.CLOSED)
    return Handover.select(Handover.id).where(closed & Handover.id.not_in(kept)).order_by(Handover.id).scalar()


def mark(tx: Transaction, handover: uuid.UUID, card: uuid.UUID, value: Mark | None, reason: str = "") -> HandoverState:
    """Mark one card, or take its mark back with None; a returned card needs its reason.

    Raises HandoverRefusedError REASON_NEEDED, NOT_IN_BATCH, CLOSED or UNKNOWN.
    """
    row = _open(tx, handover)
    if value is Mark.RETURNED and not clean(reason):
        raise HandoverRefusedError(HandoverReason.REASON_NEEDED)
    changed = (
        HandoverLine.update(mark=value, reason=clean(reason)[:200])
        .where((HandoverLine.handover == row.id) & (HandoverLine.card == card))
        .execute()
    )
    if not changed:
        raise HandoverRefusedError(HandoverReason.NOT_IN_BATCH)
    tx.note("handover.marked", row.id, card=card.hex, mark=None if value is None else value.value)
    return state(tx, row.id)


def give_all(tx: Transaction, handover: uuid.UUID, number: int) -> HandoverState:
    """Mark every unmarked card as given, when exactly `number` are unmarked.

    Raises HandoverRefusedError COUNT_DIFFERS with the real number, CLOSED or UNKNOWN.
    """
    row = _open(tx, handover)
    unmarked = (HandoverLine.handover == row.id) & HandoverLine.mark.is_null()
    waiting = HandoverLine.select().where(unmarked).count()
    if waiting != number or not number:
        raise HandoverRefusedError(HandoverReason.COUNT_DIFFERS, number=waiting)
    HandoverLine.update(mark=Mark.GIVEN, reason="").where(unmarked).execute()
    tx.note("handover.all_given", row.id, number=number)
    return state(tx, row.id)


def set_parties(
    tx: Transaction, handover: uuid.UUID, *, office: Party | None = None, receiver: Party | None = None
) -> HandoverState:
    """Say who hands over and who receives; raises HandoverRefusedError CLOSED or UNKNOWN."""
    row = _open(tx, handover)
    if office is not None:
        row.office_name, row.office_nip, row.office_post, row.office_address = _words(
            office.name, office.nip, office.post, office.address
        )
    if receiver is not None:
        row.receiver_name, row.receiver_nip, row.receiver_post, row.receiver_phone = _words(
            receiver.name, receiver.nip, receiver.post, receiver.phone
        )
    row.save()
    tx.note("handover.parties_set", row.id)
    return state(tx, row.id)


def sign(
    tx: Transaction, handover: uuid.UUID, party: PartyRole, image: bytes | None = None, wet_reason: str = ""
) -> HandoverState:
    """Keep a party's signature under the list as it is: strokes from the pad, or the reason for wet ink on paper.

    Raises HandoverRefusedError: BLOCKED while the list itself is, REASON_NEEDED when there is neither, CLOSED, UNKNOWN.
    """
    row = _open(tx, handover)
    if found := list_blockers(tx, handover):
        raise HandoverRefusedError(HandoverReason.BLOCKED, found)
    if not image and not clean(wet_reason):
        raise HandoverRefusedError(HandoverReason.REASON_NEEDED)
    unsign(tx, handover, party)
    HandoverSignature.create(
        handover=row.id,
        party=party,
        image=image or None,
        wet_reason="" if image else clean(wet_reason)[:200],
        list_digest=digest_of(row, lines_of(row)),
        at=tx.now(),
    )
    tx.note("handover.signed", row.id, party=party.value, wet=not image)
    return state(tx, row.id)


def unsign(tx: Transaction, handover: uuid.UUID, party: PartyRole) -> HandoverState:
    """Wipe a party's signature, to sign again; raises HandoverRefusedError CLOSED or UNKNOWN."""
    row = _open(tx, handover)
    gone = (
        HandoverSignature.delete()
        .where((HandoverSignature.handover == row.id) & (HandoverSignature.party == party))
        .execute()
    )
    if gone:
        tx.note("handover.unsigned", row.id, party=party.value)
    return state(tx, row.id)


def close(tx: Transaction, handover: uuid.UUID, pattern: str = NUMBER_PATTERN) -> HandoverSheet:
    """End the batch: given cards are the school's, their pupils are done, and nothing in it changes any more.

    `pattern` gets `number` of the year's register and `year`. Raises HandoverRefusedError BLOCKED, CLOSED or UNKNOWN.
    """
    row = _open(tx, handover)
    _drop_replaced(row)
    if found := blockers(tx, handover):
        raise HandoverRefusedError(HandoverReason.BLOCKED, found)
    for line in lines_of(row):
        if line.mark is Mark.GIVEN:
            Card.update(handed_over_at=tx.now()).where(Card.id == line.card_id).execute()
            standing.move(tx, line.card.pupil_id, PupilState.DONE, "pupil.card_given", card=line.card_id.hex)
    number = documents.next_number(tx, documents.LETTERS, pattern)
    tx.note("handover.closed", row.id, number=number, list=digest_of(row, lines_of(row)))
    row.stage, row.closed_at, row.day, row.number = HandoverStage.CLOSED, tx.now(), tx.today(), number
    row.journal_head = journal.head(tx).short
    row.save()
    return sheet(tx, handover)


def _words(*words: str) -> list[str]:
    """Return what was typed as the columns hold it."""
    return [clean(word)[:120] for word in words]


def _gather(row: Any) -> None:
    """Take in the school's cards that nobody has yet, and leave out those that were replaced meanwhile."""
    _drop_replaced(row)
    here = HandoverLine.select(HandoverLine.card).where(HandoverLine.handover == row.id)
    waiting = Card.select(Card.id).where(
        (Card.school == row.school_id)
        & (Card.state == CardState.VALID)
        & Card.handed_over_at.is_null()
        & Card.id.not_in(here)
    )
    for card in list(waiting):
        HandoverLine.create(handover=row.id, card=card.id)


def _drop_replaced(row: Any) -> None:
    replaced = Card.select(Card.id).where((Card.school == row.school_id) & (Card.state != CardState.VALID))
    HandoverLine.delete().where((HandoverLine.handover == row.id) & HandoverLine.card.in_(replaced)).execute()


def _open(tx: Transaction, handover: uuid.UUID) -> Any:
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    row = handover_row(handover)
    if row.stage is not HandoverStage.OPEN:
        raise HandoverRefusedError(HandoverReason.CLOSED)
    return row
