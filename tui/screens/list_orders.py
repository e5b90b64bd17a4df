"""The orders of a visit's lists, one after the other by one key, and what each is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.i18n import _

if TYPE_CHECKING:
    from store.listing import Order


def list_orders() -> Sequence[Order]:
    """Return the orders of the list of step 1."""
    from store.listing import Order

    return tuple(Order)


def queue_orders() -> Sequence[Order | None]:
    """Return the queue's: None is whose turn it is, which is by class already."""
    from store.listing import Order

    return (None, Order.NUMBER, Order.NAME, Order.BIRTH)


def order_word(order: Order | None) -> str:
    """Return what an order is called."""
    from store.listing import Order

    words = {
        Order.NUMBER: _("by number"),
        Order.NAME: _("by name"),
        Order.CLASS: _("by class"),
        Order.BIRTH: _("by birth date"),
    }
    return _("by turn") if order is None else words[order]
