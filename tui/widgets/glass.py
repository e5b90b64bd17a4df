"""The glass: the one widget of a screen, that shows lines and sends only those that changed.

A frame of seven widgets would be laid out, styled and painted seven times for every key. Here a screen is a list of
lines; the lines are compared with those on the glass, and what is alike is never drawn again.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ink import Look
from tui.line import Line


class Glass(Widget):
    """All cells of the terminal."""

    DEFAULT_CSS = "Glass { width: 100%; height: 100%; background: ansi_default; color: ansi_default; }"
    ALLOW_SELECT = False
    can_focus = False

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Put lines on the glass; only those that differ from what is there are painted."""
        width = self.size.width
        before, self._lines = self._lines, list(lines)
        if len(before) != len(lines):
            self.refresh()
            return
        changed = [Region(0, y, width, 1) for y, (old, new) in enumerate(zip(before, lines, strict=True)) if old != new]
        if changed:
            self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of a part of the glass; styles and filters have no say, the look is complete."""
        width = self.size.width
        strips = [
            (self._lines[y] if y < len(self._lines) else Line()).strip(width, self._look)
            for y in range(crop.y, crop.bottom)
        ]
        if crop.x or crop.width != width:
            return [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    @property
    def text(self) -> list[str]:
        """What stands on the glass, line by line, as the terminal shows it."""
        return [line.strip(self.size.width, self._look).text for line in self._lines]
