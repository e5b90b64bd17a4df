"""A sheet of paper to draw on: its size and margins, its text and rules, its foot with "halaman x dari y".

Text of one page is gathered in one text object and laid over the page's shapes when the page ends: that is quicker than
a string at a time, and no fill ever covers a letter. Nothing here reads markup; prose escapes what it is given.
"""

from __future__ import annotations

import enum
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from reports.fonts import LEADING, Face, fit, one_line, typeface
from reports.page_text import Placed, reader

rl_config.useA85 = 0  # streams as bytes, not as letters: files a fifth smaller, drawn an eighth quicker

_PROSE_LEADING = 1.42

Ink = tuple[float, float, float]
BLACK: Ink = (0.0, 0.0, 0.0)
GREY: Ink = (0.36, 0.38, 0.41)
HAIR: Ink = (0.62, 0.65, 0.69)
HEADER_FILL: Ink = (0.886, 0.910, 0.937)
STRIPE_FILL: Ink = (0.965, 0.973, 0.980)
WHITE: Ink = (1.0, 1.0, 1.0)


class PaperSize(enum.Enum):
    """Paper that offices hold, width and height in millimetres: sheets, half a sheet for slips, the card itself."""

    F4 = (215.0, 330.0)
    A4 = (210.0, 297.0)
    HALF_F4 = (215.0, 165.0)
    CR80 = (85.6, 53.98)


@dataclass(frozen=True)
class Margins:
    """The white around the text, in millimetres; the default is the office's for letters."""

    top: float = 25.0
    bottom: float = 30.0
    left: float = 30.0
    right: float = 20.0


@dataclass(frozen=True)
class Style:
    """How an office wants its papers set: the sizes of running text (9 to 12 points) and of tables' cells (7 to 11).

    `office_first` puts whoever signs for the office at the left, before the others; else he signs at the right margin.
    """

    text: float = 11.0
    cells: float = 9.0
    office_first: bool = False

    @property
    def scale(self) -> float:
        """By how much running text is larger than what papers are laid out for."""
        return self.text / 11.0


class Align(enum.Enum):
    """Which point of a text its x names."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True, repr=False)
class Strong:
    """Words of a paragraph that stand out."""

    text: str


Prose = tuple[str | Strong, ...]


@dataclass(frozen=True)
class SigningField:
    """Where somebody signs a paper electronically: page from 0, box in points (left, low, right, top)."""

    name: str
    page: int
    box: tuple[float, float, float, float]


class _Deferred(Canvas):
    """A canvas that keeps its pages until the last is drawn, so that each can say how many there are."""

    def __init__(self, file: io.BytesIO, size: tuple[float, float]) -> None:
        face = typeface(Face.SANS)
        face.width("0", 1)  # registers the font: reportlab would start every page with Helvetica, which is not embedded
        super().__init__(
            file,
            pagesize=size,
            pageCompression=1,
            invariant=1,
            initialFontName=face.name,  # pyright: ignore[reportArgumentType] - guessed from its default
        )
        self._pages: list[dict[str, Any]] = []
        self.at_foot: Callable[[int, int], None] = lambda page, pages: None

    def showPage(self) -> None:  # noqa: N802
        self._pages.append(dict(self.__dict__))
        self._startPage()  # pyright: ignore[reportAttributeAccessIssue] - set by Canvas in a way no checker sees

    def save(self) -> None:
        pages = self._pages
        for number, page in enumerate(pages, 1):
            self.__dict__.update(page)
            self.at_foot(number, len(pages))
            super().showPage()
        super().save()


class Sheet:
    """One paper being drawn; lengths are points, y grows upwards, `y` is where the next thing begins."""

    def __init__(
        self,
        title: str,
        *,
        size: PaperSize = PaperSize.F4,
        margins: Margins = Margins(),
        training: bool = False,
        foot: tuple[str, ...] | None = (),
    ) -> None:
        self._file = io.BytesIO()
        self.page_width, self.page_height = (length * mm for length in size.value)
        self._canvas = _Deferred(self._file, (self.page_width, self.page_height))
        self._canvas.at_foot = self._draw_foot
        self._canvas.setTitle("".join(c if c.isprintable() else "□" for c in one_line(title)))
        self._canvas.setCreator("Rekam17")
        self._canvas.setAuthor("")
        self._canvas.setSubject("LATIHAN" if training else "")
        self.left = margins.left * mm
        self.right = self.page_width - margins.right * mm
        self.top = self.page_height - margins.top * mm
        self.bottom = margins.bottom * mm
        self.y = self.top
        self.page = 0
        self.signing_fields: list[SigningField] = []
        """Where somebody is to sign electronically; the paper shows nothing there until he has."""
        self.style = Style()
        self._training = training
        self._foot = foot
        self._reader = reader()
        self._first_read = 0 if self._reader is None else len(self._reader.pages)
        self._begin_page()

    @property
    def width(self) -> float:
        """The width between the margins."""
        return self.right - self.left

    @property
    def canvas(self) -> Canvas:
        """Reportlab's canvas, for shapes; they lie under the page's text."""
        return self._canvas

    @property
    def room(self) -> float:
        """The height left above the bottom margin."""
        return self.y - self.bottom

    def _begin_page(self) -> None:
        if self._reader is not None:
            self._reader.begin()
            self._read_page = self._reader.pages[-1]
        self._begin_text()

    def _begin_text(self) -> None:
        self._text = self._canvas.beginText()
        self._font: tuple[str, float] = ("", 0.0)
        self._ink: Ink | None = None
        self._stretch = 1.0

    def text(
        self,
        x: float,
        y: float,
        text: str,
        face: Face = Face.SANS,
        size: float = 11.0,
        align: Align = Align.LEFT,
        ink: Ink = BLACK,
    ) -> float:
        """Put one line with its baseline at y and return its width; letters no font has become boxes."""
        runs = typeface(face).runs(one_line(text))
        width = sum(run.ems for run in runs) * size
        if self._reader is not None:
            self._read_page.append(Placed(x, y, one_line(text), size, align.value))
        writing = self._text
        if ink != self._ink:
            writing.setFillColorRGB(*ink)
            self._ink = ink
        writing.setTextOrigin(x - width * align.value, y)
        for run in runs:
            if (run.font, size) != self._font:
                writing.setFont(run.font, size)
                self._font = (run.font, size)
            if run.stretch != self._stretch:
                writing.setHorizScale(run.stretch * 100)
                self._stretch = run.stretch
            writing.textOut(run.text)
        return width

    def fitted(
        self,
        x: float,
        top: float,
        width: float,
        height: float,
        text: str,
        face: Face = Face.SANS,
        size: float = 11.0,
        align: Align = Align.LEFT,
        ink: Ink = BLACK,
    ) -> None:
        """Put a text into a box whose upper left corner is (x, top), in the middle of its height, made to fit."""
        place = fit(text, typeface(face), size, width, height)
        leading = place.size * LEADING
        # Digits and capitals are about 0.72 of the size high: centred on them a line looks centred.
        y = top - height / 2 + leading * (len(place.lines) - 1) / 2 - place.size * 0.36
        for line in place.lines:
            self.text(x + width * align.value, y, line, face, place.size, align, ink)
            y -= leading

    def paragraph(
        self, parts: Prose, *, size: float = 11.0, indent: float = 0.0, bullet: str = "", justified: bool = True
    ) -> float:
        """Set running text below `y`, with a number or mark in its indent, move `y` under it, return its height."""
        piece = self._prose(parts, size, justified)
        _, height = piece.wrap(self.width - indent, 10_000)
        if bullet:
            self.text(self.left + indent - size * 0.55, self.y - size, bullet, size=size, align=Align.RIGHT)
        piece.drawOn(self._canvas, self.left + indent, self.y - height)
        if self._reader is not None:
            for row, words in enumerate(_lines_of(piece)):
                y = self.y - size - row * size * _PROSE_LEADING
                self._read_page.append(Placed(self.left + indent, y, words, size, 0.0))
        self.y -= height
        return height

    def prose_height(self, parts: Prose, *, size: float = 11.0, indent: float = 0.0) -> float:
        """Return the height that `paragraph` would take."""
        return self._prose(parts, size, justified=True).wrap(self.width - indent, 10_000)[1]

    def _prose(self, parts: Prose, size: float, justified: bool) -> Paragraph:
        typeface(Face.BOLD).width("0", 1)
        sans = typeface(Face.SANS).name
        style = ParagraphStyle(
            "prose",
            fontName=sans,
            bulletFontName=sans,
            fontSize=size,
            leading=size * _PROSE_LEADING,
            alignment=TA_JUSTIFY if justified else TA_LEFT,
        )
        return Paragraph("".join(_markup(part) for part in parts), style)

    def rule(
        self, y: float, x0: float | None = None, x1: float | None = None, weight: float = 0.5, ink: Ink = HAIR
    ) -> None:
        """Draw a line across, from margin to margin unless told otherwise."""
        self._canvas.setStrokeColorRGB(*ink)
        self._canvas.setLineWidth(weight)
        self._canvas.line(self.left if x0 is None else x0, y, self.right if x1 is None else x1, y)

    def fill(self, x: float, y: float, width: float, height: float, ink: Ink) -> None:
        """Fill a rectangle whose lower left corner is (x, y)."""
        self._canvas.setFillColorRGB(*ink)
        self._canvas.rect(x, y, width, height, stroke=0, fill=1)

    def next_page(self) -> None:
        """End this page and begin another at its top."""
        self._canvas.drawText(self._text)
        self._canvas.showPage()
        self.page += 1
        self._begin_page()
        self.y = self.top

    def finish(self) -> bytes:
        """End the paper and return it as a PDF."""
        self._canvas.drawText(self._text)
        self._canvas.showPage()
        self._canvas.save()
        return self._file.getvalue()

    def _draw_foot(self, page: int, pages: int) -> None:
        if self._reader is not None:
            self._read_page = self._reader.pages[self._first_read + page - 1]
        if self._foot is not None:
            self._draw_foot_lines(self._foot, f"Halaman {page} dari {pages}")
        if self._training:
            _draw_training_mark(self._canvas, self.page_width, self.page_height)

    def _draw_foot_lines(self, foot: tuple[str, ...], mark: str) -> None:
        self._begin_text()
        y = self.bottom - 9 * mm
        self.rule(y + 4.2 * mm, weight=0.4)
        taken = self.text(self.right, y, mark, size=8, align=Align.RIGHT, ink=GREY)
        for line, words in enumerate(foot):
            room = self.width - (taken + 6 * mm if line == 0 else 0)
            self.fitted(self.left, y + 8 - line * 10, room, 11, words, size=8 if line == 0 else 6.5, ink=GREY)
        self._canvas.drawText(self._text)


def _lines_of(piece: Any) -> list[str]:
    """Return the lines that a wrapped paragraph was broken into."""
    broken = piece.blPara
    if broken.kind:  # words in several fonts
        return ["".join(word.text for word in line.words).strip() for line in broken.lines]
    return [" ".join(words) for _space, words in broken.lines]


def _markup(part: str | Strong) -> str:
    """Return a piece of prose as reportlab's markup: every run in a font that has its letters, every letter escaped."""
    face = Face.BOLD if isinstance(part, Strong) else Face.SANS
    text = part.text if isinstance(part, Strong) else part
    runs = typeface(face).runs(one_line(text))
    return "".join(f'<font name="{run.font}">{escape(run.text)}</font>' for run in runs)


def _draw_training_mark(canvas: Canvas, width: float, height: float) -> None:
    """Lay LATIHAN across the page from corner to corner, so light that everything under it can be read."""
    face = typeface(Face.BOLD)
    size = min(width / 4.2, height / 3)
    canvas.saveState()
    canvas.setFillColorRGB(0.75, 0.10, 0.45)
    canvas.setFillAlpha(0.09)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(52 if height > width else 32)
    face.width("LATIHAN", size)
    canvas.setFont(face.name, size)
    canvas.drawCentredString(0, -size * 0.36, "LATIHAN")
    canvas.restoreState()
