"""The whole journal, walked while officers work."""

from __future__ import annotations

from store import journal
from store.store import Store

_PAGE = 10_000  # lines a transaction, so that an officer at work waits some hundredths of a second at most


def verified(store: Store) -> journal.Verdict:
    """Verify the chain from the first line to the last. Raises StoreError."""
    verdict = store.run_now(journal.verify, limit=_PAGE)
    while not verdict.complete:
        verdict = store.run_now(journal.verify, verdict, limit=_PAGE)
    return verdict
