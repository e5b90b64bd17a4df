"""What goes wrong behind SBI: devices pulled, busy, slow or lying, services killed; each with its reason."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hw.emulators.authority import CERTIFICATE
from hw.emulators.clock import SharedClock
from hw.emulators.sbi_service import SbiService, serve_sbi
from hw.sbi.answers import Hashing
from hw.sbi.codec import Kind
from hw.sbi.discovery import open_sbi, sweep
from hw.sbi.jws import authorities
from hw.sbi.scanners import SbiFingerScanner, SbiIrisScanner, Terms
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason, Role, Slap
from tests.hw.sbi.finding import CLOCK, attached, opened


@pytest.mark.parametrize("mute", [False, True], ids=["service says so", "service keeps silent"])
async def test_a_scanner_pulled_in_mid_capture_is_gone_within_a_second(
    service: SbiService, scanner: SbiFingerScanner, mute: bool
) -> None:
    service.turn({"hold": True, "mute": mute})
    capture = asyncio.create_task(scanner.capture(Slap.RIGHT_FOUR))
    await service.until(lambda: Kind.FINGER in service.capturing)
    service.turn({"plugged": {"finger": False}})
    async with asyncio.timeout(1):
        with pytest.raises(DeviceGone):
            await capture
    await service.until(lambda: not service.capturing)
    service.turn({"plugged": {"finger": True}, "hold": False})
    assert len(await scanner.capture(Slap.RIGHT_FOUR)) == 4


async def test_a_killed_service_is_a_device_gone(service: SbiService, scanner: SbiFingerScanner) -> None:
    service.turn({"hold": True})
    capture = asyncio.create_task(scanner.capture(Slap.RIGHT_FOUR))
    await service.until(lambda: Kind.FINGER in service.capturing)
    await service.close()
    with pytest.raises(DeviceGone):
        await capture


async def test_two_captures_at_once_and_the_second_is_told_busy(service: SbiService, scanner: SbiFingerScanner) -> None:
    service.turn({"hold": True})
    first = asyncio.create_task(scanner.capture(Slap.LEFT_FOUR))
    await service.until(lambda: Kind.FINGER in service.capturing)
    with pytest.raises(DeviceBusy):
        await scanner.capture(Slap.RIGHT_FOUR)
    service.turn({"hold": False})
    assert len(await first) == 4


async def test_a_capture_given_up_frees_the_scanner(service: SbiService, scanner: SbiFingerScanner) -> None:
    service.turn({"hold": True})
    capture = asyncio.create_task(scanner.capture(Slap.LEFT_FOUR))
    await service.until(lambda: Kind.FINGER in service.capturing)
    capture.cancel()
    await service.until(lambda: not service.capturing)
    with pytest.raises(asyncio.CancelledError):
        await capture


@pytest.mark.parametrize(
    ("code", "reason", "retriable"),
    [
        (101, FailReason.NO_BIOMETRIC, True),
        (103, FailReason.TAMPERED, False),
        (105, FailReason.WRONG_POSITION, True),
        (110, FailReason.NOT_READY, True),
        (700, FailReason.STREAM_ENDED, True),
        (701, FailReason.TIMEOUT, True),
        (999, FailReason.REFUSED, False),
    ],
)
async def test_each_error_code_has_its_reason(
    service: SbiService, scanner: SbiFingerScanner, code: int, reason: FailReason, retriable: bool
) -> None:
    service.turn({"errors": {"RCAPTURE": code}})
    with pytest.raises(CaptureFailed) as failed:
        await scanner.capture(Slap.THUMBS)
    assert (failed.value.reason, failed.value.retriable) == (reason, retriable)


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ("hash", FailReason.TAMPERED),
        ("signature", FailReason.TAMPERED),
        ("transaction", FailReason.TAMPERED),
        ("clock", FailReason.CLOCK_SKEW),
        ("other_hand", FailReason.WRONG_POSITION),
        ("fewer", FailReason.WRONG_COUNT),
        ("chain", FailReason.TAMPERED),
        ("score", FailReason.BAD_ANSWER),
        ("flat", FailReason.NO_BIOMETRIC),
        ("length", FailReason.BAD_ANSWER),
        ("huge", FailReason.BAD_ANSWER),
    ],
)
async def test_an_answer_that_is_not_what_was_asked_for_is_refused(
    service: SbiService, scanner: SbiFingerScanner, lie: str, reason: FailReason
) -> None:
    service.turn({"lie": lie})
    with pytest.raises(CaptureFailed) as failed:
        await scanner.capture(Slap.RIGHT_FOUR)
    assert failed.value.reason is reason
    service.turn({"lie": None})
    assert len(await scanner.capture(Slap.RIGHT_FOUR)) == 4


@pytest.mark.parametrize("lie", ["flat", "length", "huge", "numbering"])
async def test_eyes_are_held_to_the_same(service: SbiService, irises: SbiIrisScanner, lie: str) -> None:
    service.turn({"lie": lie})
    with pytest.raises(CaptureFailed):
        await irises.capture()
    service.turn({"lie": None})
    assert len(await irises.capture()) == 2


async def test_a_chain_over_hex_digits_is_right_only_where_the_site_says_so(service: SbiService, terms: Terms) -> None:
    service.turn({"hashing": "hex"})
    finger = await attached(service, terms, Role.FINGER)
    for hashing, right in ((Hashing.RAW, False), (Hashing.HEX, True)):
        scanner = await open_sbi(finger, terms=replace(terms, hashing=hashing), clock=CLOCK)
        assert isinstance(scanner, SbiFingerScanner)
        if right:
            assert len(await scanner.capture(Slap.THUMBS)) == 2
        else:
            with pytest.raises(CaptureFailed, match="tampered hash chain"):
                await scanner.capture(Slap.THUMBS)
        await scanner.close()


async def test_pictures_of_another_environment_are_not_ours(service: SbiService, terms: Terms) -> None:
    developer = replace(terms, env="Developer")
    scanner = await opened(service, developer, Role.FINGER)
    assert isinstance(scanner, SbiFingerScanner)
    assert len(await scanner.capture(Slap.THUMBS)) == 2  # the service works in any, and says in which
    await scanner.close()


async def test_a_capture_that_takes_too_long_ends_by_the_services_own_timeout(
    service: SbiService, terms: Terms
) -> None:
    hasty = replace(terms, timeout_s=0.05)
    device = await opened(service, hasty, Role.FINGER)
    assert isinstance(device, SbiFingerScanner)
    service.turn({"hold": True})
    with pytest.raises(CaptureFailed) as failed:
        await device.capture(Slap.THUMBS)
    assert failed.value.reason is FailReason.TIMEOUT
    await device.close()


async def test_on_virtual_time_a_slow_scanner_takes_no_time_and_the_day_moves_on(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock", datetime(2031, 2, 28, 1, 0, tzinfo=UTC))
    service = await serve_sbi(tmp_path, clock)
    service.turn({"delays": {"RCAPTURE": 9}})
    terms = Terms(trusted=authorities((tmp_path / CERTIFICATE).read_bytes()))
    (finger, *_others) = await sweep([service.port], trusted=terms.trusted, clock=clock)
    device = await open_sbi(finger, terms=terms, clock=clock)
    assert isinstance(device, SbiFingerScanner)
    began = clock.now()
    assert len(await device.capture(Slap.LEFT_FOUR)) == 4
    assert clock.now() - began == timedelta(seconds=9)
    await device.close()
    await service.close()
    clock.close()


@pytest.mark.parametrize(
    "patch",
    [{"score": 90}, {"touch": {"score": 90}}, {"plugged": {"toaster": True}}, {"busy": 3}, {"pose": {"head": "x"}}],
)
async def test_a_knob_that_there_is_not_is_refused_and_nothing_turns(
    service: SbiService, patch: dict[str, object]
) -> None:
    before = service.knobs
    with pytest.raises(ValueError, match=r"."):
        service.turn({"hold": True} | patch)
    assert service.knobs == before
