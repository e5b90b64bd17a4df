"""One program a device: the second is told whose it is, and a screen waits for the one before it."""

import asyncio
from typing import cast

import pytest

from hw.holding import Holder, Holding
from hw.types import CaptureFailed, Device, DeviceBusy, FailReason


class Machine:
    """The locks of one machine, as two programs on it see them."""

    def __init__(self) -> None:
        self.held: dict[str, Holder] = {}

    def program(self, name: str) -> Holding:
        return Holding(_Program(self, Holder(name, f"rekam17 {name}")))


class _Program:
    def __init__(self, machine: Machine, holder: Holder) -> None:
        self.machine, self.me = machine, holder

    def hold(self, key: str) -> "_Hold | None":
        if key in self.machine.held:
            return None
        self.machine.held[key] = self.me
        return _Hold(self.machine, key)

    def holder(self, key: str) -> Holder | None:
        return self.machine.held.get(key)


class _Hold:
    def __init__(self, machine: Machine, key: str) -> None:
        self.machine, self.key = machine, key

    def release(self) -> None:
        self.machine.held.pop(self.key, None)


class Pad:
    aspect = 1.6

    def __init__(self) -> None:
        self.closed = 0

    async def close(self) -> None:
        self.closed += 1


async def a_pad() -> Device:
    return cast("Device", Pad())


async def test_the_second_program_is_told_whose_it_is_until_the_first_closes() -> None:
    machine = Machine()
    one, two = machine.program("NORHAYATI"), machine.program("RAHMAWATI")
    device = await one.open("STU1", a_pad)
    assert device.aspect == 1.6  # type: ignore[union-attr]
    assert (one.other("STU1"), two.other("STU1")) == (None, Holder("NORHAYATI", "rekam17 NORHAYATI"))
    with pytest.raises(DeviceBusy) as busy:
        await two.open("STU1", a_pad)
    assert busy.value.holder == "NORHAYATI"
    await device.close()
    await (await two.open("STU1", a_pad)).close()
    assert machine.held == {}


async def test_a_device_that_does_not_open_is_held_by_nobody() -> None:
    machine = Machine()

    async def refuses() -> Device:
        raise CaptureFailed(FailReason.REFUSED)

    with pytest.raises(CaptureFailed):
        await machine.program("NORHAYATI").open("STU1", refuses)
    assert machine.held == {}


async def test_opening_that_is_called_off_lets_go() -> None:
    machine = Machine()
    begun = asyncio.Event()

    async def hangs() -> Device:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    opening = asyncio.create_task(machine.program("NORHAYATI").open("STU1", hangs))
    await begun.wait()
    opening.cancel()
    await asyncio.wait([opening])
    assert machine.held == {}


async def test_the_next_screen_waits_for_the_one_before_it_instead_of_finding_itself_in_the_way() -> None:
    program = Machine().program("NORHAYATI")
    first = await program.open("STU1", a_pad)
    second = asyncio.create_task(program.open("STU1", a_pad))
    await asyncio.sleep(0.01)
    assert not second.done()
    await first.close()
    await (await second).close()
