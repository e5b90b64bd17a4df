"""The capture devices behind SBI: the real driver against a real service over loopback HTTP."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from hw.cameras.sbi_camera import SbiCamera
from hw.emulators.sbi_service import SbiService
from hw.iso19794 import Compression, parse
from hw.pictures.iris import check_eye
from hw.pictures.pixels import decode
from hw.sbi.scanners import SbiFingerScanner, SbiIrisScanner, Terms
from hw.types import CaptureFailed, DeviceGone, Eye, FailReason, Finger, Role, Slap
from tests.hw.sbi.finding import opened

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
    camera = await opened(service, short, Role.CAMERA)
    assert isinstance(camera, SbiCamera)
    async with aclosing(camera.frames()) as frames:
        for _ in range(5):
            assert (await anext(frames)).jpeg
    await camera.close()


async def test_a_camera_that_falls_silent_is_a_timeout(service: SbiService, terms: Terms) -> None:
    hasty = replace(terms, silence_s=0.2)
    camera = await opened(service, hasty, Role.CAMERA)
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
