"""Step 6: one recording in a person's life, from the data read aloud to the seal.

Every attempt is a row of its own before its score is shown, so a laptop that dies goes on at the same attempt. Fingers
and irises come here sealed to the office's key and nothing here could open them; portrait and signature are readable
under the database key only until the seal.
"""

from __future__ import annotations

import enum
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from store import standing
from store.models.people import Person, Pupil
from store.models.recording import (
    Attempt,
    AttemptScore,
    CaptureException,
    EquipmentLine,
    Readiness,
    Recording,
    RecordingSection,
)
from store.procedure import EquipmentKind
from store.progress import PupilState
from store.rules import Stage, stage
from store.sections import (
    PARTS,
    READABLE,
    SECTION_OF,
    AttemptState,
    BestReason,
    ExceptionReason,
    Limits,
    Part,
    PartException,
    PartScore,
    RecordingStage,
    RecordingState,
    SealBlocker,
    Section,
    SectionState,
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


class RecordingReason(enum.Enum):
    """Why step 6 refused."""

    NOT_HERE_YET = "not_here_yet"  # steps 3 to 5 are not done, or she is somewhere else in the procedure
    ALREADY_RECORDED = "already_recorded"
    UNKNOWN = "unknown"  # no such recording
    NOT_OPEN = "not_open"  # sealed, wrong or void
    GUARDIAN_MISSING = "guardian_missing"  # the visit's basis is consent, and nobody's is named
    NOTE_NEEDED = "note_needed"
    WRONG_PARTS = "wrong_parts"  # scores of another section, or no score at all
    NO_ATTEMPT = "no_attempt"
    TRIES_LEFT = "tries_left"  # the best is kept with a reason only after the last try
    NOTHING_BELOW = "nothing_below"
    BLOCKED = "blocked"
    NOT_SEALED = "not_sealed"
    NOT_WRONG = "not_wrong"


class RecordingRefusedError(Exception):
    """Step 6 refused and nothing changed; `blockers`, `state`, `code` and `day` say more where they apply."""

    def __init__(
        self,
        reason: RecordingReason,
        *,
        blockers: tuple[SealBlocker, ...] = (),
        state: PupilState | None = None,
        code: str = "",
        day: date | None = None,
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.blockers = blockers
        self.state = state
        self.code = code
        self.day = day


@dataclass(frozen=True)
class Sealed:
    """The proof of a sealed recording."""

    recording: uuid.UUID
    pupil: uuid.UUID
    proof: int
    at: datetime


def open_or_resume(tx: Transaction, pupil: uuid.UUID) -> RecordingState:
    """Return the pupil's open recording, or begin it; `resumed` tells which.

    Whatever the coordinator waived in step 2 is excepted at once, as the waiver's dialog announced. Raises
    RecordingRefusedError: ALREADY_RECORDED with status and day, or NOT_HERE_YET with her state.
    """
    tx.require(OfficerRole.RECORDING)
    row = standing.pupil_row(pupil)
    held: Any = Recording.get_or_none((Recording.person == row.person_id) & (Recording.stage != RecordingStage.VOID))
    if held is not None and (held.stage is not RecordingStage.OPEN or held.pupil_id != pupil):
        raise RecordingRefusedError(
            RecordingReason.ALREADY_RECORDED,
            code=row.person.status_code or "",
            day=(held.sealed_at or held.opened_at).date(),
        )
    if row.state is not PupilState.RECORD:
        raise RecordingRefusedError(RecordingReason.NOT_HERE_YET, state=row.state)
    known = stage(row.person.status_code)
    if known not in {Stage.NEVER, Stage.UNKNOWN} and row.office_letter is None:
        raise RecordingRefusedError(
            RecordingReason.ALREADY_RECORDED, code=row.person.status_code, day=row.person.status_day
        )
    if held is not None:
        return _state(tx, held, resumed=True)
    held = Recording.create(
        person=row.person_id, pupil=pupil, opened_at=tx.now(), opened_by=tx.officer, basis=row.visit.legal_basis
    )
    tx.note("recording.opened", held.id, pupil=pupil.hex)
    for waived in EquipmentLine.select().where(
        (EquipmentLine.visit == row.visit_id) & (EquipmentLine.readiness == Readiness.WAIVED)
    ):
        for section in _WAIVED_SECTIONS.get(waived.kind, ()):
            for part in PARTS[section]:
                _except(tx, held, part, ExceptionReason.DEVICE_BROKEN, waived.detail)
    return _state(tx, held, resumed=False)


def state(tx: Transaction, recording: uuid.UUID) -> RecordingState:
    """Return a recording as it is, open or not; raises RecordingRefusedError UNKNOWN."""
    return _state(tx, _row(recording), resumed=True)


def of_pupil(tx: Transaction, pupil: uuid.UUID) -> RecordingState | None:
    """Return the pupil's recording that counts, for looking only; None when she has none."""
    held = Recording.get_or_none((Recording.pupil == pupil) & (Recording.stage != RecordingStage.VOID))
    return None if held is None else _state(tx, held, resumed=True)


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
    row = _open(tx, recording)
    if row.basis == "consent" and not guardian.strip():
        raise RecordingRefusedError(RecordingReason.GUARDIAN_MISSING)
    row.confirmed_at = tx.now()
    row.guardian = guardian.strip() or None
    row.save(only=[Recording.confirmed_at, Recording.guardian])
    tx.note("recording.confirmed", row.id, basis=row.basis)
    return _state(tx, row, resumed=True)


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
    row = _open(tx, recording)
    if draft is not None and section not in READABLE:
        raise ValueError("fingers and irises are never readable on this laptop")
    parts = [one.part for one in scores]
    if not parts or len(set(parts)) != len(parts) or any(SECTION_OF[part] is not section for part in parts):
        raise RecordingRefusedError(RecordingReason.WRONG_PARTS)
    here = _section(row, section)
    last = Attempt.select(Attempt.number).where((Attempt.recording == row.id) & (Attempt.section == section))
    number = (last.order_by(Attempt.number.desc()).limit(1).scalar() or 0) + 1
    attempt = Attempt.create(
        recording=row.id,
        section=section,
        number=number,
        round=here.round,
        at=tx.now(),
        officer=tx.officer,
        device=device[:120],
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
        device=device[:120],
        sha256=sha256,
    )
    return _state(tx, row, resumed=True)


def keep_portrait(tx: Transaction, recording: uuid.UUID, attempt: int) -> RecordingState:
    """Keep the still of that attempt as the portrait; raises RecordingRefusedError NO_ATTEMPT, NOT_OPEN or UNKNOWN."""
    row = _open(tx, recording)
    here = _section(row, Section.PORTRAIT)
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
    return _state(tx, row, resumed=True)


def take_again(tx: Transaction, recording: uuid.UUID, section: Section) -> RecordingState:
    """Start the tries of a section again; the attempts so far stay in the record but count no more."""
    row = _open(tx, recording)
    here = _section(row, section)
    here.round += 1
    here.kept = here.best_reason = here.unfinished = None
    here.best_note = ""
    here.save()
    tx.note("recording.taken_again", row.id, section=section.value, round=here.round)
    return _state(tx, row, resumed=True)


def accept_best(
    tx: Transaction, recording: uuid.UUID, section: Section, reason: BestReason, note: str = ""
) -> RecordingState:
    """Keep the best of all tries although it is below the threshold, with the operator's reason.

    Raises RecordingRefusedError: TRIES_LEFT before the last try, NOTHING_BELOW, NO_ATTEMPT, NOTE_NEEDED, NOT_OPEN.
    """
    row = _open(tx, recording)
    before = _state(tx, row, resumed=True).section(section)
    limits = _limits(tx)
    if before.missing() or not before.counting:
        raise RecordingRefusedError(RecordingReason.NO_ATTEMPT)
    if not before.below(limits):
        raise RecordingRefusedError(RecordingReason.NOTHING_BELOW)
    if before.tried < limits.tries:
        raise RecordingRefusedError(RecordingReason.TRIES_LEFT)
    if reason is BestReason.OTHER and not note.strip():
        raise RecordingRefusedError(RecordingReason.NOTE_NEEDED)
    here = _section(row, section)
    here.best_reason, here.best_note = reason, note.strip()[:500]
    here.save()
    tx.note("recording.best_accepted", row.id, section=section.value, reason=reason.value)
    return _state(tx, row, resumed=True)


def except_part(
    tx: Transaction, recording: uuid.UUID, part: Part, reason: ExceptionReason, note: str = ""
) -> RecordingState:
    """Except one part of the body; the other parts of its section are still taken.

    Permanent reasons and `OTHER` need a note; a broken device is excepted by the coordinator alone. Raises
    RecordingRefusedError NOTE_NEEDED, NOT_OPEN or UNKNOWN, and NotAllowedError.
    """
    if reason is ExceptionReason.DEVICE_BROKEN:
        tx.require(OfficerRole.COORDINATOR)
    if reason.needs_note and not note.strip():
        raise RecordingRefusedError(RecordingReason.NOTE_NEEDED)
    row = _open(tx, recording)
    _except(tx, row, part, reason, note)
    return _state(tx, row, resumed=True)


def withdraw_exception(tx: Transaction, recording: uuid.UUID, part: Part) -> RecordingState:
    """Take an exception back: the part is wanted again; the journal keeps that it was excepted."""
    row = _open(tx, recording)
    gone = (
        CaptureException.delete()
        .where((CaptureException.recording == row.id) & (CaptureException.part == part))
        .execute()
    )
    if gone:
        tx.note("recording.exception_withdrawn", row.id, part=part.value)
    return _state(tx, row, resumed=True)


def save_strokes(tx: Transaction, recording: uuid.UUID, strokes: bytes | None) -> None:
    """Keep the pen strokes of a signature nobody accepted yet, each time the pen is lifted; no journal line."""
    here = _section(_open(tx, recording), Section.SIGNATURE)
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


def draft(tx: Transaction, recording: uuid.UUID, section: Section) -> bytes | None:
    """Return the readable portrait or signature that counts, until the seal; None when there is none."""
    tx.require(OfficerRole.RECORDING)
    here = RecordingSection.get_or_none(
        (RecordingSection.recording == recording) & (RecordingSection.section == section)
    )
    if here is None:
        return None
    counting = (Attempt.recording == recording) & (Attempt.section == section) & (Attempt.round == here.round)
    if here.kept is not None:
        counting &= Attempt.number == here.kept
    kept = Attempt.select(Attempt.draft).where(counting).order_by(Attempt.number.desc()).limit(1).scalar()
    return None if kept is None else bytes(kept)


def printing_boxes(tx: Transaction, person: uuid.UUID) -> tuple[bytes | None, bytes | None]:
    """Return a sealed recording's portrait and signature as boxes for the printing key; None where none is."""
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    row = Recording.get_or_none((Recording.person == person) & (Recording.stage == RecordingStage.SEALED))
    if row is None:
        return (None, None)
    held = _state(tx, row, resumed=True)
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
    row = _open(tx, recording)
    if blockers := seal_blockers(_state(tx, row, resumed=True)):
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
    row = _row(recording)
    if row.stage is not RecordingStage.SEALED:
        raise RecordingRefusedError(RecordingReason.NOT_SEALED)
    if not reason.strip():
        raise RecordingRefusedError(RecordingReason.NOTE_NEEDED)
    row.stage, row.wrong_reason = RecordingStage.WRONG, reason.strip()[:500]
    row.save(only=[Recording.stage, Recording.wrong_reason])
    standing.move(tx, row.pupil_id, PupilState.OFFICE, "recording.wrong", recording=row.id.hex)


def allow_again(tx: Transaction, recording: uuid.UUID, letter: str) -> None:
    """Carry out the office's decision that the pupil of a wrong recording is recorded again, from step 3.

    Raises RecordingRefusedError NOT_WRONG, NOTE_NEEDED without the decision's letter, or UNKNOWN.
    """
    tx.require(OfficerRole.COORDINATOR)
    row = _row(recording)
    if row.stage is not RecordingStage.WRONG:
        raise RecordingRefusedError(RecordingReason.NOT_WRONG)
    if not letter.strip():
        raise RecordingRefusedError(RecordingReason.NOTE_NEEDED)
    row.stage, row.decision = RecordingStage.VOID, letter.strip()[:200]
    row.save(only=[Recording.stage, Recording.decision])
    standing.change(row.pupil, office_letter=row.decision)
    standing.move(tx, row.pupil_id, PupilState.CHECK, "recording.void", recording=row.id.hex, letter=row.decision)


def _row(recording: uuid.UUID) -> Any:
    row = Recording.get_or_none(Recording.id == recording)
    if row is None:
        raise RecordingRefusedError(RecordingReason.UNKNOWN)
    return row


def _open(tx: Transaction, recording: uuid.UUID) -> Any:
    tx.require(OfficerRole.RECORDING, OfficerRole.COORDINATOR)
    row = _row(recording)
    if row.stage is not RecordingStage.OPEN:
        raise RecordingRefusedError(RecordingReason.NOT_OPEN)
    return row


def _section(row: Any, section: Section) -> Any:
    found = RecordingSection.get_or_none((RecordingSection.recording == row.id) & (RecordingSection.section == section))
    return found if found is not None else RecordingSection.create(recording=row.id, section=section)


def _except(tx: Transaction, row: Any, part: Part, reason: ExceptionReason, note: str) -> None:
    CaptureException.delete().where((CaptureException.recording == row.id) & (CaptureException.part == part)).execute()
    CaptureException.create(
        recording=row.id, part=part, reason=reason, note=note.strip()[:500], at=tx.now(), officer=tx.officer
    )
    tx.note("recording.excepted", row.id, part=part.value, reason=reason.value)


def _number(tx: Transaction, name: str) -> float:
    value = tx.setting(name)
    if not isinstance(value, int | float):
        raise TypeError(name)
    return value


def _limits(tx: Transaction) -> Limits:
    return Limits(
        finger=_number(tx, "quality.finger"),
        iris=_number(tx, "quality.iris"),
        face=_number(tx, "quality.face"),
        tries=int(_number(tx, "capture.tries")),
    )


_One = TypeVar("_One", PartScore, PartException)


def _in_order(parts: list[_One]) -> tuple[_One, ...]:
    """Sort by the order in which devices report the parts of a section."""
    order = {part: place for place, part in enumerate(Part)}
    return tuple(sorted(parts, key=lambda one: order[one.part]))


def _state(tx: Transaction, row: Any, *, resumed: bool) -> RecordingState:
    """Read a recording in four statements, whatever the number of attempts; never a picture."""
    kept = {one.section: one for one in RecordingSection.select().where(RecordingSection.recording == row.id)}
    exceptions: dict[Section, list[PartException]] = defaultdict(list)
    for one in CaptureException.select().where(CaptureException.recording == row.id):
        exceptions[SECTION_OF[one.part]].append(PartException(one.part, one.reason, one.note))
    scores: dict[uuid.UUID, list[PartScore]] = defaultdict(list)
    scored: Any = AttemptScore.select().join(Attempt).where(Attempt.recording == row.id)
    for one in scored:
        scores[one.attempt_id].append(PartScore(one.part, one.score))
    attempts: dict[Section, list[AttemptState]] = defaultdict(list)
    columns = (Attempt.id, Attempt.section, Attempt.number, Attempt.round, Attempt.at, Attempt.device, Attempt.sha256)
    for one in Attempt.select(*columns).where(Attempt.recording == row.id).order_by(Attempt.number):
        attempts[one.section].append(
            AttemptState(one.number, one.round, one.at, one.device, one.sha256, _in_order(scores[one.id]))
        )
    sections = tuple(
        SectionState(
            section=section,
            round=kept[section].round if section in kept else 1,
            attempts=tuple(attempts[section]),
            kept=kept[section].kept if section in kept else None,
            best_reason=kept[section].best_reason if section in kept else None,
            best_note=kept[section].best_note if section in kept else "",
            exceptions=_in_order(exceptions[section]),
        )
        for section in Section
    )
    return RecordingState(
        id=row.id,
        pupil=row.pupil_id,
        person=row.person_id,
        stage=row.stage,
        confirmed_at=row.confirmed_at,
        sections=sections,
        limits=_limits(tx),
        resumed=resumed,
        sealed_at=row.sealed_at,
        proof=row.proof,
    )
