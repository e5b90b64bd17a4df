"""Every kind of paper from the command line, of a visit at which everything happened; none can be forgotten."""

from __future__ import annotations

import hashlib
import subprocess
import uuid
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from book import VirtualClock
from laptop_ground import Laptop, a_laptop
from PIL import Image
from printing_ground import print_all, pupil_at_7
from siak_day import NAME, RIPANI, pupil_of, set_up

from store import destruction as destructions
from store import documents, faults, handovers, officers, pupils, siak_check, stock, visits
from store.documents import DocumentKind
from store.faults import DeviceNamed, Fault
from store.folder import Folder
from store.keyring import Keyring
from store.models.people import Pupil
from store.models.recording import Recording
from store.procedure import EquipmentKind
from store.schedule import Slot
from store.sections import RecordingStage
from store.siak_check import Decision, Field
from store.stock import SpoilReason, StockKind
from store.store import Store
from store.transaction import OfficerRole, Transaction

pytestmark = pytest.mark.peer("pdftotext", "qpdf")

MORNING = datetime(2026, 11, 23, 1, 27, tzinfo=UTC)
VISIT = 2
ONE_OF_SEVERAL = {DocumentKind.PROOF: "1", DocumentKind.DESTRUCTION: "2"}
SAYS = {
    DocumentKind.SCHEDULE: "JADWAL PEREKAMAN",
    DocumentKind.EQUIPMENT: "DAFTAR PERIKSA PERALATAN",
    DocumentKind.FAULTS: "CATATAN GANGGUAN ALAT",
    DocumentKind.TO_RECORD: "DAFTAR MURID YANG AKAN DIREKAM",
    DocumentKind.ABSENTEES: "DAFTAR MURID TIDAK HADIR",
    DocumentKind.SIAK_UPDATES: "DAFTAR PERUBAHAN DATA SIAK",
    DocumentKind.PROOF: "BUKTI PEREKAMAN",
    DocumentKind.PRINT_LIST: "DAFTAR CETAK",
    DocumentKind.WAITING_LIST: "DAFTAR TUNGGU",
    DocumentKind.HANDOVER: "BERITA ACARA SERAH TERIMA",
    DocumentKind.DESTRUCTION: "BERITA ACARA PEMUSNAHAN",
    DocumentKind.STOCK_CARD: "KARTU PERSEDIAAN",
    DocumentKind.SUMMARY: "RINGKASAN",
}


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    made = a_laptop(tmp_path_factory.mktemp("laptop"))
    keyring = Keyring(Folder(made.data))
    for name in ("Fahrurrazi", "Hj. Mariani"):
        keyring.add_officer(
            made.hers, name=name, nip="", roles=frozenset({OfficerRole.PRINTING}), passphrase=f"frasa sandi {name}"
        )
    store = made.open(VirtualClock(MORNING))
    everything_happens(store, made)
    store.close()
    return made


def everything_happens(store: Store, laptop: Laptop) -> None:
    """Let one visit, and the stock, have whatever a paper can be about."""
    visit = set_up(store)
    entries = Keyring(Folder(laptop.data)).officers()
    store.run_now(officers.match, entries)
    fahrurrazi, mariani = (one.id for one in entries if one.id != laptop.hers.officer.id)
    day = store.run_now(visits.get, visit).plan.day
    store.run_now(visits.fix_schedule, visit, (Slot("XII IPA 1", 31, day, 480, 600, 1),))
    store.run_now(faults.note, visit, DeviceNamed(EquipmentKind.IRIS, "usb-2", "IriShield", "SN7"), Fault.GONE)
    store.run_now(pupils.mark_absent, pupil_of(store, visit, 30))
    changes_in_siak(store, pupil_of(store, visit, RIPANI))
    for kind in StockKind:
        store.run_now(stock.receive, kind, 50, "A0117301")
    for serial in ("A0117349", "A0117350"):
        store.run_now(stock.spoil, StockKind.BLANK, SpoilReason.JAMMED, mariani, serial=serial)
        store.run_now(destructions.destroy, 1, (fahrurrazi, mariani))
    pupil_at_7(store, visit, "NORHAYATI", date(2009, 1, 1))
    print_all(store)
    batch = store.run_now(handovers.open_batch, store.run_now(visits.get, visit).school_id, visit)
    store.run_now(handovers.give_all, batch.id, 1)
    pupil_at_7(store, visit, "NORLATIFAH", date(2009, 1, 2))
    waits = pupil_at_7(store, visit, "NOOR LAILA", date(2009, 1, 3), "BIO_CAPTURED", recorded_here=False)
    store.run_now(seal, waits)
    pupil_at_7(store, visit, "LATIFAH HANUM", date(2010, 11, 22))


def changes_in_siak(store: Store, pupil: uuid.UUID) -> None:
    store.run_now(siak_check.differ, pupil, Field.FULL_NAME, "AHMAD RIFANI", Decision.CERTIFICATE, "akta asli dilihat")
    store.run_now(siak_check.agree_all, pupil)
    store.run_now(siak_check.finish, pupil)


def seal(tx: Transaction, pupil: uuid.UUID) -> None:
    """Give a pupil the sealed recording with the number of its proof that step 6 leaves."""
    Recording.create(
        person=Pupil.get_by_id(pupil).person_id,
        pupil=pupil,
        opened_at=tx.now(),
        confirmed_at=tx.now(),
        stage=RecordingStage.SEALED,
        sealed_at=tx.now(),
        sealed_by=tx.officer,
        proof=1,
    )


@pytest.mark.parametrize("kind", DocumentKind, ids=lambda kind: kind.value)
def test_a_paper_of_each_kind_is_made_kept_and_found_again(laptop: Laptop, kind: DocumentKind) -> None:
    out = laptop.place / f"{kind.value}.pdf"
    which = ("--number", ONE_OF_SEVERAL[kind]) if kind in ONE_OF_SEVERAL else ()
    ran = laptop.run(kind.value.replace("_", "-"), "--visit", VISIT, *which, "--out", out)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{out}\n", "")
    subprocess.run(["qpdf", "--check", out], check=True, capture_output=True)
    text = subprocess.run(["pdftotext", "-layout", out, "-"], check=True, capture_output=True, text=True).stdout
    assert SAYS[kind] in text
    assert NAME in text or kind in {DocumentKind.STOCK_CARD, DocumentKind.DESTRUCTION}, "the stock is no school's"
    store = laptop.open()
    noted = store.run_now(documents.of_digest, digest_of(out))
    store.close()
    assert noted is not None
    assert (noted.kind, Path(noted.path).read_bytes()) == (kind, out.read_bytes())
    told = laptop.verify(out)
    assert told.returncode == 0, told.stdout
    assert "unchanged" in told.stdout


def digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_which_of_several_is_asked_for(laptop: Laptop) -> None:
    ran = laptop.run("destruction", "--visit", VISIT)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "rekam17: there are several: --number with one of 1-2\n"
    ran = laptop.run("destruction", "--visit", VISIT, "--number", "3")
    assert (ran.returncode, ran.stderr) == (1, "rekam17: there is none of that number: --number with one of 1-2\n")


def test_every_kind_says_something_of_its_own() -> None:
    assert set(SAYS) == set(DocumentKind)
    assert len(set(SAYS.values())) == len(SAYS)


def test_another_offices_settings_stand_on_its_papers(tmp_path: Path) -> None:
    made = a_laptop(tmp_path)
    folder = tmp_path / "config" / "rekam17"
    folder.mkdir(parents=True)
    Image.new("RGB", (300, 400), (10, 80, 20)).save(folder / "lambang.png")
    (folder / "settings.toml").write_text(OTHER_OFFICE)
    store = made.open()
    visit = store.run_now(visits.listed)[0]
    store.run_now(visits.fix_schedule, visit.visit, (Slot("XII IPA 1", 24, visit.day, 480, 580, 1),))
    store.close()
    out = tmp_path / "jadwal.pdf"
    ran = made.run("schedule", "--visit", 1, "--out", out)
    assert (ran.returncode, ran.stderr) == (0, "")
    text = subprocess.run(["pdftotext", "-layout", out, "-"], check=True, capture_output=True, text=True).stdout
    facts = subprocess.run(["pdfinfo", out], check=True, capture_output=True, text=True).stdout
    for words in ("PEMERINTAH KOTA BANJARBARU", "DISDUKCAPIL KOTA", "Jalan Contoh 1", "pos@contoh.id", "Banjarbaru, "):
        assert words in text
    assert "NOMOR : 1/BJB-" in text
    assert "BALANGAN" not in text.upper()
    assert "PARINGIN" not in text.upper()
    assert "A4" in facts
    assert b"/Subtype /Image" in out.read_bytes()
    signed = next(line for line in text.splitlines() if "Koordinator," in line)
    assert signed.index("Koordinator,") < signed.index("Kepala Sekolah"), "the office signs first"


OTHER_OFFICE = """
paper = "A4"
text_size = 12
list_size = 10
signs_first = "office"
document_number = "{number}/BJB-{year}"
[letterhead]
government = "PEMERINTAH KOTA BANJARBARU"
office = "DISDUKCAPIL KOTA"
address = "Jalan Contoh 1"
contact = "pos@contoh.id"
place = "Banjarbaru"
crest = "lambang.png"
"""
