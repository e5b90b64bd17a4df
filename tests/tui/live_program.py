"""A live picture on a real terminal, for the tests that count bytes: each key draws a frame of 40x20 cells.

U draws the next of two portraits, N the one that stands there, E a picture of noise, which no colour can be saved on,
S tells at the head what would be drawn of a frame that comes now.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial

from hw.emulators import pictures
from hw.emulators.faces import Pose
from hw.pictures.pixels import Pixels, pixels
from store.clock import SystemClock
from tui import keys
from tui.app import RekamApp
from tui.frame import FrameScreen
from tui.ink import Look
from tui.keys import Hint
from tui.line import Line
from tui.live import LivePicture
from tui.settings import Settings
from tui.widgets import preview

WIDTH, HEIGHT = 40, 18  # of 40x20 cells what a terminal of 24 lines shows


class LiveScreen(FrameScreen):
    """A picture and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = LivePicture(self)
        faces = [pixels(pictures.frame("NORHAYATI", Pose(), moment), WIDTH, HEIGHT * 2) for moment in (0, 1)]
        noise = Pixels(WIDTH, HEIGHT * 2, random.Random(17).randbytes(WIDTH * HEIGHT * 2 * 3))
        self._frames = [preview.shown(one, Look.choose(colour=True), WIDTH, HEIGHT) for one in (*faces, noise)]
        self._at = 1
        self._told = ""

    def headline(self) -> tuple[str, str]:
        return "READY", self._told

    def work(self, width: int, height: int) -> Sequence[Line]:
        return self.picture.lines

    def hints(self) -> Sequence[Hint]:
        return (
            Hint(keys.AGAIN, "next", partial(self._show, None)),
            Hint(keys.NEXT, "same", lambda: self._show(self._at)),
            Hint(keys.EDIT, "noise", partial(self._show, 2)),
            Hint(keys.AGREES, "due", self._tell),
        )

    def _tell(self) -> None:
        self._told = f"DUE {self.picture.due().value} STILL {self.picture.still}"

    def _show(self, number: int | None) -> None:
        self._at = (1 - self._at if self._at < 2 else 0) if number is None else number
        self.picture.draw([line.copy() for line in self._frames[self._at]])


if __name__ == "__main__":
    RekamApp(None, None, Settings(language="en"), SystemClock(), first=LiveScreen).run(mouse=False)
