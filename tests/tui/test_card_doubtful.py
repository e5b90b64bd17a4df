"""Step 7: what nobody knows of a card until the tray was looked at, and how each doubt is settled once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from book import Deviation, compare
from card_ground import job_of, opened, sent, two_pupils
from printing_ground import Desk, desk

from hw.types import Role
from store import card_queue, cards, stock
from store.cards import JobState
from store.store import Store
from tui.screens.printing import PrintingScreen

pytestmark = pytest.mark.long


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, PrintingScreen, two_pupils) as made:
        yield made


async def lost(here: Desk) -> list[str]:
    """Pull the printer's cable while it works, for good."""
    await opened(here)
    here.machine.free.clear()
    await here.press("c")
    await here.until(lambda shown: "► 3" in shown[16])
    await here.kit.unplug("printer")
    return await here.until(lambda shown: "HASIL BELUM PASTI" in shown[2])


async def test_no_verdict_while_the_printer_still_holds_the_card(here: Desk) -> None:
    await opened(here)
    here.machine.free.clear()
    await here.press("c")
    await here.until(lambda shown: "mencetak" in shown[14])
    shown = await here.press("b")
    assert "! Printer masih memegang kartu ini." in shown[22]
    assert "! Printer masih memegang kartu ini." in (await here.press("r"))[22]
    assert job_of(here).state is JobState.SENT
    here.machine.free.set()


async def test_a_jam_ends_as_unknown_and_the_tray_answers(here: Desk) -> None:
    await opened(here)
    await here.kit.printer(jam=True)
    await here.press("c")
    shown = await here.until(lambda shown: "macet" in shown[22])
    assert "× Printer: kartu macet. Kartu ini belum dihitung." in shown[22]
    await here.kit.printer(jam=False)
    shown = await here.until(lambda shown: "HASIL BELUM PASTI" in shown[2])
    assert "Printer menggagalkan kartu ini" in shown[6]
    await here.press("b")
    shown = await here.press("y")
    assert "√ AKHMAD MAULANA: kartu tidak keluar, kembali ke antrean" in shown[21]
    assert isinstance(here.app.screen, PrintingScreen)
    assert here.store.run_now(cards.unresolved) == ()
    assert here.store.run_now(stock.balance).blank.closing == 212


async def test_a_lost_link_leaves_the_card_unknown_as_in_the_book(here: Desk) -> None:
    shown = await lost(here)
    compare(
        shown,
        "S24",
        variable=[(1, 38, 80), (2, 1, 80), (7, 38, 42), (18, 33, 78)],
        deviations=[
            Deviation(
                3,
                "── 7 Cetak · AKHMAD MAULANA · HASIL BELUM PASTI ───────── kartu ke-1 hari ini ──",
                "the first card of the day",
            ),
            Deviation(18, "     Yang diketahui: dikirim 11.06.52 · putus 11.07", "IPP does not tell when it began"),
            Deviation(
                19,
                "     Nomor pekerjaan ini di printer: 1. Dikirim satu kali.",
                "printed over IPP itself: no ledger of a CUPS backend stands between",
            ),
            Deviation(
                23,
                " ? Hasil belum pasti: 1 kartu. Tidak dikirim ulang. Lihat baki: serial, R, B.",
                "it is message 31",
            ),
        ],
    )


async def test_an_unknown_card_stops_the_others_until_n(here: Desk) -> None:
    await lost(here)
    await here.press("escape")
    shown = await here.until(lambda shown: "? cek baki" in shown[5])
    await here.kit.plug("printer")
    await here.press("down", "enter")
    await here.until(lambda shown: "√ siap" in shown[14])
    shown = await here.press("c")
    assert "? Kartu lain belum dipastikan: AKHMAD MAULANA." in "".join(shown[22])
    await here.press("escape", "home", "enter")
    shown = await here.press("n")
    assert isinstance(here.app.screen, PrintingScreen)
    here.machine.free.set()
    await here.press("down", "enter", "c")
    await here.until(lambda shown: "► 4" in shown[17])
    assert "GT. ABDURRAHMAN" in here.app.screen.headline()[0]


async def test_the_serial_settles_an_unknown_card_and_nothing_is_sent_again(here: Desk) -> None:
    await lost(here)
    here.machine.free.set()
    await here.kit.plug("printer")
    await here.press(*"7303", "enter")
    assert isinstance(here.app.screen, PrintingScreen)
    assert here.store.run_now(cards.unresolved) == ()
    assert here.store.run_now(stock.balance).blank.printed == 1
    assert len(await sent(here)) == 1


async def test_a_printer_that_comes_back_remembers_the_card(here: Desk) -> None:
    await lost(here)
    here.machine.free.set()
    await here.kit.plug("printer")
    await here.until(lambda shown: any(one.role is Role.CARD_PRINTER for one in here.app.equipment))
    await here.press("u")
    shown = await here.until(lambda shown: "► 4" in shown[17])
    assert "[A011 ____]" in shown[18]
    assert len(await sent(here)) == 1


async def test_a_job_noted_but_never_sent_is_asked_for_at_start_and_then_unknown(tmp_path: Path) -> None:
    def cut_off(store: Store) -> None:
        two_pupils(store)
        store.run_now(cards.start_job, store.run_now(card_queue.next_ready).pupil)

    async with desk(tmp_path, PrintingScreen, cut_off) as here:
        shown = await here.until(lambda shown: "? cek baki" in shown[5])
        assert "? Hasil belum pasti: 1 kartu. " in shown[22]
        assert "Lihat baki: serial, R, B." in shown[22]
        assert await sent(here) == []
        shown = await here.press("enter")
        assert "Printer tidak mengenal kartu ini" in shown[6]


async def test_a_card_made_while_the_program_was_gone_is_in_hand_at_start(tmp_path: Path) -> None:
    def cut_off(store: Store) -> None:
        two_pupils(store)
        started = store.run_now(cards.start_job, store.run_now(card_queue.next_ready).pupil)
        engine = tmp_path / "kit" / "printer"
        (engine / "tray").mkdir(parents=True)
        job = {"id": 7, "name": str(started.token), "user": "x", "state": 9, "reason": "job-completed-successfully"}
        job |= {"created": 1, "processed": 2, "finished": 3}
        (engine / "printer.json").write_text(json.dumps({"knobs": {}, "jobs": [job]}), encoding="ascii")

    async with desk(tmp_path, PrintingScreen, cut_off) as here:
        await here.until(lambda shown: here.store.run_now(cards.unresolved)[0].state is JobState.ENGINE_DONE)
        shown = await here.press("enter")
        assert "► 4 kartu di tangan" in shown[17]
        await here.press(*"7303", "enter")
        assert here.store.run_now(cards.unresolved) == ()
