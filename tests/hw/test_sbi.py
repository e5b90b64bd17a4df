"""The capture devices behind SBI: the real driver against a real service over loopback HTTP."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509 import Certificate

from hw.cameras.sbi_camera import SbiCamera
from hw.emulators.authority import CERTIFICATE
from hw.emulators.clock import RealClock, SharedClock
from hw.emulators.knobs import SPECS
from hw.emulators.sbi_service import SbiService, serve_sbi
from hw.iso19794 import Compression, parse
from hw.pictures.iris import check_eye
from hw.pictures.pixels import decode
from hw.sbi.answers import Hashing
from hw.sbi.codec import Kind
from hw.sbi.discovery import open_sbi, sweep
from hw.sbi.jws import authorities
from hw.sbi.scanners import SbiFingerScanner, SbiIrisScanner, Terms
from hw.types import (
    Attached,
    CaptureFailed,
    DeviceBusy,
    DeviceGone,
    DeviceState,
    Eye,
    FailReason,
    Finger,
    Role,
    Slap,
)

CLOCK = RealClock()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kit")


@pytest.fixture(params=SPECS)
async def service(folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[SbiService]:
    service = await serve_sbi(folder, CLOCK, spec=request.param)
    yield service
    await service.close()


@pytest.fixture
def terms(service: SbiService, folder: Path) -> Terms:
    return Terms(trusted=authorities((folder / CERTIFICATE).read_bytes()))


async def swept(service: SbiService, trusted: tuple[Certificate, ...]) -> tuple[Attached, ...]:
    """Look until the service has answered: on a busy machine it may be passed over, as a slow one is."""
    async with asyncio.timeout(20):
        while not (found := await sweep([service.port], trusted=trusted, clock=CLOCK)):
            pass
    return found


async def attached(service: SbiService, terms: Terms, role: Role) -> Attached:
    found = await swept(service, terms.trusted)
    return next(device for device in found if device.role is role)


@pytest.fixture
async def scanner(service: SbiService, terms: Terms) -> AsyncIterator[SbiFingerScanner]:
    device = await open_sbi(await attached(service, terms, Role.FINGER), terms=terms, clock=CLOCK)
    assert isinstance(device, SbiFingerScanner)
    yield device
    await device.close()


@pytest.fixture
async def irises(service: SbiService, terms: Terms) -> AsyncIterator[SbiIrisScanner]:
    device = await open_sbi(await attached(service, terms, Role.IRIS), terms=terms, clock=CLOCK)
    assert isinstance(device, SbiIrisScanner)
    yield device
    await device.close()


@pytest.fixture
async def camera(service: SbiService, terms: Terms) -> AsyncIterator[SbiCamera]:
    device = await open_sbi(await attached(service, terms, Role.CAMERA), terms=terms, clock=CLOCK)
    assert isinstance(device, SbiCamera)
    yield device
    await device.close()


# Finding devices


async def test_a_sweep_of_all_ports_finds_the_three_devices(service: SbiService, terms: Terms) -> None:
    found = [
        device
        for device in await sweep(trusted=terms.trusted, clock=CLOCK)
        if device.address.startswith(f"127.0.0.1:{service.port}/")
    ]
    assert [device.role for device in found] == [Role.FINGER, Role.IRIS, Role.CAMERA]
    assert {device.state for device in found} == {DeviceState.READY}
    assert [device.key for device in found] == ["R17-JARI-0001", "R17-IRIS-0001", "R17-KAMERA-0001"]


async def test_a_pulled_device_is_no_longer_listed_and_cannot_be_opened(service: SbiService, terms: Terms) -> None:
    finger = await attached(service, terms, Role.FINGER)
    service.turn({"plugged": {"finger": False}})
    found = await swept(service, terms.trusted)
    assert [device.role for device in found] == [Role.IRIS, Role.CAMERA]
    with pytest.raises(DeviceGone):
        await open_sbi(finger, terms=terms, clock=CLOCK)


async def test_a_device_of_an_unknown_provider_is_shown_but_not_usable(service: SbiService) -> None:
    found = await swept(service, ())
    assert {(device.state, device.why) for device in found} == {(DeviceState.UNSUPPORTED, "untrusted")}
    with pytest.raises(CaptureFailed) as refused:
        await open_sbi(found[0], terms=Terms(trusted=()), clock=CLOCK)
    assert (refused.value.reason, refused.value.retriable) == (FailReason.TAMPERED, False)


async def test_a_device_that_nobody_has_registered_is_shown_as_that(service: SbiService, terms: Terms) -> None:
    service.turn({"unregistered": ["finger"]})
    finger = await attached(service, terms, Role.FINGER)
    assert (finger.state, finger.why, finger.serial) == (DeviceState.UNSUPPORTED, "unregistered", "R17-JARI-0001")
    with pytest.raises(CaptureFailed) as refused:
        await open_sbi(finger, terms=terms, clock=CLOCK)
    assert (refused.value.reason, refused.value.retriable) == (FailReason.REFUSED, False)


async def test_a_registration_that_ends_while_it_is_used_is_a_refusal(
    service: SbiService, scanner: SbiFingerScanner
) -> None:
    service.turn({"unregistered": ["finger"]})
    with pytest.raises(CaptureFailed) as refused:
        await scanner.capture(Slap.THUMBS)
    assert (refused.value.reason, refused.value.detail) == (FailReason.REFUSED, "100")


async def test_a_busy_device_says_so(service: SbiService, terms: Terms) -> None:
    service.turn({"busy": ["finger"]})
    finger = await attached(service, terms, Role.FINGER)
    assert finger.state is DeviceState.BUSY
    with pytest.raises(DeviceBusy):
        await open_sbi(finger, terms=terms, clock=CLOCK)


async def test_who_listens_on_a_port_without_speaking_sbi_is_passed_over(terms: Terms) -> None:
    async def nonsense(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")
        writer.close()

    for port in range(4600, 4500, -1):  # another test run may hold some of them
        try:
            stranger = await asyncio.start_server(nonsense, "127.0.0.1", port)
        except OSError:
            continue
        async with stranger:
            assert await sweep([port], trusted=terms.trusted, clock=CLOCK) == ()
        return
    pytest.fail("no free port")


async def test_another_http_client_understands_the_service(service: SbiService) -> None:
    def ask(verb: str, body: bytes = b"") -> tuple[int, object]:
        link = http.client.HTTPConnection("127.0.0.1", service.port, timeout=5)
        link.request(verb, "/device", body)
        answer = link.getresponse()
        with answer:
            return answer.status, json.loads(answer.read())

    verbs = ("SBIDISC", "MOSIPDISC") if service.knobs.spec == "1.0" else ("MOSIPDISC", "SBIDISC")
    status, devices = await asyncio.to_thread(ask, verbs[0], b'{"type": "Biometric Device"}')
    assert status == 200
    assert isinstance(devices, list)
    assert [device["deviceStatus"] for device in devices] == ["Ready"] * 3
    for verb in ("GET", verbs[1]):
        assert await asyncio.to_thread(ask, verb) == (405, {"errorCode": "500", "errorInfo": "Invalid URL"})


# Fingers


@pytest.mark.parametrize("slap", Slap)
async def test_a_slap_comes_back_finger_by_finger(scanner: SbiFingerScanner, slap: Slap) -> None:
    images = await scanner.capture(slap)
    assert tuple(image.finger for image in images) == slap.fingers
    for image in images:
        record = parse(image.record)
        assert record.position == image.finger.value
        assert record.compression is Compression.JPEG2000
        assert decode(image.record).size == (record.width, record.height)  # Pillow's OpenJPEG is the other side
        assert image.score > 40


async def test_missing_fingers_are_excepted_and_the_others_taken(scanner: SbiFingerScanner) -> None:
    missing = frozenset({Finger.LEFT_RING, Finger.LEFT_LITTLE})
    images = await scanner.capture(Slap.LEFT_FOUR, missing)
    assert [image.finger for image in images] == [Finger.LEFT_INDEX, Finger.LEFT_MIDDLE]


async def test_a_hand_without_fingers_is_refused_before_the_scanner_is_asked(scanner: SbiFingerScanner) -> None:
    with pytest.raises(CaptureFailed) as refused:
        await scanner.capture(Slap.THUMBS, frozenset(Slap.THUMBS.fingers))
    assert refused.value.reason is FailReason.WRONG_COUNT


async def test_a_dry_finger_scores_below_the_threshold_and_is_returned(
    service: SbiService, scanner: SbiFingerScanner
) -> None:
    service.turn({"touches": {"RIGHT_LITTLE": {"wetness": 0.25}}})
    *good, little = await scanner.capture(Slap.RIGHT_FOUR)
    assert little.score < 40 < min(image.score for image in good)


async def test_the_same_pupil_gives_the_same_fingers_and_another_try_a_little_different_ones(
    service: SbiService, scanner: SbiFingerScanner
) -> None:
    service.turn({"subject": "Norhayati"})
    first, second = await scanner.capture(Slap.THUMBS), await scanner.capture(Slap.THUMBS)
    assert [image.score for image in first] != [image.score for image in second]
    assert abs(first[0].score - second[0].score) < 10


# Irises and portrait


async def test_both_eyes_and_then_only_the_one_that_failed(service: SbiService, irises: SbiIrisScanner) -> None:
    service.turn({"gazes": {"LEFT": {"lid": 0.5}}})
    right, left = await irises.capture()
    assert (right.eye, left.eye) == (Eye.RIGHT, Eye.LEFT)
    assert left.score < 60 < right.score
    assert parse(left.record).position == Eye.LEFT.value
    service.turn({"gazes": {}})
    (again,) = await irises.capture(frozenset({Eye.LEFT}))
    assert again.eye is Eye.LEFT
    assert again.score > 60


async def test_the_eye_asked_for_is_the_eye_that_comes(service: SbiService, irises: SbiIrisScanner) -> None:
    # SBI calls the left eye 1 and ISO 19794-6 the right one: a picture tells which of them was meant.
    service.turn({"gazes": {"LEFT": {"lid": 0.6}}})
    for eye, iso in ((Eye.LEFT, 2), (Eye.RIGHT, 1)):
        (taken,) = await irises.capture(frozenset({eye}))
        assert (taken.eye, parse(taken.record).position) == (eye, iso)
        assert (check_eye(taken.record).open_share < 0.6) is (eye is Eye.LEFT)


async def test_the_live_picture_stops_for_the_still_and_can_start_again(camera: SbiCamera) -> None:
    async with aclosing(camera.frames()) as frames:
        frame = await anext(frames)
        assert decode(frame.jpeg).size == (240, 320)
        portrait = await camera.capture()
        [frame async for frame in frames]  # what was on its way, and then the end
    assert decode(portrait.image).size == (portrait.width, portrait.height) == (480, 640)
    async with aclosing(camera.frames()) as frames:
        assert (await anext(frames)).jpeg


async def test_the_live_picture_shows_what_changes(service: SbiService, camera: SbiCamera) -> None:
    async with aclosing(camera.frames()) as frames:
        red = decode((await anext(frames)).jpeg).getpixel((3, 3))
        service.turn({"pose": {"cloth": "blue"}})
        await anext(frames)  # may have been on its way already
        blue = decode((await anext(frames)).jpeg).getpixel((3, 3))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 150 > 60 > red[2]
    assert blue[2] > 150 > 60 > blue[0]


async def test_hands_held_up_are_seen_live_and_in_the_still(service: SbiService, camera: SbiCamera) -> None:
    async with asyncio.timeout(20), aclosing(camera.frames()) as frames:

        async def until(size: tuple[int, int]) -> bytes:
            async for frame in frames:
                picture = decode(frame.jpeg)
                if picture.size == size:
                    return picture.tobytes()
            pytest.fail("the live picture ended")

        face = decode((await anext(frames)).jpeg).size
        assert face[0] < face[1]
        service.turn({"hands": ["LEFT_THUMB"]})
        one_missing = await until((320, 240))
        service.turn({"hands": None})
        await until(face)
        service.turn({"hands": []})
        assert await until((320, 240)) != one_missing
        still = await camera.capture_exception(frozenset({Finger.RIGHT_INDEX}))
    assert (still.width, still.height) == (640, 480)


async def test_a_live_picture_goes_on_when_a_stream_has_lasted_its_time(service: SbiService, terms: Terms) -> None:
    short = replace(terms, stream_s=0.2)  # two frames, then code 609
    camera = await open_sbi(await attached(service, terms, Role.CAMERA), terms=short, clock=CLOCK)
    assert isinstance(camera, SbiCamera)
    async with aclosing(camera.frames()) as frames:
        for _ in range(5):
            assert (await anext(frames)).jpeg
    await camera.close()


async def test_a_camera_that_falls_silent_is_a_timeout(service: SbiService, terms: Terms) -> None:
    hasty = replace(terms, silence_s=0.2)
    camera = await open_sbi(await attached(service, terms, Role.CAMERA), terms=hasty, clock=CLOCK)
    assert isinstance(camera, SbiCamera)
    async with aclosing(camera.frames()) as frames:
        await anext(frames)
        service.turn({"hold": True})
        with pytest.raises(CaptureFailed) as silent:
            [frame async for frame in frames]
    assert silent.value.reason is FailReason.TIMEOUT
    await camera.close()


async def test_a_camera_pulled_while_live_is_gone(service: SbiService, camera: SbiCamera) -> None:
    async with aclosing(camera.frames()) as frames:
        await anext(frames)
        service.turn({"plugged": {"camera": False}})
        with pytest.raises(DeviceGone):
            [frame async for frame in frames]


async def test_a_second_reader_of_the_live_picture_is_told_that_the_camera_is_taken(camera: SbiCamera) -> None:
    async with aclosing(camera.frames()) as frames, aclosing(camera.frames()) as others:
        await anext(frames)
        with pytest.raises(CaptureFailed) as refused:
            await anext(others)
    assert refused.value.reason is FailReason.NOT_READY


# What goes wrong


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
    scanner = await open_sbi(await attached(service, terms, Role.FINGER), terms=developer, clock=CLOCK)
    assert isinstance(scanner, SbiFingerScanner)
    assert len(await scanner.capture(Slap.THUMBS)) == 2  # the service works in any, and says in which
    await scanner.close()


async def test_a_capture_that_takes_too_long_ends_by_the_services_own_timeout(
    service: SbiService, terms: Terms
) -> None:
    hasty = replace(terms, timeout_s=0.05)
    device = await open_sbi(await attached(service, terms, Role.FINGER), terms=hasty, clock=CLOCK)
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
