"""What the tests of the store share: an open store in memory, on a clock that stands still, and a planned visit."""

import uuid
from collections.abc import Iterator

import pytest
from a_school import StandingClock, plan

from store import visits
from store.store import Store


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def store(clock: StandingClock) -> Iterator[Store]:
    opened = Store.in_memory(clock, officer=uuid.UUID(int=7))
    yield opened
    opened.close()


@pytest.fixture
def visit(store: Store) -> uuid.UUID:
    return store.run_now(visits.create, plan())
