"""Certificates of the exchange: office and laptops are known by the keys they have, and no authority stands between.

A certificate is signed by its own Ed25519 key and so always comes out the same; it says nothing that its key does not.
It is valid for as long as anybody may have to wait, for clocks are wrong in the field.
"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

_FROM, _UNTIL = datetime(1971, 1, 1, tzinfo=UTC), datetime(2069, 12, 31, tzinfo=UTC)


def certificate(seed: bytes) -> bytes:
    """Return the certificate of an Ed25519 seed, DER."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    key = Ed25519PrivateKey.from_private_bytes(seed)
    mark = hashlib.sha256(key.public_key().public_bytes_raw()).digest()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"rekam17 {mark[:8].hex()}")])
    made = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=int.from_bytes(mark[:16], "big") | 1,
        not_valid_before=_FROM,
        not_valid_after=_UNTIL,
    )
    return made.sign(key, None).public_bytes(Encoding.DER)


def key_of(content: bytes) -> bytes:
    """Return the Ed25519 key of a certificate, 32 bytes; raises ValueError for what has none."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = x509.load_der_x509_certificate(content).public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("no Ed25519 key")
    return key.public_bytes_raw()


def client(seed: bytes) -> ssl.SSLContext:
    """Return what a laptop calls with; the caller compares the server's key (`key_of`) before it sends anything."""
    import ssl

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return _with_own(made, seed)


def server(seed: bytes) -> ssl.SSLContext:
    """Return what an office is called by: only with a certificate that was let in (`let_in`)."""
    import ssl

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.verify_mode = ssl.CERT_REQUIRED
    return _with_own(made, seed)


def let_in(context: ssl.SSLContext, content: bytes) -> None:
    """Let the holder of that certificate call from now on; raises ValueError."""
    import ssl

    try:
        context.load_verify_locations(cadata=content)
    except ssl.SSLError as error:
        raise ValueError("no certificate") from error


def _with_own(context: ssl.SSLContext, seed: bytes) -> ssl.SSLContext:
    """Give a context its own certificate and key, which OpenSSL reads from a file: one in memory, never on the disk."""
    import ssl

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    context.minimum_version = ssl.TLSVersion.TLSv1_3
    key = Ed25519PrivateKey.from_private_bytes(seed)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem += ssl.DER_cert_to_PEM_cert(certificate(seed)).encode()
    handle = os.memfd_create("rekam17", os.MFD_CLOEXEC)
    try:
        os.write(handle, pem)
        context.load_cert_chain(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)
    return context
