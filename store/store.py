"""The store: one encrypted file, one key, one thread, one transaction at a time."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import peewee
from playhouse.sqlcipher_ext import SqlCipherDatabase
from sqlcipher3 import dbapi2

from store import journal, migrations, settings
from store.clock import Clock
from store.errors import ChangeError, OpenError, Reason, reason_of, reason_of_system
from store.folder import Gate, Hold, file_mode, lease
from store.models.core import Fact
from store.models.table import database as bound
from store.transaction import Json, NotAllowedError, OfficerRole, Transaction

P = ParamSpec("P")
R = TypeVar("R")

KEY_BYTES = 32
ALL_ROLES = frozenset(OfficerRole)
_WAIT = 10.0  # seconds for another process's transaction; the worst seen between two busy ones was under 4
_POLL = 0.0003
# The driver's own errors come through where peewee's wrapper does not reach, such as while the pragmas are set.
_DATABASE_ERRORS = (peewee.PeeweeException, dbapi2.Error)  # pyright: ignore[reportAttributeAccessIssue]

# What durability.md measured: with synchronous=normal a power cut lost acknowledged people, with full it lost none.
PRAGMAS = (
    ("cipher_log_level", "NONE"),  # else the C library writes into the screen
    ("busy_timeout", 10_000),  # while opening
    ("foreign_keys", 1),
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("recursive_triggers", 1),  # so that REPLACE cannot slip past the journal's triggers
    ("temp_store", "memory"),
)


def boot_id() -> str:
    """Return the kernel's name for this boot, within which monotonic times compare."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


class _Database(SqlCipherDatabase):
    """SQLCipher that takes its turn fairly and keeps the first error of a failed transaction."""

    gate: AbstractContextManager[object] = nullcontext()

    def begin(self, lock_type: str | None = None) -> None:
        """Begin an IMMEDIATE transaction, taking turns with other processes.

        SQLite's own waiting sleeps up to 100 ms between tries, so a busy neighbour starved the other for seconds. Here
        who waits stands in the gate, asks again and again, and lets nobody past: a neighbour that has just
        committed waits behind.
        """
        deadline = time.monotonic() + _WAIT
        with self.gate:
            while True:
                try:
                    super().begin(lock_type)
                except peewee.OperationalError as error:
                    if reason_of(error)[0] is not Reason.BUSY or time.monotonic() > deadline:
                        raise
                    time.sleep(_POLL)
                else:
                    return

    def rollback(self) -> None:
        """Roll back, unless SQLite did already (full disk, I/O error): else only "cannot rollback" would be told."""
        if self.connection().in_transaction:
            super().rollback()


class _Change:
    """The transaction that a function of the domain is given."""

    def __init__(self, store: Store) -> None:
        self.officer = store.officer
        self.roles = store.roles
        self._at = store.clock.now()
        self._stamp = journal.Stamp(self._at, int(store.clock.monotonic() * 1000), store.boot_id, store.officer)
        self._head: journal.Head | None = None
        self._ticked = 0
        self._settings: dict[str, Json] = {}

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> tuple[str, float]:
        return self._stamp.boot_id, self._stamp.monotonic / 1000

    def today(self) -> date:
        return self._at.astimezone(ZoneInfo(str(self.setting("office.time_zone")))).date()

    def require(self, *roles: OfficerRole) -> None:
        if self.roles.isdisjoint(roles):
            raise NotAllowedError(frozenset(roles))

    def note(self, event: str, subject: uuid.UUID | None = None, /, **facts: Json) -> None:
        self.note_many(event, [(subject, facts)])

    def note_many(self, event: str, changes: Iterable[tuple[uuid.UUID | None, dict[str, Json]]]) -> None:
        if self._head is None:
            self._head, self._ticked = journal.head(self), journal.last_clock(self)
        self._head, self._ticked = journal.append(self._head, self._stamp, event, changes, self._ticked)
        if event == "setting.changed":
            self._settings.clear()

    def setting(self, name: str) -> Json:
        if name not in self._settings:
            self._settings[name] = settings.read(name)
        return self._settings[name]


class Store:
    """The store of one laptop, open; made by `open` or `in_memory`, ended by `close`.

    One connection on one thread: `run` from the application's loop, `run_now` from the command line and tests. A
    process has one store open at a time, because the tables are bound to it.
    """

    def __init__(self, path: str, key: bytes, clock: Clock, lease: Hold | None = None) -> None:
        self.clock = clock
        self.officer: uuid.UUID | None = None
        self.roles: frozenset[OfficerRole] = frozenset()
        self.boot_id = boot_id()
        self._own_changes = 0
        self._closed = False
        self._lease = lease
        self._database = _Database(
            path,
            pragmas=PRAGMAS,
            passphrase=f"x'{key.hex()}'",
            lock_type="IMMEDIATE",
            autoconnect=False,  # a table touched outside `run` is a mistake, and must not open a connection of its own
        )
        self._gate: Gate | None = None
        if lease is not None:
            self._gate = self._database.gate = Gate(Path(path))
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

    @classmethod
    def open(cls, path: Path, key: bytes, clock: Clock, *, create: bool = False) -> Store:
        """Open the file, and bring its tables to this program's version.

        Raises OpenError: EMPTY_KEY unless the key has 32 bytes, MISSING unless the file is there or `create`,
        WRONG_KEY, NEWER, DAMAGED, FULL, IO, READ_ONLY or BUSY.
        """
        if len(key) != KEY_BYTES or not any(key):
            raise OpenError(Reason.EMPTY_KEY)
        try:
            if create:
                path.touch(mode=file_mode(path), exist_ok=True)  # SQLite gives its -wal and -shm the same mode
            elif not path.is_file() or path.stat().st_size == 0:
                raise OpenError(Reason.MISSING)
            share = lease(path)
            if share is None:  # a restore is replacing the file
                raise OpenError(Reason.BUSY)
            store = cls(str(path), key, clock, share)
        except OSError as error:
            raise OpenError(reason_of_system(error), str(error)) from error
        return cls._start(store)

    @classmethod
    def in_memory(
        cls, clock: Clock, *, officer: uuid.UUID | None = None, roles: frozenset[OfficerRole] = ALL_ROLES
    ) -> Store:
        """Return an empty store that is gone when closed, with somebody signed in: the same code on no file."""
        store = cls._start(cls(":memory:", b"\x01" * KEY_BYTES, clock))
        store.sign_in(officer, roles)
        return store

    @classmethod
    def _start(cls, store: Store) -> Store:
        try:
            store._thread.submit(store._connect).result()
        except BaseException:
            store.close()
            raise
        return store

    def _connect(self) -> None:
        try:
            self._database.connect()
            bound.initialize(self._database)
            self._database.execute_sql("PRAGMA busy_timeout = 0")  # from now on the gate does the waiting
            with self._database.atomic("IMMEDIATE"):
                found = int(self._database.execute_sql("PRAGMA user_version").fetchone()[0])
                if found > migrations.VERSION:
                    raise OpenError(Reason.NEWER, f"{found} > {migrations.VERSION}")
                for step in migrations.STEPS[found:]:
                    step(self._database)
                if found < migrations.VERSION:
                    self._database.execute_sql(f"PRAGMA user_version = {migrations.VERSION}")
        except _DATABASE_ERRORS as error:
            raise OpenError(*reason_of(error)) from error

    def sign_in(self, officer: uuid.UUID | None, roles: frozenset[OfficerRole]) -> None:
        """Say who makes the changes from now on, and what they may do; the keyring vouches for both."""
        self.officer, self.roles = officer, roles

    async def run(
        self, function: Callable[Concatenate[Transaction, P], R], /, *arguments: P.args, **options: P.kwargs
    ) -> R:
        """Call `function(transaction, ...)` in one IMMEDIATE transaction on the store's thread; return its result.

        Whatever it raises rolls everything back and comes out here; database errors come as ChangeError. A caller
        that is cancelled meanwhile does not stop the transaction: it was never begun, or it is done whole.
        """
        return await asyncio.wrap_future(self._submit(self._transact, function, arguments, options))

    def run_now(
        self, function: Callable[Concatenate[Transaction, P], R], /, *arguments: P.args, **options: P.kwargs
    ) -> R:
        """Do the same and wait for it: for the command line and tests, never on the application's loop."""
        return self._submit(self._transact, function, arguments, options).result()

    async def changes(self) -> int:
        """Return a number that is another after any commit, of this process or of another.

        It reads no table: SQLite counts other connections' commits itself, our own are added here.
        """
        return await asyncio.wrap_future(self._submit(self._count_changes))

    async def node(self) -> str:
        """Return this laptop's number in the office's merge."""
        return await self.run(_node)

    def close(self) -> None:
        """Finish what is running, close the file and drop the key; a second call does nothing."""
        if not self._closed:
            self._closed = True
            self._thread.submit(self._disconnect).result()
            self._thread.shutdown()
            if self._gate is not None:
                self._gate.close()
            if self._lease is not None:
                self._lease.release()

    @property
    def closed(self) -> bool:
        """Tell whether `close` was called: the idle lock does so."""
        return self._closed

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if self._closed:
            raise ChangeError(Reason.CLOSED)
        return self._thread.submit(function, *arguments)

    def _disconnect(self) -> None:
        if not self._database.is_closed():
            self._database.close()
        self._database.connect_params.pop("passphrase", None)

    def _transact(self, function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        try:
            with self._database.atomic("IMMEDIATE"):
                before = self._database.connection().total_changes
                result = function(_Change(self), *arguments, **options)
                changed = self._database.connection().total_changes != before
        except _DATABASE_ERRORS as error:
            raise ChangeError(*reason_of(error)) from error
        self._own_changes += changed
        return result

    def _count_changes(self) -> int:
        try:
            return self._own_changes + int(self._database.execute_sql("PRAGMA data_version").fetchone()[0])
        except _DATABASE_ERRORS as error:
            raise ChangeError(*reason_of(error)) from error


def _node(transaction: Transaction) -> str:
    del transaction
    return str(Fact.get_by_id("node").value)
