"""What of a body cannot be taken as others: parts excepted with a reason, and the photograph that shows the hands."""

from __future__ import annotations

import uuid
from typing import Any

from store.models.recording import CaptureException, HandsPhoto
from store.recording_rows import RecordingReason, RecordingRefusedError, open_row, read
from store.roster.text import clean
from store.sections import ExceptionReason, Part, RecordingState
from store.transaction import OfficerRole, Transaction


def except_part(
    tx: Transaction,
    recording: uuid.UUID,
    part: Part,
    reason: ExceptionReason,
    note: str = "",
    *,
    permanent: bool = False,
) -> RecordingState:
    """Except one part of the body; the other parts of its section are still taken.

    `permanent` counts where the reason does not say by itself whether it is for life. What is for life and `OTHER` need
    a note; a broken device is excepted by the coordinator alone. Raises RecordingRefusedError NOTE_NEEDED, NOT_OPEN or
    UNKNOWN, and NotAllowedError.
    """
    if reason is ExceptionReason.DEVICE_BROKEN:
        tx.require(OfficerRole.COORDINATOR)
    permanent = permanent if reason.lasts is None else reason.lasts
    if reason.needs_note(permanent) and not clean(note):
        raise RecordingRefusedError(RecordingReason.NOTE_NEEDED)
    row = open_row(tx, recording)
    write(tx, row, part, reason, note, permanent=permanent)
    return read(tx, row, resumed=True)


def withdraw_exception(tx: Transaction, recording: uuid.UUID, part: Part) -> RecordingState:
    """Take an exception back: the part is wanted again; the journal keeps that it was excepted."""
    row = open_row(tx, recording)
    gone = (
        CaptureException.delete()
        .where((CaptureException.recording == row.id) & (CaptureException.part == part))
        .execute()
    )
    if gone:
        tx.note("recording.exception_withdrawn", row.id, part=part.value)
    return read(tx, row, resumed=True)


def add_hands_photo(tx: Transaction, recording: uuid.UUID, sealed: bytes, device: str, sha256: str) -> RecordingState:
    """Keep a photograph of the hands, sealed to the office's biometrics key; the newest is the one that counts.

    It may be taken before it is wanted: an exception given afterwards finds it there. Raises RecordingRefusedError
    NOT_OPEN or UNKNOWN.
    """
    row = open_row(tx, recording)
    name = clean(device)[:120]
    HandsPhoto.create(recording=row.id, at=tx.now(), officer=tx.officer, device=name, sha256=sha256, sealed=sealed)
    tx.note("recording.hands_photographed", row.id, device=name, sha256=sha256)
    return read(tx, row, resumed=True)


def write(
    tx: Transaction, row: Any, part: Part, reason: ExceptionReason, note: str, *, permanent: bool = False
) -> None:
    """Write an exception over an earlier one of the same part, for functions of this package only."""
    CaptureException.delete().where((CaptureException.recording == row.id) & (CaptureException.part == part)).execute()
    CaptureException.create(
        recording=row.id,
        part=part,
        reason=reason,
        note=clean(note)[:500],
        permanent=int(permanent),
        at=tx.now(),
        officer=tx.officer,
    )
    tx.note("recording.excepted", row.id, part=part.value, reason=reason.value, permanent=permanent)
