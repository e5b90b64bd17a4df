"""The school of the screen book, SMA Contoh 1 Paringin: its list with every trap on the row where the book has it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from store.roster.types import RosterPerson
from tui.training.school import _BOYS, _GIRLS, _SECOND

DAY = date(2026, 11, 23)
MAPPING = {
    "name": "Nama",
    "nik": "NIK",
    "birth_date": "Tanggal Lahir",
    "birth_place": "Tempat Lahir",
    "sex": "JK",
    "class_name": "Rombel Saat Ini",
    "father": "Data Ayah › Nama",
    "mother": "Data Ibu › Nama",
}
"""What the school's list of another year became: the certificate's number had no column then."""

_OTHERS = (
    "No", "NIPD", "Dusun", "Kode Pos", "Jenis Tinggal", "Alat Transportasi", "Telepon", "HP", "E-Mail", "SKHUN",
    "Penerima KPS", "No. KPS", "No Peserta Ujian Nasional", "No Seri Ijazah", "Penerima KIP", "Nomor KIP",
    "Nama di KIP", "Nomor KKS", "Bank", "Nomor Rekening Bank", "Rekening Atas Nama", "Layak PIP", "Alasan Layak PIP",
    "Kebutuhan Khusus", "Sekolah Asal", "Lintang", "Bujur", "Berat Badan",
)  # fmt: skip
_FIRST_ROW, _ROWS = 7, 388
_IPA1, _IPA2, _IPS1, _IPS2 = "XII IPA 1", "XII IPA 2", "XII IPS 1", "XII IPS 2"

Cells = tuple[Any, str, str, str, str, Any, str]
"""Name, sex, birth date as it stands, class, mother, NIK as it stands, certificate."""


def _iso(day: int, month: int, year: int) -> date:
    return date(year, month, day)


def nik(born: date, sex: str, serial: int) -> str:
    return f"631106{born.day + 40 * (sex == 'P'):02d}{born:%m%y}{serial:04d}"


def fillers() -> Iterator[str]:
    """Yield names of two words that nobody else has."""
    taken = {"AHMAD RIPANI", "NOOR LAILA", "HALIMATUS SA'DIYAH", "NOOR AINI", "AKHMAD MAULANA", "ABDUL HADI"}
    pairs = itertools.product((*_GIRLS, *_BOYS), (second for second in _SECOND if second.isalpha()))
    return (name for name in (" ".join(pair) for pair in pairs) if name not in taken)


TRAPS: dict[int, tuple[Any, ...]] = {
    7: ("AKHMAD MAULANA", "L", date(2009, 11, 11), _IPA1, "MASTUAH", "6311061111099001"),
    14: ("MUHAMMAD RIZKI", "L", date(2010, 2, 3), _IPA2, "MASITAH", "6311060302109017"),
    52: ("HASANAH", "P", date(2009, 7, 7), _IPA2, "JUMRAH", "6311064707099005"),
    53: ("HUSNA", "P", date(2009, 7, 7), _IPA2, "JUMRAH", "6311064707099006"),
    77: ("GT. MUHAMMAD RAMADHANI", "L", date(2009, 9, 1), _IPA1, "BARKAH", "6311060109099003"),
    103: ("SALASIAH", "P", date(2009, 3, 17), _IPS2, "ARBAYAH", "631106570309900"),
    140: ("M. SYAHRANI", "L", date(2010, 1, 28), _IPA2, "RUSNAH", "6,31E+15"),
    151: ("ABDUL HADI", "L", date(2010, 6, 2), _IPA1, "NORSEHAN", 6311060206109010),
    188: ("NOOR LAILA", "L", date(2009, 12, 24), _IPA2, "MISRAH", "6311066412099012"),
    201: ("MUHAMMAD RIZKI", "L", date(2009, 8, 19), _IPS1, "RUSMINI", "6311061908099018"),
    240: ("RAUDATUL JANNAH", "P", "31-11-2010", _IPA1, "SITI AMAN", "6311065512109013"),
    250: ("RUSDIANA", "P", date(2009, 3, 9), _IPS1, "HAMDIAH", "6311064903099014"),
    260: ("JUMIATI", "P", date(2009, 4, 17), _IPA2, "SAUDAH", "6311065704099019"),
    270: ("HALIMATUS SA'DIYAH", "P", date(2010, 1, 30), _IPA1, "RABIAH", "6311067001109011"),
    **{row: (None, "P", date(2010, 3, 3), _IPA1, "", f"631106430310{9900 + row - 280:04d}") for row in range(280, 284)},
    300: ("NORHAYATI", "P", date(2009, 5, 12), _IPA2, "NORJENAH", "6311065205099042"),
}
LACKING = range(320, 329)
"""Nine rows without a NIK; three traps lose theirs."""

KNOWN = (300, 301, 302)
"""Rows that stand on the visit's list already."""


def write_list(path: Path, rows: Iterable[tuple[Any, ...]] | None = None) -> None:
    """Write the school's workbook of 388 rows, 37 columns, a header of two rows; other rows where they are given."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Daftar Peserta Didik")
    for row, title in enumerate(("Daftar Peserta Didik", "SMA CONTOH 1 PARINGIN", "Kecamatan Paringin", "18-11-2026")):
        sheet.write_string(row, 0, title)
    heads = ("Nama", "JK", "Tanggal Lahir", "Rombel Saat Ini", "Tempat Lahir", "NIK", "No Registrasi Akta Lahir")
    columns = [*_OTHERS[:1], *heads, *_OTHERS[1:]]
    for column, head in enumerate(columns):
        sheet.merge_range(4, column, 5, column, head)
    for column, group in ((len(columns), "Data Ayah"), (len(columns) + 1, "Data Ibu")):
        sheet.write_string(4, column, group)
        sheet.write_string(5, column, "Nama")
    for row, cells in enumerate(_rows() if rows is None else rows, _FIRST_ROW):
        values = [row - _FIRST_ROW + 1, *cells[:7]]
        for column, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(row - 1, column, value)
            elif value is not None:
                sheet.write_number(row - 1, column, value)
        sheet.write_string(row - 1, len(columns), cells[8])
        sheet.write_string(row - 1, len(columns) + 1, cells[7])
    book.close()


def _rows() -> Iterator[tuple[Any, ...]]:
    """Yield name, sex, birth date, class, birth place, NIK, certificate, mother, father of each row."""
    names = fillers()
    for row in range(_FIRST_ROW, _FIRST_ROW + _ROWS):
        if row in TRAPS:
            name, sex, born, class_name, mother, number = TRAPS[row]
        else:
            name, sex, class_name, mother = next(names), "P", _IPS1, f"IBU {row}"
            born = date(2009, 1, 1) + timedelta(days=row)
            number = "" if row in LACKING else nik(born, sex, 9100 + row)
        text = born.isoformat() if isinstance(born, date) else born
        father = "SYAHRUDIN" if row == _FIRST_ROW else f"AYAH {row}"
        yield name, sex, text, class_name, "PARINGIN", number, f"6311-LT-{9000 + row}", mother, father


def known_people() -> list[RosterPerson]:
    """Return the three who stand on the visit's list before the file is taken."""
    rows = {row: cells for row, cells in enumerate(_rows(), _FIRST_ROW) if row in KNOWN}
    return [
        RosterPerson(
            row,
            cells[0],
            date.fromisoformat(cells[2]),
            "PARINGIN",
            cells[5],
            sex=cells[1],
            mother=cells[7],
            father=cells[8],
            class_name=cells[3],
        )
        for row, cells in rows.items()
    ]


def pupils() -> list[RosterPerson]:
    """Return the 383 who were taken: those of the book's list first, 120 of 16 and over, 263 under."""
    listed = [
        ("ABDUL HADI", "L", _iso(2, 6, 2010), _IPA1, "NORSEHAN"),
        ("AKHMAD MAULANA", "L", _iso(11, 11, 2009), _IPA1, "MASTUAH"),
        ("GT. MUHAMMAD RAMADHANI", "L", _iso(1, 9, 2009), _IPA1, "BARKAH"),
        ("HALIMATUS SA'DIYAH", "P", _iso(30, 1, 2010), _IPA1, "RABIAH"),
        ("HASANAH", "P", _iso(7, 7, 2009), _IPA2, "JUMRAH"),
        ("HUSNA", "P", _iso(7, 7, 2009), _IPA2, "JUMRAH"),
        ("JUMIATI", "P", _iso(17, 4, 2009), _IPA2, "SAUDAH"),
        ("M. SYAHRANI", "L", _iso(28, 1, 2010), _IPA2, "RUSNAH"),
        ("MUHAMMAD RIZKI", "L", _iso(3, 2, 2010), _IPA2, "MASITAH"),
        ("MUHAMMAD RIZKI", "L", _iso(19, 8, 2009), _IPS1, "RUSMINI"),
        ("NOOR LAILA", "P", _iso(24, 12, 2009), _IPA2, "MISRAH"),
        ("NORHAYATI", "P", _iso(12, 5, 2009), _IPA2, "NORJENAH"),
        ("RUSDIANA", "P", _iso(9, 3, 2009), _IPS1, "HAMDIAH"),
    ]
    names = fillers()
    rooms = [_IPA1] * 27 + [_IPA2] * 23 + [_IPS1] * 31 + [_IPS2] * 26
    for number, room in enumerate(rooms):
        born = date(2010, 1, 1) if number < 53 else date(2009, 1, 1)
        listed.append(
            (next(names), "L" if number < 49 else "P", born + timedelta(days=number % 50), room, f"IBU A{number}")
        )
    for number in range(263):
        born = date(2010, 12, 1) if number < 9 else date(2011, 3, 1)
        listed.append((next(names), "P", born, "X A", f"IBU B{number}"))
    made: list[RosterPerson] = []
    for row, (name, sex, born, room, mother) in enumerate(listed, 1):
        lacks = name == "M. SYAHRANI" or 110 <= row <= 120
        number = None if lacks else nik(born, sex, 9000 + row)
        made.append(RosterPerson(row, name, born, "PARINGIN", number, sex=sex, mother=mother, class_name=room))
    return made
