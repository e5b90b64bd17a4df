"""A recording that is killed: one pupil at one section, in front of the emulated kit, on a store in a file.

Prints a line when something of the section was acknowledged, and goes on until somebody kills it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from recording_day import MORNING, SYARIFAH, Desk, StepClock, a_desk

from store import exceptions, recordings, settings
from store.sections import ExceptionReason, Part, Section
from store.store import Store
from store.transaction import OfficerRole

KEY = b"\x07" * 32
HANDS = "hands"


async def main(folder: Path, name: str) -> None:
    """Bring the section to its first acknowledged thing, say so, and wait for the end."""
    store = Store.open(folder / "data.db", KEY, StepClock(MORNING), create=True)
    upto = Section.IRISES if name == HANDS else Section(name)
    async with a_desk(folder, store=store, made=True, upto=upto, clock=StepClock()) as desk:
        kept = await _begin(desk, name)
        await desk.when(kept, "what is acknowledged")
        print("KEPT", flush=True)
        await asyncio.Event().wait()


async def _begin(desk: Desk, name: str) -> Callable[[], bool]:
    if name == HANDS:
        desk.store.sign_in(SYARIFAH, frozenset(OfficerRole))
        desk.store.run_now(settings.change, "capture.hands_photo", True)
        desk.store.run_now(exceptions.except_part, desk.recording.id, Part.LEFT_RING, ExceptionReason.BANDAGED)
        await desk.app.screen.load()
        await desk.press("down", "enter")
        await desk.until("Kedua tangan terbuka ke kamera.")
        await desk.press("enter")
        return lambda: desk.recording.hands_taken is not None
    section = Section(name)
    await desk.kit.sbi(touches={finger: {"wetness": 0.1} for finger in ("LEFT_RING", "RIGHT_RING", "LEFT_THUMB")})
    await desk.kit.sbi(gazes={"LEFT": {"lid": 0.55}})
    await desk.press("enter")
    if section is Section.PORTRAIT:
        await desk.until("MERAH, rata")
        await desk.press("enter")
    if section is Section.SIGNATURE:
        await desk.sign()
        return lambda: desk.store.run_now(recordings.strokes, desk.recording.id) is not None
    return lambda: desk.recording.section(section).tried == 1


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
