"""The self-test of a camera on its cable, through the drivers that work uses."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hw.bus import OPENERS, open_device
from hw.emulators.faces import Pose, as_jpeg, draw_face
from hw.types import Attached, Device, FailReason, Role
from tests.hw.ptp_camera import PtpCamera
from tui.selftest import GONE, self_test

FRAME = as_jpeg(draw_face("Norhayati", Pose()), 240)


class Cables:
    """A bus that finds nothing by itself and opens what it is given."""

    async def watch(self) -> AsyncIterator[tuple[Attached, ...]]:
        yield ()

    async def open(self, attached: Attached) -> Device:
        return await open_device(attached, OPENERS)


@pytest.fixture(autouse=True)
def a_home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what libgphoto2 writes down about itself out of the user's settings."""
    monkeypatch.setenv("HOME", str(tmp_path))


def still_camera(camera: PtpCamera) -> Attached:
    return Attached("port", Role.CAMERA, "ptp", "Still camera", camera.address)


async def test_a_still_camera_shows_its_live_picture() -> None:
    async with PtpCamera([FRAME], [FRAME]).plugged() as camera:
        result = await self_test(Cables(), still_camera(camera))
    assert (result.passed, result.said) == (True, "240x320")


@pytest.mark.parametrize(
    ("frame", "live_view", "said"),
    [
        (b"\x1b[2J" * 50, True, FailReason.NOT_READY.value),  # libgphoto2 itself looks for the picture's two ends
        (FRAME[:-500], True, FailReason.NOT_READY.value),
        (FRAME, False, FailReason.UNSUPPORTED.value),
    ],
)
async def test_what_is_wrong_with_its_picture_is_told(frame: bytes, live_view: bool, said: str) -> None:
    async with PtpCamera([frame], [FRAME], live_view=live_view).plugged() as camera:
        result = await self_test(Cables(), still_camera(camera))
    assert (result.passed, result.said) == (False, said)


async def test_a_camera_that_was_pulled_is_gone(tmp_path: Path) -> None:
    async with PtpCamera([FRAME], [FRAME]).plugged() as camera:
        await camera.pull()
        result = await self_test(Cables(), still_camera(camera))
    assert (result.passed, result.said) == (False, GONE)
    webcam = Attached("port", Role.CAMERA, "v4l2", "Camera", str(tmp_path / "video0"))
    assert (await self_test(Cables(), webcam)).said == GONE
