"""The body of a bundle: one compressed stream of parts, sealed in chunks, so that neither side holds it whole in plain.

Compression is zstd's, the seal libsodium's secretstream (XChaCha20-Poly1305), whose last chunk is marked: a body cut
off anywhere is told from a whole one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from store.bundles.refusal import BundleError, BundleProblem

MOST_PART = 8 << 20
"""No capture and no document comes near it."""
MOST_BODY = 64 << 20
"""The maker begins another bundle long before."""
MOST_PLAIN = 512 << 20
_CHUNK = 64 << 10
_TAG = 17  # bytes that secretstream adds to a chunk
_START = 24  # bytes of secretstream's own header
_BITE = 1024  # a thousand packed bytes unpack to some 17 MB at the very most
_WINDOW = 8 << 20


@dataclass(frozen=True, repr=False)
class Part:
    """One thing in a bundle: its kind, one byte, and its bytes."""

    kind: bytes
    content: bytes


def pack(parts: Iterable[Part], key: bytes) -> bytes:
    """Return the sealed body; raises BundleError (TOO_BIG)."""
    import zstandard
    from nacl import bindings

    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    body = bytearray(bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key))
    packer, waiting = zstandard.ZstdCompressor(level=3).compressobj(), bytearray()

    def push(size: int, tag: int = 0) -> None:
        body.extend(bindings.crypto_secretstream_xchacha20poly1305_push(state, bytes(waiting[:size]), None, tag))
        del waiting[:size]
        if len(body) > MOST_BODY:
            raise BundleError(BundleProblem.TOO_BIG)

    for part in parts:
        if len(part.content) > MOST_PART:
            raise BundleError(BundleProblem.TOO_BIG)
        waiting += packer.compress(part.kind + struct.pack(">I", len(part.content)) + part.content)
        while len(waiting) > _CHUNK:
            push(_CHUNK)
    waiting += packer.flush()
    while len(waiting) > _CHUNK:
        push(_CHUNK)
    push(_CHUNK, bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL)
    return bytes(body)


def unpack(body: bytes, key: bytes) -> Iterator[Part]:
    """Yield the parts of a sealed body; raises BundleError (DAMAGED, TRUNCATED, TOO_BIG, BOMB)."""
    waiting = bytearray()
    for plain in _plain(body, key):
        waiting += plain
        at = 0
        while len(waiting) - at >= 5:
            length = struct.unpack_from(">I", waiting, at + 1)[0]
            if length > MOST_PART:
                raise BundleError(BundleProblem.TOO_BIG)
            if len(waiting) - at - 5 < length:
                break
            yield Part(bytes(waiting[at : at + 1]), bytes(waiting[at + 5 : at + 5 + length]))
            at += 5 + length
        del waiting[:at]
    if waiting:
        raise BundleError(BundleProblem.TRUNCATED)


def _plain(body: bytes, key: bytes) -> Iterator[bytes]:
    import zstandard

    unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
    total = 0
    try:
        for chunk in _opened(body, key):
            for at in range(0, len(chunk), _BITE):
                plain = unpacker.decompress(chunk[at : at + _BITE])
                total += len(plain)
                if total > MOST_PLAIN:
                    raise BundleError(BundleProblem.BOMB)
                yield plain
    except zstandard.ZstdError as error:
        raise BundleError(BundleProblem.DAMAGED) from error
    if not unpacker.eof or unpacker.unused_data:
        raise BundleError(BundleProblem.TRUNCATED)


def _opened(body: bytes, key: bytes) -> Iterator[bytes]:
    from nacl import bindings
    from nacl.exceptions import CryptoError

    state, tag = bindings.crypto_secretstream_xchacha20poly1305_state(), 0
    final = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
    try:
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, body[:_START], key)
        for at in range(_START, len(body), _CHUNK + _TAG):
            if tag == final:
                raise BundleError(BundleProblem.DAMAGED)
            chunk, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, body[at : at + _CHUNK + _TAG])
            yield chunk
    except (CryptoError, ValueError, TypeError) as error:
        raise BundleError(BundleProblem.DAMAGED) from error
    if tag != final:
        raise BundleError(BundleProblem.TRUNCATED)
