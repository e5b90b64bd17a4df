"""The terminal's answers to the painter, taken out of the keys that come over the same line."""

from __future__ import annotations

from collections.abc import Callable

from tui.terminal.window import ANSWER


class Answers:
    """Parts keys from answers; an answer may come in two pieces, the first of which could be a key.

    Such a piece is held while an answer is owed, for as long as an Esc waits for what may follow it.
    """

    def __init__(self, delay: float, clock: Callable[[], float]) -> None:
        self._delay = delay
        self._clock = clock
        self._held = ""
        self._until = 0.0

    @property
    def due(self) -> float | None:
        """When what is held has to be looked at again; None while nothing is."""
        return self._until if self._held else None

    def part(self, text: str, *, owed: bool) -> tuple[str, int]:
        """Return the text without answers, and how many there were; text that is held comes with a later call."""
        text, self._held = self._held + text, ""
        count = text.count(ANSWER)
        if count:
            text = text.replace(ANSWER, "")
        for size in range(len(ANSWER) - 1, 0, -1):
            if owed and text.endswith(ANSWER[:size]):
                self._held, self._until = text[-size:], self._clock() + self._delay
                return text[:-size], count
        return text, count

    def overdue(self) -> str:
        """Return what was held for nothing: it was typed."""
        if not self._held or self._clock() < self._until:
            return ""
        text, self._held = self._held, ""
        return text
