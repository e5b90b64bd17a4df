"""The embedded typefaces of all papers, and how a text is made to fit its place without losing a letter.

Liberation Sans has Arial's measures and is Debian's `fonts-liberation`; where it is not installed reportlab's own Vera
serves. Letters that a face does not have come from DejaVu Sans or Droid Fallback where they are installed; what no
face has is shown as a box, never left out.
"""

from __future__ import annotations

import enum
import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_LIBERATION = Path("/usr/share/fonts/truetype/liberation")
_OTHER_LETTERS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
)
_BOXES = "□◊?"
_VERA_NARROWED = 0.82


class Face(enum.Enum):
    """The four faces papers are set in: running text, its bold, and both narrow for tables' cells."""

    SANS = "LiberationSans-Regular"
    BOLD = "LiberationSans-Bold"
    NARROW = "LiberationSansNarrow-Regular"
    NARROW_BOLD = "LiberationSansNarrow-Bold"


_VERA = {Face.SANS: "Vera", Face.BOLD: "VeraBd", Face.NARROW: "Vera", Face.NARROW_BOLD: "VeraBd"}


class _Widths(dict[str, float]):
    """Width of each letter in ems, read from the font once; one it does not have, or must not draw, is a KeyError."""

    def __init__(self, font: TTFont, stretch: float) -> None:
        super().__init__()
        self._face = font.face
        self._stretch = stretch

    def __missing__(self, letter: str) -> float:
        code = ord(letter)
        # Controls, bidi marks and lone surrogates have glyphs in some fonts, all of them invisible.
        if unicodedata.category(letter)[0] == "C" or code not in self._face.charToGlyph:
            raise KeyError(letter)
        self[letter] = width = self._face.charWidths.get(code, self._face.defaultWidth) / 1000 * self._stretch
        return width


@dataclass(frozen=True, repr=False)
class Run:
    """Letters that one font can draw; `stretch` is the horizontal scale, 1.0 as the font was cut."""

    font: str
    text: str
    stretch: float
    ems: float


class Typeface:
    """One face with what stands in for its missing letters; its file is read when its first letter is asked for."""

    def __init__(self, name: str, path: str, stretch: float = 1.0, others: tuple[Typeface, ...] = ()) -> None:
        self.name = name
        self.stretch = stretch
        self._path = path
        self._others = others

    @cached_property
    def _widths(self) -> _Widths:
        font = TTFont(self.name, self._path)
        pdfmetrics.registerFont(font)
        for bold in (0, 1):
            for italic in (0, 1):
                addMapping(self.name, bold, italic, self.name)
        return _Widths(font, self.stretch)

    def width(self, text: str, size: float) -> float:
        """Return the width of a text in points, as `runs` would draw it."""
        try:
            return sum(map(self._widths.__getitem__, text)) * size
        except KeyError:
            return sum(run.ems for run in self.runs(text)) * size

    def runs(self, text: str) -> tuple[Run, ...]:
        """Split a text by the fonts that have its letters, boxes for those nobody has, right-to-left words turned.

        Reading direction is only turned, not shaped: letters of such a name stand apart, each as its own.
        """
        try:
            return (Run(self.name, text, self.stretch, sum(map(self._widths.__getitem__, text))),)
        except KeyError:
            pass
        pieces: list[tuple[Typeface, str]] = []
        for letter in _in_visual_order(text):
            face, shown = self._drawn_by(letter)
            if pieces and pieces[-1][0] is face:
                pieces[-1] = (face, pieces[-1][1] + shown)
            else:
                pieces.append((face, shown))
        return tuple(face.runs(piece)[0] for face, piece in pieces)

    def has(self, letter: str) -> bool:
        """Tell whether this face itself can draw the letter visibly."""
        try:
            self._widths[letter]
        except KeyError:
            return False
        return True

    def missing(self, text: str) -> str:
        """Return the letters, each once, that neither this face nor any other has: boxes would stand there."""
        drawn_by = (self, *self._others)
        letters = dict.fromkeys(one_line(text))
        return "".join(letter for letter in letters if not any(face.has(letter) for face in drawn_by))

    def _drawn_by(self, letter: str) -> tuple[Typeface, str]:
        for shown in (letter, *_BOXES):
            for face in (self, *self._others):
                if face.has(shown):
                    return face, shown
        return self, "?"


def _in_visual_order(text: str) -> str:
    """Turn each stretch of right-to-left letters, with the blanks inside it, so that it reads from the right."""
    out: list[str] = []
    turned: list[str] = []
    for letter in text:
        if unicodedata.bidirectional(letter) in ("R", "AL", "NSM") or (turned and letter == " "):
            turned.append(letter)
            continue
        out += _flushed(turned)
        turned = []
        out.append(letter)
    return "".join(out + _flushed(turned))


def _flushed(turned: list[str]) -> list[str]:
    end = len(turned)
    while end and turned[end - 1] == " ":
        end -= 1
    return turned[:end][::-1] + turned[end:]


def one_line(text: str) -> str:
    """Return a text composed (NFC), with every kind of blank as one space: what a line on paper can hold."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if c in "\t\n\v\f\r" or unicodedata.category(c)[0] == "Z" else c for c in composed)


@cache
def typeface(face: Face) -> Typeface:
    """Return a face, the same one at every call."""
    path = _LIBERATION / f"{face.value}.ttf"
    if path.is_file():
        return Typeface(face.value, str(path), others=_other_letters())
    stretch = _VERA_NARROWED if face in (Face.NARROW, Face.NARROW_BOLD) else 1.0
    return Typeface(_VERA[face], f"{_VERA[face]}.ttf", stretch, _other_letters())


@cache
def _other_letters() -> tuple[Typeface, ...]:
    return tuple(Typeface(path.stem, str(path)) for path in _OTHER_LETTERS if path.is_file())


@dataclass(frozen=True, repr=False)
class Fitted:
    """A text that fits: its size in points and its lines."""

    size: float
    lines: tuple[str, ...]


LEADING = 1.16


def fit(text: str, face: Typeface, size: float, width: float, height: float) -> Fitted:
    """Make a text fit a place of `width` x `height` points by rule, never by cutting.

    First one line; then lines broken at blanks; then smaller, a tenth each time; below two thirds of its size words
    are broken too. Every letter of the text is in the lines that come back.
    """
    text = one_line(text)
    if face.width(text, size) <= width:
        return Fitted(size, (text,))
    smallest = size * 2 / 3
    while True:
        lines = _wrapped(text, face, size, width, break_words=size <= smallest)
        if lines and len(lines) * size * LEADING <= height + 0.01:
            return Fitted(size, tuple(lines))
        size *= 0.9


def _wrapped(text: str, face: Typeface, size: float, width: float, *, break_words: bool) -> list[str] | None:
    """Break a text into lines no wider than `width`; None when a word is wider and may not be broken."""
    lines: list[str] = []
    line = ""
    for whole in text.split(" "):
        word = whole
        longer = f"{line} {word}" if line else word
        if face.width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while face.width(word, size) > width and len(word) > 1:
            if not break_words:
                return None
            cut = _letters_in(word, face, size, width)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line or not lines else lines


def _letters_in(word: str, face: Typeface, size: float, width: float) -> int:
    cut = 1
    while cut < len(word) and face.width(word[: cut + 1], size) <= width:
        cut += 1
    return cut
