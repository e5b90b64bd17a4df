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
        self._strips: list[Strip] = []

    def show(self, lines: Sequence[Line]) -> None:
        """Put lines on the glass; only those that differ from what is there are made into strips and sent."""
        width = self.size.width or self.app.size.width  # before the first layout it has no size of its own
        same_size = len(lines) == len(self._lines) and bool(self._strips) and self._strips[0].cell_length == width
        changed = [y for y, line in enumerate(lines) if not same_size or line != self._lines[y]]
        strips = self._strips[:] if same_size else [Strip([])] * len(lines)
        for y in changed:
            strips[y] = (self._moved(lines[y], y) if same_size else None) or lines[y].strip(width, self._look)
        self._lines, self._strips = list(lines), strips
        if not same_size:
            self.refresh()
        elif changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _moved(self, line: Line, y: int) -> Strip | None:
        """Return the strip of a line that stood in the next or the last row: a list went on by one."""
        for other in (y + 1, y - 1):
            if 0 <= other < len(self._lines) and self._lines[other] == line:
                return self._strips[other]
        return None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of a part of the glass; styles and filters have no say, the look is complete.

        The compositor asks for every line of a widget and sends only the dirty ones, so the strips are kept.
        """
        blank = Strip.blank(crop.width)
        strips = [self._strips[y] if y < len(self._strips) else blank for y in range(crop.y, crop.bottom)]
        return [strip.crop(crop.x, crop.right) for strip in strips]

    @property
    def text(self) -> list[str]:
        """What stands on the glass, line by line, as the terminal shows it."""
        return [strip.text for strip in self._strips]
