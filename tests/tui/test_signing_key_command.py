"""`rekam17 signing-key` as the office runs it: the key is taken, told, refused with a reason, and taken away."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from laptop_ground import Laptop, a_laptop

from store import signing_key
from store.folder import Folder
from store.keyring import Keyring
from store.transaction import OfficerRole
from tests.reports.office_keys import OFFICE, PASSPHRASE, a_key_file

HIS = "lima perahu di sungai deras"


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return a_laptop(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "kantor.p12"
    file.write_bytes(a_key_file())
    return file


def took(laptop: Laptop, file: Path, passphrase: str = PASSPHRASE) -> subprocess.CompletedProcess[str]:
    reading, writing = os.pipe()
    os.write(writing, passphrase.encode() + b"\n")
    os.close(writing)
    try:
        return laptop.command("signing-key", file, "--key-passphrase-fd", reading, inherited=(reading,))
    finally:
        os.close(reading)


def has_key(laptop: Laptop) -> bool:
    store = laptop.open()
    try:
        return store.run_now(signing_key.current) is not None
    finally:
        store.close()


def test_a_key_is_taken_told_and_taken_away(laptop: Laptop, file: Path) -> None:
    before = laptop.command("signing-key")
    assert (before.returncode, before.stdout) == (
        0,
        "No key: handover minutes are signed on the pad or in ink alone.\n",
    )
    ran = took(laptop, file)
    assert (ran.returncode, ran.stderr) == (0, "")
    said, fingerprint = ran.stdout.splitlines()
    assert said.startswith(f"Handover minutes are signed from now on as {OFFICE}, until ")
    told = laptop.command("signing-key")
    assert told.returncode == 0
    assert told.stdout.splitlines()[1] == fingerprint
    removed = laptop.command("signing-key", "--remove")
    assert (removed.returncode, has_key(laptop)) == (0, False)
    again = laptop.command("signing-key", "--remove")
    assert (again.returncode, again.stderr) == (1, "rekam17: there is no key\n")


def test_neither_key_nor_passphrase_can_be_read_on_the_disk(laptop: Laptop, file: Path) -> None:
    assert took(laptop, file).returncode == 0
    store = laptop.open()
    held = store.run_now(signing_key.current)
    store.close()
    assert held is not None
    file.unlink()
    for path in laptop.place.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert held.key not in content
            assert held.certificate not in content
            assert PASSPHRASE.encode() not in content


@pytest.mark.parametrize(
    ("content", "passphrase", "why"),
    [
        (a_key_file(), "salah", "that is not its passphrase"),
        (b"<html>not found</html>", PASSPHRASE, "is no PKCS#12 file"),
        (a_key_file(begins=-30, ends=-2), PASSPHRASE, "its certificate ended on "),
        (a_key_file(begins=3), PASSPHRASE, "its certificate begins on "),
        (a_key_file(signatures=False), PASSPHRASE, "its certificate is not for signatures"),
    ],
    ids=["wrong passphrase", "another file", "ended", "not yet", "for encryption"],
)
def test_a_key_that_cannot_sign_is_refused_in_one_line_and_changes_nothing(
    laptop: Laptop, file: Path, content: bytes, passphrase: str, why: str
) -> None:
    assert took(laptop, file).returncode == 0
    file.write_bytes(content)
    ran = took(laptop, file, passphrase)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (1, "", 1)
    assert why in ran.stderr
    assert ran.stderr.endswith("; nothing was changed\n")
    assert has_key(laptop)


def test_a_file_that_is_not_there_is_told_before_a_passphrase_is_asked(laptop: Laptop) -> None:
    ran = laptop.command("signing-key", laptop.place / "gone.p12", passphrase="never read")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "No such file" in ran.stderr


def test_only_a_coordinator_takes_it_away(laptop: Laptop, file: Path) -> None:
    assert took(laptop, file).returncode == 0
    Keyring(Folder(laptop.data)).add_officer(
        laptop.hers, name="Fahrurrazi", nip="", roles=frozenset({OfficerRole.PRINTING}), passphrase=HIS
    )
    told = laptop.command("signing-key", "--remove", "--officer", "Fahrurrazi", passphrase=HIS)
    assert (told.returncode, told.stderr) == (1, "rekam17: Fahrurrazi is no coordinator; nothing was changed\n")
    assert has_key(laptop)
