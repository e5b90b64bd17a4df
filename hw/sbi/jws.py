"""Compact JWS with the signer's certificates inside (RFC 7515, RS256, x5c): made and checked.

A signature proves nothing unless its certificate leads to an authority that the office pinned: which device providers
are trusted is decided by the constructor's argument, never by the message.
"""

from __future__ import annotations

import base64
import binascii
import json
import warnings
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
    from cryptography.x509 import Certificate

_LONGEST_CHAIN = 5
_SHORTEST_KEY = 2048


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
    from cryptography.hazmat.primitives.hashes import SHA256

    head, payload, signature = _parts(token)
    header = _json(head)
    # Never let the message choose the algorithm, nor name an extension that would change what it means.
    if header.get("alg") != "RS256" or "crit" in header:
        raise BadSignature("algorithm")
    chain = _chain(header.get("x5c"))
    try:
        _key(chain[0]).verify(decode(signature), f"{head}.{payload}".encode("ascii"), PKCS1v15(), SHA256())
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
    from cryptography.utils import CryptographyDeprecationWarning
    from cryptography.x509 import InvalidVersion, load_der_x509_certificate

    if not isinstance(x5c, list) or not 1 <= len(cast("list[object]", x5c)) <= _LONGEST_CHAIN:
        raise BadSignature("certificate")
    try:
        ders = [base64.b64decode(cast("str", der), validate=True) for der in cast("list[object]", x5c)]
        with warnings.catch_warnings(action="error", category=CryptographyDeprecationWarning):
            return [load_der_x509_certificate(der) for der in ders]  # what is only warned of would be on the screen
    except (ValueError, TypeError, InvalidVersion, CryptographyDeprecationWarning):
        raise BadSignature("certificate") from None


def _key(certificate: Certificate) -> RSAPublicKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        raise BadSignature("key") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < _SHORTEST_KEY:
        raise BadSignature("key")
    return key


def _follow(chain: list[Certificate], trusted: Sequence[Certificate], at: datetime) -> None:
    """Find a path from the signer to a pinned certificate, by the rules for paths and not by the order of the chain.

    Device certificates follow no profile of the web: all that is demanded of their extensions is that an issuer says
    that it is one. A device's own certificate may be pinned as well.
    """
    from cryptography.x509 import BasicConstraints, UnsupportedGeneralNameType
    from cryptography.x509.verification import Criticality, ExtensionPolicy, PolicyBuilder, Store, VerificationError

    if not trusted:
        raise BadSignature("untrusted")
    anything = ExtensionPolicy.permit_all()
    issuer = anything.require_present(BasicConstraints, Criticality.AGNOSTIC, None)
    rules = (
        PolicyBuilder().store(Store(list(trusted))).time(at).extension_policies(ca_policy=issuer, ee_policy=anything)
    )
    try:
        rules.build_client_verifier().verify(chain[0], chain[1:])
    except (VerificationError, UnsupportedGeneralNameType, ValueError):
        timely = all(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in chain)
        raise BadSignature("untrusted" if timely else "expired") from None
