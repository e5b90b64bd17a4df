"""A card that is lost, damaged or wrong: why, where the old one is, a second officer, and then the gates again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from printing_ground import PASSPHRASE, Desk, desk, print_all, pupil_at_7, visit_of

from store import card_queue
from store.cards import CardState
from store.models.cards import Card
from store.models.people import Pupil
from store.store import Store
from store.transaction import Transaction
from tui.duty import OpenPupil, OpenVisit
from tui.screens.pupil import PupilScreen

NAME = "AKHMAD MAULANA"


def her_pupil(tx: Transaction) -> OpenPupil:
    return OpenPupil(Pupil.select().get().id, NAME)


def one_card(store: Store) -> OpenVisit:
    _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
    pupil_at_7(store, visit, NAME, date(2009, 11, 11))
    print_all(store)
    return OpenVisit(visit, "SMA Contoh 1 Paringin", date(2026, 11, 23))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    def first() -> PupilScreen:
        return PupilScreen(made_by[0].run_now(her_pupil))

    made_by: list[Store] = []

    def prepare(store: Store) -> OpenVisit:
        made_by.append(store)
        return one_card(store)

    async with desk(tmp_path, first, prepare) as made:
        await made.until(lambda shown: NAME in shown[2])
        yield made


def card(here: Desk) -> Card:
    return here.store.run_now(lambda _tx: Card.select().get())


async def test_a_lost_card_waits_for_letter_fate_and_passphrase_and_then_for_the_centre(here: Desk) -> None:
    shown = await here.press("r")
    assert "Akibat: kartu ini tidak berlaku" in "".join(shown)
    await here.press("1", "enter")
    await here.press(*"SKTLK/12", "enter")
    shown = await here.press("3")
    assert "Di mana kartu lama?" in "".join(shown)
    await here.press("enter")
    await here.press("y", "enter", *PASSPHRASE, "enter")
    await here.until(lambda shown: card(here).state is CardState.REPLACED)
    held = card(here)
    assert (held.state, held.reprint_letter, held.reprint_fate) == (
        CardState.REPLACED,
        "SKTLK/12",
        "tidak ditemukan",
    )
    assert held.reprint_officer != here.app.officer.id
    gate = here.store.run_now(card_queue.gate, held.pupil_id)
    assert not gate.open, "the centre has to say PRR anew"


@pytest.mark.parametrize(
    "keys",
    [
        ("escape",),
        ("2", "enter", "escape"),
        ("2", "enter", "1", "enter", "n"),
        ("2", "enter", "1", "enter", "y", "escape"),
    ],
    ids=["no reason", "no fate", "not confirmed", "no passphrase"],
)
async def test_left_anywhere_the_card_stays_valid(here: Desk, keys: tuple[str, ...]) -> None:
    await here.press("r", *keys)
    assert card(here).state is CardState.VALID


async def test_the_old_cards_place_may_be_said_in_own_words(here: Desk) -> None:
    await here.press("r", "2", "enter", "4", *"di laci kepala seksi", "enter", "y", "enter", *PASSPHRASE, "enter")
    await here.until(lambda shown: card(here).state is CardState.REPLACED)
    assert card(here).reprint_fate.endswith("di laci kepala seksi")
