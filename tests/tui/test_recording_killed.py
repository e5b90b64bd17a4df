"""Killed between two tries: nothing that was acknowledged is lost, and nothing is asked twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from killed_recording import HANDS, KEY
from real_terminal import ROOT
from recording_day import MORNING, StepClock, a_desk

from store.sections import Section
from store.store import Store


async def killed(folder: Path, name: str) -> None:
    """Run the program until it says that something was kept, and kill it at once."""
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests" / "tui")))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "tests" / "tui" / "killed_recording.py"),
        str(folder),
        name,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": path},
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            assert await process.stdout.readline() == b"KEPT\n"
    finally:
        process.kill()
        assert await process.wait() == -signal.SIGKILL


@pytest.mark.parametrize("name", [*(section.value for section in Section), HANDS])
async def test_after_a_kill_the_same_section_goes_on_behind_what_was_kept(tmp_path: Path, name: str) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    await killed(before, name)
    store = await asyncio.to_thread(Store.open, before / "data.db", KEY, StepClock(MORNING))
    async with a_desk(after, store=store, clock=StepClock()) as desk:
        await desk.kit.sbi(hold=True)
        state = desk.recording
        if name == HANDS:
            assert state.hands_taken is not None
            assert not state.hands_missing
            await desk.press("enter")
            assert "· iris ─" in desk.screen[2], "the hands are not asked for again"
            return
        section = Section(name)
        assert state.next is section
        assert [
            one.complete(state.limits) for one in state.sections[: state.sections.index(state.section(section))]
        ] == [True] * list(Section).index(section)
        await desk.press("enter")
        if section is Section.SIGNATURE:
            await desk.until("pena terangkat")
            assert state.section(section).tried == 0
            return
        assert state.section(section).tried == 1
        said = "Enter menyimpan gambar ini." if section is Section.PORTRAIT else "coba 1 dari 3"
        await desk.until(said)
        assert state.attempt == 2
