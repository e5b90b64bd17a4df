"""The camera behind a video node of the kernel: webcams, and still cameras that present themselves as one."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from hw.cameras.live_camera import LiveCamera
from hw.types import Attached, CaptureFailed, DeviceGone
from hw.worker import Worker

if TYPE_CHECKING:
    from hw.cameras.mjpeg import Picture
    from hw.cameras.video_node import VideoNode

P = ParamSpec("P")
T = TypeVar("T")

# The kernel itself waits five seconds for a camera that does not answer its control requests.
_START_S, _FRAME_S, _STILL_S, _CLOSE_S = 6.0, 4.0, 11.0, 2.0
_LOAD_S = 30.0
_LOOK_S = 0.5  # so often it is looked whether the node is there, while a call keeps us waiting


class _NodeOnThread:
    """Implements `PictureSource` over a node whose calls block, on a thread of its own."""

    def __init__(self, worker: Worker, node: VideoNode, path: str) -> None:
        self._worker = worker
        self._node = node
        self._path = path

    async def start(self) -> None:
        """Start the stream."""
        await self._run(_START_S, self._node.start)

    async def newest(self, wanted: Callable[[], bool]) -> Picture | None:
        """Wait for the next picture to arrive."""
        return await self._run(_FRAME_S, self._node.newest, wanted)

    async def still(self) -> Picture:
        """Take one picture of the stream."""
        return await self._run(_STILL_S, self._node.still)

    async def stop(self) -> None:
        """Stop the stream."""
        await self._run(_START_S, self._node.stop)

    async def close(self) -> None:
        """Let go of the node; one that hangs is left to its thread."""
        with contextlib.suppress(CaptureFailed):
            await self._worker.run(_CLOSE_S, self._node.close)
        self._worker.stop()

    async def _run(self, seconds: float, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a call on the camera's thread; a device that is pulled meanwhile is not waited for."""
        running = asyncio.ensure_future(self._worker.run(seconds, call, *args, **kwargs))
        try:
            while not (await asyncio.wait({running}, timeout=_LOOK_S))[0]:
                if self._pulled():
                    raise DeviceGone
            return running.result()
        finally:
            running.cancel()

    def _pulled(self) -> bool:
        return not os.path.exists(self._path)


async def open_v4l2(attached: Attached) -> LiveCamera:
    """Open a camera by its video node. Raises DeviceGone, DeviceBusy or CaptureFailed."""
    from hw.cameras.video_node import VideoNode

    worker = Worker(f"camera {attached.address}")
    try:
        await worker.run(_LOAD_S, import_module, "linuxpy.video.device")  # counted apart: a slow disk is no slow camera
        node = await worker.run(_START_S, VideoNode, attached.address)
    except BaseException:
        worker.stop()
        raise
    return LiveCamera(_NodeOnThread(worker, node, attached.address))
