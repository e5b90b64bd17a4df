"""The clocks of the emulated kit: the real one for training, and virtual time shared between processes."""

from __future__ import annotations

import asyncio
import fcntl
import mmap
import os
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAYOUT = struct.Struct("<qq")  # microseconds since 1970: where this clock began, and what it shows now


class RealClock:
    """Implements `types.Clock` on the operating system's time: a training day lasts as long as a real one."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        await asyncio.sleep(seconds)


class SharedClock:
    """Implements `types.Clock` on two integers in a mapped file, so that a rehearsed day passes in seconds.

    Nobody waits: whoever sleeps pushes the time on. Two that sleep at once push it on twice, which only makes the
    rehearsed day longer. The file keeps the time while no process runs, so a killed rehearsal goes on where it was.
    """

    def __init__(self, path: Path, start: datetime | None = None) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            if os.fstat(self._file).st_size < _LAYOUT.size:
                began = _microseconds(start or datetime.now(UTC))
                os.pwrite(self._file, _LAYOUT.pack(began, began), 0)
            self._memory = mmap.mmap(self._file, _LAYOUT.size)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def now(self) -> datetime:
        """Return the virtual wall time, aware, in UTC."""
        return _EPOCH + timedelta(microseconds=self._read()[1])

    def monotonic(self) -> float:
        """Return virtual seconds since the clock's file was made."""
        began, shown = self._read()
        return (shown - began) / 1_000_000

    def advance(self, seconds: float) -> None:
        """Push the time on for every process that shares the file. Raises ValueError when asked to go back."""
        if seconds < 0:
            raise ValueError("a clock does not run backwards")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            began, shown = self._read()
            _LAYOUT.pack_into(self._memory, 0, began, shown + round(seconds * 1_000_000))
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    async def sleep(self, seconds: float) -> None:
        """Push the time on and let the other tasks run once."""
        self.advance(seconds)
        await asyncio.sleep(0)

    def close(self) -> None:
        """Let go of the file; the time stays in it."""
        self._memory.close()
        os.close(self._file)

    def _read(self) -> tuple[int, int]:
        began, shown = _LAYOUT.unpack_from(self._memory, 0)
        return began, shown


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
