"""One line of cells: text put at columns, measured as a terminal measures it.

Columns count from 0, as in a mock-up of the screen book read as a Python string: the list cursor stands in 3, text
starts in 5. Everything on the screen passes through here, so this is also where data loses its control characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Self

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.ink import ASCII, SYMBOL_INK, Ink, Look

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
Paint = Ink | Style
"""What a cell looks like: by its role, or, in a picture and nowhere else, in a colour of its own."""
_CONTROLS = [
    *range(0x20),
    *range(0x7F, 0xA0),
    0x061C,  # Arabic letter mark
    *range(0x200E, 0x2010),  # left-to-right, right-to-left mark
    *range(0x2028, 0x202F),  # line and paragraph separators, embeddings, overrides
    *range(0x2060, 0x2070),  # word joiner, isolates, deprecated format characters
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),  # tags
    *range(0xD800, 0xE000),  # lone surrogates, which no terminal encoding can carry
]
_GUARD = dict.fromkeys(_CONTROLS, REPLACEMENT)


_NARROW = frozenset("─│┌┐└┘├┤┬┴┼═║╔╗╚╝►◄▲▼√×·–…●○◊■□█▀▄▌▐░▒▓←→↑↓±•")
"""What our own screens are drawn with: one cell each, known without the tables of a library that takes time to load."""
_EVEN = _NARROW | {chr(code) for code in range(0x20, 0x7F)}
"""Nearly all there is to draw: what consists of these alone is laid out without looking at each character."""


def guard(text: str) -> str:
    """Return the text with every C0, DEL, C1, bidi and invisible control as U+FFFD.

    A name is data from a stranger's file: an ESC in it would reach the terminal as a command.
    """
    return text if _EVEN.issuperset(text) else text.translate(_GUARD)


def is_narrow(text: str) -> bool:
    """Tell whether each character is known to take one cell by itself; False also where nobody looked."""
    return _EVEN.issuperset(text)


def clusters(text: str) -> Iterator[tuple[str, int]]:
    """Split guarded text into what takes one or two cells, combining marks kept with the character they sit on."""
    held, width = "", 0
    for character in text:
        cells = 1 if character.isascii() or character in _NARROW else _width(character)
        if cells <= 0 or (held and unicodedata.combining(character)):
            held = held + character if held else " " + character
            width = width or 1
            continue
        if held:
            yield held, width
        held, width = character, cells
    if held:
        yield held, width


def _width(character: str) -> int:
    """Look a character up; only names and words of other alphabets get here, seldom before the login."""
    from wcwidth import wcwidth

    return wcwidth(character)


def cells(text: str) -> int:
    """Return how many cells the text takes on the screen, controls counted as the one cell they will be shown in."""
    if _EVEN.issuperset(text):
        return len(text)
    return sum(width for _, width in clusters(guard(text)))


def cut(text: str, width: int) -> str:
    """Return the text in at most `width` cells, its end replaced by two dots where it is longer."""
    text = guard(text)
    if cells(text) <= width:
        return text
    if width <= 2:
        return "." * max(width, 0)
    kept: list[str] = []
    room = width - 2
    for cluster, size in clusters(text):
        if size > room:
            break
        kept.append(cluster)
        room -= size
    return "".join(kept) + ".."


def wrap(text: str, width: int) -> list[str]:
    """Break a sentence of ours at spaces into lines of at most `width` cells; a longer word is broken where it must."""
    lines: list[str] = []
    for word in guard(text).split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += " " + word
            continue
        while cells(word) > width:
            head = ""
            for cluster, size in clusters(word):
                if head and cells(head) + size > width:
                    break
                head += cluster
            lines.append(head)
            word = word[len(head) :]
        if word:
            lines.append(word)
    return lines


class Line:
    """One line of the screen being built: a cell holds a character with its marks and a role."""

    __slots__ = ("_inks", "_texts")

    def __init__(self, text: str = "", ink: Ink = Ink.NORMAL) -> None:
        self._texts: list[str] = []
        self._inks: list[Paint] = []
        if text:
            self.put(0, text, ink)

    def put(
        self, column: int, text: str, ink: Paint = Ink.NORMAL, width: int | None = None, *, right: bool = False
    ) -> Self:
        """Place text at a column, over what was there; with a width it is cut with two dots, or aligned right."""
        if width is not None:
            text = cut(text, width)
            text = " " * (width - cells(text)) + text if right else text + " " * (width - cells(text))
        else:
            text = guard(text)
        if column >= 0 and _EVEN.issuperset(text):
            self._lay(column, text, ink)
            return self
        for cluster, size in clusters(text):
            if column >= 0:
                self._reach(column + size)
                self._take(column, cluster, ink)
                if size == 2:
                    self._take(column + 1, "", ink)
                    self._texts[column] = cluster
            column += size
        return self

    def state(self, column: int, text: str, width: int | None = None) -> Self:
        """Place a symbol with its word (`√ ada`): the symbol says the role."""
        return self.put(column, text, SYMBOL_INK.get(text[:1], Ink.NORMAL), width)

    def add(self, text: str, ink: Paint = Ink.NORMAL) -> Self:
        """Place text after the last cell."""
        return self.put(len(self._texts), text, ink)

    def paint(self, ink: Ink, start: int = 0, end: int | None = None) -> Self:
        """Give the cells from start to end (the line is lengthened to reach it) one role, and keep their text."""
        if end is not None:
            self._reach(end)
        for column in range(start, len(self._inks) if end is None else end):
            self._inks[column] = ink
        return self

    def over(self, column: int, other: Line) -> Self:
        """Lay another line over this one from a column on, as a dialog lies over the work."""
        for offset, (text, ink) in enumerate(zip(other._texts, other._inks, strict=True)):
            self._reach(column + offset + 1)
            self._take(column + offset, text, ink)
            self._texts[column + offset] = text
        return self

    def crop(self, width: int) -> Line:
        """Return at most the first `width` cells; half of a wide character becomes a space."""
        line: Line = self.copy()
        if len(line._texts) > width:
            if line._texts[width] == "":
                line._texts[width - 1] = " "
            del line._texts[width:], line._inks[width:]
        return line

    def after(self, column: int) -> Line:
        """Return the cells from a column on; half of a wide character becomes a space."""
        line: Line = self.copy()
        if column < len(line._texts) and line._texts[column] == "":
            line._texts[column] = " "
        del line._texts[:column], line._inks[:column]
        return line

    def copy(self) -> Line:
        """Return a line of its own with the same cells."""
        twin = Line()
        twin._texts, twin._inks = self._texts[:], self._inks[:]
        return twin

    def strip(self, width: int, look: Look) -> Strip:
        """Return the line as Textual draws it, exactly `width` cells, with everything unprintable already gone."""
        line: Line = self.crop(width)
        line._reach(width)
        segments: list[Segment] = []
        start = 0
        inks = line._inks
        for column in range(1, width + 1):
            if column == width or inks[column] is not inks[start]:
                text = guard("".join(line._texts[start:column]))
                if look.ascii_only:
                    text = text.translate(ASCII)
                paint = inks[start]
                segments.append(Segment(text, look.styles[paint] if isinstance(paint, Ink) else paint))
                start = column
        return Strip(segments, width)

    def ink_at(self, column: int) -> Paint:
        """Return the role of one cell."""
        return self._inks[column] if column < len(self._inks) else Ink.NORMAL

    def _reach(self, length: int) -> None:
        missing = length - len(self._texts)
        if missing > 0:
            self._texts.extend(" " * missing)
            self._inks.extend([Ink.NORMAL] * missing)

    def _lay(self, column: int, text: str, ink: Paint) -> None:
        """Write text of one cell each; half of a wide character that is cut in two at either end becomes a blank."""
        end = column + len(text)
        self._reach(column)
        texts = self._texts
        if column < len(texts) and texts[column] == "" and column:
            texts[column - 1] = " "
        if end < len(texts) and texts[end] == "":
            texts[end] = " "
        texts[column:end] = text
        self._inks[column:end] = [ink] * len(text)

    def _take(self, column: int, text: str, ink: Paint) -> None:
        """Write one cell, and blank the other half of a wide character that is cut in two by it."""
        if self._texts[column] == "" and column:
            self._texts[column - 1] = " "
        if column + 1 < len(self._texts) and self._texts[column + 1] == "":
            self._texts[column + 1] = " "
        self._texts[column] = text
        self._inks[column] = ink

    def __len__(self) -> int:
        return len(self._texts)

    def __str__(self) -> str:
        return "".join(self._texts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and self._texts == other._texts and self._inks == other._inks

    __hash__ = None  # type: ignore[assignment]  # a line is still being written on

    def __repr__(self) -> str:
        return f"<Line of {len(self._texts)} cells>"


def lines(*texts: str) -> list[Line]:
    """Return plain lines, for the parts of a screen that carry no state."""
    return [Line(text) for text in texts]


def stack(parts: Iterable[Line], height: int) -> list[Line]:
    """Return exactly `height` lines: cut below, or filled with empty ones."""
    held = list(parts)[:height]
    return held + [Line() for _ in range(height - len(held))]
