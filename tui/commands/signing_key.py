"""`rekam17 signing-key [FILE]`: the office's key for papers, taken from its authority's PKCS#12 file, or removed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from reports import office_key
from reports.office_key import KeyProblem, KeyRefused
from store import signing_key
from store.clock import SystemClock
from store.errors import StoreError
from store.transaction import NotAllowedError
from tui.commands.unlocking import CannotOpen, Opened, clean, fail, open_store, read_passphrase

if TYPE_CHECKING:
    from store.clock import Clock

_PROBLEMS = {
    KeyProblem.NOT_PKCS12: "is no PKCS#12 file",
    KeyProblem.WRONG_PASSPHRASE: "that is not its passphrase",
    KeyProblem.NO_KEY: "holds no key together with its certificate",
    KeyProblem.WEAK: "its key is too weak: RSA of 2048 bits or more, or an elliptic curve",
    KeyProblem.NOT_FOR_SIGNING: "its certificate is not for signatures",
    KeyProblem.NOT_YET: "its certificate begins on {day:%d-%m-%Y}",
    KeyProblem.ENDED: "its certificate ended on {day:%d-%m-%Y}",
}


def said(error: KeyRefused) -> str:
    """Return why nothing can be signed with a key."""
    return _PROBLEMS[error.reason].format(day=error.day)


def run(args: argparse.Namespace) -> int:
    """Take the key of `args.file`, or take it away, or tell which it is; 0 done, 1 not done, 2 not opened."""
    clock = SystemClock()
    try:
        file = None if args.file is None else Path(args.file).read_bytes()
        opened = open_store(args, clock)
    except OSError as error:
        return fail(f"{args.file}: {error.strerror or error}")
    except CannotOpen as error:
        return fail(str(error))
    try:
        opened.store.sign_in(opened.by.officer.id, opened.by.officer.roles)
        if file is not None:
            return _take(args, opened, file, clock)
        return _remove(opened) if args.remove else _tell(opened, clock)
    except NotAllowedError:
        return fail(f"{opened.by.officer.name} is no coordinator; nothing was changed", 1)
    except StoreError as error:
        return fail(f"nothing was changed: {error.reason.value}", 1)
    finally:
        opened.store.close()


def _take(args: argparse.Namespace, opened: Opened, file: bytes, clock: Clock) -> int:
    try:
        passphrase = read_passphrase(args.key_passphrase_fd, Path(args.file).name)
        key = office_key.read(file, passphrase, clock.now())
    except CannotOpen as error:
        return fail(str(error))
    except KeyRefused as error:
        return fail(f"{args.file}: {said(error)}; nothing was changed", 1)
    opened.store.run_now(signing_key.take, key)
    whose = office_key.describe(key.certificate)
    print(clean(f"Handover minutes are signed from now on as {whose.name}, until {whose.until:%d-%m-%Y}."))
    print(f"Fingerprint of its certificate: {key.fingerprint}")
    return 0


def _remove(opened: Opened) -> int:
    if not opened.store.run_now(signing_key.remove):
        return fail("there is no key", 1)
    print("The key is gone; papers that were signed with it can still be verified.")
    return 0


def _tell(opened: Opened, clock: Clock) -> int:
    key = opened.store.run_now(signing_key.current)
    if key is None:
        print("No key: handover minutes are signed on the pad or in ink alone.")
        return 0
    whose = office_key.describe(key.certificate)
    print(clean(f"{whose.name}, from {whose.since:%d-%m-%Y} until {whose.until:%d-%m-%Y}"))
    print(f"Fingerprint of its certificate: {key.fingerprint}")
    try:
        office_key.check(key, clock.now())
    except KeyRefused as error:
        return fail(f"nothing can be signed with it: {said(error)}", 1)
    return 0
