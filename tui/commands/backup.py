"""`rekam17 backup DIR` and `rekam17 restore FILE`: a verified, still encrypted copy, and its way back."""

from __future__ import annotations

import argparse
from pathlib import Path

from store import backup, sealing
from store.backup import BackupError, BackupProblem, Staged
from store.clock import Clock, SystemClock
from store.errors import KeyringError, OpenError, StoreError
from store.folder import Folder
from store.keyring import Unlocked
from store.sealing import KeyUse, SealError
from tui.commands.unlocking import CannotOpen, fail, folder_of, officer_of, open_store, read_passphrase, said, unlock

_PROBLEMS = {
    BackupProblem.FULL: "no space left; older copies are whole",
    BackupProblem.GONE: "cannot be read or written; older copies are whole",
    BackupProblem.NOT_A_FOLDER: "is no folder",
    BackupProblem.BUSY: "somebody is at work on the store: end rekam17 everywhere first",
    BackupProblem.NOT_A_BACKUP: "is no backup of rekam17",
    BackupProblem.DAMAGED: "is damaged; nothing was replaced",
    BackupProblem.JOURNAL: "its journal is broken: run rekam17 journal verify",
    BackupProblem.NEWER: "was made by a newer rekam17: install that one",
    BackupProblem.WRONG_KEY: "keyring and database do not belong together; nothing was replaced",
}


def run(args: argparse.Namespace) -> int:
    """Write a copy into `args.dir`, read it back, and journal it; 0 done, 1 not done, 2 not opened."""
    clock = SystemClock()
    try:
        folder, store, opened = open_store(args, clock)
    except CannotOpen as error:
        return fail(str(error))
    try:
        store.sign_in(opened.officer.id, opened.officer.roles)
        made = backup.make(folder, opened.database_key, Path(args.dir), clock)
        store.run_now(backup.noted, made)
    except BackupError as error:
        busy = error.problem is BackupProblem.BUSY
        return fail("another backup is running" if busy else f"{args.dir}: {_PROBLEMS[error.problem]}", 1)
    except StoreError as error:
        return fail(f"the copy is whole, but the journal could not be written: {error.reason.value}", 1)
    finally:
        store.close()
    print(f"{made.path}: whole, {made.verdict.entries} journal entries, head {made.verdict.head.short}.")
    return 0


def restore(args: argparse.Namespace) -> int:
    """Check the backup `args.file`, then put it in the place of the store; 0 done, 1 not done, 2 not opened."""
    folder, clock = folder_of(args), SystemClock()
    try:
        with backup.stage(folder, Path(args.file)) as staged:
            opened = _open(args, staged, clock)
            done = backup.restore(folder, staged, opened.database_key, clock, opened.officer.id)
    except CannotOpen as error:
        return fail(str(error))
    except OpenError as error:
        return fail(said(error), 1)
    except BackupError as error:
        return fail(f"{args.file}: {_PROBLEMS[error.problem]}", 1)
    _say(folder, done)
    return 0


def _open(args: argparse.Namespace, staged: Staged, clock: Clock) -> Unlocked:
    """Open the backup's own keyring: by a passphrase, or on another laptop by the office's recovery key."""
    if args.recovery_key is None:
        return unlock(args, staged.keyring, clock.now())
    try:
        key = sealing.read_private(Path(args.recovery_key), KeyUse.RECOVERY)
        officer = officer_of(args, staged.keyring)
        passphrase = read_passphrase(args.passphrase_fd, f"{officer.name}, from now on")
        return staged.keyring.recover(key, officer.id, passphrase, clock.now())
    except SealError as error:
        raise CannotOpen(f"{args.recovery_key}: is no recovery key") from error
    except KeyringError as error:
        raise CannotOpen(said(error)) from error


def _say(folder: Folder, done: backup.Restored) -> None:
    print(f"{folder.path}: restored as of {done.made_at:%Y-%m-%d %H:%M} UTC, {done.verdict.entries} journal entries.")
    if done.replaced is not None:
        print(f"{done.replaced}: what was there before.")
