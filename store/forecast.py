"""What runs out first, and when: the stock against the cards that are ready and the pace of the last days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import fn

from store import card_queue, stock
from store.models.cards import Card
from store.transaction import Transaction

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Forecast:
    """`per_day` is the average of the days on which cards were printed in the last week; None when there was none."""

    ends_first: stock.StockKind
    cards_left: int
    ready: int
    per_day: float | None

    @property
    def enough(self) -> bool:
        """Whether every card that is ready now can be printed."""
        return self.cards_left >= self.ready

    @property
    def days_left(self) -> int | None:
        """How many whole days of printing are left at that pace."""
        return None if not self.per_day else int(self.cards_left / self.per_day)


def forecast(tx: Transaction) -> Forecast:
    """Return what ends first and after how many cards."""
    ledger = stock.balance(tx)
    recent = Card.printed_day > tx.today() - WEEK
    sums: Any = Card.select(fn.count(Card.id), fn.count(Card.printed_day.distinct())).where(recent).tuples()
    printed, days = sums.get()
    return Forecast(
        ends_first=ledger.ends_first,
        cards_left=ledger.cards_left,
        ready=card_queue.counts(tx).ready,
        per_day=printed / days if days else None,
    )
