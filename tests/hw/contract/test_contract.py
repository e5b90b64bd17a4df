"""What a driver is: every one of them, emulated or with the real device at the other end of its wire.

Emulated devices are always there. Real ones are named: `pytest tests/hw/contract --device KEY`, with the key that
`rekam17 devices --json` shows, or `--device ROLE=ADDRESS`; a person at the terminal is told when to pull the cable.
"""

import asyncio
from contextlib import suppress

import pytest
from places import Place, Trait, exempt

from hw.types import CaptureFailed, Device, DeviceBusy, DeviceGone, HardwareError

GONE_S = 1.0
"""Within so long of the cable's being pulled whoever waits is told."""
PATIENCE_S = 5.0
"""Nothing that is not told to wait takes longer than this."""


async def waiting(place: Place, device: Device) -> asyncio.Task[object]:
    """Begin to wait for something that does not come, and see that it does not."""
    await place.nothing()
    task = asyncio.ensure_future(place.use.wait(device))
    await asyncio.sleep(0.3)
    assert not task.done(), task.exception() or task.result()
    return task


async def test_it_is_announced_opened_and_gives_what_was_asked_for(place: Place) -> None:
    device = await place.opened()
    assert await place.use.take(device)


async def test_it_gives_it_again_without_being_opened_anew(place: Place) -> None:
    device = await place.opened()
    for _turn in range(2):
        await place.something()
        assert await place.use.take(device)


@exempt(Trait.ENDLESS)
async def test_what_does_not_come_ends_in_a_reason(place: Place) -> None:
    device = await place.opened(hasty=True)
    await place.nothing()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(CaptureFailed) as nothing:
            await place.use.wait(device)
    assert nothing.value.retriable
    await device.close()
    await place.something()
    assert await place.use.take(await place.opened())


async def test_what_is_not_there_cannot_be_opened(place: Place) -> None:
    attached = await place.attached()
    await place.pull()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(DeviceGone):
            await place.use.take(await place.opened(attached))  # a printer is asked only when it is used


async def test_pulled_while_it_is_waited_for_it_is_gone_within_a_second_and_works_when_it_is_back(
    place: Place,
) -> None:
    device = await place.opened()
    task = await waiting(place, device)
    await place.pull()
    async with asyncio.timeout(GONE_S):
        with pytest.raises(DeviceGone):
            await task
    await device.close()
    await place.plug()
    await place.something()
    assert await place.use.take(await place.opened())


async def test_pulled_while_nobody_waits_it_is_gone_for_whoever_comes_next(place: Place) -> None:
    device = await place.opened()
    await place.nothing()
    await place.pull()
    async with asyncio.timeout(GONE_S):
        with pytest.raises(DeviceGone):
            await place.use.wait(device)


async def test_it_can_be_closed_twice_and_opened_again(place: Place) -> None:
    device = await place.opened()
    for _turn in range(2):
        async with asyncio.timeout(PATIENCE_S):
            await device.close()
    assert await place.use.take(await place.opened())


@exempt(Trait.POLLED)
async def test_closed_while_it_is_waited_for_it_releases_whoever_waits(place: Place) -> None:
    device = await place.opened()
    task = await waiting(place, device)
    async with asyncio.timeout(PATIENCE_S):
        await device.close()
        with suppress(HardwareError):  # or it just ends
            await task


async def test_who_gives_up_waiting_leaves_it_as_it_was(place: Place) -> None:
    device = await place.opened()
    task = await waiting(place, device)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await place.something()
    async with asyncio.timeout(PATIENCE_S):
        assert await place.use.take(device)


async def test_a_second_program_is_told_that_it_is_in_use_or_takes_turns(place: Place) -> None:
    device = await place.opened()
    if place.shared:
        other = await place.opened()
        assert await place.use.take(device)
        await place.something()
        assert await place.use.take(other)
        return
    with pytest.raises(DeviceBusy):
        await place.opened()
    assert await place.use.take(device)
    await device.close()
    await place.something()
    assert await place.use.take(await place.opened())


@exempt(Trait.POINTS)
async def test_nonsense_has_a_reason_and_the_next_try_works(place: Place) -> None:
    device = await place.opened()
    await place.turn("nonsense")
    with pytest.raises(CaptureFailed):
        await place.use.take(device)
    await place.turn("sense")
    await place.something()
    assert await place.use.take(device)


async def test_nothing_of_a_pupil_shows_in_what_may_be_logged(place: Place) -> None:
    device = await place.opened()
    for taken in [device, *await place.use.take(device)]:
        if isinstance(taken, bytes):
            continue
        shown = repr(taken)
        assert len(shown) < 200 or isinstance(taken, tuple)
        assert "\\x" not in shown
        assert "b'" not in shown
