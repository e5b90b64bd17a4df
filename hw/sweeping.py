"""Looking for what gives no event when it comes: services on loopback, printers on the network, queues."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

from hw.bus import Sweep
from hw.types import Attached

ROUTINE_S = 15.0
AFTER_CHANGE_S = (1.0, 2.0, 4.0, 8.0)
"""After a plug or a pull it is looked again after each of these, since a vendor's service needs seconds to notice."""


class Sweeping:
    """Sweeps beside the loop, each at its own pace, so that a printer that is silent holds up no scanner."""

    def __init__(self, sweeps: Sequence[Sweep], told: Callable[[], None], routine: float = ROUTINE_S) -> None:
        self._sweeps = sweeps
        self._told = told
        self._routine = routine
        self._found: dict[int, tuple[Attached, ...]] = {}
        self._again = [asyncio.Event() for _sweep in sweeps]
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def found(self) -> tuple[Attached, ...] | None:
        """What was found last; None until every sweep has ended once."""
        if len(self._found) < len(self._sweeps):
            return None
        return tuple(attached for number in sorted(self._found) for attached in self._found[number])

    def look_again(self) -> None:
        """Sweep now, and a few times more: something was plugged or pulled, or is not where it was."""
        for again in self._again:
            again.set()

    def start(self) -> None:
        """Begin to sweep."""
        self._tasks = [asyncio.create_task(self._sweep(number, sweep)) for number, sweep in enumerate(self._sweeps)]
        for task in self._tasks:
            task.add_done_callback(lambda _: self._told())

    def check(self) -> None:
        """Raise what a sweep raised: it is a mistake of ours, since sweeps take whatever a device does as an answer."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def stop(self) -> None:
        """Sweep no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _sweep(self, number: int, sweep: Sweep) -> None:
        again = self._again[number]
        pauses: Iterator[float] = iter(())
        changed = True
        while True:
            self._found[number] = await sweep(changed)
            self._told()
            pause = next(pauses, None)
            changed = pause is not None
            try:
                async with asyncio.timeout(self._routine if pause is None else pause):
                    await again.wait()
            except TimeoutError:
                continue
            again.clear()
            pauses, changed = iter(AFTER_CHANGE_S), True
