"""A copy of the store on a stick: made while officers work, read back, and checked before it replaces anything.

One tar file with the still encrypted database, the keyring, the office's public keys, and a manifest. The pepper stays
on the laptop: on the same laptop a backup opens by an officer's passphrase, on another by the office's recovery key.
"""

from __future__ import annotations

import enum
import errno
import hashlib
import json
import os
import shutil
import tarfile
import uuid
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlcipher3 import dbapi2

from store import journal, migrations
from store.clock import Clock
from store.errors import KeyringError, Reason, reason_of
from store.folder import Folder, lease, locked, sync_folder
from store.journal import Verdict
from store.keyring import Keyring
from store.sealing import PUBLIC_FILE
from store.store import Store
from store.transaction import Transaction

_FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = "rekam17.db"
_KEYRING = "keyring.json"
_MEMBERS = (_KEYRING, PUBLIC_FILE, _DATABASE)
_SMALL = 4 << 20  # no keyring or manifest comes near it
_BLOCK = 1 << 20


class BackupProblem(enum.Enum):
    """Why a backup or a restore was not done."""

    FULL = "full"  # no space left on the stick, or on the laptop for the copy
    GONE = "gone"  # the stick was pulled, or refuses to write or read
    NOT_A_FOLDER = "not_a_folder"
    BUSY = "busy"  # another backup is running; or somebody has the store open, and it cannot be replaced
    NOT_A_BACKUP = "not_a_backup"
    DAMAGED = "damaged"  # a sum, a page or the structure does not fit
    JOURNAL = "journal"  # the journal's chain is broken
    NEWER = "newer"  # made by a newer program
    WRONG_KEY = "wrong_key"  # the key does not open this database


class BackupError(Exception):
    """It was not done; older copies and the store itself are as they were."""

    def __init__(self, problem: BackupProblem, detail: str = "") -> None:
        super().__init__(f"{problem.value}: {detail}" if detail else problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Backup:
    """A copy that was read back and found whole."""

    path: Path
    made_at: datetime
    verdict: Verdict
    size: int


@dataclass(frozen=True)
class Restored:
    """What is in place now; `replaced` is the folder where the former files are kept, None where none were."""

    verdict: Verdict
    made_at: datetime
    replaced: Path | None


@dataclass(frozen=True)
class Staged:
    """A backup unpacked beside the store, its sums checked, nothing replaced yet; unlock it by `keyring`."""

    folder: Folder
    made_at: datetime

    @property
    def keyring(self) -> Keyring:
        """Return the backup's own officers, under this laptop's pepper."""
        return Keyring(self.folder)


def make(folder: Folder, key: bytes, target: Path, clock: Clock) -> Backup:
    """Write a verified copy into the folder `target` while officers work; raises BackupError.

    Takes seconds on a large store: call it off the application's loop and off the store's thread.
    """
    if not target.is_dir():
        raise BackupError(BackupProblem.NOT_A_FOLDER)
    hold = folder.hold("backup", "")
    if hold is None:
        raise BackupError(BackupProblem.BUSY)
    copy = folder.path / ".backup.db"
    try:
        with _told():
            copy.unlink(missing_ok=True)
            copy.touch(mode=0o600)
            _copy_database(folder.database, key, copy)
            verdict = check(copy, key)
            made_at = clock.now().astimezone(UTC)
            path = _write(folder, copy, verdict, made_at, target)
            folder.note_backup(made_at)
            return Backup(path, made_at, verdict, path.stat().st_size)
    finally:
        copy.unlink(missing_ok=True)
        hold.release()


def noted(transaction: Transaction, made: Backup) -> None:
    """Write into the journal that this backup was made."""
    head = made.verdict.head
    transaction.note("backup.made", None, file=made.path.name, seq=head.seq, hash=head.hash.hex())


@contextmanager
def stage(folder: Folder, file: Path) -> Generator[Staged]:
    """Unpack a backup beside the store and check every sum; raises BackupError. Gone again at the end."""
    with _told():
        folder.make()
        hold = folder.hold("restore", "")
        if hold is None:
            raise BackupError(BackupProblem.BUSY)
    place = folder.path / ".restoring"
    try:
        with _told():
            shutil.rmtree(place, ignore_errors=True)  # a killed restore's
            place.mkdir(mode=0o700)
            made_at = _unpack(file, place)
        yield Staged(Folder(place, pepper_from=folder.path), made_at)
    finally:
        shutil.rmtree(place, ignore_errors=True)
        hold.release()


def restore(folder: Folder, staged: Staged, key: bytes, clock: Clock, officer: uuid.UUID | None = None) -> Restored:
    """Check the staged database page by page and line by line, then put it in the place of the store.

    `key` is what the backup's own keyring gave. The former files are kept beside. Raises BackupError; then nothing was
    replaced.
    """
    with _told():
        try:
            staged.keyring.vouch(key)
        except KeyringError as error:
            raise BackupError(BackupProblem.WRONG_KEY) from error
        verdict = check(staged.folder.database, key)
        alone = lease(folder.database, exclusive=True)
        if alone is None:
            raise BackupError(BackupProblem.BUSY)
        try:
            replaced = _replace(folder, staged, clock)
        finally:
            alone.release()
    store = Store.open(folder.database, key, clock)
    try:
        store.sign_in(officer, frozenset())
        store.run_now(_note_restored, verdict, staged.made_at)
    finally:
        store.close()
    return Restored(verdict, staged.made_at, replaced)


def check(database: Path, key: bytes) -> Verdict:
    """Read every page of a closed database and walk its journal; raises BackupError."""
    with _told(), closing(_connect(database, key)) as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > migrations.VERSION:
            raise BackupError(BackupProblem.NEWER)
        if connection.execute("PRAGMA cipher_integrity_check").fetchall():
            raise BackupError(BackupProblem.DAMAGED)
        if connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            raise BackupError(BackupProblem.DAMAGED)
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise BackupError(BackupProblem.DAMAGED)
        verdict = Verdict()
        while not verdict.complete:
            rows = connection.execute(journal.LINES, (verdict.head.seq, 10_000)).fetchall()
            verdict = journal.walk(rows, verdict)
    if not verdict.good:
        raise BackupError(BackupProblem.JOURNAL, str(verdict.first_bad))
    return verdict


def _connect(database: Path, key: bytes) -> Any:
    """Open a database of its own beside the store's; the first read tells whether the key fits."""
    connection = dbapi2.connect(str(database), isolation_level=None)  # pyright: ignore[reportAttributeAccessIssue]
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.Error:  # pyright: ignore[reportAttributeAccessIssue]
        connection.close()
        raise
    return connection


def _copy_database(database: Path, key: bytes, copy: Path) -> None:
    with closing(_connect(database, key)) as source, closing(_connect(copy, key)) as target:
        # All pages in one step: smaller steps start again at every commit of an officer, and never end.
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode = delete")


def _write(folder: Folder, copy: Path, verdict: Verdict, made_at: datetime, target: Path) -> Path:
    """Write the tar beside its name, read it back, then give it the name."""
    with locked(folder.keyring):
        small = {_KEYRING: folder.keyring.read_bytes(), PUBLIC_FILE: Keyring(folder).office.encode()}
    manifest: dict[str, Any] = {
        "format": _FORMAT,
        "made_at": made_at.isoformat(timespec="seconds"),
        "version": migrations.VERSION,
        "journal": {"entries": verdict.entries, "hash": verdict.head.hash.hex()},
        "members": {
            name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in small.items()
        },
    }
    with copy.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    manifest["members"][_DATABASE] = {"size": copy.stat().st_size, "sha256": digest}
    partial = target / ".rekam17.partial"
    try:
        partial.unlink(missing_ok=True)  # a killed backup's
        partial.touch(mode=0o600)
        with partial.open("r+b") as raw:
            with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as tar:
                _add(tar, _MANIFEST, json.dumps(manifest, indent=1).encode(), made_at)
                for name, data in small.items():
                    _add(tar, name, data, made_at)
                _add(tar, _DATABASE, copy, made_at)
            raw.flush()
            os.fsync(raw.fileno())
            os.posix_fadvise(raw.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # so that reading back reads the stick
        _unpack(partial, None)
        path = _free_name(target, made_at)
        partial.rename(path)
        sync_folder(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return path


def _free_name(target: Path, made_at: datetime) -> Path:
    stem, number = f"rekam17-{made_at:%Y%m%dT%H%M%SZ}", 1
    path = target / f"{stem}.tar"
    while path.exists():
        number += 1
        path = target / f"{stem}-{number}.tar"
    return path


def _add(tar: tarfile.TarFile, name: str, content: bytes | Path, at: datetime) -> None:
    from io import BytesIO

    member = tarfile.TarInfo(name)
    member.mode, member.mtime = 0o600, int(at.timestamp())
    if isinstance(content, Path):
        member.size = content.stat().st_size
        with content.open("rb") as file:
            tar.addfile(member, file)
    else:
        member.size = len(content)
        tar.addfile(member, BytesIO(content))


def _unpack(file: Path, place: Path | None) -> datetime:
    """Read the members the manifest names, each once, regular, of its size and sum; return when it was made.

    They are written into `place`; without one they are only checked.
    """
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as raw, tarfile.open(fileobj=raw, mode="r:") as tar:
            first = tar.next()
            if first is None or first.name != _MANIFEST or not first.isreg() or first.size > _SMALL:
                raise BackupError(BackupProblem.NOT_A_BACKUP)
            manifest = json.loads(_taken(tar, first).read())
            if manifest["format"] != _FORMAT or manifest["version"] > migrations.VERSION:
                raise BackupError(BackupProblem.NEWER)
            made_at = datetime.fromisoformat(manifest["made_at"])
            for name in _MEMBERS:
                _unpack_member(tar, name, manifest["members"][name], place)
    except (tarfile.TarError, ValueError, KeyError, TypeError, RecursionError, EOFError) as error:
        raise BackupError(BackupProblem.NOT_A_BACKUP) from error
    return made_at


def _unpack_member(tar: tarfile.TarFile, name: str, told: dict[str, Any], place: Path | None) -> None:
    member = tar.next()
    if member is None or member.name != name or not member.isreg():
        raise BackupError(BackupProblem.NOT_A_BACKUP)
    if member.size != told["size"] or (name != _DATABASE and member.size > _SMALL):
        raise BackupError(BackupProblem.DAMAGED)
    digest, left = hashlib.sha256(), member.size
    source = _taken(tar, member)
    with Path(os.devnull if place is None else place / name).open("wb") as out:
        while left > 0:
            block = source.read(min(_BLOCK, left))
            if not block:
                raise BackupError(BackupProblem.DAMAGED)
            digest.update(block)
            out.write(block)
            left -= len(block)
        out.flush()
        if place is not None:
            os.fsync(out.fileno())
    if digest.hexdigest() != told["sha256"]:
        raise BackupError(BackupProblem.DAMAGED)


def _taken(tar: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    content = tar.extractfile(member)
    if content is None:
        raise BackupError(BackupProblem.NOT_A_BACKUP)
    return content  # pyright: ignore[reportReturnType] - a reader of bytes


def _replace(folder: Folder, staged: Staged, clock: Clock) -> Path | None:
    """Collect the new files in a folder whose name makes the restore certain, then move them in."""
    ready = folder.path / ".ready"
    shutil.rmtree(ready, ignore_errors=True)
    ready.mkdir(mode=0o700)
    for name in (_DATABASE, _KEYRING):
        (staged.folder.path / name).rename(ready / name)
    sync_folder(ready)
    ready.rename(folder.path / f"restored-{clock.now():%Y%m%dT%H%M%SZ}")
    sync_folder(folder.path)
    return folder.move_in()


def _note_restored(transaction: Transaction, verdict: Verdict, made_at: datetime) -> None:
    head = verdict.head
    transaction.note("store.restored", None, made_at=made_at.isoformat(), seq=head.seq, hash=head.hash.hex())


@contextmanager
def _told() -> Generator[None]:
    """Say by its reason what the disk, the stick or the database did."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise BackupError(BackupProblem.FULL if full else BackupProblem.GONE, str(error)) from error
    except dbapi2.Error as error:  # pyright: ignore[reportAttributeAccessIssue]
        reason, detail = reason_of(error)
        problem = {
            Reason.FULL: BackupProblem.FULL,
            Reason.WRONG_KEY: BackupProblem.WRONG_KEY,
            Reason.DAMAGED: BackupProblem.DAMAGED,
            Reason.BUSY: BackupProblem.BUSY,
        }.get(reason, BackupProblem.GONE)
        raise BackupError(problem, detail) from error
