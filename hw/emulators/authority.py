"""A throw-away device provider: its authority, and the key with which the emulated devices sign."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

CERTIFICATE = "device-ca.pem"
_KEY = "device-ca.key"
_LASTS = timedelta(days=3650)  # a rehearsal may move its clock by years


@dataclass(frozen=True)
class Signer:
    """What a device signs with, and the certificate that leads to the authority."""

    key: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate


def signer(folder: Path, at: datetime) -> Signer:
    """Make a device's key under the folder's authority, which is made if it is not there.

    The authority stays in the folder, so that a service started again is still trusted by a program that goes on.
    """
    authority, certificate = _authority(folder, at)
    key = rsa.generate_private_key(65537, 2048)
    return Signer(key, _issue("Perangkat Tiruan", key.public_key(), certificate.subject, authority, at, ca=False))


def _authority(folder: Path, at: datetime) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    try:
        key = serialization.load_pem_private_key((folder / _KEY).read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes())
        if isinstance(key, rsa.RSAPrivateKey):
            return key, certificate
    except FileNotFoundError:
        pass
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Rekam17 Perangkat Tiruan CA")])
    certificate = _issue("Rekam17 Perangkat Tiruan CA", key.public_key(), name, key, at, ca=True)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _replace(folder / _KEY, secret)
    _replace(folder / CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM))
    return key, certificate


def _issue(
    name: str, public: rsa.RSAPublicKey, issuer: x509.Name, key: rsa.RSAPrivateKey, at: datetime, *, ca: bool
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + _LASTS)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .sign(key, SHA256())
    )


def _replace(path: Path, octets: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    fresh = path.with_suffix(path.suffix + ".new")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(octets)
    fresh.replace(path)
