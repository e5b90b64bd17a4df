"""What the application draws, twice: by Textual's own bytes, and by the output layer's, each read by an emulator.

A test drives the application without a terminal, so Textual draws nothing; the frames it would have drawn are taken
from where it decides on them, with each of the ways a terminal may colour them in turn. Some frames are dropped before
the layer encodes them, as a slow line drops them.
"""

from __future__ import annotations

import random
from types import TracebackType
from typing import Any

from rich.color import ColorSystem
from rich.control import Control
from textual._compositor import CompositorUpdate
from textual.app import App

from tests.tui.drawn import Drawn
from tui.terminal.abilities import Abilities
from tui.terminal.cells import CellTable, Frame
from tui.terminal.encoder import Encoder

_COLOURS = (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD)
_DROPPED = 0.3


class _Screen:
    """One application's two terminals."""

    def __init__(self, chance: random.Random, columns: int, rows: int) -> None:
        self.size = columns, rows
        self._chance = chance
        self._meant, self._shown = Drawn(columns, rows), Drawn(columns, rows)
        for terminal in (self._meant, self._shown):
            terminal.write("\x1b[?7l")
        self._table = CellTable()
        self._frame = Frame(self._table, columns, rows)
        abilities = Abilities(chance.random() < 0.7, chance.random() < 0.8, chance.random() < 0.8)
        self._encoder = Encoder(self._table, abilities)
        self._begun = False

    def draw(self, written: str) -> None:
        self._meant.write(written.replace("\n", ""))
        self._frame.apply(written)
        if self._begun and self._chance.random() < _DROPPED:
            return
        self._begun = True
        self.look()

    def look(self) -> None:
        self._shown.write(self._encoder.encode(self._frame.rows, self._frame.cursor))
        meant, shown = self._meant.cells(), self._shown.cells()
        for y, (wanted, found) in enumerate(zip(meant, shown, strict=True)):
            assert wanted == found, f"row {y} of {self.size}: {self._meant.screen.display[y]!r}"


class EveryFrame:
    """Looks at every frame drawn while it is entered."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._colours = _COLOURS[seed % len(_COLOURS)]
        self.count = 0
        self._screens: dict[int, _Screen] = {}
        self._faults: list[AssertionError] = []

    def __enter__(self) -> EveryFrame:
        self._display = display = App._display

        def drawn(app: App[Any], screen: Any, renderable: Any) -> None:
            display(app, screen, renderable)
            if isinstance(renderable, CompositorUpdate) and app._running and not app._closed and not app._batch_count:
                self._take(app, renderable)

        App._display = drawn  # type: ignore[method-assign]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        App._display = self._display  # type: ignore[method-assign]

    def hold(self) -> None:
        """Raise what was found; the last frame of each application counts too."""
        if self._faults:
            raise self._faults[0]
        for screen in self._screens.values():
            screen.look()

    def _take(self, app: App[Any], update: CompositorUpdate) -> None:
        console = app.console
        console._color_system = self._colours
        cursor = app.screen.outer_size.clamp_offset(app.cursor_position)
        written = update.render_segments(console) + Control.move_to(*cursor).segment.text
        size = app.size.width, app.size.height
        screen = self._screens.get(id(app))
        if screen is None or screen.size != size:
            screen = self._screens[id(app)] = _Screen(self._chance, *size)
        self.count += 1
        try:
            screen.draw(written)
        except AssertionError as fault:
            self._faults.append(fault)
