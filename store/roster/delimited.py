"""Text files: encoding and delimiter found by looking, rows numbered by the line they begin on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from store.roster.headers import Row, find_header
from store.roster.types import ListKind, Unreadable, UnreadableFile

_DELIMITERS = ",;\t|"
_SAMPLE = 150  # rows by which a delimiter is chosen
_RUNAWAY = 20  # lines one value may span before its opening quote is taken for a mistake


def decode(data: bytes) -> str:
    """Return the file's text: by its mark, as UTF-8, as UTF-16 without a mark, else as Windows wrote it (cp1252).

    Raises UnreadableFile(NOT_A_LIST) for bytes that are no text.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    sample = data[:4096]
    if sample.count(0) > len(sample) // 4:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if min(even, odd) * 8 < max(even, odd):
            return data.decode("utf-16-be" if even > odd else "utf-16-le", "replace")
    binary = sum(byte < 32 and byte not in b"\t\n\r\f\x1a\x1b\x00" for byte in sample)
    if sample.count(0) > len(sample) // 10 or binary > len(sample) // 20:
        raise UnreadableFile(Unreadable.NOT_A_LIST)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_rows(data: bytes, kind: ListKind) -> list[Row]:
    """Return all rows that hold something, split by the delimiter that explains the header best."""
    text = decode(data).replace("\x00", "")
    declared = re.match(r"sep=(.)\r?\n", text)
    if declared and declared[1] in _DELIMITERS:
        return _parse(text, declared[1])[1:]
    delimiter = max(_DELIMITERS, key=lambda candidate: _fitness(text, candidate, kind))
    rows = _parse(text, delimiter)
    return _parse_lines(text, delimiter) if _swallowed(rows, delimiter) else rows


def _swallowed(rows: Sequence[Row], delimiter: str) -> bool:
    """Tell whether a quote that never closes took other rows into its cell."""
    width = max((len(cells) for _, cells in rows), default=0)
    for _, cells in rows:
        for at, cell in enumerate(cells):
            if isinstance(cell, str) and "\n" in cell:
                lines = cell.split("\n", _RUNAWAY)
                rest = width - 1 - at  # delimiters its own row still had
                own = rest > 0 and lines[0].count(delimiter) >= rest
                if own or len(lines) > _RUNAWAY or any(line.count(delimiter) * 2 >= width for line in lines[1:]):
                    return True
    return False


def _fitness(text: str, delimiter: str, kind: ListKind) -> tuple[int, int]:
    """Say how well a delimiter fits: what the header found explains, then how many columns there are."""
    end = _end_of_line(text, _SAMPLE)
    rows = _parse(text[:end], delimiter)
    header = find_header(rows, kind)
    return (header.score if header else 0, max((len(cells) for _, cells in rows), default=0))


def _end_of_line(text: str, count: int) -> int:
    at = 0
    for _ in range(count):
        at = text.find("\n", at) + 1
        if not at or at > 1_000_000:
            return min(len(text), 1_000_000)
    return at


def _parse(text: str, delimiter: str) -> list[Row]:
    csv.field_size_limit(1 << 30)  # one cell of many megabytes costs its own row, not the file
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[Row] = []
    line = 1
    for cells in reader:
        if _holds(cells):
            rows.append((line, cells))
        line = reader.line_num + 1
    return rows


def _parse_lines(text: str, delimiter: str) -> list[Row]:
    """Parse each line on its own; where its quotes do not pair, they are letters like others."""
    rows: list[Row] = []
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        quoting = csv.QUOTE_NONE if line.count('"') % 2 else csv.QUOTE_MINIMAL
        cells = next(csv.reader([line.rstrip("\n")], delimiter=delimiter, quoting=quoting, skipinitialspace=True), [])
        cells = [cell.strip().strip('"') for cell in cells]
        if _holds(cells):
            rows.append((number, cells))
    return rows


def _holds(cells: Sequence[str]) -> bool:
    return any(cell and not cell.isspace() for cell in cells)
