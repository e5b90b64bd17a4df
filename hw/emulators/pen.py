"""A pen tablet that writes by itself: the events a kernel would give, over a Unix socket in the kit's folder.

Ranges and report rate are those of a One by Wacom S (100 units per millimetre, 200 reports a second). As the kernel
does, an axis is only reported when it moved.
"""

from __future__ import annotations

import asyncio
import enum
import itertools
import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from hw import unix_socket
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
    Axis,
    Ranges,
    pack,
    write_header,
)
from hw.types import Clock

RANGES = Ranges(Axis(0, 15200, 100), Axis(0, 9500, 100), Axis(0, 2047))
_REPORT_MS = 5
_LIFT_MS = 180
_LEISURE = 0.4

Sample = tuple[float, float, float]
"""x, y and pressure as shares of the pad."""


class Size(enum.Enum):
    """How a pupil signs: as on paper, far too small, or not at all (the pen only hovers)."""

    NORMAL = "normal"
    SMALL = "small"
    EMPTY = "empty"


def invent(seed: int, size: Size = Size.NORMAL) -> tuple[tuple[Sample, ...], ...]:
    """Make up a signature: loops that run to the right, a flourish under them; the same seed signs the same way."""
    chance = random.Random(seed)
    wide = chance.uniform(0.5, 0.7)
    left, base = (1 - wide) / 2, chance.uniform(0.4, 0.5)
    cuts = sorted(chance.uniform(0.2, 0.8) for _ in range(chance.randint(1, 2)))
    loops, high, slant = chance.uniform(5, 9), chance.uniform(0.1, 0.18), chance.uniform(0.02, 0.06)
    wobble, phase = chance.uniform(1.3, 2.7), chance.uniform(0, math.tau)

    def written(share: float) -> Sample:
        turn = loops * math.tau * share
        swell = 0.6 + 0.4 * math.sin(wobble * math.tau * share + phase)
        x = left + wide * share + slant * math.cos(turn)
        y = base - high * swell * math.sin(turn)
        return x, y, 0.35 + 0.3 * (1 + math.sin(turn + 1)) / 2

    def flourish(share: float) -> Sample:
        return left + wide * (1 - 0.9 * share), base + 0.2 + 0.05 * math.sin(3 * share + phase), 0.6 - 0.4 * share

    ends = [0.0, *cuts, 1.0]
    strokes = [
        tuple(written(begin + (end - begin) * step / count) for step in range(count + 1))
        for begin, end in itertools.pairwise(ends)
        if (count := max(4, int(260 * (end - begin))))
    ]
    strokes.append(tuple(flourish(step / 50) for step in range(51)))
    if size is Size.SMALL:
        return tuple(tuple((0.45 + x * 0.15, 0.45 + y * 0.15, p) for x, y, p in stroke) for stroke in strokes)
    return tuple(strokes)


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
            (EV_ABS, ABS_PRESSURE): _units(RANGES.pressure, pressure) if touch else 0,
        }
        self.ms += _REPORT_MS
        events = [
            pack(self.ms, kind, code, value)
            for (kind, code), value in wanted.items()
            if self._shown.get((kind, code), 0) != value
        ]
        self._shown = wanted
        return b"".join((*events, pack(self.ms, EV_SYN, SYN_REPORT, 0)))


def events(strokes: tuple[tuple[Sample, ...], ...], size: Size, began_ms: int) -> Iterator[tuple[bytes, float]]:
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
        self._willing: int | None = None
        self._signing: set[asyncio.Task[None]] = set()

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
        for task in self._signing:
            task.cancel()
        for transport in self._plugged:
            transport.close()

    def be_willing(self, seed: int | None) -> None:
        """Sign whenever the pad is opened or cleared, as one does before whom it is laid; None: only when told."""
        self._willing = seed

    def _laid(self) -> None:
        self._changed.set()
        for task in self._signing:
            task.cancel()
        if self._willing is not None:
            task = asyncio.create_task(self._sign_at_leisure(self._willing))
            self._signing.add(task)
            task.add_done_callback(self._signing.discard)

    async def _sign_at_leisure(self, seed: int) -> None:
        """Begin after a moment of real time: a program clears the pad first, and would wipe what came too soon."""
        await asyncio.sleep(_LEISURE)
        await self.sign(seed)

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
