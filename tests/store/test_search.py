"""Finding a pupil: by the beginnings of her names, by her NIK or its tail, on one list or on all."""

import uuid
from datetime import date

import pytest
from a_school import list_file, nik, person, plan, pupil_of, take
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import lists, pupils, search, visits
from store.search import COUNTED, SearchPage
from store.store import Store


@pytest.fixture
def school(store: Store, visit: uuid.UUID) -> uuid.UUID:
    take(
        store,
        visit,
        person(42, "NORHAYATI"),
        person(11, "HALIMATUS SA'DIYAH"),
        person(12, "MUHAMMAD RIZKI"),
        person(13, "Muhammad Rizki Ramadhani"),
        person(14, "NOR AÍDA"),
        person(15, "ANNISA", nik=None),
    )
    return visit


def names(page: SearchPage) -> list[str]:
    return [one.row.name for one in page.found]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nor", ["NORHAYATI", "NOR AÍDA"]),
        ("norh", ["NORHAYATI"]),
        ("aida", ["NOR AÍDA"]),
        ("riz muh", ["MUHAMMAD RIZKI", "Muhammad Rizki Ramadhani"]),
        ("sadiyah", ["HALIMATUS SA'DIYAH"]),
        ("sa'di", ["HALIMATUS SA'DIYAH"]),
        ("9042", ["NORHAYATI"]),
        ("··9042", ["NORHAYATI"]),
        ("631106 520509 9042", ["NORHAYATI"]),
        ("63110652", ["NORHAYATI", "HALIMATUS SA'DIYAH", "MUHAMMAD RIZKI", "Muhammad Rizki Ramadhani", "NOR AÍDA"]),
        ("2", ["HALIMATUS SA'DIYAH"]),  # the second on the list
        ("nobody", []),
        ('nor" OR words:*', []),
        ("[red]", []),
        ("", []),
    ],
)
def test_what_is_typed_finds(store: Store, school: uuid.UUID, typed: str, found: list[str]) -> None:
    assert names(store.run_now(search.search, typed, school)) == found


def test_a_few_digits_name_a_region_and_wait_for_more(store: Store, school: uuid.UUID) -> None:
    page = store.run_now(search.search, "631106", school)
    assert (page.needs_more, page.found) == (True, ())


def test_all_lists_are_searched_together_and_name_their_school(store: Store, school: uuid.UUID) -> None:
    other = store.run_now(visits.create, plan(date(2026, 11, 30), "MA Contoh Awayan", None))
    store.run_now(lists.take, other, [person(77, "NORLATIFAH")], list_file("n"))
    page = store.run_now(search.search, "nor")
    assert [(one.row.name, one.school) for one in page.found] == [
        ("NORHAYATI", "SMA Contoh 1 Paringin"),
        ("NOR AÍDA", "SMA Contoh 1 Paringin"),
        ("NORLATIFAH", "MA Contoh Awayan"),
    ]
    assert names(store.run_now(search.search, "nor", other)) == ["NORLATIFAH"]


def test_a_new_name_or_nik_is_found_at_once_and_the_old_one_no_more(store: Store, school: uuid.UUID) -> None:
    pupil = pupil_of(store, school, 6)
    store.run_now(pupils.complete, pupil, {"name": "ANNISA FITRI", "nik": nik(9777)}, "akta")
    assert names(store.run_now(search.search, "fitri", school)) == ["ANNISA FITRI"]
    assert names(store.run_now(search.search, "9777", school)) == ["ANNISA FITRI"]
    store.run_now(pupils.complete, pupil, {"name": "ANISA"}, "akta")
    assert names(store.run_now(search.search, "annisa", school)) == []


def test_a_search_counts_to_a_thousand_and_stops(store: Store, visit: uuid.UUID) -> None:
    rows = [person(row, f"NOR {row}", nik=None, mother=None) for row in range(1, COUNTED + 12)]
    take(store, visit, *rows)
    first = store.run_now(search.search, "nor", visit, limit=700)
    assert (first.count, first.more_than_counted, first.more_after) == (COUNTED, True, True)
    rest = store.run_now(search.search, "nor", visit, after=first.found[-1].place, limit=700)
    assert [one.row.number for one in (*first.found, *rest.found)] == list(range(1, COUNTED + 12))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_whatever_is_typed_is_words_and_never_a_command(store: Store, school: uuid.UUID, typed: str) -> None:
    page = store.run_now(search.search, typed, school)
    assert len(page.found) == page.count <= 6
