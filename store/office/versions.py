"""Where laptops disagree: a tree of versions, and the coordinator's word on it; nothing is overwritten by anybody.

A line of a journal is a version of what it is about, and follows the line about the same thing before it in the same
chain. Chains have lines in common only where one goes on from a copy of the other; the same hash is the same version.
A version that nothing follows is a head. Of several, the one of the highest (hybrid logical clock, node) is shown, and
the coordinator decides. A person of whom two laptops sent a recording is decided in the same way.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import peewee

from store.office import branches
from store.office.office import Office
from store.office.tables import Decision, Event, Laptop, OfficeRecording, database
from store.sections import RecordingStage

_WITHDRAWN = ("recording.wrong", "recording.void")


class Kind(enum.Enum):
    """What is in question."""

    CHANGED = "changed"  # the same thing was changed on two laptops that go on from one copy
    RECORDED = "recorded"  # one person was recorded on two laptops


@dataclass(frozen=True, repr=False)
class Version:
    """One side: its key, where it comes from, and the lines it has that the other sides do not, the oldest first."""

    key: str
    node: str
    laptop: str
    clock: int
    wall: str
    lines: tuple[tuple[str, str, dict[str, Any]], ...] = ()  # wall time, event, facts


@dataclass(frozen=True, repr=False)
class Conflict:
    """More than one head; the first is the one that is shown meanwhile."""

    kind: Kind
    about: str
    heads: tuple[Version, ...]

    @property
    def code(self) -> str:
        """Return the eight digits by which it is spoken of; no name and no NIK stands in them."""
        return hashlib.blake2b(f"{self.kind.value} {self.about}".encode(), digest_size=4).hexdigest()


class DecisionProblem(enum.Enum):
    """Why nothing was decided."""

    NOTHING_OPEN = "nothing_open"
    NOT_A_HEAD = "not_a_head"
    NO_REASON = "no_reason"


class DecisionError(Exception):
    """Nothing was decided, and nothing written."""

    def __init__(self, problem: DecisionProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, repr=False)
class _Node:
    """A version in the tree: its row, and the hash it follows."""

    row: Any
    parent: str | None


def conflicts(office: Office) -> Iterator[Conflict]:
    """Yield whatever is open, changed things first, each in a fixed order."""
    mine = Event.regency == office.keys.regency
    shared = (
        Event.select(Event.subject)
        .where(mine & Event.subject.is_null(False))
        .group_by(Event.subject)
        .having(peewee.fn.COUNT(peewee.fn.DISTINCT(Event.node)) > 1)
        .order_by(Event.subject)
    )
    for subject in [row.subject for row in shared]:
        heads = _heads_of(office, subject)
        if len(heads) > 1:
            yield Conflict(Kind.CHANGED, subject, heads)
    for nik in _twice(office):
        heads = recordings_of(office, nik)
        if len(heads) > 1:
            yield Conflict(Kind.RECORDED, nik, heads)


def shown(office: Office, subject: str) -> Version | None:
    """Return the version of a thing that counts: of those nobody rejected, the highest (clock, node)."""
    heads = _heads_of(office, subject)
    return heads[0] if heads else None


def decide(office: Office, conflict: Conflict, keep: str, reason: str, officer: str) -> None:
    """Keep one head and close the others, in a coordinator's name; raises DecisionError.

    What was rejected stays where it is. A laptop that goes on from a rejected version opens the question again.
    """
    if not reason.strip() or not officer.strip():
        raise DecisionError(DecisionProblem.NO_REASON)
    with database.atomic():
        heads = _open_heads(office, conflict.kind, conflict.about)
        if len(heads) < 2:
            raise DecisionError(DecisionProblem.NOTHING_OPEN)
        if keep not in [head.key for head in heads] or {one.key for one in heads} != {
            one.key for one in conflict.heads
        }:
            raise DecisionError(DecisionProblem.NOT_A_HEAD)
        Decision.create(
            regency=office.keys.regency,
            kind=conflict.kind.value,
            about=conflict.about,
            number=len(_decisions(office, conflict.kind, conflict.about)) + 1,
            kept=keep,
            rejected=json.dumps(sorted(head.key for head in heads if head.key != keep)),
            reason=reason.strip()[:500],
            officer=officer.strip()[:120],
            at=office.now,
        )


def rejected(office: Office, kind: Kind, about: str) -> frozenset[str]:
    """Return the versions of a thing that a coordinator closed."""
    return frozenset(key for row in _decisions(office, kind, about) for key in json.loads(row.rejected))


def _twice(office: Office) -> list[str]:
    many = (
        OfficeRecording.select(OfficeRecording.nik)
        .where((OfficeRecording.regency == office.keys.regency) & OfficeRecording.nik.is_null(False))
        .group_by(OfficeRecording.nik)
        .having(peewee.fn.COUNT(OfficeRecording.recording) > 1)
        .order_by(OfficeRecording.nik)
    )
    return [row.nik for row in many]


def _open_heads(office: Office, kind: Kind, about: str) -> tuple[Version, ...]:
    return _heads_of(office, about) if kind is Kind.CHANGED else recordings_of(office, about)


def _decisions(office: Office, kind: Kind, about: str) -> list[Any]:
    mine = (Decision.regency == office.keys.regency) & (Decision.kind == kind.value) & (Decision.about == about)
    return list(Decision.select().where(mine).order_by(Decision.number))


def _heads_of(office: Office, subject: str) -> tuple[Version, ...]:
    """Return the open heads of a thing's tree, the one that is shown first."""
    mine = (Event.regency == office.keys.regency) & (Event.subject == subject)
    tree = _tree(Event.select().where(mine).order_by(Event.node, Event.seq), branches.origins(office))
    followed = {node.parent for node in tree.values()}
    closed = rejected(office, Kind.CHANGED, subject)
    tips = [key for key in tree if key not in followed and key not in closed]
    paths = {key: _path(tree, key) for key in tips}
    names, made = _names(office), list[Version]()
    for key, path in paths.items():
        row = tree[key].row
        alone = [tree[one].row for one in reversed(path) if not all(one in other for other in paths.values())]
        lines = tuple((one.wall, one.event, json.loads(one.facts)) for one in alone)
        made.append(Version(key, row.node, names[row.node], row.clock, row.wall, lines))
    return tuple(sorted(made, key=lambda version: (version.clock, version.node, version.key), reverse=True))


def _tree(rows: Iterable[Any], origins: Mapping[str, tuple[str, int]]) -> dict[str, _Node]:
    """Hang each line on the one before it in its own chain; a line two chains have is one version.

    A branch's first line hangs on the last that it has in common with its laptop, or with a branch of that.
    """
    chains: dict[str, list[Any]] = {}
    for row in rows:
        chains.setdefault(row.node, []).append(row)
    tree: dict[str, _Node] = {}
    for node in sorted(chains):
        origin, after = origins.get(node, (node, 0))
        family = [one for name, lines in chains.items() if origins.get(name, (name, 0))[0] == origin for one in lines]
        before = max((one for one in family if one.seq <= after), key=lambda one: one.seq, default=None)
        parent = None if before is None else before.hash
        for row in chains[node]:
            tree.setdefault(row.hash, _Node(row, parent))
            parent = row.hash
    return tree


def _path(tree: dict[str, _Node], key: str) -> dict[str, None]:
    """Return a version and all it goes back to, the newest first."""
    path: dict[str, None] = {}
    at: str | None = key
    while at is not None:
        path[at] = None
        at = tree[at].parent
    return path


def recordings_of(office: Office, nik: str) -> tuple[Version, ...]:
    """Return the recordings of a person that nobody rejected or withdrew, the latest first."""
    mine = (OfficeRecording.regency == office.keys.regency) & (OfficeRecording.nik == nik)
    closed, names = rejected(office, Kind.RECORDED, nik), _names(office)
    made: list[Version] = []
    for row in OfficeRecording.select().where(mine):
        said = json.loads(row.content)
        if row.recording not in closed and not is_withdrawn(office, said):
            sealed = str(said["recording"].get("sealed_at"))
            made.append(Version(row.recording, row.node, names[row.node], 0, sealed))
    return tuple(sorted(made, key=lambda version: (version.wall, version.node), reverse=True))


def is_withdrawn(office: Office, said: dict[str, Any]) -> bool:
    """Tell whether a recording is marked as another pupil's, or void: when it came, or by her journal since."""
    if said["recording"].get("stage") != RecordingStage.SEALED.value:
        return True
    mine = (Event.regency == office.keys.regency) & (Event.subject == said["pupil"].get("id"))
    later = Event.select(Event.facts).where(mine & Event.event.in_(_WITHDRAWN))
    return any(json.loads(row.facts).get("recording") == said["recording"]["id"] for row in later)


def withdrawn(office: Office) -> frozenset[str]:
    """Return the recordings that laptops marked as another pupil's, or declared void, since they came."""
    later = (Event.regency == office.keys.regency) & Event.event.in_(_WITHDRAWN)
    return frozenset(str(json.loads(row.facts).get("recording")) for row in Event.select(Event.facts).where(later))


def _names(office: Office) -> dict[str, str]:
    return {row.node: row.name for row in Laptop.select().where(Laptop.regency == office.keys.regency)}
