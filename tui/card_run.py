"""The cards of step 7 that follow one another: opened by hand, marked, or a whole run that is sent by itself."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import card_queue, pupils
from store.card_queue import Cursor, Order
from tui.duty import OpenPupil

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass
class Run:
    """The cards that follow one another as the queue shows them; in a run each is sent by itself.

    `left` counts the card under way; it is None where an officer opens cards and sends each by hand.
    """

    order: Order = Order.SCHOOL
    school: uuid.UUID | None = None
    left: int | None = None
    marked: tuple[uuid.UUID, ...] = ()

    def first(self, tx: Transaction) -> uuid.UUID | None:
        """Return whose card a run begins with: the first of those marked, else of the queue."""
        if self.marked:
            self.marked = card_queue.in_order(tx, self.marked, self.order)
            return next(iter(self.marked), None)
        row = card_queue.next_ready(tx, self.school, self.order)
        return None if row is None else row.pupil

    def following(self, tx: Transaction, pupil: uuid.UUID, place: Cursor | None) -> OpenPupil | None:
        """Return whose card comes after hers, who stands, or stood, at that place; None at the end of a run.

        Whoever was left out stays in the queue: only by hand the last card is followed by the first again.
        """
        if self.left == 1:
            return None
        if self.marked:
            after = self.marked[self.marked.index(pupil) + 1 :]
            return OpenPupil(after[0], pupils.detail(tx, after[0]).name) if after else None
        row = card_queue.next_ready(tx, self.school, self.order, after=place, besides=pupil)
        if row is None and self.left is None:
            row = card_queue.next_ready(tx, self.school, self.order, besides=pupil)
        return None if row is None else OpenPupil(row.pupil, row.name)

    def counted(self) -> None:
        """Take one card off the run."""
        if self.left is not None:
            self.left -= 1
