"""The journal: who changed what and when, append-only, each line chained to the one before by its hash.

Cutting the tail off, or writing the whole chain anew, can only be found against a head that was noted elsewhere: it is
printed on every handover list, and `verify` takes it as `known`. Order is the chain's, never the clock's: clocks go
wrong in the field.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from store.identity import uuid7
from store.models.core import Outbox
from store.models.table import database, write_many
from store.transaction import Json, Transaction

_PAGE = 10_000
_SPELLING = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
_START = bytes(32)
LINES = (
    "SELECT seq, wall, monotonic, boot_id, officer, event, subject, facts, hash "
    "FROM journal WHERE seq > ? ORDER BY seq LIMIT ?"
)
"""The lines after a number, as many as wanted, in the form that `walk` takes."""


@dataclass(frozen=True)
class Head:
    """The chain's last line, by number and hash."""

    seq: int
    hash: bytes

    @property
    def short(self) -> str:
        """Return the first ten hexadecimal digits, as printed on a handover list."""
        return self.hash.hex()[:10]


EMPTY = Head(0, _START)


@dataclass(frozen=True)
class Verdict:
    """What walking the chain found: `first_bad` is the number of the first line that does not fit, None when all do.

    `clock_back` counts lines whose wall time is before their predecessor's; `first_clock_back` is the first of them.
    `complete` tells that the last line was reached; otherwise hand the verdict back to `verify` to go on.
    """

    entries: int = 0
    head: Head = EMPTY
    first_bad: int | None = None
    clock_back: int = 0
    first_clock_back: int | None = None
    complete: bool = False
    wall: str = ""
    monotonic: int = 0

    @property
    def good(self) -> bool:
        """Tell whether the whole chain was walked and every line fits."""
        return self.complete and self.first_bad is None


@dataclass(frozen=True, repr=False)
class Entry:
    """One line of the journal; facts may speak of a person, so none of it is in the repr."""

    seq: int
    at: datetime
    officer: uuid.UUID | None
    event: str
    subject: uuid.UUID | None
    facts: dict[str, Json]
    clock_back: bool


@dataclass(frozen=True)
class Stamp:
    """What every line of one transaction shares."""

    at: datetime
    monotonic: int  # milliseconds
    boot_id: str
    officer: uuid.UUID | None

    @cached_property
    def wall(self) -> str:
        """Return the moment as the tables spell it."""
        return self.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def canonical(value: Json | dict[str, Json] | list[Json]) -> str:
    """Return the one spelling of a JSON value that is hashed, stored and sent."""
    return _SPELLING.encode(value)


def digest(previous: bytes, row: tuple[Any, ...]) -> bytes:
    """Return the hash of a line (seq, wall, monotonic, boot_id, officer, event, subject, facts) after `previous`."""
    seq, wall, monotonic, boot_id, officer, event, subject, facts = row
    who, about = (bytes(key).hex() if key else None for key in (officer, subject))
    return digest_of([seq, wall, monotonic, boot_id, who, event, about, facts], previous)


def digest_of(values: list[Json], previous: bytes) -> bytes:
    """Return the hash of a line as it travels, its keys spelled as 32 hexadecimal digits."""
    return hashlib.blake2b(previous + canonical(values).encode(), digest_size=32).digest()


def head(transaction: Transaction) -> Head:
    """Return the last line's number and hash; `EMPTY` before the first."""
    del transaction
    row = database.execute_sql("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return EMPTY if row is None else Head(row[0], bytes(row[1]))


def append(
    previous: Head, stamp: Stamp, event: str, changes: Iterable[tuple[uuid.UUID | None, dict[str, Json]]], clock: int
) -> tuple[Head, int]:
    """Write a line and its outbox row for every change (subject, facts); return the new head and outbox clock.

    The first line comes after `previous`. `clock` is the hybrid clock of the row before: each new one is later,
    whatever the wall clock says.
    """
    ticked = max(clock, (int(stamp.at.timestamp() * 1000) << 16) - 1)
    officer = None if stamp.officer is None else stamp.officer.bytes
    line = previous
    lines: list[tuple[Any, ...]] = []
    sent: list[tuple[Any, ...]] = []
    for subject, facts in changes:
        ticked += 1
        spelled, about = canonical(facts), None if subject is None else subject.bytes
        row = (line.seq + 1, stamp.wall, stamp.monotonic, stamp.boot_id, officer, event, about, spelled)
        line = Head(line.seq + 1, digest(line.hash, row))
        lines.append((*row, line.hash))
        sent.append((uuid7().bytes, line.seq, ticked, event, about, spelled))
    write_many(
        "INSERT INTO journal (seq, wall, monotonic, boot_id, officer, event, subject, facts, hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        lines,
    )
    write_many("INSERT INTO outbox (id, seq, clock, kind, subject, payload) VALUES (?, ?, ?, ?, ?, ?)", sent)
    return line, ticked


def holds(transaction: Transaction, short: str) -> bool:
    """Return whether a line has the hash of which a paper shows the first ten digits; reads the whole chain."""
    del transaction
    found = database.execute_sql("SELECT 1 FROM journal WHERE substr(lower(hex(hash)), 1, 10) = ? LIMIT 1", (short,))
    return found.fetchone() is not None


def last_clock(transaction: Transaction) -> int:
    """Return the hybrid clock of the newest outbox row, 0 before the first."""
    del transaction
    return Outbox.select(Outbox.clock).order_by(Outbox.clock.desc()).limit(1).scalar() or 0


def walk(rows: Iterable[tuple[Any, ...]], so_far: Verdict, known: Head | None = None) -> Verdict:
    """Go on with a verdict over further lines (the digest's eight values, then the stored hash)."""
    found, seen = so_far, 0
    for row in rows:
        seen += 1
        number, wall, monotonic = row[0], row[1], row[2]
        expected = digest(found.head.hash, tuple(row[:8]))
        fits = number == found.head.seq + 1 and expected == bytes(row[8])
        if known is not None and number == known.seq:
            fits = fits and expected == known.hash
        if not fits:
            return replace(found, entries=found.entries + 1, first_bad=number, complete=True)
        back = wall < found.wall
        found = replace(
            found,
            entries=found.entries + 1,
            head=Head(number, expected),
            clock_back=found.clock_back + back,
            first_clock_back=number if back and found.first_clock_back is None else found.first_clock_back,
            wall=wall,
            monotonic=monotonic,
        )
    return replace(found, complete=seen == 0) if seen == 0 else found


def verify(
    transaction: Transaction, so_far: Verdict | None = None, known: Head | None = None, limit: int | None = None
) -> Verdict:
    """Walk the chain from the first line, or on from `so_far`, at most `limit` lines in this transaction.

    `known` is a head noted elsewhere: a chain that is shorter, or has another line there, is bad at that number. A
    long chain is walked in several transactions so that nobody waits for it.
    """
    del transaction
    found, left = so_far or Verdict(), limit
    while not found.complete and (left is None or left > 0):
        page = _PAGE if left is None else min(left, _PAGE)
        rows = database.execute_sql(LINES, (found.head.seq, page)).fetchall()
        found = walk(rows, found, known)
        left = None if left is None else left - page
    if found.complete and found.first_bad is None and known is not None and known.seq > found.head.seq:
        return replace(found, first_bad=found.head.seq + 1)
    return found


def history(transaction: Transaction, subject: uuid.UUID, before: int | None = None, limit: int = 50) -> list[Entry]:
    """Return the newest lines about a subject, newest first; `before` is the last page's smallest number."""
    del transaction
    rows = database.execute_sql(
        "SELECT j.seq, j.wall, j.officer, j.event, j.subject, j.facts, "
        "coalesce(j.wall < (SELECT p.wall FROM journal p WHERE p.seq = j.seq - 1), 0) "
        "FROM journal j WHERE j.subject = ? AND j.seq < ? ORDER BY j.seq DESC LIMIT ?",
        (subject.bytes, before if before is not None else 1 << 62, limit),
    ).fetchall()
    return [
        Entry(
            seq=seq,
            at=datetime.fromisoformat(wall),
            officer=uuid.UUID(bytes=bytes(officer)) if officer else None,
            event=event,
            subject=uuid.UUID(bytes=bytes(about)) if about else None,
            facts=json.loads(facts),
            clock_back=bool(back),
        )
        for seq, wall, officer, event, about, facts, back in rows
    ]
