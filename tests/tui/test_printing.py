"""S22 by key presses: who may be printed, who waits for what and until when, and what is left to print on."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from book import Deviation, compare
from printing_ground import Desk, as_coordinator, desk, pupil_at_7, visit_of

from store import card_queue, cards, documents, settings, siak_exports
from store.documents import Document, DocumentKind
from store.roster.types import RosterPerson
from store.siak_exports import ExportFile
from store.store import Store
from store.transaction import OfficerRole
from tui.duty import OfficerOnDuty
from tui.screens.printing import PrintingScreen
from tui.settings import Settings

PEOPLE = (
    ("AKHMAD MAULANA", date(2009, 11, 11), "PRINT_READY_RECORD", date(2026, 11, 20)),
    ("GT. ABDURRAHMAN", date(2009, 9, 1), "PRINT_READY_RECORD", date(2026, 11, 20)),
    ("NORLATIFAH", date(2009, 6, 19), "PRINT_READY_RECORD", date(2026, 11, 18)),
    ("RAUDAH", date(2009, 8, 8), "PRINT_READY_RECORD", date(2026, 11, 20)),
    ("MAHRITA", date(2009, 2, 22), "SFE", date(2026, 11, 20)),
    ("NOOR ASIAH", date(2009, 12, 24), "PRINT_READY_RECORD", date(2026, 11, 20)),
    ("ABDUL HADI", date(2010, 6, 2), "PROCESSING", date(2026, 11, 20)),
    ("LATIFAH HANUM", date(2009, 11, 30), "PRINT_READY_RECORD", date(2026, 11, 20)),
    ("MAWARDAH", date(2009, 3, 9), "DUPLICATE_RECORD", date(2026, 11, 20)),
)


def the_books_queue(store: Store) -> None:
    _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
    for name, born, status, day in PEOPLE:
        pupil_at_7(store, visit, name, born, status, day)
    as_coordinator(store, settings.change, "stock.film_low", 100)
    somebody = RosterPerson(row=1, name="SALASIAH", birth_date=date(2009, 1, 1), nik="6311064101099999")
    as_coordinator(store, siak_exports.take, (somebody,), ExportFile("bip.xls", "a" * 64, date(2026, 11, 20)))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, PrintingScreen, the_books_queue) as made:
        yield made


async def test_the_queue_is_the_books_apart_from_the_order_of_its_rows(here: Desk) -> None:
    shown = await here.until(lambda shown: "√ siap" in shown[17])
    order = "the mock-up's rows stand in no order: here by school and class, who waits by what is waited for"
    rows = (
        "      4 RAUDAH                     08-08-2009  √ sejak     √ 20-11    siap",
        "  ── menunggu " + "─" * 66,
        "      5 LATIFAH HANUM              30-11-2009  ○ 30-11-26  √ 20-11    ○ 7 hari",
        "      6 NOOR ASIAH                 24-12-2009  ○ 24-12-26  √ 20-11    ○ 31 hari",
        "      7 MAHRITA                    22-02-2009  √ sejak     ○ SFE      ○ pusat",
        "      8 ABDUL HADI                 02-06-2010  ○ 02-06-27  ○ diproses ○ pusat",
        "      9 MAWARDAH                   09-03-2009  √ sejak     × DUPLIKAT × kantor",
        "",
    )
    compare(
        shown,
        "S22",
        variable=[(2, 1, 80), (18, 13, 20)],
        deviations=[
            Deviation(
                3,
                "── 7 Cetak · antrean kartu " + "─" * 17 + " siap 4 · menunggu 5 · hari ini 0 ──",
                "nine pupils, not 87",
            ),
            Deviation(
                19,
                "     U  membaca lagi status PRR dari ekspor SIAK terbaru (20-11-2026).",
                "an export is of a day; when it was written nobody knows",
            ),
            Deviation(
                22, " 4 siap · 5 menunggu · cetak di kantor: buka kunjungan ini kapan saja", "nine pupils, not 87"
            ),
            *(Deviation(line, text, order) for line, text in enumerate(rows, 9)),
            Deviation(
                23, " ! Film cukup untuk 97 kartu. Pencetakan jalan terus. 9: catat gulungan baru.", "it is message 28"
            ),
        ],
    )


BARRED = (
    ("LATIFAH HANUM", "× Genap 17 pada 30-11-2026. Rekaman tersimpan, kartu menunggu."),
    ("MAHRITA", "× PRR belum ada (SFE 20-11). "),
    ("MAWARDAH", "× Tidak dicetak: DUPLICATE_RECORD: kantor."),
)


@pytest.mark.parametrize(("name", "words"), BARRED)
async def test_a_shut_gate_says_why_and_until_when(here: Desk, name: str, words: str) -> None:
    await here.until(lambda shown: "MAWARDAH" in shown[14])
    while here.app.screen.list.row.row.name != name:
        shown = await here.press("down")
    shown = await here.press("enter")
    assert any(line.startswith(f" (1/2) {words}"[:60]) or line.startswith(" " + words[:60]) for line in shown), shown[
        22
    ]
    assert isinstance(here.app.screen, PrintingScreen)
    assert here.store.run_now(cards.unresolved) == ()


async def test_filters_show_one_kind_of_waiting_and_one_school(here: Desk) -> None:
    await here.until(lambda shown: "MAWARDAH" in shown[14])
    shown = await here.press("f")
    assert shown[3].rstrip() == "   Saring ( siap, menunggu | >PRR< | 17 tahun | kantor | satu sekolah )"
    assert ["MAHRITA" in shown[6], "ABDUL HADI" in shown[7], shown[8].strip()] == [True, True, ""]
    shown = await here.press("f")
    assert "LATIFAH HANUM" in shown[6]
    shown = await here.press("f")
    assert "MAWARDAH" in shown[6]
    shown = await here.press("f")
    assert "NORLATIFAH" in shown[7]
    assert here.app.screen.top().place == here.app.settings.place


async def test_the_order_by_17th_birthday_and_back(here: Desk) -> None:
    await here.until(lambda shown: "AKHMAD MAULANA" in shown[5])
    assert "NORLATIFAH" in (await here.press("o"))[5]
    assert "AKHMAD MAULANA" in (await here.press("o"))[5]


async def test_print_ready_but_recorded_elsewhere_waits_for_the_office(tmp_path: Path) -> None:
    def elsewhere(store: Store) -> None:
        _school, visit = visit_of(store, "MA Contoh Awayan")
        pupil_at_7(store, visit, "MAHMUDAH", date(2009, 1, 1), recorded_here=False)

    async with desk(tmp_path, PrintingScreen, elsewhere) as here:
        shown = await here.until(lambda shown: "MAHMUDAH" in shown[6])
        assert shown[6].rstrip().endswith("√ 20-11    ○ kantor")
        assert shown[21].rstrip() == " MAHMUDAH: rekaman di kantor"
        shown = await here.press("enter")
        assert "Tidak dicetak: rekaman di kantor. Tetap di daftar tunggu." in shown[22]


async def test_prr_by_hand_names_its_source_and_opens_the_gate(here: Desk) -> None:
    await here.until(lambda shown: "MAHRITA" in shown[12])
    while here.app.screen.list.row.row.name != "MAHRITA":
        await here.press("down")
    pupil = here.app.screen.list.row.row.pupil
    await here.press("e", "1", "enter")
    shown = await here.until(lambda shown: "siap 5" in shown[2])
    assert "√ MAHRITA: PRR dicatat" in shown[21]
    code, day = here.store.run_now(card_queue.status_of, pupil)
    assert (code, day) == ("PRINT_READY_RECORD", date(2026, 11, 23))


async def test_a_held_card_is_not_printed_until_it_is_let_go(here: Desk) -> None:
    await here.until(lambda shown: "NORLATIFAH" in shown[7])
    await here.press("down", "down", "r", "2", "enter")
    shown = await here.until(lambda shown: "siap 3" in shown[2])
    assert any("NORLATIFAH" in line and "~ ditahan" in line for line in shown)
    await here.press("end")
    while here.app.screen.list.row.row.name != "NORLATIFAH":
        await here.press("up")
    shown = await here.press("enter")
    assert "Ditahan: diminta keluarga. Tidak ada yang dikirim." in shown[22]
    await here.press("r")
    await here.until(lambda shown: "siap 4" in shown[2])


async def test_nobody_ready_tells_who_comes_next(tmp_path: Path) -> None:
    def only_young(store: Store) -> None:
        _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
        pupil_at_7(store, visit, "LATIFAH HANUM", date(2009, 11, 30))

    async with desk(tmp_path, PrintingScreen, only_young) as here:
        shown = await here.until(lambda shown: "LATIFAH" in shown[6])
        assert shown[21].rstrip() == " Tidak ada kartu siap. 7 hari lagi: LATIFAH HANUM."
        assert "Tidak ada kartu siap." in (await here.press("l"))[22]


async def test_the_schools_lists_are_kept_as_pdf(here: Desk) -> None:
    await here.until(lambda shown: "NORLATIFAH" in shown[7])
    school = here.app.screen.list.row.row.school_id
    await here.press("c")
    shown = await here.until(lambda shown: "tersimpan:" in shown[21])
    assert shown[2].startswith("── Daftar Tunggu 2026-11-23 ")
    assert (await here.press("end"))[2].startswith("── Daftar Cetak 2026-11-23 ")
    for kind in (DocumentKind.WAITING_LIST, DocumentKind.PRINT_LIST):
        assert here.store.run_now(documents.of_subject, school, kind)[0].pages == 1


def text_of(paper: Document) -> str:
    """Return what stands on a kept paper, its columns pulled apart by one space."""
    told = subprocess.run(["pdftotext", paper.path, "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(told.split())


async def test_a_ribbon_that_the_printer_calls_low_is_told(here: Desk) -> None:
    await here.kit.printer(ribbon=25)
    await here.until(lambda shown: "NORLATIFAH" in shown[7])
    await here.app.screen._ask_printer()
    here.app.screen.refresh_frame()
    shown = await here.until(lambda shown: "Kata printer" in "".join(shown))
    assert "! Kata printer pita tinggal 5 %. Siapkan gantinya." in "".join(shown)


@pytest.mark.peer("pdftotext")
async def test_a_held_card_is_on_the_waiting_list_with_its_reason_and_not_on_the_print_list(here: Desk) -> None:
    await here.until(lambda shown: "NORLATIFAH" in shown[7])
    row = here.app.screen.list.row.row
    here.store.run_now(card_queue.hold, row.pupil, "foto diragukan")
    await here.press("c", "escape")
    waiting, printing = (
        text_of(here.store.run_now(documents.of_subject, row.school_id, kind)[0])
        for kind in (DocumentKind.WAITING_LIST, DocumentKind.PRINT_LIST)
    )
    assert row.name in waiting
    assert "ditahan: foto diragukan" in waiting
    assert row.name not in printing


async def test_a_hostile_name_is_only_a_name(tmp_path: Path) -> None:
    name = "SITI [/] \x1b[2J" + "X" * 46

    def hostile(store: Store) -> None:
        _school, visit = visit_of(store, "SMA Contoh 1 Paringin")
        pupil_at_7(store, visit, name, date(2009, 1, 1))

    async with desk(tmp_path, PrintingScreen, hostile) as here:
        shown = await here.until(lambda shown: "SITI" in shown[5])
        assert shown[5][8:35] == "SITI [/] \N{REPLACEMENT CHARACTER}[2JXXXXXXXXXXX.. "
        shown = await here.press("enter")
        assert "SITI [/]" in shown[5]


async def test_another_role_may_look_but_not_print(here: Desk) -> None:
    await here.until(lambda shown: "NORLATIFAH" in shown[7])
    here.store.sign_in(here.officers["Rahmawati"].id, frozenset({OfficerRole.RECORDING}))
    here.app.officer = OfficerOnDuty(here.officers["Rahmawati"].id, "Rahmawati", frozenset({OfficerRole.RECORDING}))
    shown = await here.press("l")
    assert "× Hanya Operator pencetakan. Tidak ada yang berubah." in shown[22]


async def test_in_english_every_label_fits(tmp_path: Path) -> None:
    async with desk(tmp_path, PrintingScreen, the_books_queue, settings=Settings(language="en")) as here:
        shown = await here.until(lambda shown: "√ ready" in shown[17])
        assert shown[23].rstrip() == " F1 Help  Enter Open  L Go on: one after the other  F Filter  U PRR  F10 Quit"
        assert shown[17].rstrip().endswith("first A0117303")
        assert shown[4].split() == ["No", "Name", "Born", "17", "y", "PRR", "State"]
