"""The whole procedure by key presses only, at 80x24: from the school's workbook to the signed handover's PDF.

Its screens are the book's, cell by cell outside the spans that are declared here: three pupils of this school are
followed, so times, counts, and whoever else stands in a list are not the mock-ups'. Each screen has a test of its own
where they are.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from book import Deviation, Span, compare, mockup
from rehearsal_ground import niks_in
from sop_ground import NORHAYATI, PASSPHRASE, Laptop, a_laptop, people, write_list, write_siak

from store import equipment, journal, lists, siak_exports, visits
from store.procedure import EQUIPMENT, ReadyBy
from store.roster.types import RosterPerson
from store.rules import Cloth
from store.store import Store
from tui.rehearsal.officer import Officer

pytestmark = pytest.mark.long

MONDAY = datetime(2026, 11, 22, 23, 48, tzinfo=UTC)
LATER = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
READY = "PRINT_READY_RECORD"
LIST, EXPORT, ANSWER = "daftar_pd-SMA-Contoh-2026.xlsx", "siak_2011.xlsx", "siak_0112.xlsx"


def rows(first: int, last: int, *spans: tuple[int, int]) -> tuple[Span, ...]:
    """Return the same columns of several lines."""
    return tuple((line, left, right) for line in range(first, last + 1) for left, right in spans or ((1, 80),))


TOP, RAIL = (1, 1, 80), (2, 1, 80)
"""Who is on duty and when; how many wait where."""

# fmt: off
VARIES: dict[str, tuple[Span, ...]] = {
    "S01": (TOP, *rows(8, 11, (5, 80)), (13, 44, 44), (22, 1, 80)),
    "S04": ((1, 63, 63), (4, 21, 21), (19, 35, 35)),
    "S05": (TOP, *rows(5, 7), (8, 1, 80), *rows(9, 20)),
    "S06": (TOP, (4, 6, 8), (4, 61, 61), *rows(7, 17), (19, 12, 80), (20, 9, 80)),
    "S07": (TOP, (22, 2, 80)),
    "S08": (TOP, *rows(11, 12, (34, 80)), (16, 68, 69)),
    "S09": (TOP, (3, 64, 64), *rows(5, 18, (4, 4), (54, 80)), *rows(5, 6, (48, 49)), (22, 1, 80), (23, 1, 80)),
    "S11": (TOP, RAIL, (3, 51, 77), (4, 12, 80), *rows(6, 22), (23, 1, 80)),
    "S12": (TOP, RAIL, (3, 55, 56), (3, 63, 65), (6, 12, 29)),
    "S13": (TOP, RAIL, (3, 56, 56), (3, 63, 65)),
    "S14": (TOP, RAIL, (9, 11, 80), (10, 71, 71)),
    "S15": (TOP, RAIL, (3, 52, 52), *rows(6, 7), (22, 58, 80)),
    "S16": (TOP, RAIL, (3, 32, 80), *rows(4, 18, (3, 38)), *rows(6, 12, (42, 42), (54, 72)), (14, 42, 80), (17, 49, 80),
            (22, 20, 24)),
    "S17": (TOP, RAIL, (3, 40, 80), *rows(5, 10, (7, 74)), (12, 8, 8), (12, 20, 22), (12, 38, 39), (22, 21, 80)),
    "S21": (TOP, RAIL, (3, 64, 64), *rows(4, 10, (6, 17)), (7, 41, 45), (8, 41, 43), (9, 41, 41),
            *rows(10, 11, (39, 80))),
    "S22": (TOP, RAIL, (3, 43, 80), *rows(6, 16), *rows(18, 19), (22, 1, 80), (23, 1, 80)),
    "S23": (TOP, RAIL, (3, 14, 52), (5, 13, 66), *rows(5, 11, (24, 66)), (4, 52, 66), (13, 31, 34), (13, 49, 53)),
    "B23": (*rows(1, 3, (33, 80)), (5, 40, 80)),
    "S27": (TOP, RAIL, (3, 25, 25), (3, 54, 77), *rows(9, 16), *rows(18, 19, (18, 80)), (22, 1, 80), (23, 1, 80)),
    "S28": (TOP, RAIL, (3, 43, 80), (4, 34, 80), (5, 31, 80), (8, 6, 35), (8, 49, 80), *rows(10, 20)),
}
# fmt: on
"""The spans of each screen that are this school's, this kit's or this moment's."""

_PACE = "31 pupils of 4,0 minutes take 124: until 10.04, and the next class begins then"
_THUMBS = "the eyes and thumbs passed at once: no line for a reason below the limit"


def _meant(name: str) -> Sequence[Deviation]:
    """Return the lines of a screen that differ from the book on purpose."""
    book = mockup(name)
    match name:
        case "S04":
            keys = book[23].replace("F2 Lanjut", "L Lanjut")
            return (Deviation(24, keys, "the last field is a choice, not text: there the letter goes on too"),)
        case "S08":
            return tuple(
                Deviation(n, book[n - 1].replace("10.05", "10.04").replace("12.05", "12.04"), _PACE) for n in (5, 6)
            )
        case _:
            return ()


async def like_the_book(her: Officer, name: str, *more: Deviation) -> None:
    """Compare what stands on the glass with a screen of the book; what is still being read gets its time."""
    deviations = [*_meant(name), *more]
    try:
        compare(her.glass, name, VARIES[name], deviations, english=False)
    except AssertionError:
        await her.until_still(f"the screen {name} to be drawn")
        compare(her.glass, name, VARIES[name], deviations, english=False)


def _text(her: Officer, line: int) -> str:
    return her.glass[line - 1].rstrip()


@pytest.mark.peer("pdftotext")
async def test_the_procedure_from_the_schools_list_to_the_signed_handover(tmp_path: Path) -> None:
    laptop = a_laptop(tmp_path)
    _the_schools_list(tmp_path / "inbox" / LIST)
    export = datetime(2026, 11, 20, 8, 11, tzinfo=UTC)
    write_siak(tmp_path / "inbox" / EXPORT, export, norhayati="BELUM REKAM", ripani="BELUM REKAM", maulana=READY)
    async with laptop.opened() as her:
        await log_in(her, "Hj. Mariani")
        await plan(her)
    async with laptop.opened(MONDAY) as her:
        await log_in(her, "Rahmawati")
        await equip(her)
        await already_recorded(her)
        await spelt_otherwise(her)
        await recorded(her)
    answered = datetime(2026, 12, 1, 8, 11, tzinfo=UTC)
    write_siak(tmp_path / "inbox" / ANSWER, answered, norhayati=READY, ripani="BELUM REKAM", maulana=READY)
    async with laptop.opened(LATER) as her:
        await log_in(her, "Fahrurrazi")
        await print_cards(her)
        await hand_over(her)
    assert_it_is_kept(laptop)


async def test_one_pupil_through_3_to_6_takes_eight_keys(tmp_path: Path) -> None:
    laptop = a_laptop(tmp_path)
    with laptop.store() as store:
        ready_for(store, [one for one in people() if one.name == "NORHAYATI"])
    async with laptop.opened(MONDAY) as her:
        await log_in(her, "Rahmawati")
        await her.press("enter")
        await her.until_headline("antrean murid")
        await her.press("d")
        before = her.pressed
        for key, comes in (
            ("enter", "3 Cek · NORHAYATI"),
            ("b", "4 SIAK · NORHAYATI"),
            ("s", "6 Rekam · NORHAYATI"),
            ("enter", "potret"),
            ("enter", "Enter Simpan"),
            ("enter", "pena terangkat ·"),
            ("enter", "periksa dan segel"),
            ("y", "NORHAYATI tersegel"),
        ):
            await her.press(key)
            await until_ready(her, comes)
        assert her.pressed - before == 8
    with laptop.store() as store:
        assert store.run_now(visits.home).visits[0].counts.recorded == 1


async def until_ready(her: Officer, comes: str) -> None:
    """Wait, as an officer does, until the screen is there, the picture good, or the pen lifted."""
    match comes:
        case "potret":
            await her.until_seen("skor")
        case "pena terangkat ·":
            await her.until_seen("titik")
            await her.until_still("the pen to be lifted")
        case _:
            await her.until_seen(comes)
    await her.look()


def ready_for(store: Store, listed: Sequence[RosterPerson]) -> None:
    """Bring a visit as far as step 3: planned, its kit ready, SIAK's export read."""
    plan = visits.VisitPlan(
        school=visits.SchoolDetails("SMA Contoh 1 Paringin", "69900001"),
        day=date(2026, 11, 23),
        recording_officers=("Rahmawati",),
    )
    visit = store.run_now(visits.create, plan)
    store.run_now(lists.take, visit, listed, lists.ListFile("daftar.xlsx", "a" * 64))
    exported = [replace(one, status_code="BELUM REKAM") for one in listed]
    store.run_now(siak_exports.take, exported, siak_exports.ExportFile("siak.xlsx", "b" * 64, date(2026, 11, 20)))
    store.run_now(visits.fix_schedule, visit, ())
    for line in EQUIPMENT:
        match line.ready_by:
            case ReadyBy.TEST:
                store.run_now(equipment.device_tested, visit, line.kind, True)
            case ReadyBy.TICK:
                store.run_now(equipment.tick, visit, line.kind)
            case _:
                pass
    for cloth in Cloth:
        store.run_now(equipment.cloths, visit, cloth, True)
    store.run_now(equipment.count_blanks, visit, 214, "A0117301")
    store.run_now(equipment.count_ribbon_film, visit, 413, 99)
    store.run_now(equipment.finish, visit)


def assert_it_is_kept(laptop: Laptop) -> None:
    """Check store, tray and papers: her card and hers alone was printed and handed over, and the chain is whole."""
    with laptop.store() as store:
        counts = store.run_now(visits.home).visits[0].counts
        assert (counts.pupils, counts.recorded, counts.printed, counts.handed_over) == (383, 1, 1, 1)
        assert store.run_now(journal.verify).good
    assert len(list(laptop.tray.iterdir())) == 1
    papers = {path.name: path for path in laptop.documents.rglob("*.pdf")}
    assert sorted(papers) == ["BAST 1 SMA Contoh 1 Paringin.pdf", "Bukti Perekaman 0001.pdf", "Jadwal Perekaman.pdf"]
    assert niks_in(papers["BAST 1 SMA Contoh 1 Paringin.pdf"]) == [NORHAYATI]


# --- the officers ---------------------------------------------------------------------------------------------------


def _the_schools_list(path: Path) -> None:
    write_list(path)
    sent = datetime(2026, 11, 18, 5, 2, tzinfo=UTC).timestamp()
    os.utime(path, (sent, sent))


async def log_in(her: Officer, name: str) -> None:
    await her.until_seen(name)
    await her.press(next(line[6] for line in her.glass if name in line))
    await her.type(PASSPHRASE)
    await like_the_book(her, "S01")
    await her.press("enter")
    await her.until_headline("── Kunjungan ─")
    await her.look()


async def move_to(her: Officer, words: str) -> None:
    """Move the cursor to the row with these words."""
    for key in ("home", *["down"] * 30):
        await her.press(key)
        if any(line[4 - 1] == "►" and words in line for line in her.glass[3:]):
            return
    raise AssertionError("\n".join([f"no row of {words}", *her.glass]))


async def write(her: Officer, *values: str | None) -> None:
    """Fill in one field after the other; None leaves what stands there."""
    for value in values:
        if value is not None:
            await her.press("ctrl+u")
            await her.type(value)
        await her.press("tab")


async def plan(her: Officer) -> None:
    """Step 1, on the Thursday before."""
    await her.press("t")
    await her.until_headline("Kunjungan baru")
    await her.look()
    await write(her, "SMA Contoh 1 Paringin", "69900001", "Jl. Contoh 17, Kel. Paringin Kota", "Paringin", "23112026")
    await write(her, None, "30112026", None, None, None, "DA 1017 XX (contoh)", "Kamarudin, S.Pd.", "08xx-xxxx-1701")
    await write(her, "Aula lantai 1; listrik 2 titik, tirai, kipas angin")
    await her.press("tab", "tab", "2")
    await like_the_book(her, "S04", _choice_has_the_focus(her))
    await her.press("f2")
    await her.until_headline("berkas dan kolom")
    await her.look()
    await her.press("enter")
    await her.until_seen("judul baris")
    await like_the_book(her, "S05")
    await her.press("l")
    await her.until_headline("periksa baris")
    await her.look()
    await like_the_book(her, "S06")
    await her.press("l")
    await her.until_seen("Ketik")
    await her.type("383")
    await her.press("enter")
    await her.until_headline("16 tahun ke atas")
    await her.look()
    await like_the_book(her, "S07")
    await her.press("l")
    await her.until_headline("rancangan jadwal")
    await her.look()
    for teacher in ("Kamarudin, S.Pd.", "Noor Aini, S.Pd."):
        await her.press("space", "space", "e")
        await her.type(teacher)
        await her.press("f2")
    await her.press("home")
    await like_the_book(her, "S08")
    await her.press("l")
    await her.until_seen("Sekolah sudah")
    await her.look()
    await her.press("y")
    await her.until_headline("── Kunjungan ─")


def _choice_has_the_focus(her: Officer) -> Deviation:
    assert "►(2) dua meja" in _text(her, 19)
    return Deviation(19, mockup("S04")[18], "the cursor stands at the last field, not at the first")


async def equip(her: Officer) -> None:
    """Step 2, on Monday morning."""
    await her.press("enter")
    await her.until_headline("kesiapan peralatan")
    await her.until(lambda: sum("belum diuji" in line for line in her.glass) >= 5, "the kit")
    await read_siak(her, EXPORT, back_to="kesiapan peralatan")
    await her.press("home", "enter")
    await her.until(lambda: not her.sees("belum diuji") and not her.sees("menguji"), "the self-tests")
    for line in EQUIPMENT:
        times = {ReadyBy.CLOTHS: 2, ReadyBy.TICK: 1, ReadyBy.COUNT: 1}.get(line.ready_by, 0)
        for _time in range(times):
            await move_to(her, line.words)
            if line.ready_by is ReadyBy.COUNT:
                await count(her, *(("413", "99") if "Pita" in line.words else ("214", "A0117301")))
            else:
                await her.press("space")
    complete = "     Kelengkapan SOP: √ 1 jadwal perekaman   √ 2 alat   √ 3 data murid 120"
    assert _text(her, 19) == complete
    ready = {
        7: "b Kamera                   √ tersambung, diuji",
        9: "b Pemindai iris            √ tersambung, diuji",
        14: "f Pita dan film            √ film 99 lembar",
        17: "i Jaringan data            √ dicentang",
    }
    assert all(words in _text(her, line) for line, words in ready.items())
    why = "every device is there and tested"
    await like_the_book(her, "S09", *(Deviation(line, _text(her, line), why) for line in (9, 14, 17)))
    await her.press("l")
    await her.until_headline("antrean murid")
    await her.look()


async def count(her: Officer, first: str, second: str) -> None:
    await her.press("e")
    await her.type(first)
    await her.press("enter")
    await her.type(second)
    await her.press("enter")
    await her.until(lambda: not her.sees("Hitung:"), "the count to be taken")


async def read_siak(her: Officer, name: str, back_to: str) -> None:
    """Take in an export of SIAK from the screen that offers it."""
    await her.press("u")
    await her.until_headline("berkas dan kolom")
    await her.until_seen(name)
    await move_to(her, name)
    await her.press("enter", "l")
    await her.until_headline("periksa baris")
    await her.look()
    await her.press("l")
    await her.until(lambda: "periksa baris" not in her.headline, "the export to be taken")
    while back_to not in her.headline:
        await her.press("escape")
        await her.look()


async def open_pupil(her: Officer, name: str) -> None:
    """Find her by name, and open her."""
    await her.press("/")
    await her.type(name)
    await her.until(lambda: any(line[3] == "►" and name in line for line in her.glass), f"the row of {name}")
    await her.press("enter")
    await her.until_headline(f"3 Cek · {name}")
    await her.look()


async def already_recorded(her: Officer) -> None:
    """Step 3, SOP 3.1: recorded but not printed goes straight to the list."""
    await open_pupil(her, "AKHMAD MAULANA")
    assert her.sees("SUDAH DIREKAM 20-11-2026 (PRINT_READY_RECORD). Perekaman hanya sekali.")
    await her.press("c")
    await her.until_headline("antrean murid")
    await her.look()


async def spelt_otherwise(her: Officer) -> None:
    """Carry out steps 3 to 5 for a pupil whom SIAK spells otherwise."""
    await open_pupil(her, "AHMAD RIPANI")
    await her.press("d", "b")
    await her.until_headline("4 SIAK")
    await her.look()
    why = "salah ketik di SIAK; akta asli dilihat"
    await differs(her, 0, "AHMAD RIFANI", "1", why)
    await her.press("home", "down", "space")
    await differs(her, 4, "Syahril", "2")
    await differs(her, 7, "6311-LT-0911-9008", "1")
    await differs(her, 2, "22102009", "1", why)
    book = mockup("S13")
    decided = "a field that is compared and decided has its √"
    await like_the_book(
        her,
        "S13",
        Deviation(
            7,
            book[6].replace("21-10-2009 ", "2‹1›-10-2009").replace("2‹1›-10-2009  ", "2‹1›-10-2009 "),
            "both sides are bracketed",
        ),
        Deviation(9, book[8].replace("   · Nama ayah", "   √ Nama ayah"), decided),
        Deviation(12, book[11].replace("   · No akta", "   √ No akta"), decided),
        Deviation(16, _text(her, 16), "the choice that was made stands in brackets"),
    )
    assert ">akta: SIAK diubah<" in _text(her, 16)
    await her.press("s", "l")
    await her.until_headline("5 Ubah")
    await her.look()
    await her.press("space", "space", "e", "tab", "tab", "ctrl+u")
    await her.type("63110623112026003")
    await her.press("enter")
    await like_the_book(her, "S14")
    await her.press("space", "y")
    await her.until_headline("6 Rekam · AHMAD RIFANI")
    await her.press("escape")
    await her.until_headline("antrean murid")
    await her.look()


async def differs(her: Officer, field: int, value: str, prevails: str, reason: str | None = None) -> None:
    await her.press("home", *["down"] * field, "enter", "ctrl+u")
    await her.type(value)
    await her.press("tab", prevails)
    if reason is not None:
        await her.press("ctrl+u")
        await her.type(reason)
    await her.press("enter")


async def recorded(her: Officer) -> None:
    """Carry out steps 3, 4 and 6 for a pupil with whom everything is right."""
    await tick_in_the_pile(her, "XII IPA 2", "NORHAYATI")
    await like_the_book(her, "S11")
    await her.press("enter")
    await her.until_headline("3 Cek · NORHAYATI")
    await like_the_book(her, "S12")
    await her.press("b")
    await her.until_headline("4 SIAK")
    await her.press("s")
    await her.until_headline("6 Rekam")
    await her.until_seen("alat siap")
    await like_the_book(her, "S15")
    await her.press("enter")
    await her.until_seen("Enter Ambil")
    await her.until_seen("skor")
    await her.look()
    await like_the_book(her, "S16")
    await her.press("enter")
    await her.until_seen("Enter Simpan")
    await her.look()
    await her.press("enter")
    await her.until_headline("tanda tangan")
    await her.until_seen("titik")
    await her.until_still("the pen to be lifted")
    await her.look()
    await like_the_book(her, "S17")
    await her.press("enter")
    await her.until_headline("periksa dan segel")
    await her.look()
    below = [Deviation(line, _text(her, line), _THUMBS) for line in (12, 13, 14, 23)]
    assert "ibu jari          √" in _text(her, 12)
    assert "iris              √" in _text(her, 13)
    await like_the_book(her, "S21", *below)
    await her.press("y")
    await her.until_headline("antrean murid")
    assert her.sees("√ NORHAYATI tersegel")


async def tick_in_the_pile(her: Officer, class_name: str, name: str) -> None:
    """Go to a class and tick a pupil's papers in the list."""
    for _class in range(8):
        if her.sees(f">{class_name}<"):
            break
        await her.press("right")
    await move_to(her, name)
    await her.press("d")
    await move_to(her, name)


async def print_cards(her: Officer) -> None:
    """Step 7, when the centre has answered."""
    await her.press("enter")
    await her.until_headline("antrean murid")
    await her.press("7")
    await her.until_headline("antrean kartu")
    await her.look()
    assert "siap 0 · menunggu 2" in her.headline
    await read_siak(her, ANSWER, back_to="antrean kartu")
    assert "siap 1 · menunggu 1" in her.headline
    await like_the_book(her, "S22")
    await her.press("home", "enter")
    await her.until_headline("7 Cetak · NORHAYATI")
    await her.until_seen("C mengirim")
    await her.look()
    waits = "nothing is sent before C"
    await like_the_book(
        her, "S23", *(Deviation(line, _text(her, line), waits) for line in (15, 16, 17, 18, 19, 20, 24))
    )
    await her.press("c")
    await her.until_seen("► 4 kartu di tangan")
    await her.look()
    await her.type("7301")
    rows = [line[:80] for line in her.glass[14:20]]
    compare(rows, "B23", VARIES["B23"], [Deviation(6, rows[5].rstrip(), "one card, not a run: nobody is next")])
    await her.press("enter")
    await her.until_headline("antrean kartu")
    assert "siap 0 · menunggu 1 · hari ini 1" in her.headline


async def hand_over(her: Officer) -> None:
    """Step 8, collectively; both sign on the pad."""
    await her.press("8")
    await her.until_headline("penyerahan")
    await her.look()
    await her.press("e")
    await write(her, "Drs. Syamsuddin", "197005051995031904", "Wakil kepala sekolah", "08xx-xxxx-1702")
    await her.press("enter")
    assert her.sees("1 kartu belum ditandai: NORHAYATI. Spasi diserahkan, H absen, R kembali.")
    await her.press("space")
    assert her.sees("1 NORHAYATI                 XII IPA 2   A0117301   √ diserahkan")
    await like_the_book(her, "S27")
    await her.press("l")
    await her.until_headline("tanda tangan dan dokumen")
    for party in ("► Pihak pertama", "► Pihak kedua"):
        await her.until(lambda party=party: her.sees(party) and _inked(her), f"{party} to sign")
        await her.until_still("the pen to be lifted")
        await her.look()
        if "kedua" in party:
            await like_the_book(her, "S28")
        await her.press("enter")
    await her.until_seen("√ Pihak kedua")
    await her.look()
    await her.press("y")
    await her.until_seen("√ BAST")


def _inked(her: Officer) -> bool:
    box = [line for line in her.glass if line.strip().startswith("│")]
    return any("\u2800" < cell <= "\u28ff" for line in box for cell in line)
