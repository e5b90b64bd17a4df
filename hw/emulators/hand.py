"""The pupil's hand over whatever pad is laid before it: an invented signature, and when it is written."""

from __future__ import annotations

import asyncio
import enum
import itertools
import math
import random
from collections.abc import Awaitable, Callable

_LEISURE = 0.4

Sample = tuple[float, float, float]
"""x, y and pressure as shares of the pad."""
Strokes = tuple[tuple[Sample, ...], ...]


class Size(enum.Enum):
    """How a pupil signs: as on paper, far too small, or not at all (the pen only hovers)."""

    NORMAL = "normal"
    SMALL = "small"
    EMPTY = "empty"


def invent(seed: int, size: Size = Size.NORMAL) -> Strokes:
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


class Hand:
    """Signs when told to, or by itself whenever the pad is opened or cleared, as one does before whom it is laid."""

    def __init__(self, sign: Callable[[int], Awaitable[None]]) -> None:
        self._sign = sign
        self._willing: int | None = None
        self._signing: set[asyncio.Task[None]] = set()

    def be_willing(self, seed: int | None) -> None:
        """Sign by itself from now on; None: only when told."""
        self._willing = seed

    def laid(self) -> None:
        """See the pad opened or cleared: what was begun is over."""
        self.rest()
        if self._willing is not None:
            task = asyncio.create_task(self._sign_at_leisure(self._willing))
            self._signing.add(task)
            task.add_done_callback(self._signing.discard)

    def rest(self) -> None:
        """Write no further."""
        for task in self._signing:
            task.cancel()

    async def _sign_at_leisure(self, seed: int) -> None:
        """Begin after a moment of real time: a program clears the pad first, and would wipe what came too soon."""
        await asyncio.sleep(_LEISURE)
        await self._sign(seed)
