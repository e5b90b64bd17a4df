"""Compact JWS with the signer's certificates inside (RFC 7515, RS256, x5c): made and checked.

A signature proves nothing unless its certificate leads to an authority that the office pinned: which device providers
are trusted is decided by the constructor's argument, never by the message.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

_LONGEST_CHAIN = 5


class BadSignature(Exception):
    """The token is not a JWS, was changed, or was signed by nobody we trust."""


def encode(octets: bytes) -> str:
    """Write base64url without padding, as JWS and SBI use it."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Read base64url with or without padding. Raises ValueError."""
    try:
        octets = text.encode("ascii").rstrip(b"=")
        return base64.b64decode(octets + b"=" * (-len(octets) % 4), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise ValueError("not base64url") from error


def authorities(pem: bytes) -> tuple[Certificate, ...]:
    """Read the certificates that an office pinned. Raises ValueError when there is none or one is unreadable."""
    from cryptography.x509 import load_pem_x509_certificates

    return tuple(load_pem_x509_certificates(pem))


def unverified(token: str) -> dict[str, Any]:
    """Return the payload without looking at the signature, to learn what a device claims to be. Raises BadSignature."""
    parts = token.split(".")
    return _json(parts[1] if len(parts) == 3 else token)  # an unregistered device sends bare base64url


def sign(payload: dict[str, Any], key: RSAPrivateKey, chain: Sequence[Certificate]) -> str:
    """Sign a payload; `chain` starts with the key's own certificate."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    x5c = [base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii") for certificate in chain]
    header = encode(json.dumps({"x5c": x5c, "typ": "JWT", "alg": "RS256"}).encode())
    signed = f"{header}.{encode(json.dumps(payload).encode())}"
    return f"{signed}.{encode(key.sign(signed.encode(), PKCS1v15(), SHA256()))}"


def verify(token: str, trusted: Sequence[Certificate], at: datetime) -> dict[str, Any]:
    """Return the payload once its signature leads to one of `trusted` at that moment. Raises BadSignature."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

    head, payload, signature = _parts(token)
    header = _json(head)
    if header.get("alg") != "RS256":  # never let the message choose the algorithm
        raise BadSignature("algorithm")
    chain = _chain(header.get("x5c"))
    key = chain[0].public_key()
    if not isinstance(key, RSAPublicKey):
        raise BadSignature("key")
    try:
        key.verify(decode(signature), f"{head}.{payload}".encode("ascii"), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        raise BadSignature("signature") from None
    _follow(chain, trusted, at)
    return _json(payload)


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():
        raise BadSignature("form")
    return parts[0], parts[1], parts[2]


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(decode(text))
    except (ValueError, RecursionError):
        raise BadSignature("form") from None
    if not isinstance(value, dict):
        raise BadSignature("form")
    return cast("dict[str, Any]", value)


def _chain(x5c: object) -> list[Certificate]:
    from cryptography.x509 import load_der_x509_certificate

    if not isinstance(x5c, list) or not 1 <= len(cast("list[object]", x5c)) <= _LONGEST_CHAIN:
        raise BadSignature("certificate")
    try:
        return [load_der_x509_certificate(base64.b64decode(cast("str", der))) for der in cast("list[object]", x5c)]
    except (ValueError, TypeError):
        raise BadSignature("certificate") from None


def _follow(chain: list[Certificate], trusted: Sequence[Certificate], at: datetime) -> None:
    """Walk from the signer up to a pinned authority; each link must be valid now and each issuer a CA."""
    for depth, certificate in enumerate(chain):
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise BadSignature("expired")
        if depth and not _is_authority(certificate):
            raise BadSignature("authority")
        for anchor in trusted:
            if certificate == anchor or _issued(certificate, anchor, at):
                return
        if depth + 1 < len(chain) and not _signed_by(certificate, chain[depth + 1]):
            break
    raise BadSignature("untrusted")


def _issued(certificate: Certificate, anchor: Certificate, at: datetime) -> bool:
    valid = anchor.not_valid_before_utc <= at <= anchor.not_valid_after_utc
    return valid and _is_authority(anchor) and _signed_by(certificate, anchor)


def _signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _is_authority(certificate: Certificate) -> bool:
    from cryptography.x509 import BasicConstraints, ExtensionNotFound

    try:
        return certificate.extensions.get_extension_for_class(BasicConstraints).value.ca
    except (ExtensionNotFound, ValueError):
        return False
