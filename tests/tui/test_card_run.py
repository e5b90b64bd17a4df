"""A run of step 7 by key presses: the cards come one after the other as the queue shows them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from printing_ground import Desk, desk, pupil_at_7, visit_of

from store import cards, stock
from store.store import Store
from tui.screens.printing import PrintingScreen

pytestmark = pytest.mark.long

BY_CLASS = ["SITI RAHMAH", "NORLATIFAH", "AKHMAD MAULANA", "GT. ABDURRAHMAN"]
BY_BIRTHDAY = ["GT. ABDURRAHMAN", "AKHMAD MAULANA", "NORLATIFAH", "SITI RAHMAH"]


def two_schools(store: Store) -> None:
    _school, later = visit_of(store, "SMA Contoh 1 Paringin")
    _school, first = visit_of(store, "MA Contoh Awayan", 2)
    pupil_at_7(store, later, "GT. ABDURRAHMAN", date(2009, 1, 1), class_name="XII IPA 2")
    pupil_at_7(store, later, "AKHMAD MAULANA", date(2009, 1, 2), class_name="XII IPA 1")
    pupil_at_7(store, first, "NORLATIFAH", date(2009, 1, 3), class_name="XII IPS")
    pupil_at_7(store, first, "SITI RAHMAH", date(2009, 1, 4), class_name="XI IPS")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, PrintingScreen, two_schools) as made:
        await made.until(lambda shown: "GT. ABDURRAHMAN" in shown[8] and "√ siap" in shown[17])
        yield made


async def printed(here: Desk, *names: str) -> None:
    """Count the cards of a run, each by the serial that is expected, and see that they come in this order."""
    for name in names:
        await here.until(lambda shown, name=name: "► 4" in shown[17] and name in shown[2])
        await here.press(*(here.store.run_now(stock.next_serial) or "")[-4:], "enter")


async def test_a_run_follows_the_order_on_the_screen(here: Desk) -> None:
    await here.press("l", "4", "enter")
    await printed(here, *BY_CLASS)
    await here.until(lambda shown: isinstance(here.app.screen, PrintingScreen))


async def test_a_run_follows_the_birthdays_when_the_screen_does(here: Desk) -> None:
    await here.press("o")
    await here.until(lambda shown: "GT. ABDURRAHMAN" in shown[5])
    await here.press("l", "2", "enter")
    await printed(here, *BY_BIRTHDAY[:2])
    await here.until(lambda shown: isinstance(here.app.screen, PrintingScreen))
    assert here.store.run_now(stock.balance).blank.printed == 2


async def test_marked_cards_come_in_the_order_of_the_list_whatever_was_marked_first(here: Desk) -> None:
    await here.press("end", "space", "home", "space")
    await here.press("l", "2", "enter")
    await printed(here, BY_CLASS[0], BY_CLASS[3])
    await here.until(lambda shown: isinstance(here.app.screen, PrintingScreen))


async def test_who_is_left_out_of_a_run_is_not_sent_later_in_it(here: Desk) -> None:
    await here.kit.printer(refuse=True)
    await here.press("l", "3", "enter")
    await here.until(lambda shown: BY_CLASS[0] in shown[2] and "× Printer: berhenti" in shown[22])
    await here.kit.printer(refuse=False)
    await here.press("n")
    await printed(here, *BY_CLASS[1:])
    await here.until(lambda shown: isinstance(here.app.screen, PrintingScreen))
    assert here.store.run_now(cards.unresolved) == ()
    assert here.store.run_now(stock.balance).blank.printed == 3


async def test_opened_by_hand_the_next_card_is_the_one_below_and_after_the_last_the_first(here: Desk) -> None:
    await here.press("down", "enter")
    for name in (*BY_CLASS[1:], *BY_CLASS):
        await here.until(lambda shown, name=name: name in shown[2])
        await here.press("n")
    assert here.store.run_now(cards.unresolved) == ()
