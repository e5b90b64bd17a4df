"""A video node without a camera behind it: what can be told of one here; frames and unplugging are in tests/lab."""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hw.bus import OPENERS, open_device
from hw.cameras.video_node import FrameSize, best_size
from hw.types import Attached, CaptureFailed, DeviceGone, FailReason, Role


def camera(node: str) -> Attached:
    return Attached("port", Role.CAMERA, "v4l2", "Camera", node)


@contextmanager
def as_an_officer() -> Generator[None]:
    """Give up root's right to open everything for a moment, where the tests have it."""
    import linuxpy.video.device  # noqa: F401  an officer could not read it where root installed it for itself

    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


# Which size


@pytest.mark.parametrize(
    ("sizes", "best"),
    [
        ([(640, 480, 30), (1280, 720, 30), (1920, 1080, 30), (800, 600, 30)], (1920, 1080)),
        ([(640, 480, 30), (1920, 1080, 30), (1600, 1200, 15)], (1600, 1200)),  # the taller holds the larger portrait
        ([(1440, 1080, 30), (1920, 1080, 30)], (1440, 1080)),  # as large a portrait, less to carry
        ([(1920, 1080, 30), (3840, 2160, 30)], (1920, 1080)),
        ([(1280, 720, 30), (1600, 1200, 2)], (1280, 720)),  # two frames a second are no live picture
        ([(1600, 1200, 2)], (1600, 1200)),
        ([(640, 480, 0), (320, 240, 30)], (640, 480)),  # a camera that does not tell its rate
        ([(4608, 3456, 10), (2592, 1944, 15)], (2592, 1944)),  # only large ones: the smallest
        ([(480, 640, 30), (640, 480, 30)], (480, 640)),
    ],
)
def test_the_size_is_the_largest_portrait_within_reason(
    sizes: list[tuple[int, int, int]], best: tuple[int, int]
) -> None:
    chosen = best_size(FrameSize(*size) for size in sizes)
    assert chosen is not None
    assert (chosen.width, chosen.height) == best


def test_a_camera_without_a_size_has_none() -> None:
    assert best_size([]) is None
    assert best_size([FrameSize(0, 480, 30)]) is None


# Nodes that are none


async def test_a_node_that_is_gone_is_a_camera_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(DeviceGone):
        await open_device(camera(str(tmp_path / "video0")), OPENERS)


@pytest.mark.parametrize("node", ["/dev/null", "/dev/zero"])
async def test_a_node_that_is_no_camera_is_not_supported(node: str) -> None:
    with pytest.raises(CaptureFailed) as failed:
        await open_device(camera(node), OPENERS)
    assert failed.value.reason is FailReason.UNSUPPORTED
    assert not failed.value.retriable


async def test_a_file_that_only_has_the_name_is_not_supported(tmp_path: Path) -> None:
    node = tmp_path / "video0"
    node.write_bytes(b"")
    with pytest.raises(CaptureFailed) as failed:
        await open_device(camera(str(node)), OPENERS)
    assert failed.value.reason is FailReason.UNSUPPORTED


async def test_a_node_that_the_officer_may_not_open_is_refused(tmp_path: Path) -> None:
    node = tmp_path / "video0"
    node.write_bytes(b"")
    node.chmod(stat.S_IWUSR)
    with as_an_officer(), pytest.raises(CaptureFailed) as failed:
        await open_device(camera(str(node)), OPENERS)
    assert failed.value.reason is FailReason.REFUSED
    assert not failed.value.retriable
