"""S29 and a pupil's data, by key presses on a real store."""

from __future__ import annotations

import pytest
from book import Deviation, compare, screen_text
from the_school import ERNAWATI, JUMIATI, NORHAYATI, RIPANI, SYAHRANI, at_school, press, pupil_of

from store import checks, drafts, history, journal, pupils, queue, standing
from store.checks import Finding
from store.progress import PupilState
from store.transaction import OfficerRole
from tui.line import cells
from tui.screens.status_check import StatusCheckScreen

BOOK = [(1, 40, 80), (2, 26, 80), (3, 40, 76)]


async def test_a_history_has_a_line_for_each_step() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        store.run_now(history.add_note, pupil_of(store, visit, ERNAWATI), "KTP hilang di jalan.")
        shown = await press(pilot, *["down"] * 11, "i")
        compare(
            shown[:10] + [""] * 14,
            "S29",
            BOOK,
            [
                Deviation(6, "     ibu IBU 8 · ayah AYAH 8 · akta no 6311-LT-0911-9508", "the number says what it is"),
                Deviation(
                    5, "     NIK ·············9023  (V melihat)      KK ·············9508", "another family card"
                ),
                Deviation(
                    7, "     Daftar: daftar.xlsx baris 14            Nama sama: tidak ada", "the file by its name"
                ),
                Deviation(
                    10, "   ► 1 Jadwal     dalam daftar 16+       23-11 10.42      Hj. Mar..", "the cursor is here"
                ),
                *(Deviation(line, "", "the steps below are compared by themselves") for line in range(11, 25)),
            ],
        )
        assert shown[10].rstrip() == "   √ 3 Cek        CARD_ISSUED (SIAK)     23-11 10.42      Hj. Mar.."
        assert shown[11].rstrip() == "   – 4-6          tidak perlu: sudah punya KTP-el"
        assert shown[13].rstrip() == "     Catatan"
        assert shown[14].rstrip() == "     23-11 10.42  KTP hilang di jalan."


async def test_f_shows_every_event_with_officer_and_time() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, "i", "f")
        rows = [line.rstrip() for line in shown[9:12]]
        assert rows[0].startswith("   ► dokumen dicentang")
        assert "kejadian · F menurut langkah" in shown[21]
        assert any("dalam daftar sekolah" in line for line in shown)


async def test_v_shows_the_numbers_for_twenty_seconds() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "i", "v")
        assert "NIK 631106 520509 9042" in shown[4]
        assert "KK 631106 120815 9901" in shown[4]
        assert store.run_now(journal.history, pupil_of(store, visit, NORHAYATI))[0].event == "pupil.nik_revealed"
        pilot.app.clock.advance(20)
        assert "631106" not in (await press(pilot, "down"))[4]


async def test_a_note_is_added_with_plus() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "i", "+", *"ikut lomba", "enter")
        assert any("  ikut lomba" in line for line in shown)
        events = store.run_now(history.history, pupil_of(store, visit, NORHAYATI)).events
        assert events[0].facts["text"] == "ikut lomba"


async def test_enter_opens_her_at_her_step_and_escape_leads_back() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, "down", "i", "enter")
        assert shown[2].startswith("── 3 Cek · NOOR LAILA ─")
        shown = await press(pilot, "escape", "i", "escape")
        assert shown[5].startswith("     48 NORHAYATI")
        assert shown[6].startswith("   ► 49 NOOR LAILA")


async def test_without_a_card_there_is_none_to_lose() -> None:
    async with at_school(StatusCheckScreen, roles=frozenset(OfficerRole)) as (pilot, _store, _visit):
        assert "Belum ada kartunya yang dicetak di sini." in (await press(pilot, "i", "r"))[22]


async def test_a_pupil_brought_back_to_step_3_waits_there_again() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        store.run_now(standing.move, pupil_of(store, visit, RIPANI), PupilState.CHECK, "pupil.pulled_back")
        shown = await press(pilot, "/", *str(RIPANI), "enter", "i")
        assert shown[10].rstrip() == "   ► 3 Cek        menunggu di sini"


async def test_a_missing_nik_is_completed_in_step_3() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        pupil = pupil_of(store, visit, SYAHRANI)
        shown = await press(pilot, "/", *str(SYAHRANI), "enter", "d", "b")
        assert shown[22].startswith(" × NIK belum lengkap. Yang lain tersimpan. E, 0 melengkapi, N menyusul.")
        shown = await press(pilot, "e", "0")
        assert shown[2].startswith("── 3 · M. SYAHRANI ─")
        await press(pilot, *"631106280110900")
        assert store.run_now(drafts.load, f"data.{pupil.hex}.nik") == "631106280110900"
        shown = await press(pilot, "f2")
        assert "× NIK harus 16 angka" in shown[22]
        shown = await press(pilot, "7", "f2")
        assert shown[2].startswith("── 3 Cek · M. SYAHRANI ─")
        about = store.run_now(pupils.detail, pupil)
        assert (about.nik, about.incomplete) == ("6311062801109007", False)
        assert store.run_now(drafts.load, f"data.{pupil.hex}.nik") is None


async def test_somebody_else_s_nik_is_refused_and_nothing_is_lost() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        await press(pilot, "/", *str(SYAHRANI), "enter", "e", "0", *"6311065205099042")
        shown = await press(pilot, "f2")
        assert "× NIK ini milik orang lain." in shown[22]
        assert "[631106 520509 9042]" in shown[3]
        assert store.run_now(queue.find, pupil_of(store, visit, SYAHRANI)).nik_tail is None


@pytest.mark.parametrize("number", [ERNAWATI, JUMIATI])
async def test_english_words_fit(number: int) -> None:
    async with at_school(StatusCheckScreen, language="en") as (pilot, store, visit):
        if number == JUMIATI:
            store.run_now(checks.verdict, pupil_of(store, visit, NORHAYATI), Finding.NEVER)
        shown = await press(pilot, "/", *str(number), "i" if number == JUMIATI else "enter")
        assert all(cells(line) == 80 for line in shown)
        assert (await screen_text(pilot))[23].rstrip().endswith("F10 Quit")
