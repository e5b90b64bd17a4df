"""What home asks each time it comes to the front: whether something recorded has long not reached the office."""

from __future__ import annotations

from datetime import datetime

from store.bundles.joining import joined
from store.models.bundles import Bundle
from store.models.core import Journal, Outbox
from store.transaction import Transaction


def unacknowledged_since(tx: Transaction) -> datetime | None:
    """Return when the oldest recording was sealed that no receipt speaks of; None at a laptop of no office.

    The outbox holds what is not acknowledged, so that home asks this of few rows, whatever the laptop has recorded.
    """
    if joined(tx) is None:
        return None
    kept = Outbox.select(Outbox.seq).where(Outbox.kind == "recording.sealed").order_by(Outbox.seq).limit(1).scalar()
    upto = Bundle.select(Bundle.last).where(Bundle.arrived_at.is_null(False)).order_by(Bundle.number.desc()).limit(1)
    if kept is None or kept <= (upto.scalar() or 0):
        return None
    return Journal.select().where(Journal.seq == kept).get().wall
