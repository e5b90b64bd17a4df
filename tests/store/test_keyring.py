"""Officers and passphrases: who gets in, who is locked out, and what a thief with the file can do."""

import json
import resource
import signal
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.errors import KeyringError, KeyringProblem, Locked, TooSoon, WrongPassphrase
from store.folder import Folder
from store.keyring import Keyring, Unlocked
from store.sealing import OfficeKeys
from store.slots import Costs
from store.transaction import OfficerRole

QUICK = Costs(memory_kib=64, passes=1, lanes=1)
NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
HERS = "empat kuda di sawah pagi"
HIS = "lima perahu di sungai deras"
ALL = frozenset(OfficerRole)
OFFICE = OfficeKeys.generate()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "rekam17")


def create(folder: Folder, **options: Any) -> tuple[Keyring, Unlocked]:
    given = {"name": "Rahmawati", "nip": "199001012015032001", "roles": ALL, "passphrase": HERS, "costs": QUICK}
    return Keyring.create(folder, OFFICE.public, **given | options)


def add_his(ring: Keyring, by: Unlocked, *roles: OfficerRole) -> Any:
    return ring.add_officer(by, name="Hendra", nip="", roles=frozenset(roles), passphrase=HIS)


class TestFirstOfficer:
    def test_is_a_coordinator_and_unlocks_the_database(self, folder: Folder) -> None:
        ring, made = create(folder)
        opened = Keyring(folder).unlock(made.officer.id, HERS, NOW)
        assert opened.database_key == made.database_key
        assert len(opened.database_key) == 32
        assert ring.officers()[0].last_login == NOW

    def test_who_is_no_coordinator_cannot_be_the_first(self, folder: Folder) -> None:
        with pytest.raises(KeyringError) as refused:
            create(folder, roles=frozenset({OfficerRole.RECORDING}))
        assert refused.value.problem is KeyringProblem.NO_COORDINATOR
        assert not folder.exists

    @pytest.mark.parametrize("passphrase", ["", "fifteen letters", " " * 20, "a" + " " * 20])
    def test_a_passphrase_has_sixteen_letters(self, folder: Folder, passphrase: str) -> None:
        with pytest.raises(KeyringError) as refused:
            create(folder, passphrase=passphrase)
        assert refused.value.problem is KeyringProblem.SHORT_PASSPHRASE
        assert not folder.exists

    @pytest.mark.parametrize("name", ["", " ", "x" * 121, "Rahma\x1b[2Jwati", "Rahma\u202ewati"])
    def test_a_name_is_printable_and_not_endless(self, folder: Folder, name: str) -> None:
        with pytest.raises(KeyringError) as refused:
            create(folder, name=name)
        assert refused.value.problem is KeyringProblem.BAD_NAME

    def test_a_keyring_is_never_overwritten(self, folder: Folder) -> None:
        create(folder)
        before = folder.keyring.read_bytes()
        with pytest.raises(KeyringError) as refused:
            create(folder)
        assert refused.value.problem is KeyringProblem.EXISTS
        assert folder.keyring.read_bytes() == before

    def test_the_passphrase_is_the_same_however_the_keyboard_composes_it(self, folder: Folder) -> None:
        _, made = create(folder, passphrase="café di tepi sungai")
        assert Keyring(folder).unlock(made.officer.id, "cafe\u0301 di tepi sungai", NOW)

    def test_only_the_user_may_read_the_files(self, folder: Folder) -> None:
        create(folder)
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert stat.S_IMODE(folder.keyring.stat().st_mode) == 0o600
        assert stat.S_IMODE((folder.path / "pepper").stat().st_mode) == 0o600


class TestWrongPassphrases:
    def test_each_costs_a_try_and_a_longer_wait_and_the_fifth_locks(self, folder: Folder) -> None:
        ring, made = create(folder)
        at, waits = NOW, []
        for left in (4, 3, 2, 1):
            with pytest.raises(WrongPassphrase) as wrong:
                ring.unlock(made.officer.id, HIS, at)
            assert wrong.value.tries_left == left
            waits.append(wrong.value.wait_seconds)
            at += timedelta(seconds=wrong.value.wait_seconds)
        assert waits == [2, 4, 8, 16]
        with pytest.raises(Locked):
            ring.unlock(made.officer.id, HIS, at)
        with pytest.raises(Locked):
            ring.unlock(made.officer.id, HERS, at + timedelta(days=9))
        assert ring.officers()[0].locked

    def test_a_try_within_the_wait_is_not_made_and_not_counted(self, folder: Folder) -> None:
        ring, made = create(folder)
        with pytest.raises(WrongPassphrase):
            ring.unlock(made.officer.id, HIS, NOW)
        with pytest.raises(TooSoon) as soon:
            ring.unlock(made.officer.id, HERS, NOW + timedelta(seconds=0.5))
        assert (soon.value.tries_left, soon.value.wait_seconds) == (4, 1.5)
        assert ring.unlock(made.officer.id, HERS, NOW + timedelta(seconds=2))

    def test_a_clock_set_back_by_days_does_not_make_the_wait_longer(self, folder: Folder) -> None:
        ring, made = create(folder)
        with pytest.raises(WrongPassphrase):
            ring.unlock(made.officer.id, HIS, NOW)
        with pytest.raises(TooSoon) as soon:
            ring.unlock(made.officer.id, HERS, NOW - timedelta(days=3))
        assert soon.value.wait_seconds == 2

    def test_the_right_one_clears_the_count(self, folder: Folder) -> None:
        ring, made = create(folder)
        with pytest.raises(WrongPassphrase):
            ring.unlock(made.officer.id, HIS, NOW)
        ring.unlock(made.officer.id, HERS, NOW + timedelta(seconds=3))
        assert ring.officers()[0].tries_left == 5

    def test_the_login_before_is_told_so_that_a_clock_set_back_is_seen(self, folder: Folder) -> None:
        ring, made = create(folder)
        assert ring.unlock(made.officer.id, HERS, NOW).officer.last_login is None
        assert ring.unlock(made.officer.id, HERS, NOW - timedelta(days=3)).officer.last_login == NOW


class TestMoreOfficers:
    def test_two_open_the_same_database_each_with_his_own_passphrase(self, folder: Folder) -> None:
        ring, made = create(folder)
        his = add_his(ring, made, OfficerRole.RECORDING)
        assert ring.unlock(his.id, HIS, NOW).database_key == made.database_key
        with pytest.raises(WrongPassphrase):
            ring.unlock(his.id, HERS, NOW)

    def test_only_a_coordinator_adds_officers(self, folder: Folder) -> None:
        ring, made = create(folder)
        his = ring.unlock(add_his(ring, made, OfficerRole.RECORDING).id, HIS, NOW)
        with pytest.raises(KeyringError) as refused:
            ring.add_officer(his, name="Siti", nip="", roles=ALL, passphrase=HIS)
        assert refused.value.problem is KeyringProblem.NOT_COORDINATOR
        assert len(ring.officers()) == 2

    def test_two_officers_have_two_names(self, folder: Folder) -> None:
        ring, made = create(folder)
        with pytest.raises(KeyringError) as refused:
            ring.add_officer(made, name="RAHMAWATI ", nip="", roles=ALL, passphrase=HIS)
        assert refused.value.problem is KeyringProblem.NAME_TAKEN

    def test_a_role_is_changed_with_the_officers_own_passphrase(self, folder: Folder) -> None:
        ring, made = create(folder, printing_key=OFFICE.printing)
        his = add_his(ring, made, OfficerRole.RECORDING)
        both = frozenset({OfficerRole.RECORDING, OfficerRole.PRINTING})
        with pytest.raises(WrongPassphrase):
            ring.change_officer(made, his.id, name="Hendra", nip="", roles=both, passphrase=HERS, now=NOW)
        at = NOW + timedelta(seconds=5)
        changed = ring.change_officer(made, his.id, name="Hendra", nip="", roles=both, passphrase=HIS, now=at)
        assert changed.roles == both
        assert ring.unlock(his.id, HIS, at).printing_key == OFFICE.printing

    def test_a_coordinator_who_does_not_print_takes_nobodys_printing_key(self, folder: Folder) -> None:
        ring, made = create(folder, printing_key=OFFICE.printing, roles=frozenset({OfficerRole.COORDINATOR}))
        his = add_his(ring, made, OfficerRole.PRINTING)
        hers = ring.unlock(made.officer.id, HERS, NOW)
        assert hers.printing_key is None
        both = frozenset({OfficerRole.RECORDING, OfficerRole.PRINTING})
        ring.change_officer(hers, his.id, name="Hendra S.", nip="", roles=both, passphrase=HIS, now=NOW)
        assert ring.unlock(his.id, HIS, NOW).printing_key == OFFICE.printing

    def test_only_printing_operators_hold_the_printing_key(self, folder: Folder) -> None:
        ring, made = create(folder, printing_key=OFFICE.printing)
        his = add_his(ring, made, OfficerRole.RECORDING)
        assert ring.unlock(made.officer.id, HERS, NOW).printing_key == OFFICE.printing
        assert ring.unlock(his.id, HIS, NOW).printing_key is None
        assert [entry.prints for entry in ring.officers()] == [True, False]

    def test_the_last_coordinator_stays(self, folder: Folder) -> None:
        ring, made = create(folder)
        his = add_his(ring, made, OfficerRole.RECORDING)
        with pytest.raises(KeyringError) as refused:
            ring.remove_officer(made, made.officer.id)
        assert refused.value.problem is KeyringProblem.LAST_COORDINATOR
        ring.remove_officer(made, his.id)
        with pytest.raises(KeyringError) as unknown:
            ring.unlock(his.id, HIS, NOW)
        assert unknown.value.problem is KeyringProblem.UNKNOWN_OFFICER

    def test_an_officer_changes_his_own_passphrase(self, folder: Folder) -> None:
        ring, made = create(folder, printing_key=OFFICE.printing)
        ring.change_passphrase(made, HIS)
        opened = ring.unlock(made.officer.id, HIS, NOW)
        assert (opened.database_key, opened.printing_key) == (made.database_key, OFFICE.printing)

    def test_a_second_officer_vouches_without_logging_in(self, folder: Folder) -> None:
        ring, made = create(folder)
        his = add_his(ring, made, OfficerRole.PRINTING)
        assert ring.verify_second(his.id, HIS, NOW).name == "Hendra"
        assert ring.officers()[1].last_login is None
        with pytest.raises(WrongPassphrase):
            ring.verify_second(his.id, HERS, NOW)


class TestLostPassphrase:
    def test_the_offices_key_gives_a_new_one_and_lifts_the_lock(self, folder: Folder) -> None:
        ring, made = create(folder, printing_key=OFFICE.printing)
        at = NOW
        for _ in range(5):
            with pytest.raises(KeyringError):
                ring.unlock(made.officer.id, HIS, at)
            at += timedelta(minutes=1)
        opened = ring.recover(OFFICE.recovery, made.officer.id, HIS, at, OFFICE.printing)
        assert opened.database_key == made.database_key
        again = ring.unlock(made.officer.id, HIS, at)
        assert again.printing_key == OFFICE.printing

    def test_another_offices_key_opens_nothing(self, folder: Folder) -> None:
        ring, made = create(folder)
        with pytest.raises(KeyringError) as refused:
            ring.recover(OfficeKeys.generate().recovery, made.officer.id, HIS, NOW)
        assert refused.value.problem is KeyringProblem.WRONG_KEY
        assert ring.unlock(made.officer.id, HERS, NOW)

    def test_a_keyring_taken_to_another_laptop_opens_by_the_office_only(self, folder: Folder, tmp_path: Path) -> None:
        _, made = create(folder)
        other = Folder(tmp_path / "other")
        other.make()
        other.keyring.write_bytes(folder.keyring.read_bytes())
        ring = Keyring(other)
        with pytest.raises(Locked):
            ring.unlock(made.officer.id, HERS, NOW)
        ring.recover(OFFICE.recovery, made.officer.id, HIS, NOW)
        assert ring.unlock(made.officer.id, HIS, NOW).database_key == made.database_key


class TestTampering:
    def edit(self, folder: Folder, change: Callable[[dict[str, Any]], None]) -> None:
        values = json.loads(folder.keyring.read_bytes())
        change(values)
        folder.keyring.write_text(json.dumps(values))

    def test_nobody_becomes_coordinator_by_editing_the_file(self, folder: Folder) -> None:
        ring, made = create(folder)
        his = add_his(ring, made, OfficerRole.RECORDING)
        self.edit(folder, lambda values: values["officers"][1]["roles"].append("coordinator"))
        with pytest.raises(WrongPassphrase):
            ring.unlock(his.id, HIS, NOW)

    def test_a_changed_name_is_found_at_the_next_login(self, folder: Folder) -> None:
        ring, made = create(folder)
        self.edit(folder, lambda values: values["officers"][0].update(name="Orang lain"))
        with pytest.raises(KeyringError) as found:
            ring.unlock(made.officer.id, HERS, NOW)
        assert found.value.problem is KeyringProblem.TAMPERED

    def test_counters_turned_back_lock_everybody(self, folder: Folder) -> None:
        ring, made = create(folder)
        with pytest.raises(WrongPassphrase):
            ring.unlock(made.officer.id, HIS, NOW)
        self.edit(folder, lambda values: values.update(attempts={}))
        with pytest.raises(Locked):
            ring.unlock(made.officer.id, HERS, NOW + timedelta(minutes=1))

    @pytest.mark.parametrize("content", [b"", b"{}", b"\x00\xff", b"[]", b"null", b"[" * 100_000, b'{"version": 2}'])
    def test_a_file_that_is_none_is_told(self, folder: Folder, content: bytes) -> None:
        ring, _ = create(folder)
        folder.keyring.write_bytes(content)
        with pytest.raises(KeyringError) as found:
            ring.officers()
        assert found.value.problem is KeyringProblem.DAMAGED

    def test_a_try_that_cannot_be_counted_is_not_made(self, folder: Folder) -> None:
        """Else a full disk would give tries without end."""
        ring, made = create(folder)
        before = folder.keyring.read_bytes()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        try:
            with pytest.raises(KeyringError) as refused:
                ring.unlock(made.officer.id, HERS, NOW)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, ignored)
        assert refused.value.problem is KeyringProblem.IO
        assert folder.keyring.read_bytes() == before
        assert not list(folder.path.glob(".keyring*"))
        assert ring.unlock(made.officer.id, HERS, NOW)

    def test_no_keyring_is_told(self, folder: Folder) -> None:
        with pytest.raises(KeyringError) as found:
            Keyring(folder).officers()
        assert found.value.problem is KeyringProblem.MISSING

    def test_keys_and_passphrases_are_in_no_repr_and_not_in_the_file(self, folder: Folder) -> None:
        _, made = create(folder, printing_key=OFFICE.printing)
        assert repr(made.database_key) not in repr(made)
        assert repr(OFFICE.printing) not in repr(made)
        content = folder.keyring.read_bytes()
        assert HERS.encode() not in content
        assert made.database_key not in content


def test_the_shipped_costs_are_the_measured_ones() -> None:
    assert Costs() == Costs(memory_kib=64 * 1024, passes=3, lanes=2)
