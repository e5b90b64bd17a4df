"""Where the contract is held with a still camera: PTP/IP on loopback, through the real libgphoto2."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from places import Place, Trait
from uses import USES

from hw.bus import OPENERS, open_device
from hw.cameras.dslr import Patience, open_dslr
from hw.emulators.faces import Pose, as_jpeg, draw_face
from hw.types import Attached, Device, Role
from tests.hw.ptp_camera import GET_LIVE_VIEW, PtpCamera

TRAITS = Trait.SHARED
"""A USB cable is claimed by one program; PTP/IP, which takes its place here, answers several."""
NAME = "still camera"


class _Loopback:
    """A bus with one still camera on it, while it is plugged in."""

    def __init__(self, camera: PtpCamera) -> None:
        self._camera = camera
        self.plugged = True
        self.changed = asyncio.Event()

    async def watch(self) -> AsyncIterator[tuple[Attached, ...]]:
        while True:
            self.changed.clear()
            one = Attached("still", Role.CAMERA, "ptp", "Still camera", self._camera.address)
            yield (one,) if self.plugged else ()
            await self.changed.wait()

    async def open(self, attached: Attached) -> Device:
        return await open_device(attached, OPENERS)


class StillCameraPlace(Place):
    """A still camera whose cable is a TCP connection."""

    def __init__(self, camera: PtpCamera) -> None:
        super().__init__(_Loopback(camera), USES[Role.CAMERA])
        self._camera = camera
        self._frames = camera.frames

    @property
    def shared(self) -> bool:
        """Whether a second program may open the device while it is open."""
        return Trait.SHARED in TRAITS

    def meant(self, attached: Attached) -> bool:
        """Say whether that is the device."""
        return attached.key == "still"

    async def open(self, attached: Attached, *, hasty: bool) -> Device:
        """Open it as the bus does, or with less patience."""
        return await (open_dslr(attached, Patience(frame=0.3)) if hasty else self.bus.open(attached))

    async def plug(self) -> None:
        """Plug it in."""
        await self._camera.plug()
        self._is(plugged=True)

    async def pull(self) -> None:
        """Pull it out."""
        await self._camera.pull()
        self._is(plugged=False)

    async def nothing(self) -> None:
        """Let the camera think about its next frame for good."""
        self._camera.hangs.setdefault(GET_LIVE_VIEW, asyncio.Event())

    async def something(self) -> None:
        """Let it answer."""
        if (held := self._camera.hangs.pop(GET_LIVE_VIEW, None)) is not None:
            held.set()

    async def turn(self, knobs: str) -> None:
        """Send garbage for frames, or pictures again."""
        self._camera.frames = [b"\x1b[2J" * 50] if knobs == "nonsense" else self._frames

    def _is(self, *, plugged: bool) -> None:
        bus: Any = self.bus
        bus.plugged = plugged
        bus.changed.set()


@asynccontextmanager
async def still_camera() -> AsyncGenerator[Place]:
    """Lay the camera on the table, plugged in and filming."""
    picture = as_jpeg(draw_face("Norhayati", Pose()), 240)
    async with PtpCamera([picture], [picture]).plugged() as camera:
        place = StillCameraPlace(camera)
        yield place
        await place.something()
        await place.leave()
