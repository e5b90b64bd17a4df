"""What happened to a pupil, from the journal: every event with its officer and time, in the chain's order."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from store import journal
from store.models.core import Officer
from store.models.recording import Recording
from store.people import BadValueError
from store.standing import pupil_row
from store.transaction import Json, Transaction

_PAGE = 50
_LONGEST_NOTE = 300


@dataclass(frozen=True, repr=False)
class Happened:
    """One event: `clock_back` tells that the wall clock ran backwards just before it, `seq` is the journal's number."""

    seq: int
    at: datetime
    officer: str
    event: str
    facts: Mapping[str, Json]
    clock_back: bool


@dataclass(frozen=True, repr=False)
class History:
    """Events, newest first, and whether there are older ones."""

    events: tuple[Happened, ...]
    more: bool


def history(tx: Transaction, pupil: uuid.UUID, before: int | None = None, limit: int = _PAGE) -> History:
    """Return what happened to a pupil on this visit, to her recording and to her data.

    `before` is the last page's smallest number.
    """
    row = pupil_row(pupil)
    recordings = [held.id for held in Recording.select(Recording.id).where(Recording.pupil == pupil)]
    entries = [
        entry
        for subject in (pupil, row.person_id, *recordings)
        for entry in journal.history(tx, subject, before, limit + 1)
    ]
    entries.sort(key=lambda entry: entry.seq, reverse=True)
    names = {officer.id: officer.name for officer in Officer.select()}
    shown = tuple(
        Happened(
            entry.seq,
            entry.at,
            names.get(entry.officer, "") if entry.officer else "",
            entry.event,
            entry.facts,
            entry.clock_back,
        )
        for entry in entries[:limit]
    )
    return History(shown, len(entries) > limit)


def add_note(tx: Transaction, pupil: uuid.UUID, text: str) -> None:
    """Add an officer's own words to a pupil's history; raises BadValueError for an empty or a very long one."""
    words = " ".join(text.split())
    if not words or not words.isprintable() or len(words) > _LONGEST_NOTE:
        raise BadValueError("note")
    pupil_row(pupil)
    tx.note("pupil.noted", pupil, text=words)
