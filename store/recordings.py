"""Step 6: one recording in a person's life, from the data read aloud to the seal.

Every attempt is a row of its own before its score is shown, so a laptop that dies goes on at the same attempt. Fingers
and irises come here sealed to the office's key and nothing here could open them; portrait and signature are readable
under the database key only until the seal.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store import exceptions, standing
from store.models.people import Person, Pupil
from store.models.recording import (
    Attempt,
    AttemptScore,
    EquipmentLine,
    Readiness,
    Recording,
    RecordingSection,
)
from store.procedure import EquipmentKind
from store.progress import PupilState
from store.recording_rows import RecordingReason as RecordingReason
from store.recording_rows import RecordingRefusedError as RecordingRefusedError
from store.recording_rows import limits, open_row, read, recording_row, section_row
from store.roster.text import clean
from store.rules import Stage, stage
from store.sections import (
    PARTS,
    READABLE,
    SECTION_OF,
    BestReason,
    ExceptionReason,
    PartScore,
    RecordingStage,
    RecordingState,
    Section,
    seal_blockers,
)
from store.transaction import OfficerRole, Transaction

CAPTURED = "BIO_CAPTURED"
HERE = "here"
"""Where a status comes from that this laptop set itself."""

_WAIVED_SECTIONS = {
    EquipmentKind.CAMERA: (Section.PORTRAIT,),
    EquipmentKind.FINGER: (Section.LEFT_SLAP, Section.RIGHT_SLAP, Section.THUMBS),
    EquipmentKind.IRIS: (Section.IRISES,),
    EquipmentKind.SIGNATURE: (Section.SIGNATURE,),
}


@dataclass(frozen=True)
class Sealed:
    """The proof of a sealed recording."""

    recording: uuid.UUID
    pupil: uuid.UUID
    proof: int
    at: datetime


@dataclass(frozen=True)
class Proof:
    """Whose proof of recording bears which number, and who sealed it when."""

    number: int
    pupil: uuid.UUID
    officer: uuid.UUID | None
    at: datetime


def proofs(tx: Transaction, visit: uuid.UUID) -> tuple[Proof, ...]:
    """Return the proofs of a visit's sealed recordings in the order of their numbers."""
    del tx
    rows: Any = (
        Recording.select().join(Pupil).where((Pupil.visit == visit) & (Recording.stage == RecordingStage.SEALED))
    )
    return tuple(Proof(row.proof, row.pupil_id, row.sealed_by, row.sealed_at) for row in rows.order_by(Recording.proof))


def open_or_resume(tx: Transaction, pupil: uuid.UUID) -> RecordingState:
    """Return the pupil's open recording, or begin it; `resumed` tells which.

    Whatever the coordinator waived in step 2 is excepted at once, as the waiver's dialog announced. Raises
    RecordingRefusedError: ALREADY_RECORDED with status and day, or NOT_HERE_YET with her state.
    """
    tx.require(OfficerRole.RECORDING)
    row = standing.pupil_row(pupil)
    held: Any = Recording.get_or_none((Recording.person == row.person_id) & (Recording.stage != RecordingStage.VOID))
    if held is not None and held.stage is not RecordingStage.OPEN:
        raise RecordingRefusedError(
            RecordingReason.ALREADY_RECORDED,
            code=row.person.status_code or "",
            day=held.sealed_at.date(),
        )
    if row.state is not PupilState.RECORD:
        raise RecordingRefusedError(RecordingReason.NOT_HERE_YET, state=row.state)
    known = stage(row.person.status_code)
    if known not in {Stage.NEVER, Stage.UNKNOWN} and row.office_letter is None:
        raise RecordingRefusedError(
            RecordingReason.ALREADY_RECORDED, code=row.person.status_code, day=row.person.status_day
        )
    if held is not None:
        if held.pupil_id != pupil:
            _bring_here(tx, held, row)
        return read(tx, held, resumed=True)
    held = Recording.create(
        person=row.person_id, pupil=pupil, opened_at=tx.now(), opened_by=tx.officer, basis=row.visit.legal_basis
    )
    tx.note("recording.opened", held.id, pupil=pupil.hex)
    for waived in EquipmentLine.select().where(
        (EquipmentLine.visit == row.visit_id) & (EquipmentLine.readiness == Readiness.WAIVED)
    ):
        for section in _WAIVED_SECTIONS.get(waived.kind, ()):
            for part in PARTS[section]:
                exceptions.write(tx, held, part, ExceptionReason.DEVICE_BROKEN, waived.detail)
    return read(tx, held, resumed=False)


def state(tx: Transaction, recording: uuid.UUID) -> RecordingState:
    """Return a recording as it is, open or not; raises RecordingRefusedError UNKNOWN."""
    return read(tx, recording_row(recording), resumed=True)


def of_pupil(tx: Transaction, pupil: uuid.UUID) -> RecordingState | None:
    """Return the pupil's recording that counts, for looking only; None when she has none."""
    held = Recording.get_or_none((Recording.pupil == pupil) & (Recording.stage != RecordingStage.VOID))
    return None if held is None else read(tx, held, resumed=True)


def interrupted(tx: Transaction, visit: uuid.UUID) -> tuple[uuid.UUID, ...]:
    """Return the pupils of a visit whose recording is open, oldest first: what a cut line left behind."""
    del tx
    rows: Any = (
        Recording.select(Recording.pupil)
        .join(Pupil)
        .where((Pupil.visit == visit) & (Pupil.state == PupilState.RECORD) & (Recording.stage == RecordingStage.OPEN))
        .order_by(Recording.id)
    )
    return tuple(row.pupil_id for row in rows)


def confirm_data(tx: Transaction, recording: uuid.UUID, guardian: str = "") -> RecordingState:
    """Note that the pupil confirmed her data read aloud; where the basis is consent, `guardian` says whose.

    Raises RecordingRefusedError GUARDIAN_MISSING, NOT_OPEN or UNKNOWN.
    """
    row = open_row(tx, recording)
    if row.basis == "consent" and not clean(guardian):
        raise RecordingRefusedError(RecordingReason.GUARDIAN_MISSING)
    row.confirmed_at = tx.now()
    row.guardian = clean(guardian) or None
    row.save(only=[Recording.confirmed_at, Recording.guardian])
    tx.note("recording.confirmed", row.id, basis=row.basis)
    return read(tx, row, resumed=True)


def add_attempt(
    tx: Transaction,
    recording: uuid.UUID,
    section: Section,
    scores: Sequence[PartScore],
    sealed: bytes,
    draft: bytes | None,
    device: str,
    sha256: str,
) -> RecordingState:
    """Keep one attempt: its sealed picture, its scores, its device; shown to nobody before it is here.

    `sealed` is a box to the office's key (biometrics for fingers and irises, printing for portrait and signature);
    `draft` is the readable picture of a portrait or signature until the seal, and ValueError for anything else. Raises
    RecordingRefusedError WRONG_PARTS when the scores are not of this section, NOT_OPEN or UNKNOWN.
    """
    row = open_row(tx, recording)
    if draft is not None and section not in READABLE:
        raise ValueError("fingers and irises are never readable on this laptop")
    parts = [one.part for one in scores]
    if not parts or len(set(parts)) != len(parts) or any(SECTION_OF[part] is not section for part in parts):
        raise RecordingRefusedError(RecordingReason.WRONG_PARTS)
    here = section_row(row, section)
    last = Attempt.select(Attempt.number).where((Attempt.recording == row.id) & (Attempt.section == section))
    number = (last.order_by(Attempt.number.desc()).limit(1).scalar() or 0) + 1
    attempt = Attempt.create(
        recording=row.id,
        section=section,
        number=number,
        round=here.round,
        at=tx.now(),
        officer=tx.officer,
        device=clean(device)[:120],
        sha256=sha256,
        sealed=sealed,
        draft=draft,
    )
    for one in scores:
        AttemptScore.create(attempt=attempt.id, part=one.part, score=one.score)
    # What was kept or accepted before does not speak of this attempt.
    here.kept = here.best_reason = here.unfinished = None
    here.best_note = ""
    here.save()
    tx.note(
        "recording.attempted",
        row.id,
        section=section.value,
        attempt=number,
        scores={one.part.value: one.score for one in scores},
        device=clean(device)[:120],
        sha256=sha256,
    )
    return read(tx, row, resumed=True)


def keep_portrait(tx: Transaction, recording: uuid.UUID, attempt: int) -> RecordingState:
    """Keep the still of that attempt as the portrait; raises RecordingRefusedError NO_ATTEMPT, NOT_OPEN or UNKNOWN."""
    row = open_row(tx, recording)
    here = section_row(row, Section.PORTRAIT)
    if not (
        Attempt.select()
        .where(
            (Attempt.recording == row.id)
            & (Attempt.section == Section.PORTRAIT)
            & (Attempt.number == attempt)
            & (Attempt.round == here.round)
        )
        .exists()
    ):
        raise RecordingRefusedError(RecordingReason.NO_ATTEMPT)
    here.kept = attempt
    here.save()
    tx.note("recording.kept", row.id, section=Section.PORTRAIT.value, attempt=attempt)
    return read(tx, row, resumed=True)


def take_again(tx: Transaction, recording: uuid.UUID, section: Section) -> RecordingState:
    """Start the tries of a section again; the attempts so far stay in the record but count no more."""
    row = open_row(tx, recording)
    here = section_row(row, section)
    here.round += 1
    here.kept = here.best_reason = here.unfinished = None
    here.best_note = ""
    here.save()
    tx.note("recording.taken_again", row.id, section=section.value, round=here.round)
    return read(tx, row, resumed=True)


def accept_best(
    tx: Transaction, recording: uuid.UUID, section: Section, reason: BestReason, note: str = ""
) -> RecordingState:
    """Keep the best of all tries although it is below the threshold, with the operator's reason.

    Raises RecordingRefusedError: TRIES_LEFT before the last try, NOTHING_BELOW, NO_ATTEMPT, NOTE_NEEDED, NOT_OPEN.
    """
    row = open_row(tx, recording)
    before = read(tx, row, resumed=True).section(section)
    office = limits(tx)
    if before.missing() or not before.counting:
        raise RecordingRefusedError(RecordingReason.NO_ATTEMPT)
    if not before.below(office):
        raise RecordingRefusedError(RecordingReason.NOTHING_BELOW)
    if before.tried < office.tries:
        raise RecordingRefusedError(RecordingReason.TRIES_LEFT)
    if reason is BestReason.OTHER and not clean(note):
        raise RecordingRefusedError(RecordingReason.NOTE_NEEDED)
    here = section_row(row, section)
    here.best_reason, here.best_note = reason, clean(note)[:500]
    here.save()
    tx.note("recording.best_accepted", row.id, section=section.value, reason=reason.value)
    return read(tx, row, resumed=True)


def save_strokes(tx: Transaction, recording: uuid.UUID, strokes: bytes | None) -> None:
    """Keep the pen strokes of a signature nobody accepted yet, each time the pen is lifted; no journal line."""
    here = section_row(open_row(tx, recording), Section.SIGNATURE)
    here.unfinished = strokes
    here.save()


def strokes(tx: Transaction, recording: uuid.UUID) -> bytes | None:
    """Return the strokes of an unfinished signature, or None."""
    tx.require(OfficerRole.RECORDING)
    kept = (
        RecordingSection.select(RecordingSection.unfinished)
        .where((RecordingSection.recording == recording) & (RecordingSection.section == Section.SIGNATURE))
        .scalar()
    )
    return None if kept is None else bytes(kept)


def draft(tx: Transaction, recording: uuid.UUID, section: Section, attempt: int | None = None) -> bytes | None:
    """Return the readable portrait or signature that counts, until the seal; None when there is none.

    What counts is what was kept, else the last attempt of this round; `attempt` asks for another of this round.
    """
    tx.require(OfficerRole.RECORDING)
    here = RecordingSection.get_or_none(
        (RecordingSection.recording == recording) & (RecordingSection.section == section)
    )
    if here is None:
        return None
    counting = (Attempt.recording == recording) & (Attempt.section == section) & (Attempt.round == here.round)
    if attempt is not None or here.kept is not None:
        counting &= Attempt.number == (here.kept if attempt is None else attempt)
    kept = Attempt.select(Attempt.draft).where(counting).order_by(Attempt.number.desc()).limit(1).scalar()
    return None if kept is None else bytes(kept)


def printing_boxes(tx: Transaction, person: uuid.UUID) -> tuple[bytes | None, bytes | None]:
    """Return a sealed recording's portrait and signature as boxes for the printing key; None where none is."""
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    row = Recording.get_or_none((Recording.person == person) & (Recording.stage == RecordingStage.SEALED))
    if row is None:
        return (None, None)
    held = read(tx, row, resumed=True)
    boxes = [_box(held, section) for section in (Section.PORTRAIT, Section.SIGNATURE)]
    return (boxes[0], boxes[1])


def _box(held: RecordingState, section: Section) -> bytes | None:
    counting = held.section(section).counting
    if not counting:
        return None
    chosen = (Attempt.recording == held.id) & (Attempt.section == section) & (Attempt.number == counting[-1].number)
    return bytes(Attempt.select(Attempt.sealed).where(chosen).scalar())


def seal(tx: Transaction, recording: uuid.UUID) -> Sealed:
    """Seal the recording: from here on nobody changes or reads it on this laptop, and it is the person's only one.

    Readable drafts go, the pupil goes on to step 7 with the status BIO_CAPTURED, and the proof gets its number. Raises
    RecordingRefusedError BLOCKED with every blocker, NOT_OPEN or UNKNOWN.
    """
    row = open_row(tx, recording)
    if blockers := seal_blockers(read(tx, row, resumed=True)):
        raise RecordingRefusedError(RecordingReason.BLOCKED, blockers=blockers)
    Attempt.update(draft=None).where((Attempt.recording == row.id) & Attempt.draft.is_null(False)).execute()
    RecordingSection.update(unfinished=None).where(RecordingSection.recording == row.id).execute()
    proof = (Recording.select(Recording.proof).order_by(Recording.proof.desc(nulls="LAST")).limit(1).scalar() or 0) + 1
    row.stage, row.sealed_at, row.sealed_by, row.proof = RecordingStage.SEALED, tx.now(), tx.officer, proof
    row.save(only=[Recording.stage, Recording.sealed_at, Recording.sealed_by, Recording.proof])
    Person.update(status_code=CAPTURED, status_day=tx.today(), status_source=HERE).where(
        Person.id == row.person_id
    ).execute()
    standing.move(tx, row.pupil_id, PupilState.CARD, "recording.sealed", recording=row.id.hex, proof=proof)
    return Sealed(row.id, row.pupil_id, proof, tx.now())


def mark_wrong(tx: Transaction, recording: uuid.UUID, reason: str) -> None:
    """Say that a sealed recording holds another pupil's face or fingers: it goes to the office, never to the centre.

    Raises RecordingRefusedError NOT_SEALED, NOTE_NEEDED or UNKNOWN.
    """
    tx.require(OfficerRole.RECORDING, OfficerRole.COORDINATOR)
    row = recording_row(recording)
    if row.stage is not RecordingStage.SEALED:
        raise RecordingRefusedError(RecordingReason.NOT_SEALED)
    if not clean(reason):
        raise RecordingRefusedError(RecordingReason.NOTE_NEEDED)
    row.stage, row.wrong_reason = RecordingStage.WRONG, clean(reason)[:500]
    row.save(only=[Recording.stage, Recording.wrong_reason])
    standing.move(tx, row.pupil_id, PupilState.OFFICE, "recording.wrong", recording=row.id.hex)


def allow_again(tx: Transaction, recording: uuid.UUID, letter: str) -> None:
    """Carry out the office's decision that the pupil of a wrong recording is recorded again, from step 3.

    Raises RecordingRefusedError NOT_WRONG, NOTE_NEEDED without the decision's letter, or UNKNOWN.
    """
    tx.require(OfficerRole.COORDINATOR)
    row = recording_row(recording)
    if row.stage is not RecordingStage.WRONG:
        raise RecordingRefusedError(RecordingReason.NOT_WRONG)
    if not clean(letter):
        raise RecordingRefusedError(RecordingReason.NOTE_NEEDED)
    row.stage, row.decision = RecordingStage.VOID, clean(letter)[:200]
    row.save(only=[Recording.stage, Recording.decision])
    standing.change(row.pupil, office_letter=row.decision)
    standing.move(tx, row.pupil_id, PupilState.CHECK, "recording.void", recording=row.id.hex, letter=row.decision)


def _bring_here(tx: Transaction, held: Any, row: Any) -> None:
    """Go on with what another visit began for the same person; her data are read aloud again on this visit's basis."""
    held.pupil, held.basis, held.confirmed_at, held.guardian = row.id, row.visit.legal_basis, None, None
    held.save(only=[Recording.pupil, Recording.basis, Recording.confirmed_at, Recording.guardian])
    tx.note("recording.brought_here", held.id, pupil=row.id.hex)
