"""A still camera through the real libgphoto2: a PTP/IP camera on loopback, and its maintainers' own virtual one."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from hw.bus import OPENERS, open_device
from hw.cameras import dslr
from hw.cameras.live_camera import LiveCamera
from hw.emulators.faces import Pose, as_jpeg, draw_face
from hw.types import Attached, CaptureFailed, DeviceBusy, DeviceGone, FailReason, HardwareError, Role
from tests.hw.ptp_camera import (
    BUSY,
    DELETE_OBJECT,
    GENERAL_ERROR,
    GET_LIVE_VIEW,
    GET_OBJECT,
    INITIATE_CAPTURE,
    OPEN_SESSION,
    OUT_OF_FOCUS,
    STORE_FULL,
    PtpCamera,
)

FRAMES = [as_jpeg(draw_face("Norhayati", Pose(), moment), 240) for moment in range(3)]
STILL = as_jpeg(draw_face("Norhayati", Pose()), 480)


@pytest.fixture(autouse=True)
def a_home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what libgphoto2 writes down about itself out of the user's settings."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def attached(address: str) -> Attached:
    return Attached("port", Role.CAMERA, "ptp", "Still camera", address)


@asynccontextmanager
async def opened(camera: PtpCamera, **patience: float) -> AsyncGenerator[LiveCamera]:
    device = await dslr.open_dslr(attached(camera.address), dslr.Patience(**patience))
    try:
        yield device
    finally:
        await device.close()


async def some_frames(device: LiveCamera, count: int) -> list[bytes]:
    seen: list[bytes] = []
    async with aclosing(device.frames()) as frames:
        async for frame in frames:
            seen.append(frame.jpeg)
            if len(seen) == count:
                break
    return seen


# Live picture and still


async def test_live_view_gives_the_cameras_own_pictures() -> None:
    async with PtpCamera(FRAMES, [STILL]).plugged() as camera, opened(camera) as device:
        seen = await some_frames(device, 4)
    assert set(seen) <= set(FRAMES)
    assert len(set(seen)) > 1


async def test_no_frame_is_made_that_nobody_asks_for() -> None:
    async with (
        PtpCamera(FRAMES, [STILL]).plugged() as camera,
        opened(camera) as device,
        aclosing(device.frames()) as frames,
    ):
        await anext(frames)
        made = camera.asked.count(GET_LIVE_VIEW)
        await asyncio.sleep(0.3)
        assert camera.asked.count(GET_LIVE_VIEW) == made
        await anext(frames)
        assert camera.asked.count(GET_LIVE_VIEW) > made


async def test_the_still_is_fetched_and_leaves_nothing_of_the_pupil_on_the_camera() -> None:
    async with PtpCamera(FRAMES, [STILL]).plugged() as camera, opened(camera) as device:
        still = await device.capture()
        assert (still.image, still.width, still.height) == (STILL, 480, 640)
        assert camera.asked[-1] == DELETE_OBJECT
        assert camera.objects == {}


async def test_taking_a_still_ends_the_live_picture_which_then_begins_again() -> None:
    async with PtpCamera(FRAMES, [STILL]).plugged() as camera, opened(camera) as device:
        watching = asyncio.create_task(some_frames(device, 10_000))
        await camera.reached(GET_LIVE_VIEW)
        assert (await device.capture()).image == STILL
        assert len(await watching) < 10_000
        assert len(await some_frames(device, 2)) == 2


async def test_a_reader_who_stops_in_mid_frame_does_not_spoil_the_still() -> None:
    async with PtpCamera(FRAMES, [STILL]).plugged() as camera, opened(camera) as device:
        camera.hangs[GET_LIVE_VIEW] = asyncio.Event()
        watching = asyncio.create_task(some_frames(device, 1))
        await camera.reached(GET_LIVE_VIEW)
        watching.cancel()
        camera.hangs.pop(GET_LIVE_VIEW).set()
        assert (await device.capture()).image == STILL


# What goes wrong


async def test_a_camera_that_is_switched_off_is_gone_and_comes_back_without_a_restart() -> None:
    camera = PtpCamera(FRAMES, [STILL])
    async with camera.plugged(), opened(camera) as device:
        await some_frames(device, 1)
        await camera.pull()
        with pytest.raises(DeviceGone):
            await some_frames(device, 1)
        with pytest.raises(DeviceGone):
            await device.capture()
        async with camera.plugged():
            assert len(await some_frames(device, 1)) == 1


async def test_pulled_in_the_middle_of_a_still_it_is_gone_and_nothing_is_kept() -> None:
    async with PtpCamera(FRAMES, [STILL]).plugged() as camera, opened(camera) as device:
        camera.hangs[GET_OBJECT] = asyncio.Event()
        taking = asyncio.create_task(device.capture())
        await camera.reached(GET_OBJECT)
        await camera.pull()
        with pytest.raises(DeviceGone):
            await taking


async def test_a_camera_that_hangs_is_given_up_and_usable_again() -> None:
    async with PtpCamera(FRAMES, [STILL]).plugged() as camera, opened(camera, frame=0.3) as device:
        camera.hangs[GET_LIVE_VIEW] = asyncio.Event()
        with pytest.raises(CaptureFailed) as failed:
            await some_frames(device, 1)
        assert failed.value.reason is FailReason.TIMEOUT
        assert failed.value.retriable
        camera.hangs.pop(GET_LIVE_VIEW).set()
        assert len(await some_frames(device, 1)) == 1


@pytest.mark.parametrize("response", [BUSY, STORE_FULL, OUT_OF_FOCUS])
async def test_a_shutter_that_is_refused_can_be_tried_again(response: int) -> None:
    async with PtpCamera(FRAMES, [STILL]).plugged() as camera, opened(camera) as device:
        camera.refuses[INITIATE_CAPTURE] = response
        with pytest.raises(HardwareError) as failed:
            await device.capture()
        assert isinstance(failed.value, CaptureFailed)
        assert failed.value.retriable
        camera.refuses.clear()
        assert (await device.capture()).image == STILL


async def test_a_camera_without_live_view_says_so_and_still_takes_stills() -> None:
    async with PtpCamera([], [STILL], live_view=False).plugged() as camera, opened(camera) as device:
        with pytest.raises(CaptureFailed) as failed:
            await some_frames(device, 1)
        assert failed.value.reason is FailReason.UNSUPPORTED
        assert (await device.capture()).image == STILL


@pytest.mark.parametrize("picture", [b"II*\0" + bytes(5000), STILL[:-300], b"\x1b]0;\x07" * 40])
async def test_a_still_that_is_no_whole_jpeg_is_refused(picture: bytes) -> None:
    async with PtpCamera(FRAMES, [picture, STILL]).plugged() as camera, opened(camera) as device:
        with pytest.raises(CaptureFailed) as failed:
            await device.capture()
        assert failed.value.reason is FailReason.BAD_ANSWER
        assert camera.objects == {}
        assert (await device.capture()).image == STILL


async def test_a_camera_that_refuses_the_session_cannot_be_opened() -> None:
    async with PtpCamera(FRAMES, [STILL], refuses={OPEN_SESSION: GENERAL_ERROR}).plugged() as camera:
        with pytest.raises(HardwareError):
            async with opened(camera):
                pass


async def test_where_no_camera_listens_it_is_gone() -> None:
    async with PtpCamera().plugged() as camera:
        await camera.pull()
        with pytest.raises(DeviceGone):
            async with opened(camera):
                pass


async def test_a_process_that_dies_is_started_again() -> None:
    async with PtpCamera(FRAMES, [STILL]).plugged() as camera, opened(camera) as device:
        source = device._source
        assert isinstance(source, dslr._Process)
        assert source._process is not None
        source._process.kill()
        with pytest.raises(CaptureFailed) as failed:
            await some_frames(device, 1)
        assert failed.value.reason is FailReason.BAD_ANSWER
        assert len(await some_frames(device, 1)) == 1


# libgphoto2's own virtual camera, over its USB code


async def test_the_maintainers_virtual_camera_is_read_as_any_usb_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "card").mkdir()
    (tmp_path / "card" / "GPH_0001.JPG").write_bytes(STILL)
    monkeypatch.setenv("VCAMERADIR", str(tmp_path / "card"))
    device = await open_device(attached("usb:001,001"), OPENERS)
    assert isinstance(device, LiveCamera)
    still = await device.capture()
    assert (still.width, still.height) == (480, 640)
    await device.close()


# Addresses, codes, the extra


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("/dev/bus/usb/001/007", "usb:001,007"),
        ("usb:002,011", "usb:002,011"),
        ("ptpip:127.0.0.1:15740", "ptpip:127.0.0.1:15740"),
        ("/dev/bus/usb/001/007\n", "/dev/bus/usb/001/007\n"),
    ],
)
def test_a_usb_node_has_a_name_in_libgphoto2(address: str, port: str) -> None:
    assert dslr.port_of(address) == port


def test_the_codes_are_libgphoto2s() -> None:
    import gphoto2

    assert isinstance(dslr.fault(gphoto2.GP_ERROR_IO_USB_FIND), DeviceGone)
    assert isinstance(dslr.fault(gphoto2.GP_ERROR_IO), DeviceGone)
    assert isinstance(dslr.fault(gphoto2.GP_ERROR_IO_USB_CLAIM), DeviceBusy)
    reasons = {
        gphoto2.GP_ERROR_TIMEOUT: FailReason.TIMEOUT,
        gphoto2.GP_ERROR_CAMERA_BUSY: FailReason.NOT_READY,
        gphoto2.GP_ERROR: FailReason.NOT_READY,
        gphoto2.GP_ERROR_NOT_SUPPORTED: FailReason.UNSUPPORTED,
        gphoto2.GP_ERROR_MODEL_NOT_FOUND: FailReason.UNSUPPORTED,
        gphoto2.GP_ERROR_CORRUPTED_DATA: FailReason.BAD_ANSWER,
    }
    for code, reason in reasons.items():
        error = dslr.fault(code)
        assert isinstance(error, CaptureFailed)
        assert error.reason is reason


async def test_a_node_that_is_gone_is_a_camera_that_is_gone() -> None:
    with pytest.raises(DeviceGone):
        await open_device(attached("/dev/bus/usb/999/999"), OPENERS)


async def test_without_the_extra_a_still_camera_is_not_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gphoto2", None)
    with pytest.raises(CaptureFailed) as failed:
        await open_device(attached("ptpip:127.0.0.1"), OPENERS)
    assert (failed.value.reason, failed.value.detail) == (FailReason.UNSUPPORTED, dslr.EXTRA)
    assert not failed.value.retriable
