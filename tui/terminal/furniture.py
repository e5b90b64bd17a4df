"""A glass to be remembered: lines as the terminal gets them on an empty screen, and as a frame reads them back."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from tui.ink import Look
from tui.line import Line
from tui.terminal import first_glass
from tui.terminal.abilities import Abilities
from tui.terminal.cells import CellTable, Frame
from tui.terminal.encoder import Encoder


def keep(lines: Sequence[Line], width: int, look: Look, console: Console) -> None:
    """Remember the lines for the next start; nothing of a person may stand in them."""
    table = CellTable()
    frame = Frame(table, width, len(lines))
    strips = (line.strip(width, look) for line in lines)
    meant = "".join(f"\x1b[{y};1H{strip.render(console)}" for y, strip in enumerate(strips, 1))
    frame.apply(meant)
    written = Encoder(table, Abilities()).encode(frame.rows, (0, 0))
    first_glass.keep(written, meant, width, len(lines))
