"""Where the store lives, how its small files are replaced whole, and who holds what meanwhile."""

from __future__ import annotations

import fcntl
import os
import secrets
import uuid
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

INSTALLED = Path("/var/lib/rekam17")
_SYSTEM_PEPPER = Path("/etc/rekam17/pepper")
_RESTORED = "restored-"
_LAST_BACKUP = "last-backup"
# What comes in, and what has to be out of its way first: a log of the old database would be read into the new one.
_PLACES = (("rekam17.db", ("rekam17.db-wal", "rekam17.db-shm", "rekam17.db")), ("keyring.json", ("keyring.json",)))
_PEPPER_BYTES = 32
_PEPPER_MOST = 64  # what BLAKE2b takes as a key


@dataclass(frozen=True)
class Folder:
    """The data folder, and the names in it; `pepper_from` is another folder whose pepper counts here."""

    path: Path
    pepper_from: Path | None = None

    @classmethod
    def usual(cls, environment: Mapping[str, str]) -> Folder:
        """Return the installed folder where there is one, else the one of the XDG rules."""
        if INSTALLED.is_dir():
            return cls(INSTALLED)
        given = Path(environment.get("XDG_DATA_HOME", ""))  # the rules say: a relative path is to be ignored
        base = given if given.is_absolute() else Path(environment.get("HOME", "/")) / ".local" / "share"
        return cls(base / "rekam17")

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.path / "rekam17.db"

    @property
    def keyring(self) -> Path:
        """Officers, slots and failure counters, readable before anything is unlocked."""
        return self.path / "keyring.json"

    @property
    def last_backup(self) -> datetime | None:
        """When the last backup was made, readable before anything is unlocked; None before the first."""
        try:
            return datetime.fromisoformat((self.path / _LAST_BACKUP).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def note_backup(self, at: datetime) -> None:
        """Remember that a backup was made; raises OSError."""
        replace_file(self.path / _LAST_BACKUP, at.isoformat(timespec="seconds").encode())

    @property
    def exists(self) -> bool:
        """Tell whether somebody set this laptop up already."""
        return self.keyring.is_file()

    def make(self) -> None:
        """Make the folder for this user only; an installed one keeps its group."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def pepper(self) -> bytes:
        """Return the secret that a copied keyring lacks; made at the first call unless the system has one.

        It never goes into a backup: whoever finds the stick has no means to try passphrases.
        """
        if _SYSTEM_PEPPER.is_file():
            return _SYSTEM_PEPPER.read_bytes()[:_PEPPER_MOST]
        own = (self.pepper_from or self.path) / "pepper"
        if not own.is_file():
            replace_file(own, secrets.token_bytes(_PEPPER_BYTES))
        return own.read_bytes()[:_PEPPER_MOST]

    def settle(self) -> None:
        """Finish a restore that a power cut stopped between its renames; else do nothing.

        Raises OSError. Called before the keyring is read, so that database and keyring always belong together.
        """
        if any(self.path.glob(f"{_RESTORED}*")):
            alone = lease(self.database, exclusive=True)
            if alone is not None:
                try:
                    self.move_in()
                finally:
                    alone.release()

    def move_in(self) -> Path | None:
        """Put restored files in the place of the old ones; return where those are kept, None where none were.

        Every step can be done again. The caller has the database for itself.
        """
        aside: Path | None = None
        for restored in sorted(self.path.glob(f"{_RESTORED}*")):
            aside = self.path / restored.name.replace(_RESTORED, "replaced-", 1)
            aside.mkdir(mode=0o700, exist_ok=True)
            for new, old in _PLACES:
                if (restored / new).exists():
                    for name in old:
                        if (self.path / name).exists():
                            (self.path / name).rename(aside / name)
                    (restored / new).rename(self.path / new)
            restored.rmdir()
            sync_folder(self.path)
            if not any(aside.iterdir()):
                aside.rmdir()
                aside = None
        return aside

    def hold(self, name: str, who: str) -> Hold | None:
        """Take a pupil, a device or a desk for this process, or return None where another process has it.

        The kernel lets go when the process dies, whatever it dies of; no row in a table has to be tidied.
        """
        place = self._lock_path(name)
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        with suppress(PermissionError):  # it belongs to another officer, who did the same
            os.fchmod(handle, file_mode(place))
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        os.ftruncate(handle, 0)
        os.pwrite(handle, who.encode()[:200], 0)
        return Hold(handle)

    def holder(self, name: str) -> str | None:
        """Return who holds it now, or None: for display only, `hold` decides."""
        try:
            handle = os.open(self._lock_path(name), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return os.pread(handle, 200, 0).decode(errors="replace")
        else:
            return None
        finally:
            os.close(handle)

    def _lock_path(self, name: str) -> Path:
        locks = self.path / "locks"
        if not locks.is_dir():
            locks.mkdir(parents=True, exist_ok=True)
            locks.chmod(0o2770 if self.path.stat().st_mode & 0o020 else 0o700)  # whatever the login's umask is
        return locks / quote(name, safe=" ")


def pupil_lock(pupil: uuid.UUID) -> str:
    """Return the name under which a desk holds the pupil it has open."""
    return f"pupil {pupil.hex}"


class Hold:
    """Something this process holds; let go by `release`, or when the process ends."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def release(self) -> None:
        """Let go; a second call does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class Gate:
    """The narrow door before a database: one process at a time stands in it, waiting for its transaction."""

    def __init__(self, database: Path) -> None:
        self._file = database.with_name(database.name + "-gate").open("ab")

    def __enter__(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


def lease(database: Path, *, exclusive: bool = False) -> Hold | None:
    """Take a share of the database file, or all of it; None where another process is in the way.

    Every open store has a share, so that a restore never replaces a file somebody works on.
    """
    handle = os.open(database.with_name(database.name + "-lease"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return Hold(handle)


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold a small file for reading and replacing it, waiting for others that do the same."""
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Put the content there whole or not at all, also through a power cut."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, file_mode(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames in the folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_mode(path: Path) -> int:
    """Return the mode for a new file there: for its owner, or for a group of officers where the folder is theirs."""
    return 0o660 if path.parent.stat().st_mode & 0o020 else 0o600
