"""What the recording screen's benchmarks measure does happen, whatever the time it takes."""

from __future__ import annotations

from pathlib import Path

from bench import preview, unplug
from hw.emulators import pictures
from hw.emulators.faces import Pose


def test_a_frame_that_is_alike_counts_no_bytes() -> None:
    first, again = preview.one_frame(pictures.frame("NORHAYATI", Pose(), 0), 40, 20)
    assert 1_000 < first <= 12_000
    assert again == 0


async def test_the_scanner_is_pulled_out_and_found_again_each_time(tmp_path: Path) -> None:
    took = await unplug.pulled(tmp_path, 2)
    assert len(took) == 2
    assert min(took) > 0
