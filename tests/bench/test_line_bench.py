"""The peers of the line's benchmark draw the same list, and its deeds happen in all three programs."""

from __future__ import annotations

import pytest

from bench import line
from bench.laptop import Laptop, set_up


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    return set_up(tmp_path_factory.mktemp("laptop"), 200)


@pytest.mark.parametrize("peer", line.PEERS)
def test_all_programs_show_the_same_pupils(peer: str, laptop: Laptop) -> None:
    with line.at_the_queue(peer, laptop) as terminal:
        rows = terminal.text.splitlines()[5:21]
    with line.at_the_queue("curses", laptop) as terminal:
        wanted = terminal.text.splitlines()[5:21]
    assert [row.split("··")[0].split() for row in rows] == [row.split("··")[0].split() for row in wanted]
    assert all(row.strip() for row in rows)


@pytest.mark.parametrize("peer", line.PEERS)
def test_every_deed_costs_something_and_idling_nothing(
    peer: str, laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "IDLE_S", 0.5)
    costs = line.bytes_of_deeds(peer, laptop)
    assert all(costs[deed] > 0 for deed in line.DEEDS)
    assert costs["idle"] == 0
