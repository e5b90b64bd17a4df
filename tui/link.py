"""How quickly the terminal takes what is written: asked of the terminal itself, since nothing nearer knows.

A pseudo-terminal, sshd and TCP swallow some hundred kilobytes before a write here would wait, which on a field office's
line is half a minute of pictures; TIOCOUTQ of a pseudo-terminal is always 0. So behind what was drawn goes the question
where the cursor stands (DSR 6, which terminals answer since the VT100), and its answer's arrival is the moment at which
everything before it has been drawn. A multiplexer answers by itself and drops what its line cannot carry by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

ASK = "\x1b[6n"
PATIENCE_S = 5.0
"""For so long an answer is waited for; a later one still counts, but says nothing of how quick the line is."""
_DEAF = 3
"""After so many questions without an answer nothing more is asked."""


class Link:
    """The line to the terminal; one question at a time is on it."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._write = write
        self._clock = clock
        self._heard = asyncio.Event()
        self._owed = False
        self._unanswered = 0
        self._closed = False

    @property
    def answers(self) -> bool:
        """Whether this terminal may still be asked."""
        return self._unanswered < _DEAF and not self._closed

    async def taken(self, drawn: Callable[[Callable[[], None]], object]) -> float | None:
        """Return the seconds until what is being drawn was taken; None where the terminal does not tell.

        `drawn` calls back once it has been written. An answer that is still owed is waited for instead of a new one.
        """
        if not self.answers:
            return None
        if not self._owed:
            self._owed = True
            self._heard.clear()
            drawn(self._ask)
        asked = self._clock()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._heard.wait()
        except TimeoutError:
            self._unanswered += 1
            return PATIENCE_S if self.answers else None
        self._unanswered = 0
        return self._clock() - asked

    def heard(self) -> None:
        """Take the terminal's answer."""
        self._owed = False
        self._heard.set()

    async def close(self, seconds: float = 1.0) -> None:
        """Ask nothing more, and wait for an answer on its way, or the shell would read it as typed."""
        self._closed = True
        if self._owed:
            try:
                async with asyncio.timeout(seconds):
                    await self._heard.wait()
            except TimeoutError:
                pass

    def _ask(self) -> None:
        if self._closed:
            self.heard()
        else:
            self._write(ASK)
