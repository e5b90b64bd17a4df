"""Who signed it: only what leads to a pinned authority, now, by the one algorithm, is believed."""

import base64
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from hw.sbi.jws import BadSignature, authorities, decode, encode, sign, unverified, verify

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PAYLOAD = {"bioValue": "AAAA", "transactionId": "t-1"}


class Party:
    """A key with its certificate, issued by another party or by itself."""

    def __init__(self, name: str, issuer: "Party | None" = None, *, ca: bool = False, days: int = 365) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        by = issuer or self
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(by.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=30))
            .not_valid_after(NOW + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(by.key, SHA256())
        )


@pytest.fixture(scope="module")
def provider() -> Party:
    return Party("provider", ca=True)


@pytest.fixture(scope="module")
def device(provider: Party) -> Party:
    return Party("device", provider)


@pytest.fixture(scope="module")
def token(device: Party) -> str:
    return sign(PAYLOAD, device.key, [device.certificate])


def refused(token: str, trusted: Party, at: datetime = NOW) -> str:
    with pytest.raises(BadSignature) as error:
        verify(token, [trusted.certificate], at)
    return str(error.value)


def test_a_device_of_a_pinned_provider_is_believed(token: str, provider: Party) -> None:
    pinned = authorities(provider.certificate.public_bytes(Encoding.PEM))
    assert verify(token, pinned, NOW) == PAYLOAD


def test_a_chain_with_an_authority_between_is_followed(provider: Party) -> None:
    between = Party("between", provider, ca=True)
    device = Party("device", between)
    chained = sign(PAYLOAD, device.key, [device.certificate, between.certificate])
    assert verify(chained, [provider.certificate], NOW) == PAYLOAD
    assert refused(sign(PAYLOAD, device.key, [device.certificate]), provider) == "untrusted"


def test_a_device_cannot_vouch_for_another(provider: Party, device: Party) -> None:
    imposter = Party("imposter", device)
    assert refused(sign(PAYLOAD, imposter.key, [imposter.certificate, device.certificate]), provider) == "authority"


def test_another_provider_is_not_trusted(token: str) -> None:
    assert refused(token, Party("provider", ca=True)) == "untrusted"
    with pytest.raises(BadSignature):
        verify(token, [], NOW)


def test_a_certificate_out_of_its_time_is_not_believed(token: str, provider: Party) -> None:
    assert refused(token, provider, NOW + timedelta(days=400)) == "expired"
    assert refused(token, provider, NOW - timedelta(days=31)) == "expired"


def test_a_changed_payload_is_noticed(token: str, provider: Party) -> None:
    head, _payload, signature = token.split(".")
    forged = encode(json.dumps(PAYLOAD | {"transactionId": "t-2"}).encode())
    assert refused(f"{head}.{forged}.{signature}", provider) == "signature"
    assert unverified(f"{head}.{forged}.{signature}")["transactionId"] == "t-2"


def test_the_message_does_not_choose_the_algorithm(device: Party, provider: Party) -> None:
    x5c = [base64.b64encode(device.certificate.public_bytes(Encoding.DER)).decode()]
    head = encode(json.dumps({"alg": "none", "x5c": x5c}).encode())
    assert refused(f"{head}.{encode(b'{}')}.", provider) == "algorithm"


@given(st.text(max_size=60) | st.binary(max_size=60).map(encode).map(lambda part: f"{part}.{part}.{part}"))
def test_any_text_is_refused_in_one_way(text: str) -> None:
    with pytest.raises(BadSignature):
        verify(text, [], NOW)


@given(st.binary(max_size=80))
def test_base64url_is_read_back_with_and_without_padding(octets: bytes) -> None:
    assert decode(encode(octets)) == decode(base64.urlsafe_b64encode(octets).decode()) == octets


@pytest.mark.peer("openssl")
def test_openssl_agrees_with_the_signature(token: str, device: Party, tmp_path: Path) -> None:
    signed, _, signature = token.rpartition(".")
    key = device.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "signature").write_bytes(decode(signature))
    command = ["openssl", "dgst", "-sha256", "-verify", "key.pem", "-signature", "signature"]
    done = subprocess.run(command, cwd=tmp_path, input=signed.encode(), capture_output=True, check=False)
    assert done.stdout.strip() == b"Verified OK"
