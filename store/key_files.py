"""Key files: small JSON of one kind each, read without believing them, and fingerprints to be read over the phone."""

from __future__ import annotations

import base64
import binascii
import enum
import hashlib
import json
import os
from pathlib import Path
from typing import Any, cast

KEY_BYTES = 32
_MOST = 65_536
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to mishear over the phone


class SealProblem(enum.Enum):
    """Why a key file or a sealed capture cannot be used."""

    UNREADABLE = "unreadable"  # not there, or not to be read
    NOT_A_KEY = "not_a_key"  # not a key file of this program
    WRONG_USE = "wrong_use"  # a key for something else
    EXISTS = "exists"  # keys are there already, and are never overwritten
    NOT_OURS = "not_ours"  # sealed to another key, or damaged


class SealError(Exception):
    """A key or a seal cannot be used; nothing was written."""

    def __init__(self, problem: SealProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def fingerprint(keys: bytes, person: bytes) -> str:
    """Return sixteen letters in groups of four, to be read over the phone and compared."""
    digest = hashlib.blake2b(keys, digest_size=10, person=person)
    value = int.from_bytes(digest.digest(), "big")
    letters = "".join(_LETTERS[value >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def key_text(key: bytes) -> str:
    """Spell a key for a file."""
    return base64.b64encode(key).decode()


def key_of(text: object) -> bytes:
    """Read a key back; raises SealError (NOT_A_KEY)."""
    try:
        key = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise SealError(SealProblem.NOT_A_KEY)
    return key


def key_file(values: dict[str, Any]) -> bytes:
    """Return the content of a key file."""
    return (json.dumps(values, indent=2) + "\n").encode()


def values_of(content: bytes, kind: str) -> dict[str, object]:
    """Return what a key file of that kind says; raises SealError (NOT_A_KEY)."""
    try:
        values: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SealError(SealProblem.NOT_A_KEY) from error
    if not isinstance(values, dict) or values.get("kind") != kind:
        raise SealError(SealProblem.NOT_A_KEY)
    return cast("dict[str, object]", values)


def read_small(path: Path) -> bytes:
    """Read a small regular file: a pipe or a device would keep the program waiting; raises SealError (UNREADABLE)."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            return file.read(_MOST) or b""
    except OSError as error:
        raise SealError(SealProblem.UNREADABLE) from error
