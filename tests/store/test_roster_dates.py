from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.roster.dates import parse_date, split_place_and_date
from tests.store.roster_files import TODAY

BORN = date(2009, 5, 12)


@pytest.mark.parametrize(
    "cell",
    [
        "12-05-2009",
        "12/05/2009",
        "12.05.2009",
        "12 05 2009",
        "12-5-2009",
        "12-05-09",
        "12 Mei 2009",
        "12 Mey 2009",
        "12 MEI 2009",
        "12-Mei-2009",
        "12-May-09",
        "12 May 2009",
        "May 12, 2009",
        "12-V-2009",
        "12Mei2009",
        "Selasa, 12 Mei 2009",
        "2009-05-12",
        "2009/05/12",
        "2009-05-12 00:00:00",
        "2009-05-12T00:00:00",
        "12/05/2009 00:00",
        "'12-05-2009",
        "\u00a012-05-2009\u00a0",
        "12052009",
        "20090512",
        12052009,
        20090512,
        39945,
        39945.0,
        "39945",
        BORN,
        datetime.combine(BORN, time()),
        datetime.combine(BORN, time(7, 30)),
    ],
)
def test_one_birth_date_in_the_ways_schools_write_it(cell):
    assert parse_date(cell, TODAY) == BORN


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("17 Agustus 2008", date(2008, 8, 17)),
        ("17 Agst 2008", date(2008, 8, 17)),
        ("1 Pebruari 2010", date(2010, 2, 1)),
        ("3 Nopember 2009", date(2009, 11, 3)),
        ("31 Desember 2009", date(2009, 12, 31)),
        ("9 Oct 2009", date(2009, 10, 9)),
        ("01-02-98", date(1998, 2, 1)),
        (1052009, date(2009, 5, 1)),
        ("29-02-2008", date(2008, 2, 29)),
    ],
)
def test_months_and_years_as_they_are_spoken(cell, born):
    assert parse_date(cell, TODAY) == born


@pytest.mark.parametrize(
    "cell",
    [
        "31-11-2010",
        "29-02-2009",
        "05/25/2009",
        "2009-31-12",
        "00-00-0000",
        "12-05",
        "2009",
        2009,
        16,
        "Mei 2009",
        "12 Bulan 2009",
        "24-11-2026",
        "12-05-1009",
        "besok",
        "",
        None,
        True,
        time(7, 30),
        float("nan"),
        float("inf"),
        -39945,
        1e300,
    ],
)
def test_no_possible_birth_date(cell):
    assert parse_date(cell, TODAY) is None


@given(st.dates(date(1927, 6, 1), TODAY), st.sampled_from(["%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d%m%Y"]))
def test_every_day_survives_every_form(born, form):
    assert parse_date(born.strftime(form), TODAY) == born
    assert parse_date((born - date(1899, 12, 30)).days, TODAY) == born


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers()))
def test_any_cell_gets_an_answer(cell):
    found = parse_date(cell, TODAY)
    assert found is None or date(1900, 1, 1) <= found <= TODAY


@pytest.mark.parametrize(
    ("text", "place", "day"),
    [
        ("Paringin, 12 Mei 2009", "Paringin", "12 Mei 2009"),
        ("Paringin 12-05-2009", "Paringin", "12-05-2009"),
        ("PARINGIN/12/05/2009", "PARINGIN", "12/05/2009"),
        ("Hulu Sungai Tengah , 2009-05-12", "Hulu Sungai Tengah", "2009-05-12"),
        ("Barabai, Kab. HST, 3 Nop 2009", "Barabai, Kab. HST", "3 Nop 2009"),
        ("12 Mei 2009", "", "12 Mei 2009"),
        ("Paringin", "Paringin", ""),
        ("Paringin, 31-11-2010", "Paringin", "31-11-2010"),
        ("Paringin,12052009", "Paringin", "12052009"),
    ],
)
def test_place_and_date_in_one_cell(text, place, day):
    assert split_place_and_date(text) == (place, day)
