"""A bundle comes out as it went in, and whatever else it could be is refused with its reason."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from store.bundles import stream
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stream import Part
from store.bundles.wire import Header, parts_of, read, write
from store.journal import canonical
from store.sealing import seal

OFFICE, OTHER_OFFICE = PrivateKey(b"o" * 32), PrivateKey(b"x" * 32)
LAPTOP, OTHER_LAPTOP = SigningKey(b"l" * 32), SigningKey(b"m" * 32)
HEADER = Header("6311", "1f" * 16, "ABCD-EFGH-JKMN-PQRS", 7, 101, 160, "00" * 32, "ff" * 32, 1 << 60, "2026-11-23")
PARTS = [Part(b"E", b"[101]"), Part(b"B", bytes(range(256)) * 900), Part(b"E", b"")]

parts = st.lists(st.builds(Part, st.sampled_from([b"E", b"B", b"V"]), st.binary(max_size=200_000)), max_size=6)


def written(header: Header = HEADER, content: list[Part] | None = None, signed_by: SigningKey = LAPTOP) -> bytes:
    return write(header, PARTS if content is None else content, bytes(OFFICE.public_key), bytes(signed_by))


def opened(bundle: bytes) -> list[tuple[bytes, bytes]]:
    found = parts_of(read(bundle), bytes(LAPTOP.verify_key), bytes(OFFICE))
    return [(part.kind, part.content) for part in found]


def signed_anew(bundle: bytes, **changes: object) -> bytes:
    """Return the bundle with another header, well signed: only the laptop itself could send it."""
    sealed = read(bundle)
    spelled = canonical({**asdict(sealed.header), **changes}).encode()
    top = Header.magic + struct.pack(">I", len(spelled)) + spelled
    return top + LAPTOP.sign(top).signature + sealed.body


@given(parts)
def test_what_goes_in_comes_out(content: list[Part]) -> None:
    bundle = written(content=content)
    assert opened(bundle) == [(part.kind, part.content) for part in content]
    header = read(bundle).header
    assert replace(header, key="", body="", size=0) == HEADER


def test_a_body_of_many_chunks_is_whole() -> None:
    content = [Part(b"B", hashlib.blake2b(bytes([number]) * 99).digest() * 5_000) for number in range(9)]
    assert opened(written(content=content)) == [(part.kind, part.content) for part in content]


def test_nothing_of_a_pupil_is_to_be_read_in_it() -> None:
    bundle = written(content=[Part(b"E", b'[101,"NORHAYATI 6311065205099042"]')])
    assert b"NORHAYATI" not in bundle
    assert b"6311065205099042" not in bundle


@given(st.data())
def test_one_changed_byte_is_never_taken(data: st.DataObject) -> None:
    bundle = bytearray(written())
    at = data.draw(st.integers(0, len(bundle) - 1))
    bundle[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BundleError):
        opened(bytes(bundle))


@given(st.integers(0, 10_000))
def test_one_that_is_cut_is_never_taken(missing: int) -> None:
    bundle = written()
    with pytest.raises(BundleError) as refused:
        opened(bundle[: max(len(bundle) - 1 - missing, 0)])
    assert refused.value.problem in (BundleProblem.TRUNCATED, BundleProblem.NOT_A_BUNDLE)


def bomb() -> bytes:
    """Return a bundle of a laptop gone mad: 600 MB of nothing in half a megabyte."""
    import zstandard
    from nacl import bindings

    key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    body = bytearray(bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key))
    packer = zstandard.ZstdCompressor().compressobj()
    piece = b"B" + struct.pack(">I", 1 << 20) + bytes(1 << 20)
    packed = b"".join(packer.compress(piece) for _megabyte in range(600)) + packer.flush()
    chunks = [packed[at : at + (64 << 10)] for at in range(0, len(packed), 64 << 10)]
    for chunk in chunks:
        tag = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL if chunk is chunks[-1] else 0
        body += bindings.crypto_secretstream_xchacha20poly1305_push(state, chunk, None, tag)
    sealed = base64.b64encode(seal(bytes(OFFICE.public_key), key)).decode()
    made = replace(HEADER, key=sealed, body=hashlib.sha256(body).hexdigest(), size=len(body))
    spelled = canonical(asdict(made)).encode()
    top = Header.magic + struct.pack(">I", len(spelled)) + spelled
    return top + LAPTOP.sign(top).signature + bytes(body)


REFUSED: dict[str, tuple[Callable[[], bytes], BundleProblem]] = {
    "nothing": (lambda: b"", BundleProblem.NOT_A_BUNDLE),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), BundleProblem.NOT_A_BUNDLE),
    "another version": (lambda: b"R17B\x02" + written()[5:], BundleProblem.NOT_A_BUNDLE),
    "the magic alone": (lambda: Header.magic, BundleProblem.TRUNCATED),
    "a header said to be huge": (lambda: Header.magic + b"\xff" * 8, BundleProblem.TOO_BIG),
    "a header that is no JSON": (
        lambda: Header.magic + struct.pack(">I", 3) + b"{]}" + bytes(64),
        BundleProblem.NOT_A_BUNDLE,
    ),
    "a header of another shape": (lambda: signed_anew(written(), extra=1), BundleProblem.NOT_A_BUNDLE),
    "a number that is a word": (lambda: signed_anew(written(), number="7"), BundleProblem.NOT_A_BUNDLE),
    "a number that is yes": (lambda: signed_anew(written(), number=True), BundleProblem.NOT_A_BUNDLE),
    "a node that is a path": (
        lambda: signed_anew(written(), node="../../../../../../etc/rekam17-aa"),
        BundleProblem.NOT_A_BUNDLE,
    ),
    "another laptop's": (lambda: written(signed_by=OTHER_LAPTOP), BundleProblem.BAD_SIGNATURE),
    "a body said to be huge": (lambda: signed_anew(written(), size=1 << 40), BundleProblem.TOO_BIG),
    "a body said to be longer": (
        lambda: signed_anew(written(), size=read(written()).header.size + 9_000_000),
        BundleProblem.TRUNCATED,
    ),
    "a body said to be another": (lambda: signed_anew(written(), body="0" * 64), BundleProblem.DAMAGED),
    "more behind the body": (lambda: written() + b"\x00", BundleProblem.DAMAGED),
    "a key that is no text": (lambda: signed_anew(written(), key="\u20ac"), BundleProblem.WRONG_OFFICE),
    "sealed to another office": (
        lambda: write(HEADER, PARTS, bytes(OTHER_OFFICE.public_key), bytes(LAPTOP)),
        BundleProblem.WRONG_OFFICE,
    ),
    "a decompression bomb": (bomb, BundleProblem.BOMB),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_bundle_of_ours_is_refused_with_its_reason(name: str) -> None:
    make, problem = REFUSED[name]
    with pytest.raises(BundleError) as refused:
        opened(make())
    assert refused.value.problem is problem


def test_no_part_and_no_bundle_outgrows_what_an_office_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BundleError, match="too_big"):
        written(content=[Part(b"B", bytes(stream.MOST_PART + 1))])
    monkeypatch.setattr(stream, "MOST_BODY", 100_000)
    noise = b"".join(hashlib.sha256(str(number).encode()).digest() for number in range(5_000))
    with pytest.raises(BundleError, match="too_big"):
        written(content=[Part(b"B", noise)])


def test_the_header_is_what_was_signed() -> None:
    sealed = read(written())
    assert json.loads(sealed.signed[len(Header.magic) + 4 :]) == asdict(sealed.header)
