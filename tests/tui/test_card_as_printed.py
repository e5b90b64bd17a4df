"""Step 7: the card's lines are seen as they will be printed, and what cannot be printed is told before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from card_ground import MAULANA, opened, read, sent, two_pupils
from printing_ground import Desk, desk, pupil_at_7, visit_of

from store import cards
from store.store import Store
from tui.screens.printing import PrintingScreen

pytestmark = pytest.mark.long


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, PrintingScreen, two_pupils) as made:
        yield made


async def test_v_shows_the_lines_as_they_are_printed_and_back(here: Desk) -> None:
    normal = await opened(here)
    assert "V Muka kartu" in normal[23]
    shown = await here.press("v")
    assert shown[3].startswith("       PROVINSI KALIMANTAN SELATAN · KABUPATEN BALANGAN")
    assert "Nama               AKHMAD MAULANA" in shown[5]
    assert "Berlaku Hingga     SEUMUR HIDUP" in shown[16]
    assert (await here.press("v"))[3] == normal[3]


async def test_a_long_address_is_told_and_its_breaks_are_seen_before_it_is_printed(tmp_path: Path) -> None:
    address = "JALAN PANGERAN HIDAYATULLAH KOMPLEK PERUMAHAN BALANGAN INDAH BLOK C NOMOR 17"

    def one(store: Store) -> None:
        _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
        made = {**MAULANA, "address": address, "occupation": "W" * 70}
        pupil_at_7(store, visit, "AKHMAD MAULANA", date(2009, 11, 11), **made)

    async with desk(tmp_path, PrintingScreen, one) as here:
        shown = await opened(here)
        assert "! Isian panjang dicetak lebih kecil di kartu ini. V melihat." in shown[21]
        shown = await here.press("v")
        at = next(row for row, line in enumerate(shown) if "Alamat" in line)
        broken = [line[26:].strip() for line in shown[at : at + 3]]
        assert " ".join(broken) == address
        await here.press("v", "c")
        await here.until(lambda shown: "► 4" in shown[17])
        text = read(here.tray[0], "pdftotext", "-raw")
        printed = [line.removeprefix("Alamat : ") for line in text.splitlines()]
        for line in broken:
            assert line in printed, "it breaks where it was shown to break"


async def test_a_letter_that_no_font_has_is_told_and_no_card_is_sent(tmp_path: Path) -> None:
    def one(store: Store) -> None:
        _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
        pupil_at_7(store, visit, "SITI \U0001f98a AMINAH", date(2009, 11, 11), **MAULANA)

    async with desk(tmp_path, PrintingScreen, one) as here:
        shown = await opened(here, "SITI")
        assert "tidak ada untuk kartu: betulkan data dahulu. Tidak dikirim." in shown[22]
        await here.press("c")
        assert await sent(here) == []
        assert here.store.run_now(cards.unresolved) == ()
