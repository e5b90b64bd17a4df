"""Closing the door of an emulated device: asyncio loses a connection accepted in the turn its server closes in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

_ACCEPTING = 3  # turns of the loop until a connection that was just accepted is its server's to close


class Listening(Protocol):
    """A socket, as Python or as asyncio wraps it."""

    def fileno(self) -> int:
        """Return its descriptor."""
        ...


async def accept_no_more(sockets: Iterable[Listening]) -> None:
    """Let nobody else in, and wait until the server knows everybody who is; then it can be closed."""
    loop = asyncio.get_running_loop()
    for listening in sockets:
        loop.remove_reader(listening.fileno())
    for _turn in range(_ACCEPTING):
        await asyncio.sleep(0)
