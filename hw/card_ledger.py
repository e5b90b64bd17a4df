"""The ledger of cards that our CUPS backend keeps: one file a token, and whoever creates it first decides.

The backend creates the file before it starts the printer's own backend and never sends where it is there already
(packaging/cups/rekam17). So a card whose job the scheduler has forgotten can still be told apart: begun, ended, or
never begun. The last is made sure of by claiming the token here: then no backend will ever send it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from hw.types import CardFate, HardwareError

FOLDER = Path(os.environ.get("REKAM17_CARDS", "/var/lib/rekam17/cards"))
"""Where the backend keeps it on an installed laptop; its group may write. The variable is the backend's own."""
URI_PREFIX = "rekam17:/"
"""How the device-uri of a queue begins that has our backend in front."""
_LONGEST = 4096
_KEPT = timedelta(days=400)
_AT_A_TIME = 500


class LedgerUnreadable(HardwareError):
    """The ledger's folder cannot be read or written; nothing may be concluded from it."""


@dataclass(frozen=True)
class CardLedger:
    """The tokens of one folder."""

    folder: Path = FOLDER

    def usable(self) -> bool:
        """Whether this process may read and claim tokens here."""
        return self.folder.is_dir() and os.access(self.folder, os.R_OK | os.W_OK | os.X_OK)

    def fate(self, token: str) -> CardFate:
        """Say what became of a token. Raises LedgerUnreadable."""
        try:
            with (self.folder / _name(token)).open("rb") as file:
                lines = file.read(_LONGEST).decode("ascii", "replace").split("\n")
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise LedgerUnreadable("no folder") from None
            return CardFate.NOT_BEGUN
        except OSError as error:
            raise LedgerUnreadable(error.strerror or "") from error
        # The last line may be cut by a power failure; then its end was not noted.
        words = [line.split() for line in lines[:-1]]
        if words and words[0][:1] == ["withdrawn"]:
            return CardFate.WITHDRAWN
        ends = [line for line in words if len(line) == 3 and line[0] == "ended"]
        if not ends:
            return CardFate.BEGUN
        return CardFate.PASSED_ON if ends[-1][2] == "0" else CardFate.FAILED

    def withdraw(self, token: str, now: datetime) -> CardFate:
        """Claim a token that was not begun, durably, so that it is never sent; return its fate then.

        Anything but WITHDRAWN means that the backend was quicker. Raises LedgerUnreadable.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            entry = os.open(self.folder / _name(token), flags, 0o660)
        except FileExistsError:
            return self.fate(token)
        except OSError as error:
            raise LedgerUnreadable(error.strerror or "") from error
        try:
            os.write(entry, f"withdrawn {now:%Y-%m-%dT%H:%M:%SZ}\n".encode())
            os.fsync(entry)
            self._sync()
        except OSError as error:
            raise LedgerUnreadable(error.strerror or "") from error
        finally:
            os.close(entry)
        return CardFate.WITHDRAWN

    def long_past(self, now: datetime) -> tuple[str, ...]:
        """Return tokens that nobody has touched for 400 days, some hundreds at most. Raises LedgerUnreadable."""
        try:
            with os.scandir(self.folder) as entries:
                old = (entry.name for entry in entries if _is_token(entry.name) and _is_old(entry.stat(), now))
                return tuple(islice(old, _AT_A_TIME))
        except OSError as error:
            raise LedgerUnreadable(error.strerror or "") from error

    def prune(self, settled: Iterable[str], now: datetime) -> int:
        """Remove tokens whose cards are settled and that are long past; return how many.

        Only tokens that the caller names go: a file that the store does not know may belong to a job that still waits
        in the scheduler's spool. Raises LedgerUnreadable.
        """
        removed = 0
        try:
            for token in settled:
                file = self.folder / _name(token)
                try:
                    old = _is_old(file.lstat(), now)
                except FileNotFoundError:
                    continue
                if old:
                    file.unlink(missing_ok=True)
                    removed += 1
            if removed:
                self._sync()
        except OSError as error:
            raise LedgerUnreadable(error.strerror or "") from error
        return removed

    def _sync(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _name(token: str) -> str:
    """Return a token's file name. Raises ValueError for what is no UUID, which could be a path."""
    if not _is_token(token):
        raise ValueError("a token is a UUID in its usual form")
    return token


def _is_token(name: str) -> bool:
    import uuid

    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


def _is_old(file: os.stat_result, now: datetime) -> bool:
    return now - datetime.fromtimestamp(file.st_mtime, UTC) > _KEPT
