"""The first glass: the furniture of the login stands on the screen before Textual is imported.

A third of a second of imports looks like a program that hangs. So the empty login is remembered, never a person, and
put up by the program's first lines; what is typed meanwhile stays in the terminal. The driver takes the glass over, and
its first frame is a difference to it. Nothing that takes time is imported here: no typing, dataclasses or pathlib.
"""

from __future__ import annotations

import os
import sys
import termios
import zlib
from collections.abc import Sequence
from contextlib import suppress

_PARTS = "\0"
_MOST = 65_536
_UP = "\x1b[?1049h\x1b[?25l\x1b[?7l"
_DOWN = "\x1b[?7h\x1b[?25h\x1b[?1049l"
_SWITCHES = ("--training", "--ascii")
_WITH_A_VALUE = ("--data", "--lang")


class FirstGlass:
    """What stands on the terminal, as a frame reads it, and the terminal's settings before."""

    def __init__(self, columns: int, rows: int, frame: str, attributes: list[int | list[bytes | int]]) -> None:
        self.columns = columns
        self.rows = rows
        self.frame = frame
        self.attributes = attributes


_shown: FirstGlass | None = None


def show(arguments: Sequence[str]) -> None:
    """Put the remembered glass up, if these arguments open the screens and one of this size is remembered."""
    global _shown
    if os.environ.get("REKAM17_DRIVER") == "textual" or not _opens_the_screens(arguments):
        return
    try:
        if not (os.isatty(0) and os.isatty(1) and os.isatty(2)):
            return
        columns, rows = os.get_terminal_size(2)
        with open(_file(arguments, columns, rows), encoding="utf-8", newline="") as file:
            written, separator, frame = file.read(_MOST).partition(_PARTS)
        if not separator:
            return
        attributes = termios.tcgetattr(0)
        raw = termios.tcgetattr(0)
        raw[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        raw[1] &= ~termios.OPOST
        raw[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        termios.tcsetattr(0, termios.TCSANOW, raw)
        _shown = FirstGlass(columns, rows, frame, attributes)
        os.write(2, (_UP + written).encode())
    except (OSError, termios.error, UnicodeError):
        return


def claim() -> FirstGlass | None:
    """Take over what stands there; whoever does gives the terminal back."""
    global _shown
    taken, _shown = _shown, None
    return taken


def take_down() -> None:
    """Give the terminal back as it was, unless the driver has taken the glass over."""
    glass = claim()
    if glass is not None:
        with suppress(OSError, termios.error):
            os.write(2, _DOWN.encode())
            termios.tcsetattr(0, termios.TCSANOW, glass.attributes)


def keep(written: str, frame: str, columns: int, rows: int) -> None:
    """Remember a glass for the next start with these arguments on a terminal of that size; a full disk does not matter.

    `written` draws it on an empty screen, `frame` says the same as Textual would.
    """
    file = _file(sys.argv[1:], columns, rows)
    content = written + _PARTS + frame
    with suppress(OSError), open(file, encoding="utf-8", newline="") as before:
        if before.read(_MOST) == content:
            return
    with suppress(OSError):
        os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
        beside = f"{file}.{os.getpid()}"
        with open(beside, "w", encoding="utf-8", newline="") as new:
            new.write(content)
        os.replace(beside, file)


def _opens_the_screens(arguments: Sequence[str]) -> bool:
    left = list(arguments)
    while left:
        one = left.pop(0)
        if one in _WITH_A_VALUE and left and (one != "--lang" or left[0] in ("id", "en")):
            left.pop(0)
        elif one not in _SWITCHES:
            return False
    return True


def _file(arguments: Sequence[str], columns: int, rows: int) -> str:
    """Return the file of a glass: what it looks like depends on the arguments, the terminal and its colours."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    facts = (*arguments, *(os.environ.get(name, "") for name in ("TERM", "NO_COLOR", "COLORTERM")))
    mark = zlib.crc32(_PARTS.join(facts).encode("utf-8", "replace"))
    return os.path.join(cache, "rekam17", f"first-glass-{columns}x{rows}-{mark:08x}")
