"""What a terminal shows after some bytes: pyte, an emulator that has nothing of ours in it."""

from __future__ import annotations

import codecs
import re
from typing import Any

import pyte

_UNREAD = re.compile(r"\x1b\[[<=>][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)")
"""Private sequences that pyte takes for others (the kitty keyboard, questions for modes), and links."""


class _Screen(pyte.Screen):
    def draw(self, data: str) -> None:
        # pyte drops what follows a character of no width that it does not know; one by one it drops nothing.
        for piece in [data] if data.isascii() else data:
            super().draw(piece)


class Drawn:
    """A screen of so many columns and rows, as `feed` leaves it; line feeds go straight down where `raw`."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.screen = _Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""

    def feed(self, data: bytes) -> None:
        """Take in what was written; a sequence may come in two pieces."""
        self.write(self._decode(data))

    def write(self, text: str) -> None:
        """Take in text."""
        text, self._held = self._held + text, ""
        escape = text.rfind("\x1b")
        if escape >= 0 and not re.match(
            r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[^\[\]])", text[escape:]
        ):
            text, self._held = text[:escape], text[escape:]
        self._stream.feed(_UNREAD.sub("", text))

    def resize(self, columns: int, rows: int) -> None:
        """Take another size."""
        self.screen.resize(rows, columns)

    @property
    def text(self) -> str:
        """All rows."""
        return "\n".join(self.screen.display)

    def cells(self) -> list[list[tuple[Any, ...]]]:
        """Return every cell as one sees it: a blank has a paper, and an ink only under a mark that shows."""
        rows = (self.screen.buffer[y] for y in range(self.screen.lines))
        return [[_seen(row[x]) for x in range(self.screen.columns)] for row in rows]


def _seen(cell: Any) -> tuple[Any, ...]:
    if cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough or cell.blink):
        return (" ", cell.bg)
    return tuple(cell)
