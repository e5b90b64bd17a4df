"""The commands that guard the store: office keys, backup, restore, and the journal's check."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store.clock import SystemClock
from store.folder import Folder
from store.keyring import Keyring, Unlocked
from store.models.people import School
from store.models.table import database
from store.sealing import KeyUse, OfficeKeys, read_private, read_public
from store.slots import Costs
from store.store import Store
from store.transaction import OfficerRole, Transaction
from tui.__main__ import main

HERS = "empat kuda di sawah pagi"
NEW = "lima perahu di sungai deras"
NIKS = ("6311056509099001", "6311051212099002")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["office-key", str(tmp_path / "office")]) == 0
    capsys.readouterr()
    return tmp_path / "office"


@pytest.fixture
def hers(data: Path, office: Path) -> Unlocked:
    folder, clock = Folder(data), SystemClock()
    _, hers = Keyring.create(
        folder,
        read_public(office / "office.pub"),
        name="Rahmawati",
        nip="199001012015032001",
        roles=frozenset(OfficerRole),
        passphrase=HERS,
        costs=Costs(64, 1, 1),
    )
    store = Store.open(folder.database, hers.database_key, clock, create=True)
    for nik in NIKS:
        store.run_now(add_school, f"MA Contoh {nik}")
    store.close()
    return hers


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def given(*arguments: object, passphrase: str | None = None) -> tuple[int, str, str]:
        words = [str(argument) for argument in arguments]
        reading = None
        if passphrase is not None:
            reading, writing = os.pipe()
            os.write(writing, passphrase.encode() + b"\n")
            os.close(writing)
            words += ["--passphrase-fd", str(reading)]
        try:
            status = main(words)
        finally:
            if reading is not None:
                os.close(reading)
        out, err = capsys.readouterr()
        return status, out, err

    return given


def add_school(transaction: Transaction, name: str) -> None:
    school = School.create(name=name)
    transaction.note("school.added", school.id, name=name)


def open_store(data: Path, hers: Unlocked) -> Store:
    return Store.open(Folder(data).database, hers.database_key, SystemClock())


def test_office_key_makes_the_pairs_once_and_prints_their_fingerprint(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("office-key", tmp_path / "keys")
    assert status == 0
    public = read_public(tmp_path / "keys" / "office.pub")
    assert public.fingerprint in out
    keys = OfficeKeys(*(read_private(tmp_path / "keys" / f"{use.value}.key", use) for use in KeyUse))
    assert keys.public == public
    status, _, err = run("office-key", tmp_path / "keys")
    assert status == 2
    assert "already" in err
    assert read_public(tmp_path / "keys" / "office.pub") == public


def test_office_key_says_in_one_line_that_it_cannot_write(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _, err = run("office-key", tmp_path / "file" / "keys")
    assert status == 2
    assert err.count("\n") == 1


def test_journal_verify_walks_a_whole_chain(run: Run, data: Path, hers: Unlocked) -> None:
    status, out, err = run("journal", "verify", "--data", data, passphrase=HERS)
    assert (status, err) == (0, "")
    assert out.startswith("Whole: 2 entries, head ")


def test_journal_verify_names_the_first_bad_entry(run: Run, data: Path, hers: Unlocked) -> None:
    store = open_store(data, hers)
    store.run_now(lambda _: database.execute_sql("DROP TRIGGER journal_no_update"))
    store.run_now(lambda _: database.execute_sql("UPDATE journal SET facts = '{}' WHERE seq = 2"))
    store.close()
    status, out, _ = run("journal", "verify", "--data", data, passphrase=HERS)
    assert status == 1
    assert "first bad entry is 2" in out


def test_backup_while_an_officer_works_and_restore_when_he_has_ended(
    run: Run, data: Path, hers: Unlocked, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    writer = Path(__file__).parents[1] / "store" / "writer.py"
    command = [sys.executable, str(writer), str(Folder(data).database), hers.database_key.hex(), "Hendra", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as at_work:
        assert at_work.stdout is not None
        assert at_work.stdout.readline() == "ready\n"
        status, out, err = run("backup", stick, "--data", data, passphrase=HERS)
        assert (status, err) == (0, "")
        (file,) = stick.iterdir()
        assert str(file) in out
        status, _, err = run("restore", file, "--data", data, passphrase=HERS)
        assert status == 1
        assert "at work" in err
        at_work.communicate("go\n")
    status, out, err = run("restore", file, "--data", data, passphrase=HERS)
    assert (status, err) == (0, "")
    store = open_store(data, hers)
    assert store.run_now(lambda _: School.select().count()) == 2
    store.close()


def test_restore_on_another_laptop_takes_the_offices_key_and_a_new_passphrase(
    run: Run, data: Path, hers: Unlocked, office: Path, tmp_path: Path
) -> None:
    (tmp_path / "stick").mkdir()
    assert run("backup", tmp_path / "stick", "--data", data, passphrase=HERS)[0] == 0
    (file,) = (tmp_path / "stick").iterdir()
    other = tmp_path / "other"
    status, _, err = run("restore", file, "--data", other, passphrase=HERS)
    assert status == 2
    assert "recovery key" in err
    key = office / "recovery.key"
    status, _, err = run("restore", file, "--data", other, "--recovery-key", key, passphrase=NEW)
    assert (status, err) == (0, "")
    status, out, _ = run("journal", "verify", "--data", other, passphrase=NEW)
    assert status == 0
    assert out.startswith("Whole: 3 entries")


@pytest.mark.parametrize(
    ("arguments", "passphrase", "expected"),
    [
        (("journal", "verify"), "wrong passphrase, truly", "wrong passphrase: 4 tries left, the next in 2 seconds"),
        (("journal", "verify"), None, "no terminal to ask for the passphrase: give --passphrase-fd N"),
        (("journal", "verify", "--passphrase-fd", "99"), None, "no passphrase can be read from that descriptor"),
        (("journal", "verify", "--officer", "Nobody"), HERS, "no officer of that name: Rahmawati"),
        (("backup", "nowhere"), HERS, "nowhere: is no folder"),
        (("restore", "nowhere.tar"), HERS, "nowhere.tar: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_line_on_standard_error(
    run: Run, data: Path, hers: Unlocked, arguments: tuple[str, ...], passphrase: str | None, expected: str
) -> None:
    before = Folder(data).database.read_bytes()
    status, out, err = run(*arguments, "--data", data, passphrase=passphrase)
    assert status in (1, 2)
    assert out == ""
    assert expected in err
    assert err.count("\n") == 1
    assert Folder(data).database.read_bytes() == before


def test_a_laptop_that_was_never_set_up_is_told_so_and_stays_so(run: Run, data: Path) -> None:
    status, _, err = run("journal", "verify", "--data", data, passphrase=HERS)
    assert status == 2
    assert "no store here yet" in err
    assert not data.exists()


def test_a_hostile_name_cannot_move_the_cursor(run: Run, data: Path, hers: Unlocked) -> None:
    _, _, err = run("restore", "x\x1b[2J.tar", "--data", data, passphrase=HERS)
    assert "\x1b" not in err


def test_a_thief_with_the_disk_finds_no_nik_and_no_passphrase_in_any_file(
    data: Path, hers: Unlocked, tmp_path: Path
) -> None:
    """Everything is done by a process of its own, killed in the end, so that every file is as a thief would find it."""
    reading, writing = os.pipe()
    os.write(writing, HERS.encode() + b"\n")
    os.close(writing)
    (tmp_path / "stick").mkdir()
    command = [sys.executable, "-m", "tui", "backup", str(tmp_path / "stick"), "--data", str(data)]
    done = subprocess.run(
        [*command, "--passphrase-fd", str(reading)],
        pass_fds=(reading,),
        capture_output=True,
        check=False,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        cwd=Path(__file__).parents[2],
    )
    os.close(reading)
    assert done.returncode == 0, done.stderr
    store = open_store(data, hers)
    store.run_now(add_school, f"SMK {NIKS[0]}")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"rekam17.db-wal", "keyring.json"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        for known in (*NIKS, HERS, "MA Contoh"):
            assert known.encode() not in content, path.name
            assert known.encode("utf-16-le") not in content, path.name
        assert hers.database_key not in content, path.name
        assert hers.database_key.hex().encode() not in content, path.name
    store.close()
