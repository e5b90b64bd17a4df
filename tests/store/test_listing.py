"""The list of step 1 in every order: each page follows the one before, whatever is filtered."""

import uuid
from datetime import date, timedelta

import pytest
from a_school import person, take
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import listing
from store.listing import Order
from store.progress import ADULT_ENOUGH, PupilState
from store.queue import EVERYBODY, Only, QueueFilter, QueueRow
from store.store import Store

NAMES = ("NORHAYATI", "AKHMAD MAULANA", "M. [/] ALI", "HASANAH", "NORHAYATI", "SITI", "ZULKIFLI", "ABDUL HADI")


@pytest.fixture
def listed(store: Store, visit: uuid.UUID) -> uuid.UUID:
    people = [
        person(row, name, date(2009, 5, 12) + timedelta(days=40 * (row * 7 % 11)), class_name=f"XII IPA {row % 3}")
        for row, name in enumerate(NAMES, 1)
    ]
    take(store, visit, *people, person(9, "RAUDATUL JANNAH", date(2011, 1, 1)), person(10, "JUMIATI", nik=None))
    return visit


def walk(store: Store, visit: uuid.UUID, order: Order, page: int, *, backward: bool = False) -> list[QueueRow]:
    """Read the whole list page by page."""
    found: list[QueueRow] = []
    start = None
    while rows := store.run_now(listing.page, visit, EVERYBODY, order, start=start, backward=backward, limit=page):
        found = [*rows, *found] if backward else [*found, *rows]
        start = listing.place_of(rows[0 if backward else -1], order)
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.sampled_from(Order), page=st.integers(1, 12), backward=st.booleans())
def test_every_order_shows_everybody_once_whatever_the_page(
    store: Store, listed: uuid.UUID, order: Order, page: int, backward: bool
) -> None:
    rows = walk(store, listed, order, page, backward=backward)
    assert sorted(row.number for row in rows) == list(range(1, 11))
    places = [(listing.place_of(row, order).value, row.number) for row in rows]
    assert places == sorted(places)


def test_a_filter_holds_in_every_order(store: Store, listed: uuid.UUID) -> None:
    for order in Order:
        adults = store.run_now(listing.page, listed, QueueFilter(states=ADULT_ENOUGH), order)
        assert len(adults) == 9
        (young,) = store.run_now(listing.page, listed, QueueFilter(states=frozenset({PupilState.LISTED})), order)
        assert young.name == "RAUDATUL JANNAH"
        (lacking,) = store.run_now(listing.page, listed, QueueFilter(only=Only.INCOMPLETE), order)
        assert lacking.name == "JUMIATI"
        room = store.run_now(listing.page, listed, QueueFilter(class_name="XII IPA 2"), order)
        assert {row.class_name for row in room} == {"XII IPA 2"}
