"""What the portrait and the photograph of the hands share: a camera, live until a still stands there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from typing import Any

from hw.types import Camera, CaptureFailed, FailReason, Frame, Role
from tui.live import LivePicture
from tui.messages import Problem, problem
from tui.screens.recording_device import DeviceScreen
from tui.widgets import preview

SILENT_S = 2.0
"""Without a picture for so long the officer is told; real time, as the drivers count theirs."""
BEGINS_S = 4.0
"""The first picture may take longer: a service opens its device, and a weak laptop is busy with the still before."""


class CameraScreen(DeviceScreen):
    """A screen with the camera's live picture; `draw_frame` makes something of each frame."""

    role = Role.CAMERA

    def __init__(self, sat: Any) -> None:
        super().__init__(sat)
        self.picture = LivePicture(self)
        self.camera: Camera | None = None
        self.live = asyncio.Event()
        """Set while the picture is live, cleared while a still stands there or is being taken."""
        self.answered = asyncio.Event()
        """Set once the live picture has begun, or is known not to come."""
        self.silent = False

    async def draw_frame(self, frame: Frame) -> None:
        """Draw a live frame, where it is due."""
        raise NotImplementedError

    async def use(self, device: Camera) -> None:
        """Show the live picture whenever no still stands there."""
        self.camera = device
        try:
            while True:
                self.resting = not self.live.is_set()
                await self.live.wait()
                self.resting = False
                self.answered.clear()
                await self._watch(device)
        finally:
            self.camera = None
            self.answered.set()

    async def _watch(self, camera: Camera) -> None:
        """Draw frames until the stream ends for a still. Raises HardwareError."""
        patience = BEGINS_S
        async with aclosing(camera.frames()) as frames:
            while True:
                coming = asyncio.ensure_future(anext(frames, None))
                try:
                    if not (await asyncio.wait({coming}, timeout=patience))[0]:
                        await self._miss()
                    frame = await coming
                finally:
                    coming.cancel()
                    await asyncio.gather(coming, return_exceptions=True)
                if frame is None:
                    return
                self.silent, patience = False, SILENT_S
                self.answered.set()
                # While a still is taken the stream stays open: the camera ends it, and a cut one would spoil the still.
                if self.live.is_set():
                    await self.draw_frame(frame)

    async def _miss(self) -> None:
        self.silent = True
        self.answered.set()
        self.refresh_frame()
        await self.note_fault(CaptureFailed(FailReason.TIMEOUT))

    def room(self) -> tuple[int, int]:
        """Return the pixels the picture may take: larger where the terminal is."""
        columns, rows = preview.WIDTH, preview.HEIGHT
        if self.wide:
            columns, rows = preview.WIDE
        return columns, min(rows, max(self.app.size.height - 8, preview.HEIGHT)) * 2

    def problems(self) -> Sequence[Problem]:
        """Return that no picture comes before what else is wrong."""
        if self.silent and self.lost is None:
            return [problem(12), *super().problems()]
        return super().problems()
