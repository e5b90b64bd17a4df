"""The pane beside the queue on a wide terminal: who is at the cursor, the desks, the devices, the day by the hour."""

from __future__ import annotations

from collections.abc import Sequence

from book import screen_text
from textual.pilot import Pilot
from the_school import NORHAYATI, at_school, press, pupil_of

from store.models.people import Person, Pupil
from tui.screens.queue_list import QueueScreen

_RULE = 79


async def widened(pilot: Pilot[int], columns: int = 120, rows: int = 30) -> list[str]:
    await pilot.resize_terminal(columns, rows)
    return await screen_text(pilot)


def pane(shown: Sequence[str]) -> list[str]:
    assert all(line[_RULE] == "│" for line in shown[3:-3])
    return [line[_RULE + 2 :].rstrip() for line in shown[3:-3]]


async def test_whoever_is_at_the_cursor_stands_beside_the_queue() -> None:
    async with at_school(QueueScreen) as (pilot, _store, _visit):
        assert pane(await widened(pilot))[:9] == [
            "Murid di kursor",
            "NORHAYATI                            P",
            "XII IPA 2 · 12-05-2009 · 17 th 6 bln",
            "ibu NORJENAH · ayah BAHRUDIN",
            "",
            "SIAK 20-11   BELUM REKAM",
            "Kain         MERAH",
            "Kartu        boleh cetak bila PRR",
            "Dokumen      √ KK   √ akta",
        ]
        assert pane(await press(pilot, "down"))[1] == "NOOR LAILA                           P"
        shown = await press(pilot, "d")
        assert pane(shown)[1].startswith("HASANAH"), "the pile goes on, and the pane with it"


async def test_a_mark_is_seen_in_the_pane_at_once() -> None:
    async with at_school(QueueScreen) as (pilot, _store, _visit):
        await widened(pilot)
        assert "√ KK   · akta" in pane(await press(pilot, *["down"] * 4))[8]
        await press(pilot, "d")
        assert "√ KK   √ akta" in pane(await press(pilot, "up"))[8]


async def test_a_name_of_sixty_letters_stays_in_the_pane() -> None:
    async with at_school(QueueScreen) as (pilot, store, visit):
        whom = pupil_of(store, visit, NORHAYATI)
        person = Pupil.select(Pupil.person).where(Pupil.id == whom)
        store.run_now(lambda tx: Person.update(name="[bold]\x1b[31m" + "X" * 60).where(Person.id == person).execute())
        pilot.app.aside(pilot.app.screen.reload())
        shown = await widened(pilot)
        assert pane(shown)[1].startswith("[bold]�[31mXXX")
        assert pane(shown)[1].endswith(".. P")
        assert all(len(line.rstrip()) <= 120 for line in shown)


async def test_a_smaller_terminal_has_no_pane_and_loses_nothing() -> None:
    async with at_school(QueueScreen) as (pilot, _store, _visit):
        await widened(pilot)
        for size in ((99, 30), (80, 24)):
            shown = await widened(pilot, *size)
            assert not any("│" in line for line in shown[4:]), size


async def test_her_history_stands_beside_her_sheet() -> None:
    async with at_school(QueueScreen) as (pilot, _store, _visit):
        await widened(pilot)
        shown = pane(await press(pilot, "enter"))
        assert shown[0] == "Riwayatnya"
        assert "23-11 10.42  Hj. Mariani" in shown
        assert "  dokumen dicentang" in shown


async def test_a_terminal_of_a_hundred_columns_has_room_for_the_totals() -> None:
    async with at_school(QueueScreen) as (pilot, _store, _visit):
        shown = pane(await widened(pilot, 100, 24))
        assert shown[0] == "Menunggu"
        rail = (await screen_text(pilot))[1]
        assert shown[3].startswith(("► 3 Cek", "· 3 Cek"))
        waiting = shown[3].split()[-1]
        assert f"3 Cek {waiting}" in rail
