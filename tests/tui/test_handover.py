"""Step 8 by key presses: cards marked, the receiver named, both signatures from the emulated pad, the minutes kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from printing_ground import Desk, desk, print_all, pupil_at_7, visit_of

from store import documents, handovers
from store.documents import DocumentKind
from store.handovers import HandoverStage
from store.progress import Sex
from store.store import Store
from tui.duty import OpenVisit
from tui.screens.handover import HandoverScreen

NOON = datetime(2026, 12, 2, 5, 20, tzinfo=UTC)
NAMES = ("AHMAD FAUZAN", "ANTUNG RUSMALA", "MARIATUL KIFTIAH", "MUHAMMAD NOOR")


def printed_school(store: Store) -> OpenVisit:
    _school, visit = visit_of(store, "SMK Contoh 1 Halong")
    for number, name in enumerate(NAMES, 1):
        pupil_at_7(store, visit, name, date(2009, 1, number), class_name=f"XII TKJ {1 + number // 3}")
    pupil_at_7(store, visit, "MUDA", date(2010, 5, 5))
    print_all(store)
    return OpenVisit(visit, "SMK Contoh 1 Halong", date(2026, 11, 23))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, HandoverScreen, printed_school, NOON) as made:
        yield made


async def sign(here: Desk, seed: int) -> list[str]:
    await here.kit.sign(seed)
    return await here.until(lambda shown: here.app.screen.pen.signature.points and not here.app.screen.pen.down)


async def test_all_cards_are_handed_over_signed_and_closed(here: Desk) -> None:
    shown = await here.until(lambda shown: "AHMAD FAUZAN" in shown[8])
    shown = await here.press(
        "e", *"Drs. Syamsuddin", "tab", *"197005051995031904", "tab", *"Wakil kepala", "enter", "enter", "enter"
    )
    shown = await here.press("*")
    shown = await here.press("4", "enter")
    shown = await here.press("l")
    shown = await sign(here, 1)
    shown = await here.press("enter")
    shown = await sign(here, 2)
    shown = await here.press("enter")
    shown = await here.press("y")
    assert "√ BAST 1" in shown[11]
    closed = here.store.run_now(handovers.state, here.app.screen._handover)
    assert closed.stage is HandoverStage.CLOSED
    kept = here.store.run_now(documents.of_subject, closed.id, DocumentKind.HANDOVER)[0]
    assert Path(kept.path).read_bytes().startswith(b"%PDF-")
