"""The first set-up: section by section, left in the middle and gone on with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import backup, setup
from store.clock import SystemClock
from store.errors import KeyringError, KeyringProblem
from store.folder import Folder
from store.keyring import Keyring
from store.sealing import OfficeKeys, SealError
from store.setup import Missing
from store.slots import Costs
from store.store import Store
from store.transaction import OfficerRole

PASSPHRASE = "sawah hijau di pagi hari"
COORDINATOR = frozenset({OfficerRole.COORDINATOR})
RECORDING = frozenset({OfficerRole.RECORDING})
PRINTING = frozenset({OfficerRole.PRINTING})
CHEAP = Costs(64, 1, 1)
NOW = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "data")


@pytest.fixture
def keys() -> OfficeKeys:
    return OfficeKeys.generate()


def first(folder: Folder, **more: object):
    values = {"name": "Hj. Mariani", "nip": "", "roles": COORDINATOR, "passphrase": PASSPHRASE, "costs": CHEAP, **more}
    return setup.first_officer(folder, SystemClock(), **values)


def test_a_new_laptop_needs_everything_and_each_section_takes_one_away(
    folder: Folder, keys: OfficeKeys, tmp_path: Path
) -> None:
    assert setup.pending(folder)
    assert setup.progress(folder).missing == tuple(Missing)
    setup.agree(folder, keys.public)
    assert setup.progress(folder).missing[0] is Missing.COORDINATOR
    by = first(folder)
    keyring = Keyring(folder)
    assert setup.progress(folder).missing == (Missing.OPERATORS, Missing.BACKUP, Missing.LOGIN)
    for name, roles in (("Rahmawati", RECORDING), ("Fahrurrazi", PRINTING)):
        keyring.add_officer(by, name=name, nip="", roles=roles, passphrase=PASSPHRASE)
    backup.make(folder, by.database_key, tmp_path, SystemClock())
    assert setup.progress(folder).missing == (Missing.LOGIN,)
    assert not setup.finish(folder)
    for officer in keyring.officers():
        assert setup.pending(folder)
        keyring.unlock(officer.id, PASSPHRASE, NOW)
    assert setup.finish(folder)
    assert not setup.pending(folder)


def test_what_was_left_is_gone_on_with(folder: Folder, keys: OfficeKeys) -> None:
    setup.agree(folder, keys.public)
    first(folder)
    found = setup.progress(Folder(folder.path))
    assert found.office == keys.public
    assert [officer.name for officer in found.officers] == ["Hj. Mariani"]
    assert setup.pending(folder)


def test_the_first_officer_coordinates(folder: Folder, keys: OfficeKeys) -> None:
    setup.agree(folder, keys.public)
    with pytest.raises(KeyringError) as error:
        first(folder, roles=RECORDING)
    assert error.value.problem is KeyringProblem.NO_COORDINATOR
    assert not folder.exists


def test_without_keys_that_were_read_back_there_is_no_officer(folder: Folder) -> None:
    with pytest.raises(SealError):
        first(folder)
    assert not folder.exists


def test_a_power_cut_between_keyring_and_store_is_made_good(folder: Folder, keys: OfficeKeys) -> None:
    setup.agree(folder, keys.public)
    by = first(folder)
    folder.database.unlink()
    setup.make_store(folder, SystemClock(), by)
    Store.open(folder.database, by.database_key, SystemClock()).close()


def test_the_printing_key_is_taken_only_with_its_own_office(folder: Folder, keys: OfficeKeys, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    keys.write(stick)
    assert setup.printing_key(stick / "office.pub", keys.public) == keys.printing
    assert setup.printing_key(stick / "office.pub", OfficeKeys.generate().public) is None
    assert setup.printing_key(tmp_path / "office.pub", keys.public) is None
