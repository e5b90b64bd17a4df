"""First set-up (S02) on a real folder: the office's key from a stick, officers, a backup, everybody's first login."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from book import VirtualClock, compare, screen_text
from textual.pilot import Pilot

from store import setup
from store.folder import Folder
from store.keyring import Keyring
from store.sealing import OfficeKeys
from store.slots import Costs
from store.store import Store
from store.transaction import OfficerRole
from tui import navigation
from tui.app import RekamApp
from tui.settings import Settings


class Typed(str):
    """Text that arrives at once, so that a test need not wait for every letter."""


PHRASE = Typed("sawah hijau di pagi hari")
TEAM = (
    ("Hj. Mariani", "197902142006042901", "1"),
    ("Rahmawati", "199108302015032902", "2"),
    ("Fahrurrazi", "198801172012121903", "3"),
)


@pytest.fixture
def office() -> OfficeKeys:
    return OfficeKeys.generate()


@pytest.fixture
def stick(tmp_path: Path, office: OfficeKeys) -> Path:
    """Put the office's public key into the inbox, as a stick brings it."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "kantor-balangan.pub").write_bytes(office.public.encode())
    (inbox / "bukan-kunci.pub").write_bytes(b"ssh-rsa AAAA")
    return inbox


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "data")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make passphrases cheap to try: what they cost is told elsewhere."""
    monkeypatch.setattr("store.keyring.Costs", lambda: Costs(64, 1, 1))
    monkeypatch.setenv("HOME", "/nonexistent")


@asynccontextmanager
async def setting_up(folder: Folder, stick: Path) -> AsyncIterator[Pilot[object]]:
    clock = VirtualClock(datetime(2026, 11, 17, 23, 20, tzinfo=UTC))
    settings = Settings(place="Laptop BLG-02", inbox=str(stick))
    app = RekamApp(
        None, None, settings, clock, folder=folder, first=lambda: navigation.screen_of(navigation.Place.SETUP)
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await screen_text(pilot)
        clock.advance(1)
        yield pilot


async def press(pilot: Pilot[object], *names: str) -> list[str]:
    for name in names:
        pilot.app.clock.advance(1)
        if isinstance(name, Typed):
            pilot.app.screen.take_text(name)
        else:
            await pilot.press(name)
        for _round in range(200):
            await asyncio.to_thread(lambda: None)
            if not pilot.app.acting or pilot.app.screen.dialogs:
                break
    return await screen_text(pilot)


async def type_officer(pilot: Pilot[object], name: str, nip: str, role: str) -> list[str]:
    return await press(pilot, Typed(name), "tab", Typed(nip), "tab", role, "tab", PHRASE, "tab", PHRASE)


async def to_officers(pilot: Pilot[object]) -> list[str]:
    return await press(pilot, "space", "l")


async def test_a_new_laptop_is_set_up_from_the_key_to_the_login(
    folder: Folder, stick: Path, office: OfficeKeys, tmp_path: Path
) -> None:
    async with setting_up(folder, stick) as pilot:
        shown = await screen_text(pilot)
        assert shown[3].rstrip() == "   ► 1 Kunci kantor      kantor-balangan.pub dari kotak masuk"
        assert office.public.fingerprint in shown[4]
        assert "bukan-kunci" not in "\n".join(shown)
        assert not folder.path.exists(), "nothing is written before the fingerprint was read back"
        shown = await press(pilot, "space")
        assert shown[2].rstrip().endswith("2 dari 5 ──")
        await press(pilot, "l")
        for member in TEAM:
            await type_officer(pilot, *member)
            shown = await press(pilot, "enter")
        assert shown[13].rstrip() == "     Fahrurrazi              19880117 201212 1 903   pencetakan   √ ada"
        await press(pilot, "f2")
        shown = await press(pilot, Typed(tmp_path), "enter")
        assert "√ rekam17-" in shown[21]
        assert folder.last_backup is not None
        shown = await press(pilot, "f2")
        assert shown[2].rstrip().endswith("5 dari 5 ──")
        for _member in TEAM:
            shown = await press(pilot, PHRASE, "enter")
        assert "Semua sudah membukanya" in shown[21]
        shown = await press(pilot, "f2")
        assert shown[2].startswith("── Masuk ──")
        assert not setup.pending(folder)
    officers = Keyring(folder).officers()
    assert [officer.name for officer in officers] == [name for name, _nip, _role in TEAM]
    opened = Keyring(folder).unlock(officers[0].id, PHRASE, datetime.now(UTC))
    assert opened.office == office.public
    Store.open(folder.database, opened.database_key, VirtualClock()).close()


async def test_the_officers_section_is_the_books(folder: Folder, stick: Path) -> None:
    async with setting_up(folder, stick) as pilot:
        await to_officers(pilot)
        for member in TEAM[:2]:
            await type_officer(pilot, *member)
            await press(pilot, "enter")
        name, nip, role = TEAM[2]
        shown = await press(pilot, Typed(name), "tab", Typed(nip), "tab", role, "tab", PHRASE, "!")
        variable = [(4, 26, 80), (5, 51, 69), (6, 26, 80)]  # the file, its fingerprint, the folder and its space
        compare(shown, "S02", variable)


async def test_without_the_telephone_nothing_goes_on(folder: Folder, stick: Path) -> None:
    async with setting_up(folder, stick) as pilot:
        shown = await press(pilot, "l")
        assert shown[22].startswith(" × Sidik kunci kantor belum dicocokkan.")
        assert not folder.path.exists()


async def test_a_key_file_that_is_typed_is_looked_into(folder: Folder, stick: Path, tmp_path: Path) -> None:
    other = OfficeKeys.generate()
    (tmp_path / "lain.pub").write_bytes(other.public.encode())
    async with setting_up(folder, stick) as pilot:
        shown = await press(pilot, "tab", Typed(stick / "bukan-kunci.pub"), "enter")
        assert shown[22].startswith(" × Itu bukan kunci umum kantor.")
        shown = await press(pilot, "ctrl+u", Typed(tmp_path / "lain.pub"), "enter")
        assert other.public.fingerprint in shown[4]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            [Typed("Mariani"), "tab", "tab", "1", "tab", Typed("pendek"), "tab", Typed("pendek"), "enter"],
            "Frasa kurang dari 16 huruf.",
        ),
        (["tab", "tab", "1", "tab", PHRASE, "tab", PHRASE, "enter"], "Nama kosong"),
        ([Typed("Mariani"), "tab", "tab", "2", "tab", PHRASE, "tab", PHRASE, "enter"], "Belum ada koordinator"),
        ([Typed("Mariani"), "tab", "tab", "1", "tab", PHRASE, "tab", PHRASE, "x", "enter"], "Frasa tidak sama."),
        (["f2"], "Belum ada koordinator."),
    ],
)
async def test_what_blocks_an_officer_is_told_and_nobody_is_added(
    folder: Folder, stick: Path, typed: list[str], said: str
) -> None:
    async with setting_up(folder, stick) as pilot:
        await to_officers(pilot)
        shown = await press(pilot, *typed)
        assert shown[22].startswith(" × " + said)
        assert not folder.exists


async def test_e_in_the_table_changes_an_officer_with_his_own_passphrase(folder: Folder, stick: Path) -> None:
    async with setting_up(folder, stick) as pilot:
        await to_officers(pilot)
        for member in TEAM[:2]:
            await type_officer(pilot, *member)
            await press(pilot, "enter")
        shown = await press(pilot, "shift+tab", "down")
        assert shown[12].startswith("   ► Rahmawati"), "the cursor stands in the table"
        shown = await press(pilot, "e", "ctrl+u", Typed("Rahmawati S."), "tab", "tab", "4", "tab")
        assert "Rahmawati sedang diubah" in shown[21]
        shown = await press(pilot, Typed("bukan frasanya"), "enter")
        assert shown[22].startswith(" × Frasa tidak cocok")
        assert [officer.name for officer in Keyring(folder).officers()] == ["Hj. Mariani", "Rahmawati"]
        pilot.app.clock.advance(10)
        shown = await press(pilot, PHRASE, "enter")
        assert "√ Rahmawati S. sudah diubah" in shown[21]
        assert shown[12].rstrip() == "     Rahmawati S.            19910830 201503 2 902   rekam, cetak √ ada"
    _mariani, changed = Keyring(folder).officers()
    assert changed.roles == {OfficerRole.RECORDING, OfficerRole.PRINTING}
    assert Keyring(folder).unlock(changed.id, PHRASE, datetime.now(UTC)).officer.name == "Rahmawati S."


async def test_esc_leaves_an_officer_as_he_was_and_the_last_coordinator_stays_one(folder: Folder, stick: Path) -> None:
    async with setting_up(folder, stick) as pilot:
        await to_officers(pilot)
        await type_officer(pilot, *TEAM[0])
        await press(pilot, "enter")
        await press(pilot, "shift+tab", "e", "ctrl+u", Typed("Orang Lain"))
        shown = await press(pilot, "escape", "escape")
        assert shown[2].rstrip().endswith("3 dari 5 ──")
        assert "sedang diubah" not in shown[21]
        shown = await press(pilot, "shift+tab", "enter", "tab", "tab", "2", "tab", PHRASE, "enter")
        assert shown[22].startswith(" × Koordinator terakhir tetap koordinator.")
    (mariani,) = Keyring(folder).officers()
    assert (mariani.name, mariani.roles) == ("Hj. Mariani", {OfficerRole.COORDINATOR})


async def test_a_set_up_that_was_left_goes_on_with_the_coordinators_passphrase(folder: Folder, stick: Path) -> None:
    async with setting_up(folder, stick) as pilot:
        await to_officers(pilot)
        await type_officer(pilot, *TEAM[0])
        await press(pilot, "enter")
    async with setting_up(folder, stick) as pilot:
        shown = await screen_text(pilot)
        assert shown[2].rstrip().endswith("3 dari 5 ──")
        await type_officer(pilot, *TEAM[1])
        shown = await press(pilot, "enter")
        assert "Lanjutkan penyiapan" in "\n".join(shown)
        await press(pilot, Typed("salah"), "enter")
        assert len(Keyring(folder).officers()) == 1
        pilot.app.clock.advance(10)
        await press(pilot, "ctrl+u", PHRASE, "enter")
        async with asyncio.timeout(30):
            while pilot.app.screen.dialogs:  # while the passphrase is tried
                await pilot.pause(0.01)
        await screen_text(pilot)
        assert [officer.name for officer in Keyring(folder).officers()] == ["Hj. Mariani", "Rahmawati"]


async def test_a_backup_that_cannot_be_made_leaves_the_section_open(folder: Folder, stick: Path) -> None:
    async with setting_up(folder, stick) as pilot:
        await to_officers(pilot)
        for member in TEAM:
            await type_officer(pilot, *member)
            await press(pilot, "enter")
        await press(pilot, "f2")
        shown = await press(pilot, Typed("/nonexistent"), "enter")
        assert shown[22].startswith(" × Stik tidak menerimanya, atau bukan folder.")
        shown = await press(pilot, "f2")
        assert shown[22].startswith(" × Belum ada cadangan.")


async def test_a_printing_operator_gets_the_printing_key_that_came_along(
    folder: Folder, stick: Path, office: OfficeKeys
) -> None:
    office.write(stick / "kunci")
    (stick / "kunci" / "printing.key").rename(stick / "printing.key")
    async with setting_up(folder, stick) as pilot:
        await to_officers(pilot)
        for member in (TEAM[0], TEAM[2]):
            await type_officer(pilot, *member)
            await press(pilot, "enter")
    mariani, fahrurrazi = Keyring(folder).officers()
    assert (mariani.roles, mariani.prints) == (frozenset({OfficerRole.COORDINATOR}), False)
    assert fahrurrazi.prints


async def test_in_english_every_section_fits(folder: Folder, stick: Path) -> None:
    clock = VirtualClock(datetime(2026, 11, 17, 23, 20, tzinfo=UTC))
    settings = Settings(language="en", inbox=str(stick))
    first = navigation.Place.SETUP
    app = RekamApp(None, None, settings, clock, folder=folder, first=lambda: navigation.screen_of(first))
    async with app.run_test(size=(80, 24)) as pilot:
        shown = await screen_text(pilot)
        assert shown[2].startswith("── First set-up · officers and keys ──")
        for _section in range(2):
            shown = await press(pilot, "space" if _section == 0 else "l")
            words = [line for line in shown if not line.strip().startswith("/")]  # a path may be as long as it is
            assert not [line for line in words if line.rstrip().endswith("..") or len(line) > 80]
        assert "at least 1 coordinator and 2 operators" in shown[6]
        assert shown[23].rstrip() == " F1 Help  Tab Field  F2 Go on  Esc Back  F10 Quit"
