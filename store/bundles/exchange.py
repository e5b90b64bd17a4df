"""The keys of the exchange between an office and its laptops: what bundles are sealed to, and who signed what.

They are a set of their own: the office's exchange lives on a machine that is always on and talks to others, where
neither the key that opens fingers nor the one that prints has any business.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from store.bundles import certificates
from store.folder import replace_file, sync_folder
from store.journal import canonical
from store.key_files import SealError, SealProblem, fingerprint, key_file, key_of, key_text, read_small, values_of

PUBLIC_FILE, PRIVATE_FILE = "exchange.pub", "exchange.key"
LAPTOP_SUFFIX = ".laptop.pub"
_PUBLIC_KIND = "rekam17-exchange-public"
_PRIVATE_KIND = "rekam17-exchange-private"
_LAPTOP_KIND = "rekam17-laptop-public"
_REGENCY = re.compile(r"\d{4}")
NODE = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME = 120


@dataclass(frozen=True)
class ExchangePublic:
    """What every laptop of an office knows of it: the regency's four digits, a name, keys to seal and to check with."""

    regency: str
    name: str
    seal: bytes
    sign: bytes

    @property
    def fingerprint(self) -> str:
        """Return what an officer compares over the phone before a laptop joins; bundles name the office by it."""
        return fingerprint(self.regency.encode() + self.seal + self.sign, b"rekam17-exchang")

    def encode(self) -> bytes:
        """Return the file `exchange.pub`."""
        keys = {"seal": key_text(self.seal), "sign": key_text(self.sign), "fingerprint": self.fingerprint}
        return key_file({"kind": _PUBLIC_KIND, "version": 1, "regency": self.regency, "name": self.name, **keys})

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read the file back; raises SealError (NOT_A_KEY) also where its own fingerprint disagrees."""
        values = values_of(content, _PUBLIC_KIND)
        made = cls(_regency(values), _name(values), key_of(values.get("seal")), key_of(values.get("sign")))
        if values.get("fingerprint") != made.fingerprint:
            raise SealError(SealProblem.NOT_A_KEY)
        return made


@dataclass(frozen=True)
class ExchangeKeys:
    """The office's private halves: X25519 that opens bundles, an Ed25519 seed that signs receipts and answers."""

    regency: str
    name: str
    seal: bytes = field(repr=False)
    sign: bytes = field(repr=False)

    @classmethod
    def generate(cls, regency: str, name: str) -> Self:
        """Make the pairs of a new office; raises ValueError for a regency that is not four digits, or no name."""
        from nacl.public import PrivateKey
        from nacl.signing import SigningKey

        if not _REGENCY.fullmatch(regency) or not 0 < len(name) <= _LONGEST_NAME:
            raise ValueError("a regency has four digits, and a name")
        return cls(regency, name, bytes(PrivateKey.generate()), bytes(SigningKey.generate()))

    @property
    def public(self) -> ExchangePublic:
        """Return the public halves."""
        from nacl.public import PrivateKey
        from nacl.signing import SigningKey

        sealing, signing = PrivateKey(self.seal).public_key, SigningKey(self.sign).verify_key
        return ExchangePublic(self.regency, self.name, bytes(sealing), bytes(signing))

    def write(self, folder: Path) -> None:
        """Write both files, the private one 0600; raises SealError (EXISTS), and OSError with nothing left behind."""
        private, public = folder / PRIVATE_FILE, folder / PUBLIC_FILE
        if private.exists() or public.exists():
            raise SealError(SealProblem.EXISTS)
        secret = {"kind": _PRIVATE_KIND, "version": 1, "regency": self.regency, "name": self.name}
        secret |= {"seal": key_text(self.seal), "sign": key_text(self.sign)}
        try:
            replace_file(private, key_file(secret))
            private.chmod(0o600)
            replace_file(public, self.public.encode())  # last: with it the set is whole
        except OSError:
            private.unlink(missing_ok=True)
            public.unlink(missing_ok=True)
            raise
        sync_folder(folder)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the private file; raises SealError (UNREADABLE, NOT_A_KEY)."""
        values = values_of(read_small(folder / PRIVATE_FILE), _PRIVATE_KIND)
        return cls(_regency(values), _name(values), key_of(values.get("seal")), key_of(values.get("sign")))


@dataclass(frozen=True)
class LaptopPublic:
    """What an office knows of a laptop: node, name, the key its bundles are signed with, and that key's certificate."""

    regency: str
    node: str
    name: str
    sign: bytes
    certificate: bytes = field(default=b"", repr=False, compare=False)

    @property
    def fingerprint(self) -> str:
        """Return what the office compares over the phone before it takes the laptop in."""
        return fingerprint(self.regency.encode() + bytes.fromhex(self.node) + self.sign, b"rekam17-laptop")

    @property
    def file_name(self) -> str:
        """The name of the file that brings it to the office."""
        return f"{self.node[:8]}{LAPTOP_SUFFIX}"

    def encode(self, seed: bytes) -> bytes:
        """Return the file, signed with the laptop's own seed: nobody can send it in another's name."""
        said = self._said(certificates.certificate(seed))
        return key_file({**said, "signature": _signed(said, seed)})

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read the file back; raises SealError (NOT_A_KEY) also where its signature does not fit."""
        values = values_of(content, _LAPTOP_KIND)
        node = values.get("node")
        if not isinstance(node, str) or not NODE.fullmatch(node):
            raise SealError(SealProblem.NOT_A_KEY)
        made = cls(_regency(values), node, _name(values), key_of(values.get("sign")), _certificate(values))
        if not verified(canonical(made._said(made.certificate)).encode(), values.get("signature"), made.sign):
            raise SealError(SealProblem.NOT_A_KEY)
        return made

    def _said(self, certificate: bytes) -> dict[str, Any]:
        said = {"kind": _LAPTOP_KIND, "version": 1, "regency": self.regency, "node": self.node, "name": self.name}
        return {**said, "sign": key_text(self.sign), "certificate": key_text(certificate)}


def public_of(seed: bytes) -> bytes:
    """Return the key that checks what an Ed25519 seed signed."""
    from nacl.signing import SigningKey

    return bytes(SigningKey(seed).verify_key)


def sealing_key(sign: bytes) -> bytes:
    """Return the X25519 key that goes with an Ed25519 key; raises ValueError for bytes that are none.

    A laptop has one pair, and what the office answers is sealed to it.
    """
    from nacl.exceptions import CryptoError
    from nacl.signing import VerifyKey

    try:
        return bytes(VerifyKey(sign).to_curve25519_public_key())
    except (CryptoError, RuntimeError) as error:
        raise ValueError("no key") from error


def opening_key(seed: bytes) -> bytes:
    """Return the X25519 key that opens what is sealed to `sealing_key` of that seed's pair."""
    from nacl.signing import SigningKey

    return bytes(SigningKey(seed).to_curve25519_private_key())


def signature(content: bytes, seed: bytes) -> str:
    """Return an Ed25519 signature in hexadecimal digits."""
    from nacl.signing import SigningKey

    return SigningKey(seed).sign(content).signature.hex()


def verified(content: bytes, signed: object, key: bytes) -> bool:
    """Tell whether that is the key's signature of the content."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    try:
        VerifyKey(key).verify(content, bytes.fromhex(signed if isinstance(signed, str) else ""))
    except (BadSignatureError, ValueError):
        return False
    return True


def _signed(said: dict[str, Any], seed: bytes) -> str:
    return signature(canonical(said).encode(), seed)


def _regency(values: dict[str, object]) -> str:
    regency = values.get("regency")
    if not isinstance(regency, str) or not _REGENCY.fullmatch(regency):
        raise SealError(SealProblem.NOT_A_KEY)
    return regency


def _name(values: dict[str, object]) -> str:
    name = values.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise SealError(SealProblem.NOT_A_KEY)
    return name


def _certificate(values: dict[str, object]) -> bytes:
    """Return a laptop's certificate, which must be of its own key; raises SealError."""
    spelled = values.get("certificate")
    try:
        content = base64.b64decode(spelled, validate=True) if isinstance(spelled, str) else b""
        if certificates.key_of(content) != key_of(values.get("sign")):
            raise SealError(SealProblem.NOT_A_KEY)
    except ValueError as error:
        raise SealError(SealProblem.NOT_A_KEY) from error
    return content
