"""The papers that were made: which file, which version, which digest; and the registers that number them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from store import journal
from store.models.cards import DocumentKind as DocumentKind
from store.models.cards import DocumentMade, Series
from store.transaction import Transaction


@dataclass(frozen=True)
class Document:
    """One file that was made; the newest version is the one to show."""

    id: uuid.UUID
    kind: DocumentKind
    subject: uuid.UUID
    version: int
    number: str
    path: PurePath
    sha256: str
    pages: int
    at: datetime
    officer: uuid.UUID | None


LETTERS = "letters"
"""The register of what goes out under the office's own pattern: no two letters of a year bear one number."""


def next_number(tx: Transaction, register: str, pattern: str) -> str:
    """Return the register's next number of this year, in the office's pattern with `number` and `year`.

    A pattern that does not show the number would give the same one twice: ValueError, and no number is used up.
    """
    year = tx.today().year
    try:
        shown = [pattern.format(number=probe, year=year) for probe in (1, 2)]
    except (KeyError, IndexError, AttributeError) as error:
        raise ValueError("a number's pattern knows only {number} and {year}") from error
    if shown[0] == shown[1]:
        raise ValueError("a number's pattern has to show {number}")
    row, _ = Series.get_or_create(name=register, year=year)
    row.last += 1
    row.save()
    return pattern.format(number=row.last, year=year)


def made(
    tx: Transaction, kind: DocumentKind, subject: uuid.UUID, path: PurePath, sha256: str, pages: int, number: str = ""
) -> Document:
    """Note a file that lies whole on the disk; the same bytes at the same place again are the same document."""
    last = (
        DocumentMade.select()
        .where((DocumentMade.subject == subject) & (DocumentMade.kind == kind))
        .order_by(DocumentMade.version.desc())
        .first()
    )
    if last is not None and (last.sha256, last.path) == (sha256, str(path)):
        return _view(last)
    row = DocumentMade.create(
        kind=kind,
        subject=subject,
        version=1 if last is None else last.version + 1,
        number=number,
        path=str(path),
        sha256=sha256,
        pages=pages,
        at=tx.now(),
        officer=tx.officer,
    )
    tx.note("document.made", subject, kind=kind.value, version=row.version, number=number, sha256=sha256, pages=pages)
    return _view(row)


def of_subject(tx: Transaction, subject: uuid.UUID, kind: DocumentKind | None = None) -> tuple[Document, ...]:
    """Return every version of the papers about a visit, pupil or handover, newest first."""
    del tx
    query = DocumentMade.select().where(DocumentMade.subject == subject)
    if kind is not None:
        query = query.where(DocumentMade.kind == kind)
    return tuple(_view(row) for row in query.order_by(DocumentMade.id.desc()))


def of_digest(tx: Transaction, sha256: str) -> Document | None:
    """Return the newest paper of exactly these bytes; None where no such paper was made here."""
    del tx
    row = DocumentMade.select().where(DocumentMade.sha256 == sha256).order_by(DocumentMade.id.desc()).first()
    return None if row is None else _view(row)


def journalled(tx: Transaction, document: Document) -> bool:
    """Return whether the journal saw this very paper made: who can write a row cannot write a line of the chain."""
    before = None
    while lines := journal.history(tx, document.subject, before):
        for line in lines:
            facts = line.facts
            seen = (facts.get("kind"), facts.get("version"), facts.get("number"), facts.get("sha256"))
            wanted = (document.kind.value, document.version, document.number, document.sha256)
            if line.event == "document.made" and seen == wanted:
                return True
        before = lines[-1].seq
    return False


def _view(row: Any) -> Document:
    return Document(
        id=row.id,
        kind=row.kind,
        subject=row.subject,
        version=row.version,
        number=row.number,
        path=PurePath(row.path),
        sha256=row.sha256,
        pages=row.pages,
        at=row.at,
        officer=row.officer,
    )
