"""The book's screens in English: kept as text beside the book, and looked at wherever a test shows one.

The book is Indonesian; each time a running screen was found to be the book's, the same screen, in the same state, is
drawn in English and compared with what is kept; nothing may be cut in it that is whole in Indonesian. `REKAM17_RENEW=1`
keeps what is shown, to be read before it is believed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from textual._context import active_app

from tui import i18n
from tui.app import RekamApp
from tui.frame import FrameScreen
from tui.line import cells

KEPT = Path(__file__).parent / "english"
_WIDTH, _HEIGHT = 80, 24
_FIGURES = str.maketrans(dict.fromkeys("0123456789▀▄█▓▒░", " ") | {chr(dots): " " for dots in range(0x2800, 0x2900)})


def look_at(name: str, shown: Sequence[str], variable: Sequence[tuple[int, int, int]]) -> None:
    """Compare the screen in front, which shows these lines in Indonesian, with the one kept in English."""
    app = active_app.get(None)
    if not isinstance(app, RekamApp) or len(shown) != _HEIGHT or i18n.language() != "id":
        return
    screen = app.screen
    assert isinstance(screen, FrameScreen)
    indonesian_lines = _text(screen)
    i18n.use("en")
    try:
        lines = _text(screen)
    finally:
        i18n.use("id")
    for number, (english, indonesian) in enumerate(zip(lines, indonesian_lines, strict=True), 1):
        whole = english.count("..") <= indonesian.count("..") and cells(english.rstrip()) <= _WIDTH
        assert whole, f"{name} line {number} is cut in English: {english}"
    moves = {number: min(first for line, first, _last in variable if line == number) for number, *_ in variable}
    text = "\n".join(_steady(line, moves.get(number)) for number, line in enumerate(lines, 1)) + "\n"
    file = KEPT / f"{name}.txt"
    if os.environ.get("REKAM17_RENEW") == "1":
        KEPT.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.exists(), f"no English {name} is kept"
    kept = file.read_text(encoding="utf-8")
    assert text.splitlines() == kept.splitlines(), f"{name} in English"


def _text(screen: FrameScreen) -> list[str]:
    return [str(line) for line in screen._lines(_WIDTH, _HEIGHT)]


def _steady(line: str, moves: int | None) -> str:
    """Return a line without what differs from run to run: all from where the book says so on, and figures before it."""
    return line.rstrip() if moves is None else line[: moves - 1].translate(_FIGURES).rpartition("  ")[0].rstrip()
