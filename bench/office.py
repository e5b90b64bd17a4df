"""What an office takes in: lines a second opened, checked against their chain and loaded, against a bare COPY of them.

PostgreSQL is started for it; without one it says so and measures nothing.
"""

from __future__ import annotations

import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from bench.ratio import Ratio
from store.bundles.contents import Line
from store.bundles.exchange import ExchangeKeys, LaptopPublic, public_of
from store.bundles.wire import Header, write
from store.clock import SystemClock
from store.journal import EMPTY, Head, digest
from store.office.engine import load
from store.office.ingest import ingest
from store.office.office import Office
from store.office.tables import Event, database
from tests.postgres import fresh_database, postgres

LAPTOPS, LINES, BUNDLES = 10, 2_000, 3
GOAL = 3.0


def run() -> Iterator[Ratio]:
    """Load the bundles of ten laptops, then the same rows bare."""
    with tempfile.TemporaryDirectory(prefix="rekam17-bench-") as name, postgres() as server:
        folder = Path(name) / "office"
        keys = Office.init(folder, "6311", "Bench", fresh_database(server, "bench"))
        cards = {seed: LaptopPublic("6311", uuid.uuid4().hex, f"L{seed[0]}", public_of(seed)) for seed in _seeds()}
        sent = [content for seed, card in cards.items() for content in bundles(keys, card, seed)]
        with Office.open(folder, SystemClock()) as office:
            for card in cards.values():
                office.add_laptop(card)
            begun = time.perf_counter()
            rows = sum(ingest(office, content).lines for content in sent)
            ours = time.perf_counter() - begun
            again = list(Event.select().dicts())
            Event.delete().execute()
            begun = time.perf_counter()
            with database.atomic():
                load(Event, again)
            bare = time.perf_counter() - begun
        yield Ratio("µs a line: opened, checked, loaded / bare COPY", ours / rows * 1e6, bare / rows * 1e6, GOAL, "µs")


def bundles(keys: ExchangeKeys, card: LaptopPublic, seed: bytes) -> Iterator[bytes]:
    """Yield the bundles of a laptop, really sealed and signed."""
    at, clock = EMPTY, 0
    for number in range(1, BUNDLES + 1):
        first, lines = at, []
        for _line in range(LINES):
            subject = uuid.uuid4().hex
            row = (
                at.seq + 1,
                "2026-11-23T02:42:00.000Z",
                at.seq * 7,
                "boot",
                None,
                "pupil.present",
                subject,
                '{"kk":1}',
            )
            at = Head(at.seq + 1, digest(at.hash, (*row[:6], bytes.fromhex(subject), row[7])))
            clock += 1
            lines.append(Line(row, at.hash, clock).part())
        header = Header(
            regency=card.regency,
            node=card.node,
            office=keys.public.fingerprint,
            number=number,
            first=first.seq + 1,
            last=at.seq,
            previous=first.hash.hex(),
            head=at.hash.hex(),
            clock=clock,
            made="2026-11-23",
        )
        yield write(header, lines, keys.public.seal, seed)


def _seeds() -> list[bytes]:
    return [bytes([number]) * 32 for number in range(1, LAPTOPS + 1)]
