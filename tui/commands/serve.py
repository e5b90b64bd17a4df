"""`rekam17 office serve`: the office is called by its laptops until it is told to end."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from store.clock import SystemClock


def run(folder: Path, host: str, port: int) -> int:
    """Listen until SIGTERM or SIGINT; raises what opening the office raises."""
    return asyncio.run(_serve(folder, host, port))


async def _serve(folder: Path, host: str, port: int) -> int:
    from store.office.serving import Serving

    ended = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, ended.set)
    async with Serving(folder, SystemClock(), host, port) as at:
        print(f"Called at https://{at.host}:{at.port}", flush=True)
        await ended.wait()
    print("Ended; what has come of a bundle goes on next time.")
    return 0
