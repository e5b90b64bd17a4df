"""A signature taken from the pad: the pen is read beside the screen, and every finished stroke is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from hw.types import Attached, DeviceState, HardwareError, PenPoint, Role, Signature

if TYPE_CHECKING:
    from textual.worker import Worker

    from hw.types import SignaturePad
    from tui.app import RekamApp


class Pen:
    """Reads the pad for one screen; `signature` holds the finished strokes since the last `clear`."""

    def __init__(self, app: RekamApp, drawn: Callable[[], Awaitable[None] | None]) -> None:
        self.signature = Signature(())
        self.down = False
        """Whether the pen is on the pad now: a signature is not kept in mid-stroke."""
        self.lost = False
        """Whether a pad that was there went away."""
        self._app = app
        self._drawn = drawn
        self._stroke: list[PenPoint] = []
        self._stopped = False
        self._pad: SignaturePad | None = None
        self._worker: Worker[None] | None = None

    @property
    def attached(self) -> Attached | None:
        """The signature pad among what is plugged in."""
        pads = [one for one in self._app.equipment if one.role is Role.SIGNATURE]
        return min(pads, key=lambda one: one.state is not DeviceState.READY, default=None)

    @property
    def reading(self) -> bool:
        """Whether a pad is open."""
        return self._worker is not None and self._worker.is_running

    def start(self) -> None:
        """Read the pad that is plugged in, if none is read yet."""
        if not self.reading and self.attached is not None:
            self._stopped = False
            self._worker = self._app.run_worker(self._read(self.attached), group="pad")

    async def clear(self) -> None:
        """Forget the strokes, and what the pad still holds of them."""
        if self._pad is not None:
            await self._pad.clear()
        # The stroke that was under way is gone with the rest, and its lift will not be told.
        self.signature, self._stroke = Signature(()), []
        self.down = False

    async def stop(self) -> None:
        """Let go of the pad; nothing is drawn any more, for the screen may be gone."""
        self._stopped = True
        if self._pad is not None:
            await self._pad.close()

    async def _read(self, attached: Attached) -> None:
        bus = self._app.bus
        assert bus is not None, "what is attached came from a bus"
        try:
            pad = cast("SignaturePad", await bus.open(attached))  # what opens a device goes by its role
        except HardwareError:
            self.lost = True
            await self._show()
            return
        self._pad, self.lost = pad, False
        try:
            await self._strokes(pad)
        except HardwareError:
            self.lost = True
        finally:
            self._pad, self.down = None, False
            await pad.close()
        await self._show()

    async def _strokes(self, pad: SignaturePad) -> None:
        self._stroke = []
        async for point in pad.points():
            self._app.rhythm.touched()
            self.down = point.down
            if point.down:
                self._stroke.append(point)
            elif self._stroke:
                self.signature = Signature((*self.signature.strokes, tuple(self._stroke)), pad.aspect)
                self._stroke = []
                await self._show()

    async def _show(self) -> None:
        if self._stopped:
            return
        told = self._drawn()
        if told is not None:
            await told
