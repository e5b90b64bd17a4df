"""What the tests of the store share: an open store in memory, on a clock that stands still, and a planned visit.

And for the way to the office: an office on each engine, and a laptop that belongs to it.
"""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from a_school import StandingClock, plan
from exchange_ground import Ground, Laptop, a_laptop

from store import visits
from store.store import Store
from tests.postgres import postgres


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


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Ground:
    return Ground(tmp_path, request.getfixturevalue("server") if request.param == "postgresql" else "")


@pytest.fixture
def laptop(ground: Ground) -> Iterator[Laptop]:
    with a_laptop(ground) as made:
        yield made
