"""Captures that the office has are not kept here for longer than the office says; the journal keeps that they existed.

Only what no card needs goes: fingers, irises, photographs of hands. The portrait and the signature stay, for a card is
printed, or printed anew, up to a year later. How a capture was taken (device, time, score, digest) stays as well. The
tables themselves refuse to lose a capture that has not arrived.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from peewee import fn

from store.models.bundles import Bundle, BundledRecording
from store.models.recording import REMOVED, Attempt, HandsPhoto
from store.sections import Section
from store.store import Store
from store.transaction import Transaction

_FOR_THE_CARD = (Section.PORTRAIT, Section.SIGNATURE)
_TOGETHER = 50


def remove_all(store: Store) -> int:
    """Remove whatever is due, some recordings a transaction, and return of how many recordings."""
    removed = 0
    while some := store.run_now(remove_due):
        removed += some
    return removed


def remove_due(tx: Transaction) -> int:
    """Remove the captures of the recordings that arrived longer ago than the setting says, the oldest first."""
    days = tx.setting("retention.captures_days")
    assert isinstance(days, int)
    due: Any = (
        BundledRecording.select(BundledRecording.recording)
        .join(Bundle)
        .where(BundledRecording.removed_at.is_null() & (Bundle.arrived_at <= tx.now() - timedelta(days=days)))
        .order_by(Bundle.number, BundledRecording.id)
        .limit(_TOGETHER)
    )
    keys = [recording for (recording,) in due.tuples()]
    for recording in keys:
        held = (Attempt.recording == recording) & Attempt.section.not_in(_FOR_THE_CARD)
        gone = Attempt.update(sealed=REMOVED).where(held & (fn.length(Attempt.sealed) > len(REMOVED))).execute()
        hands = (HandsPhoto.recording == recording) & (fn.length(HandsPhoto.sealed) > len(REMOVED))
        gone += HandsPhoto.update(sealed=REMOVED).where(hands).execute()
        BundledRecording.update(removed_at=tx.now()).where(BundledRecording.recording == recording).execute()
        tx.note("recording.captures_removed", recording, captures=gone)
    return len(keys)
