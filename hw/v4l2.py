"""The camera behind a video node of the kernel: webcams, and still cameras that present themselves as one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from hw.types import Attached, CaptureFailed, Frame, Portrait
from hw.worker import Worker

if TYPE_CHECKING:
    from hw.mjpeg import Picture
    from hw.v4l2_node import VideoNode

_OPEN_S = 6.0  # the kernel itself waits five seconds for a camera that does not answer its control requests
_FRAME_S = 3.0  # longer than any exposure; the officer is told of a silent camera after two
_SETTLE_S = 0.8  # a stream begins too dark or too bright
_MARGIN_S = 1.0
_CLOSE_S = 2.0


class V4l2Camera:
    """Implements `types.Camera`: the stream runs while its frames are asked for, and the still is one of them."""

    def __init__(self, worker: Worker, node: VideoNode) -> None:
        self._worker = worker
        self._node = node
        self._turn = 0
        """Counts who may have the next frame: whoever waits for an older turn stops waiting."""

    async def frames(self) -> AsyncGenerator[Frame]:
        """Yield the newest frame whenever the reader asks for one; none is read that nobody asks for.

        Taking a still ends it, as it ends the stream of an SBI camera. Only one reader at a time. Raises HardwareError;
        silence is CaptureFailed(TIMEOUT), after which it can be asked for again.
        """
        self._turn += 1
        turn = self._turn
        await self._worker.run(_OPEN_S, self._node.start)
        try:
            while (picture := await self._next(turn)) is not None:
                yield Frame(picture.jpeg)
        finally:
            if self._turn == turn:
                self._turn += 1
            await self._worker.run(_OPEN_S, self._node.stop)

    async def capture(self) -> Portrait:
        """Take the next frame of the running stream as the still, or of one started for it. Raises HardwareError."""
        self._turn += 1
        picture = await self._worker.run(_OPEN_S + _SETTLE_S + _FRAME_S + _MARGIN_S, self._still)
        return Portrait(picture.jpeg, picture.width, picture.height)

    async def close(self) -> None:
        """Let go of the device; one that hangs in the kernel is left to its thread."""
        self._turn += 1
        with contextlib.suppress(CaptureFailed):
            await self._worker.run(_CLOSE_S, self._node.close)
        self._worker.stop()

    async def _next(self, turn: int) -> Picture | None:
        if self._turn != turn:
            return None
        return await self._worker.run(_FRAME_S + _MARGIN_S, self._node.newest, lambda: self._turn == turn, _FRAME_S)

    def _still(self) -> Picture:
        running = self._node.streaming
        self._node.start()
        try:
            if not running:
                time.sleep(_SETTLE_S)
            picture = self._node.newest(lambda: True, _FRAME_S)
            assert picture is not None, "it is wanted until it comes"
            return picture
        finally:
            if not running:
                self._node.stop()


async def open_v4l2(attached: Attached) -> V4l2Camera:
    """Open a camera by its video node. Raises DeviceGone, DeviceBusy or CaptureFailed."""
    worker = Worker(f"camera {attached.address}")
    try:
        return V4l2Camera(worker, await worker.run(_OPEN_S, _opened, attached.address))
    except BaseException:
        worker.stop()
        raise


def _opened(path: str) -> VideoNode:
    from hw.v4l2_node import VideoNode

    return VideoNode(path)
