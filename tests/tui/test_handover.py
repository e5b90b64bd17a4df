"""Step 8 by key presses: cards marked, the receiver named, both signatures from the emulated pad, the minutes kept."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from book import Deviation, compare
from printing_ground import Desk, desk, print_all, pupil_at_7, visit_of

from store import documents, drafts, handovers, visits
from store.documents import DocumentKind
from store.handovers import HandoverStage, Party, PartyRole
from store.store import Store
from tui.duty import OpenVisit
from tui.screens.handover import HandoverScreen
from tui.screens.signing import SigningScreen

NOON = datetime(2026, 12, 2, 5, 20, tzinfo=UTC)
NAMES = ("AHMAD FAUZAN", "ANTUNG RUSMALA", "MARIATUL KIFTIAH", "MUHAMMAD NOOR")


def printed_school(store: Store) -> OpenVisit:
    _school, visit = visit_of(store, "SMK Contoh 1 Halong")
    for number, name in enumerate(NAMES, 1):
        pupil_at_7(store, visit, name, date(2009, 1, number), class_name=f"XII TKJ {1 + number // 3}")
    pupil_at_7(store, visit, "MUDA", date(2010, 5, 5))
    print_all(store)
    return OpenVisit(visit, "SMK Contoh 1 Halong", date(2026, 11, 23))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, HandoverScreen, printed_school, NOON) as made:
        yield made


async def sign(here: Desk, seed: int) -> list[str]:
    await here.kit.sign(seed)
    return await here.until(lambda shown: here.app.screen.pen.signature.points and not here.app.screen.pen.down)


async def named(here: Desk) -> list[str]:
    """Wait for the cards and name who receives them."""
    await here.until(lambda shown: "AHMAD FAUZAN" in shown[8])
    await here.press("e", *"Drs. Syamsuddin", "tab", *"197005051995031904", "tab", *"Wakil kepala sekolah")
    return await here.press("tab", *"08xx-xxxx-1702", "enter", "enter")


async def signing(here: Desk) -> list[str]:
    """Hand over every card and go to the signing."""
    await named(here)
    await here.press("*", "4", "enter")
    return await here.press("l")


async def test_a_batch_with_every_kind_of_mark_is_the_books(here: Desk) -> None:
    await named(here)
    await here.press("space", "space", "h", "r")
    shown = await here.press("1", "enter")
    place = "four cards instead of 21"
    compare(
        shown,
        "S27",
        variable=[(1, 57, 80), (2, 1, 80), (18, 1, 80), (19, 1, 80)],
        deviations=[
            Deviation(3, "── 8 Serah · penyerahan 1, Rabu 2-12-2026 " + "─" * 13 + " 4 kartu · di tangan 2 ──", place),
            Deviation(9, "   √  1 AHMAD FAUZAN              XII TKJ 1   A0117303   √ diserahkan", place),
            Deviation(10, "   √  2 ANTUNG RUSMALA            XII TKJ 1   A0117304   √ diserahkan", place),
            Deviation(11, "   ◊  3 MARIATUL KIFTIAH          XII TKJ 2   A0117305   ◊ absen, kartu dibawa", place),
            Deviation(12, "   ►  4 MUHAMMAD NOOR             XII TKJ 2   A0117306   × kembali: salah TTL", place),
            *(Deviation(line, "", place) for line in range(13, 17)),
            Deviation(22, " 1-4 dari 4 · sebagian boleh; sisanya masuk penyerahan berikut", place),
            Deviation(23, "", "every card is marked"),
        ],
    )
    assert shown[17].rstrip() == "     Diserahkan 2 (dua) · absen 1 · kembali 1 · belum ditandai 0"
    assert shown[18].rstrip() == "     Belum tercetak dari sekolah ini: 1 (17 th 1, PRR 0, kantor 0)"


async def test_the_last_mark_is_taken_back_with_z(here: Desk) -> None:
    await here.until(lambda shown: "AHMAD FAUZAN" in shown[8])
    await here.press("space", "h")
    shown = await here.press("z", "z")
    assert [line[57:73] for line in shown[8:10]] == ["· belum ditandai"] * 2


async def test_nothing_is_signed_while_a_card_is_unmarked_or_the_receiver_unnamed(here: Desk) -> None:
    await here.until(lambda shown: "AHMAD FAUZAN" in shown[8])
    shown = await here.press("space", "l")
    assert "× 3 kartu belum ditandai: ANTUNG RUSMALA. " in shown[22]
    assert "Spasi, H, R." in shown[22]
    shown = await here.press("*", "3", "enter", "l")
    assert "× Penerima kosong. Tanda tersimpan. E: penerima." in shown[22]
    assert isinstance(here.app.screen, HandoverScreen)


async def test_the_number_typed_has_to_be_the_number_meant(here: Desk) -> None:
    await named(here)
    shown = await here.press("*")
    assert shown[6][10:].startswith("┌─ Serahkan 4 kartu sekaligus ─")
    assert "4 murid ditandai diserahkan kepada Drs. Syamsuddin." in shown[7]
    await here.press("3", "enter")
    assert here.app.screen.dialogs
    await here.press("escape")
    assert "belum ditandai 4" in (await here.press("down"))[17]


async def test_what_was_typed_of_the_receiver_comes_back(here: Desk) -> None:
    await here.until(lambda shown: "AHMAD FAUZAN" in shown[8])
    await here.press("e", *"Drs. Syam")
    await here.until(lambda shown: here.store.run_now(drafts.load, draft_of(here)) == "Drs. Syam")
    await here.app.switch_screen(HandoverScreen())
    shown = await here.until(lambda shown: "AHMAD FAUZAN" in shown[8])
    assert "[Drs. Syam              ]" in shown[3]


def draft_of(here: Desk) -> str:
    return f"handover/{here.store.run_now(handovers.open_batches)[0].hex}/receiver"


@pytest.mark.peer("pdftotext")
async def test_all_cards_are_handed_over_signed_and_closed(here: Desk) -> None:
    shown = await signing(here)
    assert "► Pihak pertama" in shown[6]
    await sign(here, 1)
    shown = await here.press("enter")
    assert ["√ Pihak pertama" in shown[6], "► Pihak kedua" in shown[8]] == [True, True]
    await sign(here, 2)
    await here.press("enter")
    shown = await here.press("y")
    shown = await here.until(lambda shown: "√ BAST 1" in shown[11])
    assert "BERITA ACARA SERAH TERIMA   400.12.2/0001/DUKCAPIL/2026" in shown[3]
    closed = here.store.run_now(handovers.state, here.app.screen._handover)
    assert closed.stage is HandoverStage.CLOSED
    kept = here.store.run_now(documents.of_subject, closed.id, DocumentKind.HANDOVER)[0]
    said = text_of(kept)
    for name in NAMES:
        assert said.count(name) == 1
    assert "400.12.2/0001/DUKCAPIL/2026" in said
    assert "4 (empat)" in said


@pytest.mark.peer("pdftotext")
async def test_minutes_are_numbered_as_the_office_numbers_its_letters(here: Desk) -> None:
    here.app.settings = replace(here.app.settings, document_number="BA-{number}/CONTOH/{year}")
    await signing(here)
    for seed in (1, 2):
        await sign(here, seed)
        await here.press("enter")
    await here.press("y")
    await here.until(lambda shown: "√ BAST 1" in shown[11])
    kept = here.store.run_now(documents.of_subject, here.app.screen._handover, DocumentKind.HANDOVER)[0]
    assert kept.number == "BA-1/CONTOH/2026"
    assert "NOMOR : BA-1/CONTOH/2026" in text_of(kept)


def text_of(document: documents.Document) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", document.path, "-"], check=True, capture_output=True, text=True
    ).stdout


async def test_the_first_signature_stands_and_the_second_is_awaited_as_in_the_book(here: Desk) -> None:
    await signing(here)
    await sign(here, 1)
    await here.press("enter")
    shown = await sign(here, 2)
    paper = "one file holds minutes and list; it has its number and its pages once it is closed"
    compare(
        shown,
        "S28",
        variable=[(1, 38, 80), (2, 1, 80), (8, 1, 80), *((line, 7, 80) for line in range(11, 15))],
        deviations=[
            Deviation(
                3, "── 8 Serah · tanda tangan dan dokumen ────────── 4 kartu · pad Rekam17 Pen P1 ──", "the kit's pad"
            ),
            Deviation(4, "     BERITA ACARA SERAH TERIMA   (bernomor saat ditutup)", paper),
            Deviation(5, "     Rabu, 2 Desember 2026 · 4 (empat) KTP-el", "four cards"),
            Deviation(17, "     BAST                -        · dicetak sesudah ditandatangani", paper),
            Deviation(18, "     Lampiran daftar     di BAST  · 4 baris, urut kelas", paper),
            Deviation(19, "", paper),
        ],
    )


async def test_a_party_without_a_stroke_has_not_signed(here: Desk) -> None:
    await signing(here)
    shown = await here.press("enter")
    assert "× Belum ada goresan pena." in shown[22]
    shown = await here.press("y")
    assert "× Pihak pertama belum menandatangani. Yang lain tersimpan." in shown[22]


async def test_without_a_pad_both_sign_in_ink_with_a_reason(here: Desk) -> None:
    await signing(here)
    await here.press("x", "1", "enter", "x", "1", "enter")
    shown = await here.press("y")
    shown = await here.until(lambda shown: "√ BAST 1" in shown[11])
    assert "tanda tangan basah: pad tidak ada" in shown[7]


async def test_the_receivers_fields_have_keys_of_their_own(here: Desk) -> None:
    await here.until(lambda shown: "AHMAD FAUZAN" in shown[8])
    shown = await here.press("e")
    assert shown[23].rstrip().split("  ") == [
        " F1 Bantuan",
        "Enter Simpan",
        "F2 Lanjut: tanda tangan",
        "Esc Kembali",
        "F10 Keluar",
    ]
    assert shown[22].rstrip() == " ! 4 kartu belum ditandai: AHMAD FAUZAN. Enter: kembali ke kartu."
    # A NIP is typed with its blanks, which mark no card.
    await here.press("tab", *"19700505", "space", *"199503", "space", "h", "r")
    assert not here.app.screen.dialogs
    shown = await here.press("escape")
    assert "Spasi Serah" in shown[23]
    assert "NIP [19700505 199503" in shown[3]
    assert "belum ditandai 4" in shown[17]
    # One Esc is enough in a field of letters too.
    shown = await here.press("e", "p", "escape")
    assert "Spasi Serah" in shown[23]


async def test_once_both_have_signed_only_the_closing_is_left_and_once_closed_only_the_paper(here: Desk) -> None:
    await signing(here)
    for seed in (1, 2):
        assert "Tanpa pad: C mencetak dahulu" in (await sign(here, seed))[21]
        shown = await here.press("enter")
    assert shown[21].rstrip() == " Kedua pihak sudah menandatangani. Y menutup penyerahan; sesudah itu tetap."
    assert shown[23].rstrip().split("  ") == [
        " F1 Bantuan",
        "Y Selesai",
        "U Ulang",
        "C Cetak",
        "Esc Kembali",
        "F10 Keluar",
    ]
    await here.press("y")
    shown = await here.until(lambda shown: "√ BAST 1" in shown[11])
    assert shown[23].rstrip().split("  ") == [" F1 Bantuan", "Enter Beranda", "C Cetak", "Esc Kembali", "F10 Keluar"]
    versions = len(here.store.run_now(documents.of_subject, here.app.screen._handover))
    shown = await here.press("u", "c")
    assert "BERITA ACARA SERAH TERIMA" in "".join(shown), "it is seen before it is printed"
    await here.press("c")
    assert "BERITA ACARA SERAH TERIMA" not in "".join((await here.press())[4:])
    assert len(here.store.run_now(documents.of_subject, here.app.screen._handover)) == versions


async def test_u_clears_the_pad_and_then_takes_the_last_signature_back(here: Desk) -> None:
    await signing(here)
    await sign(here, 1)
    await here.press("u")
    assert not here.app.screen.pen.signature.points
    await sign(here, 2)
    await here.press("enter")
    shown = await here.press("u")
    assert "► Pihak pertama" in shown[6]


async def test_a_batch_closed_without_its_paper_gets_it_when_the_school_is_opened_again(tmp_path: Path) -> None:
    def cut_off(store: Store) -> OpenVisit:
        visit = printed_school(store)
        batch = store.run_now(lambda tx: handovers.open_batch(tx, visits.get(tx, visit.id).school_id, visit.id))
        party = Party("Drs. Syamsuddin", "", "Wakil kepala sekolah")
        store.run_now(lambda tx: handovers.set_parties(tx, batch.id, office=party, receiver=party))
        store.run_now(handovers.give_all, batch.id, 4)
        for role in PartyRole:
            store.run_now(handovers.sign, batch.id, role, None, "pad rusak")
        store.run_now(handovers.close, batch.id)
        return visit

    async with desk(tmp_path, HandoverScreen, cut_off, NOON) as here:
        shown = await here.until(lambda shown: "√ BAST 1" in "".join(shown))
        assert isinstance(here.app.screen, SigningScreen)
        assert "400.12.2/0001" in shown[3]
