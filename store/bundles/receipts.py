"""The office's receipt: up to which bundle it has everything. Only with it do captures count as arrived."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from store.bundles.exchange import signature, verified
from store.bundles.joining import Joined
from store.bundles.refusal import BundleError, BundleProblem
from store.journal import canonical
from store.key_files import SealError, key_file, values_of
from store.models.bundles import Bundle
from store.models.core import Fact, Outbox
from store.transaction import Transaction

SUFFIX = ".receipt"
_KIND = "rekam17-receipt"
_LAST = "exchange.receipt"


@dataclass(frozen=True)
class Receipt:
    """What the office has of one laptop: bundles 1 to `upto`, the last of which is the file of that digest."""

    regency: str
    node: str
    upto: int
    sha256: str
    at: str

    def encode(self, seed: bytes) -> bytes:
        """Return the file, signed with the exchange's Ed25519 seed."""
        said = {"kind": _KIND, "version": 1, **asdict(self)}
        return key_file({**said, "signature": signature(canonical(said).encode(), seed)})

    @classmethod
    def decode(cls, content: bytes, office: bytes) -> Self:
        """Read a receipt that the office's key signed; raises BundleError (NOT_A_RECEIPT, BAD_SIGNATURE)."""
        try:
            values: dict[str, Any] = values_of(content, _KIND)
            signed = values.pop("signature", None)
            made = cls(**{name: value for name, value in values.items() if name not in ("kind", "version")})
        except (SealError, TypeError) as error:
            raise BundleError(BundleProblem.NOT_A_RECEIPT) from error
        if not verified(canonical(values).encode(), signed, office):
            raise BundleError(BundleProblem.BAD_SIGNATURE)
        if type(made.upto) is not int:
            raise BundleError(BundleProblem.NOT_A_RECEIPT)
        return made


def take(tx: Transaction, joined: Joined, receipt: Receipt) -> tuple[int, ...]:
    """Count bundles as arrived, and return which had not been before; an old receipt, or the same again, is none.

    Raises BundleError: FORK where the office has other lines than this laptop sent, or no longer those it had
    acknowledged, which is what is found out when either of the two was restored from a copy; NOT_A_RECEIPT for another
    laptop's.
    """
    if (receipt.regency, receipt.node) != (joined.laptop.regency, joined.laptop.node):
        raise BundleError(BundleProblem.NOT_A_RECEIPT)
    acknowledged = Bundle.select(Bundle.number).where(Bundle.arrived_at.is_null(False))
    if receipt.upto < (acknowledged.order_by(Bundle.number.desc()).limit(1).scalar() or 0):
        if _is_newer(receipt):
            raise BundleError(BundleProblem.FORK)
        return ()
    if receipt.upto == 0:
        return ()
    last = Bundle.get_or_none(Bundle.number == receipt.upto)
    if last is None or last.sha256 != receipt.sha256:
        raise BundleError(BundleProblem.FORK)
    waiting = Bundle.select().where((Bundle.number <= receipt.upto) & Bundle.arrived_at.is_null())
    numbers = tuple(row.number for row in waiting.order_by(Bundle.number))
    Fact.insert(name=_LAST, value=receipt.at).on_conflict_replace().execute()
    if numbers:
        Bundle.update(arrived_at=tx.now()).where(Bundle.number.in_(numbers)).execute()
        newest = Outbox.select(Outbox.seq).order_by(Outbox.seq.desc()).limit(1).scalar() or 0
        Outbox.delete().where((Outbox.seq <= last.last) & (Outbox.seq < newest)).execute()  # the clock goes on from it
        tx.note("bundle.arrived", None, upto=receipt.upto)
    return numbers


def _is_newer(receipt: Receipt) -> bool:
    """Tell whether the office wrote it after the last one that was taken: an old stick is no news."""
    last = Fact.get_or_none(Fact.name == _LAST)
    try:
        return last is None or datetime.fromisoformat(receipt.at) > datetime.fromisoformat(last.value)
    except (ValueError, TypeError) as error:
        raise BundleError(BundleProblem.NOT_A_RECEIPT) from error
