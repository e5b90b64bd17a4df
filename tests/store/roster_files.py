"""Lists made for the tests: the workbook Dapodik downloads, hand-made ones in every format, families in blocks.

Nobody in them exists; NIKs have region 6311xx and a serial from 9001 on.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlwt

Rows = Sequence[Sequence[Any]]
TODAY = date(2026, 11, 23)

DAPODIK_TITLES = (
    ("Daftar Peserta Didik",),
    ("SMA CONTOH 1 PARINGIN",),
    ("Kecamatan Kec. Paringin, Kabupaten Kab. Balangan, Provinsi Prov. Kalimantan Selatan",),
    ("Tanggal Unduh: 2026-11-18 13:02:11", None, None, None, "Pengunduh: Kamarudin (operator@example.invalid)"),
)
_PARENT = ("Nama", "Tahun Lahir", "Jenjang Pendidikan", "Pekerjaan", "Penghasilan", "NIK")
_BEFORE = (
    "No,Nama,NIPD,JK,NISN,Tempat Lahir,Tanggal Lahir,NIK,Agama,Alamat,RT,RW,Dusun,Kelurahan,Kecamatan,Kode Pos,"
    "Jenis Tinggal,Alat Transportasi,Telepon,HP,E-Mail,SKHUN,Penerima KPS,No. KPS"
).split(",")
_AFTER = (
    "Rombel Saat Ini,No Peserta Ujian Nasional,No Seri Ijazah,Penerima KIP,Nomor KIP,Nama di KIP,Nomor KKS,"
    "No Registrasi Akta Lahir,Bank,Nomor Rekening Bank,Rekening Atas Nama,Layak PIP (usulan dari sekolah),"
    "Alasan Layak PIP,Kebutuhan Khusus,Sekolah Asal,Anak ke-berapa,Lintang,Bujur,No KK,Berat Badan,Tinggi Badan,"
    "Lingkar Kepala,Jml. Saudara Kandung,Jarak Rumah ke Sekolah (KM)"
).split(",")
_GROUPS = ("Data Ayah", "Data Ibu", "Data Wali")
FATHER_AT, MOTHER_AT, GUARDIAN_AT = (len(_BEFORE) + 6 * group for group in range(3))
DAPODIK_COLUMNS = (*_BEFORE, *(f"{group}|{name}" for group in _GROUPS for name in _PARENT), *_AFTER)


def dapodik_row(number: int = 1, **values: Any) -> list[Any]:
    """Return one pupil as Dapodik writes her; `values` replace cells by header, "Data Ibu|Nama" for a group's."""
    usual: dict[str, Any] = {
        "No": number,
        "Nama": f"SITI CONTOH {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}{'ABCDEFGHIJ'[number // 26 % 10]}",
        "NIPD": f"24{number:02}",
        "JK": "P",
        "NISN": f"009{number:07}",
        "Tempat Lahir": "PARINGIN",
        "Tanggal Lahir": f"2009-05-{number % 28 + 1:02}",
        "NIK": f"631106{number % 28 + 41:02}0509{9000 + number}",
        "Agama": "Islam",
        "Alamat": "Jl. Contoh 17",
        "RT": "003",
        "RW": "001",
        "Kelurahan": "Paringin Kota",
        "Kecamatan": "Kec. Paringin",
        "Data Ayah|Nama": f"AYAH CONTOH {number}",
        "Data Ayah|Tahun Lahir": "1978",
        "Data Ayah|Pekerjaan": "Petani",
        "Data Ayah|NIK": "6311060101789001",
        "Data Ibu|Nama": f"IBU CONTOH {number}",
        "Data Ibu|NIK": "6311064101809001",
        "Rombel Saat Ini": "XII IPA 1",
        "No Registrasi Akta Lahir": f"6311-LT-0905200{number % 10}-9001",
        "Anak ke-berapa": "2",
        "No KK": f"631106010110{9000 + number}",
    }
    usual |= values
    return [usual.get(column) for column in DAPODIK_COLUMNS]


def dapodik(*people: Sequence[Any], after: Rows = ()) -> bytes:
    """Write the whole workbook: four titles, a header of two rows with merged cells, people, and what comes after."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Daftar Peserta Didik"
    for title in DAPODIK_TITLES:
        sheet.append(title)
    for at, header in enumerate(DAPODIK_COLUMNS, start=1):
        group, _, below = header.partition("|")
        if not below:
            sheet.cell(5, at, header)
            sheet.merge_cells(start_row=5, end_row=6, start_column=at, end_column=at)
            continue
        sheet.cell(6, at, below)
        if below == _PARENT[0]:
            sheet.cell(5, at, group)
            sheet.merge_cells(start_row=5, end_row=5, start_column=at, end_column=at + 5)
    for row in (*people, *after):
        sheet.append(list(row))
    return saved(book)


def saved(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xlsx(rows: Rows | None = None, **sheets: Rows) -> bytes:
    """Write a workbook of one sheet, or of several by name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, content in (sheets or {"Sheet1": rows or ()}).items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(list(row))
    return saved(book)


def xls(rows: Rows, name: str = "Sheet1") -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    day = xlwt.easyxf(num_format_str="DD-MM-YYYY")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, (date, datetime)):
                sheet.write(at, column, cell, day)
            elif cell is not None:
                sheet.write(at, column, cell)
    return saved(book)


def ods(rows: Rows, name: str = "Lembar1") -> bytes:
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    return ods_of(f'<table:table table:name="{name}">{body}</table:table>')


def _ods_cell(cell: Any) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, (date, datetime)):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
    if isinstance(cell, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'


def ods_of(tables: str) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
            "content.xml": f'<office:document-content xmlns:office="{names}:office:1.0" '
            f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0">'
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet>"
            "</office:body></office:document-content>",
        }
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def text(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows([["" if cell is None else cell for cell in row] for row in rows])
    return buffer.getvalue().encode(encoding)


HANDMADE_HEADER = ("No", "Nama", "L/P", "TTL", "Kelas", "NIK")


def handmade(*people: Sequence[Any]) -> list[Sequence[Any]]:
    """Return a teacher's own list: two titles, place and date of birth in one cell, a signature block at the end."""
    return [
        ("DAFTAR SISWA KELAS XII",),
        ("MA CONTOH AWAYAN",),
        (),
        HANDMADE_HEADER,
        *people,
        (),
        (None, "Jumlah", None, None, len(people)),
        (),
        (None, None, None, "Paringin, 20 November 2026"),
        (None, "Mengetahui,", None, "Wali Kelas"),
        (None, "Kepala Madrasah", None, None),
        (),
        (None, "Drs. H. CONTOH", None, "CONTOH, S.Pd."),
        (None, "NIP. 19680101 199003 1 001", None, "NIP. 198001012005012001"),
    ]
