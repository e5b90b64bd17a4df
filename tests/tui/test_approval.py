"""A second officer's word at the same keyboard: his passphrase answers for an exception, and logs nobody in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from book import VirtualClock, screen_text
from kit_room import at_work, press
from nacl.public import PrivateKey
from textual.pilot import Pilot

from store import officers
from store.folder import Folder
from store.keyring import Keyring, OfficerEntry
from store.sealing import PublicKeys
from store.slots import Costs
from store.store import Store
from store.transaction import OfficerRole
from tui.approval import ask_coordinator
from tui.duty import OfficerOnDuty
from tui.screens.stock import StockScreen

PASSPHRASE = "sawah hijau di pagi hari"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "data")
    keys = PublicKeys(*(bytes(PrivateKey.generate().public_key) for _ in range(3)))
    roles = frozenset({OfficerRole.COORDINATOR})
    keyring, mariani = Keyring.create(
        folder, keys, name="H.Mariani", nip="", roles=roles, passphrase=PASSPHRASE, costs=Costs(64, 1, 1)
    )
    for name, role in (("Syarifah", OfficerRole.COORDINATOR), ("Rahmawati", OfficerRole.RECORDING)):
        keyring.add_officer(mariani, name=name, nip="", roles=frozenset({role}), passphrase=PASSPHRASE)
    return folder


def officer(folder: Folder, name: str) -> OfficerEntry:
    return next(entry for entry in Keyring(folder).officers() if entry.name == name)


@pytest.fixture
def store(clock: VirtualClock, folder: Folder) -> Iterator[Store]:
    held = Store.in_memory(clock)
    held.run_now(officers.match, Keyring(folder).officers())
    yield held
    held.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
async def pilot(store: Store, clock: VirtualClock, folder: Folder) -> AsyncIterator[Pilot[object]]:
    on_duty = officer(folder, "Rahmawati")
    store.sign_in(on_duty.id, on_duty.roles)
    duty = OfficerOnDuty(on_duty.id, on_duty.name, on_duty.roles)
    async with at_work(store, None, StockScreen(), clock=clock, folder=folder, officer=duty) as pilot:
        yield pilot


async def test_whoever_approves_is_known_by_the_passphrase_and_does_not_log_in(
    pilot: Pilot[object], folder: Folder
) -> None:
    before = officer(folder, "Syarifah").last_login
    asked = asyncio.ensure_future(ask_coordinator(pilot.app.screen, "Verdict against SIAK", "akta baru"))
    await pilot.pause()
    assert "Alasan: akta baru" in "\n".join(await screen_text(pilot))
    await press(pilot, "2", *"salah sekali", "enter")
    assert not asked.done()
    pilot.app.clock.advance(60)
    await press(pilot, *(key if key != " " else "space" for key in PASSPHRASE), "enter")
    async with asyncio.timeout(20):
        assert await asked == officer(folder, "Syarifah").id
    assert officer(folder, "Syarifah").last_login == before
