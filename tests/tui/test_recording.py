"""Step 6 by key presses: five keys for a pupil, in front of real drivers and an emulated kit on real sockets."""

from __future__ import annotations

from pathlib import Path

from recording_day import NOOR_LAILA, NORHAYATI, a_desk

from store.progress import PupilState
from store.pupils import detail
from store.sections import RecordingStage


async def test_five_keys_record_a_pupil(tmp_path: Path) -> None:
    async with a_desk(tmp_path, NORHAYATI, NOOR_LAILA) as desk:
        await desk.press("enter")
        await desk.until("MERAH, rata")
        await desk.press("enter")
        await desk.until("Enter menyimpan gambar ini.")
        await desk.press("enter")
        await desk.sign()
        await desk.until("pena terangkat")
        await desk.press("enter")
        await desk.until("Y  benar, segel rekaman NORHAYATI")
        shown = await desk.press("y")
        assert shown[21].startswith(" √ NORHAYATI tersegel 10.5")
        assert desk.recording.stage is RecordingStage.SEALED
        assert desk.store.run_now(detail, desk.pupil).state is PupilState.CARD
