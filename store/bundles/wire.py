"""The format of what travels: a signed header in the clear, then a body that only the other side can open.

A bundle goes from a laptop to the office, an answer from the office to a laptop. A bundle's header says whose it is and
which lines of the journal's chain it holds. Either carries the body's digest: signature, addressee, place in the row
and wholeness are all checked before a byte is unpacked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar, Generic, TypeVar

from store.bundles.exchange import NODE
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stream import MOST_BODY, Part, pack, unpack
from store.journal import canonical
from store.sealing import SealError, seal, unseal

SUFFIX = ".r17"
_MOST_HEADER = 64 << 10
_SIGNATURE = 64


@dataclass(frozen=True)
class Header:
    """What stands in a bundle in the clear; `first` to `last` are lines of the journal, `last` = `first` - 1 if none.

    `previous` and `head` are the chain's hashes before the first and after the last line, `office` the fingerprint of
    the exchange it is sealed to, `clock` the hybrid logical clock at the end, `key` the body's key, sealed.
    """

    magic: ClassVar[bytes] = b"R17B\x01"

    regency: str
    node: str
    office: str
    number: int
    first: int
    last: int
    previous: str
    head: str
    clock: int
    made: str
    key: str = ""
    body: str = ""
    size: int = 0

    @property
    def file_name(self) -> str:
        """The name of the bundle's file."""
        return file_name(self.node, self.number)


@dataclass(frozen=True)
class AnswerHeader:
    """What stands in an answer in the clear: for which laptop, of which office; a higher number was made later."""

    magic: ClassVar[bytes] = b"R17A\x01"

    regency: str
    node: str
    office: str
    number: int
    made: str
    key: str = ""
    body: str = ""
    size: int = 0


H = TypeVar("H", Header, AnswerHeader)


def file_name(node: str, number: int) -> str:
    """Return the name of the file of a laptop's bundle."""
    return f"{node}-{number:06d}{SUFFIX}"


@dataclass(frozen=True, repr=False)
class Sealed(Generic[H]):
    """It as it came: its header, what was signed, the signature, and the body nobody has opened yet."""

    header: H
    signed: bytes
    signature: bytes
    body: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the whole file, by which a receipt names it."""
        return hashlib.sha256(self.signed + self.signature + self.body).hexdigest()


def write(header: Header | AnswerHeader, parts: Iterable[Part], to: bytes, seed: bytes) -> bytes:
    """Return it sealed to the X25519 key of whom it goes to, and signed with the sender's Ed25519 seed."""
    from nacl import bindings
    from nacl.signing import SigningKey

    key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
    body = pack(parts, key)
    whole = replace(
        header,
        key=base64.b64encode(seal(to, key)).decode(),
        body=hashlib.sha256(body).hexdigest(),
        size=len(body),
    )
    spelled = canonical(asdict(whole)).encode()
    signed = header.magic + struct.pack(">I", len(spelled)) + spelled
    return signed + SigningKey(seed).sign(signed).signature + body


def read(content: bytes, kind: type[H] = Header) -> Sealed[H]:
    """Take a bundle, or an answer, apart without believing it yet; raises BundleError."""
    magic = kind.magic
    start = len(magic) + 4
    if content[: len(magic)] != magic:
        raise BundleError(BundleProblem.NOT_A_BUNDLE)
    if len(content) < start:
        raise BundleError(BundleProblem.TRUNCATED)
    length = struct.unpack_from(">I", content, len(magic))[0]
    if length > _MOST_HEADER:
        raise BundleError(BundleProblem.TOO_BIG)
    end = start + length
    if len(content) < end + _SIGNATURE:
        raise BundleError(BundleProblem.TRUNCATED)
    header = _header(content[start:end], kind)
    body = content[end + _SIGNATURE :]
    if max(header.size, len(body)) > MOST_BODY:
        raise BundleError(BundleProblem.TOO_BIG)
    return Sealed(header, content[:end], content[end : end + _SIGNATURE], body)


def parts_of(sealed: Sealed[H], sender: bytes, private: bytes) -> Iterator[Part]:
    """Check the sender's signature and the body's digest, then open it part by part with one's own X25519 key."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    header, body = sealed.header, sealed.body
    try:
        VerifyKey(sender).verify(sealed.signed, sealed.signature)
    except (BadSignatureError, ValueError) as error:
        raise BundleError(BundleProblem.BAD_SIGNATURE) from error
    if len(body) < header.size:
        raise BundleError(BundleProblem.TRUNCATED)
    if len(body) > header.size or hashlib.sha256(body).hexdigest() != header.body:
        raise BundleError(BundleProblem.DAMAGED)
    try:
        key = unseal(private, base64.b64decode(header.key, validate=True))
    except (SealError, ValueError) as error:
        raise BundleError(BundleProblem.WRONG_OFFICE) from error
    return unpack(body, key)


def _header(spelled: bytes, kind: type[H]) -> H:
    try:
        values: Any = json.loads(spelled)
        header = kind(**values)
    except (ValueError, TypeError, RecursionError) as error:
        raise BundleError(BundleProblem.NOT_A_BUNDLE) from error
    if any(type(getattr(header, one.name)).__name__ != one.type for one in fields(header)):
        raise BundleError(BundleProblem.NOT_A_BUNDLE)
    if not NODE.fullmatch(header.node):  # files are named by it
        raise BundleError(BundleProblem.NOT_A_BUNDLE)
    return header
