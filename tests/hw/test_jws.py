"""Who signed it: only what leads to a pinned authority, now, by the one algorithm, is believed."""

import base64
import hmac
import json
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
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

    def __init__(
        self,
        name: str,
        issuer: "Party | None" = None,
        *,
        ca: bool = False,
        days: int = 365,
        below: int | None = None,
        bits: int = 2048,
    ) -> None:
        self.key = rsa.generate_private_key(65537, bits)
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
            .add_extension(x509.BasicConstraints(ca=ca, path_length=below), critical=True)
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
    assert refused(sign(PAYLOAD, imposter.key, [imposter.certificate, device.certificate]), provider) == "untrusted"


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


def header(certificates: list[x509.Certificate], **fields: object) -> str:
    x5c = [base64.b64encode(certificate.public_bytes(Encoding.DER)).decode() for certificate in certificates]
    return encode(json.dumps({"alg": "RS256", "x5c": x5c} | fields).encode())


def test_the_message_does_not_choose_the_algorithm(device: Party, provider: Party) -> None:
    payload = encode(json.dumps(PAYLOAD).encode())
    assert refused(f"{header([device.certificate], alg='none')}.{payload}.", provider) == "algorithm"
    # The classic: the public key, which everybody has, taken for a shared secret.
    key = device.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{header([device.certificate], alg='HS256')}.{payload}"
    secret = encode(hmac.digest(key, signed.encode(), "sha256"))
    assert refused(f"{signed}.{secret}", provider) == "algorithm"
    assert refused(f"{header([device.certificate])}.{payload}.{secret}", provider) == "signature"


def test_an_extension_that_must_be_understood_is_not(device: Party, provider: Party) -> None:
    signed = f"{header([device.certificate], crit=['b64'], b64=False)}.{encode(b'{}')}"
    signature = encode(device.key.sign(signed.encode(), PKCS1v15(), SHA256()))
    assert refused(f"{signed}.{signature}", provider) == "algorithm"


def test_a_token_signed_by_another_key_than_its_certificate_names_is_noticed(device: Party, provider: Party) -> None:
    assert refused(sign(PAYLOAD, Party("thief").key, [device.certificate]), provider) == "signature"


def test_who_vouches_for_himself_is_not_trusted_whatever_he_calls_himself(provider: Party) -> None:
    for imposter in (Party("device"), Party("provider", ca=True)):
        assert refused(sign(PAYLOAD, imposter.key, [imposter.certificate]), provider) == "untrusted"


def test_a_chain_to_nowhere_is_not_trusted(provider: Party) -> None:
    nobody = Party("nobody", ca=True)
    between = Party("between", nobody, ca=True)
    device = Party("device", between)
    chain = [device.certificate, between.certificate, nobody.certificate]
    assert refused(sign(PAYLOAD, device.key, chain), provider) == "untrusted"
    # The pinned certificate laid beside a chain that does not lead to it proves nothing.
    assert refused(sign(PAYLOAD, device.key, [*chain, provider.certificate]), provider) == "untrusted"


def test_an_authority_between_is_held_to_its_own_limits(provider: Party) -> None:
    past = Party("between", provider, ca=True, days=10)
    device = Party("device", past)
    chained = sign(PAYLOAD, device.key, [device.certificate, past.certificate])
    assert verify(chained, [provider.certificate], NOW) == PAYLOAD
    assert refused(chained, provider, NOW + timedelta(days=20)) == "expired"

    narrow = Party("narrow", provider, ca=True, below=0)
    lower = Party("lower", narrow, ca=True)
    device = Party("device", lower)
    chain = [device.certificate, lower.certificate, narrow.certificate]
    assert refused(sign(PAYLOAD, device.key, chain), provider) == "untrusted"


def test_a_devices_own_certificate_may_be_pinned(token: str, device: Party) -> None:
    assert verify(token, [device.certificate], NOW) == PAYLOAD


def test_a_key_that_can_be_broken_is_not_believed(provider: Party) -> None:
    weak = Party("weak", provider, bits=1024)
    assert refused(sign(PAYLOAD, weak.key, [weak.certificate]), provider) == "key"


@pytest.mark.parametrize(
    "x5c", [None, "AAAA", [], [None], [7], ["no base64!"], ["AAAA"], [[]], [{"a": 1}], ["MA==" for _ in range(6)]]
)
def test_a_header_without_certificates_is_refused(x5c: object, provider: Party) -> None:
    assert refused(f"{header([], x5c=x5c)}.e30.AAAA", provider) == "certificate"


@given(st.data())
def test_a_certificate_with_a_changed_byte_is_refused_in_one_way(
    device: Party, provider: Party, data: st.DataObject
) -> None:
    der = bytearray(device.certificate.public_bytes(Encoding.DER))
    # What the provider signed; of the envelope around it some bits mean nothing.
    place = data.draw(st.integers(4, len(device.certificate.tbs_certificate_bytes) + 3))
    der[place] ^= data.draw(st.integers(1, 255))
    signed = f"{header([], x5c=[base64.b64encode(bytes(der)).decode()])}.{encode(b'{}')}"
    signature = encode(device.key.sign(signed.encode(), PKCS1v15(), SHA256()))
    with pytest.raises(BadSignature):
        verify(f"{signed}.{signature}", [provider.certificate], NOW)


@given(st.text(max_size=60) | st.binary(max_size=60).map(encode).map(lambda part: f"{part}.{part}.{part}"))
def test_any_text_is_refused_in_one_way(text: str) -> None:
    with pytest.raises(BadSignature):
        verify(text, [], NOW)
    with suppress(BadSignature):
        unverified(text)


HEADERS = st.dictionaries(
    st.sampled_from(["alg", "x5c", "typ", "kid"]), st.none() | st.sampled_from(["RS256"]) | st.lists(st.text())
)


@given(HEADERS, st.binary(max_size=40), st.binary(max_size=40))
def test_any_header_is_refused_in_one_way(fields: dict[str, object], payload: bytes, signature: bytes) -> None:
    with pytest.raises(BadSignature):
        verify(f"{encode(json.dumps(fields).encode())}.{encode(payload)}.{encode(signature)}", [], NOW)


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
