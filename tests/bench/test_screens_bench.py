"""The benchmark walks the real program by its words; here it is seen to arrive, whatever the time it takes."""

from __future__ import annotations

from pathlib import Path

from bench import screens
from bench.laptop import set_up


def test_the_walk_that_is_measured_arrives_at_the_queue(tmp_path: Path) -> None:
    laptop = set_up(tmp_path / "laptop", 40)
    walk = screens.to_the_queue(laptop)
    assert walk.seconds > 0
    assert walk.resident > 10_000, "a Textual program is greater than that"


def test_both_programs_whose_start_is_compared_draw_something(tmp_path: Path) -> None:
    laptop = set_up(tmp_path / "laptop")
    assert screens.login(laptop) > 0
    assert screens.bare(laptop) > 0


def test_the_second_start_begins_with_the_first_glass(tmp_path: Path) -> None:
    laptop = set_up(tmp_path / "laptop")
    screens.look_at_the_login(laptop)
    assert list(laptop.data.glob("rekam17/first-glass-80x24-*"))
    assert screens.first_glass(laptop) > 0
    assert screens.bare_resident(laptop) > 10_000
