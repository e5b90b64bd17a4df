"""The stock (S26) by key presses, on a real ledger and a real keyring; the book's picture from its movements."""

from __future__ import annotations

import asyncio
import subprocess
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from book import VirtualClock, compare, screen_text
from kit_room import at_work, press
from nacl.public import PrivateKey
from textual.pilot import Pilot

from store import destruction, documents, officers, settings, stock, stock_history
from store.documents import DocumentKind
from store.folder import Folder
from store.keyring import Keyring, OfficerEntry
from store.sealing import PublicKeys
from store.slots import Costs
from store.stock import Movement, SpoilReason, StockKind
from store.store import Store
from store.transaction import OfficerRole
from tui import stock_papers
from tui.duty import OfficerOnDuty
from tui.screens.equipment import EquipmentScreen
from tui.screens.stock import StockScreen
from tui.widgets.bars import RailStep

PASSPHRASE = "sawah hijau di pagi hari"
ROLES = {
    "H.Mariani": OfficerRole.COORDINATOR,
    "Fahrurrazi": OfficerRole.PRINTING,
    "Rahmawati": OfficerRole.RECORDING,
}
WITA = timezone(timedelta(hours=8))
MORNING = datetime(2026, 11, 23, 3, 20, tzinfo=UTC)
"""11.20 in Balangan."""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(MORNING)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "data")
    keys = PublicKeys(*(bytes(PrivateKey.generate().public_key) for _ in range(3)))
    (name, role), *others = ROLES.items()
    costs = Costs(64, 1, 1)
    keyring, first = Keyring.create(
        folder, keys, name=name, nip="", roles=frozenset({role}), passphrase=PASSPHRASE, costs=costs
    )
    for other, role in others:
        keyring.add_officer(first, name=other, nip="", roles=frozenset({role}), passphrase=PASSPHRASE)
    return folder


@pytest.fixture
def known(folder: Folder) -> dict[str, OfficerEntry]:
    return {entry.name: entry for entry in Keyring(folder).officers()}


@pytest.fixture
async def store(clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry]) -> AsyncIterator[Store]:
    held = Store.in_memory(clock)
    held.run_now(officers.match, Keyring(folder).officers())
    sign_in(held, known, "Fahrurrazi")
    yield held
    held.close()


def sign_in(store: Store, known: dict[str, OfficerEntry], name: str) -> None:
    store.sign_in(known[name].id, frozenset(OfficerRole))


def before(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry], name: str = "Fahrurrazi"
) -> AbstractAsyncContextManager[Pilot[object]]:
    entry = known[name]
    store.sign_in(entry.id, entry.roles)
    duty = OfficerOnDuty(entry.id, entry.name, entry.roles)
    return at_work(store, None, StockScreen(), clock=clock, folder=folder, officer=duty)


def the_books_week(store: Store, clock: VirtualClock, known: dict[str, OfficerEntry], people: list[uuid.UUID]) -> None:
    """Do what the book's ledger tells, with the days before it that made its ribbon and film."""

    def at(day: int, hour: int, minute: int, name: str = "Fahrurrazi") -> None:
        clock.advance(
            (datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8) - clock.now()).total_seconds()
        )
        sign_in(store, known, name)

    def printed(serial: int, person: uuid.UUID) -> None:
        store.run_now(stock.print_blank, f"A0{serial}", person, uuid.uuid4())

    def spoiled(serial: int) -> None:
        store.run_now(stock.spoil_blank, f"A0{serial}", SpoilReason.JAMMED, known["Rahmawati"].id, job=uuid.uuid4())

    at(16, 8, 0)
    store.run_now(stock.count, StockKind.BLANK, 202, "A0117213")
    store.run_now(stock.count, StockKind.RIBBON, 500)
    store.run_now(stock.count, StockKind.FILM, 186)
    for serial in range(117213, 117299):
        printed(serial, people[0])
    spoiled(117299)
    witnesses = (known["Rahmawati"].id, known["H.Mariani"].id)
    store.run_now(destruction.destroy, 1, witnesses, "BA-1")
    lost = {"missing": ("A0117300",), "reason": "hilang", "witness": known["Rahmawati"].id}
    store.run_now(stock.count, StockKind.BLANK, 114, **lost)
    at(20, 15, 30, "Rahmawati")
    store.run_now(stock.count, StockKind.BLANK, 114)
    at(20, 16, 0, "H.Mariani")
    store.run_now(stock.receive, StockKind.BLANK, 100, "A0117415", "BAST-11")
    at(23, 7, 55, "Rahmawati")
    store.run_now(stock.count, StockKind.BLANK, 214)
    at(23, 10, 58)
    printed(117301, people[1])
    at(23, 11, 5)
    printed(117302, people[2])
    at(23, 11, 18)
    spoiled(117303)
    store.run_now(settings.change, "stock.film_low", 100)
    at(23, 11, 20)


@pytest.fixture
def people(store: Store, clock: VirtualClock) -> list[uuid.UUID]:
    from kit_room import a_visit

    from store import lists, search
    from store.roster.types import RosterPerson

    visit = a_visit(store)
    names = ("SITI RAHMAH", "MAHMUDAH", "NORHIDAYAH")
    rows = [
        RosterPerson(row=at, name=name, birth_date=date(2009, 5, 12), nik=f"631106520509{9040 + at}")
        for at, name in enumerate(names, 1)
    ]
    store.run_now(lists.take, visit, rows, lists.ListFile("daftar.xlsx", "a" * 64))
    return [store.run_now(search.search, str(at), visit).found[0].row.person for at in (1, 2, 3)]


async def test_the_screen_is_the_books_s26(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry], people: list[uuid.UUID]
) -> None:
    the_books_week(store, clock, known, people)
    async with before(store, clock, folder, known) as pilot:
        pilot.app.rail = tuple(RailStep(*step) for step in RAIL)
        shown = await press(pilot, "down", "up")
        events = store.run_now(stock_history.movement_count, StockKind.BLANK)
        assert shown[21].startswith(f" 6 dari {events} kejadian")
        # The queue of the print list and the number of events are this ledger's own.
        compare(shown, "S26", variable=[(9, 60, 61), (22, 9, 10)])
        shown = await press(pilot, "f")
        assert shown[21].startswith(" Pita: 6 dari 91 kejadian")
        assert shown[12].startswith("   ► 11.18        × rusak             1 pita")
        shown = await press(pilot, "end")
        assert shown[17].startswith("   ► 16-11 08.00  dihitung            500 pita              Fahrurr.. selisih 0")


RAIL = (("√",), ("√",), ("·",), ("·",), ("·",), ("·",), ("►", 26), ("·", 3))


async def test_a_delivery_is_received_once_and_its_serials_are_new(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry]
) -> None:
    async with before(store, clock, folder, known) as pilot:
        await press(pilot, "t", "1", "enter", *"100", "enter", *"A0117415", "enter", *"BAST-11", "enter")
        shown = await screen_text(pilot)
        assert shown[21].startswith(" √ 100 masuk (blangko).")
        assert shown[4].rstrip() == "     Blangko      0      100       0        0          0      100     √ 100=100"
        assert "100, A0117415-0117514" in shown[12]
        shown = await press(pilot, "t", "enter", *"9", "enter", *"a011-7420", "enter", "enter")
        assert any("Serial A0117420 sudah ada. Belum dicatat." in line for line in shown)
        assert (await press(pilot, "escape"))[4].rstrip().endswith("√ 100=100")
    assert store.run_now(stock.balance).blank.closing == 100


async def test_a_recording_operator_counts_but_does_not_receive(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry]
) -> None:
    store.run_now(stock.receive, StockKind.FILM, 200)
    async with before(store, clock, folder, known, "Rahmawati") as pilot:
        shown = await press(pilot, "t")
        assert "Hanya operator pencetakan, koordinator." in shown[22]
        assert "T Tambah" not in shown[23]
        shown = await press(pilot, "e", "3", "enter", *"200", "enter")
        assert shown[21].startswith(" √ Terhitung dan masuk buku stok.")


async def test_a_count_that_was_left_with_esc_does_not_come_back_under_the_next_one(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry]
) -> None:
    store.run_now(stock.receive, StockKind.FILM, 200)
    async with before(store, clock, folder, known) as pilot:
        await press(pilot, "e", "3", "enter", *"20", "escape")
        shown = await press(pilot, "e", "3", "enter", *"200", "enter")
        assert shown[21].startswith(" √ Terhitung dan masuk buku stok.")


async def test_a_difference_needs_serials_a_reason_and_a_second_officer(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry]
) -> None:
    store.run_now(stock.receive, StockKind.BLANK, 61, "A0117301")
    async with before(store, clock, folder, known) as pilot:
        shown = await press(pilot, "e", "enter", *"60", "enter", "enter")
        assert any("Dihitung 60, menurut buku 61." in line for line in shown)
        shown = await press(pilot, "3", "enter")
        assert any("Serial hilang" in line for line in shown)
        shown = await press(pilot, "enter")
        assert any("Perlu 1 serial, baru 0 yang diketik." in line for line in shown)
        shown = await press(pilot, *"A0117305", "enter")
        assert any("Dihitung 60, menurut buku 61." in line for line in shown)
        shown = await press(pilot, "2", "tab", *"salah sama sekali", "enter")
        assert any("Frasa tidak cocok" in line for line in shown)
        assert store.run_now(stock.balance).blank.closing == 61
        clock.advance(60)
        shown = await press(pilot, *PASSPHRASE, "enter")
        assert shown[21].startswith(" √ Terhitung")
        assert shown[4].rstrip().endswith("√ 60=60")
    line = store.run_now(stock_history.movements)[0]
    assert (line.movement, line.difference, line.first_serial) == (Movement.COUNTED, -1, "A0117305")
    assert line.witness == known["Rahmawati"].id


async def test_a_spoiled_blank_is_noted_before_a_witness_and_destroyed_before_two(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry]
) -> None:
    store.run_now(stock.receive, StockKind.BLANK, 10, "A0117301")
    async with before(store, clock, folder, known) as pilot:
        assert "Tidak ada blangko rusak" in (await press(pilot, "l"))[22]
        await press(pilot, "r", "1", "enter", *"7303", "enter", "2", "enter", "2", "enter", *PASSPHRASE, "enter")
        shown = await headed(pilot, " √ Blangko tercatat rusak", 21)
        assert shown[12].startswith("   ► 11.2")
        assert "A0117303              Fahrurr.. tergores" in shown[12]
        assert "dimusnahkan: 1 blangko" in shown[19]
        await press(pilot, "l", "2", "enter")
        assert any("Ketik jumlahnya" in line for line in await screen_text(pilot))
        await press(pilot, "backspace", "1", "enter", *"BA-2", "enter")
        await press(pilot, "1", "tab", *PASSPHRASE, "enter")
        await press(pilot, *PASSPHRASE, "enter")
        shown = await headed(pilot, "── Berita Acara Pemusnahan BA-2 ──")
        assert shown[21].startswith(" √ tersimpan: Berita Acara Pemusnahan BA-2.pdf")
        shown = await press(pilot, "escape")
        assert shown[21].startswith(" √ 1 blangko dimusnahkan di depan dua saksi.")
    assert store.run_now(stock.balance).to_destroy == 0
    assert store.run_now(stock_history.movements)[0].movement is Movement.DESTROYED


@pytest.mark.peer("pdftotext")
async def test_the_minutes_of_an_old_destruction_are_one_key_away_and_the_same_again(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry], people: list[uuid.UUID]
) -> None:
    the_books_week(store, clock, known, people)
    made = store.run_now(destruction.latest)
    async with before(store, clock, folder, known, "Rahmawati") as pilot:
        shown = await press(pilot, "down")
        assert "Enter" not in shown[23], "this line tells of a card"
        for _line in range(100):
            if "dimusnahkan" in next(line for line in shown if line.startswith("   ►")):
                break
            shown = await press(pilot, "down")
        assert "Enter Berita acara" in shown[23]
        await press(pilot, "enter")
        await headed(pilot, "── Berita Acara Pemusnahan BA-1 ")
        await press(pilot, "escape", "enter")
        await headed(pilot, "── Berita Acara Pemusnahan BA-1 ")
        (kept,) = store.run_now(documents.of_subject, made.id)
    text = text_of(kept)
    assert (kept.kind, kept.number, text.count("A0117299")) == (DocumentKind.DESTRUCTION, "BA-1", 1)
    assert text.count("SAKSI II ") == 2, "under the minutes and under the annexed list"
    for name in ROLES:
        assert name in text


@pytest.mark.peer("pdftotext")
async def test_the_stock_card_is_one_key_away_and_ends_at_what_is_left(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry], people: list[uuid.UUID]
) -> None:
    the_books_week(store, clock, known, people)
    async with before(store, clock, folder, known) as pilot:
        await press(pilot, "c")
        shown = await headed(pilot, "── Kartu Persediaan Blangko KTP-el 2026-11-23 ")
        assert "halaman 1 dari 1" in shown[2]
        await press(pilot, "escape", "f", "f", "f", "c")
        await headed(pilot, "── Kartu Persediaan 2026-11-23 ")
        everything, blanks = store.run_now(documents.of_subject, stock_papers.STOCK)
    assert [text_of(blanks).count(word) for word in ("KARTU PERSEDIAAN", "A0117213 – A0117298")] == [1, 1]
    text = text_of(everything)
    assert text.count("KARTU PERSEDIAAN") == 3
    assert "(214 = 214)" in text


async def test_an_empty_stock_has_no_card(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry]
) -> None:
    async with before(store, clock, folder, known) as pilot:
        shown = await press(pilot, "c")
        assert shown[2].startswith("── 9 Stok")
        assert "! Stok ini belum pernah terisi. Tidak ada yang dibuat." in shown[22]


async def headed(pilot: Pilot[object], words: str, row: int = 2) -> list[str]:
    """Wait until a line begins so: passphrases are tried and papers drawn beside the screen's loop."""
    while True:
        shown = await screen_text(pilot)
        if shown[row].startswith(words):
            return shown
        await asyncio.sleep(0.01)


def text_of(kept: documents.Document) -> str:
    answer = subprocess.run(["pdftotext", "-layout", kept.path, "-"], check=True, capture_output=True, text=True)
    return answer.stdout


async def test_more_than_is_left_is_not_given_back(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry]
) -> None:
    store.run_now(stock.receive, StockKind.FILM, 5)
    store.run_now(stock.receive, StockKind.RIBBON, 500)
    store.run_now(stock.receive, StockKind.BLANK, 500, "A0100001")
    async with before(store, clock, folder, known) as pilot:
        shown = await press(pilot, "r", "6", "enter", *"6", "enter", *"B-1", "enter")
        assert any("Lebih banyak dari sisa 5 (film). Belum dicatat." in line for line in shown)
        shown = await press(pilot, "up", "ctrl+u", "2", "enter", "enter")
        assert shown[21].startswith(" √ 2 dikembalikan (film).")
        assert "! Film 3. Ganti gulungan: T Tambah, lalu hitung." in shown[22]


async def test_without_a_second_officer_nothing_spoils(store: Store, clock: VirtualClock) -> None:
    store.run_now(stock.receive, StockKind.RIBBON, 5)
    duty = OfficerOnDuty(uuid.UUID(int=9), "Sendiri", frozenset({OfficerRole.PRINTING}))
    async with at_work(store, None, StockScreen(), clock=clock, officer=duty) as pilot:
        assert "Tidak ada petugas lain" in (await press(pilot, "r", "1", "enter"))[22]
        shown = await press(pilot, "r", "2", "enter", "1", "enter", "1", "enter")
        assert "Tidak ada petugas lain" in shown[22]
    assert store.run_now(stock.balance).ribbon.closing == 5


async def test_nine_lays_the_stock_over_a_step_and_escape_comes_back(store: Store, clock: VirtualClock) -> None:
    from kit_room import a_visit

    visit = a_visit(store)
    async with at_work(store, visit, EquipmentScreen(), clock=clock) as pilot:
        shown = await press(pilot, "down", "down", "9")
        assert shown[0].startswith(" Rekam17  Stok  ")
        assert shown[2].startswith("── 9 Stok")
        shown = await press(pilot, "escape")
        assert shown[6].startswith("   ► b Kamera")


async def test_the_english_screen_and_hostile_words_fit(
    store: Store, clock: VirtualClock, folder: Folder, known: dict[str, OfficerEntry]
) -> None:
    store.run_now(stock.receive, StockKind.BLANK, 10_000, "A0100001", "[bold]BAST \x1b[2J \u202e" + "x" * 60)
    entry = known["Fahrurrazi"]
    duty = OfficerOnDuty(entry.id, entry.name, entry.roles)
    async with at_work(store, None, StockScreen(), clock=clock, folder=folder, officer=duty, language="en") as pilot:
        shown = await press(pilot, "down")
        assert shown[3].split() == "Opening + Received = Good + Spoiled + Returned + Left Fits".split()
        assert "\x1b" not in "".join(shown)
        assert "[bold]BA" in shown[12]
        assert "Go on: destroy" in shown[23]
