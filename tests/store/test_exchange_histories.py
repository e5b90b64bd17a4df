"""Any history of laptops, sticks, copies and wrong clocks ends with every recording at the office, once.

Laptops record, export, are restored from old copies, have clocks that jump by a year; sticks come twice or late, and
bundles are cut and spoiled on the way. In the end all that is left is brought. Offices that get the same bundles in
another order, on SQLite and on PostgreSQL, have the same lines, recordings and questions.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from exchange_ground import Ground, a_laptop

from store.bundles.exchange import LaptopPublic
from store.bundles.refusal import BundleError
from store.models.recording import Recording
from store.office import versions
from store.office.ingest import ingest
from store.office.office import Office
from store.office.tables import Event, OfficeCapture, OfficeRecording, Taken

HISTORIES = 1000 if os.environ.get("REKAM17_PROVE") == "1" else 12
YEAR = 365 * 86_400
pytestmark = pytest.mark.timeout(60 + HISTORIES * 10)


@dataclass
class History:
    """What happens to two laptops and the bundles they made, by chance."""

    ground: Ground
    chance: random.Random
    names: tuple[str, ...] = ("Laptop 1", "Laptop 2")
    made: dict[str, bytes] = field(default_factory=dict)
    cards: dict[str, LaptopPublic] = field(default_factory=dict)
    recorded: set[str] = field(default_factory=set)
    copies: dict[str, Path] = field(default_factory=dict)

    def happen(self) -> None:
        whatever = (self.record, self.record, self.export, self.export, self.copy, self.restore, self.jump, self.bring)
        self.chance.choice(whatever)(self.chance.choice(self.names))

    def record(self, name: str) -> None:
        with a_laptop(self.ground, name) as laptop:
            self.cards[name] = laptop.joined.laptop
            made = laptop.record(self.chance.randint(1, 3))
            rows = laptop.store.run_now(lambda _tx: list(Recording.select().where(Recording.pupil.in_(made))))
            self.recorded |= {row.id.hex for row in rows}

    def export(self, name: str) -> None:
        with a_laptop(self.ground, name) as laptop:
            self.cards[name] = laptop.joined.laptop
            with contextlib.suppress(BundleError):
                laptop.export()
        for file in (self.ground.stick / "bundles").glob("*.r17"):
            self.made[hashlib.sha256(file.read_bytes()).hexdigest()] = file.read_bytes()

    def copy(self, name: str) -> None:
        folder = self.ground.place / name.replace(" ", "-")
        if folder.exists() and name not in self.copies:
            self.copies[name] = folder.with_suffix(".copy")
            shutil.copytree(folder, self.copies[name])

    def restore(self, name: str) -> None:
        """Put the copy back: what was recorded since and had not left the laptop is gone with it."""
        copy = self.copies.pop(name, None)
        if copy is None:
            return
        self.export(name)
        folder = self.ground.place / name.replace(" ", "-")
        shutil.rmtree(folder)
        copy.rename(folder)

    def jump(self, _name: str) -> None:
        self.ground.clock.forward(self.chance.choice((-YEAR, YEAR, 60, 86_400)))

    def bring(self, _name: str) -> None:
        """Bring some of the bundles that were ever made, in any order, some of them spoiled, and take answers back."""
        some = self.chance.sample(list(self.made.values()), self.chance.randint(0, len(self.made)))
        with self.ground.opened() as office:
            take(office, [self.spoiled(one) if self.chance.random() < 0.1 else one for one in some])
            for laptop in office.standing().laptops:
                self.ground.answer(office, laptop.node)

    def spoiled(self, content: bytes) -> bytes:
        at = self.chance.randrange(len(content))
        return self.chance.choice((content[:at], content[:at] + b"?" + content[at + 1 :], content + b"more"))

    def finish(self) -> None:
        """Let everybody bring what is left, until nothing is."""
        for _round in range(4):
            self.ground.clock.forward(60)
            for name in self.names:
                self.export(name)
            with self.ground.opened() as office:
                take(office, list(self.made.values()))
                for laptop in office.standing().laptops:
                    self.ground.answer(office, laptop.node)


def take(office: Office, bundles: list[bytes]) -> None:
    """Ingest what can be; what waits for an earlier one comes again."""
    before = -1
    while before != (before := Taken.select().count()):
        for content in bundles:
            with contextlib.suppress(BundleError):
                ingest(office, content)


def everything(office: Office) -> str:
    """Return one digest over what an office has; a branch's own number depends on which side came first."""
    rows = [
        {(row.hash, row.clock, row.facts) for row in Event.select()},
        {(row.recording, row.person, row.nik, row.content) for row in OfficeRecording.select()},
        {(row.capture, row.sha256) for row in OfficeCapture.select()},
        {row.sha256 for row in Taken.select()},
        {(one.kind.value, one.about, *sorted(head.key for head in one.heads)) for one in versions.conflicts(office)},
    ]
    return hashlib.sha256(repr([sorted(map(repr, some)) for some in rows]).encode()).hexdigest()


def another(history: History, place: Path, server: str) -> Ground:
    """Make an office of the same keys that knows the same laptops, and has got nothing yet."""
    there = Ground(place, server)
    ignored = shutil.ignore_patterns("office.db*", "captures", "database.url")
    shutil.copytree(history.ground.office(), place / "office", ignore=ignored)
    if server:
        (place / "office" / "database.url").write_text(there.database())
    with there.opened() as office:
        for card in history.cards.values():
            with contextlib.suppress(BundleError):
                office.add_laptop(card)
    return there


@pytest.mark.long
def test_nothing_is_lost_and_every_order_ends_in_the_same(tmp_path: Path, server: str) -> None:
    for seed in range(HISTORIES):
        place = tmp_path / f"{seed}"
        place.mkdir()
        history = History(Ground(place), random.Random(seed))
        for _event in range(history.chance.randint(6, 25)):
            history.happen()
        history.finish()
        with history.ground.opened() as office:
            found = {row.recording for row in OfficeRecording.select()}
            assert history.recorded - found == set(), f"history {seed}: silently lost"
            first = everything(office)
        bundles = list(history.made.values())
        history.chance.shuffle(bundles)
        for engine in ("", server):
            there = another(history, place / uuid.uuid4().hex, engine)
            with there.opened() as office:
                take(office, bundles)
                assert everything(office) == first, f"history {seed} on {engine or 'SQLite'}"
        shutil.rmtree(place)
