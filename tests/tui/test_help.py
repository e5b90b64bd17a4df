"""Help is S32, made from the hints of the screen in front and from the SOP's own row."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import pytest
from book import Deviation, VirtualClock, compare, screen_text, settle
from textual.pilot import Pilot

from store.transaction import OfficerRole
from tui import i18n, keys
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit, SopClock
from tui.frame import FrameScreen
from tui.keys import Hint
from tui.line import Line, cells
from tui.settings import Settings
from tui.widgets.bars import RailStep

RAIL = tuple(RailStep(symbol, n) for symbol, n in zip("√√►·!►○·", (0, 0, 73, 2, 1, 3, 4, 0), strict=True))


class PupilScreen(FrameScreen):
    """The keys of S12, which the book's help is about."""

    step = 3
    subject = "murid"

    def headline(self) -> tuple[str, str]:
        return "3 Cek · NORHAYATI", ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        return []

    def words(self) -> Sequence[str]:
        return ("Fotokopi akta belum dicentang: " + "kata " * 60,)

    def hints(self) -> Sequence[Hint]:
        return (
            Hint(keys.NOT_YET, "Belum rekam", self.nothing, help="belum rekam, ke langkah 4"),
            Hint(keys.PRINT, "Cetak", self.nothing, help="masuk daftar cetak"),
            Hint(keys.EDIT, "Ubah", self.nothing, help="ubah status"),
            Hint(keys.PAPERS, "Dokumen", self.nothing),
            Hint(keys.TICK, "Centang", self.nothing, help="centang KK atau akta saja", rank=0),
            Hint(keys.NEXT, "Lewati", self.nothing),
            Hint(keys.HISTORY, "Riwayat", self.nothing, help="riwayat murid", rank=0),
            Hint(keys.REVEAL, "Lihat", self.nothing, rank=0),
            Hint(keys.UNDO, "Urungkan", self.nothing, rank=0),
        )

    def nothing(self) -> None: ...


class WordyScreen(PupilScreen):
    """A key whose sentence is longer than its column, and two ways that mean the same."""

    def hints(self) -> Sequence[Hint]:
        long = "tulis baris ditolak berikut alasannya ke berkas"
        ways = [Hint(keys.LEFT, "Pilihan", self.nothing), Hint(keys.RIGHT, "Pilihan", self.nothing)]
        return (Hint(keys.PRINT, "Tulis", self.nothing, help=long), *ways)


async def test_a_long_sentence_goes_on_below_and_one_meaning_stands_once() -> None:
    app = RekamApp(None, None, Settings(), VirtualClock(), first=WordyScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f1")
        shown = await screen_text(pilot)
    first = next(number for number, line in enumerate(shown) if line[5:14] == "C        ")
    assert [line[14:43].rstrip() for line in shown[first : first + 2]] == [
        "tulis baris ditolak berikut",
        "alasannya ke berkas",
    ]
    assert shown[first + 1][5:14].strip() == ""
    assert [line[5:14].strip() for line in shown if "pilihan di sebelahnya" in line] == ["←→"]


@pytest.fixture(params=["id", "en"])
async def pilot(request: pytest.FixtureRequest):
    clock = VirtualClock()
    app = RekamApp(None, None, Settings(language=request.param), clock, first=PupilScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        app.officer = OfficerOnDuty(uuid.UUID(int=1), "Rahmawati", frozenset({OfficerRole.RECORDING}))
        app.visit = OpenVisit(uuid.UUID(int=1), "SMA Contoh 1 Paringin", clock.now().date())
        app.rail = RAIL
        app.sop = SopClock(3, clock.now(), 5)
        clock.advance(60)
        app.redraw()
        await settle(pilot)
        yield pilot


@pytest.mark.parametrize("pilot", ["id"], indirect=True)
async def test_help_is_the_books(pilot: Pilot[object]) -> None:
    await pilot.press("f1")
    papers = "the completeness is quoted from the SOP's row, on a line of its own"
    deviations = [
        Deviation(7, '          perekaman."', papers),
        Deviation(8, "     Kelengkapan: fotokopi KK, fotokopi akta kelahiran. Standar 5 menit.", papers),
    ]
    compare(await screen_text(pilot), "S32", deviations=deviations)


async def test_every_page_of_help_fits_and_comes_back(pilot: Pilot[object]) -> None:
    await pilot.press("question_mark")
    first = await screen_text(pilot)
    await pilot.press("down")
    second = await screen_text(pilot)
    await pilot.press("pagedown", "down", "down")
    last = await screen_text(pilot)
    assert len({tuple(page[3:21]) for page in (first, second, last)}) == 3
    assert all(cells(line) == 80 for page in (first, second, last) for line in page)
    assert not any(line.rstrip().endswith("..") for page in (first, second, last) for line in page)
    assert i18n._("absent") in "\n".join(last)
    await pilot.press("escape")
    assert (await screen_text(pilot))[2].startswith("── 3 Cek · NORHAYATI ──")


async def test_help_is_searched_and_f1_closes_it(pilot: Pilot[object]) -> None:
    await pilot.press("f1", "slash", *"prr")
    assert sum(bool(line.strip()) for line in (await screen_text(pilot))[3:21]) == 1
    await pilot.press("escape", "f1")
    assert (await screen_text(pilot))[2].startswith("── 3 Cek · NORHAYATI ──")
