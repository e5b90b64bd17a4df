"""A SIAK export: flat lists and population books (BIP), whose families stand in blocks under lines of their own.

Which edition it is follows from headers and blocks, never from fixed cells. A row that is neither person, family,
header nor page dressing is reported: in an official export nothing may vanish without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from store.roster.headers import Header, Row, header_at
from store.roster.numbers import sixteen_digits, ward
from store.roster.person import KK_WEAR, PersonRow
from store.roster.rows import at, is_header_row, is_numbering, is_person, speaks
from store.roster.school import under
from store.roster.text import LONGEST, Cell, brief, shown, value
from store.roster.types import Edition, Fault, ListKind, Problem, Unreadable, UnreadableFile
from store.rules import Stage, stage

MOST_STRANGE_ROWS = 10_000
_KK_LABEL = re.compile(r"(?:no|nomor)\.?\s*(?:kk|kartu keluarga)\b\s*:?\s*([0-9\s]*)", re.IGNORECASE)
_WARDS = re.compile(r"\bRT\s*[/.]?\s*RW\s*:?\s*([0-9]{1,3}|-)?\s*/\s*([0-9]{1,3}|-)?", re.IGNORECASE)
_WARDS_APART = re.compile(r"\bRT\s*[:.]?\s*([0-9]{1,3}|-)\s*[,/]?\s*RW\s*[:.]?\s*([0-9]{1,3}|-)", re.IGNORECASE)
_ADDRESS = re.compile(r"\balamat\s*:\s*", re.IGNORECASE)
_HAMLET = re.compile(r",?\s*\b(?:nama\s+)?dusun\s*:\s*", re.IGNORECASE)
_LABEL = re.compile(r"[^:]{2,40}:\s*")
_LIVING = re.compile(
    r"(hidup|mati|meninggal|pindah|datang|aktif|non ?aktif|tidak valid|valid|ganda|wafat)\b", re.IGNORECASE
)
_PLACES = {"KECAMATAN": "district", "DESA/KELURAHAN": "village", "KELURAHAN/DESA": "village", "DESA": "village",
           "KELURAHAN": "village", "DESA/KEL": "village"}  # fmt: skip


@dataclass
class SiakPeople:
    """The people of an export while they are read; `edition` and `problems` are whole when the iterator has ended."""

    header: Header
    rows: Sequence[Row]
    today: date

    def __post_init__(self) -> None:
        self.problems: list[Problem] = []
        self._blocks = False
        self._family: dict[str, str] = {}
        self._labels: dict[int, str] = {}
        self.header = with_status(self.header, under(self.header, self.rows))

    @property
    def edition(self) -> Edition:
        """The known layout this export has, as far as it was read."""
        if self._blocks:
            return Edition.BIP_KTPEL if "status_code" in self.header.fields else Edition.BIP_2016
        return Edition.FLAT if "kk" in self.header.fields else Edition.OTHER

    def __iter__(self) -> Iterator[tuple[Header, Row, PersonRow]]:
        places = _title_places([cells for number, cells in self.rows if number < self.header.row])
        body = under(self.header, self.rows)
        for index, (number, cells) in enumerate(body):
            if is_numbering(cells) or self._is_family(number, cells):
                continue
            if is_header_row(self.header, cells):
                self._repeat(body, index)
                continue
            if is_person(self.header, cells, trailing=False):
                reader = PersonRow(
                    self.header, number, cells, kind=ListKind.SIAK, today=self.today, defaults=places | self._family
                )
                yield self.header, (number, cells), reader
            elif found := _title_places([cells]):
                places |= found
            elif not speaks(self.header, cells) and not _is_dressing(cells):
                text = next(text for cell in cells if (text := shown(cell)))
                self.problems.append(Problem(number, None, None, brief(text), Fault.ROW_NOT_UNDERSTOOD))
                if len(self.problems) > MOST_STRANGE_ROWS:
                    raise UnreadableFile(Unreadable.TOO_MANY_PROBLEMS)

    def _repeat(self, body: Sequence[Row], index: int) -> None:
        """Take over a repeated header whose columns moved."""
        again = header_at(body, index, self.header.depth, ListKind.SIAK)
        if again is not None and again.score * 3 >= self.header.score * 2:
            again = with_status(again, body[index + again.depth :])
            if again.fields != self.header.fields:
                self.header = again

    def _is_family(self, number: int, cells: Sequence[Cell]) -> bool:
        """Take in a family's line, or the labels above such lines, and tell whether this was one."""
        if "kk" in self.header.fields:
            return False
        texts = {place: text for place, cell in enumerate(cells) if (text := value(cell))}
        if not texts:
            return False
        first = min(texts)
        label = _KK_LABEL.match(texts[first])
        if label is not None:
            digits = "".join(label[1].split())
            if not digits and (following := [text for place, text in texts.items() if place > first]):
                digits = "".join(following[0].split()) if following[0].replace(" ", "").isdigit() else ""
            if not digits:  # only labels: the values stand in the rows under them
                if ":" not in texts[first]:
                    return False
                self._labels = {place: text for place, text in texts.items() if _LABEL.fullmatch(text)}
                self._family = {}
                self._blocks = True
                return True
            rest = [texts[first][label.end() :], *(text for place, text in texts.items() if place != first)]
            self._start_family(number, digits, [text for text in rest if _tells_address(text)])
            return True
        nik = value(at(self.header, cells, "nik"))
        alone = first != self.header.fields.get("nik") and first != self.header.fields.get("name")
        if alone and re.fullmatch(r"\d{16}", texts[first]) and not (nik and nik.strip().isdigit()):
            columns = [place for place, text in self._labels.items() if text.lower().startswith("alamat")]
            address = [texts[place] for place in columns if place in texts]
            self._start_family(
                number, cells[first], address or [text for text in texts.values() if _tells_address(text)]
            )
            return True
        return False

    def _start_family(self, number: int, kk: Cell, addresses: Sequence[str]) -> None:
        self._blocks = True
        digits, wear = sixteen_digits(kk)
        self._family = {"kk": digits} if digits else {}
        if wear is not None:
            self.problems.append(Problem(number, "kk", None, brief(shown(kk)), KK_WEAR[wear]))
        for text in addresses:
            self._family |= _address(text[:LONGEST])


def _tells_address(text: str) -> bool:
    return any(pattern.search(text[:LONGEST]) for pattern in (_ADDRESS, _WARDS, _WARDS_APART))


def _address(text: str) -> dict[str, str]:
    """Take a family's address line apart: what comes before hamlet and RT/RW is the address."""
    found: dict[str, str] = {}
    label = _ADDRESS.search(text)
    text = text[label.end() :] if label else text
    wards = _WARDS.search(text) or _WARDS_APART.search(text)
    if wards:
        for field, digits in (("rt", wards[1]), ("rw", wards[2])):
            if digits and (number := ward(digits)):
                found[field] = number
    ends = [match.start() for match in (wards, _HAMLET.search(text)) if match]
    address = (text[: min(ends)] if ends else text).strip(" ,")
    if value(address) and not _LABEL.fullmatch(text):
        found["address"] = address
    return found


def _title_places(above: Sequence[Sequence[Cell]]) -> dict[str, str]:
    """Read district and village from title lines such as "KECAMATAN : BATUKLIANG"."""
    found: dict[str, str] = {}
    for cells in above:
        texts = [text for cell in cells if (text := shown(cell))]
        for index, text in enumerate(texts):
            label, colon, rest = text[:LONGEST].partition(":")
            field = _PLACES.get(re.sub(r"\s*/\s*", "/", label.strip().upper()))
            if field is None:
                continue
            following = [other.strip(": ") for other in texts[index + 1 : index + 3] if other.strip(": ")]
            name = rest.strip() if colon and rest.strip() else (following[0] if following else "")
            if value(name) and (colon or (index + 1 < len(texts) and texts[index + 1].startswith(":"))):
                found[field] = name
    return found


def has_families(rows: Sequence[Row]) -> bool:
    """Tell whether lines of their own announce families by their number, as only population books have them."""
    return any(
        _KK_LABEL.match(text) is not None and ":" in text
        for _, cells in rows
        if (text := next((text for cell in cells if (text := value(cell))), ""))
    )


def with_status(header: Header, rows: Sequence[Row]) -> Header:
    """Decide by its values what a column called just "Status" means: alive or moved, recorded, or neither."""
    place = header.bare_status
    if place is None or place in header.fields.values():
        return header
    values = [text for _, cells in rows[:500] if place < len(cells) and (text := value(cells[place]))]
    living = sum(_LIVING.match(text) is not None for text in values)
    recorded = sum(stage(text[:LONGEST]) is not Stage.UNKNOWN for text in values)
    field = "living_status" if living * 2 > len(values) else "status_code" if recorded * 2 > len(values) else None
    if field is None or field in header.fields:
        return header
    return replace(header, fields={**header.fields, field: place})


def _is_dressing(cells: Sequence[Cell]) -> bool:
    """Tell what a page has around its table: a title line, a colon's label and value, a page number."""
    texts = [text for cell in cells if (text := value(cell))]
    if not texts:
        return True
    first = texts[0].upper()
    return first.startswith(
        ("BUKU INDUK", "PROVINSI", "KABUPATEN", "KOTA", "PERIODE", "DAFTAR", "LAPORAN", "PEMERINTAH")
    ) or (len(texts) == 1 and re.fullmatch(r"\d{1,4}(\s*(/|dari)\s*\d{1,4})?", texts[0]) is not None)
