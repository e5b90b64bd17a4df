"""The live picture of scanners and camera behind SBI: seen while a capture waits, ended by it, never in its way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace

import pytest

from hw.emulators.sbi_service import SbiService
from hw.pictures.pixels import decode
from hw.sbi.codec import Kind
from hw.sbi.scanners import SbiFingerScanner, SbiIrisScanner, Terms
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, Eye, FailReason, Frame, Role, Slap
from tests.hw.sbi.finding import opened


async def seen_until_the_end(frames: AsyncIterator[Frame]) -> int:
    return len([frame async for frame in frames])


async def test_the_glass_is_seen_while_the_slap_is_awaited_and_no_longer(
    service: SbiService, scanner: SbiFingerScanner
) -> None:
    service.turn({"delays": {"RCAPTURE": 0.3}})
    async with aclosing(scanner.frames(Slap.LEFT_FOUR)) as frames:
        assert decode((await anext(frames)).jpeg).size == (400, 382)
        capture = asyncio.create_task(scanner.capture(Slap.LEFT_FOUR))
        assert await seen_until_the_end(frames) > 0
        assert len(await capture) == 4


async def test_both_started_at_once_the_picture_comes_first(scanner: SbiFingerScanner) -> None:
    async with aclosing(scanner.frames(Slap.THUMBS)) as frames:
        seen = asyncio.create_task(seen_until_the_end(frames))
        capture = asyncio.create_task(scanner.capture(Slap.THUMBS))
        assert await seen > 0
        assert len(await capture) == 2


@pytest.mark.parametrize("eyes", [{Eye.LEFT, Eye.RIGHT}, {Eye.LEFT}])
async def test_the_eyes_are_seen_while_they_are_awaited(irises: SbiIrisScanner, eyes: set[Eye]) -> None:
    async with aclosing(irises.frames(frozenset(eyes))) as frames:
        assert decode((await anext(frames)).jpeg).size == (640, 240)
        capture = asyncio.create_task(irises.capture(frozenset(eyes)))
        await seen_until_the_end(frames)
        assert {image.eye for image in await capture} == eyes


async def test_each_slap_of_a_recording_has_its_picture(scanner: SbiFingerScanner) -> None:
    seen: set[bytes] = set()
    for slap in Slap:
        async with aclosing(scanner.frames(slap)) as frames:
            seen.add((await anext(frames)).jpeg)
            capture = asyncio.create_task(scanner.capture(slap))
            await seen_until_the_end(frames)
            assert tuple(image.finger for image in await capture) == slap.fingers
    assert len(seen) == 3


async def test_a_scanner_without_a_picture_captures_all_the_same(
    service: SbiService, scanner: SbiFingerScanner
) -> None:
    service.turn({"errors": {"STREAM": 608}})
    async with aclosing(scanner.frames(Slap.THUMBS)) as frames:
        with pytest.raises(CaptureFailed) as nothing:
            await anext(frames)
    assert nothing.value.reason is FailReason.NO_BIOMETRIC
    assert len(await scanner.capture(Slap.THUMBS)) == 2


async def test_a_capture_that_fails_ends_the_picture_too_and_the_next_has_its_own(
    service: SbiService, scanner: SbiFingerScanner
) -> None:
    service.turn({"errors": {"RCAPTURE": 101}})
    for code in (101, None):
        async with aclosing(scanner.frames(Slap.THUMBS)) as frames:
            assert (await anext(frames)).jpeg
            capture = asyncio.create_task(scanner.capture(Slap.THUMBS))
            await seen_until_the_end(frames)
            if code:
                with pytest.raises(CaptureFailed):
                    await capture
            else:
                assert len(await capture) == 2
        service.turn({"errors": {}})


async def test_a_slow_reader_gets_what_is_seen_now(service: SbiService, scanner: SbiFingerScanner) -> None:
    async with aclosing(scanner.frames(Slap.THUMBS)) as frames:
        await anext(frames)
        await asyncio.sleep(0.5)  # five frames pass
        service.turn({"touch": {"blur": 6}})
        await asyncio.sleep(0.3)
        assert len((await anext(frames)).jpeg) < 8000  # a blurred one is small


async def test_pulled_while_seen_the_scanner_is_gone_for_both(service: SbiService, scanner: SbiFingerScanner) -> None:
    async with aclosing(scanner.frames(Slap.LEFT_FOUR)) as frames:
        await anext(frames)
        service.turn({"hold": True})
        seen = asyncio.create_task(seen_until_the_end(frames))
        capture = asyncio.create_task(scanner.capture(Slap.LEFT_FOUR))
        await service.until(lambda: Kind.FINGER in service.capturing)
        service.turn({"plugged": {"finger": False}})
        async with asyncio.timeout(1):
            with pytest.raises(DeviceGone):
                await capture
            await seen


async def test_pulled_before_the_capture_the_picture_says_so(service: SbiService, scanner: SbiFingerScanner) -> None:
    async with aclosing(scanner.frames(Slap.LEFT_FOUR)) as frames:
        await anext(frames)
        service.turn({"plugged": {"finger": False}})
        async with asyncio.timeout(1):
            with pytest.raises(DeviceGone):
                await seen_until_the_end(frames)


async def test_a_capture_does_not_wait_long_for_a_picture_that_does_not_begin(
    service: SbiService, terms: Terms
) -> None:
    scanner = await opened(service, replace(terms, silence_s=30), Role.FINGER)
    assert isinstance(scanner, SbiFingerScanner)
    service.turn({"delays": {"STREAM": 20}})
    async with aclosing(scanner.frames(Slap.THUMBS)) as frames:
        seen = asyncio.create_task(seen_until_the_end(frames))
        capture = asyncio.create_task(scanner.capture(Slap.THUMBS))
        async with asyncio.timeout(5):
            assert len(await capture) == 2
            assert await seen == 0
    await scanner.close()


async def test_while_one_device_is_seen_its_service_captures_with_no_other(
    service: SbiService, scanner: SbiFingerScanner, irises: SbiIrisScanner
) -> None:
    async with aclosing(scanner.frames(Slap.LEFT_FOUR)) as frames:
        await anext(frames)
        with pytest.raises(DeviceBusy):
            await irises.capture()
    await service.until(lambda: not service.streaming)
    assert len(await irises.capture()) == 2
