"""`rekam17 test-card`: a blank is noted before it is printed on, before a witness, and never counted twice."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from laptop_ground import Laptop, a_laptop

from hw.emulators.clock import RealClock
from hw.emulators.ipp_printer import IppPrinter
from store import stock
from store.folder import Folder
from store.keyring import Keyring
from store.stock import Balance, StockKind
from store.transaction import OfficerRole

HIS = "lima perahu di sungai deras"
SERIAL = "A0117301"


@dataclass
class Bench:
    """A laptop with its card printer beside it."""

    laptop: Laptop
    printer: IppPrinter

    async def test_card(self, serial: str = SERIAL, witness: str = "Fahrurrazi", passphrase: str = HIS):
        return await asyncio.to_thread(self._run, serial, witness, passphrase)

    def _run(self, serial: str, witness: str, passphrase: str) -> subprocess.CompletedProcess[str]:
        reading, writing = os.pipe()
        os.write(writing, passphrase.encode() + b"\n")
        os.close(writing)
        given = ("test-card", serial, "--witness", witness, "--witness-passphrase-fd", reading)
        try:
            return self.laptop.command(*given, inherited=(reading,))
        finally:
            os.close(reading)

    def balance(self) -> Balance:
        store = self.laptop.open()
        try:
            return store.run_now(stock.balance)
        finally:
            store.close()

    @property
    def tray(self) -> int:
        return len(list((self.laptop.place / "printer" / "tray").glob("*")))


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    laptop = a_laptop(tmp_path)
    Keyring(Folder(laptop.data)).add_officer(
        laptop.hers, name="Fahrurrazi", nip="", roles=frozenset({OfficerRole.PRINTING}), passphrase=HIS
    )
    store = laptop.open()
    for kind in StockKind:
        store.run_now(stock.receive, kind, 10, SERIAL)
    store.close()
    printer = IppPrinter(tmp_path / "printer", RealClock())
    printer.engine.knobs = replace(printer.engine.knobs, print_seconds=0.1)
    await printer.start()
    settings = tmp_path / "config" / "rekam17" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'card_printer = "{printer.address}"\ncard_right = 3\n')
    yield Bench(laptop, printer)
    await printer.close()


async def test_a_test_card_uses_up_one_of_each_and_is_kept_to_be_destroyed(bench: Bench) -> None:
    ran = await bench.test_card()
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"Printed on {SERIAL}, which is noted as spoiled" in ran.stdout
    balance = bench.balance()
    assert [(one.spoiled, one.closing) for one in balance.kinds] == [(1, 9), (1, 9), (1, 9)]
    assert (balance.to_destroy, balance.next_serial) == (1, "A0117302")
    assert bench.tray == 1


async def test_the_same_blank_again_is_not_counted_twice(bench: Bench) -> None:
    for serial in (SERIAL, "7301"):
        assert (await bench.test_card(serial)).returncode == 0
    assert [one.spoiled for one in bench.balance().kinds] == [1, 1, 1]


@pytest.mark.parametrize(
    ("serial", "witness", "passphrase", "why"),
    [
        ("B9999999", "Fahrurrazi", HIS, "serial_unknown"),
        (SERIAL, "Fahrurrazi", "salah salah salah", "wrong passphrase"),
        (SERIAL, "Orang Lain", HIS, "no officer of that name"),
        (SERIAL, "Rahmawati", "empat kuda di sawah pagi", "witness_needed"),
    ],
    ids=["another kit's blank", "wrong passphrase", "nobody", "herself"],
)
async def test_whatever_is_wrong_is_told_in_one_line_and_nothing_is_noted_or_printed(
    bench: Bench, serial: str, witness: str, passphrase: str, why: str
) -> None:
    ran = await bench.test_card(serial, witness, passphrase)
    assert ran.returncode != 0
    assert (ran.stdout, ran.stderr.count("\n")) == ("", 1)
    assert why in ran.stderr
    assert [one.spoiled for one in bench.balance().kinds] == [0, 0, 0]
    assert bench.tray == 0


async def test_without_its_printer_nothing_is_noted(bench: Bench) -> None:
    await bench.printer.close()
    ran = await bench.test_card()
    assert (ran.returncode, ran.stderr) == (1, "rekam17: the printer does not answer; nothing was noted or printed\n")
    assert [one.spoiled for one in bench.balance().kinds] == [0, 0, 0]
