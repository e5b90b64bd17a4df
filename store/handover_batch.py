"""A handover as it is read: the list with its marks, who signed, what is in the way, the papers' contents."""

from __future__ import annotations

import enum
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from store.models.cards import (
    UNRESOLVED,
    Card,
    Handover,
    HandoverLine,
    HandoverSignature,
    HandoverStage,
    Mark,
    PartyRole,
    PrintJob,
)
from store.models.people import Person, Pupil, Visit
from store.progress import Sex, class_key
from store.transaction import OfficerRole, Transaction


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


def state(tx: Transaction, handover: uuid.UUID) -> HandoverState:
    """Return a batch, open or closed; raises HandoverRefusedError UNKNOWN."""
    del tx
    row = handover_row(handover)
    lines = lines_of(row)
    digest = digest_of(row, lines)
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


def sheet(tx: Transaction, handover: uuid.UUID) -> HandoverSheet:
    """Return what the papers show; of an open batch as a draft without number, only marked cards."""
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    row = handover_row(handover)
    held = state(tx, handover)
    lines = lines_of(row)

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


def lines_of(row: Any) -> Sequence[Any]:
    """Return a batch's cards with their people, by class and then by name."""
    lines = (
        HandoverLine.select(HandoverLine, Card, Person, Pupil)
        .join(Card)
        .join(Person)
        .switch(Card)
        .join(Pupil)
        .where(HandoverLine.handover == row.id)
    )
    return sorted(lines, key=lambda line: (class_key(line.card.pupil.class_name), line.card.person.name, line.card_id))


def digest_of(row: Any, lines: Sequence[Any]) -> str:
    """Return what a signature stands under: both parties, and each card with its mark and reason.

    In the order of the cards' keys, which nothing changes: a name or class that is corrected later moves a pupil on the
    screen, and must not void what was signed.
    """
    digest = hashlib.sha256()
    parties = (row.office_name, row.office_nip, row.receiver_name, row.receiver_nip, row.receiver_post)
    by_card = sorted(lines, key=lambda line: line.card_id)
    marks = ((line.card.serial, "" if line.mark is None else line.mark.value, line.reason) for line in by_card)
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


def handover_row(handover: uuid.UUID) -> Any:
    """Return the batch's row, for functions of this package only; raises HandoverRefusedError UNKNOWN."""
    row = Handover.get_or_none(Handover.id == handover)
    if row is None:
        raise HandoverRefusedError(HandoverReason.UNKNOWN)
    return row
