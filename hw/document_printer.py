"""Printing papers through this machine's CUPS, by its own programs `lp` and `lpstat` (Debian: cups-client)."""

from __future__ import annotations

import asyncio
import re
import shutil

from hw.bus import Sweep
from hw.types import Attached, CaptureFailed, FailReason, Role

_SEND_SECONDS = 20.0
_LIST_SECONDS = 3.0
_QUEUE = re.compile(r"[^\s/#?'\"\\\x00-\x1f\x7f-][^\s/#?'\"\\\x00-\x1f\x7f]{0,126}")
"""What CUPS takes as a queue's name, and never a leading hyphen, which `lp` would read as an option."""


async def send(document: bytes, title: str, queue: str = "") -> None:
    """Hand a PDF to a queue, the default one where none is named; CUPS keeps it from then on.

    Raises CaptureFailed: UNSUPPORTED without `lp`, REFUSED with what `lp` said, TIMEOUT when it said nothing. The PDF
    stays with the caller in every case.
    """
    if not document.startswith(b"%PDF-"):
        raise ValueError("a document is a PDF")
    if queue and not _QUEUE.fullmatch(queue):
        raise CaptureFailed(FailReason.REFUSED, "queue", retriable=False)
    name = "".join(letter for letter in title if letter.isprintable())[:120] or "Rekam17"
    to_queue = ("-d", queue) if queue else ()
    status, said = await _run("lp", *to_queue, "-t", name, "-", given=document, seconds=_SEND_SECONDS)
    if status != 0:
        raise CaptureFailed(FailReason.REFUSED, said)


async def queues() -> tuple[str, ...]:
    """List the queues of this machine; none where CUPS is not installed or not running."""
    try:
        status, said = await _run("lpstat", "-e", given=b"", seconds=_LIST_SECONDS)
    except CaptureFailed:
        return ()
    return tuple(line for line in said.splitlines() if _QUEUE.fullmatch(line)) if status == 0 else ()


def queue_sweep(besides: str = "") -> Sweep:
    """Make the sweep that announces the queues, without the one that leads to the card printer."""

    async def sweep(_changed: bool) -> tuple[Attached, ...]:
        return tuple(
            Attached(key=f"queue:{queue}", role=Role.DOCUMENT_PRINTER, driver="lp", name=queue, address=queue)
            for queue in await queues()
            if queue != besides
        )

    return sweep


async def _run(program: str, *arguments: str, given: bytes, seconds: float) -> tuple[int, str]:
    """Run a program to its end and return its status and what it said. Raises CaptureFailed."""
    path = shutil.which(program)
    if path is None:
        raise CaptureFailed(FailReason.UNSUPPORTED, program, retriable=False)
    process = await asyncio.create_subprocess_exec(
        path,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await process.communicate(given)
    except TimeoutError as error:
        raise CaptureFailed(FailReason.TIMEOUT, program) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode or 0, said.decode("utf-8", "replace").strip()
