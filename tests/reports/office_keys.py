"""Keys of invented offices, as an authority gives them out: a PKCS#12 file with its passphrase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

OFFICE = "Disdukcapil Kabupaten Balangan (contoh)"
PASSPHRASE = "rahasia kantor"
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    """Who gives keys out to offices."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def usage(*, signatures: bool, authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signatures,
        content_commitment=signatures,
        key_encipherment=not signatures and not authority,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def an_authority(now: datetime) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = named("Balai Sertifikasi (contoh)")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1000))
        .not_valid_after(now + timedelta(days=1000))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signatures=False, authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)


def a_key_file(
    now: datetime | None = None,
    *,
    name: str = OFFICE,
    key: Private | None = None,
    begins: int = -1,
    ends: int = 365,
    signatures: bool = True,
    passphrase: str = PASSPHRASE,
) -> bytes:
    """Return an office's PKCS#12 file: its key, its certificate and its authority's; `begins` and `ends` are days."""
    now = now or datetime.now(UTC)
    authority = an_authority(now)
    key = key or ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=begins))
        .not_valid_after(now + timedelta(days=ends))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signatures=signatures), critical=True)
        .sign(authority.key, hashes.SHA256())
    )
    kept = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"kantor", key, certificate, [authority.certificate], kept)
