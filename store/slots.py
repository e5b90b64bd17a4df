"""A key locked away under a passphrase: argon2id, then the laptop's pepper, then XChaCha20-Poly1305.

The associated data binds a slot to its officer and roles, so that nobody makes a coordinator by editing a file.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from store.transaction import OfficerRole

SALT_BYTES = 16
_NONCE_BYTES = 24
SHORTEST_PASSPHRASE = 16


@dataclass(frozen=True)
class Costs:
    """What one try of a passphrase costs: 64 MiB, three passes, two lanes take about 170 ms on a field laptop."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 2


def is_long_enough(passphrase: str) -> bool:
    """Tell whether the passphrase has sixteen letters or more; spaces count, those around it do not."""
    return len(_normal(passphrase)) >= SHORTEST_PASSPHRASE


def derive(passphrase: str, salt: bytes, pepper: bytes, costs: Costs) -> bytes:
    """Return the 32 bytes a passphrase stands for on this laptop."""
    from argon2.low_level import Type, hash_secret_raw

    stretched = hash_secret_raw(
        _normal(passphrase).encode(), salt, costs.passes, costs.memory_kib, costs.lanes, 32, Type.ID
    )
    return hashlib.blake2b(stretched, key=pepper, digest_size=32, person=b"rekam17-slot").digest()


def wrap(key: bytes, secret: bytes, what: str, officer: uuid.UUID, roles: Iterable[OfficerRole]) -> bytes:
    """Return the secret encrypted under the key; `what` tells one kind of secret from another."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

    nonce = secrets.token_bytes(_NONCE_BYTES)
    bound = _associated(what, officer, roles)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(secret, bound, nonce, key)


def unwrap(key: bytes, slot: bytes, what: str, officer: uuid.UUID, roles: Iterable[OfficerRole]) -> bytes | None:
    """Return the secret, or None where the key is wrong or slot, officer or roles were tampered with."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
    from nacl.exceptions import CryptoError

    bound = _associated(what, officer, roles)
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(slot[_NONCE_BYTES:], bound, slot[:_NONCE_BYTES], key)
    except CryptoError:
        return None


def authenticate(key: bytes, content: bytes) -> bytes:
    """Return the keyed hash under which officers and slots stand."""
    return hashlib.blake2b(content, key=key, digest_size=32, person=b"rekam17-ring").digest()


def _normal(passphrase: str) -> str:
    """Give one spelling to what keyboards compose in several ways."""
    return unicodedata.normalize("NFKC", passphrase).strip()


def _associated(what: str, officer: uuid.UUID, roles: Iterable[OfficerRole]) -> bytes:
    return "|".join(("rekam17", what, officer.hex, *sorted(role.value for role in roles))).encode()
