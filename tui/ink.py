"""What a cell means, and how a terminal shows it: roles, two palettes, two sets of symbols.

Screens speak in roles only. Colour repeats what a word and a symbol already say, so that the same screen can be read
with NO_COLOR, in sixteen colours and by somebody who tells no red from green.
"""

from __future__ import annotations

import enum
import os
from collections.abc import Mapping
from dataclasses import dataclass

from rich.style import Style


class Ink(enum.Enum):
    """The role of a cell on the screen."""

    NORMAL = "normal"
    VALUE = "value"
    OK = "ok"
    LOOK = "look"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    FRAME = "frame"
    FRAME_LOUD = "frame_loud"
    RULE = "rule"
    KEYCAP = "keycap"
    CURSOR = "cursor"
    PROBLEM = "problem"
    TRAINING = "training"


COLOURS: Mapping[Ink, str] = {
    Ink.NORMAL: "default",
    Ink.VALUE: "bold",
    Ink.OK: "green",
    Ink.LOOK: "yellow",
    Ink.BLOCKED: "bold bright_red",
    Ink.UNKNOWN: "magenta",
    Ink.WAITING: "bright_blue",
    Ink.FRAME: "black on cyan",
    Ink.FRAME_LOUD: "bold black on cyan",
    Ink.RULE: "cyan",
    Ink.KEYCAP: "reverse",
    Ink.CURSOR: "reverse",
    Ink.PROBLEM: "reverse",
    Ink.TRAINING: "black on magenta",
}
"""Sixteen colours, and never bright black: half of the terminals in the field show it as nothing."""

PLAIN: Mapping[Ink, str] = {
    Ink.NORMAL: "default",
    Ink.VALUE: "bold",
    Ink.OK: "default",
    Ink.LOOK: "bold",
    Ink.BLOCKED: "bold",
    Ink.UNKNOWN: "bold",
    Ink.WAITING: "default",
    Ink.FRAME: "reverse",
    Ink.FRAME_LOUD: "reverse bold",
    Ink.RULE: "default",
    Ink.KEYCAP: "reverse",
    Ink.CURSOR: "reverse",
    Ink.PROBLEM: "reverse",
    Ink.TRAINING: "reverse bold",
}
"""What is left under NO_COLOR: bold, reverse, brackets and words."""

CONTRAST: Mapping[Ink, str] = {
    Ink.NORMAL: "bold bright_white on black",
    Ink.VALUE: "bold bright_yellow on black",
    Ink.OK: "bold bright_green on black",
    Ink.LOOK: "bold bright_yellow on black",
    Ink.BLOCKED: "bold bright_white on red",
    Ink.UNKNOWN: "bold bright_magenta on black",
    Ink.WAITING: "bold bright_cyan on black",
    Ink.FRAME: "bold black on bright_white",
    Ink.FRAME_LOUD: "bold black on bright_yellow",
    Ink.RULE: "bold bright_white on black",
    Ink.KEYCAP: "bold black on bright_white",
    Ink.CURSOR: "bold black on bright_white",
    Ink.PROBLEM: "bold black on bright_yellow",
    Ink.TRAINING: "bold black on bright_magenta",
}
"""For tired eyes and bright sun: everything bold, black under all of it, whatever the terminal's own colours are."""

SYMBOL_INK: Mapping[str, Ink] = {
    "√": Ink.OK,
    "►": Ink.VALUE,
    "·": Ink.NORMAL,
    "!": Ink.LOOK,
    "×": Ink.BLOCKED,
    "?": Ink.UNKNOWN,
    "○": Ink.WAITING,
    "~": Ink.LOOK,
    "–": Ink.NORMAL,
    "◊": Ink.LOOK,
}
"""The ten state symbols of the screen book and the role each of them carries."""

ASCII = str.maketrans(
    {
        "√": "v",
        "►": ">",
        "·": ".",
        "×": "x",
        "○": "o",
        "–": "-",
        "◊": "h",
        "─": "-",
        "│": "|",
        "┌": "+",
        "┐": "+",
        "└": "+",
        "┘": "+",
        "═": "=",
        "║": "|",
        "╔": "+",
        "╗": "+",
        "╚": "+",
        "╝": "+",
        "┃": "|",
        "█": "#",
        "▀": '"',
        "▄": "_",
        "▓": "%",
        "▒": ":",
        "░": ".",
        "●": "O",
        "‹": "<",
        "›": ">",
        "→": ">",
        "←": "<",
        "↑": "^",
        "↓": "v",
        "±": "~",
        "…": "~",
    }
    | {chr(dots): "*" for dots in range(0x2801, 0x2900)}
    | {"\u2800": " "}
)
"""One cell for one cell, so that every column stays where it was."""


@dataclass(frozen=True)
class Look:
    """How this terminal shows the roles: made once at start and handed to every line."""

    styles: Mapping[Ink, Style]
    ascii_only: bool = False
    colour: bool = True

    @classmethod
    def choose(cls, *, ascii_only: bool = False, colour: bool | None = None, contrast: bool = False) -> Look:
        """Take the palette and the symbols that the office, NO_COLOR and TERM ask for."""
        if colour is None:
            colour = not os.environ.get("NO_COLOR")
        names = PLAIN if not colour else CONTRAST if contrast else COLOURS
        styles = {ink: Style.parse("" if name == "default" else name) for ink, name in names.items()}
        return cls(styles, ascii_only or os.environ.get("TERM") == "linux", colour)
