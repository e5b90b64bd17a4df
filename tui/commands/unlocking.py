"""Opening the store from the command line: whose passphrase it is, where it is read, and what to say if it fails."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from store import access
from store.clock import Clock
from store.errors import KeyringError, KeyringProblem, OpenError, Reason, TooSoon, WrongPassphrase
from store.folder import Folder
from store.keyring import Keyring, OfficerEntry, Unlocked
from store.store import Store

_LONGEST = 4096

_KEYRING = {
    KeyringProblem.MISSING: "no store here yet: start rekam17 to set this laptop up",
    KeyringProblem.DAMAGED: "the keyring cannot be read: restore a backup",
    KeyringProblem.TAMPERED: "the keyring was changed by somebody without the keys: restore a backup",
    KeyringProblem.LOCKED: "locked after five wrong passphrases: only the office's recovery key opens",
    KeyringProblem.ENDED: "the office has ended this officer's access",
    KeyringProblem.WRONG_KEY: "this is not the recovery key of the office this store belongs to",
    KeyringProblem.FULL: "no space left on the disk",
    KeyringProblem.IO: "the data folder cannot be read or written",
    KeyringProblem.SHORT_PASSPHRASE: "the new passphrase needs sixteen letters or more",
}
_OPENING = {
    Reason.MISSING: "the database is missing: restore a backup",
    Reason.WRONG_KEY: "the database does not belong to this keyring, or is damaged: restore a backup",
    Reason.NEWER: "the store was written by a newer rekam17: install that one",
    Reason.FULL: "no space left on the disk",
    Reason.READ_ONLY: "the data folder may not be written",
    Reason.DAMAGED: "the database is damaged: restore a backup",
    Reason.BUSY: "a restore is running: try again when it is done",
}


class CannotOpen(Exception):
    """The command cannot get at the store; the text is for standard error."""


def folder_of(args: argparse.Namespace) -> Folder:
    """Return the data folder that was asked for, or the usual one."""
    return Folder(Path(args.data).absolute()) if args.data else Folder.usual(os.environ)


class Opened(NamedTuple):
    """The store a command works on, by whose passphrase it was opened, and the folder it lies in."""

    folder: Folder
    store: Store
    by: Unlocked


def open_store(args: argparse.Namespace, clock: Clock) -> Opened:
    """Ask for the officer's passphrase and open the store; raises CannotOpen. Whoever gets it closes it."""
    folder = folder_of(args)
    unlocked = unlock(args, Keyring(folder), clock.now())
    try:
        store = Store.open(folder.database, unlocked.database_key, clock)
    except OpenError as error:
        raise CannotOpen(said(error)) from error
    if store.run_now(access.has_ended, unlocked.officer.id):
        store.close()
        raise CannotOpen(_KEYRING[KeyringProblem.ENDED])
    return Opened(folder, store, unlocked)


def unlock(args: argparse.Namespace, keyring: Keyring, now: datetime) -> Unlocked:
    """Ask for the officer's passphrase and open the database key; raises CannotOpen."""
    try:
        officer = officer_of(args, keyring)
        return keyring.unlock(officer.id, read_passphrase(args.passphrase_fd, officer.name), now)
    except KeyringError as error:
        raise CannotOpen(said(error)) from error


def officer_of(args: argparse.Namespace, keyring: Keyring) -> OfficerEntry:
    """Return the officer named on the command line, else the last one who logged in; raises CannotOpen."""
    entries = keyring.officers()
    if args.officer is None:
        return max(entries, key=lambda entry: entry.last_login.timestamp() if entry.last_login else 0.0)
    wanted = str(args.officer).strip().casefold()
    for entry in entries:
        if wanted in (entry.name.casefold(), entry.nip):
            return entry
    raise CannotOpen("no officer of that name: " + ", ".join(entry.name for entry in entries))


def read_passphrase(descriptor: int | None, name: str) -> str:
    """Read one line from the descriptor given, else from the terminal without showing it; raises CannotOpen."""
    if descriptor is not None:
        try:
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.readline(_LONGEST).decode().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CannotOpen("no passphrase can be read from that descriptor") from error
    if not sys.stdin.isatty():
        raise CannotOpen("no terminal to ask for the passphrase: give --passphrase-fd N")
    import getpass

    try:
        return getpass.getpass(f"Passphrase of {name}: ")
    except EOFError as error:
        raise CannotOpen("no passphrase was given") from error


def said(error: KeyringError | OpenError) -> str:
    """Return one sentence for why the store stays closed."""
    if isinstance(error, WrongPassphrase):
        return f"wrong passphrase: {error.tries_left} tries left, the next in {error.wait_seconds:.0f} seconds"
    if isinstance(error, TooSoon):
        return f"too soon after a wrong passphrase: try again in {error.wait_seconds:.0f} seconds"
    if isinstance(error, KeyringError):
        return _KEYRING.get(error.problem, error.problem.value)
    return _OPENING.get(error.reason, "the disk refuses to read or write")


def clean(text: str) -> str:
    """Return the text without anything that could move the cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def fail(message: str, status: int = 2) -> int:
    """Say one line on standard error and return the exit status; nothing in it can move the cursor."""
    print(f"rekam17: {clean(message)}", file=sys.stderr)
    return status
