"""How a recording is read: its rows made into the one state that the rules of `sections` judge."""

from __future__ import annotations

import enum
import uuid
from collections import defaultdict
from datetime import date
from typing import Any, TypeVar

from peewee import fn

from store.models.recording import Attempt, AttemptScore, CaptureException, HandsPhoto, Recording, RecordingSection
from store.progress import PupilState
from store.sections import (
    SECTION_OF,
    AttemptState,
    Limits,
    Part,
    PartException,
    PartScore,
    RecordingStage,
    RecordingState,
    SealBlocker,
    Section,
    SectionState,
)
from store.transaction import OfficerRole, Transaction


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


def recording_row(recording: uuid.UUID) -> Any:
    """Return the recording's row, for functions of this package only; raises RecordingRefusedError UNKNOWN."""
    row = Recording.get_or_none(Recording.id == recording)
    if row is None:
        raise RecordingRefusedError(RecordingReason.UNKNOWN)
    return row


def open_row(tx: Transaction, recording: uuid.UUID) -> Any:
    """Return the row of a recording that may still be changed, for functions of this package only.

    Raises RecordingRefusedError NOT_OPEN or UNKNOWN, and NotAllowedError.
    """
    tx.require(OfficerRole.RECORDING, OfficerRole.COORDINATOR)
    row = recording_row(recording)
    if row.stage is not RecordingStage.OPEN:
        raise RecordingRefusedError(RecordingReason.NOT_OPEN)
    return row


def section_row(row: Any, section: Section) -> Any:
    """Return the row of one section of a recording, made when it is first needed."""
    found = RecordingSection.get_or_none((RecordingSection.recording == row.id) & (RecordingSection.section == section))
    return found if found is not None else RecordingSection.create(recording=row.id, section=section)


def _number(tx: Transaction, name: str) -> float:
    value = tx.setting(name)
    if not isinstance(value, int | float):
        raise TypeError(name)
    return value


def limits(tx: Transaction) -> Limits:
    """Return the office's thresholds and tries."""
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


def read(tx: Transaction, row: Any, *, resumed: bool) -> RecordingState:
    """Read a recording in five statements, whatever the number of attempts; never a picture."""
    kept = {one.section: one for one in RecordingSection.select().where(RecordingSection.recording == row.id)}
    exceptions: dict[Section, list[PartException]] = defaultdict(list)
    for one in CaptureException.select().where(CaptureException.recording == row.id):
        # A reason that says by itself whether it is for life counts, also in rows that say nothing of it.
        permanent = bool(one.permanent) if one.reason.lasts is None else one.reason.lasts
        exceptions[SECTION_OF[one.part]].append(PartException(one.part, one.reason, one.note, permanent))
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
        limits=limits(tx),
        resumed=resumed,
        sealed_at=row.sealed_at,
        proof=row.proof,
        basis=row.basis,
        hands_asked=tx.setting("capture.hands_photo") is True,
        hands_taken=HandsPhoto.select(fn.MAX(HandsPhoto.at)).where(HandsPhoto.recording == row.id).scalar(),
    )
