"""`python -m hw.emulators FOLDER`: the kit as a process of its own, until SIGTERM, SIGINT or its parent's end."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import signal
import sys
from pathlib import Path

from hw.emulators.clock import RealClock, SharedClock
from hw.emulators.kit import running
from hw.types import Clock


async def _run(folder: Path, clock: Clock, until_eof: bool) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if until_eof:
        loop.add_reader(sys.stdin.fileno(), lambda: os.read(sys.stdin.fileno(), 1024) or stop.set())
    async with running(folder, clock):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> int:
    """Read the command line, wait until no other kit uses the folder, run."""
    parser = argparse.ArgumentParser(prog="python -m hw.emulators", description="Run the emulated capture kit.")
    parser.add_argument("folder", type=Path, help="where the kit keeps its state, its sockets and the printed cards")
    parser.add_argument("--virtual", metavar="CLOCKFILE", type=Path, help="run on the virtual time kept in this file")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input ends")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A killed program's kit may still be putting its things away.
    with (args.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        asyncio.run(_run(args.folder, SharedClock(args.virtual) if args.virtual else RealClock(), args.until_eof))
    return 0


if __name__ == "__main__":
    sys.exit(main())
