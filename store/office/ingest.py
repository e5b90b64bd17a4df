"""Taking a bundle in: everything is checked before anything is written, and it is written in one transaction.

Captures are laid down first, each in a file named by its digest: a file without a row is overwritten by itself when
the bundle comes again, a row without its file is never there.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.bundles.contents import CAPTURE, EVENT, RECORDING, Capture, Line, recording_of
from store.bundles.exchange import LaptopPublic, verified
from store.bundles.receipts import Receipt
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.wire import Sealed, parts_of, read
from store.folder import replace_file, sync_folder
from store.journal import Head, canonical
from store.office.engine import load
from store.office.office import Office
from store.office.tables import Event, Laptop, OfficeCapture, OfficeRecording, Taken, database


class Outcome(enum.Enum):
    """What became of a bundle."""

    TAKEN = "taken"
    KNOWN = "known"  # it was here already: nothing was added


@dataclass(frozen=True)
class Ingested:
    """A bundle that is in: whose, which, and what it added."""

    outcome: Outcome
    node: str
    number: int
    lines: int = 0
    recordings: int = 0
    captures: int = 0


def ingest(office: Office, content: bytes) -> Ingested:
    """Take one bundle in; raises BundleError with nothing written, OSError where the disk refuses."""
    sealed = read(content)
    header = sealed.header
    if (header.office, header.regency) != (office.keys.public.fingerprint, office.keys.regency):
        raise BundleError(BundleProblem.WRONG_OFFICE)
    known = Laptop.get_or_none((Laptop.regency == header.regency) & (Laptop.node == header.node))
    laptop = known or _restored(office, sealed)
    if laptop.revoked_at is not None:
        raise BundleError(BundleProblem.REVOKED_LAPTOP, laptop.name)
    parts = parts_of(sealed, bytes.fromhex(laptop.sign), office.keys.seal)
    if header.number <= laptop.upto:
        return _known(sealed)
    if header.number > laptop.upto + 1:
        raise BundleError(BundleProblem.GAP, f"{laptop.upto + 1}")
    if (header.first, header.previous) != (laptop.seq + 1, laptop.head):
        raise BundleError(BundleProblem.FORK, laptop.name)
    lines: list[Line] = []
    recordings: list[tuple[str, str, dict[str, Any]]] = []
    captures: list[Capture] = []
    for part in parts:
        if part.kind == EVENT:
            lines.append(Line.of(part))
        elif part.kind == RECORDING:
            recordings.append(recording_of(part))
        elif part.kind == CAPTURE:
            captures.append(Capture.of(part))
        else:
            raise BundleError(BundleProblem.DAMAGED, "part")
    _check(header.last, header.head, lines, Head(laptop.seq, bytes.fromhex(laptop.head)))
    _keep(office, captures)
    with database.atomic() as transaction:
        if known is None:
            laptop.save(force_insert=True)
        if not _moved_on(office, sealed):  # another process took the same bundle in meanwhile
            transaction.rollback()
            return _known(sealed)
        _write(office, sealed, lines, recordings, captures)
    return Ingested(Outcome.TAKEN, header.node, header.number, len(lines), len(recordings), len(captures))


def receipt(office: Office, node: str) -> bytes:
    """Return the signed receipt for a laptop: up to where the office has everything of it."""
    laptop = Laptop.get((Laptop.regency == office.keys.regency) & (Laptop.node == node))
    whose = (Taken.regency == laptop.regency) & (Taken.node == node) & (Taken.number == laptop.upto)
    last = Taken.get_or_none(whose)
    said = Receipt(office.keys.regency, node, laptop.upto, "" if last is None else last.sha256, office.now)
    return said.encode(office.keys.sign)


def _restored(office: Office, sealed: Sealed) -> Any:
    """Return a row, not yet written, for a laptop that goes on under another node: it signs with a key that is known.

    A restored laptop does so (`joining.renew`); raises BundleError (UNKNOWN_LAPTOP) for a key nobody brought.
    """
    header = sealed.header
    for known in Laptop.select().where(Laptop.regency == header.regency).order_by(Laptop.added_at.desc()):
        if verified(sealed.signed, sealed.signature.hex(), bytes.fromhex(known.sign)):
            if known.revoked_at is not None:
                raise BundleError(BundleProblem.REVOKED_LAPTOP, known.name)
            return office.row_of(LaptopPublic(header.regency, header.node, known.name, bytes.fromhex(known.sign)))
    raise BundleError(BundleProblem.UNKNOWN_LAPTOP, header.node)


def _known(sealed: Sealed) -> Ingested:
    header = sealed.header
    known = Taken.get((Taken.regency == header.regency) & (Taken.node == header.node) & (Taken.number == header.number))
    if known.sha256 != sealed.digest:
        raise BundleError(BundleProblem.FORK, header.node)
    return Ingested(Outcome.KNOWN, header.node, header.number)


def _check(last: int, head: str, lines: list[Line], before: Head) -> None:
    """Walk the lines on from what is here; raises BundleError (CHAIN)."""
    at = before
    for line in lines:
        if not line.follows(at):
            raise BundleError(BundleProblem.CHAIN, f"{line.seq}")
        at = Head(line.seq, line.hash)
    if (at.seq, at.hash.hex()) != (last, head):
        raise BundleError(BundleProblem.CHAIN, f"{last}")


def _keep(office: Office, captures: list[Capture]) -> None:
    folders: set[Path] = set()
    for capture in captures:
        file = office.capture_file(capture.sha256)
        if not file.exists():
            file.parent.mkdir(mode=0o700, exist_ok=True)
            replace_file(file, capture.sealed)
            folders.add(file.parent)
    if folders:
        sync_folder(office.folder / "captures")


def _moved_on(office: Office, sealed: Sealed) -> bool:
    """Note how far the laptop's chain has come, which also keeps every other process from its rows until the end."""
    header = sealed.header
    forward = {"upto": header.number, "seq": header.last, "head": header.head, "seen_at": office.now}
    mine = (Laptop.regency == header.regency) & (Laptop.node == header.node)
    return bool(Laptop.update(forward).where(mine & (Laptop.upto == header.number - 1)).execute())


def _write(
    office: Office,
    sealed: Sealed,
    lines: list[Line],
    recordings: list[tuple[str, str, dict[str, Any]]],
    captures: list[Capture],
) -> None:
    header = sealed.header
    whose = {"regency": header.regency, "node": header.node}
    names = ("seq", "wall", "monotonic", "boot_id", "officer", "event", "subject", "facts")
    events = [
        {**whose, **dict(zip(names, line.row, strict=True)), "hash": line.hash.hex(), "clock": line.clock}
        for line in lines
    ]
    sealed_ones = [
        {**whose, "recording": key, "number": header.number, "person": person}
        | {"nik": said["person"].get("nik"), "content": canonical(said)}
        for key, person, said in recordings
    ]
    files = [
        {"regency": header.regency, "capture": one.id, "recording": one.recording, "kind": one.kind}
        | {"sha256": one.sha256, "size": len(one.sealed)}
        for one in captures
    ]
    for table, rows in ((Event, events), (OfficeRecording, sealed_ones), (OfficeCapture, files)):
        load(table, rows)
    Taken.create(
        **whose,
        number=header.number,
        sha256=sealed.digest,
        first=header.first,
        last=header.last,
        taken_at=office.now,
    )
