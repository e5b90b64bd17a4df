"""`rekam17 report` and `rekam17 verify` as anybody runs them: processes of their own on a store on the disk."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from laptop_ground import SCHOOL, Laptop, a_laptop

from store import documents, handovers, visits
from store.documents import DocumentKind
from store.folder import Folder
from store.keyring import Keyring
from store.models.table import database
from store.schedule import Slot
from store.transaction import OfficerRole


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return a_laptop(tmp_path)


def fix(laptop: Laptop) -> None:
    store = laptop.open()
    visit = store.run_now(visits.listed)[0]
    store.run_now(visits.fix_schedule, visit.visit, (Slot("XII IPA 1", 24, visit.day, 480, 580, 1),))
    store.close()


def kept(laptop: Laptop) -> tuple[documents.Document, ...]:
    store = laptop.open()
    try:
        visit = store.run_now(visits.listed)[0]
        return store.run_now(documents.of_subject, visit.visit)
    finally:
        store.close()


def papers_on(place: Path) -> list[Path]:
    return sorted(place.rglob("*.pdf"))


def test_without_a_kind_it_tells_which_papers_there_are(laptop: Laptop) -> None:
    for asked in ((), ("diploma",)):
        ran = laptop.run(*asked)
        assert (ran.returncode, ran.stdout) == (2, "")
        told = [line.split()[0] for line in ran.stderr.splitlines()[1:]]
        assert told == [
            *("schedule", "equipment", "faults", "to-record", "absentees", "siak-updates", "proof"),
            *("print-list", "waiting-list", "handover", "destruction", "stock-card", "summary"),
        ]


@pytest.mark.parametrize(
    "visit", [(), ("--visit", "2"), ("--visit", "0197"), ("--visit", "../1"), ("--visit", "9" * 40)]
)
def test_without_its_visit_it_tells_which_there_are(laptop: Laptop, visit: tuple[str, ...]) -> None:
    ran = laptop.run("schedule", *visit)
    assert (ran.returncode, ran.stdout) == (2, "")
    said, listed = ran.stderr.splitlines()
    assert said.startswith("rekam17: ")
    assert listed.split()[0] == "1"
    assert listed.endswith(SCHOOL)


def test_a_wrong_passphrase_opens_nothing(laptop: Laptop) -> None:
    ran = laptop.run("summary", "--visit", 1, passphrase="lima perahu di sungai")
    assert ran.returncode == 2
    assert ran.stderr.startswith("rekam17: wrong passphrase")
    assert ran.stderr.count("\n") == 1
    assert papers_on(laptop.place) == []


def test_papers_a_visit_does_not_have_are_told_in_one_line(laptop: Laptop) -> None:
    always = {"equipment", "summary"}
    kinds = {kind.value.replace("_", "-") for kind in DocumentKind} - always
    told = {kind: laptop.run(kind, "--visit", 1) for kind in kinds}
    for kind, ran in told.items():
        assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1), kind
        assert "Traceback" not in ran.stderr
    assert "not fixed yet" in told["schedule"].stderr
    assert papers_on(laptop.place) == []
    assert kept(laptop) == ()


@pytest.mark.peer("pdftotext")
def test_a_paper_is_kept_noted_and_written_where_it_is_wanted(laptop: Laptop) -> None:
    fix(laptop)
    out = laptop.place / "jadwal.pdf"
    ran = laptop.run("schedule", "--visit", 1, "--out", out)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{out}\n", "")
    (noted,) = kept(laptop)
    assert Path(noted.path).read_bytes() == out.read_bytes()
    assert out.stat().st_mode & 0o777 == 0o600
    text = subprocess.run(["pdftotext", "-layout", out, "-"], check=True, capture_output=True, text=True).stdout
    assert SCHOOL in text
    assert noted.number in text


def test_the_same_paper_again_is_the_same_document_with_the_same_number(laptop: Laptop) -> None:
    fix(laptop)
    first = laptop.run("schedule", "--visit", 1)
    store = laptop.open()
    key = store.run_now(visits.listed)[0].visit
    store.close()
    again = laptop.run("schedule", "--visit", key)
    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    assert first.stdout == again.stdout
    assert len(kept(laptop)) == len(papers_on(laptop.place)) == 1


def test_where_it_cannot_be_written_is_told_and_no_half_is_left(laptop: Laptop) -> None:
    fix(laptop)
    (laptop.place / "file").write_text("")
    for out, why in ((laptop.place, "is a folder"), (laptop.place / "file" / "a.pdf", "no such folder")):
        ran = laptop.run("schedule", "--visit", 1, "--out", out)
        assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
        assert why in ran.stderr
    full = laptop.run("schedule", "--visit", 1, "--out", "/proc/jadwal.pdf")
    assert (full.returncode, full.stdout, full.stderr.count("\n")) == (1, "", 1)
    (paper,) = papers_on(laptop.place)
    assert str(paper) in full.stderr, "what was kept is named"


def test_when_documents_cannot_be_kept_nothing_is_noted(laptop: Laptop) -> None:
    fix(laptop)
    (laptop.data / "documents").write_text("a file stands in the way")
    ran = laptop.run("schedule", "--visit", 1, "--out", laptop.place / "jadwal.pdf")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert kept(laptop) == ()
    assert papers_on(laptop.place) == []


def test_an_officer_who_does_not_print_gets_no_minutes(laptop: Laptop) -> None:
    his = "lima perahu di sungai deras"
    Keyring(Folder(laptop.data)).add_officer(
        laptop.hers, name="Fahrurrazi", nip="", roles=frozenset({OfficerRole.RECORDING}), passphrase=his
    )
    store = laptop.open()
    visit = store.run_now(visits.listed)[0].visit
    store.run_now(handovers.open_batch, store.run_now(visits.get, visit).school_id, visit)
    store.close()
    ran = laptop.run("handover", "--visit", 1, "--officer", "Fahrurrazi", passphrase=his)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert "printing" in ran.stderr
    ran = laptop.run("handover", "--visit", 1, "--officer", "Rahmawati")
    assert (ran.returncode, ran.stderr) == (1, "rekam17: nobody would be on this paper\n")
    assert papers_on(laptop.place) == []


@pytest.fixture
def paper(laptop: Laptop) -> Path:
    """Make the schedule."""
    fix(laptop)
    out = laptop.place / "jadwal.pdf"
    ran = laptop.run("schedule", "--visit", 1, "--out", out)
    assert ran.returncode == 0, ran.stderr
    return out


def tampered(paper: Path) -> list[Path]:
    """Return twenty copies of a paper of which not one is the paper any more."""
    whole = paper.read_bytes()
    copies = [bytearray(whole) for _ in range(16)]
    for place, copy in enumerate(copies):
        copy[len(whole) * place // 16] ^= 1 << (place % 8)
    update = b"\n%%added\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
    made = [*map(bytes, copies), whole + update, whole + b"\n", whole[:-1], b""]
    files = [paper.parent / f"copy-{number}.pdf" for number in range(len(made))]
    for file, content in zip(files, made, strict=True):
        file.write_bytes(content)
    return files


def test_an_untouched_paper_is_told_as_unchanged(laptop: Laptop, paper: Path) -> None:
    (noted,) = kept(laptop)
    ran = laptop.verify(paper, Path(noted.path))
    assert (ran.returncode, ran.stderr) == (0, "")
    for line in ran.stdout.splitlines():
        assert f"schedule {noted.number}, made " in line
        assert line.endswith(" by Rahmawati: unchanged; the journal agrees.")


def test_twenty_tampered_copies_of_twenty_are_refused(laptop: Laptop, paper: Path) -> None:
    copies = tampered(paper)
    ran = laptop.verify(paper, *copies)
    assert (ran.returncode, ran.stderr) == (1, "")
    first, *told = ran.stdout.splitlines()
    assert "unchanged; the journal agrees" in first
    assert len(told) == 20
    assert all("NOT a paper of this laptop" in line for line in told)


@pytest.mark.peer("qpdf")
def test_a_page_laid_over_or_taken_out_is_refused(laptop: Laptop, paper: Path) -> None:
    over, without = laptop.place / "over.pdf", laptop.place / "without.pdf"
    subprocess.run(["qpdf", paper, "--overlay", paper, "--", over], check=True)
    subprocess.run(["qpdf", "--empty", "--pages", paper, "1", "--", without], check=True)
    ran = laptop.verify(over, without)
    assert (ran.returncode, ran.stdout.count("NOT a paper of this laptop")) == (1, 2)


def test_a_paper_written_into_the_store_behind_the_journals_back_is_refused(laptop: Laptop, paper: Path) -> None:
    forged = tampered(paper)[0]
    digest = hashlib.sha256(forged.read_bytes()).hexdigest()
    store = laptop.open()
    store.run_now(lambda _: database.execute_sql("DROP TRIGGER document_made_no_update"))
    store.run_now(lambda _: database.execute_sql("UPDATE document_made SET sha256 = ?", (digest,)))
    store.close()
    ran = laptop.verify(forged)
    assert ran.returncode == 1
    assert "NOT in the journal" in ran.stdout


def test_with_a_broken_journal_nothing_is_believed(laptop: Laptop, paper: Path) -> None:
    store = laptop.open()
    store.run_now(lambda _: database.execute_sql("DROP TRIGGER journal_no_update"))
    store.run_now(lambda _: database.execute_sql("UPDATE journal SET facts = '{}' WHERE seq = 2"))
    store.close()
    ran = laptop.verify(paper)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "rekam17: nothing can be said: the journal is broken at entry 2\n"


def test_what_is_no_file_is_told_in_one_line(laptop: Laptop) -> None:
    for file in (laptop.place / "gone.pdf", laptop.place):
        ran = laptop.verify(file)
        assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
