"""The kit from outside: starting its process, and turning its knobs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, BinaryIO

from hw import unix_socket
from hw.emulators.hand import Size

CONTROL = "control"
"""The name of the socket in the kit's folder."""
LINE_LIMIT = 1 << 16
_START_SECONDS = 30.0
_STOP_SECONDS = 5.0


class KitFailed(Exception):
    """The kit did not start, is not there, or did not take an order; the text is for developers."""


class KitControl:
    """Gives orders to the kit in a folder; each returns when the kit has carried it out. Raises KitFailed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def plug(self, device: str) -> None:
        """Plug a device in again: pen, printer, finger, iris or camera; one_finger or stu, not there before."""
        await self._order(do="plug", device=device, on=True)

    async def unplug(self, device: str) -> None:
        """Pull a device out, by the same names."""
        await self._order(do="plug", device=device, on=False)

    async def sign(
        self, seed: int, size: Size = Size.NORMAL, unplug_after: int | None = None, device: str = "pen"
    ) -> None:
        """Let the pupil sign on the pen or the stu as soon as somebody reads it; pull it out after so many strokes."""
        await self._order(do="sign", seed=seed, size=size.value, unplug_after=unplug_after, device=device)

    async def willing(self, seed: int | None) -> None:
        """Let the pupil sign by herself whenever the pad is opened; None: only when told by `sign`."""
        await self._order(do="willing", seed=seed)

    async def printer(self, **knobs: float) -> None:
        """Turn knobs of `card_engine.Knobs`."""
        await self._order(do="printer", set=knobs)

    async def subject(self, subject: str) -> None:
        """Put another pupil before the scanners and the camera; the same name gives the same fingers, eyes and face."""
        await self._order(do="sbi", set={"subject": subject})

    async def sbi(self, **knobs: object) -> None:
        """Turn knobs of the SBI service, see `knobs.Knobs`; values are plain JSON."""
        await self._order(do="sbi", set=knobs)

    async def one_finger(self, **knobs: object) -> None:
        """Turn knobs of the sensor for one finger, see `one_finger.Knobs`; values are plain JSON."""
        await self._order(do="one_finger", set=knobs)

    async def state(self) -> dict[str, Any]:
        """Return what is plugged in (`seen`), the printer's knobs (`printer`) and its jobs (`jobs`)."""
        return await self._order(do="state")

    async def _order(self, **order: object) -> Any:
        try:
            reader, writer = await connect(self._folder)
            with contextlib.closing(writer):
                writer.write(json.dumps(order).encode() + b"\n")
                answer = json.loads(await reader.readline() or b"{}")
        except OSError as error:
            raise KitFailed("no kit is running there") from error
        if "result" not in answer:
            raise KitFailed(answer.get("error", "the kit ended"))
        return answer["result"]


async def connect(folder: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to the control socket of the kit in a folder. Raises OSError."""
    return await asyncio.open_unix_connection(sock=unix_socket.connect(folder / CONTROL), limit=LINE_LIMIT)


@asynccontextmanager
async def start_kit(folder: Path, virtual: Path | None = None) -> AsyncGenerator[KitControl]:
    """Run the kit as a process of its own while the block lasts, on the virtual clock of a file where one is given.

    The kit ends when the block does, and also when this process is killed: its standard input ends then. What it has
    to complain about is in `kit.log`. Raises KitFailed.
    """
    arguments = ["-m", "hw.emulators", str(folder), "--until-eof"]
    if virtual is not None:
        arguments += ["--virtual", str(virtual)]
    with _log(folder) as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the officer's terminal is not for the kit
        )
    try:
        await _ready(process)
        yield KitControl(folder)
    finally:
        await _stop(process)


def _log(folder: Path) -> BinaryIO:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return (folder / "kit.log").open("wb")


async def _ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_SECONDS):
            said = await process.stdout.readline()
    except TimeoutError as error:
        raise KitFailed("the kit is not ready in time") from error
    if said != b"ready\n":
        raise KitFailed("the kit did not start: see kit.log")


async def _stop(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
