"""What runs out first, and when."""

import pytest
from visit_day import VirtualClock, a_pupil, a_visit, open_store

from store import cards, stock
from store.forecast import forecast
from store.progress import PupilState
from store.stock import StockKind

DAY = 86400


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def store(clock):
    held = open_store(clock)
    held.run_now(stock.receive, StockKind.BLANK, 50, "A0117301")
    held.run_now(stock.receive, StockKind.RIBBON, 100)
    held.run_now(stock.receive, StockKind.FILM, 8)
    yield held
    held.close()


def print_cards(store, visit, number):
    for _ in range(number):
        pupil = a_pupil(store, visit, "AKHMAD MAULANA", PupilState.CARD, status="PRR")
        token = store.run_now(cards.start_job, pupil).token
        store.run_now(cards.confirm_printed, token, store.run_now(stock.next_serial))


def test_the_film_ends_first_and_is_not_enough_for_those_who_are_ready(store, clock):
    visit = a_visit(store)
    print_cards(store, visit, 1)
    clock.forward(DAY)
    print_cards(store, visit, 3)
    clock.forward(2 * DAY)
    for _ in range(5):
        a_pupil(store, visit, "RAUDAH", PupilState.CARD, status="PRR")
    found = store.run_now(forecast)
    assert (found.ends_first, found.cards_left, found.ready, found.enough) == (StockKind.FILM, 4, 5, False)
    assert (found.per_day, found.days_left) == (2, 2)


def test_without_a_printed_card_there_is_no_pace(store):
    found = store.run_now(forecast)
    assert (found.per_day, found.days_left, found.enough) == (None, None, True)
