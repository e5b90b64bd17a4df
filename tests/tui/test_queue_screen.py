"""S11: the queue by key presses, on a real store."""

from __future__ import annotations

import uuid
from datetime import date

from book import Deviation, compare, screen_text
from the_school import (
    HALIMATUS,
    JUMIATI,
    NOOR_LAILA,
    NORHAYATI,
    OFFICERS,
    RAHMAWATI,
    at_school,
    nik,
    press,
    pupil_of,
)

from store import desks, journal, lists, pupils, queue
from store.progress import Desk, Presence, PupilState
from store.roster.types import RosterPerson
from store.store import Store
from store.transaction import OfficerRole
from tui.line import cells
from tui.navigation import Place
from tui.screens.queue_list import QueueScreen
from tui.screens.status_check import StatusCheckScreen

ELSEWHERE = [(2, 26, 80), (3, 40, 80)]
"""The mock-up is hours into a visit of 120, of which it shows 13 rows; here is a visit of these 13."""


async def other_desk_opens(store: Store, pupil: uuid.UUID) -> None:
    """Let Hj. Mariani open a pupil at desk 2."""
    store.sign_in(OFFICERS[0].id, frozenset(OfficerRole))
    assert await store.run(desks.take_up, pupil, Desk.CHECK) is None
    store.sign_in(RAHMAWATI, frozenset({OfficerRole.RECORDING}))


async def test_the_queue_is_the_book_s() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        await other_desk_opens(store, pupil_of(store, visit, HALIMATUS))
        pilot.app.aside(pilot.app.screen.follow())
        shown = await screen_text(pilot)
        totals = " 1-13 dari 13 · √ 0 direkam · ◊ 1 absen · 4,2 mnt/murid · meja 1: langkah 3-6"
        compare(
            shown,
            "S11",
            ELSEWHERE,
            [
                Deviation(22, totals, "a visit of 13, at the desk for all steps"),
            ],
        )
        assert shown[1].startswith(" √1 Jadwal √2 Alat[►3 Cek 7]·4 SIAK !5 Ubah 1 ►6 Rekam 2 ○7 Cetak 1 ·8 Serah")
        assert shown[2].rstrip().endswith("sisa 10 · kira-kira 11.24 ──")


async def test_english_words_fit_their_columns() -> None:
    async with at_school(StatusCheckScreen, language="en") as (pilot, _store, _visit):
        shown = await screen_text(pilot)
        assert shown[4].rstrip() == "     No Name                     Class      Born        NIK     Pap State"
        assert "lacking" in shown[11]
        assert ".." not in "".join(line[68:] for line in shown[5:18])
        assert all(cells(line) == 80 for line in shown)


async def test_a_pile_of_papers_is_one_key_a_pupil() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, *["down"] * 5, "d")
        assert shown[10][64:66] == "√√"
        assert shown[11].startswith("   ► 54 M. SYAHRANI")
        assert shown[22].strip() == ""
        row = store.run_now(queue.find, pupil_of(store, visit, JUMIATI))
        assert row.papers_kk
        assert row.papers_certificate


async def test_space_ticks_one_paper_after_the_other() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        assert (await press(pilot, *["down"] * 5, "space"))[10][64:66] == "√·"
        assert (await press(pilot, "space"))[10][64:66] == "√√"
        assert (await press(pilot, "space"))[10][64:66] == "··"


async def test_who_is_absent_sinks_and_comes_back() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "h")
        assert shown[5].startswith("   ► 49 NOOR LAILA")
        assert shown[21].startswith(" ◊ NORHAYATI absen")
        assert shown[16][5:17] == "23 KAMARUDIN"
        assert "◊ absen" in shown[17]
        assert "NORHAYATI" in shown[17]
        shown = await press(pilot, "end", "enter")
        assert "× NORHAYATI ditandai absen. Tidak ada yang berubah. H: hadir." in shown[22]
        await press(pilot, "h")
        assert store.run_now(queue.find, pupil_of(store, visit, NORHAYATI)).presence is Presence.PRESENT


async def test_n_puts_a_row_behind_her_class_and_z_takes_it_back() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, "n")
        assert shown[5].startswith("   ► 49 NOOR LAILA")
        assert shown[11][5:17] == "48 NORHAYATI"
        assert "~3 dilewati" in shown[11]
        shown = await press(pilot, "z")
        assert shown[5][5:17] == "48 NORHAYATI"
        assert "√ NORHAYATI: tanda terakhir diurungkan" in shown[21]
        assert "! Tidak ada lagi yang dapat diurungkan." in (await press(pilot, "z"))[22]


async def test_o_orders_by_number_name_and_birth_and_by_turn_again() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        by_turn = [line[5:40] for line in (await screen_text(pilot))[5:18]]
        shown = await press(pilot, "o")
        assert "√ menurut nomor" in shown[21]
        assert [line[5:7] for line in shown[5:18]] == sorted(line[:2] for line in by_turn)
        shown = await press(pilot, "o")
        assert "√ menurut nama" in shown[21]
        assert [line[8:32] for line in shown[5:18]] == sorted(line[3:27] for line in by_turn)
        shown = await press(pilot, "o")
        assert "√ menurut tanggal lahir" in shown[21]
        born = [date(*map(int, reversed(line[44:54].split("-")))) for line in shown[5:18]]
        assert born == sorted(born)
        shown = await press(pilot, "o")
        assert "√ menurut giliran" in shown[21]
        assert [line[5:40] for line in shown[5:18]] == by_turn


async def test_a_pile_of_papers_in_another_order_is_one_key_a_pupil_too() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "o", "o", "down", "d")
        name = shown[6][8:33].strip()
        assert shown[6][64:66] == "√√", "the second by name"
        assert shown[7].startswith("   ►"), "and the cursor went on to the third"
        (ticked,) = (row for row in store.run_now(queue.page, visit).rows if row.name == name)
        assert ticked.papers_kk
        assert ticked.papers_certificate


async def test_a_class_is_chosen_with_f_or_the_arrows() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, "right")
        assert ">XII IPA 1<" in shown[3]
        assert shown[5].startswith("   ► 12 AHMAD RIPANI")
        assert shown[21].startswith(" 1-4 dari 4 ")
        shown = await press(pilot, "f", "f", "f", "f")
        assert ">semua<" in shown[3]
        assert (await press(pilot, "left"))[3] == shown[3]


async def test_who_arrives_is_searched_called_and_opened() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "/", *"rusd")
        assert shown[5].startswith("   ► 47 RUSDIANA")
        assert shown[21].startswith(" Cari ►[rusd")
        shown = await press(pilot, "escape", "/", *"jum", "enter")
        assert shown[2].startswith("── 3 Cek · JUMIATI ─")
        assert store.run_now(queue.next_pupil, visit, Desk.ALL).pupil == pupil_of(store, visit, JUMIATI)
        shown = await press(pilot, "escape")
        assert shown[5].startswith("     53 JUMIATI") or shown[5].startswith("   ► 53 JUMIATI")


async def test_a_scanned_nik_is_a_search() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        pilot.app.screen.take_text(nik(date(2010, 1, 30), 9011))
        shown = await screen_text(pilot)
        assert shown[5].startswith("   ► 46 HALIMATUS SA'DIYAH")
        assert shown[6].strip() == ""


async def test_enter_right_after_the_last_letter_waits_for_what_is_found() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        await press(pilot, "/")
        pilot.app.clock.advance(1)
        for name in (*"noor la", "enter"):
            await pilot.press("space" if name == " " else name)
        assert (await screen_text(pilot))[2].startswith("── 3 Cek · NOOR LAILA ─")


async def test_who_is_under_16_is_found_but_not_opened() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, "/", *"adik", "enter")
        assert "× belum 16" in shown[5]
        assert shown[21].startswith(" 1-16 dari 40 · ADIK 1, genap 16: 01-01-2027")
        assert shown[22].startswith(" × ADIK 1 belum 16; genap 01-01-2027.")


async def test_nobody_found_leads_to_adding_her() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, "/", *"zzz", "enter")
        assert "Tidak ada di daftar ini. T menambah murid" in shown[5]
        assert "Tidak ada di daftar ini." in shown[22]


async def test_v_shows_a_nik_for_twenty_seconds_and_the_journal_knows() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "v")
        assert shown[21].startswith(" NIK 631106 520509 9042 · NORHAYATI")
        lines = store.run_now(journal.history, pupil_of(store, visit, NORHAYATI))
        assert lines[0].event == "pupil.nik_revealed"
        pilot.app.clock.advance(20)
        assert "631106" not in (await press(pilot, "down"))[21]


async def test_the_printing_operator_looks_and_is_told_who_may() -> None:
    async with at_school(StatusCheckScreen, roles=frozenset({OfficerRole.PRINTING})) as (pilot, store, visit):
        shown = await press(pilot, *["down"] * 5, "d")
        assert "× Hanya operator perekaman, koordinator. " in shown[22]
        assert "K: ganti petugas." in shown[22]
        assert "D Dokumen" not in shown[23]
        assert not store.run_now(queue.find, pupil_of(store, visit, JUMIATI)).papers_kk


async def test_desk_2_sees_its_steps_and_a_rail_digit_that_step_s_list() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        pilot.app.desk = Desk.CHECK
        await pilot.app.go(Place.STATUS_CHECK)
        shown = await screen_text(pilot)
        assert shown[21].startswith(" 1-9 dari 9 ")
        assert shown[21].rstrip().endswith("meja 2: langkah 3-5")
        shown = await press(pilot, "6")
        assert isinstance(pilot.app.screen, QueueScreen)
        assert shown[2].startswith("── 6 Rekam · antrean murid ─")
        assert [line[8:16] for line in shown[5:8]] == ["HALIMATU", "RUSDIANA", " " * 8]


async def test_who_is_open_at_another_desk_is_only_looked_at() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        await other_desk_opens(store, pupil_of(store, visit, HALIMATUS))
        shown = await press(pilot, *["down"] * 8, "enter")
        assert shown[2].startswith("── 3 Cek · antrean murid ─")
        assert "! Sedang dibuka Hj. Mariani di meja 2. " in shown[22]
        assert "N: murid berikut." in shown[22]
        await other_desk_opens(store, pupil_of(store, visit, NORHAYATI))
        shown = await press(pilot, "home", "enter", "b")
        assert shown[2].startswith("── 3 Cek · NORHAYATI ─")
        assert "Sedang dibuka Hj. Mariani di meja 2." in shown[22]
        assert "B Belum rekam" not in shown[23]
        assert store.run_now(queue.find, pupil_of(store, visit, NORHAYATI)).state is PupilState.CHECK
        shown = await press(pilot, "n")
        assert shown[2].startswith("── 3 Cek · NOOR LAILA ─")
        assert not store.run_now(queue.find, pupil_of(store, visit, NORHAYATI)).put_off
        shown = await press(pilot, "escape")
        assert "►3 meja 2" in shown[5]
        assert shown[6].rstrip().endswith("·3 giliran")


async def test_the_palette_finds_people_on_every_list() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, "ctrl+p", *"norh")
        assert any("NORHAYATI     XII IPA 2  12-05-2009   ·3 SMA Contoh" in line for line in shown)
        shown = await press(pilot, "enter")
        assert shown[2].startswith("── 3 Cek · NORHAYATI ─")


async def test_hostile_names_stay_in_their_column() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        store.sign_in(store.officer, frozenset(OfficerRole))
        born = date(2009, 1, 1)
        people = [
            RosterPerson(99, "[b]X[/b] <i> \u202eRA", born, class_name="A", sex="P", nik=nik(born, 9201)),
            RosterPerson(98, "N" * 60, born, class_name="A" * 30, sex="P", nik=nik(born, 9202)),
        ]
        store.run_now(lists.take, visit, people, lists.ListFile("lagi.xlsx", "c" * 64))
        pilot.app.aside(pilot.app.screen.follow())
        shown = await press(pilot, "home", "down")
        assert shown[5][5:32] == "55 [b]X[/b] <i> \N{REPLACEMENT CHARACTER}RA".ljust(27)
        assert shown[6][8:43] == "N" * 22 + ".. " + "A" * 8 + ".."
        assert shown[21].startswith(" 1-15 dari 15 · " + "N" * 60)


async def test_another_desk_s_change_is_seen_without_a_key() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        await store.run(pupils.mark_absent, pupil_of(store, visit, NOOR_LAILA), True)
        pilot.app.aside(pilot.app.screen.follow())
        assert (await screen_text(pilot))[6].startswith("     50 HASANAH")
