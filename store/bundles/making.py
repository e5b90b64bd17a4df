"""Making bundles: everything new since the last one, written whole into the laptop's outgoing folder, then noted.

A file that nobody noted, because the power failed between, is written again under the same number; it cannot have left.
A bundle stays in the folder until the office's receipt, so that it can be carried again and again: twice is once.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.bundles import contents
from store.bundles.joining import Joined
from store.bundles.stream import Part
from store.bundles.wire import Header, read, write
from store.folder import Folder, replace_file
from store.journal import EMPTY, Head
from store.models.bundles import Bundle, BundledRecording
from store.models.recording import Recording
from store.store import Store
from store.transaction import Transaction

OUTGOING = "outgoing"
_TOGETHER = 32 << 20
"""With so many bytes of captures a bundle is closed; a receipt then frees the laptop of them in good pieces."""
_LINES = 20_000


@dataclass(frozen=True, repr=False)
class Draft:
    """What the next bundle will hold."""

    header: Header
    parts: list[Part]
    recordings: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Standing:
    """How far the office has what is here: recordings, and bundles not yet acknowledged with the oldest one's time."""

    sealed: int
    waiting: int
    under_way: int
    arrived: int
    not_arrived: tuple[int, ...]
    oldest: datetime | None


def draft(tx: Transaction, joined: Joined) -> Draft | None:
    """Gather what is new; None where nothing is but lines about bundles."""
    last = Bundle.select().order_by(Bundle.number.desc()).first()
    before = EMPTY if last is None else Head(last.last, bytes.fromhex(last.head))
    lines = contents.lines_after(before.seq, _LINES)
    parts = [line.part() for line in lines]
    recordings: list[uuid.UUID] = []
    size = 0
    for recording in contents.newly_sealed():
        captures = list(contents.capture_parts(recording))
        size += sum(len(part.content) for part in captures)
        if recordings and size > _TOGETHER:
            break
        recordings.append(recording.id)
        parts += [contents.recording_part(recording), *captures]
    if not recordings and all(line.event in contents.OWN_EVENTS for line in lines):
        return None
    head = Head(lines[-1].seq, lines[-1].hash) if lines else before
    header = Header(
        regency=joined.office.regency,
        node=joined.laptop.node,
        office=joined.office.fingerprint,
        number=1 if last is None else last.number + 1,
        first=before.seq + 1,
        last=head.seq,
        previous=before.hash.hex(),
        head=head.hash.hex(),
        clock=lines[-1].clock if lines else 0,
        made=tx.now().isoformat(timespec="milliseconds"),
    )
    return Draft(header, parts, tuple(recordings))


def made(tx: Transaction, header: Header, digest: str, size: int, recordings: tuple[uuid.UUID, ...]) -> None:
    """Note a bundle that lies whole in the outgoing folder."""
    Bundle.create(
        number=header.number,
        first=header.first,
        last=header.last,
        head=header.head,
        sha256=digest,
        size=size,
        made_at=tx.now(),
    )
    for recording in recordings:
        BundledRecording.create(recording=recording, bundle=header.number)
    tx.note("bundle.made", None, number=header.number, lines=header.last - header.first + 1, recordings=len(recordings))


def make_all(folder: Folder, store: Store, joined: Joined) -> Iterator[Header]:
    """Make bundles until nothing is new, yielding each; raises OSError and StoreError, with all before it kept."""
    place = outgoing(folder)
    place.mkdir(mode=0o700, exist_ok=True)
    while (found := store.run_now(draft, joined)) is not None:
        content = write(found.header, found.parts, joined.office.seal, joined.seed)
        replace_file(place / found.header.file_name, content)
        store.run_now(made, found.header, read(content).digest, len(content), found.recordings)
        yield found.header


def outgoing(folder: Folder) -> Path:
    """Return where bundles wait for the office's receipt."""
    return folder.path / OUTGOING


def not_arrived(tx: Transaction) -> tuple[int, ...]:
    """Return the numbers of the bundles that no receipt speaks of, in order."""
    del tx
    return tuple(row.number for row in Bundle.select().where(Bundle.arrived_at.is_null()).order_by(Bundle.number))


def standing(tx: Transaction) -> Standing:
    """Count what has arrived, what is under way and what has not left."""
    sealed = Recording.select().where(Recording.sealed_at.is_null(False)).count()
    left = BundledRecording.select().join(Bundle)
    under_way = left.where(Bundle.arrived_at.is_null()).count()
    arrived = left.where(Bundle.arrived_at.is_null(False)).count()
    oldest = contents.newly_sealed().first()
    waiting = sealed - under_way - arrived
    return Standing(sealed, waiting, under_way, arrived, not_arrived(tx), None if oldest is None else oldest.sealed_at)
