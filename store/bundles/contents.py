"""What goes into a bundle: new lines of the journal, and each newly sealed recording with its captures as they are.

A recording goes whole, with the person it is of as she is known then; captures stay sealed to the office's key and are
not opened on the way. Whatever changes later is told by the journal's lines.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import peewee

from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stream import Part
from store.journal import Head, canonical, digest_of
from store.models.bundles import BundledRecording
from store.models.recording import (
    REMOVED,
    Attempt,
    AttemptScore,
    CaptureException,
    HandsPhoto,
    Recording,
    RecordingSection,
)
from store.models.table import database
from store.transaction import Json

_READ = json.JSONDecoder().raw_decode
_KEY = re.compile(r"[0-9a-f]{32}")
_KINDS = ("attempt", "hands_photo")
EVENT, RECORDING, CAPTURE = b"E", b"R", b"C"
OWN_EVENTS = frozenset({"bundle.made", "bundle.arrived", "exchange.answered", "recording.captures_removed"})
"""Lines about the exchange itself: no reason to make another bundle."""
_LINES = (
    "SELECT j.seq, j.wall, j.monotonic, j.boot_id, j.officer, j.event, j.subject, j.facts, j.hash, "
    "coalesce(o.clock, 0) FROM journal j LEFT JOIN outbox o ON o.seq = j.seq WHERE j.seq > ? ORDER BY j.seq LIMIT ?"
)


@dataclass(frozen=True, repr=False)
class Line:
    """One line of a laptop's journal, with the hybrid clock of its change."""

    row: tuple[Any, ...]  # the digest's eight values, keys as 32 hexadecimal digits
    hash: bytes
    clock: int

    @property
    def seq(self) -> int:
        """Its number in the chain."""
        return int(self.row[0])

    @property
    def event(self) -> str:
        """What happened."""
        return str(self.row[5])

    def follows(self, previous: Head) -> bool:
        """Tell whether it is the next line of that chain."""
        try:
            return self.seq == previous.seq + 1 and digest_of(list(self.row), previous.hash) == self.hash
        except UnicodeEncodeError:  # half of a surrogate pair, which no laptop writes
            return False

    def part(self) -> Part:
        """Return it as a part of a bundle."""
        return Part(EVENT, canonical([*self.row, self.hash.hex(), self.clock]).encode())

    @classmethod
    def of(cls, part: Part) -> Line:
        """Read it back; raises BundleError (DAMAGED)."""
        try:
            text = part.content.decode()
            values, end = _READ(text)
            seq, wall, monotonic, boot, officer, event, subject, facts, spelled, clock = values
            shaped = type(seq) is type(monotonic) is type(clock) is int and end == len(text)
            shaped = shaped and type(wall) is type(boot) is type(event) is type(facts) is str
            keyed = (officer is None or _KEY.fullmatch(officer)) and (subject is None or _KEY.fullmatch(subject))
            line = cls(tuple(values[:8]), bytes.fromhex(spelled), clock)
        except (ValueError, TypeError, RecursionError) as error:
            raise BundleError(BundleProblem.DAMAGED, "line") from error
        if not shaped or not keyed:
            raise BundleError(BundleProblem.DAMAGED, "line")
        return line


def lines_after(seq: int, limit: int) -> list[Line]:
    """Return the journal's lines after a number."""
    rows = database.execute_sql(_LINES, (seq, limit)).fetchall()
    return [Line(tuple(_plain(value) for value in row[:8]), bytes(row[8]), row[9]) for row in rows]


def recording_part(recording: Any) -> Part:
    """Return a recording with its sections, tries, scores, exceptions and the person's data, without any picture."""
    held = recording.id
    attempts = list(Attempt.select().where(Attempt.recording == held))
    scores = AttemptScore.select().where(AttemptScore.attempt.in_([one.id for one in attempts]))
    said: dict[str, Json] = {
        "recording": _values(recording),
        "person": _values(recording.person),
        "pupil": _values(recording.pupil),
        "sections": _all(RecordingSection, held),
        "attempts": [_values(one) for one in attempts],
        "scores": [_values(one) for one in scores],
        "exceptions": _all(CaptureException, held),
    }
    return Part(RECORDING, canonical(said).encode())


def capture_parts(recording: Any) -> Iterator[Part]:
    """Yield the sealed captures of a recording, each behind its key and kind; not those removed here, which arrived."""
    for model in (Attempt, HandsPhoto):
        for row in model.select().where((model.recording == recording.id) & (model.sealed != REMOVED)):
            about: dict[str, Json] = {"id": row.id.hex, "recording": recording.id.hex, "kind": model._meta.table_name}  # noqa: SLF001 - the name peewee documents
            about |= {"sha256": hashlib.sha256(bytes(row.sealed)).hexdigest()}
            spelled = canonical(about).encode()
            yield Part(CAPTURE, struct.pack(">I", len(spelled)) + spelled + bytes(row.sealed))


@dataclass(frozen=True, repr=False)
class Capture:
    """A sealed capture as the office gets it."""

    id: str
    recording: str
    kind: str
    sha256: str
    sealed: bytes

    @classmethod
    def of(cls, part: Part) -> Capture:
        """Read it back; raises BundleError (DAMAGED) also where its bytes are not those of its digest."""
        try:
            length = struct.unpack_from(">I", part.content)[0]
            about = json.loads(part.content[4 : 4 + length])
            made = cls(sealed=part.content[4 + length :], **about)
            keyed = all(map(_KEY.fullmatch, (made.id, made.recording))) and made.kind in _KINDS
        except (ValueError, TypeError, AttributeError, struct.error, RecursionError) as error:
            raise BundleError(BundleProblem.DAMAGED, "capture") from error
        if not keyed or hashlib.sha256(made.sealed).hexdigest() != made.sha256:
            raise BundleError(BundleProblem.DAMAGED, "capture")
        return made


def recording_of(part: Part) -> tuple[str, str, dict[str, Any]]:
    """Return the keys of recording and person and all that is said; raises BundleError (DAMAGED)."""
    try:
        said = json.loads(part.content)
        recording, person = said["recording"]["id"], said["person"]["id"]
        keyed = all(map(_KEY.fullmatch, (recording, person)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BundleError(BundleProblem.DAMAGED, "recording") from error
    if not keyed:
        raise BundleError(BundleProblem.DAMAGED, "recording")
    return recording, person, said


def newly_sealed() -> Any:
    """Return the recordings that were sealed and have not left yet, the oldest first."""
    left = BundledRecording.select(BundledRecording.recording)
    return (
        Recording.select()
        .where(Recording.sealed_at.is_null(False) & Recording.id.not_in(left))
        .order_by(Recording.sealed_at, Recording.id)
    )


_PICTURES = frozenset({"sealed", "draft", "unfinished"})


def _all(model: type[peewee.Model], recording: uuid.UUID) -> list[Json]:
    return [_values(row) for row in model.select().where(model.recording == recording)]  # pyright: ignore[reportAttributeAccessIssue]


def _values(row: Any) -> dict[str, Json]:
    """Return a row by columns, as the table spells it; pictures go by themselves."""
    return {
        field.column_name: _plain(field.db_value(row.__data__[name]))
        for name, field in row._meta.fields.items()  # noqa: SLF001 - the name peewee documents
        if name not in _PICTURES
    }


def _plain(value: Any) -> Json:
    return bytes(value).hex() if isinstance(value, bytes | memoryview | bytearray) else value
