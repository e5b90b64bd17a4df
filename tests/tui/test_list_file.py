"""S05 and S06 off the happy path: no file, files that are none, columns chosen by hand, rows mended or left out."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from a_list import OFFICER, Desk, enter_step_1, make_app
from book import VirtualClock, settle

from store import counts, drafts, lists, siak_exports, visits
from store.store import Store
from store.transaction import OfficerRole
from tui import i18n, places
from tui.screens.list_file import siak_import
from tui.training import school

DAY = date(2026, 11, 23)
HEADS = ("Nama", "JK", "Tanggal Lahir", "Tempat Lahir", "NIK", "Kelas")


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store.in_memory(VirtualClock(), officer=OFFICER)
    yield opened
    opened.close()


@pytest.fixture
def visit(store: Store) -> uuid.UUID:
    plan = visits.VisitPlan(visits.SchoolDetails(school.NAME), DAY, recording_officers=("Rahmawati",))
    return store.run_now(visits.create, plan)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "inbox").mkdir()
    monkeypatch.setattr(places, "MOUNTS", (tmp_path / "media",))
    monkeypatch.setenv("USER", "petugas")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def write(path: Path, *rows: Sequence[Any], heads: Sequence[str] = HEADS, sheets: Sequence[str] = ("Siswa",)) -> None:
    book = xlsxwriter.Workbook(str(path))
    for name in sheets:
        sheet = book.add_worksheet(name)
        for row, cells in enumerate((heads, *rows)):
            for column, value in enumerate(cells):
                sheet.write(row, column, value)
    book.close()


def pupil(number: int, name: str, born: str = "12-05-2009", nik: str | None = None) -> tuple[str, ...]:
    return (name, "P", born, "PARINGIN", f"631106520509{9000 + number}" if nik is None else nik, "XII IPA 1")


@pytest.fixture
async def desk(store: Store, visit: uuid.UUID, folder: Path) -> AsyncIterator[Desk]:
    async with make_app(store, folder).run_test(size=(80, 24)) as pilot:
        yield await enter_step_1(pilot, visit)


async def test_without_a_file_a_stick_is_asked_for_and_u_finds_it(desk: Desk, folder: Path) -> None:
    shown = await desk.press("l")
    assert "Tidak ada berkas. Pasang stik USB, U." in shown[5]
    assert "Berkas belum dipilih" in shown[22]
    stick = folder / "media" / "petugas" / "KINGSTON" / "dari sekolah"
    stick.mkdir(parents=True)
    write(stick / "kelas 12.xlsx", pupil(1, "NORHAYATI"))
    shown = await desk.press("u")
    assert shown[4].startswith("   ► kelas 12.xlsx")
    assert shown[4].rstrip().endswith("stik USB")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("surat.xlsx", b"%PDF-1.7 surat", "× Berkas tidak terbaca: bukan xlsx, xls, ods, csv. Tidak ada yang diambil."),
        ("kosong.csv", b"", "× Berkas tidak terbaca: berkas kosong."),
        ("rusak.xlsx", b"PK\x03\x04" + b"\x00" * 300, "× Berkas tidak terbaca: berkas rusak."),
        ("web.xls", b"<html><table></table></html>", "× Berkas tidak terbaca: halaman web, bukan xlsx."),
    ],
)
async def test_a_file_that_is_no_list_gets_one_sentence_and_changes_nothing(
    desk: Desk, folder: Path, store: Store, visit: uuid.UUID, name: str, content: bytes, said: str
) -> None:
    (folder / "inbox" / name).write_bytes(content)
    shown = await desk.press("u", "enter")
    assert said in shown[22]
    assert "Berkas belum dipilih" in (await desk.press("l"))[22]
    assert store.run_now(counts.of_visit, visit).pupils == 0


async def test_a_file_that_is_none_after_one_that_was_leaves_nothing_chosen(desk: Desk, folder: Path) -> None:
    write(folder / "inbox" / "a.xlsx", pupil(1, "NOOR AIDA"))
    (folder / "inbox" / "b.xlsx").write_bytes(b"%PDF-1.7")
    shown = await desk.press("u", "enter", "tab", "down", "enter")
    assert "bukan xlsx" in shown[22]
    assert "Berkas belum dipilih" in (await desk.press("l"))[22]
    assert "periksa baris" in (await desk.press("up", "enter", "l"))[2]


async def test_names_of_files_are_shown_as_what_they_are(desk: Desk, folder: Path) -> None:
    write(folder / "inbox" / "daftar [@click=app.quit()] \x1b[2J.xlsx", pupil(1, "NORHAYATI"))
    shown = await desk.press("u")
    assert "daftar [@click=app.quit()] \N{REPLACEMENT CHARACTER}[2J.xlsx" in shown[4]


async def test_links_folders_and_fifos_are_not_offered(desk: Desk, folder: Path) -> None:
    import os

    os.mkfifo(folder / "inbox" / "fifo.csv")
    (folder / "inbox" / "folder.xlsx").mkdir()
    (folder / "inbox" / "link.csv").symlink_to("/etc/passwd")
    assert "Tidak ada berkas" in (await desk.press("u"))[5]


async def test_a_column_that_nobody_knows_is_chosen_by_hand_before_the_rows_are_looked_at(
    desk: Desk, folder: Path, store: Store, visit: uuid.UUID
) -> None:
    heads = ("Nama", "JK", "Lahirnya", "Tempat Lahir", "NIK", "Kelas")
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NORHAYATI"), pupil(2, "NOOR LAILA", "24-12-2009"), heads=heads)
    shown = await desk.press("u", "enter")
    assert "× Kolom wajib belum dipilih: tanggal lahir." in shown[22]
    assert "berkas dan kolom" in (await desk.press("l"))[2]
    shown = await desk.press("end", "enter", "down")
    assert any(line.startswith("   ► Lahirnya") and "tidak dipakai" in line for line in shown)
    shown = await desk.press("enter", "4", "enter")
    assert any("Lahirnya" in line and "√ tanggal lahir" in line for line in shown)
    assert shown[22].strip() == ""
    assert "murid 16 tahun" in (await desk.press("l", "l"))[2]
    assert store.run_now(lists.mapping_of, visit)["birth_date"] == "Lahirnya"


async def test_a_list_without_a_column_for_the_name_is_refused_and_the_old_columns_hold(
    desk: Desk, folder: Path
) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NORHAYATI"))
    shown = await desk.press("u", "enter", "enter", "1", "enter")
    assert "Daftar tanpa nama bukan daftar" in shown[22]
    assert any("√ nama" in line for line in shown)


async def test_the_arrows_choose_the_sheet(desk: Desk, folder: Path) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NORHAYATI"), sheets=("Kelas 11", "Kelas 12"))
    shown = await desk.press("u", "enter")
    assert "[Kelas 11 " in shown[6]
    assert "dari 2 lembar" in shown[6]
    assert "[Kelas 12 " in (await desk.press("right"))[6]
    assert "[Kelas 11 " in (await desk.press("left"))[6]


async def test_a_refused_row_is_mended_here_and_the_mended_cell_is_judged_like_the_files(
    desk: Desk, folder: Path, store: Store, visit: uuid.UUID
) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NOOR AIDA"), pupil(2, "RAUDATUL JANNAH", "31-11-2009"))
    shown = await desk.press("u", "enter", "l")
    assert "× 1 baris ditolak. E membetulkan di sini, atau L mengambil 1 baris lain." in shown[22]
    shown = await desk.press("e", "ctrl+u", *"32-11-2009", "enter")
    assert "tgl tak ada" in shown[6]
    shown = await desk.press("e", "ctrl+u", *"30-11-2009", "enter")
    assert "1 ditolak" not in shown[3]
    assert "ambil 2" in shown[23]
    await desk.press("l")
    assert store.run_now(counts.of_visit, visit).pupils == 2


async def test_refused_rows_cost_a_typed_number_and_go_back_to_the_school_with_reasons(
    desk: Desk, folder: Path, store: Store, visit: uuid.UUID
) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NOOR AIDA"), pupil(2, "RAUDATUL JANNAH", "31-11-2009"))
    shown = await desk.press("u", "enter", "l", "l")
    assert any("Ketik" in line and "(1)" in line for line in shown)
    await desk.press("2", "enter", "escape")
    assert store.run_now(counts.of_visit, visit).pupils == 0
    shown = await desk.press("l", "1", "enter")
    assert "murid 16 tahun ke atas" in shown[2]
    assert store.run_now(counts.of_visit, visit).pupils == 1
    refused = folder / "documents" / f"{DAY.isoformat()} {school.NAME}" / "daftar_ditolak.xlsx"
    assert refused.read_bytes().startswith(b"PK")


async def test_a_row_is_left_out_taken_along_again_and_undone(desk: Desk, folder: Path) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NOOR AIDA"), pupil(2, "NOOR LAILA"))
    shown = await desk.press("u", "enter", "l", "space")
    assert "– dilewatkan" in shown[6]
    assert "ambil 1" in shown[23]
    assert "ambil 2" in (await desk.press("z"))[23]
    assert "ambil 0" in (await desk.press("home", "space", "space"))[23]
    assert "Tidak ada baris untuk diambil" in (await desk.press("l"))[22]


async def test_the_same_file_again_is_told_and_another_one_shows_what_changes(
    desk: Desk, folder: Path, store: Store, visit: uuid.UUID
) -> None:
    write(folder / "inbox" / "a.xlsx", pupil(1, "NOOR AIDA"))
    await desk.press("u", "enter", "l", "l")
    shown = await desk.press("escape")
    assert "Daftar diambil 23-11 10.42: a.xlsx" in shown[21]
    assert "! Berkas ini sudah diambil 23-11. Tidak ada yang berubah." in (await desk.press("enter", "l"))[22]
    await desk.press("l")
    assert store.run_now(counts.of_visit, visit).pupils == 1
    write(folder / "inbox" / "b.xlsx", (*pupil(1, "NOOR AIDA")[:5], "XII IPA 2"))
    shown = await desk.press("escape", "tab", "u", "down", "enter", "l", "f", "f", "f")
    assert "! 1 berubah" in shown[3]
    assert any("kelas    XII IPA 2" in line and "! dulu XII IPA 1" in line for line in shown)


async def test_hostile_names_are_drawn_and_taken_as_what_they_are(desk: Desk, folder: Path) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "M. [/] ALI <b>"), pupil(2, "X" * 61, "01-01-2010"))
    shown = await desk.press("u", "enter", "l")
    assert any("M. [/] ALI <b>" in line for line in shown)
    assert any("X" * 22 + ".." in line and "lebih 60 huruf" in line for line in shown)
    assert "M. [/] ALI <b>" in "".join(await desk.press("l"))


async def test_a_stick_pulled_before_a_cell_is_mended_keeps_what_was_read(
    desk: Desk, folder: Path, store: Store, visit: uuid.UUID
) -> None:
    file = folder / "inbox" / "daftar.xlsx"
    write(file, pupil(1, "NOOR AIDA"), pupil(2, "M. ALI"))
    await desk.press("u", "enter", "l")
    file.unlink()
    shown = await desk.press("e", "ctrl+u", *"MUHAMMAD ALI", "enter")
    assert "Berkas tidak terbaca lagi: sudah tidak ada. Yang terbaca tersimpan." in shown[22]
    await desk.press("l")
    assert store.run_now(counts.of_visit, visit).pupils == 2


async def test_what_was_chosen_and_half_typed_is_there_after_a_cut(
    store: Store, visit: uuid.UUID, folder: Path
) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NOOR AIDA"), pupil(2, "RAUDATUL JANNAH", "31-11-2009"))
    async with make_app(store, folder).run_test(size=(80, 24)) as pilot:
        desk = await enter_step_1(pilot, visit)
        await desk.press("u", "enter", "l", "e", "ctrl+u", *"30-11")
    async with make_app(store, folder).run_test(size=(80, 24)) as pilot:
        desk = await enter_step_1(pilot, visit)
        shown = await desk.press("l", "e")
        assert any("[30-11 " in line for line in shown)


async def test_a_printing_operator_looks_but_takes_nothing(store: Store, visit: uuid.UUID, folder: Path) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NOOR AIDA"))
    roles = frozenset({OfficerRole.PRINTING})
    async with make_app(store, folder, roles=roles).run_test(size=(80, 24)) as pilot:
        desk = await enter_step_1(pilot, visit)
        shown = await desk.press("enter", "l", "l")
        assert shown[22].startswith(" × Hanya ")
        assert "periksa baris" in shown[2]
    assert store.run_now(counts.of_visit, visit).pupils == 0


async def test_in_english_every_line_fits(store: Store, visit: uuid.UUID, folder: Path) -> None:
    write(folder / "inbox" / "list.xlsx", pupil(1, "NOOR AIDA"), pupil(2, "M. ALI"), pupil(3, "RAUDATUL", "31-11-2009"))
    async with make_app(store, folder, language="en").run_test(size=(80, 24)) as pilot:
        desk = await enter_step_1(pilot, visit)
        shown = await desk.press("enter")
        assert "take the pupils' list: file and columns" in shown[2]
        assert "Go on: check" in shown[23]
        shown = await desk.press("l")
        assert "1 rows refused. E mends them here, or L takes the other 2." in shown[22]
        assert "no such date" in "".join(shown)
        assert i18n.language() == "en"


async def test_a_siak_export_comes_in_by_the_same_two_sheets_and_leads_back(
    desk: Desk, folder: Path, store: Store
) -> None:
    pupils = school.make_pupils(20, DAY)
    school.write_siak_export(folder / "inbox" / "siak.xlsx", pupils)
    await desk.app.over(siak_import(3))
    await settle(desk.pilot)
    shown = await desk.press("enter")
    assert "SIAK · ambil ekspor: berkas dan kolom" in shown[2]
    assert "daftar datar √" in shown[6]
    shown = await desk.press("e", "ctrl+u", *"20112026", "enter")
    assert "20 orang · data per 20-11-2026" in shown[21]
    shown = await desk.press("l")
    assert "√ 20 baru" in shown[3]
    shown = await desk.press("l")
    assert "ambil daftar murid" in shown[2]
    assert "SIAK 20-11-2026: 0 status, 0 ditarik kembali" in shown[21]
    assert store.run_now(siak_exports.newest_day) == date(2026, 11, 20)
    assert store.run_now(siak_exports.look_up, pupils[0].nik).name == pupils[0].siak.get("name", pupils[0].name)


async def test_a_schools_list_given_as_siaks_is_told_before_anything_is_taken(
    desk: Desk, folder: Path, store: Store
) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NOOR AIDA"))
    school.write_siak_export(folder / "inbox" / "siak.xlsx", school.make_pupils(20, DAY))
    await desk.app.over(siak_import(3))
    await settle(desk.pilot)
    said = " ! Ini tampak daftar sekolah, bukan ekspor SIAK. Belum diambil. Tab: berkas."
    assert (await desk.press("enter"))[22].rstrip() == said
    shown = await desk.press("l")
    assert any("Daftar sekolah sebagai ekspor SIAK?" in line for line in shown)
    assert "berkas dan kolom" in (await desk.press("enter", "escape"))[2]
    assert store.run_now(siak_exports.newest_day) is None
    shown = await desk.press("tab", "down", "enter")
    assert shown[22].strip() == "", "the office's own export is believed at once"
    assert "periksa baris" in (await desk.press("l"))[2]


async def test_a_siak_export_given_as_the_schools_list_is_told_and_y_takes_it_all_the_same(
    desk: Desk, folder: Path, store: Store, visit: uuid.UUID
) -> None:
    school.write_siak_export(folder / "inbox" / "siak.xlsx", school.make_pupils(20, DAY))
    shown = await desk.press("u", "enter")
    assert shown[22].rstrip() == " ! Ini tampak ekspor SIAK, bukan daftar sekolah. Belum diambil. Tab: berkas."
    shown = await desk.press("l")
    assert any("Ekspor SIAK sebagai daftar sekolah?" in line for line in shown)
    assert store.run_now(counts.of_visit, visit).pupils == 0
    assert "periksa baris" in (await desk.press("y"))[2]


async def test_nothing_is_left_of_the_drafts_once_the_list_is_taken(
    desk: Desk, folder: Path, store: Store, visit: uuid.UUID
) -> None:
    write(folder / "inbox" / "daftar.xlsx", pupil(1, "NOOR AIDA"))
    await desk.press("u", "enter")
    assert store.run_now(drafts.load_under, "import.")
    await desk.press("l", "l")
    assert store.run_now(drafts.load_under, "import.") == {}
