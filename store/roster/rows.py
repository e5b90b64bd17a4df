"""Which rows are people: everything else between, under and around them is passed over.

Titles, page headers, running numbers under a header, section lines, totals, signature blocks and blank rows are not
rows of a list, and nothing is said about them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from store.roster.headers import Header, is_header_word
from store.roster.person import parse_sex
from store.roster.text import LONGEST, Cell, is_number, shown, value

_TOTAL = re.compile(r"(sub\s*|grand\s*)?(jumlah|total|jml|rekap\w*|rata-rata)\b", re.IGNORECASE)
_CLOSING = re.compile(
    r"(mengetahui|menyetujui|disahkan|diketahui|dibuat oleh|yang membuat|kepala\b|wali kelas|guru kelas|operator|"
    r"petugas|nip\b|nip\.|nuptk|nrp\b|ketua|sekretaris|plt\b|plh\b|a\.?n\.?\s*(?:kepala|bupati)|catatan|keterangan|ket\b|"
    r"dicetak|tanggal cetak|tgl cetak|tanggal unduh|hal(?:aman)?\.?\s*\d|laki-?\s?laki\b|perempuan\b|tanda tangan|"
    r"ttd\b|stempel|sumber\s*:|page\s*\d|\*)",
    re.IGNORECASE,
)
_SECTION = re.compile(r"(?:kelas|rombel|rombongan belajar)\s*[:\-]?\s*(\S.{0,40})", re.IGNORECASE)


def at(header: Header, cells: Sequence[Cell], field: str) -> Cell:
    """Return a row's cell of a field, None where it has none."""
    index = header.fields.get(field)
    return cells[index] if index is not None and index < len(cells) else None


def is_header_row(header: Header, cells: Sequence[Cell]) -> bool:
    """Tell a header that is repeated on a page from data: most of its cells are words of a header."""
    name = at(header, cells, "name")
    if value(name) is not None and not is_header_word(name):
        return False
    texts = [cell for cell in cells if value(cell) is not None]
    known = sum(is_header_word(cell) for cell in texts)
    return known >= 2 and known * 10 >= len(texts) * 6


def is_numbering(cells: Sequence[Cell]) -> bool:
    """Tell the row of column numbers under a header: 1, 2, 3 or (1), (2), (3) or -1, -2, -3."""
    numbers: list[int] = []
    for cell in cells:
        text = value(cell)
        if text is None:
            continue
        match = re.fullmatch(r"\(?-?(\d{1,3})\)?", text[:8])
        if match is None:
            return False
        numbers.append(int(match[1]))
    return len(numbers) >= 3 and all(after - before in (0, 1, 2) for before, after in itertools.pairwise(numbers))


def section(header: Header, cells: Sequence[Cell]) -> str | None:
    """Return the class that a line such as "KELAS XII IPA 1" announces for the rows under it."""
    texts = [text for cell in cells if (text := value(cell)) is not None]
    if len(texts) in (1, 2, 3) and (match := _SECTION.fullmatch(re.sub(r"\s*:\s*", " : ", " ".join(texts))[:80])):
        return match[1].strip(" :")
    return None


def is_person(header: Header, cells: Sequence[Cell], *, trailing: bool) -> bool:
    """Tell a person's row, taken or refused, by what stands in the columns; `trailing` is past the list's end."""
    ids = _evidence(header, cells, ("nik", "nisn", "kk"))
    marks = _evidence(header, cells, ("birth_date", "sex"))
    numbered = _has_number(header, cells)
    name = value(at(header, cells, "name"))
    certain = numbered or marks >= 2 or (ids and marks)
    if not certain and speaks(header, cells):
        return False
    if name is None:
        return ids + marks >= 1 and ids + marks + numbered >= 2 and not (ids == 0 and speaks(header, cells))
    if is_header_word(name) and not ids and not marks:
        return False
    if ids or marks or (numbered and not trailing):
        return not trailing or ids + marks + numbered >= 2
    filled = sum(value(at(header, cells, field)) is not None for field in header.fields if field != "name")
    if trailing or ":" in name or not any(letter.isalpha() for letter in name):
        return False
    return filled >= 2 or header.number is None


def is_strong(header: Header, cells: Sequence[Cell]) -> bool:
    """Tell a row that can be nothing but a person's: a name and another column, or two, hold what only people have."""
    found = _evidence(header, cells, ("nik", "nisn", "kk", "birth_date", "sex"))
    if found + _has_number(header, cells) >= 2:
        return True
    return found == 1 and value(at(header, cells, "name")) is not None and not speaks(header, cells)


def _evidence(header: Header, cells: Sequence[Cell], fields: Sequence[str]) -> int:
    return sum(_is_evidence(field, at(header, cells, field)) for field in fields if field in header.fields)


def _is_evidence(field: str, cell: Cell) -> bool:
    """Tell whether a cell holds what only a person's row has there, right or wrong."""
    text = value(cell)
    if text is None or _CLOSING.match(text):
        return field == "sex" and parse_sex(text or "") is not None
    text = text[:LONGEST]
    digits = sum(letter.isdigit() for letter in text)
    if field == "sex":
        return parse_sex(text) is not None
    if field == "birth_date":
        return not isinstance(cell, (str, int, float)) or digits >= 4
    letters = sum(letter.isalpha() for letter in text)
    return (digits >= (5 if field == "nisn" else 8) and letters <= 2) or (is_number(cell) and digits >= 5)


def _has_number(header: Header, cells: Sequence[Cell]) -> bool:
    if header.number is None or header.number >= len(cells):
        return False
    return re.fullmatch(r"\d{1,6}\.?", shown(cells[header.number])[:8]) is not None


def speaks(header: Header, cells: Sequence[Cell]) -> bool:
    """Tell a row of words about the list (totals, signatures) from a row of the list."""
    own = header.fields.get("sex")
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and index != own:
            text = shown(cell[:LONGEST])
            if _TOTAL.match(text) or _CLOSING.match(text):
                return True
    return False
