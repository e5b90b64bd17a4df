"""A whole screen as screens are written here: a list, a form, a dialog, keys and a problem. Copy its habits.

1. What is shown is loaded into the screen (`load`), as the frozen dataclasses the store gives back.
2. How it looks is said by pure methods; they only read what was loaded.
3. `hints()` is the only place where a key is written; an action that asks or stores is a coroutine.
4. The store says yes before anything is drawn as done: act, `await self.load()`, and the frame draws.
"""

from __future__ import annotations

import bisect
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from book import VirtualClock, screen_text, settle
from textual.pilot import Pilot

from store.transaction import OfficerRole
from tui import keys
from tui.app import RekamApp
from tui.duty import OfficerOnDuty, OpenVisit
from tui.frame import FrameScreen
from tui.keys import Hint
from tui.line import Line, stack
from tui.messages import Problem, problem
from tui.settings import Settings
from tui.widgets.bars import RailStep
from tui.widgets.fields import DATE, Choice, Field, Form
from tui.widgets.paged_list import PagedList, Way


@dataclass(frozen=True, repr=False)
class Queued:
    """What the store gives back for one row."""

    number: int
    name: str
    papers: bool = False
    put_off: str = ""


class QueueStore:
    """A store in memory with the one query and the two transactions that this screen uses."""

    def __init__(self, names: Sequence[str]) -> None:
        self.rows = [Queued(number, name) for number, name in enumerate(names, 1)]
        self.drafts: list[tuple[str, str]] = []
        self.asked: list[tuple[int | None, Way, int]] = []

    async def page(self, anchor: int | None, way: Way, count: int, search: str = "") -> list[Queued]:
        self.asked.append((anchor, way, count))
        rows = [row for row in self.rows if search.upper() in row.name]
        numbers = [row.number for row in rows]
        if way is Way.AFTER:
            first = 0 if anchor is None else bisect.bisect_right(numbers, anchor)
            return rows[first : first + count]
        last = len(rows) if anchor is None else bisect.bisect_left(numbers, anchor)
        return rows[max(last - count, 0) : last]

    async def tick(self, number: int) -> None:
        self.rows[number - 1] = replace(self.rows[number - 1], papers=True)

    async def put_off(self, number: int, reason: str) -> None:
        self.rows[number - 1] = replace(self.rows[number - 1], put_off=reason)


class QueueScreen(FrameScreen):
    """The example: pupils in a list above a small form."""

    step = 3
    searches = True

    def __init__(self, store: QueueStore) -> None:
        super().__init__()
        self._store = store
        self.list = PagedList[Queued, int](
            lambda anchor, way, count: store.page(anchor, way, count, self.search), lambda row: row.number, self._row
        )
        self.form = Form(
            (Field("note", 20), Field("day", 10, pattern=DATE), Choice("desk", ("satu", "dua"))),
            on_change=lambda name, text: store.drafts.append((name, text)),
        )
        self.parts = (self.list, self.form)

    async def load(self) -> None:
        self.list.total = len(self._store.rows)

    async def search_changed(self) -> None:
        self.list.reload(keep=False)

    def headline(self) -> tuple[str, str]:
        row = self.list.row
        return f"3 Cek · {row.name if row else 'antrean'}", f"sisa {self.list.total}"

    def work(self, width: int, height: int) -> Sequence[Line]:
        drawn = self.form.draw(Line("     Catatan"), "note", 16)
        drawn = self.form.draw(drawn.put(41, "Tanggal"), "day", 51)
        desk = self.form.draw(Line("     Meja"), "desk", 16)
        head = Line("     No Nama                     Dok Keadaan")
        return [head, *stack(self.list.lines(height - 4), height - 4), Line(), drawn, desk]

    @staticmethod
    def _row(row: Queued) -> Line:
        line = Line().put(5, str(row.number), width=2, right=True).put(8, row.name, width=24)
        return line.state(33, "√" if row.papers else "·").state(37, f"~ {row.put_off}" if row.put_off else "·3 giliran")

    def status(self) -> str:
        first, last, total = self.list.place
        return f"{first}-{last} dari {total}"

    def problems(self) -> Sequence[Problem]:
        return [problem(38, date="20-10")] if self.list.total == 0 else []

    def hints(self) -> Sequence[Hint]:
        return (
            Hint(keys.ENTER, "Buka", self.open),
            Hint(keys.PAPERS, "Dokumen", self.tick_papers, help="KK dan akta ada"),
            Hint(keys.NEXT, "Lewati", self.put_off),
            Hint(keys.PRINT, "Cetak", self.open, barred=problem(25, role="Operator pencetakan")),
            self.search_hint(rank=2),
        )

    def open(self) -> None:
        row = self.list.row
        if row is not None and not row.papers:
            self.refuse(problem(9))

    async def tick_papers(self) -> None:
        if (row := self.list.row) is not None:
            await self._store.tick(row.number)
            self.news = f"√ {row.name}: dokumen ada"
            self.list.reload()
            self.list.move(1)

    async def put_off(self) -> None:
        row = self.list.row
        reason = row and await self.ask_reason(
            f"Lewati: {row.name}", "Akibat: murid kembali di akhir kelas.", ["sakit", "ujian", "dipanggil", "lain"]
        )
        if row and reason:
            await self._store.put_off(row.number, reason.text)
            self.list.reload()


@pytest.fixture
def store() -> QueueStore:
    names = ["NORHAYATI", "NOOR LAILA", "M. [/] ALI \x1b[2J", "X" * 60, *(f"MURID {n}" for n in range(5, 61))]
    return QueueStore(names)


@pytest.fixture
async def pilot(store: QueueStore):
    clock = VirtualClock()
    app = RekamApp(None, None, Settings(), clock, first=lambda: QueueScreen(store))
    async with app.run_test(size=(80, 24)) as pilot:
        app.officer = OfficerOnDuty(uuid.UUID(int=1), "Rahmawati", frozenset({OfficerRole.RECORDING}))
        app.visit = OpenVisit(uuid.UUID(int=1), "SMA Contoh 1 Paringin", clock.now().date())
        app.rail = tuple(RailStep("·") for _ in range(8))
        app.redraw()
        await settle(pilot)
        clock.advance(1)
        yield pilot


async def press(pilot: Pilot[object], *names: str) -> list[str]:
    """Press keys one second apart, as a person does."""
    for name in names:
        pilot.app.clock.advance(1)
        await pilot.press(name)
    return await screen_text(pilot)


async def test_the_list_shows_the_first_rows_and_the_frame(pilot: Pilot[object]) -> None:
    shown = await screen_text(pilot)
    assert shown[0] == " Rekam17  SMA Contoh 1 Paringin          Rahmawati·rekam  10.42  Sen 23-11-2026 "
    assert shown[2].startswith("── 3 Cek · NORHAYATI ───")
    assert shown[2].endswith("─ sisa 60 ──")
    assert shown[4].startswith("   ►  1 NORHAYATI                · ")
    assert shown[21].rstrip() == " 1-14 dari 60"
    assert shown[23].rstrip() == " F1 Bantuan  Enter Buka  D Dokumen  N Lewati  / Cari  F10 Keluar"


async def test_hostile_names_are_shown_as_what_they_are(pilot: Pilot[object]) -> None:
    shown = await screen_text(pilot)
    assert shown[6][8:32] == "M. [/] ALI \N{REPLACEMENT CHARACTER}[2J         "
    assert shown[7][8:32] == "X" * 22 + ".."


async def test_a_mark_is_drawn_from_what_the_store_gave_back(pilot: Pilot[object], store: QueueStore) -> None:
    shown = await press(pilot, "d")
    assert store.rows[0].papers
    assert shown[4][33] == "√"
    assert shown[5].startswith("   ►  2 NOOR LAILA")
    assert shown[21].startswith(" √ NORHAYATI: dokumen ada")
    assert "dokumen ada" not in (await press(pilot, "down"))[21]


async def test_a_refused_key_says_why_until_a_key_does_something(pilot: Pilot[object]) -> None:
    shown = await press(pilot, "enter")
    assert shown[22].startswith(" × Fotokopi akta belum dicentang.")
    assert (await press(pilot, "down"))[22].startswith(" × Fotokopi")
    assert (await press(pilot, "D"))[22].strip() == ""


async def test_a_key_of_another_role_answers_with_message_25(pilot: Pilot[object]) -> None:
    assert "Hanya Operator pencetakan" in (await press(pilot, "c"))[22]


async def test_the_reason_dialog_answers_the_action_that_asked(pilot: Pilot[object], store: QueueStore) -> None:
    shown = await press(pilot, "n")
    assert shown[6][10:].startswith("┌─ Lewati: NORHAYATI ──")
    assert (await press(pilot, "escape"))[6].startswith("      3")
    assert store.rows[0].put_off == ""
    await press(pilot, "f4", "2", *", kelas", "enter")
    assert store.rows[0].put_off == "ujian, kelas"


async def test_tab_goes_from_the_list_into_the_form_and_letters_are_typed(
    pilot: Pilot[object], store: QueueStore
) -> None:
    shown = await press(pilot, "tab", "d", "space", "n")
    assert shown[20].rstrip() == "     Meja       (1) satu  (2) dua"
    assert "►[d n                 ]" in shown[19]
    assert store.drafts[-1] == ("note", "d n")
    assert shown[23].rstrip() == " F1 Bantuan  Enter Buka  F4 Lewati  F3 Cari  F10 Keluar"
    shown = await press(pilot, "tab", *"23112026", "tab", "2")
    assert "[23-11-2026]" in shown[19]
    assert shown[20].rstrip() == "     Meja      ►(1) satu  (2) >dua<"


async def test_escape_leaves_the_field_so_that_letters_are_keys(pilot: Pilot[object], store: QueueStore) -> None:
    await press(pilot, "tab", "a", "escape", "d")
    assert store.rows[0].papers


async def test_search_narrows_the_list_live_and_escape_clears_it(pilot: Pilot[object]) -> None:
    shown = await press(pilot, "/", *"norh")
    assert shown[4].startswith("   ►  1 NORHAYATI")
    assert shown[5].strip() == ""
    assert shown[21].startswith(" Cari ►[norh ")
    assert (await press(pilot, "escape"))[5].startswith("      2 NOOR LAILA")


async def test_enter_and_y_do_nothing_for_half_a_second_after_something_appeared(pilot: Pilot[object]) -> None:
    app = pilot.app
    app.screen.stand()
    await pilot.press("enter")
    assert (await screen_text(pilot))[22].strip() == ""
    app.clock.advance(0.2)
    await pilot.press("enter")
    assert (await screen_text(pilot))[22].strip() == ""
    assert (await press(pilot, "enter"))[22].strip() != ""


async def test_the_last_row_is_found_from_the_end(pilot: Pilot[object], store: QueueStore) -> None:
    shown = await press(pilot, "end")
    assert shown[17].startswith("   ► 60 MURID 60")
    assert (None, Way.BEFORE, 28) in store.asked
    assert shown[21].rstrip() == " 47-60 dari 60"
