"""The office's keys: made on an office computer, their public halves on every laptop, captures sealed to them.

Biometrics: fingers and irises; its private half is never on a field laptop, so what is sealed cannot be opened there.
Printing: portrait and signature, needed again when the card is printed, perhaps a year later on another laptop.
Recovery: one slot of the database key, for lost passphrases.
"""

from __future__ import annotations

import base64
import binascii
import enum
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from store.folder import replace_file, sync_folder

KEY_BYTES = 32
PUBLIC_FILE = "office.pub"
_MOST = 65_536
_PUBLIC_KIND = "rekam17-office-public"
_PRIVATE_KIND = "rekam17-office-private"
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to mishear over the phone


class KeyUse(enum.Enum):
    """What a pair of the office's keys is for."""

    BIOMETRICS = "biometrics"
    PRINTING = "printing"
    RECOVERY = "recovery"


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


@dataclass(frozen=True)
class PublicKeys:
    """The office's three public keys, 32 bytes each (X25519)."""

    biometrics: bytes
    printing: bytes
    recovery: bytes

    @property
    def fingerprint(self) -> str:
        """Return sixteen letters in groups of four, to be read over the phone and compared."""
        digest = hashlib.blake2b(
            self.biometrics + self.printing + self.recovery, digest_size=10, person=b"rekam17-office"
        )
        value = int.from_bytes(digest.digest(), "big")
        letters = "".join(_LETTERS[value >> shift & 31] for shift in range(75, -1, -5))
        return "-".join(letters[at : at + 4] for at in range(0, 16, 4))

    def encode(self) -> bytes:
        """Return the file `office.pub`."""
        keys = {use.value: _text(getattr(self, use.value)) for use in KeyUse}
        return _file({"kind": _PUBLIC_KIND, "version": 1, **keys, "fingerprint": self.fingerprint})

    @classmethod
    def decode(cls, content: bytes) -> PublicKeys:
        """Read the file back; raises SealError (NOT_A_KEY) also where its own fingerprint disagrees."""
        values = _values(content, _PUBLIC_KIND)
        keys = cls(*(_key(values.get(use.value)) for use in KeyUse))
        if values.get("fingerprint") != keys.fingerprint:
            raise SealError(SealProblem.NOT_A_KEY)
        return keys


@dataclass(frozen=True)
class OfficeKeys:
    """The office's three private keys; nothing of them is in the repr."""

    biometrics: bytes = field(repr=False)
    printing: bytes = field(repr=False)
    recovery: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> OfficeKeys:
        """Make three new pairs: at the office, or as throw-away ones for a training day."""
        from nacl.public import PrivateKey

        return cls(*(bytes(PrivateKey.generate()) for _ in KeyUse))

    @property
    def public(self) -> PublicKeys:
        """Return the public halves."""
        return PublicKeys(*(_public_of(getattr(self, use.value)) for use in KeyUse))

    def write(self, folder: Path) -> None:
        """Write `office.pub` and three private files (0600), or nothing; raises SealError (EXISTS) and OSError."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = [PUBLIC_FILE, *(f"{use.value}.key" for use in KeyUse)]
        if any((folder / name).exists() for name in names):
            raise SealError(SealProblem.EXISTS)
        written: list[Path] = []
        try:
            for use in KeyUse:
                secret = {"kind": _PRIVATE_KIND, "version": 1, "use": use.value}
                secret |= {"private": _text(getattr(self, use.value)), "office": self.public.fingerprint}
                written.append(folder / f"{use.value}.key")
                replace_file(written[-1], _file(secret))
                written[-1].chmod(0o600)
            written.append(folder / PUBLIC_FILE)
            replace_file(written[-1], self.public.encode())  # last: with it the set is whole
            written[-1].chmod(0o644)
        except OSError:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        sync_folder(folder)


def read_public(path: Path) -> PublicKeys:
    """Read `office.pub`; raises SealError (UNREADABLE, NOT_A_KEY)."""
    return PublicKeys.decode(_read(path))


def read_private(path: Path, use: KeyUse) -> bytes:
    """Read one private key; raises SealError (UNREADABLE, NOT_A_KEY, WRONG_USE)."""
    values = _values(_read(path), _PRIVATE_KIND)
    if values.get("use") != use.value:
        raise SealError(SealProblem.WRONG_USE)
    return _key(values.get("private"))


def seal(public: bytes, plain: bytes) -> bytes:
    """Return the bytes sealed to a public key: 48 bytes longer, and never the same twice (libsodium's sealed box)."""
    from nacl.public import PublicKey, SealedBox

    return SealedBox(PublicKey(public)).encrypt(plain)


def unseal(private: bytes, sealed: bytes) -> bytes:
    """Open what was sealed; raises SealError (NOT_OURS) for another key's, or a damaged one."""
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    try:
        return SealedBox(PrivateKey(private)).decrypt(sealed)
    except (CryptoError, ValueError, TypeError) as error:
        raise SealError(SealProblem.NOT_OURS) from error


@dataclass(frozen=True)
class Seals:
    """Seals captures to the office's keys at the moment they are taken."""

    keys: PublicKeys

    def seal_biometric(self, plain: bytes) -> bytes:
        """Seal a finger or an iris: from now on only the office can open it."""
        return seal(self.keys.biometrics, plain)

    def seal_print(self, plain: bytes) -> bytes:
        """Seal a portrait or a signature: printing operators can open it."""
        return seal(self.keys.printing, plain)

    def open_print(self, private: bytes, sealed: bytes) -> bytes:
        """Open a portrait or a signature with the printing key; raises SealError (NOT_OURS)."""
        return unseal(private, sealed)


def is_pair(private: bytes, public: bytes) -> bool:
    """Tell whether the private key belongs to the public one."""
    return _public_of(private) == public


def _public_of(private: bytes) -> bytes:
    from nacl.public import PrivateKey

    return bytes(PrivateKey(private).public_key)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _key(text: object) -> bytes:
    try:
        key = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise SealError(SealProblem.NOT_A_KEY)
    return key


def _file(values: dict[str, Any]) -> bytes:
    return (json.dumps(values, indent=2) + "\n").encode()


def _values(content: bytes, kind: str) -> dict[str, object]:
    try:
        values: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SealError(SealProblem.NOT_A_KEY) from error
    if not isinstance(values, dict) or values.get("kind") != kind:
        raise SealError(SealProblem.NOT_A_KEY)
    return cast("dict[str, object]", values)


def _read(path: Path) -> bytes:
    """Read a small regular file: a pipe or a device would keep the program waiting."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            return file.read(_MOST) or b""
    except OSError as error:
        raise SealError(SealProblem.UNREADABLE) from error
