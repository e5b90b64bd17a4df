"""`rekam17 card-uid` with a real reader: a blank is noted by its chip and found again by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chip_reader import NO_NUMBER, Chip, chip_reader
from laptop_ground import Laptop, a_laptop

from store import stock
from store.stock import StockKind


@pytest.fixture
def chip(tmp_path: Path) -> Iterator[Chip]:
    with chip_reader(tmp_path) as chip:
        yield chip


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    made = a_laptop(tmp_path)
    store = made.open()
    for kind in StockKind:
        store.run_now(stock.receive, kind, 10, "A0117301")
    store.close()
    return made


def test_a_blank_is_noted_found_and_not_noted_twice(chip: Chip, laptop: Laptop) -> None:
    def said(*arguments: object) -> tuple[int, str]:
        ran = laptop.command("card-uid", *arguments)
        return ran.returncode, ran.stdout + ran.stderr

    assert said() == (1, "rekam17: the card gives no number\n")
    chip.answer = bytes.fromhex("04A1B2C3D4E5F6") + b"\x90\x00"
    assert said() == (1, "rekam17: this chip was never read here\n")
    assert said("A9999999") == (1, "rekam17: A9999999: serial_unknown; nothing was noted\n")
    assert said("7301") == (0, "A0117301: its chip is known now.\n")
    assert said() == (0, "A0117301: in stock.\n")
    assert said("A0117302") == (1, "rekam17: this chip, or this blank's, is noted already: A0117301\n")
    chip.answer = NO_NUMBER
