"""What every signature pad does, whatever its wire: one contract for pen tablets and for pads with a screen."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pens import written

from hw.bus import OPENERS
from hw.emulators.clock import SharedClock
from hw.emulators.hand import Size, invent
from hw.emulators.pen import Pen
from hw.emulators.stu import Stu
from hw.emulators.stu_tablet import MODELS
from hw.pictures import ink
from hw.types import Attached, DeviceGone, PenPoint, Role, Signature, SignaturePad


class Desk:
    """A pad on the desk, and the driver for it."""

    def __init__(self, driver: str, pad: Pen | Stu, aspect: float) -> None:
        self._driver = driver
        self.device = pad
        self.aspect = aspect

    async def open(self) -> SignaturePad:
        attached = Attached("k", Role.SIGNATURE, self._driver, "pad", self.device.address)
        return await OPENERS[self._driver](attached)  # type: ignore[return-value]


@pytest.fixture(params=["pen tablet", *(f"{model.product:04x}" for model in MODELS.values())])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    clock = SharedClock(tmp_path / "clock")
    if request.param == "pen tablet":
        desk = Desk("evdev", Pen(tmp_path, clock), 1.6)
    else:
        model = MODELS[int(request.param, 16)]
        desk = Desk("stu", Stu(tmp_path, clock, model), model.capability.ranges.aspect)
    await desk.device.start()
    yield desk
    await desk.device.unplug()
    clock.close()


async def collect(pad: SignaturePad, points: list[PenPoint]) -> None:
    async for point in pad.points():
        points.append(point)


async def signed(desk: Desk, pad: SignaturePad, seed: int, size: Size = Size.NORMAL) -> Signature:
    """Read what is written until the pad is pulled, then close it."""
    points: list[PenPoint] = []
    reading = asyncio.create_task(collect(pad, points))
    await desk.device.sign(seed, size)
    await desk.device.unplug()
    with pytest.raises(DeviceGone):
        await reading
    await pad.close()
    return Signature(ink.strokes(points), pad.aspect)


async def test_a_signature_arrives_as_it_was_written(desk: Desk) -> None:
    pad = await desk.open()
    assert pad.aspect == pytest.approx(desk.aspect)
    signature = await signed(desk, pad, seed=4)
    written = invent(4)
    assert len(signature.strokes) == len(written)
    for stroke, meant in zip(signature.strokes, written, strict=True):
        assert len(stroke) == len(meant)
        for point, (x, y, pressure) in zip(stroke, meant, strict=True):
            assert (point.x, point.y) == (pytest.approx(x, abs=5e-4), pytest.approx(y, abs=5e-4))
            assert point.pressure == pytest.approx(pressure, abs=2e-3)
    times = [point.ms for stroke in signature.strokes for point in stroke]
    assert times[0] == 0
    assert times == sorted(times)
    assert 0.4 < signature.width < 0.8


async def test_too_small_and_only_hovering_are_seen_as_such(desk: Desk) -> None:
    small = await signed(desk, await desk.open(), seed=5, size=Size.SMALL)
    assert 0 < small.width < 0.15
    await desk.device.start()
    empty = await signed(desk, await desk.open(), seed=5, size=Size.EMPTY)
    assert empty.strokes == ()


async def test_a_pad_pulled_in_mid_signature_is_gone_and_comes_back(desk: Desk) -> None:
    pad = await desk.open()
    signing = asyncio.create_task(desk.device.sign(3, unplug_after=1))
    points: list[PenPoint] = []
    with pytest.raises(DeviceGone):
        await collect(pad, points)
    await signing
    await pad.close()
    assert len(ink.strokes(points)) == 1
    with pytest.raises(DeviceGone):
        await desk.open()

    await desk.device.start()
    assert len((await signed(desk, await desk.open(), seed=3)).strokes) == len(invent(3))


async def test_closing_releases_whoever_waits_for_the_pen(desk: Desk) -> None:
    pad = await desk.open()
    reading = asyncio.create_task(collect(pad, []))
    await asyncio.sleep(0)
    await pad.close()
    await reading
    await pad.close()


async def test_cleared_the_pad_forgets_what_was_not_read(desk: Desk) -> None:
    pad = await desk.open()
    await desk.device.sign(1)
    await pad.clear()
    signature = await signed(desk, pad, seed=2)
    assert len(signature.strokes) == len(invent(2))
    assert signature.strokes[0][0].ms == 0


async def test_cleared_in_mid_stroke_what_follows_is_a_new_stroke(desk: Desk) -> None:
    pad = await desk.open()
    points = pad.points()
    signing = asyncio.create_task(desk.device.sign(4))
    before = [await anext(points) for _ in range(20)]
    assert all(point.down for point in before)
    await signing
    await pad.clear()
    signing = asyncio.create_task(desk.device.sign(5))
    first = await anext(points)
    assert (first.ms, first.down) == (0, True)
    assert (first.x, first.y) == (
        pytest.approx(invent(5)[0][0][0], abs=5e-4),
        pytest.approx(invent(5)[0][0][1], abs=5e-4),
    )
    await signing
    await pad.close()


async def test_clearing_a_pad_that_was_pulled_is_told_where_it_is_read(desk: Desk) -> None:
    pad = await desk.open()
    await desk.device.unplug()
    await pad.clear()
    with pytest.raises(DeviceGone):
        await collect(pad, [])
    await pad.close()


async def test_a_willing_pupil_signs_whenever_the_pad_is_opened_or_cleared(desk: Desk) -> None:
    desk.device.hand.be_willing(11)
    pad = await desk.open()
    for _turn in range(2):
        await pad.clear()
        points = await written(pad, 11)
        assert len(ink.strokes(points)) == len(invent(11))
    await pad.close()


async def test_a_closed_pad_gives_no_points_and_clearing_it_does_nothing(desk: Desk) -> None:
    pad = await desk.open()
    await pad.close()
    await pad.clear()
    assert [point async for point in pad.points()] == []


async def test_a_pad_let_go_of_is_had_again_at_once(desk: Desk) -> None:
    pad = await desk.open()
    closing = asyncio.create_task(pad.close())
    await asyncio.sleep(0)
    again = await desk.open()
    await closing
    await again.close()
