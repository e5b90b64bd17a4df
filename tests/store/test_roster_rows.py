"""Which lines of a school's list are pupils: totals, signatures, sections, repeated headers, several sheets."""

import pytest

from store.roster.types import Fault, Unreadable, UnreadableFile
from tests.store.roster_files import (
    DAPODIK_COLUMNS,
    HANDMADE_HEADER,
    dapodik,
    dapodik_row,
    handmade,
    ods,
    text,
    xls,
    xlsx,
)
from tests.store.school_lists import HEADER, faults, one, pupil, school_list

# What is not a row


def test_totals_signatures_blank_rows_and_sections_are_passed_over_in_silence():
    rows = [
        ("DAFTAR SISWA",),
        (),
        HEADER,
        (1, 2, 3, 4, 5, 6, 7),
        ("KELAS XII IPA 1",),
        pupil(1),
        (),
        pupil(2),
        HEADER,
        pupil(3),
        (None, "JUMLAH", 3),
        (None, "Laki-laki", None, None, 0),
        (None, "Perempuan", None, None, 3),
        (),
        (None, None, None, None, "Paringin, 20 November 2026"),
        (None, "Mengetahui,", None, None, "Kepala Sekolah"),
        (None, None, None, None, "Dra. CONTOH, M.Pd."),
        (None, None, None, None, None, "NIP. 19680101 199003 2 001"),
        (None, None, None, None, None, "196801011990032001"),
    ]
    reading = school_list(xlsx(rows))
    assert [person.row for person in reading.people] == [6, 8, 10]
    assert reading.problems == ()
    assert reading.refused == ()


def test_a_signature_block_that_falls_into_the_columns_of_a_dapodik_list():
    def line(**cells):
        return [cells.get(column.replace(" ", "_")) for column in DAPODIK_COLUMNS]

    after = [
        (),
        line(Tanggal_Lahir="Paringin, 20 November 2026"),
        line(Nama="Mengetahui", Tanggal_Lahir="Kepala Sekolah"),
        line(Nama="Drs. H. CONTOH", Tanggal_Lahir="Dra. CONTOH"),
        line(Nama="NIP 19680101 199003 1 001", Tanggal_Lahir="NIP 196801011990031001", NIK=196801011990031001),
    ]
    reading = school_list(dapodik(dapodik_row(1), dapodik_row(2), after=after))
    assert reading.rows == 2
    assert reading.problems == ()


def test_a_pupil_keeps_her_row_whatever_words_stand_in_it():
    names = ("AN. RAHMA", "HAL SUMBER", "TOTALIA SARI", "PERMATA KETUA")
    rows = [("Nama", "JK", "Tanggal Lahir", "Pekerjaan"), *((name, "P", "12-05-2009", "Petugas") for name in names)]
    assert [person.name for person in school_list(xlsx(rows)).people] == list(names)


def test_a_list_of_names_and_dates_alone_ends_at_its_signatures():
    rows = [
        ("Nama", "Tanggal Lahir"),
        ("NOR AIDA", "12-05-2009"),
        ("BUDI SANTOSO", None),
        ("AKHMAD HADI", "13-05-2009"),
        (),
        ("Paringin, 20 November 2026", None),
        ("Kepala Sekolah", None),
        (),
        ("Drs. H. CONTOH", None),
        ("NIP. 19680101 199003 1 001", None),
    ]
    for write in (xlsx, text):
        reading = school_list(write(rows))
        assert [person.name for person in reading.people] == ["NOR AIDA", "AKHMAD HADI"]
        assert [refused.row for refused in reading.refused] == [3]
        assert {problem.row for problem in reading.problems} == {3}


def test_prepared_numbers_without_a_pupil_are_no_rows():
    reading = school_list(xlsx([HEADER, pupil(1), (2,), (3,), (4,)]))
    assert reading.rows == 1
    assert reading.problems == ()


def test_a_numbered_name_alone_is_a_pupil_who_cannot_be_taken_yet():
    reading = school_list(xlsx([HEADER, pupil(1), (2, "AKHMAD MAULANA"), pupil(3)]))
    assert [refused.row for refused in reading.refused] == [3]
    assert Fault.BIRTH_DATE_MISSING in faults(reading, 3)


def test_a_class_named_by_a_line_belongs_to_the_rows_under_it():
    header = HEADER[:-1]
    rows = [header, ("KELAS XII IPA 1",), pupil(1)[:-1], ("KELAS : XII IPS 2",), pupil(2)[:-1]]
    assert [person.class_name for person in school_list(xlsx(rows)).people] == ["XII IPA 1", "XII IPS 2"]


def test_a_repeated_header_with_moved_columns_holds_from_there_on():
    moved = ("No", "NIK", "Nama", "JK", "Tempat Lahir", "Tanggal Lahir", "Kelas")
    row = (2, "6311064205099002", "SITI CONTOH", "P", "Awayan", "02-05-2009", "XII")
    reading = school_list(xlsx([HEADER, pupil(1), (), moved, row]))
    assert [(person.name, person.nik) for person in reading.people] == [
        ("NOOR LAILA B", "6311064105099001"),
        ("SITI CONTOH", "6311064205099002"),
    ]


# Sheets, rows, mapping


def test_the_sheet_with_the_pupils_is_found_among_several():
    sheets = {
        "Petunjuk": [("Isi nama dan NIK",)],
        "Rekap": [("Kelas", "Jumlah"), ("XII", 3)],
        "Data": [HEADER, pupil(1)],
    }
    reading = school_list(xlsx(**sheets, Kosong=[]))
    assert reading.sheet == "Data"
    assert [(sheet.name, sheet.people) for sheet in reading.sheets] == [
        ("Petunjuk", 0),
        ("Rekap", 0),
        ("Data", 1),
        ("Kosong", 0),
    ]


def test_another_sheet_can_be_asked_for():
    data = xlsx(A=[HEADER, pupil(1), pupil(2)], B=[HEADER, pupil(3)])
    assert school_list(data).sheet == "A"
    assert [person.birth_date.day for person in school_list(data, sheet="B").people] == [3]
    with pytest.raises(UnreadableFile) as refused:
        school_list(data, sheet="C")
    assert refused.value.reason is Unreadable.NO_SHEET


def test_rows_are_numbered_as_the_spreadsheet_shows_them():
    rows = [(), (), (None, *HEADER), (), (None, *pupil(1))]
    for write in (xlsx, xls, ods):
        reading = school_list(write(rows))
        assert reading.header_rows == (3, 3)
        assert [person.row for person in reading.people] == [5]


def test_text_rows_are_numbered_by_the_line_they_begin_on():
    data = (
        b'Nama,Alamat,Tanggal Lahir,JK\r\n"NOR AIDA","Jl. A\r\nRT 3",12-05-2009,P\r\n'
        b'\r\n"AKHMAD HADI",B,13-05-2009,L\r\n'
    )
    reading = school_list(data)
    assert [person.row for person in reading.people] == [2, 5]
    assert reading.people[0].address == "Jl. A RT 3"


def test_a_quote_that_never_closes_costs_no_other_row():
    lines = [f'{at};"NOR AIDA {"ABC"[at % 3]};0{at % 9 + 1}-05-2009;P' for at in range(1, 40)]
    reading = school_list("\n".join(["No;Nama;Tanggal Lahir;JK", *lines]).encode())
    assert reading.rows == 39


def test_the_mapping_can_be_replaced():
    header = ("Nama Panggilan", "Nama Lengkap", "Lahir", "Masuk")
    data = xlsx([header, ("AIDA", "NOR AIDA", "12-05-2009", "01-07-2024")])
    assert school_list(data).mapping == {"name": "Nama Lengkap", "birth_date": "Lahir"}
    chosen = school_list(data, columns={"name": "Nama Panggilan", "birth_date": "Lahir"})
    assert chosen.people[0].name == "AIDA"
    for wrong in ({"name": "Tidak ada"}, {"shoe_size": "Lahir"}, {"birth_date": "Lahir"}):
        with pytest.raises(UnreadableFile) as refused:
            school_list(data, columns=wrong)
        assert refused.value.reason is Unreadable.NO_COLUMN


def test_columns_show_a_sample_and_what_they_became():
    columns = {
        column.header: column
        for column in school_list(
            xlsx([HANDMADE_HEADER, *handmade()[4:5], (1, "NOR AIDA", "P", "Paringin, 12-05-2009", "XII", None)])
        ).columns
    }
    assert columns["Nama"].sample == "NOR AIDA"
    assert set(columns["TTL"].fields) == {"birth_place", "birth_date"}
    assert columns["No"].fields == ()


def test_no_value_of_a_person_is_in_any_repr():
    reading = one(NIK=6311064105099001)
    told = repr((reading, reading.people[0], reading.problems[0], reading.columns[1]))
    assert "NOOR" not in told
    assert "631106" not in told
