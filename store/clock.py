"""The one clock that store, devices and screens are given, so that a rehearsal can run on virtual time."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall and monotonic time from one source; `hw.types.Clock` asks for the same three."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC; it may run backwards when somebody sets the laptop's clock."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards, for durations and guards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for that many seconds of this clock."""
        ...


class SystemClock:
    """The laptop's own clock."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the kernel's monotonic seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(seconds)
