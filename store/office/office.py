"""An office's folder: its exchange keys, its database, the sealed captures, and the laptops it knows."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import peewee

from store.bundles.exchange import ExchangeKeys, LaptopPublic
from store.bundles.refusal import BundleError, BundleProblem
from store.clock import Clock
from store.folder import replace_file
from store.journal import EMPTY
from store.office import engine
from store.office.engine import EngineError
from store.office.flaws import Flaw
from store.office.tables import TABLES, Caller, Laptop, OfficeCapture, OfficeRecording, SetAside, Taken, database

CAPTURES = "captures"


@dataclass(frozen=True)
class LaptopStanding:
    """A laptop as the office sees it; `seen_at` is when its last bundle was taken in."""

    node: str
    name: str
    upto: int
    lines: int
    seen_at: str | None
    revoked: bool


@dataclass(frozen=True)
class Aside:
    """A row that no table may have: which part of which bundle, and the reason (`flaws.Flaw`)."""

    node: str
    number: int
    place: int
    kind: str
    flaw: Flaw


@dataclass(frozen=True)
class Standing:
    """What an office has."""

    laptops: tuple[LaptopStanding, ...]
    bundles: int
    recordings: int
    captures: int
    set_aside: int


class Office:
    """An open office; a process has one open at a time."""

    def __init__(self, folder: Path, keys: ExchangeKeys, clock: Clock) -> None:
        self.folder = folder
        self.keys = keys
        self.clock = clock

    @classmethod
    def init(cls, folder: Path, regency: str, name: str, url: str = "") -> ExchangeKeys:
        """Make the keys of a new office, and note the PostgreSQL database it has, if any.

        Raises SealError (EXISTS), ValueError for a regency, a name or a URL that is none, and OSError.
        """
        if url and not engine.is_url(url):
            raise ValueError("no PostgreSQL database")
        keys = ExchangeKeys.generate(regency, name)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys.write(folder)
        if url:
            replace_file(folder / engine.URL_FILE, url.encode())
        return keys

    @classmethod
    @contextmanager
    def open(cls, folder: Path, clock: Clock) -> Generator[Self]:
        """Open the office of a folder; raises SealError where there is none, EngineError and OSError."""
        keys = ExchangeKeys.read(folder)
        (folder / CAPTURES).mkdir(mode=0o700, exist_ok=True)
        database.initialize(engine.of_folder(folder))
        try:
            database.connect()
            database.create_tables(TABLES, safe=True)
            yield cls(folder, keys, clock)
        except peewee.DatabaseError as error:
            raise EngineError(str(error)) from error
        finally:
            database.close()

    @property
    def now(self) -> str:
        """The moment, as the tables spell it."""
        return self.clock.now().isoformat(timespec="milliseconds")

    def add_laptop(self, laptop: LaptopPublic) -> None:
        """Take bundles of that laptop from now on; known already, its name and key stay as they were.

        Raises BundleError: WRONG_OFFICE for one of another regency, FORK where another key has the same node.
        """
        if laptop.regency != self.keys.regency:
            raise BundleError(BundleProblem.WRONG_OFFICE)
        with database.atomic():
            known = Laptop.get_or_none((Laptop.regency == laptop.regency) & (Laptop.node == laptop.node))
            if known is not None and known.sign != laptop.sign.hex():
                raise BundleError(BundleProblem.FORK)
            if known is None:
                self.row_of(laptop).save(force_insert=True)
            if laptop.certificate:
                caller = {"regency": laptop.regency, "sign": laptop.sign.hex(), "certificate": laptop.certificate.hex()}
                Caller.insert(caller).on_conflict_ignore().execute()

    def row_of(self, laptop: LaptopPublic) -> Laptop:
        """Return the row of a laptop of which nothing has come yet, without writing it."""
        return Laptop(
            regency=laptop.regency,
            node=laptop.node,
            name=laptop.name,
            sign=laptop.sign.hex(),
            added_at=self.now,
            head=EMPTY.hash.hex(),
        )

    def revoke(self, node: str) -> bool:
        """Take nothing more of a laptop: it was lost or stolen; False where none is known by that node."""
        mine = (Laptop.regency == self.keys.regency) & (Laptop.node == node)
        return bool(Laptop.update(revoked_at=self.now).where(mine & Laptop.revoked_at.is_null()).execute())

    def set_aside(self) -> list[Aside]:
        """Return what was set aside, in the order it was written."""
        mine = SetAside.select().where(SetAside.regency == self.keys.regency)
        rows = mine.order_by(SetAside.node, SetAside.number, SetAside.place)
        return [Aside(row.node, row.number, row.place, row.kind, Flaw(row.reason)) for row in rows]

    def callers(self) -> list[bytes]:
        """Return the certificates of all laptops that were ever added."""
        return [bytes.fromhex(row.certificate) for row in Caller.select().where(Caller.regency == self.keys.regency)]

    def knows(self, node: str) -> bool:
        """Tell whether a laptop goes by that number."""
        return Laptop.select().where((Laptop.regency == self.keys.regency) & (Laptop.node == node)).exists()

    def is_of(self, sign: bytes, node: str) -> bool:
        """Tell whether whoever has that key speaks for that laptop: its own, or one that nobody knows yet."""
        same = Laptop.regency == self.keys.regency
        known = Laptop.get_or_none(same & (Laptop.node == node))
        if known is not None:
            return known.sign == sign.hex()
        return Laptop.select().where(same & (Laptop.sign == sign.hex())).exists()

    def capture_file(self, sha256: str) -> Path:
        """Return where a sealed capture lies."""
        return self.folder / CAPTURES / sha256[:2] / sha256

    def standing(self) -> Standing:
        """Count what is here."""
        mine = Laptop.regency == self.keys.regency
        laptops = tuple(
            LaptopStanding(row.node, row.name, row.upto, row.seq, row.seen_at, row.revoked_at is not None)
            for row in Laptop.select().where(mine).order_by(Laptop.name, Laptop.node)
        )
        return Standing(
            laptops,
            Taken.select().where(Taken.regency == self.keys.regency).count(),
            OfficeRecording.select().where(OfficeRecording.regency == self.keys.regency).count(),
            OfficeCapture.select().where(OfficeCapture.regency == self.keys.regency).count(),
            SetAside.select().where(SetAside.regency == self.keys.regency).count(),
        )
