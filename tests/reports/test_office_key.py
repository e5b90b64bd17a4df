"""The office's PKCS#12 file: what is taken from it, and what is refused before anything is signed with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from reports import office_key
from reports.office_key import KeyProblem, KeyRefused
from tests.reports.office_keys import OFFICE, PASSPHRASE, a_key_file, an_authority

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("passphrase", [PASSPHRASE, "", "kata sandi – é"])
def test_a_key_is_taken_with_its_certificate_and_its_authoritys(passphrase: str) -> None:
    key = office_key.read(a_key_file(NOW, passphrase=passphrase), passphrase, NOW)
    described = office_key.describe(key.certificate)
    assert described.name == OFFICE
    assert (described.since, described.until) == (NOW - timedelta(days=1), NOW + timedelta(days=365))
    assert key.above.count(b"BEGIN CERTIFICATE") == 1


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())])
def test_rsa_and_elliptic_curves_are_taken(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
    assert office_key.read(a_key_file(NOW, key=key), PASSPHRASE, NOW).key


def without_a_key() -> bytes:
    authority = an_authority(NOW)
    return pkcs12.serialize_key_and_certificates(
        None, None, None, [authority.certificate], BestAvailableEncryption(PASSPHRASE.encode())
    )


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", KeyProblem.NOT_PKCS12),
        (b"%PDF-1.4", KeyProblem.NOT_PKCS12),
        (b"0\x82\xff\xff", KeyProblem.NOT_PKCS12),
        (bytes(office_key.LARGEST + 1), KeyProblem.NOT_PKCS12),
        (a_key_file(NOW)[:-40], KeyProblem.NOT_PKCS12),
        (a_key_file(NOW, passphrase="another"), KeyProblem.WRONG_PASSPHRASE),
        (a_key_file(NOW, passphrase=""), KeyProblem.WRONG_PASSPHRASE),
        (without_a_key(), KeyProblem.NO_KEY),
        (a_key_file(NOW, key=rsa.generate_private_key(65537, 1024)), KeyProblem.WEAK),
        (a_key_file(NOW, signatures=False), KeyProblem.NOT_FOR_SIGNING),
        (a_key_file(NOW, begins=2), KeyProblem.NOT_YET),
        (a_key_file(NOW, begins=-10, ends=-1), KeyProblem.ENDED),
    ],
    ids=[
        *("empty", "a paper", "a lie about its length", "too large", "cut off", "another passphrase", "no passphrase"),
        *("certificates alone", "weak", "for encryption", "begins in two days", "ended yesterday"),
    ],
)
def test_what_nothing_could_be_signed_with_is_refused_with_its_reason(file: bytes, reason: KeyProblem) -> None:
    with pytest.raises(KeyRefused) as refused:
        office_key.read(file, PASSPHRASE, NOW)
    assert refused.value.reason is reason


def test_a_key_that_is_neither_is_refused() -> None:
    key, certificate = ed25519.Ed25519PrivateKey.generate(), an_authority(NOW).certificate
    file = pkcs12.serialize_key_and_certificates(b"", key, None, [certificate], BestAvailableEncryption(b"x"))
    with pytest.raises(KeyRefused) as refused:
        office_key.read(file, "x", NOW)
    assert refused.value.reason in {KeyProblem.NO_KEY, KeyProblem.WEAK}


def test_a_key_ends_while_it_is_kept() -> None:
    key = office_key.read(a_key_file(NOW), PASSPHRASE, NOW)
    office_key.check(key, NOW + timedelta(days=365))
    with pytest.raises(KeyRefused) as refused:
        office_key.check(key, NOW + timedelta(days=366))
    assert (refused.value.reason, refused.value.day) == (KeyProblem.ENDED, NOW + timedelta(days=365))


def test_no_repr_shows_the_key() -> None:
    key = office_key.read(a_key_file(NOW), PASSPHRASE, NOW)
    assert repr(key) == "SigningKey()"
