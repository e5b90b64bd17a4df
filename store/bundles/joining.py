"""The laptop's side of the exchange: its own signing key, and the office it sends to; both in the encrypted store."""

from __future__ import annotations

from dataclasses import dataclass, field

from store.bundles.exchange import ExchangePublic, LaptopPublic, public_of
from store.identity import uuid7
from store.models.bundles import Bundle, BundledRecording
from store.models.core import Fact
from store.transaction import OfficerRole, Transaction

_OFFICE, _SEED, _NAME = "exchange.office", "exchange.seed", "exchange.name"


@dataclass(frozen=True)
class Joined:
    """The office a laptop belongs to, and what the laptop signs with."""

    office: ExchangePublic
    laptop: LaptopPublic
    seed: bytes = field(repr=False)


def join(tx: Transaction, office: ExchangePublic, name: str) -> Joined:
    """Belong to an office from now on, under a name it knows the laptop by; a coordinator's decision.

    The laptop keeps the key it has, so that joining anew (a new name, the office's new keys) is no new laptop.
    """
    from nacl.signing import SigningKey

    tx.require(OfficerRole.COORDINATOR)
    seed = _fact(_SEED) or bytes(SigningKey.generate()).hex()
    for fact, value in ((_OFFICE, office.encode().decode()), (_SEED, seed), (_NAME, name)):
        Fact.insert(name=fact, value=value).on_conflict_replace().execute()
    tx.note("exchange.joined", None, office=office.fingerprint, regency=office.regency, name=name)
    made = joined(tx)
    assert made is not None, "it was just written"
    return made


def renew(tx: Transaction) -> Joined:
    """Become another node of the office's merge, with the whole chain still to be sent.

    For when laptop or office was restored from a copy: under the old node they no longer have the same lines, and
    neither side can tell which are the true ones. The key stays, by which the office knows whose laptop it is.
    """
    node = uuid7().hex
    tx.note("exchange.renewed", None, node=node, before=str(Fact.get_by_id("node").value))
    Fact.update(value=node).where(Fact.name == "node").execute()
    BundledRecording.delete().execute()
    Bundle.delete().execute()
    made = joined(tx)
    assert made is not None, "only a laptop that has joined finds out"
    return made


def joined(tx: Transaction) -> Joined | None:
    """Return the office this laptop belongs to, None before it joined one."""
    del tx
    office, seed = _fact(_OFFICE), _fact(_SEED)
    if office is None or seed is None:
        return None
    known = ExchangePublic.decode(office.encode())
    key = bytes.fromhex(seed)
    node = str(Fact.get_by_id("node").value)
    return Joined(known, LaptopPublic(known.regency, node, _fact(_NAME) or node[:8], public_of(key)), key)


def _fact(name: str) -> str | None:
    row = Fact.get_or_none(Fact.name == name)
    return None if row is None else str(row.value)
