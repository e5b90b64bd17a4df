"""The sheet that takes recordings to the office: written to a stick, acknowledged by what comes back on it."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from book import VirtualClock
from home_ground import MARIANI, MONDAY, plan, press, pupils, stand
from textual.pilot import Pilot

from store import visits
from store.bundles import joining
from store.bundles.carrying import CarryProblem
from store.bundles.exchange import ExchangePublic, LaptopPublic
from store.folder import Folder
from store.office.ingest import ingest, receipt
from store.office.office import Office
from store.progress import PupilState
from store.store import ALL_ROLES, Store
from tests.called_office import called
from tui import i18n, places
from tui.app import RekamApp
from tui.line import cells
from tui.screens import to_office
from tui.screens.to_office import ToOfficeScreen
from tui.screens.visits import VisitsScreen
from tui.settings import Settings
from tui.widgets.glass import Glass

KEY = b"\x07" * 32


@dataclass
class Desk:
    """A laptop with recordings, its office, and where sticks are mounted."""

    place: Path
    clock: VirtualClock
    folder: Folder
    store: Store

    @property
    def stick(self) -> Path:
        return self.place / "media" / "rahmawati" / "STIK-KANTOR"

    def join(self) -> None:
        keys = Office.init(self.place / "office", "6311", "Disdukcapil Contoh")
        public = ExchangePublic.decode(keys.public.encode())
        joined = self.store.run_now(joining.join, public, "Laptop 1")
        with Office.open(self.place / "office", self.clock) as office:
            office.add_laptop(LaptopPublic.decode(joined.laptop.encode(joined.seed)))

    def plug(self) -> None:
        self.stick.mkdir(parents=True)

    def at_the_office(self) -> None:
        """Take in what the stick brings, and leave the receipt on it."""
        with Office.open(self.place / "office", self.clock) as office:
            for file in sorted((self.stick / "bundles").glob("*.r17")):
                node = ingest(office, file.read_bytes()).node
                (self.stick / "receipts").mkdir(exist_ok=True)
                (self.stick / "receipts" / f"{node}.receipt").write_bytes(receipt(office, node))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(places, "MOUNTS", (tmp_path / "media",))
    monkeypatch.setenv("USER", "rahmawati")
    clock, folder = VirtualClock(MONDAY), Folder(tmp_path / "data")
    folder.make()
    store = Store.open(folder.database, KEY, clock, create=True)
    store.sign_in(MARIANI.id, ALL_ROLES)
    visit: uuid.UUID = store.run_now(visits.create, plan("SMA Contoh 1 Paringin", MONDAY.date()))
    pupils(store, visit, 3)
    stand(store, visit, PupilState.CARD, 3)
    yield Desk(tmp_path, clock, folder, store)
    store.close()


@asynccontextmanager
async def opened(desk: Desk, language: str = "id", url: str = "") -> AsyncIterator[Pilot[object]]:
    settings = Settings(language=language, office_url=url)
    app = RekamApp(desk.store, None, settings, desk.clock, folder=desk.folder, first=VisitsScreen)
    app.set_reactive(RekamApp.officer, MARIANI)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "l")
        assert isinstance(app.screen, ToOfficeScreen)
        yield pilot


async def test_a_visit_s_recordings_leave_by_stick_and_arrive_by_the_receipt(desk: Desk) -> None:
    desk.join()
    async with opened(desk) as pilot:
        shown = await press(pilot, "u")
        assert "Tidak ada stik. Pasang stik, lalu U." in "\n".join(shown)
        desk.plug()
        shown = await press(pilot, "u")
        assert shown[4].split() == ["3", "3", "0", "0"]
        assert any("STIK-KANTOR" in line for line in shown)
        shown = await press(pilot, "l")
        assert shown[21].startswith(" √ 1 bundel di stik. Bawa ke kantor.")
        assert shown[4].split() == ["3", "0", "3", "0"]
        desk.at_the_office()
        shown = await press(pilot, "l")
        assert shown[21].startswith(" √ 1 bundel lagi sudah di kantor. 0 di stik.")
        assert shown[4].split() == ["3", "0", "0", "3"]


async def test_where_the_office_can_be_called_they_arrive_at_once(desk: Desk) -> None:
    desk.join()
    with called(desk.place / "office") as office:
        url = f"https://127.0.0.1:{office.port}"
        async with opened(desk, url=url) as pilot:
            assert any(url in line and "jaringan" in line for line in desk_lines(pilot))
            shown = await press(pilot, "l")
            assert shown[21].startswith(" √ Semua sudah di kantor. Bundel baru di sana: 1.")
            assert shown[4].split() == ["3", "0", "0", "3"]
    async with opened(desk, url=url) as pilot:
        shown = await press(pilot, "l")
        assert shown[22].startswith(" × Kantor tidak menjawab, atau jaringan putus. Semua masih di sini. L lanjut.")


def desk_lines(pilot: Pilot[object]) -> list[str]:
    return pilot.app.screen.query_one(Glass).text


async def test_a_stick_that_is_pulled_is_said_and_nothing_is_lost(desk: Desk) -> None:
    desk.join()
    desk.plug()
    async with opened(desk) as pilot:
        shutil.rmtree(desk.stick)
        shown = await press(pilot, "l")
        assert shown[22].startswith(" × Stik: tercabut. Di laptop ini tidak ada yang hilang. Pasang, lalu L.")
        assert shown[4].split()[:2] == ["3", "3"]
        desk.plug()
        await press(pilot, "u")
        shown = await press(pilot, "l")
        assert shown[21].startswith(" √ 1 bundel di stik.")


async def test_a_receipt_that_is_damaged_counts_nothing_as_arrived(desk: Desk) -> None:
    desk.join()
    desk.plug()
    async with opened(desk) as pilot:
        await press(pilot, "l")
        desk.at_the_office()
        (file,) = (desk.stick / "receipts").iterdir()
        file.write_bytes(file.read_bytes().replace(b'"upto": 1', b'"upto": 2'))
        shown = await press(pilot, "l")
        assert shown[22].startswith(" × Tanda terima di stik rusak atau bukan milik laptop ini. Hubungi kantor.")
        assert shown[4].split() == ["3", "0", "3", "0"]


@pytest.mark.parametrize("language", ["id", "en"])
async def test_what_is_only_here_for_days_is_a_problem_and_nothing_is_cut(desk: Desk, language: str) -> None:
    desk.join()
    desk.plug()
    desk.clock.advance(3 * 86_400)
    async with opened(desk, language) as pilot:
        shown = await press(pilot, "u")
        assert shown[22].split()[1] == "3"
        assert " 3 " in shown[22][10:]
        assert not any(".." in line for line in shown)
        assert all(cells(line.rstrip()) <= 80 for line in shown)


def test_every_refusal_fits_the_problem_line_in_both_languages() -> None:
    sentences = [*to_office.REFUSED.values(), to_office.NOT_OURS]
    try:
        for language in i18n.LANGUAGES:
            i18n.use(language)
            assert [said for said in map(i18n._, sentences) if cells(said) > 76] == []
    finally:
        i18n.use("id")
    assert set(to_office.REFUSED) == {problem.value for problem in CarryProblem}


async def test_a_laptop_of_no_office_is_told_what_to_do(desk: Desk) -> None:
    async with opened(desk) as pilot:
        shown = await press(pilot, "l")
        assert "rekam17 export STIK --join exchange.pub" in "\n".join(shown)
        assert "Lanjut: tulis" not in shown[23]


async def test_home_warns_of_a_recording_that_did_not_reach_the_office_in_a_day(desk: Desk) -> None:
    desk.join()
    desk.plug()
    desk.store.run_now(lambda tx: tx.note("recording.sealed", uuid.UUID(int=9), proof=1))
    async with opened(desk) as pilot:
        shown = await press(pilot, "escape")
        assert "belum sampai" not in shown[22], "not on the day itself"
        desk.clock.advance(25 * 3600)
        shown = await press(pilot, "l", "escape")
        assert shown[22].startswith(" ! Rekaman 23-11-2026 belum sampai di kantor. L membawanya ke sana lewat stik.")
        await press(pilot, "l", "l")
        desk.at_the_office()
        await press(pilot, "l")
        shown = await press(pilot, "escape")
        assert "belum sampai" not in shown[22]
