"""`rekam17 verify FILE...`: whether papers are those that were made here, who signed them, and the journal agrees."""

from __future__ import annotations

import argparse
import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store import documents, handovers, officers, signing_key
from store.clock import SystemClock
from store.documents import Document, DocumentKind
from store.errors import StoreError
from store.transaction import Transaction
from tui import figures
from tui.commands import chain
from tui.commands.unlocking import CannotOpen, clean, fail, open_store
from tui.settings import SettingsError, read_settings, settings_file

if TYPE_CHECKING:
    from datetime import tzinfo

_LARGEST = 64 * 1024 * 1024
_CHANGED = "NOT a paper of this laptop as it stands: changed since, or made elsewhere"


@dataclass(frozen=True)
class _Verdict:
    """Whether a paper may be believed, why in words, and a line for each signature on it."""

    good: bool
    words: str
    signatures: tuple[str, ...] = ()


def run(args: argparse.Namespace) -> int:
    """Say of each paper what holds; 0 all unchanged and in the journal, 1 one is not, 2 not opened or not readable."""
    papers: list[tuple[str, bytes]] = []
    for file in args.files:
        try:
            papers.append((file, _content(Path(file))))
        except OSError as error:
            return fail(f"{file}: {error.strerror or error}")
    try:
        zone = figures.ZONES[read_settings(settings_file()).zone]
        store = open_store(args, SystemClock()).store
    except (SettingsError, CannotOpen) as error:
        return fail(str(error))
    try:
        verdict = chain.verified(store)
        if not verdict.good:
            return fail(f"nothing can be said: the journal is broken at entry {verdict.first_bad}", 1)
        found = [(file, store.run_now(_judge, paper, zone)) for file, paper in papers]
    except StoreError as error:
        return fail(f"the store cannot be read: {error.reason.value}", 1)
    finally:
        store.close()
    for file, told in found:
        print(clean(f"{file}: {told.words}"))
        for line in told.signatures:
            print(clean(f"    {line}"))
    return 0 if all(told.good for _, told in found) else 1


def _content(file: Path) -> bytes:
    if file.exists() and not file.is_file():
        raise OSError("is no file")
    with file.open("rb") as opened:
        content = opened.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise OSError("is larger than any paper")
    return content


def _judge(tx: Transaction, paper: bytes, zone: tzinfo) -> _Verdict:
    made = documents.of_digest(tx, hashlib.sha256(paper).hexdigest())
    doubt, signatures = _signatures(tx, paper, zone)
    if made is None:
        return _Verdict(False, f"{_CHANGED}{doubt or ''}.", signatures)
    about = f"{made.kind.value} {made.number}".replace("_", " ").strip()
    by = "" if made.officer is None else _name(tx, made.officer)
    when = f"made {made.at.astimezone(zone):%d-%m-%Y %H.%M}{by}"
    if not documents.journalled(tx, made):
        return _Verdict(False, f"{about}, {when}: NOT in the journal, so somebody wrote it into the store.", signatures)
    if made.kind is DocumentKind.HANDOVER and made.number and not handovers.agrees(tx, made.subject):
        return _Verdict(False, f"{about}, {when}: unchanged, but list and journal do NOT agree.", signatures)
    if signatures and doubt is not None:
        return _Verdict(False, f"{about}, {when}: unchanged, but NOT signed as it should be{doubt}.", signatures)
    return _Verdict(True, f"{about}, {when}: unchanged; {_agreement(made)}.", signatures)


def _signatures(tx: Transaction, paper: bytes, zone: tzinfo) -> tuple[str | None, tuple[str, ...]]:
    """Return the doubt about a paper's signatures, as the end of a sentence, and a line for each of them."""
    if b"/ByteRange" not in paper:
        return None, ()
    from reports import signatures
    from reports.signatures import Doubt

    words = {
        Doubt.UNREADABLE: "; its signatures cannot be read",
        Doubt.UNSIGNED: "; it has no signature",
        Doubt.UNCERTIFIED: "; its signatures allow additions",
        Doubt.LACKING: "; a signature was taken out",
        Doubt.FOREIGN_KEY: "; signed with a key that is not the office's",
        Doubt.BROKEN: "; what was signed has been changed",
        Doubt.CHANGED: "; something was added after it was signed",
    }
    examined = signatures.examine(paper, signing_key.certificates(tx))
    lines: list[str] = []
    for one in examined.signatures:
        when = "" if one.at is None else f" {one.at.astimezone(zone):%d-%m-%Y %H.%M}"
        lines.append(f"signed{when} under the key of {one.key_of}: {one.reason or 'nobody signed on the pad'}")
    return None if examined.doubt is None else words[examined.doubt], tuple(lines)


def _agreement(made: Document) -> str:
    if made.kind is DocumentKind.HANDOVER and made.number:
        return "list and journal agree"
    return "the journal agrees"


def _name(tx: Transaction, officer: uuid.UUID) -> str:
    record = officers.named(tx, officer)
    return "" if record is None else f" by {record.name}"
