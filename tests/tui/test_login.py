"""Login and idle lock on a real keyring and an encrypted file; S01 and S33 cell by cell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from book import Deviation, VirtualClock, compare, screen_text, settle
from textual.pilot import Pilot

from store.errors import ChangeError, Reason
from store.folder import Folder
from store.keyring import Keyring
from store.sealing import OfficeKeys
from store.slots import Costs
from store.store import Store
from store.transaction import OfficerRole
from tui import keys, navigation
from tui.app import RekamApp
from tui.frame import FrameScreen
from tui.keys import Hint
from tui.line import Line
from tui.settings import Settings

PASSPHRASE = "sawah hijau di pagi hari"
LOGINS = {
    "Rahmawati": (OfficerRole.RECORDING, datetime(2026, 11, 20, 7, 10, tzinfo=UTC)),
    "Fahrurrazi": (OfficerRole.PRINTING, datetime(2026, 11, 20, 7, 22, tzinfo=UTC)),
    "Syarifah": (OfficerRole.RECORDING, datetime(2026, 11, 20, 7, 8, tzinfo=UTC)),
}


class HomeScreen(FrameScreen):
    """Where the login leads."""

    def headline(self) -> tuple[str, str]:
        return "Kunjungan", ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        return [Line("     NORHAYATI")]

    def hints(self) -> Sequence[Hint]:
        return (Hint(keys.ADD, "Tambah", self.write),)

    async def write(self) -> None:
        await self.store.run(lambda tx: tx.note("visit.opened"))


class FullScreen(HomeScreen):
    """A screen whose transaction meets a full disk."""

    async def write(self) -> None:
        raise ChangeError(Reason.FULL)


@pytest.fixture
def office(tmp_path: Path) -> OfficeKeys:
    """Make the office's keys, and the folder with their files."""
    office = OfficeKeys.generate()
    office.write(tmp_path / "office")
    return office


@pytest.fixture
def folder(tmp_path: Path, office: OfficeKeys) -> Folder:
    """Set up a laptop with the book's four officers, whom Hj. Mariani added."""
    folder = Folder(tmp_path / "data")
    keyring, first = Keyring.create(
        folder,
        office.public,
        name="Hj. Mariani",
        nip="19790214 200604 2 901",
        roles=frozenset({OfficerRole.COORDINATOR}),
        passphrase=PASSPHRASE,
        costs=Costs(64, 1, 1),
    )
    Store.open(folder.database, first.database_key, VirtualClock(), create=True).close()
    for name, (role, last) in LOGINS.items():
        added = keyring.add_officer(first, name=name, nip="", roles=frozenset({role}), passphrase=PASSPHRASE)
        keyring.unlock(added.id, PASSPHRASE, last)
    keyring.unlock(first.officer.id, PASSPHRASE, datetime(2026, 11, 19, 1, 5, tzinfo=UTC))
    folder.note_backup(datetime(2026, 11, 20, 7, 25, tzinfo=UTC))
    return folder


@pytest.fixture
async def pilot(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pilot[object]]:
    whole = navigation.screen_of
    monkeypatch.setattr(
        navigation,
        "screen_of",
        lambda place: HomeScreen() if place is navigation.Place.HOME else whole(place),
    )
    clock = VirtualClock(datetime(2026, 11, 22, 23, 48, tzinfo=UTC))
    app = RekamApp(None, None, Settings(place="Laptop BLG-02"), clock, folder=folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        clock.advance(1)
        yield pilot
        if app.store is not None:
            app.store.close()


async def press(pilot: Pilot[object], *names: str) -> list[str]:
    for name in names:
        pilot.app.clock.advance(1)
        if name is PASSPHRASE:
            pilot.app.screen.take_text(name)
        else:
            await pilot.press(name)
    for _round in range(100):
        await asyncio.to_thread(lambda: None)
        if not pilot.app.acting:
            break
    return await screen_text(pilot)


async def test_login_is_the_books(pilot: Pilot[object]) -> None:
    order = "officers stand in the order they were added; the coordinator sets the laptop up"
    await press(pilot, *"x" * 23)
    rows = {
        8: "      1 Hj. Mariani           koordinator                Kam 19-11  09.05",
        9: "      2 Rahmawati             operator perekaman         Jum 20-11  15.10",
        10: "    ► 3 Fahrurrazi            operator pencetakan        Jum 20-11  15.22",
        11: "      4 Syarifah              operator perekaman         Jum 20-11  15.08",
    }
    deviations = [Deviation(line, text, order) for line, text in rows.items()]
    compare(await screen_text(pilot), "S01", [(22, 60, 80)], deviations)


async def test_passphrase_and_enter_open_the_store(pilot: Pilot[object]) -> None:
    shown = await press(pilot, PASSPHRASE, "enter")
    assert shown[2].startswith("── Kunjungan ──")
    assert "Fahrurrazi·cetak" in shown[0]
    await press(pilot, "t")
    assert pilot.app.store.roles == {OfficerRole.PRINTING}


async def test_a_wrong_passphrase_says_how_many_tries_are_left(pilot: Pilot[object]) -> None:
    shown = await press(pilot, *"salah", "enter")
    assert shown[22].rstrip() == " × Frasa tidak cocok. 4 kali lagi sebelum terkunci. Coba lagi dalam 2 detik."
    assert "►[     " in shown[12]


async def test_five_wrong_ones_leave_the_office_key(pilot: Pilot[object]) -> None:
    for _try in range(5):
        pilot.app.clock.advance(60)
        shown = await press(pilot, *"salah", "enter")
    assert shown[22].startswith(" × Terkunci sesudah 5 kali.")
    assert pilot.app.store is None
    assert "Terkunci" not in (await press(pilot, "up"))[22]


async def test_a_digit_chooses_the_officer_while_the_field_is_empty(pilot: Pilot[object]) -> None:
    shown = await press(pilot, "4", "2")
    assert shown[8].startswith("    ► 2 Rahmawati")
    shown = await press(pilot, "a", "4")
    assert shown[8].startswith("    ► 2 Rahmawati")
    assert "►[··   " in shown[12]


async def test_the_lock_is_the_books_and_comes_back_to_the_same_screen(pilot: Pilot[object]) -> None:
    await press(pilot, "2", PASSPHRASE, "enter")
    home = pilot.app.screen
    store = pilot.app.store
    pilot.app.clock.advance(3 * 3600 + 4 * 60)
    pilot.app.rhythm.watch_idle()
    shown = await press(pilot)
    assert store.closed
    assert "NORHAYATI" not in "\n".join(shown)
    await press(pilot, *"salah", "enter")
    shown = await press(pilot, *"lagi!")
    desks = "which desks are open is not known behind a lock"
    compare(
        shown,
        "S33",
        [],
        [Deviation(22, " Terkunci 10.52 · meja lain dan cetak tetap bekerja", desks)],
    )
    pilot.app.clock.advance(60)
    shown = await press(pilot, "ctrl+u", PASSPHRASE, "enter")
    assert pilot.app.screen is home
    assert "NORHAYATI" in shown[3]
    assert not pilot.app.store.closed


async def test_locking_by_key_and_another_officer(pilot: Pilot[object]) -> None:
    await press(pilot, "2", PASSPHRASE, "enter", "k")
    assert "Rekam17 terkunci." in (await screen_text(pilot))[3]
    shown = await press(pilot, "escape")
    assert shown[2].startswith("── Masuk ──")
    assert pilot.app.officer is None


async def test_behind_the_lock_no_key_leads_anywhere(pilot: Pilot[object]) -> None:
    await press(pilot, "2", PASSPHRASE, "enter", "f9")
    lock = pilot.app.screen
    await press(pilot, "f6", "ctrl+p", "f8", "tab", "pageup")
    assert pilot.app.screen is lock


async def test_a_role_that_is_missing_and_a_full_disk_are_told_and_nothing_ends(pilot: Pilot[object]) -> None:
    await press(pilot, "2", PASSPHRASE, "enter")
    await pilot.app.over(FullScreen())
    shown = await press(pilot, "t")
    assert shown[22].startswith(" × Diska penuh.")


async def test_a_laptop_whose_keyring_is_gone_says_so(folder: Folder) -> None:
    folder.keyring.write_bytes(b"{}")
    app = RekamApp(None, None, Settings(), VirtualClock(), folder=folder)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "tidak dapat dipercaya" in (await screen_text(pilot))[22]


async def login(folder: Folder, moment: datetime, *, training: bool = False) -> list[str]:
    app = RekamApp(None, None, Settings(), VirtualClock(moment), folder=folder, training=training)
    async with app.run_test(size=(80, 24)) as pilot:
        return await screen_text(pilot)


async def test_a_clock_that_went_back_is_told_in_days(folder: Folder) -> None:
    shown = await login(folder, datetime(2026, 11, 17, 8, 0, tzinfo=UTC))
    assert shown[22].startswith(" ! Jam mundur 3 hari sejak masuk terakhir.")
    shown = await login(folder, datetime(2026, 11, 20, 7, 20, tzinfo=UTC))
    assert not shown[22].strip(), "two minutes are a clock that was set right"


async def test_a_laptop_that_was_never_backed_up_says_so(folder: Folder) -> None:
    (folder.path / "last-backup").unlink()
    shown = await login(folder, datetime(2026, 11, 23, 0, 0, tzinfo=UTC))
    assert "· belum ada cadangan ·" in shown[21]


async def test_in_training_the_passphrase_stands_there(folder: Folder) -> None:
    shown = await login(folder, datetime(2026, 11, 23, 0, 0, tzinfo=UTC), training=True)
    assert shown[15].strip() == "Latihan: frasa sandi setiap petugas ialah  latihan tujuh belas"
    assert "LATIHAN" in shown[0]
    assert "LATIHAN" in shown[2]


NEW = "burung punai terbang rendah"


async def recover(pilot: Pilot[object], key: Path, new: str = NEW, again: str = NEW) -> list[str]:
    await press(pilot, "f7")
    for text, name in ((str(key), "tab"), (new, "tab"), (again, "f2")):
        pilot.app.screen.take_text(text)
        await press(pilot, name)
    return await press(pilot)


async def test_the_offices_key_opens_for_whoever_lost_the_passphrase(
    pilot: Pilot[object], folder: Folder, tmp_path: Path
) -> None:
    for _try in range(5):
        pilot.app.clock.advance(60)
        await press(pilot, *"salah", "enter")
    shown = await recover(pilot, tmp_path / "office" / "recovery.key")
    assert shown[2].startswith("── Masuk ──")
    assert shown[21].startswith(" √ Frasa baru untuk Fahrurrazi.")
    pilot.app.screen.take_text(NEW)
    shown = await press(pilot, "enter")
    assert shown[2].startswith("── Kunjungan ──")


@pytest.mark.parametrize(
    ("file", "again", "said"),
    [
        ("biometrics.key", NEW, "× Itu bukan kunci pemulihan."),
        ("recovery.key", "lain sekali dari itu", "× Frasa tidak sama."),
        ("other/recovery.key", NEW, "× Kunci pemulihan ini milik kantor lain."),
    ],
)
async def test_what_does_not_recover_is_told_and_changes_nothing(
    pilot: Pilot[object], folder: Folder, tmp_path: Path, file: str, again: str, said: str
) -> None:
    OfficeKeys.generate().write(tmp_path / "office" / "other")
    before = folder.keyring.read_bytes()
    shown = await recover(pilot, tmp_path / "office" / file, again=again)
    assert said in shown[22]
    assert folder.keyring.read_bytes() == before
    shown = await press(pilot, "escape", "escape")
    assert shown[2].startswith("── Masuk ──")
