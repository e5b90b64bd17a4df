"""The bundle's format: a signed header in the clear, then a body that only the office can open.

The header says whose it is and which lines of the journal's chain it holds, and carries the body's digest: signature,
office, place in the row and wholeness are all checked before a byte is unpacked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from store.bundles.exchange import NODE
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.stream import MOST_BODY, Part, pack, unpack
from store.journal import canonical
from store.sealing import SealError, seal, unseal

MAGIC = b"R17B\x01"
SUFFIX = ".r17"
_MOST_HEADER = 64 << 10
_SIGNATURE = 64


@dataclass(frozen=True)
class Header:
    """What stands in the clear; `first` to `last` are lines of the journal, last = first - 1 where there are none.

    `previous` and `head` are the chain's hashes before the first and after the last line, `office` the fingerprint of
    the exchange it is sealed to, `clock` the hybrid logical clock at the end, `key` the body's key, sealed.
    """

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


def file_name(node: str, number: int) -> str:
    """Return the name of the file of a laptop's bundle."""
    return f"{node}-{number:06d}{SUFFIX}"


@dataclass(frozen=True, repr=False)
class Sealed:
    """A bundle as it came: its header, what was signed, the signature, and the body nobody has opened yet."""

    header: Header
    signed: bytes
    signature: bytes
    body: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the whole file, by which a receipt names it."""
        return hashlib.sha256(self.signed + self.signature + self.body).hexdigest()


def write(header: Header, parts: Iterable[Part], office: bytes, laptop: bytes) -> bytes:
    """Return a bundle sealed to the office's X25519 key and signed with the laptop's Ed25519 seed."""
    from nacl import bindings
    from nacl.signing import SigningKey

    key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
    body = pack(parts, key)
    whole = replace(
        header,
        key=base64.b64encode(seal(office, key)).decode(),
        body=hashlib.sha256(body).hexdigest(),
        size=len(body),
    )
    spelled = canonical(asdict(whole)).encode()
    signed = MAGIC + struct.pack(">I", len(spelled)) + spelled
    return signed + SigningKey(laptop).sign(signed).signature + body


def read(content: bytes) -> Sealed:
    """Take a bundle apart without believing it yet; raises BundleError."""
    start = len(MAGIC) + 4
    if content[: len(MAGIC)] != MAGIC:
        raise BundleError(BundleProblem.NOT_A_BUNDLE)
    if len(content) < start:
        raise BundleError(BundleProblem.TRUNCATED)
    length = struct.unpack_from(">I", content, len(MAGIC))[0]
    if length > _MOST_HEADER:
        raise BundleError(BundleProblem.TOO_BIG)
    end = start + length
    if len(content) < end + _SIGNATURE:
        raise BundleError(BundleProblem.TRUNCATED)
    header = _header(content[start:end])
    body = content[end + _SIGNATURE :]
    if max(header.size, len(body)) > MOST_BODY:
        raise BundleError(BundleProblem.TOO_BIG)
    return Sealed(header, content[:end], content[end : end + _SIGNATURE], body)


def parts_of(sealed: Sealed, laptop: bytes, private: bytes) -> Iterator[Part]:
    """Check the laptop's signature and the body's digest, then open it part by part with the exchange's key."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    header, body = sealed.header, sealed.body
    try:
        VerifyKey(laptop).verify(sealed.signed, sealed.signature)
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


def _header(spelled: bytes) -> Header:
    try:
        values: Any = json.loads(spelled)
        header = Header(**values)
    except (ValueError, TypeError, RecursionError) as error:
        raise BundleError(BundleProblem.NOT_A_BUNDLE) from error
    meant = asdict(Header("", "", "", 0, 0, 0, "", "", 0, ""))
    if any(type(value) is not type(meant[name]) for name, value in asdict(header).items()):
        raise BundleError(BundleProblem.NOT_A_BUNDLE)
    if not NODE.fullmatch(header.node):  # files are named by it
        raise BundleError(BundleProblem.NOT_A_BUNDLE)
    return header
