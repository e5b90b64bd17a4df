"""The square code on a paper by which an office tells, without a network, whether number, count and list agree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import segno

from reports.page import BLACK, WHITE, Sheet

_QUIET = 2  # modules of white around the code; the paper's own margin is white as well


@dataclass(frozen=True)
class CheckCode:
    """What the code says: document number, how many it covers, digest of what it lists. Never a NIK."""

    number: str
    count: int
    digest: str

    @property
    def payload(self) -> str:
        """The text in the code, one field a line; what cannot be encoded at all becomes a question mark."""
        number = " ".join(self.number.encode(errors="replace").decode().split())
        return f"REKAM17\n{number}\n{self.count}\n{self.digest[:32]}"


def digest_of(rows: Iterable[tuple[str, ...]]) -> str:
    """Return a SHA-256 in hex over rows of text; every value carries its length, so that no two lists run together."""
    state = hashlib.sha256()
    for row in rows:
        state.update(b"%d;" % len(row))
        for value in row:
            raw = value.encode("utf-8", "surrogatepass")
            state.update(b"%d:" % len(raw))
            state.update(raw)
    return state.hexdigest()


def draw_code(sheet: Sheet, code: CheckCode, x: float, y: float, side: float) -> None:
    """Draw the code with its lower left corner at (x, y), as rectangles: an image would not stay sharp."""
    matrix = segno.make(code.payload, error="m", micro=False).matrix
    module = side / (len(matrix) + 2 * _QUIET)
    sheet.fill(x, y, side, side, WHITE)
    path = sheet.canvas.beginPath()
    for row, bits in enumerate(matrix):
        bottom = y + side - (row + 1 + _QUIET) * module
        start = None
        for column, bit in enumerate((*bits, 0)):
            if bit and start is None:
                start = column
            elif not bit and start is not None:
                # Rows overlap by a hair, or a screen shows white lines between them.
                path.rect(x + (start + _QUIET) * module, bottom, (column - start) * module, module * 1.02)
                start = None
    sheet.canvas.setFillColorRGB(*BLACK)
    sheet.canvas.drawPath(path, stroke=0, fill=1)
