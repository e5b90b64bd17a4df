"""`rekam17 verify FILE...`: whether papers are, to the last byte, those that were made here, and the journal agrees."""

from __future__ import annotations

import argparse
import hashlib
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from store import documents, handovers, officers
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


def run(args: argparse.Namespace) -> int:
    """Say a line about each paper; 0 all unchanged and in the journal, 1 one is not, 2 not opened or not readable."""
    digests: list[tuple[str, str]] = []
    for file in args.files:
        try:
            digests.append((file, _digest(Path(file))))
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
        found = [(file, store.run_now(_judge, digest, zone)) for file, digest in digests]
    except StoreError as error:
        return fail(f"the store cannot be read: {error.reason.value}", 1)
    finally:
        store.close()
    for file, (_, words) in found:
        print(clean(f"{file}: {words}"))
    return 0 if all(good for _, (good, _) in found) else 1


def _digest(file: Path) -> str:
    if file.exists() and not file.is_file():
        raise OSError("is no file")
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _judge(tx: Transaction, digest: str, zone: tzinfo) -> tuple[bool, str]:
    """Return whether the paper of these bytes may be believed, and why in words."""
    made = documents.of_digest(tx, digest)
    if made is None:
        return False, "NOT a paper of this laptop as it stands: changed since, or made elsewhere."
    about = f"{made.kind.value} {made.number}".replace("_", " ").strip()
    by = "" if made.officer is None else _name(tx, made.officer)
    when = f"made {made.at.astimezone(zone):%d-%m-%Y %H.%M}{by}"
    if not documents.journalled(tx, made):
        return False, f"{about}, {when}: NOT in the journal, so somebody wrote it into the store."
    if made.kind is DocumentKind.HANDOVER and made.number and not handovers.agrees(tx, made.subject):
        return False, f"{about}, {when}: unchanged, but list and journal do NOT agree."
    return True, f"{about}, {when}: unchanged; {_agreement(made)}."


def _agreement(made: Document) -> str:
    if made.kind is DocumentKind.HANDOVER and made.number:
        return "list and journal agree"
    return "the journal agrees"


def _name(tx: Transaction, officer: uuid.UUID) -> str:
    record = officers.named(tx, officer)
    return "" if record is None else f" by {record.name}"
