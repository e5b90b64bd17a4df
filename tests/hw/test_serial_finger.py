"""The one-finger sensor as the program uses it, against the emulated one on a real pty: what comes of a capture."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from hw.emulators.clock import SharedClock
from hw.emulators.one_finger import OneFinger
from hw.serial_finger import image
from hw.serial_finger.sensor import ZfmSensor, open_sensor
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason
from tests.hw.serial_ground import PATIENT, at


@pytest.fixture
async def sensor(tmp_path: Path) -> AsyncIterator[OneFinger]:
    clock = SharedClock(tmp_path / "clock")
    sensor = OneFinger(clock, lambda: None)
    await sensor.start()
    yield sensor
    await sensor.unplug()
    clock.close()


async def fetched(opened: ZfmSensor, told: Callable[[int, int], None] = lambda done, total: None) -> bytes:
    return image.pack((await opened.capture(told)).grey)


async def test_the_picture_is_the_one_the_sensor_keeps(sensor: OneFinger) -> None:
    opened = await open_sensor(at(sensor.address), PATIENT)
    got = await opened.capture()
    assert image.pack(got.grey) == sensor.picture
    assert got.score > 50
    sensor.turn({"touch": {"offset": 0.5}})
    assert (await opened.capture()).score < got.score
    await opened.close()


@pytest.mark.parametrize("baud", [115_200, 9_600, 38_400, 19_200])
async def test_a_sensor_set_to_another_speed_is_found(sensor: OneFinger, baud: int) -> None:
    sensor.turn({"baud": baud})
    opened = await open_sensor(at(sensor.address), PATIENT)
    assert opened.parameters.baud == baud
    assert await fetched(opened) == sensor.picture
    await opened.close()


async def test_a_finger_is_noticed_when_it_comes_and_when_it_goes(sensor: OneFinger) -> None:
    sensor.turn({"finger": False})
    opened = await open_sensor(at(sensor.address), PATIENT)
    seen: list[bool] = []
    async with aclosing(opened.touches()) as touches:
        for there in (True, False, True):
            seen.append(await anext(touches))
            sensor.turn({"finger": there})
        seen.append(await anext(touches))
    assert seen == [False, True, False, True]
    assert await fetched(opened) == sensor.picture
    await opened.close()


async def test_a_finger_may_be_laid_down_late(sensor: OneFinger) -> None:
    sensor.turn({"finger": False})
    opened = await open_sensor(at(sensor.address), replace(PATIENT, finger=20.0))
    waiting = asyncio.create_task(fetched(opened))
    await asyncio.sleep(0.1)
    sensor.turn({"finger": True})
    assert await waiting == sensor.picture
    await opened.close()


@pytest.mark.parametrize("knobs", [{"garbled": 1}, {"garbled": 3}, {"noise": 40}])
async def test_noise_and_garbled_packets_cost_time_and_nothing_else(
    sensor: OneFinger, knobs: dict[str, object]
) -> None:
    opened = await open_sensor(at(sensor.address), PATIENT)
    sensor.turn(knobs)
    assert await fetched(opened) == sensor.picture
    await opened.close()


async def test_a_wrong_password_is_final(sensor: OneFinger) -> None:
    sensor.turn({"password": 17})
    with pytest.raises(CaptureFailed) as refused:
        await open_sensor(at(sensor.address), PATIENT)
    assert (refused.value.reason, refused.value.retriable) == (FailReason.REFUSED, False)
    opened = await open_sensor(at(sensor.address), PATIENT, password=17)
    assert await fetched(opened) == sensor.picture
    await opened.close()


async def test_a_sensor_as_from_the_factory_is_opened_where_the_site_has_a_password(sensor: OneFinger) -> None:
    opened = await open_sensor(at(sensor.address), PATIENT, password=0x0A1B2C3D)
    assert await fetched(opened) == sensor.picture
    await opened.close()


async def test_a_cancelled_capture_leaves_a_sensor_that_works(sensor: OneFinger) -> None:
    opened = await open_sensor(at(sensor.address), PATIENT)
    begun = asyncio.Event()
    capturing = asyncio.create_task(fetched(opened, lambda done, total: done > 1000 and begun.set()))
    await begun.wait()
    capturing.cancel()
    await asyncio.wait({capturing})
    assert await fetched(opened) == sensor.picture
    await opened.close()


async def test_a_program_that_ended_in_mid_picture_leaves_a_sensor_that_is_found(sensor: OneFinger) -> None:
    opened = await open_sensor(at(sensor.address), PATIENT)
    begun = asyncio.Event()
    capturing = asyncio.create_task(fetched(opened, lambda done, total: begun.set()))
    await begun.wait()
    capturing.cancel()
    await opened.close()
    opened = await open_sensor(at(sensor.address), PATIENT)
    assert await fetched(opened) == sensor.picture
    await opened.close()


async def test_two_programs_do_not_share_a_sensor(sensor: OneFinger) -> None:
    opened = await open_sensor(at(sensor.address), PATIENT)
    with pytest.raises(DeviceBusy):
        await open_sensor(at(sensor.address), PATIENT)
    assert await fetched(opened) == sensor.picture
    await opened.close()
    await opened.close()
    again = await open_sensor(at(sensor.address), PATIENT)
    await again.close()


async def test_an_opening_that_is_cancelled_holds_nothing(sensor: OneFinger) -> None:
    sensor.turn({"mute": True})
    opening = asyncio.create_task(open_sensor(at(sensor.address), PATIENT))
    await asyncio.sleep(0.06)
    opening.cancel()
    await asyncio.wait({opening})
    sensor.turn({"mute": False})
    opened = await open_sensor(at(sensor.address), PATIENT)
    await opened.close()


async def test_pulled_in_mid_picture_it_is_gone_within_a_second_and_works_when_plugged_again(sensor: OneFinger) -> None:
    opened = await open_sensor(at(sensor.address))
    sensor.turn({"pull_after": 100})
    pulled: list[float] = []
    sensor._pulled = lambda: pulled.append(time.monotonic())
    with pytest.raises(DeviceGone):
        await opened.capture()
    assert time.monotonic() - pulled[0] < 1
    with pytest.raises(DeviceGone):
        await opened.capture()
    await opened.close()
    with pytest.raises(DeviceGone):
        await open_sensor(at(sensor.address))
    await sensor.start()
    opened = await open_sensor(at(sensor.address))
    assert await fetched(opened) == sensor.picture
    await opened.close()


async def test_pulled_while_it_waits_for_a_finger_it_is_gone(sensor: OneFinger) -> None:
    sensor.turn({"finger": False})
    opened = await open_sensor(at(sensor.address))
    waiting = asyncio.create_task(opened.capture())
    await asyncio.sleep(0.05)
    await sensor.unplug()
    pulled = time.monotonic()
    with pytest.raises(DeviceGone):
        await waiting
    assert time.monotonic() - pulled < 1
    await opened.close()


async def test_closed_while_somebody_waits_it_lets_go_of_him(sensor: OneFinger) -> None:
    opened = await open_sensor(at(sensor.address))
    sensor.turn({"mute": True})
    waiting = asyncio.create_task(opened.capture())
    await asyncio.sleep(0.05)
    await opened.close()
    with pytest.raises(DeviceGone):
        await waiting


async def test_a_node_that_is_no_serial_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CaptureFailed) as refused:
        await open_sensor(at(str(tmp_path / "file")))
    assert refused.value.reason is FailReason.UNSUPPORTED
    with pytest.raises(DeviceGone):
        await open_sensor(at(str(tmp_path / "nothing")))


@pytest.mark.parametrize("knobs", [{"baud": 1}, {"baud": 57_601}, {"score": 3}, {"touch": {"age": 3}}, {"noise": "x"}])
def test_a_knob_that_is_none_changes_nothing(tmp_path: Path, knobs: dict[str, object]) -> None:
    sensor = OneFinger(SharedClock(tmp_path / "clock"), lambda: None)
    before = sensor.knobs
    with pytest.raises((ValueError, TypeError)):
        sensor.turn(knobs)
    assert sensor.knobs == before
