"""Card printers that answer in their makers' own words, on a pty."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

Answer = Callable[[bytes], bytes]


def evolis(answers: dict[str, str], end: bytes = b"\r") -> Answer:
    """Answer each read with its text; one that it does not know with NAK and its code for that."""

    def answer(question: bytes) -> bytes:
        assert question[:1] == b"\x1b"
        assert question[-1:] == b"\r"
        name = question[1:-1].decode("ascii")
        said = answers.get(name)
        if said is None:
            return b"\x151" + end
        return said.encode("latin-1") + end

    return answer


def magicard(answers: dict[str, str]) -> Answer:
    def answer(question: bytes) -> bytes:
        assert question.startswith(b"\x05" * 9 + b"\x01REQ,STA,")
        assert question.endswith(b",\x1c\x03")
        key = question[18:-3].decode("ascii")
        return b"\x01STA," + key.encode() + b"," + answers.get(key, "").encode("latin-1") + b",\x03"

    return answer


@asynccontextmanager
async def printer(answer: Answer | None, ends: bytes = b"\r\x03") -> AsyncIterator[tuple[str, list[bytes]]]:
    """Stand behind a node and answer each question; None keeps silent. Yields the node and what was asked."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)
    asked: list[bytes] = []
    held = bytearray()

    def heard() -> None:
        with suppress(BlockingIOError, OSError):
            held.extend(os.read(ours, 4096))
        while (at := next((i for i, byte in enumerate(held) if byte in ends), None)) is not None:
            question = bytes(held[: at + 1])
            del held[: at + 1]
            asked.append(question)
            if answer is not None:
                os.write(ours, answer(question))

    loop = asyncio.get_running_loop()
    loop.add_reader(ours, heard)
    try:
        yield os.ttyname(theirs), asked
    finally:
        loop.remove_reader(ours)
        os.close(ours)
        os.close(theirs)
