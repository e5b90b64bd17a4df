"""Step 7: each card printed exactly once, and counted only when an officer holds it and reads its serial.

A job is a row with a token, committed as SUBMITTING before anything goes to the printer: after any crash the next start
finds it and asks what lies in the tray, and nothing is ever sent a second time by itself. Two partial unique indexes
hold the rule for whatever code comes later: one unresolved job and one valid card a person.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store import card_queue, recordings, standing, stock
from store.card_face import CardFace, Issuer, face
from store.card_refusal import CardReason as CardReason
from store.card_refusal import CardRefusedError as CardRefusedError
from store.models.cards import UNRESOLVED, Card, PrintJob
from store.models.cards import CardState as CardState
from store.models.cards import JobState as JobState
from store.models.cards import ReprintReason as ReprintReason
from store.models.people import Person
from store.models.stock import SpoilReason as SpoilReason
from store.progress import PupilState
from store.roster.text import clean
from store.transaction import OfficerRole, Transaction

PRINTED_CODE = "CARD_PRINTED"
_FIRST_GUESS = 40


@dataclass(frozen=True, repr=False)
class StartedJob:
    """A job that is committed but not sent: its token names it at the printer."""

    token: uuid.UUID
    face: CardFace
    expected_serial: str


@dataclass(frozen=True, repr=False)
class JobView:
    """One job as the card screen shows it."""

    token: uuid.UUID
    pupil: uuid.UUID
    person: uuid.UUID
    name: str
    state: JobState
    put_aside: bool
    serial: str
    detail: str
    printer_job: int | None
    noted_at: datetime
    sent_at: datetime | None
    done_at: datetime | None
    unknown_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, repr=False)
class CardView:
    """One card that exists, or existed."""

    id: uuid.UUID
    pupil: uuid.UUID
    person: uuid.UUID
    serial: str
    state: CardState
    printed_at: datetime
    handed_over_at: datetime | None
    reprint_reason: ReprintReason | None
    reprint_letter: str


def start_job(tx: Transaction, pupil: uuid.UUID, issuer: Issuer | None = None) -> StartedJob:
    """Note that a card will be sent; only what this returns may go to the printer, once.

    Raises CardRefusedError: NOT_IN_STEP, GATE, HELD, UNRESOLVED (of anybody, unless put aside; of her own always), or
    NO_STOCK with the kind, where cards put aside keep their blank.
    """
    tx.require(OfficerRole.PRINTING)
    row = standing.pupil_row(pupil)
    if row.state is not PupilState.CARD:
        raise CardRefusedError(CardReason.NOT_IN_STEP)
    gate = card_queue.gate(tx, pupil)
    if not gate.open:
        raise CardRefusedError(CardReason.GATE, holds=gate.holds, turns_17=gate.turns_17)
    if why := card_queue.held(tx, pupil):
        raise CardRefusedError(CardReason.HELD, held=why)
    aside = 0
    for job in unresolved(tx):
        if not job.put_aside or job.person == row.person_id:
            raise CardRefusedError(CardReason.UNRESOLVED, token=job.token, name=job.name)
        aside += 1
    ledger = stock.balance(tx)
    if ledger.cards_left <= aside or ledger.next_serial is None:
        raise CardRefusedError(CardReason.NO_STOCK, kind=ledger.ends_first)
    job = PrintJob.create(
        person=row.person_id, pupil=pupil, state=JobState.SUBMITTING, noted_at=tx.now(), officer=tx.officer
    )
    tx.note("card.job_noted", pupil, token=job.id.hex)
    return StartedJob(job.id, face(tx, pupil, issuer), ledger.next_serial)


def job_sent(tx: Transaction, token: uuid.UUID, printer_job: int | None = None) -> JobView:
    """Note that the printer took the job; its own id is kept for the eye only, for printers use ids again."""
    return _advance(tx, token, JobState.SENT, {JobState.SUBMITTING}, printer_job=printer_job, sent_at=tx.now())


def engine_done(tx: Transaction, token: uuid.UUID) -> JobView:
    """Note that the printer says it is done; that proves no card."""
    allowed = {JobState.SUBMITTING, JobState.SENT, JobState.UNKNOWN}
    return _advance(tx, token, JobState.ENGINE_DONE, allowed, done_at=tx.now(), put_aside=0)


def job_unknown(tx: Transaction, token: uuid.UUID, detail: str = "") -> JobView:
    """Note that nobody knows whether a card came: link lost, crash, power; it stays so until the tray was looked at."""
    allowed = set(UNRESOLVED) - {JobState.UNKNOWN}
    return _advance(tx, token, JobState.UNKNOWN, allowed, unknown_at=tx.now(), detail=clean(detail)[:200])


def put_aside(tx: Transaction, token: uuid.UUID) -> JobView:
    """Leave an unknown outcome for later, so that others may be printed; her own card stays shut."""
    return _advance(tx, token, JobState.UNKNOWN, {JobState.UNKNOWN}, put_aside=1)


def job_failed(tx: Transaction, token: uuid.UUID, detail: str) -> JobView:
    """End a job of which the printer took nothing: it refused the job or was never reached."""
    return _end(tx, _unresolved(tx, token, {JobState.SUBMITTING}), JobState.FAILED, "card.job_failed", detail=detail)


def job_withdrawn(tx: Transaction, token: uuid.UUID) -> JobView:
    """End a job that the ledger in front of the printer proves was never sent and never will be.

    The blank stays in stock and the pupil in the queue.
    """
    job = _unresolved(tx, token, {JobState.SUBMITTING, JobState.SENT, JobState.UNKNOWN})
    return _end(tx, job, JobState.FAILED, "card.job_withdrawn", detail="never sent")


def no_card_came(tx: Transaction, token: uuid.UUID) -> JobView:
    """End a job after both trays were found empty: the blank stays in stock and the pupil in the queue."""
    return _end(tx, _unresolved(tx, token, UNRESOLVED), JobState.FAILED, "card.none_came", detail="no card came")


def confirm_printed(tx: Transaction, token: uuid.UUID, serial: str, *, accept_out_of_order: bool = False) -> CardView:
    """Count the card that the officer holds, by its serial (or the last four digits of it).

    Takes a blank, a ribbon panel and a film, and hands the pupil on to step 8. Saying it again with the same serial is
    answered with the same card. Raises StockRefusedError for the serial and CardRefusedError for the job.
    """
    tx.require(OfficerRole.PRINTING)
    serial = stock.full_serial(tx, serial)
    job = _job(token)
    if job.state is JobState.PRINTED and job.serial == serial:
        return card_view(Card.get(Card.job == token))
    job = _unresolved(tx, token, UNRESOLVED)
    stock.print_blank(tx, serial, job.person_id, token, accept_out_of_order=accept_out_of_order)
    card = Card.create(
        person=job.person_id,
        pupil=job.pupil_id,
        school=job.pupil.visit.school_id,
        job=token,
        serial=serial,
        printed_at=tx.now(),
        printed_day=tx.today(),
    )
    _end(tx, job, JobState.PRINTED, "card.printed", serial=serial)
    Person.update(status_code=PRINTED_CODE, status_day=tx.today(), status_source=recordings.HERE).where(
        Person.id == job.person_id
    ).execute()
    standing.move(tx, job.pupil_id, PupilState.HANDOVER, "pupil.card_printed", card=card.id.hex)
    return card_view(card)


def spoiled(
    tx: Transaction, token: uuid.UUID, serial: str, reason: SpoilReason, witness: uuid.UUID, note: str = ""
) -> JobView:
    """End a job whose card came out useless; blank, ribbon and film are gone, and the pupil may be printed again.

    `witness` is a second officer who gave a passphrase. Raises StockRefusedError and CardRefusedError.
    """
    tx.require(OfficerRole.PRINTING)
    serial = stock.full_serial(tx, serial)
    job = _unresolved(tx, token, UNRESOLVED)
    stock.spoil_blank(tx, serial, reason, witness, note=note, person=job.person_id, job=token)
    return _end(tx, job, JobState.SPOILED, "card.spoiled", serial=serial, detail=reason.value)


def unresolved(tx: Transaction) -> tuple[JobView, ...]:
    """Return the jobs whose outcome is not settled, oldest first: what every start and the queue's head ask for."""
    del tx
    rows = (
        PrintJob.select(PrintJob, Person.id, Person.name)
        .join(Person)
        .where(PrintJob.state.in_(tuple(UNRESOLVED)))
        .order_by(PrintJob.put_aside, PrintJob.noted_at, PrintJob.id)
    )
    return tuple(_view(row) for row in rows)


def ended(tx: Transaction, tokens: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Return those of the tokens whose jobs have ended; one that is not known has not."""
    del tx
    rows = PrintJob.select(PrintJob.id).where(PrintJob.id.in_(list(tokens)), PrintJob.state.not_in(tuple(UNRESOLVED)))
    return frozenset(row.id for row in rows)


def usual_seconds(tx: Transaction) -> int:
    """Return how long the machine took for a card lately, 40 seconds before the first one."""
    del tx
    timed = PrintJob.sent_at.is_null(False) & PrintJob.done_at.is_null(False)
    rows = PrintJob.select(PrintJob.sent_at, PrintJob.done_at).where(timed).order_by(PrintJob.id.desc()).limit(10)
    spent = [(row.done_at - row.sent_at).total_seconds() for row in rows]
    return round(sum(spent) / len(spent)) if spent else _FIRST_GUESS


def job(tx: Transaction, token: uuid.UUID) -> JobView:
    """Return one job; raises CardRefusedError UNKNOWN_JOB."""
    del tx
    return _view(_job(token))


def cards_of(tx: Transaction, person: uuid.UUID) -> tuple[CardView, ...]:
    """Return every card a person ever had from here, newest first."""
    del tx
    return tuple(card_view(row) for row in Card.select().where(Card.person == person).order_by(Card.id.desc()))


def _job(token: uuid.UUID) -> Any:
    row = PrintJob.select(PrintJob, Person).join(Person).where(PrintJob.id == token).first()
    if row is None:
        raise CardRefusedError(CardReason.UNKNOWN_JOB)
    return row


def _unresolved(tx: Transaction, token: uuid.UUID, allowed: frozenset[JobState] | set[JobState]) -> Any:
    tx.require(OfficerRole.PRINTING)
    row = _job(token)
    if row.state not in UNRESOLVED:
        raise CardRefusedError(CardReason.JOB_ENDED, token=token)
    if row.state not in allowed:
        raise CardRefusedError(CardReason.WRONG_STATE, token=token)
    return row


def _advance(tx: Transaction, token: uuid.UUID, state: JobState, allowed: set[JobState], **columns: Any) -> JobView:
    row = _unresolved(tx, token, allowed)
    PrintJob.update({**columns, "state": state}).where(PrintJob.id == token).execute()
    tx.note("card.job_" + state.value, row.pupil_id, token=token.hex)
    return _view(_job(token))


def _end(tx: Transaction, row: Any, state: JobState, event: str, *, serial: str = "", detail: str = "") -> JobView:
    PrintJob.update(
        state=state, ended_at=tx.now(), serial=serial or None, detail=clean(detail)[:200], put_aside=0
    ).where(PrintJob.id == row.id).execute()
    tx.note(event, row.pupil_id, token=row.id.hex, serial=serial, detail=clean(detail)[:200])
    return _view(_job(row.id))


def _view(row: Any) -> JobView:
    return JobView(
        token=row.id,
        pupil=row.pupil_id,
        person=row.person_id,
        name=row.person.name,
        state=row.state,
        put_aside=bool(row.put_aside),
        serial=row.serial or "",
        detail=row.detail,
        printer_job=row.printer_job,
        noted_at=row.noted_at,
        sent_at=row.sent_at,
        done_at=row.done_at,
        unknown_at=row.unknown_at,
        ended_at=row.ended_at,
    )


def card_view(row: Any) -> CardView:
    """Return a card's row as what leaves the store."""
    return CardView(
        id=row.id,
        pupil=row.pupil_id,
        person=row.person_id,
        serial=row.serial,
        state=row.state,
        printed_at=row.printed_at,
        handed_over_at=row.handed_over_at,
        reprint_reason=row.reprint_reason,
        reprint_letter=row.reprint_letter,
    )
