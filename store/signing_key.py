"""The office's key for papers: in the encrypted store, so that whoever has the disk has no key; old ones stay known.

A key that was replaced signs nothing any more, and its private half is gone; its certificate stays, for papers that
were signed with it are still to be verified.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from store.models.core import SigningCertificate
from store.transaction import OfficerRole, Transaction


@dataclass(frozen=True)
class SigningKey:
    """A private key (PKCS#8) and its certificate, both DER, with the certificates above it as PEM."""

    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)
    above: bytes = field(default=b"", repr=False)

    @property
    def fingerprint(self) -> str:
        """The certificate's SHA-256 in hex: what the journal names the key by."""
        return hashlib.sha256(self.certificate).hexdigest()


def take(tx: Transaction, key: SigningKey) -> None:
    """Make this the key that papers are signed with; the one before is taken away. Raises NotAllowedError."""
    tx.require(OfficerRole.COORDINATOR)
    _end(tx)
    known = SigningCertificate.get_or_none(SigningCertificate.certificate == key.certificate)
    row = known or SigningCertificate(certificate=key.certificate, since=tx.now())
    row.above, row.key, row.ended = key.above, key.key, None
    row.save(force_insert=known is None)
    tx.note("signing_key.taken", None, certificate=key.fingerprint)


def remove(tx: Transaction) -> bool:
    """Sign no more papers: take the key away, and tell whether there was one. Raises NotAllowedError."""
    tx.require(OfficerRole.COORDINATOR)
    return _end(tx)


def current(tx: Transaction) -> SigningKey | None:
    """Return the key that papers are signed with, None where the office has set none up."""
    del tx
    row = SigningCertificate.get_or_none(SigningCertificate.key.is_null(False))
    if row is None:
        return None
    return SigningKey(bytes(row.certificate), bytes(row.key), bytes(row.above))


def certificates(tx: Transaction) -> tuple[bytes, ...]:
    """Return the certificate of every key that papers were ever signed with here, the newest first."""
    del tx
    rows = SigningCertificate.select(SigningCertificate.certificate).order_by(SigningCertificate.id.desc())
    return tuple(bytes(row.certificate) for row in rows)


def _end(tx: Transaction) -> bool:
    rows = list(SigningCertificate.select().where(SigningCertificate.key.is_null(False)))
    for row in rows:
        row.key, row.ended = None, tx.now()
        row.save()
        tx.note("signing_key.ended", None, certificate=hashlib.sha256(bytes(row.certificate)).hexdigest())
    return bool(rows)
