"""`rekam17 export` and `rekam17 office`: from the laptop to the office and back, in processes of their own."""

from __future__ import annotations

import os
import random
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest
from home_ground import pupils
from laptop_ground import HERS, ROOT, Laptop, a_laptop

from store import visits
from store.models.people import Pupil
from store.models.recording import Attempt, Recording
from store.sections import RecordingStage, Section
from store.transaction import Transaction
from tests.store.roster_files import text

CUTS = 200 if os.environ.get("REKAM17_PROVE") == "1" else 8
_FINGERPRINT = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


class Office:
    """An office beside the laptop, and the stick between them."""

    def __init__(self, place: Path, laptop: Laptop) -> None:
        self.folder, self.stick, self.laptop = place / "office", place / "stick", laptop
        self.stick.mkdir()

    def command(self, action: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        words = ["office", action, str(self.folder), *map(str, arguments)]
        return subprocess.run(
            [sys.executable, "-m", "tui", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )

    def export(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return self.laptop.command("export", *arguments)

    def meet(self) -> None:
        """Make the office, let the laptop join, add it there: fingerprints are read out both ways."""
        self.mark = self.fingerprint_in(self.command("init", "--regency", "6311", "--name", "Disdukcapil Contoh"))
        self.take_in(self.laptop, "Laptop 1")

    def take_in(self, laptop: Laptop, name: str) -> None:
        """Let a laptop join, and add it."""
        words = ["--join", self.folder / "exchange.pub", "--name", name, "--fingerprint", self.mark]
        mark = self.fingerprint_in(laptop.command("export", self.stick, *words))
        (card,) = self.stick.glob("*.laptop.pub")
        assert self.command("add", card, "--fingerprint", mark).returncode == 0
        card.unlink()

    @staticmethod
    def fingerprint_in(said: subprocess.CompletedProcess[str]) -> str:
        assert said.returncode == 0, said
        mark = _FINGERPRINT.search(said.stdout)
        assert mark is not None, said
        return mark[0]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, a_laptop(tmp_path / "laptop"))


def record(laptop: Laptop, count: int) -> None:
    """Seal that many recordings on the laptop, each with three captures."""
    store = laptop.open()

    def seal(tx: Transaction) -> None:
        fresh = Pupil.select().where(Pupil.id.not_in(Recording.select(Recording.pupil))).order_by(Pupil.number)
        for pupil in fresh.limit(count):
            held = Recording.create(person=pupil.person_id, pupil=pupil.id, opened_at=tx.now())
            for number in range(1, 4):
                Attempt.create(
                    recording=held.id,
                    section=Section.LEFT_SLAP,
                    number=number,
                    round=1,
                    at=tx.now(),
                    sha256="0" * 64,
                    sealed=secrets.token_bytes(20_000),
                )
            Recording.update(stage=RecordingStage.SEALED, sealed_at=tx.now()).where(Recording.id == held.id).execute()
            tx.note("recording.sealed", held.id, proof=pupil.number)

    store.run_now(seal)
    store.close()


def listed(laptop: Laptop, count: int) -> uuid.UUID:
    store = laptop.open()
    visit = store.run_now(visits.home).visits[0].visit
    pupils(store, visit, count)
    store.close()
    return visit


def test_a_visit_s_recordings_go_to_the_office_and_are_told_as_arrived(office: Office) -> None:
    assert "joined no office yet" in office.export(office.stick).stderr
    office.meet()
    listed(office.laptop, 5)
    record(office.laptop, 5)
    assert "arrived 0, on their way 0, only here 5" in office.export().stdout
    said = office.export(office.stick)
    assert "1/1" in said.stdout
    assert "arrived 0, on their way 5, only here 0" in said.stdout
    said = office.command("ingest", office.stick)
    assert said.returncode == 0
    assert "5 recordings, 15 captures" in said.stdout
    assert "1 of 1 bundles are here; receipts for 1 laptops" in said.stdout
    said = office.export(office.stick)
    assert "The office has bundle 1 to 1" in said.stdout
    assert "arrived 5, on their way 0, only here 0" in said.stdout
    said = office.command("status")
    assert "5 recordings with 15 captures in 1 bundles" in said.stdout
    assert "Laptop 1: up to bundle 1" in said.stdout
    assert "here already" in office.command("ingest", office.stick).stdout


def test_a_key_that_was_not_read_out_is_not_joined(office: Office) -> None:
    office.command("init", "--regency", "6311", "--name", "Disdukcapil Contoh")
    public = office.folder / "exchange.pub"
    said = office.export(office.stick, "--join", public, "--name", "L", "--fingerprint", "AAAA-BBBB-CCCC-DDDD")
    assert said.returncode == 2
    assert "Nothing was changed" in said.stderr
    assert list(office.stick.iterdir()) == []
    assert "never overwritten" in office.command("init", "--regency", "6311", "--name", "Contoh").stderr
    assert "four digits such as" in Office.command(_other(office), "init", "--regency", "63", "--name", "Contoh").stderr


def _other(office: Office) -> Office:
    place = office.folder.parent / "other"
    place.mkdir()
    return Office(place, office.laptop)


def test_a_revoked_laptop_and_a_file_that_lies_are_refused_with_the_rest_taken(office: Office) -> None:
    office.meet()
    listed(office.laptop, 2)
    record(office.laptop, 1)
    office.export(office.stick)
    (office.stick / "bundles" / "zzz.r17").write_bytes(b"GIF89a")
    said = office.command("ingest", office.stick)
    assert said.returncode == 1
    assert "zzz.r17: is no bundle of rekam17. Nothing of it was taken." in said.stdout
    assert "1 of 2 bundles are here" in said.stdout
    assert office.command("revoke", "Laptop 1").returncode == 0
    record(office.laptop, 1)
    office.export(office.stick)
    assert "comes from a laptop that was revoked" in office.command("ingest", office.stick).stdout
    assert "Laptop 1: revoked" in office.command("status").stdout


def test_two_laptops_that_recorded_the_same_pupils_are_decided_by_the_coordinator(office: Office) -> None:
    office.meet()
    other = a_laptop(office.folder.parent / "other")
    office.take_in(other, "Laptop 2")
    for laptop in (office.laptop, other):
        listed(laptop, 1)
        record(laptop, 1)
        assert laptop.command("export", office.stick).returncode == 0
    office.command("ingest", office.stick)
    assert "1 to decide: rekam17 office conflicts" in office.command("status").stdout
    said = office.command("conflicts")
    assert said.returncode == 1
    question, first, second = said.stdout.splitlines()
    assert "NIK ··9002: recorded more than once" in question
    assert "63110652" not in said.stdout
    assert {"Laptop 1", "Laptop 2"} == {first[14:22], second[14:22]}
    code, kept = question[:8], second[4:12]
    for words, why in (
        (["--decide", code], "no such version"),
        (["--decide", "12345678", "--keep", kept], "nothing is open there"),
        (["--decide", code, "--keep", kept], "needs --reason and --officer"),
    ):
        said = office.command("conflicts", *words)
        assert (said.returncode, why in said.stderr) == (2, True), said
    decided = ["--decide", code, "--keep", kept, "--reason", "wajah lebih baik", "--officer", "Hj. Mariani"]
    assert office.command("conflicts", *decided).returncode == 0
    assert office.command("conflicts").stdout == "Nothing to decide.\n"


def test_the_office_s_answer_comes_back_on_the_stick(office: Office) -> None:
    office.meet()
    listed(office.laptop, 1)
    record(office.laptop, 1)
    office.export(office.stick)
    export = office.folder.parent / "siak.csv"
    rows = [
        ("NIK", "NAMA LENGKAP", "TANGGAL LAHIR", "STATUS REKAM"),
        ("6311065205099002", "MURID 9002", "12-05-2009", "PRR"),
    ]
    export.write_bytes(text(rows))
    assert "1 statuses of 2026-11-20" in office.command("statuses", export, "--day", "2026-11-20").stdout
    assert "written 2026-11-20" in office.command("statuses", export, "--day", "20-11-2026").stderr
    assert "No such" not in office.command("statuses", export.with_name("none.csv"), "--day", "2026-11-20").stdout
    assert office.command("settings", "quality.finger", "45").returncode == 0
    assert "no such setting" in office.command("settings", "quality.finger", "450").stderr
    assert office.command("settings").stdout == "quality.finger = 45\n"
    office.command("ingest", office.stick)
    said = office.export(office.stick).stdout
    assert "1 statuses and 1 settings changed, 0 pupils go back to step 3" in said
    assert "The office answered" not in office.export(office.stick).stdout, "it is the same answer"
    assert "no laptop has told" in office.command("revoke", "--officer", "Nobody").stderr
    assert "on 1 laptops" in office.command("revoke", "--officer", "Rahmawati").stdout
    office.command("ingest", office.stick)
    office.export(office.stick)
    said = office.export()
    assert said.returncode == 2
    assert "the office has ended this officer's access" in said.stderr


@pytest.mark.long
@pytest.mark.timeout(120 + CUTS * 8)
def test_export_and_ingest_killed_anywhere_lose_nothing_and_take_nothing_twice(office: Office) -> None:
    office.meet()
    listed(office.laptop, CUTS * 2)
    chance = random.Random(17)
    for _cut in range(CUTS):
        record(office.laptop, 2)
        killed(office, ["export", str(office.stick), "--data", str(office.laptop.data)], chance.uniform(0.2, 1.2))
        killed(office, ["office", "ingest", str(office.folder), str(office.stick)], chance.uniform(0.1, 0.6))
    assert office.export(office.stick).returncode == 0
    assert office.command("ingest", office.stick).returncode == 0
    said = office.export(office.stick).stdout
    assert f"Recordings: {CUTS * 2}; arrived {CUTS * 2}, on their way 0, only here 0" in said
    said = office.command("status").stdout
    assert f"{CUTS * 2} recordings with {CUTS * 6} captures" in said
    files = [path for path in (office.folder / "captures").rglob("*") if path.is_file() and path.name[0] != "."]
    assert len(files) == CUTS * 6


@pytest.mark.long
@pytest.mark.timeout(120 + CUTS * 10)
def test_laptop_and_server_killed_anywhere_lose_nothing_and_take_nothing_twice(office: Office) -> None:
    office.meet()
    listed(office.laptop, CUTS * 2)
    chance = random.Random(8)
    server, port = serve(office, 0)
    url = f"https://127.0.0.1:{port}"
    try:
        for cut in range(CUTS):
            record(office.laptop, 2)
            words = ["export", url, "--data", str(office.laptop.data)]
            if cut % 2:
                killed(office, words, chance.uniform(0.3, 1.2))
            else:
                doomed = threading.Timer(chance.uniform(0.3, 1.2), server.kill)
                doomed.start()
                office.export(url)
                doomed.join()
                server.communicate()
                server, port = serve(office, port)
        said = office.export(url)
        assert said.returncode == 0, said
        assert f"Recordings: {CUTS * 2}; arrived {CUTS * 2}, on their way 0, only here 0" in said.stdout
    finally:
        server.terminate()
        rest, _errors = server.communicate(timeout=20)
    assert server.returncode == 0
    assert rest == "Ended; what has come of a bundle goes on next time.\n"
    said = office.command("status").stdout
    assert f"{CUTS * 2} recordings with {CUTS * 6} captures" in said
    assert list((office.folder / "uploads").iterdir()) == []


def serve(office: Office, port: int) -> tuple[subprocess.Popen[str], int]:
    """Let the office be called in a process of its own, and return it with its port."""
    words = [sys.executable, "-m", "tui", "office", "serve", str(office.folder), "--port", str(port)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said.startswith("Called at https://127.0.0.1:"), said
    return process, int(said.rpartition(":")[2])


def killed(office: Office, words: list[str], after: float) -> None:
    """Start a command and kill it after so many seconds, unless it was done before."""
    reading, writing = os.pipe()
    os.write(writing, HERS.encode() + b"\n")
    os.close(writing)
    asks = ["--passphrase-fd", str(reading)] if words[0] == "export" else []
    home = {
        "HOME": str(office.laptop.place),
        "XDG_CONFIG_HOME": str(office.laptop.place / "config"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", *words, *asks],
        cwd=ROOT,
        env=os.environ | home,
        pass_fds=(reading,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(reading)
    time.sleep(after)
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
