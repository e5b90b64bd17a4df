"""Files that lie: each gets people or one reason, within seconds, and never takes the program with it."""

import os
import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.roster import read_school_list, read_siak_export
from store.roster.reading import read
from store.roster.types import Fault, ListKind, Reading, Unreadable, UnreadableFile
from tests.store.roster_files import TODAY, dapodik, dapodik_row, ods, ods_of, text, xls, xlsx, zipped

HEADER = ("No", "Nama", "JK", "Tanggal Lahir", "NIK")
PERSON = (1, "NOR AIDA", "P", "12-05-2009", "6311065205099001")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(
    sheet: str, shared: str = "", sheets: str = f'<sheet name="A" sheetId="1" r:id="rId1" xmlns:r="{RELS}"/>'
) -> bytes:
    """Write a workbook by hand, so that its parts can say anything."""
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f"<workbook {MAIN}><sheets>{sheets}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="rId1" Type="{RELS}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{RELS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": shared or f"<sst {MAIN}/>",
        }
    )


def row_of(cells: str) -> str:
    return f"<worksheet><sheetData><row>{cells}</row></sheetData></worksheet>"


def sheet_of(*cells: tuple[str, str]) -> str:
    rows = "".join(f'<row><c r="{at}" t="str"><v>{content}</v></c></row>' for at, content in cells)
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def lying_sizes() -> bytes:
    """Write a part that unpacks to 400 MB and says it is 1 kB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b"<row/>" * 200_000
    packed = b"".join(packer.compress(block) for _ in range(340)) + packer.flush()
    name = b"xl/worksheets/sheet1.xml"
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, 0, len(packed), 1000, len(name), 0) + name + packed
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(packed), 1000, len(name), 0, 0, 0, 0, 0, 0
    )
    central += name
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)
    good = workbook(sheet_of(("A1", "Nama")))
    assert good.startswith(b"PK")
    return local + central + end


def flipped(data: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    mutable = bytearray(data)
    for _ in range(60):
        mutable[chance.randrange(len(mutable))] = chance.randrange(256)
    return bytes(mutable)


BIG = "X" * 10_000_000
GOOD = [HEADER, PERSON]
LAUGHS = "<!DOCTYPE z [" + "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9)) + '<!ENTITY a0 "ha">]>'

HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \r\n\t\n" * 100,
    "only a mark": b"\xef\xbb\xbf",
    "zeros": bytes(100_000),
    "noise": random.Random(1).randbytes(50_000),
    "text that is no table": b"Yth. Bapak Kepala Dinas,\nbersama ini kami sampaikan ...\n",
    "a table of something else": text([("Barang", "Harga"), ("Kursi", 100)]),
    "only a header": text([HEADER]),
    "only punctuation": b",;\t|" * 5000,
    "only quotes": b'"' * 100_001,
    "a quote without end": b'Nama,JK,Tanggal Lahir\n"' + b"x,L,1\n" * 50_000,
    "a million commas": b"," * 1_000_000 + b"\nNama,JK\n",
    "a million short lines": b"a\n" * 1_000_000,
    "half a UTF-16 letter": text(GOOD, encoding="utf-16")[:-1],
    "broken UTF-8": text(GOOD)[:-2] + b"\xff\xfe\x80\n",
    "pdf": b"%PDF-1.7\n" + bytes(range(256)),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "gzip": b"\x1f\x8b\x08" + bytes(500),
    "html": b"<html><table><tr><td>Nama</td><td>NIK</td></tr></table></html>",
    "html with a mark": b"\xef\xbb\xbf\r\n<!DOCTYPE html><table></table>",
    "xml spreadsheet": b'<?xml version="1.0"?><Workbook><Worksheet/></Workbook>',
    "rtf": b"{\\rtf1 Nama}",
    "an empty zip": zipped({}),
    "a zip of something else": zipped({"foto.jpg": b"\xff\xd8" * 100}),
    "a word document": zipped({"word/document.xml": "<w/>"}),
    "half an xlsx": xlsx(GOOD)[:-400],
    "the end of an xlsx": b"PK\3\4" + xlsx(GOOD)[-200:],
    "an xlsx without sheets": workbook(sheet_of(("A1", "Nama")), sheets=""),
    "an xlsx with a sheet that is not there": zipped({"xl/workbook.xml": "<workbook/>"}),
    "broken xml": workbook("<worksheet><sheetData><row><c r='A1'"),
    "xml in xml in xml": workbook("<a>" * 200_000),
    "laughing entities": workbook(sheet_of(("A1", "Nama")), shared=f"{LAUGHS}<sst {MAIN}><si><t>&a9;</t></si></sst>"),
    "strings that are not there": workbook(row_of('<c r="A1" t="s"><v>999999999</v></c>')),
    "cells at the ends of the world": workbook(sheet_of(("A1", "Nama"), ("XFD1048576", "NIK"))),
    "cells beyond the world": workbook(sheet_of(("A1", "Nama"), ("ZZZZZZZ99999999999", "NIK"))),
    "a cell without a place": workbook(sheet_of(("", "Nama"), ("-1", "NIK"))),
    "numbers that are none": workbook(row_of('<c r="A1"><v>1e999999</v></c><c r="B1"><v>nan</v></c>')),
    "a bomb": zipped({"xl/worksheets/sheet1.xml": bytes(300_000_000)}),
    "a bomb that lies": lying_sizes(),
    "four thousand parts": zipped({f"xl/part{n}.xml": "<a/>" for n in range(4000)}),
    "ods rows without number": ods_of(
        '<table:table table:name="A"><table:table-row table:number-rows-repeated="900000000"><table:table-cell '
        'table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    ),
    "half an ods": ods(GOOD)[:-300],
    "an ods of nothing": ods_of(""),
    "half an xls": xls(GOOD)[:2000],
    "a container of nothing": OLE + bytes(5000),
    "a container in a circle": OLE + b"\x01" * 20_000,
    "an encrypted xlsx": OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(2000),
    "an encrypted ods": zipped(
        {"META-INF/manifest.xml": "<m:manifest><m:encryption-data/></m:manifest>", "content.xml": bytes(range(256))}
    ),
    "a locked zip": xlsx(GOOD).replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
    "an old word document": OLE + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(2000),
    "bare biff": b"\x09\x08\x10\x00" + bytes(200),
    **{f"xls, bytes changed ({seed})": flipped(xls(GOOD), seed) for seed in range(4)},
    **{f"xlsx, bytes changed ({seed})": flipped(xlsx(GOOD), seed) for seed in range(4)},
    **{f"ods, bytes changed ({seed})": flipped(ods(GOOD), seed) for seed in range(2)},
}  # fmt: skip

EXPECTED = {
    "nothing": Unreadable.EMPTY,
    "blanks": Unreadable.EMPTY,
    "only a mark": Unreadable.EMPTY,
    "text that is no table": Unreadable.NO_HEADER,
    "a table of something else": Unreadable.NO_HEADER,
    "only a header": Unreadable.NO_ROWS,
    "pdf": Unreadable.NOT_A_LIST,
    "png": Unreadable.NOT_A_LIST,
    "a word document": Unreadable.NOT_A_LIST,
    "an old word document": Unreadable.NOT_A_LIST,
    "html": Unreadable.HTML,
    "html with a mark": Unreadable.HTML,
    "half an xlsx": Unreadable.DAMAGED,
    "broken xml": Unreadable.DAMAGED,
    "an encrypted xlsx": Unreadable.ENCRYPTED,
    "an encrypted ods": Unreadable.ENCRYPTED,
    "a locked zip": Unreadable.ENCRYPTED,
    "a bomb": Unreadable.ZIP_BOMB,
    "four thousand parts": Unreadable.ZIP_BOMB,
    "cells at the ends of the world": Unreadable.MEMORY,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_people_or_one_reason(name, tmp_path):
    file = tmp_path / "daftar.xlsx"
    file.write_bytes(HOSTILE[name])
    outcome = outcome_of(lambda: read_school_list(file, today=TODAY))
    if name in EXPECTED:
        assert outcome is EXPECTED[name]
    elif isinstance(outcome, Unreadable):
        assert outcome not in (Unreadable.MISSING, Unreadable.TIMEOUT)
    else:
        assert outcome.rows > 0


def outcome_of(reading: Callable[[], Reading]) -> Reading | Unreadable:
    try:
        return reading()
    except UnreadableFile as error:
        return error.reason


def test_a_cell_of_ten_megabytes_costs_its_own_row(tmp_path):
    for name, data in (
        ("daftar.csv", text([HEADER, (1, BIG, "P", "12-05-2009", None), PERSON])),
        ("daftar.ods", ods([HEADER, (1, BIG, "P", "12-05-2009", None), PERSON])),
    ):
        file = tmp_path / name
        file.write_bytes(data)
        reading = read_school_list(file, today=TODAY)
        assert [person.name for person in reading.people] == ["NOR AIDA"]
        assert [(refused.row, refused.faults[0]) for refused in reading.refused] == [(2, Fault.NAME_TOO_LONG)]
        assert all(len(problem.value or "") <= 80 for problem in reading.problems)


def test_formulas_and_terminal_codes_are_letters_like_others(tmp_path):
    names = ("=cmd|'/c calc'!A1", "\x1b]0;title\x07NOR AIDA", "@SUM(A1)", "\u202eNOR AIDA", "<b>NOR</b> [red]AIDA[/]")
    file = tmp_path / "daftar.csv"
    file.write_bytes(text([HEADER, *((at, name, "P", "12-05-2009", None) for at, name in enumerate(names, 1))]))
    reading = read_school_list(file, today=TODAY)
    assert len(reading.people) == len(names)
    assert all(person.name.isprintable() for person in reading.people)
    assert reading.people[0].name == names[0]


# Things that are no files


def refusal(path: object) -> Unreadable:
    with pytest.raises(UnreadableFile) as refused:
        read_school_list(path)  # type: ignore[arg-type]
    return refused.value.reason


def test_only_regular_files_are_opened(tmp_path):
    fifo = tmp_path / "fifo.xlsx"
    os.mkfifo(fifo)
    assert refusal(fifo) is Unreadable.NOT_A_FILE
    assert refusal(tmp_path) is Unreadable.NOT_A_FILE
    assert refusal("/dev/zero") is Unreadable.NOT_A_FILE
    assert refusal(tmp_path / "nowhere.xlsx") is Unreadable.MISSING
    assert refusal(tmp_path / "no\0where.xlsx") is Unreadable.MISSING
    (tmp_path / "dangling.xlsx").symlink_to(tmp_path / "gone.xlsx")
    assert refusal(tmp_path / "dangling.xlsx") is Unreadable.MISSING


def test_a_link_to_a_list_is_that_list(tmp_path):
    (tmp_path / "daftar.csv").write_bytes(text(GOOD))
    (tmp_path / "tautan.csv").symlink_to(tmp_path / "daftar.csv")
    assert read_school_list(tmp_path / "tautan.csv", today=TODAY).rows == 1


def test_a_file_of_ten_gigabytes_is_not_read(tmp_path):
    with (tmp_path / "besar.csv").open("wb") as file:
        file.truncate(10_000_000_000)
    assert refusal(tmp_path / "besar.csv") is Unreadable.TOO_LARGE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    (tmp_path / "daftar.csv").write_bytes(text(GOOD))
    (tmp_path / "daftar.csv").chmod(0)
    assert refusal(tmp_path / "daftar.csv") is Unreadable.NO_PERMISSION


# The child


def test_a_file_is_what_it_holds_not_what_it_is_called(tmp_path):
    for name, data in (("a.csv", xlsx(GOOD)), ("b.xlsx", text(GOOD)), ("c.txt", xls(GOOD)), ("d", ods(GOOD))):
        (tmp_path / name).write_bytes(data)
        assert read_school_list(tmp_path / name, today=TODAY).people[0].nik == PERSON[4]


def test_what_comes_over_the_pipe_is_what_was_read(tmp_path):
    data = dapodik(dapodik_row(1), dapodik_row(2, NIK=6311064305099000), dapodik_row(3, **{"Tanggal Lahir": "?"}))
    (tmp_path / "daftar.xlsx").write_bytes(data)
    here = read(data, ListKind.SCHOOL, sheet=None, columns=None, today=TODAY)
    there = read_school_list(tmp_path / "daftar.xlsx", today=TODAY)
    assert here.people == there.people
    assert here.problems == there.problems
    assert (here.headers, here.columns, here.mapping) == (there.headers, there.columns, there.mapping)
    assert [(row.row, row.cells, row.faults) for row in here.refused] == [
        (row.row, row.cells, row.faults) for row in there.refused
    ]


def test_reading_needs_neither_the_store_nor_the_screens():
    import subprocess
    import sys

    heavy = "import sys, store.roster, store.roster.child, store.roster.reading; print(*sys.modules)"
    root = Path(__file__).parents[2]
    loaded = subprocess.run([sys.executable, "-c", heavy], cwd=root, capture_output=True, text=True, check=True).stdout
    assert not {"peewee", "textual", "reportlab", "sqlcipher3"} & set(loaded.split())


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(
        st.lists(
            st.one_of(st.text(max_size=12), st.sampled_from([*HEADER, *map(str, PERSON), "No. KK : 1", "Status"])),
            max_size=7,
        ),
        max_size=12,
    ),
    kind=st.sampled_from(ListKind),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
)
def test_any_table_gets_people_or_one_reason(rows, kind, encoding):
    buffer = "\n".join(";".join(cell.replace("\ud800", "") for cell in row) for row in [HEADER, *rows])
    data = buffer.encode(encoding, "replace")
    reading = outcome_of(lambda: read(data, kind, sheet=None, columns=None, today=TODAY))
    if isinstance(reading, Unreadable):
        assert reading in (Unreadable.NO_ROWS, Unreadable.NO_HEADER, Unreadable.EMPTY, Unreadable.NOT_A_LIST)
        return
    assert all(person.name and person.name.isprintable() for person in reading.people)
    assert all(person.nik is None or len(person.nik) == 16 for person in reading.people)
    assert all(problem.row >= 1 for problem in reading.problems)


def test_an_export_is_read_in_a_child_too(tmp_path):
    (tmp_path / "siak.csv").write_bytes(
        text([("NIK", "Nama", "Tanggal Lahir"), ("6311065205099001", "NOR AIDA", "12-05-2009")])
    )
    assert read_siak_export(tmp_path / "siak.csv", today=TODAY).people[0].name == "NOR AIDA"
