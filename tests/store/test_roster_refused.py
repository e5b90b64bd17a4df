"""The refused rows given back to the school."""

import io

import openpyxl
import pytest

from store.roster.reading import read
from store.roster.refused import write_refused
from store.roster.types import ListKind
from tests.store.roster_files import TODAY, text

HEADER = ("Nama", "JK", "Tanggal Lahir", "NIK")
ROWS = [
    HEADER,
    ("NOR AIDA", "P", "12-05-2009", None),
    ("=HYPERLINK(1)", "P", "31-11-2010", "6311065205099001"),
    ("@SITI", "P", "besok", "+1"),
    (None, "L", "12-05-2009", "6311061205099002"),
]


@pytest.fixture
def reading():
    return read(text(ROWS), ListKind.SCHOOL, sheet=None, columns=None, today=TODAY)


def test_each_refused_row_comes_back_whole_with_its_reasons_and_no_formula(tmp_path, reading):
    path = tmp_path / "daftar_ditolak.xlsx"
    assert write_refused(path, reading, lambda fault: fault.value, "Alasan") == 3
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [*HEADER, "Alasan"]
    assert rows[1][:4] == ["'=HYPERLINK(1)", "P", "31-11-2010", "6311065205099001"]
    assert "birth_date_impossible" in rows[1][4]
    assert rows[2][0] == "'@SITI"
    assert rows[2][3] == "'+1"
    assert rows[3][4] == "name_missing"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def test_what_was_refused_can_be_mended_and_read_again(tmp_path, reading):
    path = tmp_path / "daftar_ditolak.xlsx"
    write_refused(path, reading, lambda fault: fault.value, "Alasan")
    book = openpyxl.load_workbook(path)
    book.active["C2"] = "30-11-2010"
    book.active["A4"] = "AKHMAD HADI"
    book.save(path)
    again = read(path.read_bytes(), ListKind.SCHOOL, sheet=None, columns=None, today=TODAY)
    assert [person.row for person in again.people] == [2, 4]


def test_nothing_is_left_behind_where_it_cannot_be_written(tmp_path, reading):
    with pytest.raises(OSError):  # noqa: PT011 - whatever the system says
        write_refused(tmp_path / "nowhere" / "x.xlsx", reading, lambda fault: fault.value, "Alasan")
    assert list(tmp_path.iterdir()) == []


def test_a_list_without_refusals_writes_no_file(tmp_path):
    reading = read(text(ROWS[:2]), ListKind.SCHOOL, sheet=None, columns=None, today=TODAY)
    assert write_refused(tmp_path / "x.xlsx", reading, lambda fault: fault.value, "Alasan") == 0
    assert not (tmp_path / "x.xlsx").exists()
