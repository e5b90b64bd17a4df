"""Step 8: the cards of one school handed over together, marked one by one, signed by both sides, then never changed.

A batch gathers every valid card of the school that was printed and not given yet; who was absent and what was returned
comes back in the next one. A signature belongs to one exact list: marking another card makes it void.
"""

from __future__ import annotations

import enum
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from store import documents, journal, standing
from store.models.cards import (
    UNRESOLVED,
    Card,
    CardState,
    Handover,
    HandoverLine,
    HandoverSignature,
    PrintJob,
)
from store.models.cards import HandoverStage as HandoverStage
from store.models.cards import Mark as Mark
from store.models.cards import PartyRole as PartyRole
from store.models.people import Person, Pupil, School, Visit
from store.progress import PupilState, Sex, class_key
from store.transaction import OfficerRole, Transaction

NUMBER_PATTERN = "400.12.2/{number:04d}/DUKCAPIL/{year}"
"""The shipped pattern of Balangan; an office's letterhead settings replace it."""


class BlockerKind(enum.Enum):
    """Why a batch cannot be signed or closed yet."""

    NO_CARDS = "no_cards"
    UNMARKED = "unmarked"
    NO_RECEIVER = "no_receiver"
    NO_OFFICER = "no_officer"
    UNKNOWN_CARD = "unknown_card"  # a print job of this school is not settled
    NOTHING_GIVEN = "nothing_given"
    UNSIGNED = "unsigned"
    CHANGED = "changed"  # the list was changed after this party signed


@dataclass(frozen=True)
class Blocker:
    """One blocker; `name` is the first pupil it is about, `number` how many there are."""

    kind: BlockerKind
    number: int = 0
    party: PartyRole | None = None
    name: str = field(default="", repr=False)


class HandoverReason(enum.Enum):
    """Why step 8 refused."""

    UNKNOWN = "unknown"
    CLOSED = "closed"
    NOT_IN_BATCH = "not_in_batch"
    REASON_NEEDED = "reason_needed"
    COUNT_DIFFERS = "count_differs"
    BLOCKED = "blocked"


class HandoverRefusedError(Exception):
    """Step 8 refused and nothing changed; `blockers` say everything that is in the way."""

    def __init__(self, reason: HandoverReason, blockers: tuple[Blocker, ...] = (), number: int = 0) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.blockers = blockers
        self.number = number


@dataclass(frozen=True, repr=False)
class Party:
    """One side of the minutes: the officer with the office's address, or the receiver with a phone number."""

    name: str
    nip: str = ""
    post: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, repr=False)
class LineView:
    """One card of a batch."""

    card: uuid.UUID
    pupil: uuid.UUID
    name: str
    class_name: str
    serial: str
    mark: Mark | None
    reason: str


@dataclass(frozen=True, repr=False)
class SignatureView:
    """One signature; `stands` is false once the list was changed under it."""

    party: PartyRole
    image: bytes | None
    wet_reason: str
    at: datetime
    stands: bool


@dataclass(frozen=True)
class MarkCounts:
    """How many cards have which mark."""

    given: int
    absent: int
    returned: int
    unmarked: int


@dataclass(frozen=True, repr=False)
class HandoverState:
    """A batch as the screens of step 8 show it; lines by class, then by name."""

    id: uuid.UUID
    school: uuid.UUID
    school_name: str
    ordinal: int
    stage: HandoverStage
    opened_at: datetime
    office: Party
    receiver: Party
    lines: tuple[LineView, ...]
    signatures: tuple[SignatureView, ...]
    number: str

    @property
    def counts(self) -> MarkCounts:
        """Count the marks."""
        marks = [line.mark for line in self.lines]
        return MarkCounts(*(marks.count(mark) for mark in (Mark.GIVEN, Mark.ABSENT, Mark.RETURNED, None)))


@dataclass(frozen=True, repr=False)
class SheetRow:
    """One line of the recipient list; the NIK is whole here, because the paper is what the school signs for."""

    number: int
    nik: str
    name: str
    birth_place: str
    birth_date: date
    sex: Sex | None
    class_name: str
    serial: str
    mark: Mark
    reason: str


@dataclass(frozen=True, repr=False)
class HandoverSheet:
    """All that minutes and recipient list need; `rows` holds the given cards, the other two name who got none."""

    handover: uuid.UUID
    number: str
    ordinal: int
    moment: datetime
    day: date
    school: str
    school_address: str
    office: Party
    receiver: Party
    rows: tuple[SheetRow, ...]
    absent: tuple[SheetRow, ...]
    returned: tuple[SheetRow, ...]
    signatures: tuple[SignatureView, ...]
    journal_head: str


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


def state(tx: Transaction, handover: uuid.UUID) -> HandoverState:
    """Return a batch, open or closed; raises HandoverRefusedError UNKNOWN."""
    del tx
    row = _row(handover)
    lines = _lines(row)
    digest = _digest(row, lines)
    signatures = HandoverSignature.select().where(HandoverSignature.handover == row.id)
    return HandoverState(
        id=row.id,
        school=row.school_id,
        school_name=row.school.name,
        ordinal=row.ordinal,
        stage=row.stage,
        opened_at=row.opened_at,
        office=Party(row.office_name, row.office_nip, row.office_post, row.office_address),
        receiver=Party(row.receiver_name, row.receiver_nip, row.receiver_post, phone=row.receiver_phone),
        lines=tuple(
            LineView(
                card=line.card_id,
                pupil=line.card.pupil_id,
                name=line.card.person.name,
                class_name=line.card.pupil.class_name,
                serial=line.card.serial,
                mark=line.mark,
                reason=line.reason,
            )
            for line in lines
        ),
        signatures=tuple(_signature(one, digest) for one in sorted(signatures, key=lambda one: one.party.value)),
        number=row.number or "",
    )


def open_batches(tx: Transaction) -> tuple[uuid.UUID, ...]:
    """Return the open batches of all schools, oldest first."""
    del tx
    rows = Handover.select(Handover.id).where(Handover.stage == HandoverStage.OPEN).order_by(Handover.id)
    return tuple(row.id for row in rows)


def mark(tx: Transaction, handover: uuid.UUID, card: uuid.UUID, value: Mark | None, reason: str = "") -> HandoverState:
    """Mark one card, or take its mark back with None; a returned card needs its reason.

    Raises HandoverRefusedError REASON_NEEDED, NOT_IN_BATCH, CLOSED or UNKNOWN.
    """
    row = _open(tx, handover)
    if value is Mark.RETURNED and not reason.strip():
        raise HandoverRefusedError(HandoverReason.REASON_NEEDED)
    changed = (
        HandoverLine.update(mark=value, reason=reason.strip()[:200])
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
        row.office_name, row.office_nip = office.name.strip(), office.nip.strip()
        row.office_post, row.office_address = office.post.strip(), office.address.strip()
    if receiver is not None:
        row.receiver_name, row.receiver_nip = receiver.name.strip(), receiver.nip.strip()
        row.receiver_post, row.receiver_phone = receiver.post.strip(), receiver.phone.strip()
    row.save()
    tx.note("handover.parties_set", row.id)
    return state(tx, row.id)


def list_blockers(tx: Transaction, handover: uuid.UUID) -> tuple[Blocker, ...]:
    """Return what stands between the list and its signing."""
    held = state(tx, handover)
    blockers: list[Blocker] = []
    if not held.lines:
        blockers.append(Blocker(BlockerKind.NO_CARDS))
    unmarked = [line for line in held.lines if line.mark is None]
    if unmarked:
        blockers.append(Blocker(BlockerKind.UNMARKED, len(unmarked), name=unmarked[0].name))
    elif held.lines and not held.counts.given:
        blockers.append(Blocker(BlockerKind.NOTHING_GIVEN))
    if not held.receiver.name:
        blockers.append(Blocker(BlockerKind.NO_RECEIVER))
    if not held.office.name:
        blockers.append(Blocker(BlockerKind.NO_OFFICER))
    unclear = (
        PrintJob.select(PrintJob, Person.id, Person.name)
        .join(Pupil)
        .join(Visit)
        .switch(PrintJob)
        .join(Person)
        .where(PrintJob.state.in_(tuple(UNRESOLVED)) & (Visit.school == held.school))
        .order_by(PrintJob.noted_at)
    )
    names = [job.person.name for job in unclear]
    if names:
        blockers.append(Blocker(BlockerKind.UNKNOWN_CARD, len(names), name=names[0]))
    return tuple(blockers)


def blockers(tx: Transaction, handover: uuid.UUID) -> tuple[Blocker, ...]:
    """Return what stands between the batch and its end: the list's blockers, then the signatures'."""
    signed = {one.party: one for one in state(tx, handover).signatures}
    lacking = tuple(
        Blocker(BlockerKind.CHANGED if party in signed else BlockerKind.UNSIGNED, party=party)
        for party in PartyRole
        if party not in signed or not signed[party].stands
    )
    return list_blockers(tx, handover) + lacking


def sign(
    tx: Transaction, handover: uuid.UUID, party: PartyRole, image: bytes | None = None, wet_reason: str = ""
) -> HandoverState:
    """Keep a party's signature under the list as it is: strokes from the pad, or the reason for wet ink on paper.

    Raises HandoverRefusedError: BLOCKED while the list itself is, REASON_NEEDED when there is neither, CLOSED, UNKNOWN.
    """
    row = _open(tx, handover)
    if found := list_blockers(tx, handover):
        raise HandoverRefusedError(HandoverReason.BLOCKED, found)
    if not image and not wet_reason.strip():
        raise HandoverRefusedError(HandoverReason.REASON_NEEDED)
    unsign(tx, handover, party)
    HandoverSignature.create(
        handover=row.id,
        party=party,
        image=image or None,
        wet_reason="" if image else wet_reason.strip()[:200],
        list_digest=_digest(row, _lines(row)),
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
    for line in _lines(row):
        if line.mark is Mark.GIVEN:
            Card.update(handed_over_at=tx.now()).where(Card.id == line.card_id).execute()
            standing.move(tx, line.card.pupil_id, PupilState.DONE, "pupil.card_given", card=line.card_id.hex)
    number = documents.next_number(tx, "handover", pattern)
    tx.note("handover.closed", row.id, number=number, list=_digest(row, _lines(row)))
    row.stage, row.closed_at, row.day, row.number = HandoverStage.CLOSED, tx.now(), tx.today(), number
    row.journal_head = journal.head(tx).short
    row.save()
    return sheet(tx, handover)


def sheet(tx: Transaction, handover: uuid.UUID) -> HandoverSheet:
    """Return what the papers show; of an open batch as a draft without number, only marked cards."""
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    row = _row(handover)
    held = state(tx, handover)
    lines = _lines(row)

    def rows(mark: Mark) -> tuple[SheetRow, ...]:
        chosen = [line for line in lines if line.mark is mark]
        return tuple(_sheet_row(place, line) for place, line in enumerate(chosen, 1))

    return HandoverSheet(
        handover=row.id,
        number=held.number,
        ordinal=row.ordinal,
        moment=row.closed_at or tx.now(),
        day=row.day or tx.today(),
        school=row.school.name,
        school_address=row.school.address,
        office=held.office,
        receiver=held.receiver,
        rows=rows(Mark.GIVEN),
        absent=rows(Mark.ABSENT),
        returned=rows(Mark.RETURNED),
        signatures=held.signatures,
        journal_head=row.journal_head,
    )


def _sheet_row(place: int, line: Any) -> SheetRow:
    person = line.card.person
    return SheetRow(
        number=place,
        nik=person.nik or "",
        name=person.name,
        birth_place=person.birth_place or "",
        birth_date=person.birth_date,
        sex=person.sex,
        class_name=line.card.pupil.class_name,
        serial=line.card.serial,
        mark=line.mark,
        reason=line.reason,
    )


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


def _lines(row: Any) -> Sequence[Any]:
    lines = (
        HandoverLine.select(HandoverLine, Card, Person, Pupil)
        .join(Card)
        .join(Person)
        .switch(Card)
        .join(Pupil)
        .where(HandoverLine.handover == row.id)
    )
    return sorted(lines, key=lambda line: (class_key(line.card.pupil.class_name), line.card.person.name, line.card_id))


def _digest(row: Any, lines: Sequence[Any]) -> str:
    """Return what a signature stands under: both parties, and each card with its mark and reason."""
    digest = hashlib.sha256()
    parties = (row.office_name, row.office_nip, row.receiver_name, row.receiver_nip, row.receiver_post)
    marks = ((line.card.serial, "" if line.mark is None else line.mark.value, line.reason) for line in lines)
    for part in (*parties, *(word for entry in marks for word in entry)):
        digest.update(len(part.encode()).to_bytes(4, "big") + part.encode())
    return digest.hexdigest()


def _signature(row: Any, digest: str) -> SignatureView:
    return SignatureView(
        party=row.party,
        image=None if row.image is None else bytes(row.image),
        wet_reason=row.wet_reason,
        at=row.at,
        stands=row.list_digest == digest,
    )


def _row(handover: uuid.UUID) -> Any:
    row = Handover.get_or_none(Handover.id == handover)
    if row is None:
        raise HandoverRefusedError(HandoverReason.UNKNOWN)
    return row


def _open(tx: Transaction, handover: uuid.UUID) -> Any:
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    row = _row(handover)
    if row.stage is not HandoverStage.OPEN:
        raise HandoverRefusedError(HandoverReason.CLOSED)
    return row
