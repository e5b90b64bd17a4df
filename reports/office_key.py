"""The office's key for papers as an authority gives it out: a PKCS#12 file, looked at before anything is signed."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import pkcs12 as structure
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates, load_pkcs12
from cryptography.x509.oid import NameOID

from store.signing_key import SigningKey

LARGEST = 1024 * 1024
"""A PKCS#12 file of a key and its chain has a few kilobytes."""
_SHORTEST_RSA = 2048


class KeyProblem(enum.Enum):
    """Why nothing can be signed with a key."""

    NOT_PKCS12 = "not_pkcs12"
    WRONG_PASSPHRASE = "wrong_passphrase"
    NO_KEY = "no_key"
    WEAK = "weak"
    NOT_FOR_SIGNING = "not_for_signing"
    NOT_YET = "not_yet"
    ENDED = "ended"


class KeyRefused(Exception):
    """The key cannot be used; `day` is when it begins or ended, where that is why."""

    def __init__(self, reason: KeyProblem, day: datetime | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.day = day


@dataclass(frozen=True)
class Described:
    """Whose key it is and from when until when it may be used."""

    name: str
    since: datetime
    until: datetime


def read(file: bytes, passphrase: str, now: datetime) -> SigningKey:
    """Take key and certificates out of a PKCS#12 file; raises KeyRefused when nothing could be signed with them today.

    RSA from 2048 bits and elliptic curves: what authorities give out and what every reader of PDF verifies.
    """
    content = _opened(file, passphrase)
    key, certificate = content.key, content.cert
    if key is None or certificate is None:
        raise KeyRefused(KeyProblem.NO_KEY)
    strong = isinstance(key, EllipticCurvePrivateKey) or (
        isinstance(key, RSAPrivateKey) and key.key_size >= _SHORTEST_RSA
    )
    if not strong:
        raise KeyRefused(KeyProblem.WEAK)
    made = SigningKey(
        certificate.certificate.public_bytes(Encoding.DER),
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        b"".join(one.certificate.public_bytes(Encoding.PEM) for one in content.additional_certs),
    )
    check(made, now)
    return made


def describe(certificate: bytes) -> Described:
    """Return whose certificate (DER) it is, by its common name, and how long it is good."""
    read = x509.load_der_x509_certificate(certificate)
    names = read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else read.subject.rfc4514_string()
    return Described(name, read.not_valid_before_utc, read.not_valid_after_utc)


def check(key: SigningKey, now: datetime) -> None:
    """Raise KeyRefused unless papers may be signed with the key at this moment."""
    certificate = x509.load_der_x509_certificate(key.certificate)
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        raise KeyRefused(KeyProblem.NOT_FOR_SIGNING)
    if now < certificate.not_valid_before_utc:
        raise KeyRefused(KeyProblem.NOT_YET, certificate.not_valid_before_utc)
    if now > certificate.not_valid_after_utc:
        raise KeyRefused(KeyProblem.ENDED, certificate.not_valid_after_utc)


def _opened(file: bytes, passphrase: str) -> PKCS12KeyAndCertificates:
    try:
        if len(file) > LARGEST or structure.Pfx.load(file, strict=True)["version"].native != "v3":
            raise KeyRefused(KeyProblem.NOT_PKCS12)
    except ValueError as error:
        raise KeyRefused(KeyProblem.NOT_PKCS12) from error
    try:
        return load_pkcs12(file, passphrase.encode() or None)
    except ValueError as error:
        raise KeyRefused(KeyProblem.WRONG_PASSPHRASE) from error
