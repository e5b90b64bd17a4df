"""What stands on a paper's pages as text, for an officer who looks at it before it is printed.

Nothing is read back from the PDF: while somebody reads along, a sheet says what it puts where, and that is laid out on
a grid of letters as wide as it takes for no two texts to run into one another.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

_WIDTHS = (76, 92, 108, 124, 140, 160, 190)
_SAME_ROW = 2.5  # points that two baselines may differ and still be one row
_NO_GAP = 1.9  # of the letters' size: baselines further apart than this have a blank row between them


@dataclass(frozen=True, repr=False, slots=True)
class Placed:
    """A text on a page: `x` in points from the left is its left end, middle or right end, as `align` says (0 to 1)."""

    x: float
    y: float
    text: str
    size: float
    align: float


@dataclass(repr=False)
class Reader:
    """All that sheets put on their pages while somebody read along."""

    pages: list[list[Placed]] = field(default_factory=list)

    def begin(self) -> None:
        """Begin a page."""
        self.pages.append([])


_reading: ContextVar[Reader | None] = ContextVar("who reads along while papers are drawn", default=None)


def reader() -> Reader | None:
    """Return who reads along, None where nobody does."""
    return _reading.get()


@contextmanager
def reading() -> Generator[Reader]:
    """Read along with what is drawn within."""
    along = Reader()
    before = _reading.set(along)
    try:
        yield along
    finally:
        _reading.reset(before)


@dataclass(frozen=True, repr=False)
class Drawn:
    """A paper and what stands on each of its pages, as rows of text of at most `width` letters."""

    paper: bytes
    pages: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """The letters of the longest row."""
        return max((len(row) for page in self.pages for row in page), default=0)


def draw_and_read(draw: Callable[[], bytes]) -> Drawn:
    """Draw a paper and read its pages; raises what drawing raises."""
    with reading() as along:
        paper = draw()
    placed = [text for page in along.pages for text in page]
    left = min((text.x for text in placed if not text.align), default=0.0)
    right = max((text.x for text in placed), default=1.0)
    pages: tuple[tuple[str, ...], ...] = ()
    for width in _WIDTHS:
        grid = _Grid(left, max(right - left, 1.0), width)
        pages = tuple(grid.rows(page) for page in along.pages)
        if not grid.crowded:
            break
    return Drawn(paper, pages)


class _Grid:
    """The page as letters; `crowded` once a text had to give way to the one before it."""

    def __init__(self, left: float, span: float, width: int) -> None:
        self._left = left
        self._scale = width / span
        self.crowded = False

    def rows(self, page: Iterable[Placed]) -> tuple[str, ...]:
        """Return the page from top to bottom; rows without text only where the paper leaves room for one."""
        made: list[str] = []
        row: list[Placed] = []
        last: Placed | None = None
        for text in sorted(page, key=lambda one: -one.y):
            if last is not None and last.y - text.y > _SAME_ROW:
                made.append(self._row(row))
                if last.y - text.y > _NO_GAP * max(last.size, text.size):
                    made.append("")
                row = []
            row.append(text)
            last = text
        return (*made, self._row(row)) if row else tuple(made)

    def _row(self, row: list[Placed]) -> str:
        line = ""
        for column, text in sorted((self._column(one), one.text) for one in row):
            if line and column <= len(line):
                self.crowded = True
            line = line.ljust(max(column, len(line) + 1 if line else 0)) + text
        return line.rstrip()

    def _column(self, one: Placed) -> int:
        return max(0, round((one.x - self._left) * self._scale - one.align * len(one.text)))
