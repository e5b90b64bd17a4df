"""Every trap in the cells of a school's list: what it looks like in the file, and what comes of it."""

from datetime import date, datetime, time

import pytest

from store.roster.types import Fault, Level
from tests.store.roster_files import (
    DAPODIK_COLUMNS,
    TODAY,
    dapodik,
    dapodik_row,
    handmade,
    ods,
    text,
    xls,
    xlsx,
)
from tests.store.school_lists import HEADER, faults, one, pupil, school_list

# Cells the officer edited


def test_an_edited_cell_is_judged_as_if_it_had_stood_in_the_file():
    data = xlsx([HEADER, pupil(1), pupil(2, **{"Tanggal Lahir": "31-11-2009", "NIK": 6.31e15})])
    assert [row.row for row in school_list(data).refused] == [3]
    mended = school_list(data, edits={3: {"birth_date": "30-11-2009", "nik": "6311067011099002"}})
    assert mended.refused == ()
    assert (mended.people[1].birth_date, mended.people[1].nik) == (date(2009, 11, 30), "6311067011099002")
    again = school_list(data, edits={3: {"birth_date": "32-11-2009"}, 2: {"name": ""}})
    assert [row.row for row in again.refused] == [2, 3]
    assert Fault.BIRTH_DATE_IMPOSSIBLE in faults(again, 3)
    assert Fault.NAME_MISSING in faults(again, 2)


def test_an_edit_of_a_row_or_field_that_is_not_there_changes_nothing():
    data = xlsx([HEADER, pupil(1)])
    assert school_list(data, edits={99: {"name": "SIAPA"}, 2: {"mother": "IBU"}}).people == school_list(data).people


def test_an_edit_reaches_the_child_process_and_leaves_the_file_as_it_is(tmp_path):
    from store.roster import read_school_list

    file = tmp_path / "daftar.xlsx"
    data = xlsx([HEADER, pupil(1)])
    file.write_bytes(data)
    reading = read_school_list(file, today=TODAY, edits={2: {"name": "M. [/] 'ALI' \x1b"}})
    assert reading.people[0].name == "M. [/] 'ALI'"
    assert file.read_bytes() == data


# Dapodik


def test_dapodik_four_titles_a_header_of_two_rows_and_the_parents_in_groups():
    reading = school_list(dapodik(dapodik_row(1), dapodik_row(2)))
    assert reading.sheet == "Daftar Peserta Didik"
    assert reading.header_rows == (5, 6)
    assert [person.row for person in reading.people] == [7, 8]
    first = reading.people[0]
    assert (first.name, first.nik, first.nisn, first.kk) == (
        "SITI CONTOH BA",
        "6311064205099001",
        "0090000001",
        "6311060101109001",
    )
    assert (first.sex, first.birth_place, first.birth_date) == ("P", "PARINGIN", date(2009, 5, 2))
    assert (first.father, first.mother) == ("AYAH CONTOH 1", "IBU CONTOH 1")
    assert (first.class_name, first.rt, first.rw, first.village) == ("XII IPA 1", "003", "001", "Paringin Kota")
    assert (first.birth_certificate, first.birth_order) == ("6311-LT-09052001-9001", "2")
    assert reading.mapping["father"] == "Data Ayah › Nama"
    assert reading.mapping["name"] == "Nama"
    assert reading.problems == ()


def test_columns_in_any_order_and_under_other_names():
    header = ("NIK Siswa", "Rombel", "Nama Siswa", "Jenis Kelamin", "Tgl. Lahir", "Tempat Lahir", "Nama Ibu Kandung")
    row = ("6311061205099001", "XII IPS 2", "AKHMAD MAULANA", "Laki-laki", "12/05/2009", "Paringin", "MASTUAH")
    reading = school_list(xlsx([header, row]))
    (person,) = reading.people
    assert (person.nik, person.class_name, person.name) == ("6311061205099001", "XII IPS 2", "AKHMAD MAULANA")
    assert (person.sex, person.birth_date, person.mother) == ("L", date(2009, 5, 12), "MASTUAH")


def test_every_dapodik_column_reversed():
    data = dapodik_row(1)
    plain = [column for column in DAPODIK_COLUMNS if "|" not in column]
    values = [data[DAPODIK_COLUMNS.index(column)] for column in plain]
    reading = school_list(xlsx([plain[::-1], values[::-1]]))
    assert (reading.people[0].name, reading.people[0].nik) == ("SITI CONTOH BA", "6311064205099001")
    assert reading.mapping["class_name"] == "Rombel Saat Ini"


# Hand-made lists, in every format


@pytest.mark.parametrize(
    "write",
    [
        xlsx,
        xls,
        ods,
        text,
        lambda rows: text(rows, ";", "cp1252"),
        lambda rows: text(rows, "\t"),
        lambda rows: text(rows, "|"),
        lambda rows: text(rows, ";", "utf-8-sig"),
        lambda rows: text(rows, ",", "utf-16"),
        lambda rows: text(rows, "\t", "utf-16-le"),
    ],
    ids=["xlsx", "xls", "ods", "csv", "semicolon-1252", "tsv", "bar", "utf-8-mark", "utf-16", "utf-16-no-mark"],
)
def test_a_handmade_list_says_the_same_in_every_format(write):
    rows = handmade(
        (1, "NOR AIDA", "P", "Paringin, 12 Mei 2009", "XII A", "6311065205099001"),
        (2, "AKHMAD JOSÉ", "L", "Awayan, 11-11-2009", "XII A", "6311061111099002"),
    )
    reading = school_list(write(rows))
    assert reading.header_rows == (4, 4)
    assert [(person.row, person.name, person.sex) for person in reading.people] == [
        (5, "NOR AIDA", "P"),
        (6, "AKHMAD JOSÉ", "L"),
    ]
    assert [(person.birth_place, person.birth_date) for person in reading.people] == [
        ("Paringin", date(2009, 5, 12)),
        ("Awayan", date(2009, 11, 11)),
    ]
    assert reading.mapping["birth_place"] == reading.mapping["birth_date"] == "TTL"
    assert reading.problems == ()
    assert reading.refused == ()


def test_spreadsheet_dates_are_dates_in_every_format():
    rows = [HEADER, pupil(1, **{"Tanggal Lahir": datetime.combine(date(2009, 5, 1), time())})]
    for write in (xlsx, xls, ods):
        assert school_list(write(rows)).people[0].birth_date == date(2009, 5, 1)


def test_place_and_date_under_one_merged_header_over_two_columns():
    header = ("No", "Nama", "Tempat, Tanggal Lahir", None, "L/P")
    reading = school_list(xlsx([header, (1, "NOR AIDA", "Paringin", "12-05-2009", "P")]))
    assert (reading.people[0].birth_place, reading.people[0].birth_date) == ("Paringin", date(2009, 5, 12))


def test_place_and_date_in_a_group_of_two():
    rows = [
        ("No", "Nama Siswa", "Tempat dan Tanggal Lahir", None, "Orang Tua", None),
        (None, None, "Tempat", "Tanggal", "Ayah", "Ibu"),
        (1, "NOR AIDA", "Paringin", "12-05-2009", "HAMDANI", "MASTUAH"),
    ]
    (person,) = school_list(xlsx(rows)).people
    assert (person.birth_place, person.birth_date) == ("Paringin", date(2009, 5, 12))
    assert (person.father, person.mother) == ("HAMDANI", "MASTUAH")


# Numbers that a spreadsheet wore down


@pytest.mark.parametrize(
    ("cell", "kept", "fault"),
    [
        (6311064105099001, "6311064105099001", Fault.NIK_NUMBER),
        (6311064105099000, None, Fault.NIK_DIGIT16),
        ("6.31E+15", None, Fault.NIK_EXPONENT),
        ("6,31106E+15", None, Fault.NIK_EXPONENT),
        (6.31e15, None, Fault.NIK_DIGIT16),
        (631106410509900, None, Fault.NIK_LENGTH),
        ("631106 410509 900", None, Fault.NIK_LENGTH),
        ("63110641050990011", None, Fault.NIK_LENGTH),
        ("631106410509900O", None, Fault.NIK_NOT_DIGITS),
        ("6311064105090000", None, Fault.NIK_SERIAL),
        ("6311063111109001", None, Fault.NIK_DATE),
        ("6311060105099001", "6311060105099001", Fault.NIK_SEX_DIFFERS),
        ("6311064205099001", "6311064205099001", Fault.NIK_BIRTH_DATE_DIFFERS),
        (None, None, Fault.NIK_MISSING),
        ("-", None, Fault.NIK_MISSING),
        ("tidak ada", None, Fault.NIK_MISSING),
        (0, None, Fault.NIK_MISSING),
    ],
)
def test_a_nik_and_what_became_of_it(cell, kept, fault):
    reading = one(NIK=cell)
    assert reading.people[0].nik == kept, "the pupil is taken whatever her NIK is"
    assert faults(reading) == [fault]
    (problem,) = reading.problems
    assert (problem.row, problem.column, problem.field) == (2, "NIK", "nik")
    expected_to_cost = kept is None and fault is not Fault.NIK_MISSING
    assert problem.level is (Level.ERROR if expected_to_cost else Level.WARNING)


@pytest.mark.parametrize(
    "cell",
    [
        "6311064105099010",
        "'6311064105099001",
        "’6311064105099001",
        "6311064105099001\u00a0",
        "\u00a06311064105099001 \u00a0",
        "631106 410509 9001",
        "\u200b6311064105099001",
        "`6311064105099001'",
    ],
)
def test_a_nik_as_text_is_freed_of_what_stuck_to_it(cell):
    reading = one(NIK=cell)
    assert reading.people[0].nik in ("6311064105099001", "6311064105099010")
    assert reading.problems == ()


def test_a_number_written_to_text_with_its_point():
    reading = school_list(text([HEADER, pupil(1, NIK="6311064105099001.0")]))
    assert reading.people[0].nik == "6311064105099001"
    assert faults(reading) == [Fault.NIK_NUMBER]


def test_text_whose_niks_all_end_in_zero_was_a_spreadsheets():
    people = [pupil(number, NIK=f"631106{number + 40}05099{number:02}0") for number in range(1, 7)]
    assert faults(school_list(text([HEADER, *people]))) == [Fault.NIK_ALL_END_IN_ZERO] * 6
    assert faults(school_list(text([HEADER, *people[:5], pupil(6)]))) == []


@pytest.mark.parametrize(
    ("cell", "kept", "fault"),
    [
        ("0091234567", "0091234567", None),
        (91234567, "0091234567", Fault.NISN_ZEROS),
        ("91234567", "0091234567", Fault.NISN_ZEROS),
        (3091234567, "3091234567", None),
        ("12345", None, Fault.NISN_LENGTH),
        ("00912345678", None, Fault.NISN_LENGTH),
        ("00912A4567", None, Fault.NISN_NOT_DIGITS),
        (None, None, None),
        ("-", None, None),
    ],
)
def test_a_nisn_gets_its_zeros_back(cell, kept, fault):
    reading = school_list(dapodik(dapodik_row(1, NISN=cell)))
    assert reading.people[0].nisn == kept
    assert faults(reading) == ([fault] if fault else [])


def test_rt_and_rw_get_their_zeros_back_and_may_share_a_column():
    reading = school_list(dapodik(dapodik_row(1, RT=3, RW=1.0), dapodik_row(2, RT="12", RW="-")))
    assert [(person.rt, person.rw) for person in reading.people] == [("003", "001"), ("012", None)]
    rows = [(*HEADER, "RT/RW"), (*pupil(1), "003/001"), (*pupil(2), "RT 4 RW 2"), (*pupil(3), "5 / -")]
    assert [(person.rt, person.rw) for person in school_list(xlsx(rows)).people] == [
        ("003", "001"),
        ("004", "002"),
        ("005", None),
    ]


def test_a_family_card_number_wears_like_a_nik_and_is_optional():
    cells = (6311060101109000, "6.3E+15", "123", "63110601011090X1", None, 6311060101109001)
    reading = school_list(dapodik(*(dapodik_row(at, **{"No KK": cell}) for at, cell in enumerate(cells, 1))))
    assert [person.kk for person in reading.people] == [None] * 5 + ["6311060101109001"]
    assert faults(reading) == [
        Fault.KK_DIGIT16,
        Fault.KK_EXPONENT,
        Fault.KK_LENGTH,
        Fault.KK_NOT_DIGITS,
        Fault.KK_NUMBER,
    ]


# Level and fate


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"Nama": None}, Fault.NAME_MISSING),
        ({"Nama": "-"}, Fault.NAME_MISSING),
        ({"Nama": "X" * 300}, Fault.NAME_TOO_LONG),
        ({"Tanggal Lahir": None}, Fault.BIRTH_DATE_MISSING),
        ({"Tanggal Lahir": "31-11-2010"}, Fault.BIRTH_DATE_IMPOSSIBLE),
        ({"Tanggal Lahir": "12-05-2030"}, Fault.BIRTH_DATE_IMPOSSIBLE),
    ],
)
def test_only_a_row_without_name_or_possible_birth_date_is_refused(values, fault):
    reading = school_list(xlsx([HEADER, pupil(1, **values), pupil(2)]))
    assert [person.row for person in reading.people] == [3]
    assert [refused.row for refused in reading.refused] == [2]
    assert reading.refused[0].faults == (fault,)
    assert faults(reading, 2) == [fault]
    assert reading.rows == 2


def test_a_row_with_everything_wrong_but_name_and_date_is_taken():
    reading = one(NIK="123", JK="X", **{"Tempat Lahir": None, "Kelas": None})
    (person,) = reading.people
    assert (person.nik, person.sex, person.birth_place, person.class_name) == (None, None, None, None)
    assert set(faults(reading)) == {Fault.NIK_LENGTH, Fault.SEX_UNKNOWN, Fault.BIRTH_PLACE_MISSING}
    assert reading.rows_at(Level.ERROR) == 1
    assert reading.rows_at(Level.WARNING) == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("NOOR LAILA", []),
        ("GT. MUHAMMAD RAMADHANI", [Fault.NAME_PUNCTUATION]),
        ("HALIMATUS SA'DIYAH", [Fault.NAME_PUNCTUATION]),
        ("SITI NUR-AINI", [Fault.NAME_PUNCTUATION]),
        ("HUSNA", [Fault.NAME_ONE_WORD]),
        ("AHMAD 2", [Fault.NAME_DIGITS]),
        (" ".join(["MUHAMMAD"] * 7), [Fault.NAME_LONG]),
        ("NOR [b]AIDA[/b]", [Fault.NAME_PUNCTUATION]),
        ("NOR \x1b[31mAIDA", [Fault.CONTROL_CHARACTERS, Fault.NAME_DIGITS, Fault.NAME_PUNCTUATION]),
        ("NOR \u202eADIA", [Fault.CONTROL_CHARACTERS]),
    ],
)
def test_names_are_kept_as_written_and_only_looked_at(name, expected):
    reading = school_list(text([HEADER, pupil(1, Nama=name)]))
    (person,) = reading.people
    assert faults(reading) == expected
    assert all(problem.level is Level.WARNING for problem in reading.problems)
    assert person.name == name.replace("\x1b", "").replace("\u202e", "")


def test_names_are_trimmed_and_not_recased():
    assert one(Nama="  Noor \u00a0  laila ").people[0].name == "Noor laila"


@pytest.mark.parametrize(
    ("cell", "sex"),
    [("L", "L"), ("p", "P"), ("Lk", "L"), ("Pr", "P"), ("Laki-Laki", "L"), ("Laki - laki", "L"), ("PEREMPUAN", "P"),
     ("Wanita", "P"), ("Pria", "L")],
)  # fmt: skip
def test_sex_as_offices_write_it(cell, sex):
    assert one(JK=cell, NIK=None).people[0].sex == sex


def test_sex_ticked_in_one_of_two_columns():
    rows = [
        ("No", "Nama", "Jenis Kelamin", None, "Tgl Lahir"),
        (None, None, "L", "P", None),
        (1, "NOR AIDA", None, "√", "12-05-2009"),
        (2, "AKHMAD HADI", "v", None, "13-05-2009"),
        (3, "B C", None, None, "14-05-2009"),
    ]
    reading = school_list(xlsx(rows))
    assert [person.sex for person in reading.people] == ["P", "L", None]
    assert faults(reading) == [Fault.SEX_MISSING]


def test_a_class_that_became_a_date_is_turned_back():
    reading = one(Kelas=date(2026, 1, 10))
    assert reading.people[0].class_name == "10-1"
    assert faults(reading) == [Fault.CLASS_DATE]
    assert one(Kelas=12).people[0].class_name == "12"


def test_a_nik_of_another_district_is_looked_at():
    reading = school_list(dapodik(dapodik_row(1, Kecamatan="Kec. Halong"), dapodik_row(2, Kecamatan="Kec. Jauh")))
    assert [(problem.row, problem.fault) for problem in reading.problems] == [(7, Fault.NIK_REGION_DIFFERS)]


def test_an_unlikely_age_is_looked_at():
    assert faults(one(NIK=None, **{"Tanggal Lahir": "12-05-1979"})) == [Fault.BIRTH_DATE_UNLIKELY, Fault.NIK_MISSING]


# Side by side


def test_one_nik_for_two_people_stays_with_the_first():
    rows = [HEADER, pupil(1), pupil(2, NIK="6311064105099001", **{"Tanggal Lahir": "01-05-2009"})]
    reading = school_list(xlsx(rows))
    assert [person.nik for person in reading.people] == ["6311064105099001", None]
    assert faults(reading, 2) == [Fault.NIK_SHARED]
    assert faults(reading, 3) == [Fault.DUPLICATE_NIK]
    assert reading.problems[1].detail == "2"


def test_one_pupil_given_twice_is_only_looked_at():
    reading = school_list(xlsx([HEADER, pupil(1), pupil(1)]))
    assert [person.nik for person in reading.people] == ["6311064105099001"] * 2
    assert faults(reading) == [Fault.REPEATED_PERSON]


def test_the_same_name_is_marked_on_both_rows():
    reading = school_list(xlsx([HEADER, pupil(1, Nama="MUHAMMAD RIZKI"), pupil(2, Nama="Muhammad  Rizki")]))
    assert [(problem.row, problem.fault, problem.detail) for problem in reading.problems] == [
        (2, Fault.SAME_NAME, "3"),
        (3, Fault.SAME_NAME, "2"),
    ]


def test_twins_are_marked_on_both_rows():
    twin = {"Data Ibu|Nama": "RUSMINI", "Tanggal Lahir": "2009-05-03", "NIK": None}
    reading = school_list(dapodik(dapodik_row(1, **twin), dapodik_row(2, **twin)))
    assert faults(reading).count(Fault.TWINS) == 2
