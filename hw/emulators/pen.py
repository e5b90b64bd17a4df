"""A pen tablet that writes by itself: the events a kernel would give, over a Unix socket in the kit's folder.

Ranges and report rate are those of a One by Wacom S (100 units per millimetre, 200 reports a second). As the kernel
does, an axis is only reported when it moved.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

from hw import unix_socket
from hw.emulators.hand import Hand, Sample, Size, Strokes, invent
from hw.evdev import (
    ABS_PRESSURE,
    ABS_X,
    ABS_Y,
    BTN_TOOL_PEN,
    BTN_TOUCH,
    EV_ABS,
    EV_KEY,
    EV_SYN,
    SYN_REPORT,
    pack,
    write_header,
)
from hw.tablet import Axis, Ranges
from hw.types import Clock

_PRESSURE = Axis(0, 2047)
RANGES = Ranges(Axis(0, 15200, 100), Axis(0, 9500, 100), _PRESSURE)
_REPORT_MS = 5
_LIFT_MS = 180


class _Writer:
    """Turns samples into reports, leaving out what did not change."""

    def __init__(self, ms: int) -> None:
        self.ms = ms
        self._shown: dict[tuple[int, int], int] = {}

    def report(self, sample: Sample, *, near: bool, touch: bool) -> bytes:
        x, y, pressure = sample
        wanted = {
            (EV_KEY, BTN_TOOL_PEN): int(near),
            (EV_KEY, BTN_TOUCH): int(touch),
            (EV_ABS, ABS_X): _units(RANGES.x, x),
            (EV_ABS, ABS_Y): _units(RANGES.y, y),
            (EV_ABS, ABS_PRESSURE): _units(_PRESSURE, pressure) if touch else 0,
        }
        self.ms += _REPORT_MS
        events = [
            pack(self.ms, kind, code, value)
            for (kind, code), value in wanted.items()
            if self._shown.get((kind, code), 0) != value
        ]
        self._shown = wanted
        return b"".join((*events, pack(self.ms, EV_SYN, SYN_REPORT, 0)))


def events(strokes: Strokes, size: Size, began_ms: int) -> Iterator[tuple[bytes, float]]:
    """Yield each stroke's events, and the seconds the pupil takes for it."""
    writer = _Writer(began_ms)
    last: Sample = (0.5, 0.5, 0.0)
    for stroke in strokes:
        written = [writer.report(stroke[0], near=True, touch=False)]
        written += [writer.report(sample, near=True, touch=size is not Size.EMPTY) for sample in stroke]
        last = stroke[-1]
        written.append(writer.report(last, near=True, touch=False))
        yield b"".join(written), len(written) * _REPORT_MS / 1000
        writer.ms += _LIFT_MS
    yield writer.report(last, near=False, touch=False), _LIFT_MS / 1000


class _Cable(asyncio.Protocol):
    """One connection to the tablet."""

    def __init__(self, plugged: set[asyncio.Transport], laid: Callable[[], None]) -> None:
        self._plugged = plugged
        self._laid = laid

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(write_header(RANGES))
        self._transport = transport
        self._plugged.add(transport)
        self._laid()

    def data_received(self, data: bytes) -> None:
        del data  # whatever is said: the pad was cleared
        self._laid()

    def connection_lost(self, exc: Exception | None) -> None:
        self._plugged.discard(self._transport)


class Pen:
    """The tablet; whoever connects to its socket is told the ranges, then everything that is written."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._path = folder / "pen"
        self._clock = clock
        self._server: asyncio.Server | None = None
        self._plugged: set[asyncio.Transport] = set()
        self._changed = asyncio.Event()
        self.hand = Hand(self.sign)

    @property
    def address(self) -> str:
        """Where the driver finds the tablet."""
        return f"unix:{self._path}"

    async def start(self) -> None:
        """Plug the tablet in."""
        if self._server is None:
            listening = unix_socket.listen(self._path)
            self._server = await asyncio.get_running_loop().create_unix_server(
                lambda: _Cable(self._plugged, self._laid), sock=listening
            )

    async def unplug(self) -> None:
        """Pull the tablet out; whoever reads it finds the end."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            self._path.unlink(missing_ok=True)
        self.hand.rest()
        for transport in self._plugged:
            transport.close()

    def _laid(self) -> None:
        self._changed.set()
        self.hand.laid()

    async def sign(self, seed: int, size: Size = Size.NORMAL, unplug_after: int | None = None) -> None:
        """Wait until somebody reads, then write a signature; pulled out after so many strokes where asked."""
        while not self._plugged:
            self._changed.clear()
            await self._changed.wait()
        began = int(self._clock.monotonic() * 1000)
        for number, (written, seconds) in enumerate(events(invent(seed, size), size, began)):
            if number == unplug_after:
                await self.unplug()
                return
            for transport in self._plugged:
                transport.write(written)
            await self._clock.sleep(seconds)


def _units(axis: Axis, share: float) -> int:
    return round(axis.minimum + (axis.maximum - axis.minimum) * min(1.0, max(0.0, share)))
