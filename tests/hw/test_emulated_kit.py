"""The kit as a process of its own, watched by its bus and used through the drivers for real devices."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import cast

import pytest
from pens import written

from hw.card_printer import IppCardPrinter
from hw.emulators.bus import EmulatedBus
from hw.emulators.clock import SharedClock
from hw.emulators.control import KitControl, KitFailed, start_kit
from hw.emulators.hand import invent
from hw.emulators.kit import running
from hw.pictures import ink
from hw.signature_pad import EvdevPad
from hw.stu.pad import StuPad
from hw.types import (
    Attached,
    Camera,
    CaptureFailed,
    DeviceGone,
    FingerScanner,
    JobOutcome,
    Role,
    SingleFingerSensor,
    Slap,
)

EVERYTHING = {Role.SIGNATURE, Role.CARD_PRINTER, Role.FINGER, Role.IRIS, Role.CAMERA}
SERVED = {Role.FINGER, Role.IRIS, Role.CAMERA}
CARD = b"%PDF-1.4\ncard"


async def here(bus: EmulatedBus, wanted: set[Role]) -> tuple[Attached, ...]:
    """Watch until exactly these roles are there."""
    async with aclosing(bus.watch()) as watching:
        async for attached in watching:
            if {device.role for device in attached} == wanted:
                return attached
    raise AssertionError("the bus stopped watching")


async def opened(bus: EmulatedBus, role: Role) -> object:
    attached = await here(bus, EVERYTHING)
    return await bus.open(next(device for device in attached if device.role is role))


async def done(printer: IppCardPrinter, token: str) -> None:
    while await printer.outcome(token) is not JobOutcome.DONE:
        pass


@pytest.fixture
def clock(tmp_path: Path) -> Iterator[SharedClock]:
    clock = SharedClock(tmp_path / "clock")
    yield clock
    clock.close()


@pytest.fixture
async def kit(tmp_path: Path, clock: SharedClock) -> AsyncIterator[KitControl]:
    async with running(tmp_path, clock):
        yield KitControl(tmp_path)


@pytest.fixture
def bus(tmp_path: Path, clock: SharedClock) -> EmulatedBus:
    return EmulatedBus(tmp_path, clock)


async def test_what_is_pulled_and_plugged_is_announced_each_time(kit: KitControl, bus: EmulatedBus) -> None:
    before = await here(bus, EVERYTHING)
    async with aclosing(bus.watch()) as watching:
        assert await anext(watching) == before
        await kit.unplug("pen")
        assert {device.role for device in await anext(watching)} == EVERYTHING - {Role.SIGNATURE}
        await kit.unplug("finger")
        assert {device.role for device in await anext(watching)} == {Role.CARD_PRINTER, Role.IRIS, Role.CAMERA}
        for device in ("printer", "iris", "camera"):
            await kit.unplug(device)
            attached = await anext(watching)
        assert attached == ()
        for device in ("camera", "finger", "printer", "iris", "pen"):
            await kit.plug(device)
            attached = await anext(watching)
        assert attached == before


async def test_the_scanners_and_the_camera_record_the_pupil_before_them(kit: KitControl, bus: EmulatedBus) -> None:
    await kit.subject("6311010101089001")
    scanner = cast("FingerScanner", await opened(bus, Role.FINGER))
    slap = await scanner.capture(Slap.RIGHT_FOUR)
    await scanner.close()
    assert tuple(image.finger for image in slap) == Slap.RIGHT_FOUR.fingers
    camera = cast("Camera", await opened(bus, Role.CAMERA))
    portrait = await camera.capture()
    await camera.close()
    assert portrait.width < portrait.height

    await kit.unplug("finger")
    await here(bus, EVERYTHING - {Role.FINGER})
    await kit.plug("finger")
    await here(bus, EVERYTHING)


async def test_a_pupil_signs_and_her_card_is_printed(kit: KitControl, bus: EmulatedBus) -> None:
    pad = await opened(bus, Role.SIGNATURE)
    assert isinstance(pad, EvdevPad)
    signing = asyncio.create_task(kit.sign(11))
    points = await written(pad, 11)
    await signing
    await pad.close()
    assert len(ink.strokes(points)) == len(invent(11))

    printer = await opened(bus, Role.CARD_PRINTER)
    assert isinstance(printer, IppCardPrinter)
    await printer.send("token-1", CARD)
    await done(printer, "token-1")
    state = await kit.state()
    assert state["jobs"] == [{"id": 1, "name": "token-1", "state": "COMPLETED"}]
    assert state["printer"]["cards"] == 99


async def test_a_willing_pupil_signs_whenever_the_pad_is_opened_or_cleared(kit: KitControl, bus: EmulatedBus) -> None:
    await kit.willing(11)
    pad = await opened(bus, Role.SIGNATURE)
    assert isinstance(pad, EvdevPad)
    for _turn in range(2):
        await pad.clear()
        points = await written(pad, 11)
        assert len(ink.strokes(points)) == len(invent(11))
    await pad.close()


async def test_a_pen_pulled_while_signing_disappears_from_the_bus(kit: KitControl, bus: EmulatedBus) -> None:
    pad = await opened(bus, Role.SIGNATURE)
    assert isinstance(pad, EvdevPad)
    signing = asyncio.create_task(kit.sign(3, unplug_after=1))
    with pytest.raises(DeviceGone):
        async for _point in pad.points():
            pass
    await signing
    await pad.close()
    await here(bus, SERVED | {Role.CARD_PRINTER})


async def test_the_sensor_for_one_finger_is_there_only_when_it_was_asked_for(kit: KitControl, bus: EmulatedBus) -> None:
    await here(bus, EVERYTHING)
    await kit.plug("one_finger")
    attached = await here(bus, EVERYTHING | {Role.SINGLE_FINGER})
    one = next(device for device in attached if device.role is Role.SINGLE_FINGER)
    sensor = cast("SingleFingerSensor", await bus.open(one))
    told: list[int] = []
    assert (await sensor.capture(lambda done, total: told.append(done))).score > 50
    assert told[0] == 0
    await kit.one_finger(pull_after=40)
    with pytest.raises(DeviceGone):
        await sensor.capture(lambda done, total: None)
    await sensor.close()
    await here(bus, EVERYTHING)
    await kit.plug("one_finger")
    await here(bus, EVERYTHING | {Role.SINGLE_FINGER})


async def test_an_stu_pad_is_laid_beside_the_pen_or_in_its_place_by_order(kit: KitControl, bus: EmulatedBus) -> None:
    await kit.plug("stu")
    async with aclosing(bus.watch()) as watching:
        pads = [device for device in await anext(watching) if device.role is Role.SIGNATURE]
    assert [(pad.driver, pad.name) for pad in pads] == [("evdev", "Rekam17 Pen P1"), ("stu", "Wacom STU-530")]
    await kit.unplug("pen")
    await kit.willing(11)
    pad = await opened(bus, Role.SIGNATURE)
    assert isinstance(pad, StuPad)
    points = await written(pad, 11)
    assert len(ink.strokes(points)) == len(invent(11))
    await kit.willing(None)
    await pad.clear()
    signing = asyncio.create_task(kit.sign(3, unplug_after=1, device="stu"))
    with pytest.raises(DeviceGone):
        async for _point in pad.points():
            pass
    await signing
    await pad.close()
    await here(bus, SERVED | {Role.CARD_PRINTER})


async def test_a_wrong_order_is_refused_and_changes_nothing(kit: KitControl) -> None:
    before = await kit.state()
    for order in (
        kit.unplug("toaster"),
        kit.printer(ink=1),
        kit.printer(cards=-1),
        kit.sbi(score=3),
        kit.sbi(unplugged=3),
        kit.one_finger(score=3),
    ):
        with pytest.raises(KitFailed):
            await order
    assert await kit.state() == before


async def test_an_unknown_driver_is_not_supported(bus: EmulatedBus) -> None:
    with pytest.raises(CaptureFailed, match="unsupported telepathy"):
        await bus.open(Attached("k", Role.IRIS, "telepathy", "name", "address"))


async def test_no_kit_is_an_empty_bus_and_a_failed_order(tmp_path: Path, bus: EmulatedBus) -> None:
    async with aclosing(bus.watch()) as watching:
        assert await anext(watching) == ()
    with pytest.raises(KitFailed):
        await KitControl(tmp_path).state()


async def test_a_kit_started_again_remembers_what_it_printed(tmp_path: Path) -> None:
    folder, clock = tmp_path / "kit", tmp_path / "clock"
    async with start_kit(folder, clock) as kit:
        printer = IppCardPrinter((await kit.state())["seen"]["printer"])
        await printer.send("token-1", CARD)
        await done(printer, "token-1")
    assert not (folder / "ready.json").exists()
    async with start_kit(folder, clock) as kit:
        printer = IppCardPrinter((await kit.state())["seen"]["printer"])
        assert await printer.outcome("token-1") is JobOutcome.DONE
        assert await printer.outcome("token-2") is JobOutcome.NOT_FOUND


async def test_a_job_that_was_taken_survives_the_kit_being_killed(tmp_path: Path, clock: SharedClock) -> None:
    folder = tmp_path / "kit"
    bus = EmulatedBus(folder, clock)
    async with aclosing(bus.watch()) as watching:
        assert await anext(watching) == ()
        async with start_kit(folder, tmp_path / "clock") as kit:
            while {device.role for device in await anext(watching)} != EVERYTHING:
                pass
            await kit.printer(cover_open=True)
            printer = IppCardPrinter((await kit.state())["seen"]["printer"])
            await printer.send("token-1", CARD)
            os.kill(json.loads((folder / "ready.json").read_text())["pid"], signal.SIGKILL)
            assert await anext(watching) == ()
            with pytest.raises(DeviceGone):
                await printer.outcome("token-1")
            with pytest.raises(KitFailed):
                await kit.state()
    async with start_kit(folder, tmp_path / "clock") as kit:
        printer = IppCardPrinter((await kit.state())["seen"]["printer"])
        assert (await printer.status()).reasons == ("cover-open",)
        await kit.printer(cover_open=False)
        await done(printer, "token-1")


async def test_an_order_that_nobody_waits_for_any_more_is_dropped(kit: KitControl, bus: EmulatedBus) -> None:
    signing = asyncio.create_task(kit.sign(1))
    await kit.state()
    signing.cancel()
    await asyncio.wait({signing})
    await kit.state()
    pad = await opened(bus, Role.SIGNATURE)
    assert isinstance(pad, EvdevPad)
    other = asyncio.create_task(kit.sign(2))
    first = await anext(pad.points())
    await other
    await pad.close()
    assert first.x == pytest.approx(invent(2)[0][0][0], abs=1e-4)


PARENT = """
import asyncio, os, pathlib, signal, sys
from hw.emulators.control import start_kit
async def main():
    async with start_kit(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])):
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


async def test_killed_the_program_leaves_no_kit_behind(tmp_path: Path) -> None:
    folder, clock = tmp_path / "kit", tmp_path / "clock"
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", PARENT, str(folder), str(clock))
    assert await parent.wait() == -signal.SIGKILL
    # The next kit gets the folder's lock only when the first one has gone.
    async with start_kit(folder, clock) as kit:
        assert (await kit.state())["jobs"] == []
    assert os.listdir(folder / "printer" / "tray") == []


async def test_a_kit_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "control").mkdir()
    with pytest.raises(KitFailed, match=r"kit\.log"):
        async with start_kit(tmp_path / "kit", tmp_path / "clock"):
            pass
    assert "control" in (tmp_path / "kit" / "kit.log").read_text()
