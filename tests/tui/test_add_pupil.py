"""S37: a pupil who is not on the list, by key presses on a real store."""

from __future__ import annotations

from datetime import date

from book import Deviation, compare, screen_text
from the_school import NORHAYATI, at_school, nik, press, pupil_of

from store import drafts, lists, pupils, queue, search
from store.progress import Desk, PupilState, Sex
from store.roster.types import RosterPerson
from tui.line import cells
from tui.screens.status_check import StatusCheckScreen

NIK = "6311054810099041"
SYARIFAH = [
    *NIK,
    "tab",
    *"SYARIFAH NORAIDA",
    "tab",
    *"LAMPIHONG",
    "tab",
    "tab",
    *"XII IPS 1",
    "tab",
    "tab",
    *"NORSEHAN",
]
SYARIFAH += ["tab", "tab", *"6311050101129907", "tab", "1"]


def typed(*names: str) -> list[str]:
    return ["space" if name == " " else name for name in names]


async def test_the_form_is_the_book_s() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        noraini = date(2009, 10, 18)
        other = RosterPerson(
            90, "SYARIFAH NORAIDA", noraini, nik=nik(noraini, 9301), sex="P", class_name="XII IPS 2", mother="NORSEHAN"
        )
        store.run_now(lists.take, visit, [other], lists.ListFile("lagi.xlsx", "c" * 64))
        await press(pilot, "t")
        shown = await press(pilot, *typed(*SYARIFAH), *["shift+tab"] * 9)
        alike = "       SYARIFAH NORAIDA     XII IPS 2  18-10-2009  ibu NORSEHAN   bukan dia?"
        reasons = "     Alasan        (1) >pindahan< (2) terlewat sekolah (3) ulang kelas (4) lain"
        compare(
            shown,
            "S37",
            [(1, 40, 80), (2, 26, 80)],
            [
                Deviation(10, reasons, "the reason chosen stands in >..<, as the book's choices do"),
                Deviation(17, alike, "the store finds the same name, not a similar one"),
            ],
        )


async def test_she_is_queued_as_the_next_one() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        await press(pilot, "t")
        shown = await press(pilot, *typed(*SYARIFAH), "f2")
        assert shown[2].startswith("── 3 Cek · antrean murid ─")
        assert shown[21].startswith(" √ SYARIFAH NORAIDA masuk antrean, nomor 55")
        assert shown[5][8:24] == "SYARIFAH NORAIDA"
        row = store.run_now(queue.next_pupil, visit, Desk.ALL)
        about = store.run_now(pupils.detail, row.pupil)
        assert (about.nik, about.sex, about.birth_date) == (NIK, Sex.FEMALE, date(2009, 10, 8))
        assert (about.added_reason, about.state, about.mother) == ("moved", PupilState.CHECK, "NORSEHAN")
        assert store.run_now(drafts.load, f"add.{visit.hex}.name") is None


async def test_what_was_searched_for_begins_the_form() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, "/", *"zulaikha", "enter", "t")
        assert "[ZULAIKHA" in shown[4]


async def test_what_is_half_typed_comes_back() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        await press(pilot, "t", *NIK[:9])
        assert store.run_now(drafts.load, f"add.{visit.hex}.nik") == NIK[:9]
        await pilot.app.back()
        shown = await press(pilot, "t")
        assert "►[631105 481" in shown[3]
        assert "· 9 dari 16 angka" in shown[3]


async def test_blockers_say_what_is_missing_and_go_there() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        shown = await press(pilot, "t", "f2")
        assert "× Nama kosong." in shown[22]
        shown = await press(pilot, *"ADA", "f2")
        assert "× Tanggal lahir kosong" in shown[22]
        shown = await press(pilot, *"01012012", "f2")
        assert "× ADA belum 16; genap 01-01-2028." in shown[22]
        assert "× belum 16, genap 01-01-2028" in shown[12]
        await press(pilot, *["shift+tab"] * 3, *"631")
        shown = await press(pilot, "f2")
        assert "NIK bukan 16 angka" in shown[22] or "belum 16" in shown[22]
        assert store.run_now(search.search, "ADA", visit).count == 0


async def test_who_is_on_the_list_already_is_opened_instead() -> None:
    async with at_school(StatusCheckScreen) as (pilot, _store, _visit):
        shown = await press(pilot, "t", *"6311065205099042")
        assert "× Sudah ada: XII IPA 2 baris 48." in shown[22]
        shown = await press(pilot, "f2")
        assert shown[16].startswith("   ►   NORHAYATI")
        shown = await press(pilot, "enter")
        assert shown[2].startswith("── 3 Cek · NORHAYATI ─")


async def test_another_reason_asks_for_its_words() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        keys = [*SYARIFAH[:-1], "4"]
        shown = await press(pilot, "t", *typed(*keys), "f2")
        assert "× Alasan kosong." in shown[22]
        shown = await press(pilot, *typed(*"ikut kakak"), "f2")
        found = store.run_now(search.search, "SYARIFAH", visit).found[0].row
        assert store.run_now(pupils.detail, found.pupil).added_reason == "other: ikut kakak"
        assert shown[2].startswith("── 3 Cek · antrean murid ─")


async def test_escape_asks_when_much_was_typed() -> None:
    async with at_school(StatusCheckScreen) as (pilot, store, visit):
        await press(pilot, "t")
        shown = await press(pilot, *typed(*SYARIFAH), "escape")
        assert any("Batal menambah murid?" in line for line in shown)
        shown = await press(pilot, "escape")
        assert "[SYARIFAH NORAIDA" in shown[4]
        shown = await press(pilot, "escape", "y")
        assert shown[2].startswith("── 3 Cek · antrean murid ─")
        assert store.run_now(drafts.load, f"add.{visit.hex}.name") is None


async def test_english_words_fit() -> None:
    async with at_school(StatusCheckScreen, language="en") as (pilot, store, visit):
        shown = await press(pilot, "t", *NIK)
        assert all(cells(line) == 80 for line in shown)
        assert ".." not in "\n".join(shown[3:21])
        assert store.run_now(queue.find, pupil_of(store, visit, NORHAYATI)).name in "NORHAYATI"
        assert "16 digits, female, born 08-10-2009" in (await screen_text(pilot))[3]
