"""The list over keyset pages behaves as a list held whole, reads only pages, and never counts from the start."""

from __future__ import annotations

import asyncio
import bisect
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ink import Ink
from tui.keys import press
from tui.line import Line
from tui.widgets.paged_list import PagedList, Way

HEIGHT = 5


@dataclass
class Numbers:
    """An ordered query over numbers, as the store would answer it."""

    rows: list[int]
    reads: int = 0
    broken: bool = False

    async def page(self, anchor: int | None, way: Way, count: int) -> list[int]:
        self.reads += 1
        if self.broken:
            raise OSError("unreadable")
        if way is Way.AFTER:
            first = 0 if anchor is None else bisect.bisect_right(self.rows, anchor)
            return self.rows[first : first + count]
        last = len(self.rows) if anchor is None else bisect.bisect_left(self.rows, anchor)
        return self.rows[max(last - count, 0) : last]


def list_of(numbers: Numbers) -> PagedList[int, int]:
    made = PagedList[int, int](numbers.page, lambda row: row, lambda row: Line().put(5, str(row)))
    made.total = len(numbers.rows)
    made.height = HEIGHT
    return made


def shown(listed: PagedList[int, int]) -> list[int]:
    return [int(str(line)[5:]) for line in listed.lines(HEIGHT)]


MOVES = {"up": -1, "down": 1, "pageup": -(HEIGHT - 1), "pagedown": HEIGHT - 1}
moves = st.lists(st.tuples(st.sampled_from([*MOVES, "home", "end", "reload"]), st.booleans()), max_size=40)


@given(st.integers(0, 90), moves)
async def test_it_moves_as_a_whole_list_would(length: int, keys: list[tuple[str, bool]]) -> None:
    numbers = Numbers(list(range(0, length * 2, 2)))
    listed = list_of(numbers)
    await listed.read()
    at = 0
    for name, draws in keys:
        if name == "reload":
            listed.reload()
        else:
            listed.press(press(name, None))
            at = {"home": 0, "end": length - 1}.get(name, at + MOVES.get(name, 0))
            at = max(min(at, length - 1), 0)
        await listed.read()
        assert listed.row == (at * 2 if length else None)
        if draws:
            view = shown(listed)
            assert listed.row in view or not length
            assert view == numbers.rows[numbers.rows.index(view[0]) :][: len(view)] if view else not length
            assert len(view) == min(HEIGHT, length)
            first, last, total = listed.place
            assert (first, last, total) == ((view[0] // 2 + 1, view[-1] // 2 + 1, length) if view else (0, 0, 0))
    assert len(listed._rows) <= 12 * HEIGHT


async def test_keys_pressed_while_rows_are_read_are_all_counted() -> None:
    numbers = Numbers(list(range(1000)))
    listed = list_of(numbers)
    await listed.read()
    for _page in range(10):
        listed.press(press("pagedown", None))
    assert listed.row != 40
    assert listed.wants_rows
    await listed.read()
    assert listed.row == 40


async def test_a_million_rows_are_opened_by_one_page_and_left_by_one_more() -> None:
    numbers = Numbers(list(range(1_000_000)))
    listed = list_of(numbers)
    await listed.read()
    assert numbers.reads == 1
    listed.press(press("end", None))
    await listed.read()
    assert (listed.row, numbers.reads) == (999_999, 2)
    assert (shown(listed)[-1], listed.place) == (999_999, (999_996, 1_000_000, 1_000_000))


async def test_reading_again_finds_the_row_under_the_cursor_and_what_is_new() -> None:
    numbers = Numbers(list(range(0, 60, 2)))
    listed = list_of(numbers)
    await listed.read()
    listed.move(7)
    await listed.read()
    before = shown(listed)
    numbers.rows.insert(numbers.rows.index(before[0]) + 1, before[0] + 1)
    listed.reload()
    await listed.read()
    assert listed.row == 14
    assert before[0] + 1 in shown(listed)


async def test_rows_that_went_away_leave_the_cursor_on_a_row_that_is_there() -> None:
    numbers = Numbers(list(range(40)))
    listed = list_of(numbers)
    await listed.read()
    listed.press(press("end", None))
    await listed.read()
    shown(listed)
    numbers.rows = [1, 2]
    listed.total = 2
    listed.reload()
    await listed.read()
    assert listed.row == 2
    numbers.rows = []
    listed.total = 0
    listed.reload()
    await listed.read()
    assert listed.empty
    assert listed.lines(HEIGHT) == []


async def test_an_answer_to_an_older_question_is_thrown_away() -> None:
    gate = asyncio.Event()
    rows = {"old": [1, 2, 3], "new": [7, 8, 9]}
    asked = "old"

    async def page(anchor: int | None, way: Way, count: int) -> list[int]:
        mine = rows[asked]
        if asked == "old":
            await gate.wait()
        return mine if anchor is None else []

    listed = PagedList[int, int](page, lambda row: row, lambda row: Line(str(row)))
    reading = asyncio.create_task(listed.read())
    await asyncio.sleep(0)
    asked = "new"
    listed.reload(keep=False)
    gate.set()
    await reading
    assert listed.row == 7


async def test_rows_of_several_lines_and_headings_stand_together() -> None:
    def draw(row: int) -> Line | list[Line]:
        return [Line(f"     {row}"), Line("     twice")] if row % 2 else Line(f"     {row}")

    def heading(above: int | None, row: int) -> Line | None:
        return Line("  ── ten ──") if row == 10 and above == 9 else None

    numbers = Numbers(list(range(14)))
    listed = PagedList[int, int](numbers.page, lambda row: row, draw, heading)
    listed.lines(HEIGHT)
    await listed.read()
    listed.move(10)
    await listed.read()
    lines = listed.lines(HEIGHT)
    assert [str(line).rstrip() for line in lines] == ["     8", "     9", "     twice", "  ── ten ──", "   ► 10"]
    assert lines[-1].ink_at(79) is Ink.CURSOR
    listed.focused = False
    assert listed.lines(HEIGHT)[-1].ink_at(79) is Ink.NORMAL


async def test_a_disk_that_cannot_be_read_is_asked_again_by_a_key_only() -> None:
    numbers = Numbers(list(range(90)))
    listed = list_of(numbers)
    numbers.broken = True
    with pytest.raises(OSError, match="unreadable"):
        await listed.read()
    assert not listed.wants_rows
    numbers.broken = False
    listed.press(press("down", None))
    assert listed.wants_rows
    await listed.read()
    assert listed.row == 1
