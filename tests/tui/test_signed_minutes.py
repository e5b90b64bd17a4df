"""Minutes under the office's key: signed when the handover is closed, verified at the laptop, forged by nobody."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from laptop_ground import Laptop, a_laptop
from printing_ground import Desk, as_coordinator, desk, print_all, pupil_at_7, visit_of

from hw.types import PenPoint, Signature
from reports import office_key, signatures
from store import documents, handovers, signing_key, stock, visits
from store.documents import Document, DocumentKind
from store.handovers import HandoverStage, Party, PartyRole
from store.signing_key import SigningKey
from store.stock import StockKind
from store.store import Store
from tests.reports.office_keys import OFFICE, PASSPHRASE, a_key_file
from tests.reports.signed_papers import GIVES, TAKES, forgeries, signed
from tui import strokes
from tui.duty import OpenVisit
from tui.screens.handover import HandoverScreen

NOON = datetime(2026, 12, 2, 5, 20, tzinfo=UTC)
DRAWN = strokes.encode(Signature((tuple(PenPoint(i / 20, (i % 5) / 8, 1.0, i * 10, True) for i in range(20)),)))


def a_key(now: datetime, *, ends: int = 365) -> SigningKey:
    return office_key.read(a_key_file(now, ends=ends), PASSPHRASE, now)


def school_of_one(store: Store) -> OpenVisit:
    _school, visit = visit_of(store, "SMK Contoh 1 Halong")
    pupil_at_7(store, visit, "AHMAD FAUZAN", date(2009, 1, 1))
    print_all(store)
    return OpenVisit(visit, "SMK Contoh 1 Halong", date(2026, 11, 23))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, HandoverScreen, school_of_one, NOON) as made:
        yield made


async def signed_and_closed(here: Desk) -> list[str]:
    """Walk through step 8 by its keys, both parties signing on the pad."""
    await here.until(lambda shown: "AHMAD FAUZAN" in shown[8])
    await here.press("e", *"Drs. Syamsuddin", "tab", *"197005051995031904", "tab", *"Kepala", "tab", "enter", "enter")
    await here.press("*", "1", "enter")
    await here.press("l")
    for seed in (1, 2):
        await here.kit.sign(seed)
        await here.until(lambda shown: here.app.screen.pen.signature.points and not here.app.screen.pen.down)
        await here.press("enter")
    await here.press("y")
    return await here.until(lambda shown: "√ BAST 1" in shown[11])


def kept(here: Desk) -> tuple[Document, ...]:
    return here.store.run_now(documents.of_subject, here.app.screen._handover, DocumentKind.HANDOVER)


def content(here: Desk) -> bytes:
    return Path(kept(here)[0].path).read_bytes()


async def test_both_parties_signatures_stand_in_the_paper_under_the_offices_key(here: Desk) -> None:
    key = a_key(NOON)
    as_coordinator(here.store, signing_key.take, key)
    shown = await signed_and_closed(here)
    assert shown[13].startswith("     PDF bertanda")
    examined = await asyncio.to_thread(signatures.examine, content(here), [key.certificate])
    assert examined.doubt is None
    assert [one.name for one in examined.signatures] == ["Fahrurrazi", "Drs. Syamsuddin"]
    assert [one.reason.partition(";")[0] for one in examined.signatures] == [
        "Menyerahkan 1 KTP-el: Fahrurrazi, NIP 198801172012121903",
        "Menerima 1 KTP-el: Drs. Syamsuddin, NIP 197005051995031904",
    ]


async def test_printing_it_again_signs_nothing_anew(here: Desk) -> None:
    as_coordinator(here.store, signing_key.take, a_key(NOON))
    await signed_and_closed(here)
    (first,) = kept(here)
    shown = await here.press("c")
    assert "BERITA ACARA SERAH TERIMA" in "".join(shown)
    await here.press("c")
    assert kept(here) == (first,)


async def test_without_a_key_the_paper_bears_the_drawings_alone(here: Desk) -> None:
    shown = await signed_and_closed(here)
    assert shown[13].startswith("     PDF   ")
    assert b"/ByteRange" not in content(here)


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (-30, "Kunci kantor berakhir 02-11-2026; BAST disimpan tanpanya. Hubungi kantor."),
        (30, "Kunci kantor baru berlaku 31-12-2026; BAST disimpan tanpanya. Periksa jam."),
    ],
    ids=["ended", "not yet"],
)
async def test_with_a_key_out_of_its_time_the_handover_goes_on_and_it_is_told(
    here: Desk, moved: int, said: str
) -> None:
    then = NOON + timedelta(days=moved)
    as_coordinator(here.store, signing_key.take, a_key(then, ends=0))
    shown = await signed_and_closed(here)
    assert said in "".join(shown)
    assert here.store.run_now(handovers.state, here.app.screen._handover).stage is HandoverStage.CLOSED
    assert b"/ByteRange" not in content(here)


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    made = a_laptop(tmp_path_factory.mktemp("laptop"))
    store = made.open()
    visit = store.run_now(visits.listed)[0].visit
    for kind in StockKind:
        store.run_now(stock.receive, kind, 50, "A0117301")
    for number in range(1, 4):
        pupil_at_7(store, visit, f"MURID <{number}> & TEMAN]", date(2009, 1, number))
    print_all(store)
    store.run_now(signing_key.take, a_key(datetime.now(UTC)))
    hand_over(store, store.run_now(visits.get, visit).school_id, 3)
    store.close()
    return made


def hand_over(store: Store, school: object, number: int) -> None:
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.give_all, batch, number)
    office, receiver = Party("Rahmawati", "199001012015032001", "Operator", "Paringin"), Party("Drs. Syamsuddin")
    store.run_now(lambda tx: handovers.set_parties(tx, batch, office=office, receiver=receiver))
    for role in PartyRole:
        store.run_now(handovers.sign, batch, role, DRAWN)
    store.run_now(handovers.close, batch)


@pytest.fixture(scope="module")
def paper(laptop: Laptop) -> Path:
    out = laptop.place / "bast.pdf"
    ran = laptop.run("handover", "--visit", 1, "--out", out)
    assert (ran.returncode, ran.stderr) == (0, "")
    return out


def test_verify_says_who_signed_what_when(laptop: Laptop, paper: Path) -> None:
    ran = laptop.verify(paper)
    assert (ran.returncode, ran.stderr) == (0, "")
    first, *signed = ran.stdout.splitlines()
    assert first.endswith(": unchanged; list and journal agree.")
    when = first.partition(", made ")[2].partition(" by ")[0]
    assert [
        line.partition(";")[0].partition(f"    signed {when} under the key of {OFFICE}: ")[2] for line in signed
    ] == [
        "Menyerahkan 3 KTP-el: Rahmawati, NIP 199001012015032001",
        "Menerima 3 KTP-el: Drs. Syamsuddin",
    ]


def test_the_same_minutes_again_are_the_same_signed_paper(laptop: Laptop, paper: Path) -> None:
    again = laptop.place / "again.pdf"
    assert laptop.run("handover", "--visit", 1, "--out", again).returncode == 0
    assert again.read_bytes() == paper.read_bytes()


@pytest.mark.peer("qpdf")
def test_every_forgery_of_signed_minutes_is_refused(laptop: Laptop, paper: Path) -> None:
    store = laptop.open()
    key = store.run_now(signing_key.current)
    store.close()
    assert key is not None
    made = forgeries(laptop.place, paper.read_bytes(), key)
    files = []
    for number, content in enumerate(made.values()):
        files.append(laptop.place / f"forgery-{number}.pdf")
        files[-1].write_bytes(content)
    ran = laptop.verify(*files)
    assert (ran.returncode, ran.stderr) == (1, "")
    told = [line for line in ran.stdout.splitlines() if not line.startswith("    ")]
    assert len(told) == len(made) == 25
    assert all("NOT a paper of this laptop as it stands" in line for line in told)
    over = dict(zip(made, told, strict=True))
    assert over["text laid over"].endswith("; something was added after it was signed.")
    assert over["signed by another office of that name"].endswith("; signed with a key that is not the office's.")
    assert over["the receiver's signature taken out"].endswith("; a signature was taken out.")


def test_a_forgery_written_into_store_and_journal_is_still_not_signed(laptop: Laptop, paper: Path) -> None:
    """Whoever could make the store believe his paper has no key of the office."""
    store = laptop.open()
    forged = laptop.place / "forged.pdf"
    forged.write_bytes(signed(a_key(datetime.now(UTC)), GIVES, TAKES))
    digest = hashlib.sha256(forged.read_bytes()).hexdigest()
    batch = store.run_now(lambda tx: documents.of_digest(tx, hashlib.sha256(paper.read_bytes()).hexdigest()))
    assert batch is not None
    store.run_now(documents.made, DocumentKind.HANDOVER, batch.subject, forged, digest, 3, batch.number)
    store.close()
    ran = laptop.verify(forged)
    assert ran.returncode == 1
    assert "NOT signed as it should be; signed with a key that is not the office's" in ran.stdout
