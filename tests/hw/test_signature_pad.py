"""Signature pads: the kernel's events become points and strokes, whatever the pad or the cable does."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw import evdev, ink, unix_socket
from hw.emulators.clock import SharedClock
from hw.emulators.pen import RANGES, Pen, Size, invent
from hw.evdev import ABS_PRESSURE, ABS_X, ABS_Y, BTN_TOUCH, EV_ABS, EV_KEY, EV_SYN, EVENT, SYN_DROPPED, SYN_REPORT
from hw.signature_pad import EvdevPad, open_pad
from hw.types import Attached, CaptureFailed, DeviceGone, FailReason, PenPoint, Role, Signature


def pen_at(address: str) -> Attached:
    return Attached("pen", Role.SIGNATURE, "evdev", "pen", address)


@pytest.fixture
async def pen(tmp_path: Path) -> AsyncIterator[Pen]:
    clock = SharedClock(tmp_path / "clock")
    pen = Pen(tmp_path, clock)
    await pen.start()
    yield pen
    await pen.unplug()
    clock.close()


async def collect(pad: EvdevPad, points: list[PenPoint]) -> None:
    async for point in pad.points():
        points.append(point)


async def signed(pad: EvdevPad, pen: Pen, seed: int, size: Size = Size.NORMAL) -> Signature:
    """Read what the pen writes until it has put itself away, then close the pad."""
    points: list[PenPoint] = []

    reading = asyncio.create_task(collect(pad, points))
    await pen.sign(seed, size)
    await pen.unplug()
    with pytest.raises(DeviceGone):
        await reading
    return Signature(ink.strokes(points), pad.aspect)


async def test_a_signature_arrives_as_it_was_written(pen: Pen) -> None:
    pad = await open_pad(pen_at(pen.address))
    assert pad.aspect == pytest.approx(1.6)
    signature = await signed(pad, pen, seed=4)
    await pad.close()

    written = invent(4)
    assert len(signature.strokes) == len(written)
    for stroke, meant in zip(signature.strokes, written, strict=True):
        assert len(stroke) == len(meant)
        for point, (x, y, pressure) in zip(stroke, meant, strict=True):
            assert (point.x, point.y) == (pytest.approx(x, abs=1e-4), pytest.approx(y, abs=1e-4))
            assert point.pressure == pytest.approx(pressure, abs=1e-3)
    times = [point.ms for stroke in signature.strokes for point in stroke]
    assert times[0] == 0
    assert times == sorted(times)
    assert 0.4 < signature.width < 0.8


async def test_too_small_and_only_hovering_are_seen_as_such(pen: Pen) -> None:
    pad = await open_pad(pen_at(pen.address))
    small = await signed(pad, pen, seed=5, size=Size.SMALL)
    await pad.close()
    assert 0 < small.width < 0.15

    await pen.start()
    pad = await open_pad(pen_at(pen.address))
    empty = await signed(pad, pen, seed=5, size=Size.EMPTY)
    await pad.close()
    assert empty.strokes == ()


async def test_the_same_seed_signs_the_same_way_and_another_does_not() -> None:
    assert invent(1) == invent(1)
    assert invent(1) != invent(2)


async def test_a_pad_pulled_in_mid_signature_is_gone_and_comes_back(pen: Pen) -> None:
    pad = await open_pad(pen_at(pen.address))
    signing = asyncio.create_task(pen.sign(3, unplug_after=1))
    points: list[PenPoint] = []
    with pytest.raises(DeviceGone):
        await collect(pad, points)
    await signing
    await pad.close()
    assert len(ink.strokes(points)) == 1
    with pytest.raises(DeviceGone):
        await open_pad(pen_at(pen.address))

    await pen.start()
    pad = await open_pad(pen_at(pen.address))
    await pad.close()


async def test_closing_releases_whoever_waits_for_the_pen(pen: Pen) -> None:
    pad = await open_pad(pen_at(pen.address))
    reading = asyncio.create_task(anext(pad.points(), None))
    await asyncio.sleep(0)
    await pad.close()
    assert await reading is None
    await pad.close()


async def test_cleared_the_pad_forgets_what_was_not_read(pen: Pen) -> None:
    pad = await open_pad(pen_at(pen.address))
    await pen.sign(1)
    await pad.clear()
    signature = await signed(pad, pen, seed=2)
    await pad.close()
    assert len(signature.strokes) == len(invent(2))
    assert signature.strokes[0][0].ms == 0


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


WORDS = st.tuples(
    st.sampled_from((EV_SYN, EV_KEY, EV_ABS, 4, 0x15)),
    st.sampled_from((SYN_REPORT, SYN_DROPPED, BTN_TOUCH, 0x140, ABS_X, ABS_Y, ABS_PRESSURE, 0x2FF)),
    st.integers(-(2**31), 2**31 - 1),
)
STREAMS = st.lists(st.one_of(WORDS, st.just(REPORT), st.sampled_from([(EV_KEY, BTN_TOUCH, 1)])), max_size=60)


@given(STREAMS, st.lists(st.integers(1, 70), max_size=40))
def test_however_the_stream_is_cut_the_points_are_the_same(stream: list[tuple[int, int, int]], cuts: list[int]) -> None:
    data = events(*stream)
    whole = list(evdev.PenDecoder(RANGES).feed(data))
    decoder, pieces, at = evdev.PenDecoder(RANGES), list[PenPoint](), 0
    for cut in cuts:
        pieces += decoder.feed(data[at : at + cut])
        at += cut
    pieces += decoder.feed(data[at:])
    assert pieces == whole
    assert all(0 <= point.x <= 1 and 0 <= point.y <= 1 and 0 <= point.pressure <= 1 for point in whole)
    # Between two lifts there is ink: a lift is told once.
    lifts = [index for index, point in enumerate(whole) if not point.down]
    assert all(index > 0 and whole[index - 1].down for index in lifts)
