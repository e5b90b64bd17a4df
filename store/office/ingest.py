"""Taking a bundle in: everything is checked before anything is written, and it is written in one transaction.

Captures are laid down first, each in a file named by its digest: a file without a row is overwritten by itself when
the bundle comes again, a row without its file is never there.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from store.bundles.contents import Capture, Line
from store.bundles.exchange import LaptopPublic, verified
from store.bundles.receipts import Receipt
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.wire import Header, Sealed, parts_of, read
from store.folder import replace_file, sync_folder
from store.journal import Head
from store.office.branches import place_of
from store.office.engine import load
from store.office.office import Office
from store.office.rows import Unpacked, unpacked
from store.office.tables import Event, Laptop, OfficeCapture, OfficeRecording, SetAside, Taken, database


class Outcome(enum.Enum):
    """What became of a bundle."""

    TAKEN = "taken"
    KNOWN = "known"  # it was here already: nothing was added


@dataclass(frozen=True)
class Ingested:
    """A bundle that is in: whose, which, and what it added; rows that no table may have are set aside."""

    outcome: Outcome
    node: str
    number: int
    lines: int = 0
    recordings: int = 0
    captures: int = 0
    set_aside: int = 0


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
    if _is_known(sealed):
        return Ingested(Outcome.KNOWN, header.node, header.number)
    chain, branch = place_of(office, laptop, sealed)
    placed = replace(header, node=chain.node)
    bundle = unpacked(placed, parts)
    _check(header.last, header.head, bundle.lines, Head(chain.seq, bytes.fromhex(chain.head)))
    _keep(office, bundle.captures)
    with database.atomic() as transaction:
        for new in ([laptop] if known is None else []) + ([chain, branch] if branch is not None else []):
            new.save(force_insert=True)
        if not _moved_on(office, placed):  # another process took the same bundle in meanwhile
            transaction.rollback()
            return Ingested(Outcome.KNOWN, header.node, header.number)
        _write(office, placed, sealed.digest, bundle)
    counts = (len(rows) for rows in (bundle.events, bundle.recordings, bundle.captures, bundle.set_aside))
    return Ingested(Outcome.TAKEN, header.node, header.number, *counts)


def receipt(office: Office, node: str) -> bytes:
    """Return the signed receipt for a laptop: up to where the office has everything of it."""
    laptop = Laptop.get((Laptop.regency == office.keys.regency) & (Laptop.node == node))
    whose = (Taken.regency == laptop.regency) & (Taken.node == node) & (Taken.number == laptop.upto)
    last = Taken.get_or_none(whose)
    said = Receipt(office.keys.regency, node, laptop.upto, "" if last is None else last.sha256, office.now)
    return said.encode(office.keys.sign)


def _restored(office: Office, sealed: Sealed[Header]) -> Any:
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


def _is_known(sealed: Sealed[Header]) -> bool:
    mine = (Taken.regency == sealed.header.regency) & (Taken.sha256 == sealed.digest)
    return Taken.select().where(mine).exists()


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


def _moved_on(office: Office, header: Header) -> bool:
    """Note how far the chain has come, which also keeps every other process from its rows until the end."""
    forward = {"upto": header.number, "seq": header.last, "head": header.head, "seen_at": office.now}
    mine = (Laptop.regency == header.regency) & (Laptop.node == header.node)
    return bool(Laptop.update(forward).where(mine & (Laptop.upto == header.number - 1)).execute())


def _write(office: Office, header: Header, digest: str, bundle: Unpacked) -> None:
    rows = (bundle.events, bundle.recordings, bundle.files, bundle.set_aside)
    for table, loaded in zip((Event, OfficeRecording, OfficeCapture, SetAside), rows, strict=True):
        load(table, loaded)
    Taken.create(
        regency=header.regency,
        node=header.node,
        number=header.number,
        sha256=digest,
        first=header.first,
        last=header.last,
        taken_at=office.now,
    )
