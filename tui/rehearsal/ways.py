"""The ways an officer goes between screens: logging in, home, to a step, to a row of a list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from store import visits
from tui.rehearsal.officer import Officer, Stuck
from tui.training.ground import PASSPHRASE, Ground

if TYPE_CHECKING:
    from hw.emulators.clock import SharedClock
    from store.visits import HomeVisit


class Ways:
    """Who plays, on what ground, on which clock; and the steps between the steps. `tell` is given a line for people."""

    def __init__(
        self, officer: Officer, ground: Ground, clock: SharedClock, tell: Callable[[str], None] | None
    ) -> None:
        self.her = officer
        self.ground = ground
        self.clock = clock
        self.tell = tell or (lambda _line: None)

    async def log_in(self) -> None:
        """Unlock the laptop."""
        her = self.her
        await her.until_headline("Masuk")
        await her.type(PASSPHRASE)
        await her.press("enter")
        await her.until_headline("Kunjungan")
        self.tell("     logged in")

    async def visit(self) -> HomeVisit | None:
        """Return the visit as the store has it, or None before there is one."""
        store = self.her.app.store
        assert store is not None
        found = (await store.run(visits.home, closed=True)).visits
        return found[0] if found else None

    async def home(self) -> None:
        """Go back to the visits, from wherever she is."""
        her = self.her
        for _level in range(6):
            if "── Kunjungan ─" in her.headline:
                return
            await her.press("escape")
            await her.look()
        raise Stuck("the way home", her.glass)

    async def choose(self, name: str) -> None:
        """Move the cursor to the row that shows the name, and choose it."""
        her = self.her
        await her.until_seen(name)
        for _row in range(20):
            if name in her.row:
                await her.press("enter")
                return
            await her.press("down")
        raise Stuck(f"the row of {name}", her.glass)

    async def read_siak(self, export: Path) -> None:
        """Take in an export of SIAK, from the screen that offers it."""
        her = self.her
        await her.press("u")
        await her.until_headline("berkas dan kolom")
        await her.look()
        await self.choose(export.name[:20])
        await her.press("l")
        await her.until_headline("periksa baris")
        await her.look()
        await her.press("l")
        await her.until(lambda: "periksa baris" not in her.headline or her.sees("sudah diambil"), "the export taken in")
        while "periksa baris" in her.headline or "berkas dan kolom" in her.headline:
            await her.press("escape")

    async def open_visit(self) -> None:
        """Open the visit from home."""
        her = self.her
        await self.home()
        await her.until_seen("SMA Latihan")
        await her.look()
        await her.press("enter")
        await her.until(lambda: "── Kunjungan ─" not in her.headline, "the visit to open")

    async def to_step(self, number: int) -> None:
        """Go to a step of the visit, from wherever she is."""
        her = self.her
        if not her.headline.startswith(f"── {number} "):
            await self.open_visit()
            if not her.headline.startswith(f"── {number} "):
                await her.press(str(number))
            await her.until_headline(f"{number} ")
        await her.look()

    async def queue(self, step: int) -> None:
        """Stand before the queue of a step, with the cursor on whoever is next."""
        her = self.her
        if "── Kunjungan ─" in her.headline:
            await self.open_visit()
        for _level in range(4):
            if "antrean" in her.headline and her.headline.startswith(f"── {step} "):
                break
            if "antrean" in her.headline:
                await her.press(str(step))
            else:
                await her.press("escape")
            await her.look()
        await her.until_headline(f"{step} ")
        await her.until(lambda: bool(her.row), "the rows of the queue")
