"""From a passphrase to an open store: the one path of login and idle lock, and the words for what can go wrong.

The keyring works for a fifth of a second and the store reads a file: both off the application's loop.
"""

from __future__ import annotations

import asyncio
import math
import sys
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from store.errors import KeyringError, KeyringProblem, Locked, OpenError, Reason, StoreError, TooSoon, WrongPassphrase
from store.transaction import NotAllowedError
from tui.duty import OfficerOnDuty, role_words
from tui.i18n import N_, _
from tui.messages import Problem, problem

if TYPE_CHECKING:
    from store.clock import Clock
    from store.folder import Folder
    from store.sealing import Seals
    from store.store import Store

_REFUSED = N_("the store refused")
_REASONS = {
    Reason.MISSING: N_("the data are not there"),
    Reason.WRONG_KEY: N_("the data have another key"),
    Reason.NEWER: N_("the data are of a newer program"),
    Reason.IO: N_("the disk does not answer"),
    Reason.READ_ONLY: N_("the disk is read-only"),
    Reason.DAMAGED: N_("the data are damaged"),
    Reason.BUSY: N_("another program has the data"),
}


@dataclass(frozen=True)
class Opened:
    """What a right passphrase opens; the printing key only for an officer who prints."""

    store: Store
    officer: OfficerOnDuty
    seals: Seals
    printing_key: bytes | None = field(repr=False)


def store_problem(error: StoreError | NotAllowedError) -> Problem | None:
    """Return what to tell of an error that any transaction can meet; nothing where the store was only locked."""
    if isinstance(error, NotAllowedError):
        return problem(25, role=role_words(error.needed))
    if error.reason is Reason.CLOSED:
        return None
    if error.reason is Reason.FULL:
        return problem(36)
    why = _(_REASONS.get(error.reason, _REFUSED))
    return Problem("×", _("Not stored: {why}. What shows √ is safe. U repeats.").format(why=why))


async def unlock(folder: Folder, clock: Clock, officer: uuid.UUID, passphrase: str) -> Opened:
    """Open the store with an officer's passphrase and sign him in.

    Raises KeyringError (WrongPassphrase, TooSoon, Locked, ENDED and what a damaged keyring gives) and OpenError.
    """
    with _without_postgresql():
        from store import access, officers
        from store.keyring import Keyring
        from store.sealing import Seals
        from store.store import Store

    keyring = Keyring(folder)
    unlocked = await asyncio.to_thread(keyring.unlock, officer, passphrase, clock.now())
    store = await asyncio.to_thread(Store.open, folder.database, unlocked.database_key, clock)
    entry = unlocked.officer
    store.sign_in(entry.id, entry.roles)
    if await store.run(access.has_ended, entry.id):
        await asyncio.to_thread(store.close)
        raise KeyringError(KeyringProblem.ENDED)
    await store.run(officers.match, keyring.officers())
    on_duty = OfficerOnDuty(entry.id, entry.name, entry.roles)
    return Opened(store, on_duty, Seals(unlocked.office), unlocked.printing_key)


@contextmanager
def _without_postgresql() -> Generator[None]:
    """Keep peewee from importing PostgreSQL's driver where there is one: a laptop has no use for its 11 MiB."""
    hidden = "psycopg" not in sys.modules
    modules = cast("dict[str, object]", sys.modules)
    if hidden:
        modules["psycopg"] = None
    try:
        yield
    finally:
        if hidden:
            del modules["psycopg"]


def refusal(error: Exception) -> Problem:
    """Return what to tell of a passphrase that did not open, or of data that do not."""
    if isinstance(error, WrongPassphrase | TooSoon):
        return problem(1, tries=error.tries_left, seconds=max(math.ceil(error.wait_seconds), 1))
    if isinstance(error, Locked):
        return problem(2)
    if isinstance(error, KeyringError) and error.problem is KeyringProblem.ENDED:
        return Problem("×", _("The office has ended this officer's access. Data are safe. ↑↓ another."))
    if isinstance(error, OpenError):
        if error.reason is Reason.FULL:
            return problem(36)
        why = _(_REASONS.get(error.reason, _REFUSED))
        return Problem("×", _("Cannot be opened: {why}. Nothing was changed. F10.").format(why=why))
    return Problem("×", _("The list of officers cannot be trusted. Nothing was changed. F10."))
