"""Opening a recording at the office: the one place where what was sealed in the field is seen again.

Opened is what counts of it: of each part the best capture of the round that counts, as the laptop shows it. A recording
that a coordinator rejected, that is of somebody else, or of which laptops still disagree, is not opened.
"""

from __future__ import annotations

import enum
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from store.office import versions
from store.office.office import Office
from store.office.tables import OfficeCapture, OfficeRecording
from store.office.versions import Kind
from store.sealing import SealError, unseal
from store.sections import PARTS, READABLE, Part, Section


class OpeningProblem(enum.Enum):
    """Why a recording stays closed."""

    UNKNOWN = "unknown"
    UNDECIDED = "undecided"  # of a person whom two laptops recorded, and nobody has decided
    REJECTED = "rejected"  # the coordinator kept the other one
    NOT_SEALED = "not_sealed"  # marked as another pupil's, or void
    MISSING = "missing"  # a capture's file is not there
    DAMAGED = "damaged"  # a capture is not what was taken
    OTHER_KEY = "other_key"  # sealed to a key that is not the one given


class OpeningError(Exception):
    """It stays closed; nothing was written."""

    def __init__(self, problem: OpeningProblem, detail: str = "") -> None:
        super().__init__(f"{problem.value}: {detail}" if detail else problem.value)
        self.problem = problem
        self.detail = detail


@dataclass(frozen=True, repr=False)
class OpenedCapture:
    """One part of a recording: what the device gave for its section, and its score there, None where it has none."""

    part: Part
    section: Section
    score: float | None
    plain: bytes
    sha256: str
    at: str
    device: str


@dataclass(frozen=True, repr=False)
class OpenedRecording:
    """A recording that is open: its keys, the person as she was then, what counts, and what was excepted."""

    recording: str
    laptop: str
    person: dict[str, Any]
    about: dict[str, Any]
    captures: tuple[OpenedCapture, ...]
    exceptions: tuple[dict[str, Any], ...]


def recordings(office: Office) -> list[str]:
    """Return the keys of all recordings, the oldest first."""
    mine = OfficeRecording.regency == office.keys.regency
    return [row.recording for row in OfficeRecording.select().where(mine).order_by(OfficeRecording.recording)]


def open_recording(office: Office, key: str, biometrics: bytes, printing: bytes) -> OpenedRecording:
    """Open what counts of a recording with the office's private keys; raises OpeningError."""
    row = OfficeRecording.get_or_none(
        (OfficeRecording.regency == office.keys.regency) & (OfficeRecording.recording == key)
    )
    if row is None:
        raise OpeningError(OpeningProblem.UNKNOWN, key)
    said: dict[str, Any] = json.loads(row.content)
    _check(office, row, said)
    opened: dict[str, bytes] = {}
    captures: list[OpenedCapture] = []
    for part, attempt, score in _counting(said):
        section = Section(attempt["section"])
        if attempt["id"] not in opened:
            private = printing if section in READABLE else biometrics
            opened[attempt["id"]] = _plain(office, attempt, private)
        captures.append(
            OpenedCapture(
                part, section, score, opened[attempt["id"]], attempt["sha256"], attempt["at"], attempt["device"]
            )
        )
    return OpenedRecording(key, row.node, said["person"], said["recording"], tuple(captures), tuple(said["exceptions"]))


def _check(office: Office, row: Any, said: dict[str, Any]) -> None:
    if versions.is_withdrawn(office, said):
        raise OpeningError(OpeningProblem.NOT_SEALED, row.recording)
    if row.nik is None:
        return
    if row.recording in versions.rejected(office, Kind.RECORDED, row.nik):
        raise OpeningError(OpeningProblem.REJECTED, row.recording)
    if len(versions.recordings_of(office, row.nik)) > 1:
        raise OpeningError(OpeningProblem.UNDECIDED, row.recording)


def _counting(said: dict[str, Any]) -> list[tuple[Part, dict[str, Any], float | None]]:
    """Return each part with the attempt that counts: of the section's last round the kept one, else the best."""
    rounds = {one["section"]: (one["round"], one["kept"]) for one in said["sections"]}
    scores: dict[str, dict[str, float | None]] = {}
    for one in said["scores"]:
        scores.setdefault(one["attempt_id"], {})[one["part"]] = one["score"]
    found: list[tuple[Part, dict[str, Any], float | None]] = []
    for section, parts in PARTS.items():
        number, kept = rounds.get(section.value, (1, None))
        mine = [one for one in said["attempts"] if (one["section"], one["round"]) == (section.value, number)]
        mine = sorted((one for one in mine if kept in (None, one["number"])), key=lambda one: one["number"])
        for part in parts:
            taken = [one for one in mine if part.value in scores.get(one["id"], {})]
            best = max(taken, key=lambda one: scores[one["id"]][part.value] or 0.0, default=None)
            if best is not None:
                found.append((part, best, scores[best["id"]][part.value]))
    return found


def _plain(office: Office, attempt: dict[str, Any], private: bytes) -> bytes:
    row = OfficeCapture.get_or_none(
        (OfficeCapture.regency == office.keys.regency) & (OfficeCapture.capture == attempt["id"])
    )
    name = f"{attempt['section']} {attempt['number']}"
    if row is None or not re.fullmatch(r"[0-9a-f]{64}", row.sha256):
        raise OpeningError(OpeningProblem.MISSING, name)
    try:
        sealed = office.capture_file(row.sha256).read_bytes()
    except FileNotFoundError as error:
        raise OpeningError(OpeningProblem.MISSING, name) from error
    if hashlib.sha256(sealed).hexdigest() != row.sha256:
        raise OpeningError(OpeningProblem.DAMAGED, name)
    try:
        plain = unseal(private, sealed)
    except SealError as error:
        raise OpeningError(OpeningProblem.OTHER_KEY, name) from error
    if hashlib.sha256(plain).hexdigest() != attempt["sha256"]:
        raise OpeningError(OpeningProblem.DAMAGED, name)
    return plain
