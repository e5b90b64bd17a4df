"""Virtual time: shared between processes, never backwards, kept while nobody runs."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hw.emulators.clock import SharedClock

START = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


async def test_sleeping_pushes_the_time_on_without_waiting(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock", START)
    await clock.sleep(3600)
    assert clock.now() == START + timedelta(hours=1)
    assert clock.monotonic() == 3600
    clock.close()


def test_two_processes_see_one_time(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock", START)
    other = (
        "import sys; from pathlib import Path; from hw.emulators.clock import SharedClock\n"
        "clock = SharedClock(Path(sys.argv[1])); clock.advance(90.5); print(clock.now().isoformat())"
    )
    done = subprocess.run(
        [sys.executable, "-c", other, str(tmp_path / "clock")], capture_output=True, text=True, check=True
    )
    assert datetime.fromisoformat(done.stdout.strip()) == clock.now() == START + timedelta(seconds=90.5)
    clock.close()


def test_the_file_keeps_the_time_and_a_second_start_does_not_set_it_back(tmp_path: Path) -> None:
    first = SharedClock(tmp_path / "clock", START)
    first.advance(10)
    first.close()
    second = SharedClock(tmp_path / "clock", START)
    assert second.monotonic() == 10
    second.close()


def test_a_clock_does_not_run_backwards(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock", START)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    clock.close()
