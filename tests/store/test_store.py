"""The store: encrypted, one transaction a change, whole or not at all, for two officers at once."""

import asyncio
import os
import random
import resource
import signal
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import peewee
import pytest
from sqlcipher3 import dbapi2

from store import migrations, settings
from store.clock import SystemClock
from store.errors import ChangeError, OpenError, Reason
from store.models.people import School
from store.store import Store
from store.transaction import NotAllowedError, OfficerRole, Transaction

PROVE = os.environ.get("REKAM17_PROVE") == "1"
KEY = bytes(range(1, 33))
NIK = "6311056509099001"


class StoppedClock:
    """A clock that stands where the test puts it."""

    def __init__(self, at: datetime = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)) -> None:
        self.at = at
        self.seconds = 100.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rekam17.db"


def add_school(transaction: Transaction, name: str) -> uuid.UUID:
    school = School.create(name=name)
    transaction.note("school.added", school.id, name=name)
    return school.id


def schools(transaction: Transaction) -> list[str]:
    return [school.name for school in School.select().order_by(School.name)]


def journal_lines(transaction: Transaction) -> int:
    return School._meta.database.execute_sql("SELECT count(*) FROM journal").fetchone()[0]


class TestTransactions:
    def test_a_change_its_journal_line_and_its_outbox_row_are_kept_together(self, path: Path) -> None:
        store = Store.open(path, KEY, SystemClock(), create=True)
        store.run_now(add_school, "SMAN 1 Contoh")
        store.close()
        store = Store.open(path, KEY, SystemClock())
        assert store.run_now(schools) == ["SMAN 1 Contoh"]
        assert store.run_now(journal_lines) == 1
        store.close()

    def test_a_function_that_raises_leaves_nothing_behind(self) -> None:
        store = Store.in_memory(SystemClock())

        def half(transaction: Transaction) -> None:
            add_school(transaction, "SMAN 1 Contoh")
            raise LookupError("changed my mind")

        with pytest.raises(LookupError):
            store.run_now(half)
        assert store.run_now(schools) == []
        assert store.run_now(journal_lines) == 0
        store.close()

    async def test_the_application_runs_the_same_function_without_waiting_on_its_loop(self) -> None:
        store = Store.in_memory(SystemClock())
        await asyncio.gather(*(store.run(add_school, f"SMAN {n} Contoh") for n in range(5)))
        assert len(await store.run(schools)) == 5
        store.close()

    def test_time_stands_still_in_a_transaction_and_the_day_is_the_schools(self) -> None:
        clock = StoppedClock()  # 16.30 in UTC is half past midnight in Balangan
        store = Store.in_memory(clock)

        def look(transaction: Transaction) -> tuple[datetime, datetime, str]:
            first = transaction.now()
            clock.at += timedelta(hours=1)
            return first, transaction.now(), transaction.today().isoformat()

        first, second, day = store.run_now(look)
        assert first == second
        assert day == "2026-11-23"
        store.close()

    def test_who_lacks_the_role_changes_nothing(self) -> None:
        store = Store.in_memory(SystemClock(), roles=frozenset({OfficerRole.RECORDING}))
        with pytest.raises(NotAllowedError) as refused:
            store.run_now(settings.change, "quality.finger", 50)
        assert refused.value.needed == {OfficerRole.COORDINATOR}
        assert store.run_now(journal_lines) == 0
        store.close()

    def test_a_broken_constraint_is_told_as_refused(self) -> None:
        store = Store.in_memory(SystemClock())
        with pytest.raises(ChangeError) as refused:
            store.run_now(add_school, "x" * 121)
        assert refused.value.reason is Reason.REFUSED
        store.close()

    def test_a_table_touched_outside_a_transaction_is_refused(self) -> None:
        store = Store.in_memory(SystemClock())
        with pytest.raises(peewee.InterfaceError):
            School.create(name="SMAN 1 Contoh")
        assert store.run_now(schools) == []
        store.close()

    async def test_a_closed_store_says_so(self) -> None:
        store = Store.in_memory(SystemClock())
        store.close()
        store.close()
        assert store.closed
        with pytest.raises(ChangeError) as closed:
            await store.run(schools)
        assert closed.value.reason is Reason.CLOSED


class TestOpening:
    def test_the_file_holds_no_name_and_no_nik_in_the_clear(self, path: Path) -> None:
        store = Store.open(path, KEY, SystemClock(), create=True)
        store.run_now(add_school, f"SMAN 1 Contoh {NIK}")
        files = {file.name: file.read_bytes() for file in path.parent.iterdir()}
        store.close()
        assert "rekam17.db-wal" in files
        for content in (*files.values(), path.read_bytes()):
            assert NIK.encode() not in content
            assert b"SQLite format" not in content

    def test_the_measured_pragmas_are_in_force(self, path: Path) -> None:
        store = Store.open(path, KEY, SystemClock(), create=True)

        def pragmas(transaction: Transaction) -> list[object]:
            names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "temp_store")
            return [School._meta.database.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in names]

        assert store.run_now(pragmas) == ["wal", 2, 1, 1, 2]
        store.close()

    @pytest.mark.parametrize("key", [b"", bytes(32), b"short"])
    def test_an_empty_key_is_refused_before_a_file_is_made(self, path: Path, key: bytes) -> None:
        with pytest.raises(OpenError) as refused:
            Store.open(path, key, SystemClock(), create=True)
        assert refused.value.reason is Reason.EMPTY_KEY
        assert not path.exists()

    def test_a_wrong_key_is_told_and_writes_nothing_on_the_screen(
        self, path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        Store.open(path, KEY, SystemClock(), create=True).close()
        with pytest.raises(OpenError) as refused:
            Store.open(path, bytes(reversed(KEY)), SystemClock())
        assert refused.value.reason is Reason.WRONG_KEY
        assert capfd.readouterr() == ("", "")

    def test_a_missing_file_is_not_made_by_the_way(self, path: Path) -> None:
        with pytest.raises(OpenError) as refused:
            Store.open(path, KEY, SystemClock())
        assert refused.value.reason is Reason.MISSING
        assert not path.exists()

    def test_a_folder_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(OpenError) as refused:
            Store.open(tmp_path / "none" / "rekam17.db", KEY, SystemClock(), create=True)
        assert refused.value.reason is Reason.IO

    def test_a_newer_programs_file_is_left_alone(self, path: Path) -> None:
        store = Store.open(path, KEY, SystemClock(), create=True)
        newer = f"PRAGMA user_version = {migrations.VERSION + 1}"
        store.run_now(lambda _: School._meta.database.execute_sql(newer))
        store.close()
        before = path.read_bytes()
        with pytest.raises(OpenError) as refused:
            Store.open(path, KEY, SystemClock())
        assert refused.value.reason is Reason.NEWER
        assert path.read_bytes() == before

    def test_a_migration_that_fails_leaves_no_half_schema(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(database: object) -> None:
            raise LookupError("the second step breaks")

        with monkeypatch.context() as broken:
            broken.setattr(migrations, "STEPS", (*migrations.STEPS, fails))
            with pytest.raises(LookupError):
                Store.open(path, KEY, SystemClock(), create=True)
        store = Store.open(path, KEY, SystemClock(), create=True)
        assert store.run_now(schools) == []
        store.close()

    def test_a_flipped_bit_is_noticed(self, path: Path) -> None:
        store = Store.open(path, KEY, SystemClock(), create=True)
        for number in range(200):
            store.run_now(add_school, f"SMAN {number} Contoh")
        store.close()
        whole = path.read_bytes()
        for bit in random.Random(17).sample(range(8 * len(whole)), 200 if PROVE else 12):
            place, mask = bit // 8, 1 << bit % 8
            path.write_bytes(whole[:place] + bytes([whole[place] ^ mask]) + whole[place + 1 :])
            raw = dbapi2.connect(str(path))
            raw.execute(f"PRAGMA key=\"x'{KEY.hex()}'\"")
            raw.execute("PRAGMA cipher_log_level=NONE")
            try:
                found = raw.execute("PRAGMA cipher_integrity_check").fetchall()
            except dbapi2.DatabaseError as error:
                found = [error]
            raw.close()
            assert found, f"bit {bit} went unnoticed"


class TestFullDisk:
    def test_a_full_disk_is_told_by_name_and_work_goes_on_when_there_is_space(self, path: Path) -> None:
        store = Store.open(path, KEY, SystemClock(), create=True)
        store.run_now(add_school, "SMAN 1 Contoh")

        def limit(transaction: Transaction, pages: int) -> None:
            School._meta.database.execute_sql(f"PRAGMA max_page_count = {pages}")

        store.run_now(limit, 1)

        def fill(transaction: Transaction) -> None:
            for number in range(2000):
                add_school(transaction, f"SMAN {number} " + "x" * 100)

        with pytest.raises(ChangeError) as full:
            store.run_now(fill)
        assert full.value.reason is Reason.FULL
        assert store.run_now(schools) == ["SMAN 1 Contoh"]
        store.run_now(limit, 1_000_000)
        store.run_now(add_school, "SMAN 2 Contoh")
        assert len(store.run_now(schools)) == 2
        store.close()

    def test_a_write_the_system_refuses_is_told_and_nothing_is_half_there(self, path: Path) -> None:
        store = Store.open(path, KEY, SystemClock(), create=True)
        store.run_now(add_school, "SMAN 1 Contoh")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        try:
            with pytest.raises(ChangeError) as refused:
                store.run_now(add_school, "SMAN 2 Contoh")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, ignored)
        assert refused.value.reason in (Reason.FULL, Reason.IO)
        assert store.run_now(schools) == ["SMAN 1 Contoh"]
        store.run_now(add_school, "SMAN 3 Contoh")
        store.close()
        store = Store.open(path, KEY, SystemClock())
        assert store.run_now(schools) == ["SMAN 1 Contoh", "SMAN 3 Contoh"]
        store.close()


class TestChanges:
    async def test_the_counter_moves_by_every_change_and_by_nothing_else(self, path: Path) -> None:
        store = Store.open(path, KEY, SystemClock(), create=True)
        start = await store.changes()
        await store.run(schools)
        assert await store.changes() == start
        await store.run(add_school, "SMAN 1 Contoh")
        mine = await store.changes()
        assert mine != start
        script = (
            "import sys; from pathlib import Path; from store.store import Store; from store.clock import SystemClock;"
            "from store import drafts;"
            "store = Store.open(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), SystemClock());"
            "store.run_now(drafts.save, 'a', 'b'); store.close()"
        )
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(path), KEY.hex())
        assert await process.wait() == 0
        theirs = await store.changes()
        assert theirs != mine
        assert await store.changes() == theirs
        store.close()
