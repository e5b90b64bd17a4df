"""How many bytes may be on their way: asked of the terminal itself, since nothing nearer knows.

A pseudo-terminal, sshd and TCP swallow tens of kilobytes before a write here would wait, which on a slow line is a
quarter of a minute of frames nobody wants any more. So behind a frame goes the question for the device's status (DSR 5,
answered since the VT100); its answer tells that everything before it was drawn. While too much is under way no frame
goes out, and the newest takes the place of the one that waits. A multiplexer answers by itself.
"""

from __future__ import annotations

from collections import deque

ASK = "\x1b[5n"
ANSWER = "\x1b[0n"
_EVERY = 200
"""A question goes at most with every so many bytes."""
_FIRST, _SMALLEST, _LARGEST, _STEP = 2048, 768, 65_536, 256
_DEAF = 3
"""After so many questions without any answer the terminal is asked no more."""
_PATIENCE_S = 0.5
"""For so long the first answer is waited for; later ones four of the last answers' times, but two seconds at least."""
_DEAF_GAP_S = 0.05
"""Between two frames to a terminal that does not answer."""


class Window:
    """The window of bytes on their way to one terminal; the caller brings the time, in seconds."""

    def __init__(self) -> None:
        self.asking = True
        """Whether the terminal is still believed to answer."""
        self._size = _FIRST
        self._sent = self._arrived = 0
        self._asked: deque[tuple[int, float]] = deque()  # bytes sent until then, and when
        self._answers = self._lost = 0
        self._last: float | None = None  # seconds that an answer took
        self._quickest = float("inf")
        self._drawn_at = float("-inf")

    @property
    def owed(self) -> bool:
        """Whether an answer is still on its way."""
        return bool(self._asked)

    @property
    def empty(self) -> bool:
        """Whether all but the last few bytes are known to be drawn, so that a write now waits for nobody."""
        return self.asking and self._answers > 0 and not self._asked

    @property
    def patience(self) -> float:
        """For how many seconds an answer is worth waiting for."""
        return _PATIENCE_S if self._last is None else max(2.0, 4 * self._last)

    def wait(self, now: float) -> float:
        """Return 0 when a frame may go, otherwise the seconds after which to ask again."""
        if not self.asking:
            return max(self._drawn_at + _DEAF_GAP_S - now, 0.0)
        if not self._asked or self._sent - self._arrived < self._size:
            return 0.0
        left = self._asked[0][1] + self.patience - now
        if left > 0:
            return left
        self._lost += 1
        self._arrived = self._asked.popleft()[0]
        self.asking = self._answers > 0 or self._lost < _DEAF
        return 0.0

    def send(self, size: int, now: float) -> bool:
        """Take in that so many bytes go out; True when a question is to go behind them, which is noted already.

        It is noted before it is written: the answer may be here sooner than the writing thread runs again.
        """
        self._sent += size
        self._drawn_at = now
        if not self.asking or (self._asked and self._sent - self._asked[-1][0] < _EVERY):
            return False
        self._sent += len(ASK)
        self._asked.append((self._sent, now))
        return True

    def answered(self, now: float) -> None:
        """Take in an answer: quick ones widen the window, those that had to queue narrow it."""
        self._answers += 1
        if not self._asked:
            return
        sent, at = self._asked.popleft()
        self._arrived = max(self._arrived, sent)
        self._last = now - at
        self._quickest = min(self._last, self._quickest)
        if self._last < 1.25 * self._quickest + 0.03:
            self._size = min(_LARGEST, self._size + _STEP)
        elif self._last > 2 * self._quickest + 0.1:
            self._size = max(_SMALLEST, int(self._size * 0.7))

    def stop(self) -> None:
        """Ask nothing more, and expect nothing."""
        self._asked.clear()
        self._arrived = self._sent
