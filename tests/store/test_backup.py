"""Backup and restore: a stick that may be full, pulled, damaged or forged, and a store that stays whole."""

import io
import json
import os
import resource
import signal
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store import backup, journal, migrations
from store.backup import BackupError, BackupProblem
from store.errors import KeyringError, OpenError, Reason
from store.folder import Folder, lease
from store.keyring import Keyring, Unlocked
from store.models.people import School
from store.models.table import database
from store.sealing import OfficeKeys
from store.slots import Costs
from store.store import Store
from store.transaction import OfficerRole, Transaction

HERS = "empat kuda di sawah pagi"
NEW = "lima perahu di sungai deras"
OFFICE = OfficeKeys.generate()
NIK = "6311056509099002"


class HandClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 7, 25, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 1.0

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Laptop:
    """A laptop that was set up: its folder, its coordinator, and its store while it is open."""

    def __init__(self, path: Path) -> None:
        self.folder = Folder(path)
        self.clock = HandClock()
        self.ring, self.hers = self.set_up()
        Store.open(self.folder.database, self.hers.database_key, self.clock, create=True).close()

    def set_up(self) -> tuple[Keyring, Unlocked]:
        return Keyring.create(
            self.folder,
            OFFICE.public,
            name="Rahmawati",
            nip="",
            roles=frozenset(OfficerRole),
            passphrase=HERS,
            costs=Costs(64, 1, 1),
        )

    def add(self, *names: str) -> None:
        store = self.open()
        for name in names:
            store.run_now(add_school, name)
        store.close()

    def open(self) -> Store:
        return Store.open(self.folder.database, self.hers.database_key, self.clock)

    def schools(self) -> list[str]:
        store = self.open()
        try:
            return store.run_now(names)
        finally:
            store.close()

    def copy_to(self, stick: Path) -> backup.Backup:
        return backup.make(self.folder, self.hers.database_key, stick, self.clock)

    def restore(self, file: Path) -> backup.Restored:
        with backup.stage(self.folder, file) as staged:
            opened = staged.keyring.unlock(self.hers.officer.id, HERS, self.clock.now())
            return backup.restore(self.folder, staged, opened.database_key, self.clock, self.hers.officer.id)


def add_school(transaction: Transaction, name: str) -> None:
    school = School.create(name=name)
    transaction.note("school.added", school.id, name=name)


def names(transaction: Transaction) -> list[str]:
    return [school.name for school in School.select().order_by(School.name)]


def events(transaction: Transaction) -> list[str]:
    return [row[0] for row in database.execute_sql("SELECT event FROM journal ORDER BY seq").fetchall()]


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    made = Laptop(tmp_path / "data")
    made.add("SMAN 1 Contoh", f"MA Contoh {NIK}")
    return made


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def members(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar.getmembers()}


def write_tar(file: Path, content: dict[str, bytes], **kinds: bytes) -> Path:
    with tarfile.open(file, "w") as tar:
        for name, data in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            member.type = kinds.get(name.replace(".", "_"), tarfile.REGTYPE)
            tar.addfile(member, io.BytesIO(data))
    return file


class TestBackup:
    def test_is_made_while_an_officer_works_and_holds_all_that_was_acknowledged(
        self, laptop: Laptop, stick: Path
    ) -> None:
        store = laptop.open()
        store.run_now(add_school, "SMK Contoh")
        made = laptop.copy_to(stick)
        store.run_now(backup.noted, made)
        store.run_now(add_school, "SMAN 2 Contoh")
        assert store.run_now(events)[-2:] == ["backup.made", "school.added"]
        store.close()
        assert made.verdict.entries == 3
        assert laptop.folder.last_backup == laptop.clock.now()
        assert sorted(members(made.path)) == ["keyring.json", "manifest.json", "office.pub", "rekam17.db"]

    def test_the_stick_tells_a_finder_nothing(self, laptop: Laptop, stick: Path) -> None:
        made = laptop.copy_to(stick)
        content = made.path.read_bytes()
        assert NIK.encode() not in content
        assert b"SQLite format" not in content
        assert (laptop.folder.path / "pepper").read_bytes() not in content
        assert laptop.hers.database_key not in content
        assert made.path.stat().st_mode & 0o077 == 0

    def test_a_second_one_in_the_same_second_leaves_the_first_alone(self, laptop: Laptop, stick: Path) -> None:
        first, second = laptop.copy_to(stick), laptop.copy_to(stick)
        assert first.path.name == "rekam17-20261123T072500Z.tar"
        assert second.path.name == "rekam17-20261123T072500Z-2.tar"

    def test_a_full_stick_leaves_the_older_copy_whole_and_no_half_one(self, laptop: Laptop, stick: Path) -> None:
        older = laptop.copy_to(stick).path.read_bytes()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(older) - 4096, hard))
        try:
            with pytest.raises(BackupError) as full:
                laptop.copy_to(stick)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, ignored)
        assert full.value.problem in (BackupProblem.FULL, BackupProblem.GONE)
        assert [path.read_bytes() for path in stick.iterdir()] == [older]
        assert not (laptop.folder.path / ".backup.db").exists()

    def test_a_stick_that_is_not_there_is_told(self, laptop: Laptop, tmp_path: Path) -> None:
        with pytest.raises(BackupError) as gone:
            laptop.copy_to(tmp_path / "pulled")
        assert gone.value.problem is BackupProblem.NOT_A_FOLDER

    def test_two_at_once_are_refused(self, laptop: Laptop, stick: Path) -> None:
        hold = laptop.folder.hold("backup", "")
        with pytest.raises(BackupError) as busy:
            laptop.copy_to(stick)
        assert busy.value.problem is BackupProblem.BUSY
        assert hold is not None
        hold.release()
        assert laptop.copy_to(stick)

    def test_a_broken_journal_is_not_backed_up_as_if_it_were_whole(self, laptop: Laptop, stick: Path) -> None:
        store = laptop.open()
        store.run_now(lambda _: database.execute_sql("DROP TRIGGER journal_no_update"))
        store.run_now(lambda _: database.execute_sql("UPDATE journal SET facts = '{}' WHERE seq = 1"))
        store.close()
        with pytest.raises(BackupError) as broken:
            laptop.copy_to(stick)
        assert broken.value.problem is BackupProblem.JOURNAL
        assert list(stick.iterdir()) == []


class TestRestore:
    def test_brings_back_the_day_of_the_backup_and_keeps_the_former_files(self, laptop: Laptop, stick: Path) -> None:
        made = laptop.copy_to(stick)
        laptop.add("SMK Contoh")
        done = laptop.restore(made.path)
        assert laptop.schools() == [f"MA Contoh {NIK}", "SMAN 1 Contoh"]
        assert done.verdict.head == made.verdict.head
        assert done.replaced is not None
        kept = Store.open(done.replaced / "rekam17.db", laptop.hers.database_key, laptop.clock)
        assert "SMK Contoh" in kept.run_now(names)
        kept.close()
        store = laptop.open()
        assert store.run_now(events)[-1] == "store.restored"
        assert store.run_now(journal.verify).good
        store.close()

    def test_on_another_laptop_it_opens_by_the_offices_key(self, laptop: Laptop, stick: Path, tmp_path: Path) -> None:
        made = laptop.copy_to(stick)
        other = Folder(tmp_path / "other")
        with backup.stage(other, made.path) as staged:
            with pytest.raises(KeyringError):
                staged.keyring.unlock(laptop.hers.officer.id, HERS, laptop.clock.now())
            opened = staged.keyring.recover(OFFICE.recovery, laptop.hers.officer.id, NEW, laptop.clock.now())
            done = backup.restore(other, staged, opened.database_key, laptop.clock)
        assert done.replaced is None
        again = Keyring(other).unlock(laptop.hers.officer.id, NEW, laptop.clock.now())
        store = Store.open(other.database, again.database_key, laptop.clock)
        assert len(store.run_now(names)) == 2
        store.close()

    def test_is_refused_while_somebody_has_the_store_open(self, laptop: Laptop, stick: Path) -> None:
        made = laptop.copy_to(stick)
        store = laptop.open()
        with pytest.raises(BackupError) as busy:
            laptop.restore(made.path)
        assert busy.value.problem is BackupProblem.BUSY
        store.run_now(add_school, "SMK Contoh")
        store.close()
        assert len(laptop.schools()) == 3

    def test_nobody_opens_the_store_while_it_is_replaced(self, laptop: Laptop) -> None:
        alone = lease(laptop.folder.database, exclusive=True)
        with pytest.raises(OpenError) as busy:
            laptop.open()
        assert busy.value.reason is Reason.BUSY
        assert alone is not None
        alone.release()
        assert len(laptop.schools()) == 2

    @pytest.mark.parametrize("crash", range(6))
    def test_a_power_cut_between_the_renames_is_finished_at_the_next_start(
        self, laptop: Laptop, stick: Path, crash: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = laptop.copy_to(stick)
        laptop.add("SMK Contoh")
        rename, done = Path.rename, []

        class PowerCut(BaseException):
            pass

        def counted(path: Path, target: Path) -> Path:
            if len(done) == crash:
                raise PowerCut
            done.append(path)
            return rename(path, target)

        with monkeypatch.context() as cut:
            cut.setattr(Path, "rename", counted)
            with pytest.raises(PowerCut):
                laptop.restore(made.path)
        opened = Keyring(laptop.folder).unlock(laptop.hers.officer.id, HERS, laptop.clock.now())
        assert opened.database_key == laptop.hers.database_key
        committed = crash >= 3  # two files made ready, and the name that makes it certain
        assert len(laptop.schools()) == (2 if committed else 3)


class TestHostileBackups:
    @pytest.fixture
    def whole(self, laptop: Laptop, stick: Path) -> Path:
        return laptop.copy_to(stick).path

    @pytest.fixture(autouse=True)
    def store_is_untouched(self, laptop: Laptop) -> Iterator[None]:
        before = laptop.folder.database.read_bytes()
        yield
        assert laptop.folder.database.read_bytes() == before
        assert not list(laptop.folder.path.glob(".re*"))

    def refused(self, laptop: Laptop, file: Path) -> BackupProblem:
        with pytest.raises(BackupError) as error:
            laptop.restore(file)
        return error.value.problem

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x00" * 10_240, b"\x1f\x8b\x08" + b"x" * 600])
    def test_a_file_that_is_no_backup(self, laptop: Laptop, stick: Path, content: bytes) -> None:
        (stick / "x.tar").write_bytes(content)
        assert self.refused(laptop, stick / "x.tar") is BackupProblem.NOT_A_BACKUP

    def test_no_file_or_a_pipe(self, laptop: Laptop, stick: Path) -> None:
        assert self.refused(laptop, stick / "none.tar") is BackupProblem.GONE
        os.mkfifo(stick / "pipe.tar")
        assert self.refused(laptop, stick / "pipe.tar") in (BackupProblem.NOT_A_BACKUP, BackupProblem.GONE)

    def test_one_bit_flipped_anywhere_in_a_member(self, laptop: Laptop, whole: Path) -> None:
        content = whole.read_bytes()
        with tarfile.open(whole) as tar:
            places = [member.offset_data + member.size // 2 for member in tar.getmembers()]
        for place in places:
            whole.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
            with pytest.raises((BackupError, KeyringError)):
                laptop.restore(whole)

    def test_a_cut_file(self, laptop: Laptop, whole: Path) -> None:
        content = whole.read_bytes()
        for part in (2, 3, 10):
            whole.write_bytes(content[: len(content) // part])
            assert self.refused(laptop, whole) in (BackupProblem.NOT_A_BACKUP, BackupProblem.DAMAGED)

    def test_a_name_that_climbs_out_and_a_link(self, laptop: Laptop, whole: Path, stick: Path) -> None:
        content = members(whole)
        climbing = {"manifest.json": content["manifest.json"], "../keyring.json": content["keyring.json"]}
        assert self.refused(laptop, write_tar(stick / "a.tar", climbing)) is BackupProblem.NOT_A_BACKUP
        file = write_tar(stick / "b.tar", content, keyring_json=tarfile.SYMTYPE)
        assert self.refused(laptop, file) is BackupProblem.NOT_A_BACKUP

    def change_manifest(self, whole: Path, file: Path, **values: Any) -> Path:
        content = members(whole)
        content["manifest.json"] = json.dumps(json.loads(content["manifest.json"]) | values).encode()
        return write_tar(file, content)

    def test_a_newer_programs_backup(self, laptop: Laptop, whole: Path, stick: Path) -> None:
        file = self.change_manifest(whole, stick / "new.tar", version=migrations.VERSION + 1)
        assert self.refused(laptop, file) is BackupProblem.NEWER

    def test_a_manifest_that_makes_no_sense(self, laptop: Laptop, whole: Path, stick: Path) -> None:
        for values in ({"members": {}}, {"members": None}, {"made_at": 7}, {"version": "x"}):
            assert self.refused(laptop, self.change_manifest(whole, stick / "m.tar", **values)) is (
                BackupProblem.NOT_A_BACKUP
            )

    def test_another_laptops_database_under_this_keyring(
        self, laptop: Laptop, whole: Path, stick: Path, tmp_path: Path
    ) -> None:
        import hashlib

        other = Laptop(tmp_path / "other")
        strange = members(other.copy_to(stick).path)["rekam17.db"]
        content = members(whole)
        manifest = json.loads(content["manifest.json"])
        manifest["members"]["rekam17.db"] = {"size": len(strange), "sha256": hashlib.sha256(strange).hexdigest()}
        content |= {"rekam17.db": strange, "manifest.json": json.dumps(manifest).encode()}
        content = {name: content[name] for name in ("manifest.json", "keyring.json", "office.pub", "rekam17.db")}
        assert self.refused(laptop, write_tar(stick / "mixed.tar", content)) is BackupProblem.WRONG_KEY
