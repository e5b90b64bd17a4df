"""A list of people over as many pages as it takes: rows of one height, none ever cut in two or off the page.

The rows are put on the canvas directly: reportlab's Table sets each cell by itself and takes over half again as long
for the same fixed heights, and what makes a value fit its cell has to be known before it is handed over anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm

from reports.fonts import LEADING, Face, fit, typeface
from reports.page import GREY, HAIR, HEADER_FILL, STRIPE_FILL, Align, Sheet
from reports.refusal import PaperRefused, Refusal

ROWS_A_PAGE = 25
_PAD = 1.1 * mm
_HEADER = 8 * mm
_RUNNING = 9 * mm
_ROW = 9 * mm


@dataclass(frozen=True)
class Column:
    """One column: its heading, its width in millimetres, how its values stand and in which face."""

    heading: str
    width: float
    align: Align = Align.LEFT
    face: Face = Face.NARROW
    zigzag: bool = False  # for signatures: odd numbers begin at the left, even ones in the middle


@dataclass(frozen=True, repr=False)
class Line:
    """One row of a list; one that `goes_on` belongs to the row above: same page, same number and person.

    With a `heading` it is no row but what stands over the next ones, across all columns, on their page.
    """

    cells: tuple[str, ...]
    goes_on: bool = False
    heading: str = ""


@dataclass(frozen=True)
class Running:
    """What stands at the head of every page of a list after its first: the paper's name and number, small."""

    left: str
    right: str = ""


@dataclass(frozen=True)
class Measure:
    """The heights, in points, by which rows are shared out over pages; at most `most` rows stand on one.

    Room on the first page and on the others, the table's header, one row, and the tail that follows the last row.
    """

    first: float
    other: float
    header: float
    row: float
    tail: float
    most: int

    def rows(self, room: float) -> int:
        """Return how many rows a page with that room takes."""
        return max(0, min(self.most, int((room - self.header + 0.01) / self.row)))


_TAKEN_ALONG = 5  # rows that go with the signatures to a page of their own, so that these never stand there alone


def share_out(groups: Sequence[int], measure: Measure) -> tuple[int, ...]:
    """Return how many rows each page gets, from groups of rows that stay together; their sum is the number of rows.

    A first page without room gets 0. Where the tail does not fit under the last rows, a few of them go with it.
    """
    pages: list[list[int]] = [[]]
    room = measure.rows(measure.first)
    full = max(1, measure.rows(measure.other))
    for group in _no_longer_than(full, groups):
        if sum(pages[-1]) + group > (room if len(pages) == 1 else full):
            pages.append([])
        pages[-1].append(group)
    last = pages[-1]
    available = (measure.first if len(pages) == 1 else measure.other) - measure.header - sum(last) * measure.row
    if available + 0.01 < measure.tail:
        pages.append([_taken_along(last, max(1, min(_TAKEN_ALONG, measure.rows(measure.other - measure.tail))))])
    return tuple(sum(page) for page in pages)


def _taken_along(last: list[int], most: int) -> int:
    """Take whole groups off a page's end, up to `most` rows; part a group that is larger than that."""
    along = 0
    while last and along + last[-1] <= most:
        along += last.pop()
    if not along:
        last[-1] -= most
        along = most
    return along


def _no_longer_than(full: int, groups: Sequence[int]) -> list[int]:
    """Split groups that no page could hold whole."""
    shares: list[int] = []
    for group in groups:
        while group > full:
            shares.append(full)
            group -= full
        shares.append(group)
    return shares


def draw_list(
    sheet: Sheet,
    columns: Sequence[Column],
    lines: Sequence[Line],
    running: Running,
    *,
    tail: float = 0.0,
    row_height: float = _ROW,
    rows_a_page: int = ROWS_A_PAGE,
) -> None:
    """Draw the rows from `sheet.y` downwards and over further pages, the header on each; `y` ends under the last row.

    `tail` is the height of what follows (totals, signatures): room for it is left under the last rows. Raises
    PaperRefused when there is no row.
    """
    if not lines:
        raise PaperRefused(Refusal.EMPTY_LIST)
    whole = sheet.top - sheet.bottom - _RUNNING
    row = min(row_height, (whole - _HEADER) / rows_a_page)
    measure = Measure(sheet.room, whole, _HEADER, row, tail, rows_a_page)
    table = _Table(sheet, columns, row)
    begin = 0
    for page, share in enumerate(share_out(_groups(lines), measure)):
        if page:
            sheet.next_page()
            draw_running_head(sheet, running)
        if share:
            table.draw(lines[begin : begin + share], begin)
        begin += share


def row_to_fill(sheet: Sheet, rows: int = ROWS_A_PAGE) -> float:
    """Return the row height at which that many rows stand on this page from `sheet.y` on, on small paper too."""
    return min(_ROW, (sheet.room - _HEADER) / rows)


def draw_running_head(sheet: Sheet, running: Running) -> None:
    """Draw a page's small head line: whose list goes on here."""
    half = sheet.width * 0.72
    sheet.fitted(sheet.left, sheet.y, half, 11, running.left, size=8, ink=GREY)
    sheet.fitted(sheet.left + half, sheet.y, sheet.width - half, 11, running.right, size=8, align=Align.RIGHT, ink=GREY)
    sheet.y -= _RUNNING


def _groups(lines: Sequence[Line]) -> list[int]:
    groups: list[int] = []
    under_heading = False
    for line in lines:
        if (line.goes_on or under_heading) and groups:
            groups[-1] += 1
        else:
            groups.append(1)
        under_heading = bool(line.heading)
    return groups


class _Table:
    """The drawing of one page's rows."""

    def __init__(self, sheet: Sheet, columns: Sequence[Column], row: float) -> None:
        self._sheet = sheet
        self._columns = columns
        self._row = row
        scale = sheet.width / sum(column.width for column in columns)
        self._edges = [sheet.left]
        for column in columns:
            self._edges.append(self._edges[-1] + column.width * scale)
        self._shaded = False

    def draw(self, lines: Sequence[Line], begin: int) -> None:
        """Draw header and rows; `begin` is how many rows stood on earlier pages."""
        sheet, row = self._sheet, self._row
        top = sheet.y
        self._draw_header(top)
        y = top - _HEADER
        for line in lines:
            if not line.goes_on:
                self._shaded = not self._shaded
            if not self._shaded:
                sheet.fill(sheet.left, y - row, sheet.width, row, STRIPE_FILL)
            if y < top - _HEADER:
                sheet.rule(y, self._edges[2] if line.goes_on else None, weight=0.25 if line.goes_on else 0.4)
            y -= row
        for place, column in enumerate(self._columns):
            self._draw_column(place, column, lines, top - _HEADER, begin)
        for edge in self._edges:
            sheet.canvas.setStrokeColorRGB(*HAIR)
            sheet.canvas.setLineWidth(0.4)
            sheet.canvas.line(edge, top, edge, y)
        for place, line in enumerate(lines):
            if line.heading:
                self._draw_heading(line.heading, top - _HEADER - place * row)
        sheet.rule(y, weight=0.8, ink=GREY)
        sheet.y = y

    def _draw_heading(self, text: str, top: float) -> None:
        """Draw it over the columns' edges: across the table nothing divides it."""
        sheet, row = self._sheet, self._row
        sheet.fill(sheet.left, top - row, sheet.width, row, STRIPE_FILL)
        for y in (top, top - row):
            sheet.rule(y, weight=0.4)
        width = sheet.width - 2 * _PAD
        sheet.fitted(sheet.left + _PAD, top, width, row, text, Face.NARROW_BOLD, sheet.style.cells)

    def _draw_header(self, top: float) -> None:
        sheet = self._sheet
        sheet.fill(sheet.left, top - _HEADER, sheet.width, _HEADER, HEADER_FILL)
        sheet.rule(top, weight=0.8, ink=GREY)
        sheet.rule(top - _HEADER, weight=0.8, ink=GREY)
        for place, column in enumerate(self._columns):
            left, width = self._edges[place] + _PAD, self._edges[place + 1] - self._edges[place] - 2 * _PAD
            sheet.fitted(left, top, width, _HEADER, column.heading, Face.NARROW_BOLD, sheet.style.cells, Align.CENTRE)

    def _draw_column(self, place: int, column: Column, lines: Sequence[Line], y: float, begin: int) -> None:
        """Draw one column downwards: its face and size change seldom, and that is what costs."""
        sheet, row = self._sheet, self._row
        face, size = typeface(column.face), sheet.style.cells
        left = self._edges[place] + _PAD
        width = self._edges[place + 1] - self._edges[place] - 2 * _PAD
        x = left + width * column.align.value
        for index, line in enumerate(lines):
            text = "" if line.heading else line.cells[place]
            if column.zigzag and not line.heading:
                half = width / 2 if (begin + index) % 2 else 0.0
                sheet.text(left + half, y - row * 0.42, text, Face.NARROW, 7.5, ink=GREY)
            elif text:
                fitted = fit(text, face, size, width, row - 1.2)
                leading = fitted.size * LEADING
                base = y - row / 2 + leading * (len(fitted.lines) - 1) / 2 - fitted.size * 0.36
                for words in fitted.lines:
                    sheet.text(x, base, words, column.face, fitted.size, column.align)
                    base -= leading
            y -= row
