"""An office that is called on loopback, in a thread of its own as it has a process of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.clock import SystemClock
from store.office.serving import Served, Serving


@contextmanager
def called(folder: Path) -> Iterator[Served]:
    """Let the office of a folder be called, and give where."""
    begun, ended = threading.Event(), threading.Event()
    found: list[Served] = []

    async def serve() -> None:
        async with Serving(folder, SystemClock(), "127.0.0.1", 0) as at:
            found.append(at)
            begun.set()
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert begun.wait(20)
        yield found[0]
    finally:
        ended.set()
        thread.join()
