"""The stage of a rehearsal: ground, kit, clock and application, and the officer who plays."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hw.emulators.bus import EmulatedBus
from hw.emulators.clock import SharedClock
from hw.emulators.control import start_kit
from tui.app import RekamApp
from tui.rehearsal.officer import Officer
from tui.rehearsal.result import Result, read_back
from tui.rehearsal.walk import play
from tui.rehearsal.ways import Ways
from tui.settings import Settings
from tui.training import ground
from tui.training.stand_in import StandIn

FIRST_MORNING = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
"""Half past seven on Monday, 23 November 2026, in WITA."""


async def rehearse(
    folder: Path,
    out: Path,
    *,
    pupils: int,
    seed: int,
    tell: Callable[[str], None] | None = None,
    album: Path | None = None,
    took: Callable[[str, float], None] | None = None,
) -> Result:
    """Play the whole procedure in that folder, from where it stands, and return what the store then holds.

    `tell` is given a line at the end of each step; `album` is a folder for a picture of each screen.
    """
    begun = time.monotonic()
    file = folder / "clock"
    clock = SharedClock(file, FIRST_MORNING)
    try:
        made = ground.prepare(folder, clock, pupils=pupils, seed=seed)
        settings = Settings(inbox=str(made.inbox), documents=str(out))
        settings = replace(settings, lock_minutes=60)
        app = RekamApp(None, EmulatedBus(made.kit, clock), settings, clock, folder=made.folder, training=True)
        async with start_kit(made.kit, virtual=file) as kit:
            pupil = StandIn(app, kit)
            async with app.run_test(size=(80, 24)) as pilot:
                app.watch(app, "pupil", pupil.call, init=False)
                following = asyncio.create_task(pupil.follow())
                try:
                    await play(Ways(Officer(pilot, clock, album=album, took=took), made, clock, tell))
                finally:
                    following.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await following
                    await app.leave()
        return read_back(made, clock, out, time.monotonic() - begun)
    finally:
        clock.close()
