"""The sections of a recording as pure rules: the parts of each, what is best, what comes next, what blocks the seal.

Nothing here touches the database: the state of a recording goes in, the answer comes out, so that a laptop that was
killed finds the same section and the same attempt again from its rows alone.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


class Section(enum.Enum):
    """The sections of step 6 in the order offices take them."""

    PORTRAIT = "portrait"
    SIGNATURE = "signature"
    LEFT_SLAP = "left_slap"
    RIGHT_SLAP = "right_slap"
    THUMBS = "thumbs"
    IRISES = "irises"


class Part(enum.Enum):
    """What is scored or excepted on its own: face, signature, ten fingers, two eyes (right is the pupil's own)."""

    FACE = "face"
    SIGNATURE = "signature"
    LEFT_INDEX = "left_index"
    LEFT_MIDDLE = "left_middle"
    LEFT_RING = "left_ring"
    LEFT_LITTLE = "left_little"
    RIGHT_INDEX = "right_index"
    RIGHT_MIDDLE = "right_middle"
    RIGHT_RING = "right_ring"
    RIGHT_LITTLE = "right_little"
    LEFT_THUMB = "left_thumb"
    RIGHT_THUMB = "right_thumb"
    RIGHT_IRIS = "right_iris"
    LEFT_IRIS = "left_iris"


PARTS: Mapping[Section, tuple[Part, ...]] = {
    Section.PORTRAIT: (Part.FACE,),
    Section.SIGNATURE: (Part.SIGNATURE,),
    Section.LEFT_SLAP: (Part.LEFT_INDEX, Part.LEFT_MIDDLE, Part.LEFT_RING, Part.LEFT_LITTLE),
    Section.RIGHT_SLAP: (Part.RIGHT_INDEX, Part.RIGHT_MIDDLE, Part.RIGHT_RING, Part.RIGHT_LITTLE),
    Section.THUMBS: (Part.LEFT_THUMB, Part.RIGHT_THUMB),
    Section.IRISES: (Part.RIGHT_IRIS, Part.LEFT_IRIS),
}
SECTION_OF: Mapping[Part, Section] = {part: section for section, parts in PARTS.items() for part in parts}
FINGER_SECTIONS = (Section.LEFT_SLAP, Section.RIGHT_SLAP, Section.THUMBS)
READABLE = frozenset({Section.PORTRAIT, Section.SIGNATURE})
"""The sections whose picture may be read on this laptop until the recording is sealed; fingers and irises never."""


class ExceptionReason(enum.Enum):
    """Why a part of a body cannot be taken, or is kept although it scored low."""

    MISSING = "missing"
    PERMANENT_DEFECT = "permanent_defect"
    BANDAGED = "bandaged"
    INJURED = "injured"
    CANNOT_SIGN = "cannot_sign"
    CANNOT_OPEN_EYE = "cannot_open_eye"
    WHEELCHAIR = "wheelchair"
    DEVICE_BROKEN = "device_broken"
    OTHER = "other"

    @property
    def lasts(self) -> bool | None:
        """Whether it will be so for life; None where only the officer in front of the pupil can tell."""
        if self in {ExceptionReason.MISSING, ExceptionReason.PERMANENT_DEFECT}:
            return True
        if self in {ExceptionReason.BANDAGED, ExceptionReason.INJURED, ExceptionReason.DEVICE_BROKEN}:
            return False
        return None

    def needs_note(self, permanent: bool) -> bool:
        """Whether it means nothing without the officer's own words: for life, or none of the listed reasons."""
        return permanent or self is ExceptionReason.OTHER


class BestReason(enum.Enum):
    """Why the best of all tries is kept although it is below the threshold."""

    DRY_SKIN = "dry_skin"
    WET_SKIN = "wet_skin"
    WORN_SKIN = "worn_skin"
    EYELID = "eyelid"
    LIGHT = "light"
    OTHER = "other"


@dataclass(frozen=True)
class Limits:
    """The office's thresholds (0 to 100, where the device scores so) and tries; settings, not law."""

    finger: float
    iris: float
    face: float
    tries: int

    def of(self, part: Part) -> float | None:
        """Return the threshold of a part; None where nothing is scored (a signature)."""
        match part:
            case Part.FACE:
                return self.face
            case Part.SIGNATURE:
                return None
            case Part.RIGHT_IRIS | Part.LEFT_IRIS:
                return self.iris
            case _:
                return self.finger


@dataclass(frozen=True)
class PartScore:
    """One part of one attempt; `score` is None where the part is taken but not scored."""

    part: Part
    score: float | None


@dataclass(frozen=True)
class AttemptState:
    """One attempt as it is kept after the picture is gone: its scores, its device, the picture's SHA-256."""

    number: int
    round: int
    at: datetime
    device: str
    sha256: str
    scores: tuple[PartScore, ...]


@dataclass(frozen=True, repr=False)
class PartException:
    """One part that is excepted, why, for life or for now, and the officer's note."""

    part: Part
    reason: ExceptionReason
    note: str
    permanent: bool = False


@dataclass(frozen=True, repr=False)
class SectionState:
    """One section: all its attempts, and the round that counts (taking a section again starts a new round)."""

    section: Section
    round: int
    attempts: tuple[AttemptState, ...]
    kept: int | None
    best_reason: BestReason | None
    best_note: str
    exceptions: tuple[PartException, ...]

    @property
    def counting(self) -> tuple[AttemptState, ...]:
        """The attempts of this round; of a portrait that was kept, only the kept one."""
        return tuple(
            attempt
            for attempt in self.attempts
            if attempt.round == self.round and (self.kept is None or attempt.number == self.kept)
        )

    @property
    def tried(self) -> int:
        """How many tries of this round are used up."""
        return sum(attempt.round == self.round for attempt in self.attempts)

    @property
    def best(self) -> Mapping[Part, float | None]:
        """The best score of each part over the counting attempts; parts never seen are absent."""
        best: dict[Part, float | None] = {}
        for attempt in self.counting:
            for one in attempt.scores:
                held = best.get(one.part)
                if one.part not in best or (one.score is not None and (held is None or one.score > held)):
                    best[one.part] = one.score
        return best

    @property
    def excepted(self) -> Mapping[Part, PartException]:
        """The exceptions by their part."""
        return {exception.part: exception for exception in self.exceptions}

    def wanted(self) -> tuple[Part, ...]:
        """Return the parts that have to be taken.

        A face is wanted whatever is excepted about it, because no card can be printed without one; only a broken
        camera spares it.
        """
        excepted = self.excepted
        return tuple(
            part
            for part in PARTS[self.section]
            if part not in excepted
            or (part is Part.FACE and excepted[part].reason is not ExceptionReason.DEVICE_BROKEN)
        )

    def open_parts(self, limits: Limits) -> tuple[Part, ...]:
        """Return the parts still to be taken or taken again: the next try asks the device for these only."""
        best, excepted = self.best, self.excepted
        return tuple(
            part
            for part in self.wanted()
            if part not in best or (part not in excepted and _below(best[part], limits.of(part)))
        )

    def below(self, limits: Limits) -> tuple[Part, ...]:
        """Return the parts that were taken and whose best is below the threshold without an exception."""
        best, excepted = self.best, self.excepted
        return tuple(
            part
            for part in self.wanted()
            if part in best and part not in excepted and _below(best[part], limits.of(part))
        )

    def missing(self) -> tuple[Part, ...]:
        """Return the parts that are wanted and were never taken in this round."""
        best = self.best
        return tuple(part for part in self.wanted() if part not in best)

    def complete(self, limits: Limits) -> bool:
        """Tell whether the section needs nothing more: taken, kept, and good enough or accepted with a reason."""
        if self.missing():
            return False
        if self.section is Section.PORTRAIT and self.wanted() and self.kept is None:
            return False
        return self.best_reason is not None or not self.below(limits)


def _below(score: float | None, limit: float | None) -> bool:
    return score is not None and limit is not None and score < limit


class RecordingStage(enum.Enum):
    """How far a recording is; a person has at most one that is not void, ever."""

    OPEN = "open"
    SEALED = "sealed"
    WRONG = "wrong"  # sealed under the wrong pupil's name: for the office, never exported or printed
    VOID = "void"  # the office decided that the pupil is to be recorded again


@dataclass(frozen=True, repr=False)
class RecordingState:
    """Everything the screens of step 6 need to go on exactly where they were.

    `basis` is the legal basis that counted when it was opened: "law", or "consent" of a guardian. `hands_asked` is the
    office's rule that excepted fingers are shown on a photograph of the hands, `hands_taken` when the one that counts
    was taken.
    """

    id: uuid.UUID
    pupil: uuid.UUID
    person: uuid.UUID
    stage: RecordingStage
    confirmed_at: datetime | None
    sections: tuple[SectionState, ...]
    limits: Limits
    resumed: bool
    sealed_at: datetime | None = None
    proof: int | None = None
    basis: str = "law"
    hands_asked: bool = False
    hands_taken: datetime | None = None

    def section(self, section: Section) -> SectionState:
        """Return one section's state."""
        return next(one for one in self.sections if one.section is section)

    @property
    def next(self) -> Section | None:
        """The first section that needs something; None when only the seal is left."""
        return next((one.section for one in self.sections if not one.complete(self.limits)), None)

    @property
    def attempt(self) -> int:
        """The number of the try that comes next in the next section, from 1; 0 when no section is left."""
        following = self.next
        return 0 if following is None else self.section(following).tried + 1

    @property
    def exceptions(self) -> tuple[PartException, ...]:
        """All exceptions in the order of the sections."""
        return tuple(exception for one in self.sections for exception in one.exceptions)

    @property
    def hands_wanted(self) -> bool:
        """Whether a photograph of the hands belongs to this recording, because of a finger that is not as others.

        A broken scanner says nothing of the hands, and without a camera nothing can show them.
        """
        broken = ExceptionReason.DEVICE_BROKEN
        no_camera = any(one.reason is broken for one in self.section(Section.PORTRAIT).exceptions)
        fingers = (one for one in self.exceptions if SECTION_OF[one.part] in FINGER_SECTIONS)
        return self.hands_asked and not no_camera and any(one.reason is not broken for one in fingers)

    @property
    def hands_missing(self) -> bool:
        """Whether the photograph of the hands is wanted and was never taken."""
        return self.hands_wanted and self.hands_taken is None


class SealBlockerKind(enum.Enum):
    """Why a recording cannot be sealed yet."""

    DATA_UNCONFIRMED = "data_unconfirmed"
    SECTION_MISSING = "section_missing"
    NOT_KEPT = "not_kept"
    BELOW_THRESHOLD = "below_threshold"
    HANDS_MISSING = "hands_missing"


@dataclass(frozen=True)
class SealBlocker:
    """One blocker; `parts` are the parts it is about."""

    kind: SealBlockerKind
    section: Section | None = None
    parts: tuple[Part, ...] = ()


def seal_blockers(state: RecordingState) -> tuple[SealBlocker, ...]:
    """Return everything that stands between this recording and its seal, in the order of the sections."""
    blockers: list[SealBlocker] = []
    if state.confirmed_at is None:
        blockers.append(SealBlocker(SealBlockerKind.DATA_UNCONFIRMED))
    for one in state.sections:
        if missing := one.missing():
            blockers.append(SealBlocker(SealBlockerKind.SECTION_MISSING, one.section, missing))
            continue
        if one.section is Section.PORTRAIT and one.wanted() and one.kept is None:
            blockers.append(SealBlocker(SealBlockerKind.NOT_KEPT, one.section))
        if one.best_reason is None and (below := one.below(state.limits)):
            blockers.append(SealBlocker(SealBlockerKind.BELOW_THRESHOLD, one.section, below))
    if state.hands_missing:
        blockers.append(SealBlocker(SealBlockerKind.HANDS_MISSING))
    return tuple(blockers)
