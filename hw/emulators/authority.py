"""A throw-away device provider: its authority, the issuer below it, and the key with which emulated devices sign."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

CERTIFICATE = "device-ca.pem"
_CHAIN, _KEY = "device.pem", "device.key"
_PROVIDER = "Rekam17 Perangkat Tiruan CA"
_LASTS = timedelta(days=3650)  # a rehearsal may move its clock by years


@dataclass(frozen=True)
class Signer:
    """What a device signs with, and the certificates that lead to the authority, the device's own first."""

    key: rsa.RSAPrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...] = field(repr=False)


def signer(folder: Path, at: datetime) -> Signer:
    """Return the device's key under the folder's authority, both made when they are not there.

    They stay in the folder, so that a service started again is still trusted by a program that goes on.
    """
    try:
        key = serialization.load_pem_private_key((folder / _KEY).read_bytes(), None)
        chain = x509.load_pem_x509_certificates((folder / _CHAIN).read_bytes())
        if isinstance(key, rsa.RSAPrivateKey) and (folder / CERTIFICATE).exists():
            return Signer(key, tuple(chain))
    except FileNotFoundError:
        pass
    fresh, authority = _provider(_day(at), "kit")
    secret = fresh.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = serialization.Encoding.PEM
    _replace(folder / CERTIFICATE, authority.public_bytes(pem))
    _replace(folder / _CHAIN, b"".join(certificate.public_bytes(pem) for certificate in fresh.chain))
    _replace(folder / _KEY, secret)
    return fresh


def stranger(at: datetime) -> Signer:
    """Return a device of a provider that calls itself the same and that nobody has pinned."""
    return _provider(_day(at), "stranger")[0]


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


@lru_cache(maxsize=8)
def _provider(day: datetime, which: str) -> tuple[Signer, x509.Certificate]:
    """Make an authority, an issuer below it, as providers have one, and a device; only the device's key is kept.

    Once a day and process: keys take a second on a busy laptop.
    """
    del which  # they differ in nothing but their keys
    top, middle, device = (rsa.generate_private_key(65537, 2048) for _ in range(3))
    authority = _issue(_PROVIDER, top.public_key(), x509.Name([_named(_PROVIDER)]), top, day, below=1)
    issuer = _issue("Rekam17 Penerbit Tiruan", middle.public_key(), authority.subject, top, day, below=0)
    own = _issue("Perangkat Tiruan", device.public_key(), issuer.subject, middle, day, below=None)
    return Signer(device, (own, issuer)), authority


def _named(name: str) -> x509.NameAttribute[str]:
    return x509.NameAttribute(NameOID.COMMON_NAME, name)


def _issue(
    name: str, public: rsa.RSAPublicKey, issuer: x509.Name, key: rsa.RSAPrivateKey, at: datetime, *, below: int | None
) -> x509.Certificate:
    """Issue a certificate; `below` is how many issuers may stand under it, None for a device."""
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([_named(name)]))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + _LASTS)
        .add_extension(x509.BasicConstraints(ca=below is not None, path_length=below), critical=True)
        .sign(key, SHA256())
    )


def _replace(path: Path, octets: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    fresh = path.with_suffix(path.suffix + ".new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(octets)
    fresh.replace(path)
