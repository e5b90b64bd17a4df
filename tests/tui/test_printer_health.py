"""A printer that speaks its maker's words: what it says of ribbon and cleaning is told before it matters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from printing_ground import desk, pupil_at_7, visit_of

from store.store import Store
from tests.hw.native_printer import Answer, evolis, magicard, printer
from tui.screens.printing import PrintingScreen
from tui.settings import Settings

WELL = {"Rr": "ymcko", "Rco;I": "411", "Rcr": "OK", "Rlr;p": "OK", "Rlr;r": "OK"}


def three_ready(store: Store) -> None:
    _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
    for number in range(3):
        pupil_at_7(store, visit, f"MURID {number}", date(2009, 1, 1 + number))


@pytest.mark.parametrize(
    ("maker", "answer", "said"),
    [
        ("evolis", evolis(WELL | {"Rco;I": "2"}), "! Pita di printer habis setelah 2 kartu; antrean 3. Siapkan pita."),
        ("magicard", magicard({"DFR": "1"}), "! Pita di printer habis setelah 1 kartu; antrean 3. Siapkan pita."),
        ("evolis", evolis(WELL | {"Rlr;r": "ERR NEED CLEANING"}), "! Printer minta dibersihkan"),
        ("evolis", evolis(WELL | {"Rlr;p": "NO CARD"}), "× Printer: baki blangko kosong. Kartu belum dikirim."),
    ],
    ids=["ribbon", "Magicard's ribbon", "cleaning", "feeder"],
)
async def test_what_the_printer_says_is_told(tmp_path: Path, maker: str, answer: Answer, said: str) -> None:
    async with printer(answer) as (node, _asked):
        settings = Settings(card_printer="Kartu", card_printer_status=f"{maker}:{node}")
        async with desk(tmp_path, PrintingScreen, three_ready, settings=settings) as here:
            shown = await here.until(lambda shown: "MURID 0" in "".join(shown) and shown[22].strip())
            assert said in shown[22], shown[22]


@pytest.mark.parametrize("status", ["off", ""], ids=["turned off", "not looked for without a printer in the settings"])
async def test_a_printer_that_is_well_or_not_asked_costs_no_line(tmp_path: Path, status: str) -> None:
    async with printer(evolis(WELL)) as (node, asked):
        settings = Settings(card_printer_status=status)
        async with desk(tmp_path, PrintingScreen, three_ready, settings=settings) as here:
            shown = await here.until(lambda shown: "√ siap" in "".join(shown))
            assert not shown[22].strip()
        settings = Settings(card_printer="Kartu", card_printer_status=f"evolis:{node}")
        async with desk(tmp_path / "well", PrintingScreen, three_ready, settings=settings) as here:
            shown = await here.until(lambda shown: len(asked) == 6)
            assert not shown[22].strip()
