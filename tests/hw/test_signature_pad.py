"""Signature pads: the kernel's events become points and strokes, whatever the pad or the cable does."""

import asyncio
import contextlib
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw import evdev, unix_socket
from hw.emulators.hand import invent
from hw.emulators.pen import RANGES
from hw.evdev import (
    ABS_PRESSURE,
    ABS_X,
    ABS_Y,
    BTN_TOOL_PEN,
    BTN_TOOL_RUBBER,
    BTN_TOUCH,
    EV_ABS,
    EV_KEY,
    EV_SYN,
    EVENT,
    SYN_DROPPED,
    SYN_REPORT,
    PenState,
)
from hw.signature_pad import open_pad
from hw.tablet import Axis, OffThePad, Ranges
from hw.types import Attached, CaptureFailed, DeviceGone, FailReason, PenPoint, Role


def pen_at(address: str) -> Attached:
    return Attached("pen", Role.SIGNATURE, "evdev", "pen", address)


async def test_the_same_seed_signs_the_same_way_and_another_does_not() -> None:
    assert invent(1) == invent(1)
    assert invent(1) != invent(2)


@pytest.mark.parametrize(
    "header",
    [b"\n", b"{}\n", b"[1,2]\n", b'{"x":[0,0,0],"y":[0,1,0],"pressure":[0,1,0]}\n', b"\xff\xfe\n", b"x" * 9000],
)
async def test_a_stream_that_does_not_say_its_ranges_is_a_bad_answer(tmp_path: Path, header: bytes) -> None:
    with unix_socket.listen(tmp_path / "s") as listening:
        opening = asyncio.create_task(open_pad(pen_at(f"unix:{tmp_path / 's'}")))
        connection, _ = await asyncio.get_running_loop().sock_accept(listening)
        with connection:
            connection.sendall(header)
            with pytest.raises(CaptureFailed) as failed:
                await opening
    assert failed.value.reason is FailReason.BAD_ANSWER


async def test_a_node_that_is_no_input_device_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(DeviceGone):
        await open_pad(pen_at(str(tmp_path / "event7")))
    (tmp_path / "event8").write_bytes(b"")
    with pytest.raises(CaptureFailed) as failed:
        await open_pad(pen_at(str(tmp_path / "event8")))
    assert failed.value.reason is FailReason.UNSUPPORTED


def test_a_socket_is_reached_however_deep_its_folder_lies(tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 100) / ("e" * 100)
    folder.mkdir(parents=True)
    with unix_socket.listen(folder / "pen"), unix_socket.connect(folder / "pen") as connected:
        assert isinstance(connected, socket.socket)
    before = len(os.listdir("/proc/self/fd"))
    with contextlib.suppress(OSError):
        unix_socket.connect(folder / "nobody")
    assert len(os.listdir("/proc/self/fd")) == before


def events(*parts: tuple[int, int, int]) -> bytes:
    return b"".join(EVENT.pack(1, 0, *part) for part in parts)


REPORT = (EV_SYN, SYN_REPORT, 0)


def test_after_a_gap_the_stroke_ends_and_pressure_tells_what_the_pen_does() -> None:
    decoder = evdev.PenDecoder(RANGES)
    down = events((EV_KEY, BTN_TOUCH, 1), (EV_ABS, ABS_X, 7600), (EV_ABS, ABS_PRESSURE, 900), REPORT)
    assert [point.down for point in decoder.feed(down)] == [True]
    gap = events((EV_SYN, SYN_DROPPED, 0), (EV_KEY, BTN_TOUCH, 0), (EV_ABS, ABS_X, 1), REPORT)
    assert [point.down for point in decoder.feed(gap)] == [False]
    still_down = events((EV_ABS, ABS_X, 8000), REPORT)
    assert [(point.down, round(point.x, 2)) for point in decoder.feed(still_down)] == [(True, 0.53)]


def decoded(*parts: tuple[int, int, int], ranges: Ranges = RANGES) -> list[PenPoint]:
    return list(evdev.PenDecoder(ranges).feed(events(*parts)))


def test_the_eraser_end_the_mouse_and_the_finger_write_nothing() -> None:
    pen = [(EV_KEY, BTN_TOOL_PEN, 1), (EV_KEY, BTN_TOUCH, 1), (EV_ABS, ABS_X, 100), REPORT]
    for tool in (BTN_TOOL_RUBBER, 0x145, 0x146):
        other = [(EV_KEY, tool, 1), (EV_KEY, BTN_TOUCH, 1), (EV_ABS, ABS_X, 200), REPORT]
        gone = [(EV_KEY, BTN_TOUCH, 0), (EV_KEY, tool, 0), REPORT]
        assert decoded(*other, *gone) == []
        # Turned round in mid-stroke: the stroke ends. Turned back: a new one.
        turned = decoded(*pen, (EV_KEY, BTN_TOOL_PEN, 0), *other, *gone, *pen)
        assert [point.down for point in turned] == [True, False, True]


def test_without_pressure_the_line_is_even_and_a_gap_ends_the_stroke_until_the_tip_comes_again() -> None:
    plain = Ranges(RANGES.x, RANGES.y, None)
    down = [(EV_KEY, BTN_TOUCH, 1), (EV_ABS, ABS_X, 7600), REPORT]
    gap = [(EV_SYN, SYN_DROPPED, 0), REPORT, (EV_ABS, ABS_X, 8000), REPORT]
    points = decoded(*down, *gap, *down, ranges=plain)
    assert [(point.down, point.pressure) for point in points] == [(True, 0.5), (False, 0.0), (True, 0.5)]


def test_after_a_gap_the_pen_is_asked_where_it_stands() -> None:
    states = iter((PenState(100, 200), PenState(7600, 4750, 900, touch=True, writing=True)))
    decoder = evdev.PenDecoder(RANGES, lambda: next(states))
    assert [p.down for p in decoder.feed(events((EV_KEY, BTN_TOUCH, 1), (EV_ABS, ABS_X, 300), REPORT))] == [True]
    gap = events((EV_SYN, SYN_DROPPED, 0), (EV_KEY, BTN_TOUCH, 0), REPORT, (EV_ABS, ABS_X, 7605), REPORT)
    assert [(p.down, round(p.y, 2)) for p in decoder.feed(gap)] == [(False, 0.02), (True, 0.5)]


def test_keys_tell_the_tool_and_the_tip() -> None:
    keys = bytearray(evdev.KEYS_SIZE)
    assert PenState.of_keys(1, 2, 3, bytes(keys)) == PenState(1, 2, 3, touch=False, writing=None)
    keys[BTN_TOOL_RUBBER // 8] |= 1 << BTN_TOOL_RUBBER % 8
    keys[BTN_TOUCH // 8] |= 1 << BTN_TOUCH % 8
    assert PenState.of_keys(1, 2, 3, bytes(keys)) == PenState(1, 2, 3, touch=True, writing=False)
    assert PenState.of_keys(1, 2, 3, b"") == PenState(1, 2, 3, touch=False, writing=None)


def test_a_tablet_larger_than_it_says_is_not_believed() -> None:
    small = Ranges(Axis(0, 1000), Axis(0, 600), Axis(0, 2047))
    stray = [part for x in range(5000, 5200) for part in ((EV_ABS, ABS_X, x), REPORT)]
    with pytest.raises(OffThePad):
        decoded((EV_KEY, BTN_TOUCH, 1), *stray, ranges=small)
    # A pen that slips off the edge and comes back is no such thing, and draws no line along the edge.
    slipped = decoded(
        (EV_KEY, BTN_TOUCH, 1),
        *(part for x in (990, 1300, 980) for part in ((EV_ABS, ABS_X, x), REPORT)),
        ranges=small,
    )
    assert [point.x for point in slipped] == [0.99, 0.98]


def test_the_shape_is_by_millimetres_where_they_can_be_meant() -> None:
    assert Ranges(Axis(0, 15200, 100), Axis(0, 9500, 50), None).aspect == pytest.approx(0.8)
    # One axis alone tells nothing, and a resolution that makes a tablet like a thread is a lie.
    assert Ranges(Axis(0, 15200, 100), Axis(0, 9500), None).aspect == pytest.approx(1.6)
    assert Ranges(Axis(0, 15200, 1), Axis(0, 9500, 5000), None).aspect == pytest.approx(1.6)
    with pytest.raises(ValueError, match="as high"):
        Ranges(Axis(0, 15200), Axis(0, 5), None)


def test_a_header_may_say_that_there_is_no_pressure() -> None:
    plain = Ranges(Axis(0, 15200, 100), Axis(0, 9500, 100), None)
    assert evdev.read_header(evdev.write_header(plain)) == plain


WORDS = st.tuples(
    st.sampled_from((EV_SYN, EV_KEY, EV_ABS, 4, 0x15)),
    st.sampled_from((SYN_REPORT, SYN_DROPPED, BTN_TOUCH, 0x140, ABS_X, ABS_Y, ABS_PRESSURE, 0x2FF)),
    st.integers(-(2**31), 2**31 - 1),
)
STREAMS = st.lists(st.one_of(WORDS, st.just(REPORT), st.sampled_from([(EV_KEY, BTN_TOUCH, 1)])), max_size=60)


@given(STREAMS, st.lists(st.integers(1, 70), max_size=40))
def test_however_the_stream_is_cut_the_points_are_the_same(stream: list[tuple[int, int, int]], cuts: list[int]) -> None:
    data = events(*stream)
    try:
        whole = list(evdev.PenDecoder(RANGES).feed(data))
    except OffThePad:
        return
    decoder, pieces, at = evdev.PenDecoder(RANGES), list[PenPoint](), 0
    for cut in cuts:
        pieces += decoder.feed(data[at : at + cut])
        at += cut
    pieces += decoder.feed(data[at:])
    assert pieces == whole
    assert [point.ms for point in whole] == sorted(point.ms for point in whole)
    assert all(0 <= point.x <= 1 and 0 <= point.y <= 1 and 0 <= point.pressure <= 1 for point in whole)
    # Between two lifts there is ink: a lift is told once.
    lifts = [index for index, point in enumerate(whole) if not point.down]
    assert all(index > 0 and whole[index - 1].down for index in lifts)
