from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.nik import NikFault, check_nik

BIRTHDAYS = st.dates(date(1930, 1, 1), date(2029, 12, 31))
REGIONS = st.integers(110101, 979999).map(str)
SERIALS = st.integers(1, 9999)


def nik_of(born: date, sex: str, region: str, serial: int) -> str:
    return f"{region}{born.day + (40 if sex == 'P' else 0):02}{born:%m%y}{serial:04}"


@given(born=BIRTHDAYS, sex=st.sampled_from("LP"), region=REGIONS, serial=SERIALS)
def test_a_number_made_by_the_rule_agrees_with_the_person_it_was_made_for(born, sex, region, serial):
    check = check_nik(nik_of(born, sex, region, serial), born=born, sex=sex, region=region)
    assert check.faults == ()
    assert check.nik is not None
    assert (check.nik.sex, check.nik.region, check.nik.serial) == (sex, region, serial)
    assert check.nik.agrees_with(born)


@given(born=BIRTHDAYS, other=BIRTHDAYS, sex=st.sampled_from("LP"))
def test_another_birth_date_is_looked_at_and_the_number_kept(born, other, sex):
    check = check_nik(nik_of(born, sex, "631106", 9001), born=other)
    same = (born.day, born.month, born.year % 100) == (other.day, other.month, other.year % 100)
    assert check.nik is not None
    assert (NikFault.BIRTH_DATE_DIFFERS in check.faults) is not same


@given(st.text(max_size=20))
def test_any_text_gets_an_answer_and_only_sixteen_digits_a_number(text):
    check = check_nik(text)
    assert (check.nik is None) == bool(check.faults)
    if check.nik is not None:
        assert len(text) == 16
        assert text.isascii()
        assert text.isdigit()


@given(st.from_regex(r"[0-9]{16}", fullmatch=True))
def test_sixteen_digits_are_a_number_exactly_when_the_day_exists_and_the_serial_is_given_out(text):
    day = int(text[6:8]) - (40 if int(text[6:8]) > 40 else 0)
    try:
        date(2000 + int(text[10:12]), int(text[8:10]), day)
        possible = True
    except ValueError:
        possible = False
    assert (check_nik(text).nik is not None) == (possible and text[12:] != "0000")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("631106120509900", NikFault.LENGTH),
        ("63110612050990011", NikFault.LENGTH),
        ("", NikFault.NOT_DIGITS),
        ("631106120509900O", NikFault.NOT_DIGITS),
        ("٦٣١١٠٦١٢٠٥٠٩٩٠٠١", NikFault.NOT_DIGITS),
        ("6311063111109001", NikFault.DATE),
        ("6311067211109001", NikFault.DATE),
        ("6311060011109001", NikFault.DATE),
        ("6311062902099001", NikFault.DATE),
        ("6311061213099001", NikFault.DATE),
        ("6311061205090000", NikFault.SERIAL),
    ],
)
def test_what_cannot_be_anybodys_number(text, fault):
    check = check_nik(text)
    assert check.nik is None
    assert check.faults == (fault,)
    assert fault.unusable


def test_a_girl_of_the_last_day_and_the_newest_provinces_are_not_refused():
    assert check_nik("6311067101089001", born=date(2008, 1, 31), sex="P").faults == ()
    for province in ("65", "91", "92", "93", "94", "95", "96", "97"):
        assert check_nik(f"{province}11067101089001").nik is not None


def test_a_leap_day_of_the_year_2000():
    assert check_nik("6311062902009001", born=date(2000, 2, 29)).faults == ()


def test_sex_and_region_that_differ_are_warnings_and_the_region_is_that_of_first_registration():
    check = check_nik("6311061205099001", sex="P", region="631101")
    assert check.faults == (NikFault.SEX_DIFFERS, NikFault.REGION_DIFFERS)
    assert not any(fault.unusable for fault in check.faults)


def test_the_digits_are_in_no_repr():
    check = check_nik(nik_of(date(2009, 5, 12) + timedelta(days=1), "L", "631106", 9001))
    assert "9001" not in repr(check)
    assert "631106" not in repr(check)
