"""The office's keys: made on an office computer, their public halves on every laptop, captures sealed to them.

Biometrics: fingers and irises; its private half is never on a field laptop, so what is sealed cannot be opened there.
Printing: portrait and signature, needed again when the card is printed, perhaps a year later on another laptop.
Recovery: one slot of the database key, for lost passphrases.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path

from store.folder import replace_file, sync_folder
from store.key_files import SealError as SealError
from store.key_files import SealProblem as SealProblem
from store.key_files import fingerprint, key_file, key_of, key_text, read_small, values_of

PUBLIC_FILE = "office.pub"
_PUBLIC_KIND = "rekam17-office-public"
_PRIVATE_KIND = "rekam17-office-private"


class KeyUse(enum.Enum):
    """What a pair of the office's keys is for."""

    BIOMETRICS = "biometrics"
    PRINTING = "printing"
    RECOVERY = "recovery"


@dataclass(frozen=True)
class PublicKeys:
    """The office's three public keys, 32 bytes each (X25519)."""

    biometrics: bytes
    printing: bytes
    recovery: bytes

    @property
    def fingerprint(self) -> str:
        """Return sixteen letters in groups of four, to be read over the phone and compared."""
        return fingerprint(self.biometrics + self.printing + self.recovery, b"rekam17-office")

    def encode(self) -> bytes:
        """Return the file `office.pub`."""
        keys = {use.value: key_text(getattr(self, use.value)) for use in KeyUse}
        return key_file({"kind": _PUBLIC_KIND, "version": 1, **keys, "fingerprint": self.fingerprint})

    @classmethod
    def decode(cls, content: bytes) -> PublicKeys:
        """Read the file back; raises SealError (NOT_A_KEY) also where its own fingerprint disagrees."""
        values = values_of(content, _PUBLIC_KIND)
        keys = cls(*(key_of(values.get(use.value)) for use in KeyUse))
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
                secret |= {"private": key_text(getattr(self, use.value)), "office": self.public.fingerprint}
                written.append(folder / f"{use.value}.key")
                replace_file(written[-1], key_file(secret))
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
    return PublicKeys.decode(read_small(path))


def read_private(path: Path, use: KeyUse) -> bytes:
    """Read one private key; raises SealError (UNREADABLE, NOT_A_KEY, WRONG_USE)."""
    values = values_of(read_small(path), _PRIVATE_KIND)
    if values.get("use") != use.value:
        raise SealError(SealProblem.WRONG_USE)
    return key_of(values.get("private"))


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
