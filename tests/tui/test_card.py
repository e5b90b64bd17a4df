"""Step 7 by key presses, on a real store and an emulated printer on its wire: each card once, by its serial."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from book import Deviation, compare
from card_ground import in_hand, job_of, opened, read, sent, two_pupils
from printing_ground import PASSPHRASE, Desk, desk

from store import cards, stock
from store.cards import JobState
from store.sealing import OfficeKeys
from tui.screens.printing import PrintingScreen

pytestmark = pytest.mark.long


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, PrintingScreen, two_pupils) as made:
        yield made


async def test_one_card_from_the_queue_to_the_serial(here: Desk) -> None:
    await in_hand(here)
    token = job_of(here).token
    assert await sent(here) == [str(token)]
    assert len(here.tray) == 1
    shown = await here.press(*"7303", "enter")
    assert "√ AKHMAD MAULANA tercetak A0117303" in shown[21]
    assert "GT. ABDURRAHMAN" in shown[2]
    assert here.store.run_now(cards.job, token).state is JobState.PRINTED
    assert here.store.run_now(stock.balance).blank.printed == 1
    assert len(await sent(here)) == 1


async def test_the_card_under_way_is_the_books(here: Desk) -> None:
    await opened(here)
    here.machine.free.clear()
    await here.press("c")
    shown = await here.until(lambda shown: "► 3" in shown[16] and "mencetak" in shown[14])
    compare(
        shown,
        "S23",
        variable=[
            (1, 57, 79),
            (2, 1, 80),
            (3, 41, 77),
            *((line, 55, 65) for line in range(5, 11)),
            (15, 33, 40),
            (16, 33, 80),
        ],
        deviations=[
            Deviation(
                4,
                "     ┌ PROVINSI KALIMANTAN SELATAN ── KABUPATEN BALANGAN ─────────┐",
                "the name of the regency is the office's setting; (contoh) is the mock-up's",
            ),
            Deviation(
                15,
                "     √ 1 dicatat akan dikirim   11.06.51     Printer   √ mencetak",
                "IPP does not tell which side is being printed",
            ),
        ],
    )
    here.machine.free.set()
    await here.until(lambda shown: "► 4" in shown[17])
    shown = await here.press(*"7303")
    # Beside the ledger's count stands what the printer says of itself: before this card, or after it.
    assert re.search(r" Pita 411 · (99|100) %  Film ! 97 · (99|100) %", shown[15])
    compare(
        [line[:80] for line in shown[14:20]],
        "B23",
        variable=[(1, 66, 73), (1, 33, 40), (2, 33, 80), (3, 33, 42)],
    )


async def test_a_scanned_serial_counts_the_card_with_no_other_key(here: Desk) -> None:
    await in_hand(here)
    here.clock.advance(1)
    here.app.screen.take_text("A0117303\n")
    shown = await here.until(lambda shown: "GT. ABDURRAHMAN" in shown[2])
    assert "tercetak A0117303" in shown[21]


async def test_a_scanner_that_types_letter_by_letter_is_understood(here: Desk) -> None:
    await in_hand(here)
    await here.press(*"A0117303", "enter")
    await here.until(lambda shown: "GT. ABDURRAHMAN" in shown[2])
    assert here.store.run_now(stock.balance).blank.printed == 1


async def test_a_serial_out_of_order_needs_y(here: Desk) -> None:
    await in_hand(here)
    shown = await here.press(*"7309", "enter")
    assert shown[22].startswith(" ! Serial A0117309 bukan urutan (A0117303). Belum dicatat. Y memakai, Esc.")
    assert job_of(here).state is JobState.ENGINE_DONE
    shown = await here.press("y")
    assert "tercetak A0117309" in shown[21]


async def test_esc_takes_a_serial_out_of_order_back_and_the_card_stays_open(here: Desk) -> None:
    await in_hand(here)
    await here.press(*"7309", "enter")
    shown = await here.press("escape")
    assert "AKHMAD MAULANA" in shown[2]
    assert shown[22].strip() == ""
    shown = await here.press(*"7303", "enter")
    assert "tercetak A0117303" in shown[21]


async def test_digits_after_a_serial_out_of_order_begin_a_new_one(here: Desk) -> None:
    await in_hand(here)
    await here.press(*"7309", "enter")
    shown = await here.press(*"7303", "enter")
    assert "tercetak A0117303" in shown[21]


async def test_a_serial_that_another_has_is_refused_with_her_name(here: Desk) -> None:
    await in_hand(here)
    await here.press(*"7303", "enter")
    await here.press("c")
    await here.until(lambda shown: "► 4" in shown[17])
    shown = await here.press(*"7303", "enter")
    assert shown[22].startswith(" × Serial A0117303 sudah dipakai AKHMAD MAULANA. Belum dicatat. Baca lagi.")
    shown = await here.press(*"9999", "enter")
    assert "× Serial A0119999 tidak pernah diterima." in shown[22]
    assert here.store.run_now(stock.balance).blank.printed == 1


async def test_a_half_typed_serial_is_kept(here: Desk) -> None:
    await in_hand(here)
    shown = await here.press(*"73")
    assert "[A011 73__]" in shown[18]
    await here.press("escape")
    shown = await here.press("enter")
    assert "[A011 73__]" in shown[18]


async def test_the_machine_goes_on_while_the_officer_is_in_the_queue(here: Desk) -> None:
    await opened(here)
    here.machine.free.clear()
    await here.press("c")
    await here.until(lambda shown: "► 3" in shown[16])
    shown = await here.press("escape")
    assert "► dicetak" in shown[5]
    here.machine.free.set()
    await here.until(lambda shown: job_of(here).state is JobState.ENGINE_DONE)
    shown = await here.press("enter")
    assert "► 4 kartu di tangan" in shown[17]
    assert len(await sent(here)) == 1


async def test_a_cover_open_keeps_the_card_from_being_sent(here: Desk) -> None:
    await opened(here)
    await here.kit.printer(cover_open=True)
    shown = await here.press("c")
    assert shown[22].startswith(" × Printer: tutup terbuka. Kartu belum dikirim. Tutup, lalu U.")
    assert here.store.run_now(cards.unresolved) == ()
    await here.kit.printer(cover_open=False)
    await here.press("u")
    await here.until(lambda shown: "► 4" in shown[17])


async def test_no_printer_at_all_is_said_before_anything_is_noted(here: Desk) -> None:
    await opened(here)
    await here.kit.unplug("printer")
    await here.until(lambda shown: "× tidak tersambung" in shown[14])
    shown = await here.press("c")
    assert "× Printer: tidak tersambung. " in shown[22]
    assert "Cek kabel, listrik, lalu U." in shown[22]
    assert here.store.run_now(cards.unresolved) == ()


async def test_a_printer_that_answers_nonsense_gets_nothing_and_nothing_is_noted(here: Desk) -> None:
    await opened(here)
    await here.kit.printer(garble=True)
    shown = await here.press("c")
    assert "Printer: jawabannya kacau. Kartu belum dikirim. Periksa alamatnya" in shown[22], shown[22]
    assert here.store.run_now(cards.unresolved) == ()
    await here.kit.printer(garble=False)
    assert await sent(here) == []


async def test_a_printer_that_takes_no_jobs_is_not_tried(here: Desk) -> None:
    await opened(here)
    await here.kit.printer(refuse=True)
    shown = await here.press("c")
    assert "× Printer: berhenti. Kartu belum dikirim. Lihat layarnya, lalu U." in shown[22]
    assert here.store.run_now(cards.unresolved) == ()
    await here.kit.printer(refuse=False)
    await here.press("c")
    await here.until(lambda shown: "► 4" in shown[17])
    assert len(await sent(here)) == 1


async def test_a_serial_out_of_order_is_not_asked_about_while_the_printer_holds_the_card(here: Desk) -> None:
    """It is the back of some other card: Y now would count one that is still to come."""
    await opened(here)
    here.machine.free.clear()
    await here.press("c")
    await here.until(lambda shown: "mencetak" in shown[14])
    shown = await here.press(*"7309", "enter")
    assert "! Printer masih memegang kartu ini." in shown[22]
    assert "Y Pakai" not in shown[23]
    await here.press("y")
    assert job_of(here).state is JobState.SENT
    here.machine.free.set()
    await here.until(lambda shown: "► 4" in shown[17])
    assert "Y Pakai A0117309" in (await here.press("enter"))[23]


async def test_a_spoiled_blank_needs_serial_reason_and_a_second_officer(here: Desk) -> None:
    await in_hand(here)
    shown = await here.press("r")
    box = [line[10:70] for line in shown[6:16]]
    assert box[0].startswith("┌─ Blangko rusak: AKHMAD MAULANA ─")
    assert "Serial blangko rusak ►[A0117303        ]" in box[1]
    await here.press("enter", "1", "enter")
    shown = await here.press("enter", *"salah salah salah")
    assert "[1 macet di printer" in "".join(shown)
    shown = await here.press("enter")
    assert "Frasa tidak cocok" in "".join(shown)
    assert "[A0117303        ]" in "".join(shown)
    assert job_of(here).state is JobState.ENGINE_DONE
    here.clock.advance(60)
    await here.press(*PASSPHRASE)
    shown = await here.press("enter")
    assert "√ AKHMAD MAULANA: blangko rusak, siap dicetak lagi" in shown[21]
    balance = here.store.run_now(stock.balance)
    assert (balance.blank.spoiled, balance.to_destroy, balance.next_serial) == (1, 1, "A0117304")
    await here.press("c")
    await here.until(lambda shown: "► 4" in shown[17])


async def test_a_run_prints_by_itself_after_each_serial_until_its_number(here: Desk) -> None:
    await here.until(lambda shown: "AKHMAD MAULANA" in shown[5])
    shown = await here.press("l")
    assert "2 kartu siap; blangko 212, pita 411, film 97." in "".join(shown)
    await here.press("3", "enter")
    assert here.app.screen.dialogs, "three of two is no run"
    await here.press("backspace", "2", "enter")
    shown = await here.until(lambda shown: "► 4" in shown[17] and "AKHMAD" in shown[2])
    assert "sisa 2" in shown[2]
    await here.press(*"7303", "enter")
    await here.until(lambda shown: "► 4" in shown[17] and "GT. ABDURRAHMAN" in shown[2])
    await here.press(*"7304", "enter")
    await here.until(lambda shown: isinstance(here.app.screen, PrintingScreen))
    assert here.store.run_now(stock.balance).blank.printed == 2
    assert len(await sent(here)) == len(here.tray) == 2


async def test_marked_cards_are_printed_after_their_number_was_typed(here: Desk) -> None:
    await here.until(lambda shown: "GT. ABDURRAHMAN" in shown[6])
    await here.press("down", "space")
    shown = await here.press("l")
    assert "1 kartu bertanda dicetak beruntun." in "".join(shown)
    await here.press("1", "enter")
    await here.until(lambda shown: "► 4" in shown[17] and "GT. ABDURRAHMAN" in shown[2])


@pytest.mark.peer("pdftotext", "pdfimages")
async def test_the_card_bears_the_persons_data_and_both_pictures(here: Desk) -> None:
    await in_hand(here)
    text = read(here.tray[0], "pdftotext", "-layout")
    assert text.count("6311061111099001") == 1
    assert "AKHMAD MAULANA" in text
    assert len(re.findall(r"^\s+\d+\s+\d+\s+image\s", read(here.tray[0], "pdfimages", "-list"), re.MULTILINE)) == 2


async def test_without_the_printing_key_nothing_is_noted(here: Desk) -> None:
    here.app.printing_key = None
    await opened(here)
    shown = await here.press("c")
    assert "Kartu tidak tergambar: potret atau kunci cetak tidak ada." in shown[22]
    assert here.store.run_now(cards.unresolved) == ()
    assert await sent(here) == []


async def test_another_offices_key_ends_the_job_before_anything_is_sent(here: Desk) -> None:
    here.app.printing_key = OfficeKeys.generate().printing
    await opened(here)
    await here.press("c")
    assert here.store.run_now(cards.unresolved) == ()
    assert await sent(here) == []
