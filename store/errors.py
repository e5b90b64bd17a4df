"""What can go wrong with the store, by reason: words for officers are made in `tui`."""

from __future__ import annotations

import enum
import errno


class Reason(enum.Enum):
    """Why the store could not do it."""

    MISSING = "missing"  # no database there
    EMPTY_KEY = "empty_key"  # SQLCipher would write plain text without a word
    WRONG_KEY = "wrong_key"  # or not a database at all: the two cannot be told apart
    NEWER = "newer"  # written by a newer program
    FULL = "full"  # no space left
    IO = "io"  # the disk refuses to read or write
    READ_ONLY = "read_only"
    DAMAGED = "damaged"  # a page fails its authentication, or the structure is broken
    BUSY = "busy"  # another process holds the store for too long
    REFUSED = "refused"  # a constraint of the tables says no
    CLOSED = "closed"  # locked or ended meanwhile
    FAULT = "fault"  # SQL of ours is wrong


class StoreError(Exception):
    """The store could not do it; a transaction that raises it changed nothing."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason


class OpenError(StoreError):
    """The store cannot be opened; nothing was written."""


class ChangeError(StoreError):
    """A transaction was rolled back; what was acknowledged before is untouched."""


_BY_CODE = {
    5: Reason.BUSY,  # SQLITE_BUSY
    6: Reason.BUSY,  # SQLITE_LOCKED
    8: Reason.READ_ONLY,
    10: Reason.IO,
    11: Reason.DAMAGED,  # SQLITE_CORRUPT
    13: Reason.FULL,
    14: Reason.IO,  # SQLITE_CANTOPEN
    19: Reason.REFUSED,  # SQLITE_CONSTRAINT
    26: Reason.WRONG_KEY,  # SQLITE_NOTADB
}


def reason_of(error: BaseException) -> tuple[Reason, str]:
    """Return the reason behind a database error, and SQLite's own words.

    peewee wraps the driver's error, and after a full disk only "cannot rollback" is on top: the first cause is at the
    end of the chain of contexts.
    """
    found = (Reason.FAULT, str(error))
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        wrapped = link.args[0] if link.args and isinstance(link.args[0], BaseException) else link
        code = getattr(wrapped, "sqlite_errorcode", None)
        if isinstance(code, int) and code & 0xFF in _BY_CODE:
            found = (_BY_CODE[code & 0xFF], str(wrapped))
        link = link.__context__
    return found


def reason_of_system(error: OSError) -> Reason:
    """Return the reason behind what the system refused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Reason.FULL
    return Reason.READ_ONLY if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM) else Reason.IO


class KeyringProblem(enum.Enum):
    """Why the keyring could not do it."""

    MISSING = "missing"  # nobody set this laptop up
    EXISTS = "exists"
    DAMAGED = "damaged"  # not a keyring, or a newer program's
    TAMPERED = "tampered"  # changed by somebody without the keys
    UNKNOWN_OFFICER = "unknown_officer"
    NO_COORDINATOR = "no_coordinator"
    LAST_COORDINATOR = "last_coordinator"
    NOT_COORDINATOR = "not_coordinator"
    NO_ROLE = "no_role"
    BAD_NAME = "bad_name"
    NAME_TAKEN = "name_taken"
    SHORT_PASSPHRASE = "short_passphrase"
    WRONG_KEY = "wrong_key"  # not the key of this laptop's office
    WRONG_PASSPHRASE = "wrong_passphrase"
    TOO_SOON = "too_soon"
    LOCKED = "locked"
    ENDED = "ended"  # the office has ended this officer's access
    FULL = "full"  # no space to count a try or to write a slot
    IO = "io"


class KeyringError(Exception):
    """The keyring could not do it; apart from a counted try, nothing was changed."""

    def __init__(self, problem: KeyringProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class WrongPassphrase(KeyringError):
    """The passphrase does not open the officer's slot."""

    def __init__(self, tries_left: int, wait_seconds: float) -> None:
        super().__init__(KeyringProblem.WRONG_PASSPHRASE)
        self.tries_left = tries_left
        self.wait_seconds = wait_seconds


class TooSoon(KeyringError):
    """The passphrase was not tried: the wait after the last failure is not over."""

    def __init__(self, tries_left: int, wait_seconds: float) -> None:
        super().__init__(KeyringProblem.TOO_SOON)
        self.tries_left = tries_left
        self.wait_seconds = wait_seconds


class Locked(KeyringError):
    """Too many failures: only the office's recovery key opens."""

    def __init__(self) -> None:
        super().__init__(KeyringProblem.LOCKED)
