"""What a deed costs in keys, as the book's table has it: steps 7 and 8; steps 3 to 6 are counted in the SOP's walk."""

from __future__ import annotations

from pathlib import Path

import pytest
from printing_ground import Desk, desk
from test_card_run import two_schools
from test_handover import NOON, named, printed_school, sign

from store import handovers, stock
from store.handovers import HandoverStage
from tui.screens.handover import HandoverScreen
from tui.screens.printing import PrintingScreen

pytestmark = pytest.mark.long


class Counting:
    """Presses keys at a desk and counts them."""

    def __init__(self, here: Desk) -> None:
        self.here = here
        self.keys = 0

    async def press(self, *names: str) -> list[str]:
        self.keys += len(names)
        return await self.here.press(*names)

    async def serial(self) -> str:
        """Wait for the card in hand, and read the serial on its back."""
        await self.here.until(lambda shown: "► 4" in shown[17])
        return self.here.store.run_now(stock.next_serial) or ""

    def printed(self) -> int:
        return self.here.store.run_now(stock.balance).blank.printed


async def test_a_card_takes_seven_keys_typed_and_two_scanned(tmp_path: Path) -> None:
    async with desk(tmp_path, PrintingScreen, two_schools) as here:
        await here.until(lambda shown: "GT. ABDURRAHMAN" in shown[8] and "√ siap" in shown[17])
        her = Counting(here)
        await her.press("enter", "c")
        await her.press(*(await her.serial())[-4:], "enter")
        assert (her.keys, her.printed()) == (7, 1)
        her.keys = 0  # the next card is open already: what Enter opened before costs nothing now
        await her.press("c")
        serial = await her.serial()
        here.clock.advance(1)
        here.app.screen.take_text(serial + "\n")
        while her.printed() < 2:
            await here.until(bool)
        assert her.keys <= 2


async def test_a_card_in_a_run_takes_five_keys_typed_and_none_scanned(tmp_path: Path) -> None:
    async with desk(tmp_path, PrintingScreen, two_schools) as here:
        await here.until(lambda shown: "GT. ABDURRAHMAN" in shown[8] and "√ siap" in shown[17])
        her = Counting(here)
        await her.press("l", "2", "enter")
        assert her.keys == 3
        await her.press(*(await her.serial())[-4:], "enter")
        assert (her.keys, her.printed()) == (3 + 5, 1)
        serial = await her.serial()
        here.clock.advance(1)
        here.app.screen.take_text(serial + "\n")
        while her.printed() < 2:
            await here.until(bool)
        assert her.keys == 3 + 5


async def test_a_batch_is_handed_over_with_nine_keys_at_most(tmp_path: Path) -> None:
    async with desk(tmp_path, HandoverScreen, printed_school, NOON) as here:
        await named(here)
        her = Counting(here)
        await her.press("*", "4", "enter", "l")
        for seed in (1, 2):
            await sign(here, seed)
            await her.press("enter")
        await her.press("y")
        await here.until(lambda shown: "√ BAST 1" in shown[11])
        assert here.store.run_now(handovers.state, here.app.screen._handover).stage is HandoverStage.CLOSED
        assert her.keys <= 9
