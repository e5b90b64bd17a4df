"""A school's list: nothing is written before the preview, nothing twice, and nobody who is recorded is changed."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from a_school import DAY, StandingClock, list_file, nik, person, plan, pupil_of, take
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import counts, journal, lists, pupils, queue, search, siak_exports, visits
from store.lists import Fate
from store.models.people import Person, Pupil
from store.models.siak import ImportBatch
from store.progress import PupilState
from store.standing import change, pupil_row
from store.store import Store
from store.transaction import NotAllowedError, OfficerRole


def fates(store: Store, visit: uuid.UUID, *rows: object) -> list[Fate]:
    return [row.fate for row in store.run_now(lists.preview, visit, rows, "0" * 64).rows]


def test_a_preview_writes_nothing(store: Store, visit: uuid.UUID) -> None:
    preview = store.run_now(lists.preview, visit, [person(1, "NORHAYATI")], "0" * 64)
    assert (preview.counts[Fate.NEW], preview.taken_before) == (1, None)
    assert store.run_now(counts.of_visit, visit).pupils == 0
    assert store.run_now(lambda tx: Person.select().count()) == 0


def test_pupils_of_16_wait_in_step_3_and_younger_ones_stay_listed(store: Store, visit: uuid.UUID) -> None:
    taken = take(store, visit, person(1, "A B", date(2010, 11, 23)), person(2, "C D", date(2010, 11, 24)))
    assert (taken.new, taken.under_16) == (2, 1)
    states = [row.state for row in store.run_now(queue.page, visit).rows]
    assert states == [PupilState.CHECK, PupilState.LISTED]


def test_the_figures_of_a_list_are_of_those_who_are_16(store: Store, visit: uuid.UUID) -> None:
    take(
        store,
        visit,
        person(1, "A B", date(2009, 11, 23)),
        person(2, "C D", date(2009, 11, 24), sex="L", class_name="XII IPS 1"),
        person(3, "E F", date(2011, 1, 1)),
    )
    assert store.run_now(lists.figures, visit) == lists.ListFigures(sixteen=1, seventeen=1, boys=1, girls=1, classes=2)


def test_a_pupil_without_a_nik_is_taken_and_marked(store: Store, visit: uuid.UUID) -> None:
    taken = take(store, visit, person(1, "M. SYAHRANI", nik=None))
    assert (taken.new, taken.incomplete) == (1, 1)
    row = store.run_now(queue.page, visit).rows[0]
    assert (row.incomplete, row.nik_tail) == (True, None)


def test_the_same_file_again_changes_nothing(store: Store, visit: uuid.UUID) -> None:
    rows = [person(1, "NORHAYATI"), person(2, "RUSDIANA", nik=None)]
    take(store, visit, *rows)
    head = store.run_now(journal.head)
    again = take(store, visit, *rows)
    assert (again.batch, again.new, again.changed, again.same) == (None, 0, 0, 2)
    assert store.run_now(journal.head) == head
    preview = store.run_now(lists.preview, visit, rows, "a" * 64)
    assert preview.taken_before is not None


def test_a_newer_list_shows_old_and_new_and_changes_them(store: Store, visit: uuid.UUID) -> None:
    first = person(1, "NORHAYATI")
    take(store, visit, first, person(2, "RUSDIANA", nik=None))
    newer = [replace(first, name="NOORHAYATI", class_name="XII IPA 2", father=None), person(2, "Rusdiana")]
    preview = store.run_now(lists.preview, visit, newer, "b" * 64)
    assert [(row.fate, [(one.field, one.old, one.new) for one in row.changes]) for row in preview.rows] == [
        (Fate.CHANGED, [("name", "NORHAYATI", "NOORHAYATI"), ("class_name", "XII IPA 1", "XII IPA 2")]),
        (Fate.CHANGED, [("nik", None, nik(9002)), ("name", "RUSDIANA", "Rusdiana")]),
    ]
    assert take(store, visit, *newer, letter="b").changed == 2
    about = store.run_now(pupils.detail, pupil_of(store, visit, 1))
    assert (about.name, about.class_name, about.father) == ("NOORHAYATI", "XII IPA 2", "BAHRUDIN")
    assert not store.run_now(pupils.detail, pupil_of(store, visit, 2)).incomplete
    assert fates(store, visit, *newer) == [Fate.SAME, Fate.SAME]


def test_a_recorded_pupil_is_shown_and_never_overwritten(store: Store, visit: uuid.UUID) -> None:
    first = person(1, "NORHAYATI")
    take(store, visit, first)
    pupil = pupil_of(store, visit, 1)
    store.run_now(lambda tx: change(pupil_row(pupil), state=PupilState.CARD, recorded=1))
    newer = replace(first, name="NOORHAYATI", class_name="XII IPS 9")
    assert fates(store, visit, newer) == [Fate.KEPT]
    assert take(store, visit, newer, letter="b").kept == 1
    about = store.run_now(pupils.detail, pupil)
    assert (about.name, about.class_name) == ("NORHAYATI", "XII IPA 1")
    with pytest.raises(pupils.RecordedError):
        store.run_now(pupils.complete, pupil, {"name": "NOORHAYATI"}, "hand")


def test_a_nik_that_somebody_else_has_is_left_out_and_the_pupil_is_taken(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    stranger = person(2, "SALASIAH", date(2009, 3, 17), nik=nik(9001))
    preview = store.run_now(lists.preview, visit, [stranger], "b" * 64)
    assert (preview.rows[0].fate, preview.rows[0].nik_belongs_to_other) == (Fate.NEW, True)
    take(store, visit, stranger, letter="b")
    about = store.run_now(pupils.detail, pupil_of(store, visit, 2))
    assert (about.name, about.nik, about.incomplete) == ("SALASIAH", None, True)
    assert store.run_now(pupils.detail, pupil_of(store, visit, 1)).name == "NORHAYATI"


def test_the_same_person_twice_in_a_file_is_taken_once(store: Store, visit: uuid.UUID) -> None:
    twice = [person(1, "NORHAYATI"), replace(person(1, "Norhayati"), row=9), person(2, "A B", nik=None)]
    twice.append(replace(twice[2], row=10))
    assert fates(store, visit, *twice) == [Fate.NEW, Fate.REPEATED, Fate.NEW, Fate.REPEATED]
    assert take(store, visit, *twice).new == 2


def test_namesakes_are_two_people(store: Store, visit: uuid.UUID) -> None:
    take(
        store,
        visit,
        person(1, "MUHAMMAD RIZKI", date(2010, 2, 3)),
        person(2, "Muhammad  Rizki", date(2009, 8, 19)),
        person(3, "HASANAH", date(2009, 7, 7), mother="RUSMINI"),
        person(4, "HUSNA", date(2009, 7, 7), mother="RUSMINI"),
        person(5, "JUMIATI", date(2009, 7, 7), mother=None),
    )
    rows = {row.number: row for row in store.run_now(queue.page, visit).rows}
    assert [rows[number].same_name for number in range(1, 6)] == [True, True, False, False, False]
    assert [rows[number].twin for number in range(1, 6)] == [False, False, True, True, False]


def test_somebody_known_from_another_school_is_one_person_on_two_lists(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    other = store.run_now(visits.create, plan(date(2026, 11, 30), "MA Contoh Awayan", None))
    moved = person(1, "NORHAYATI", address="DESA CONTOH")
    assert fates(store, other, moved) == [Fate.NEW]
    take(store, other, moved)
    assert store.run_now(lambda tx: (Person.select().count(), Pupil.select().count())) == (1, 2)
    assert store.run_now(pupils.detail, pupil_of(store, visit, 1)).address == "DESA CONTOH"


def test_rows_left_out_stay_out_and_the_mapping_is_remembered(store: Store, visit: uuid.UUID) -> None:
    rows = [person(1, "NORHAYATI"), person(2, "RUSDIANA")]
    assert store.run_now(lists.take, visit, rows, list_file(), leave_out=[2]).new == 1
    second = store.run_now(visits.create, plan(date(2026, 11, 30)))
    assert store.run_now(lists.mapping_of, second) == list_file().mapping
    batch = store.run_now(lambda tx: ImportBatch.get().sha256)
    assert batch == "a" * 64


def test_a_status_read_before_the_list_came_is_there_when_it_comes(store: Store, visit: uuid.UUID) -> None:
    export = siak_exports.ExportFile("siak.xls", "e" * 64, date(2026, 11, 20))
    store.run_now(siak_exports.take, [person(1, "NORHAYATI", status_code="Print Ready\nRecord")], export)
    take(store, visit, person(1, "NORHAYATI"))
    about = store.run_now(pupils.detail, pupil_of(store, visit, 1))
    assert (about.status_code, about.status_day) == ("PRINT_READY_RECORD", date(2026, 11, 20))


def test_an_import_that_fails_leaves_nothing(store: Store, visit: uuid.UUID) -> None:
    def fail(tx: object) -> None:
        lists.take(tx, visit, [person(1, "NORHAYATI")], list_file())  # type: ignore[arg-type]
        raise KeyError

    with pytest.raises(KeyError):
        store.run_now(fail)
    assert store.run_now(counts.of_visit, visit).pupils == 0
    assert store.run_now(lambda tx: ImportBatch.select().count()) == 0


def test_a_printing_operator_takes_no_list(store: Store, visit: uuid.UUID) -> None:
    store.sign_in(None, frozenset({OfficerRole.PRINTING}))
    with pytest.raises(NotAllowedError):
        take(store, visit, person(1, "NORHAYATI"))


SOME = st.builds(
    lambda row, name, born, number: person(row, name, born, nik=None if number is None else nik(number, born)),
    st.integers(2, 400),
    st.sampled_from(["NORHAYATI", "Norhayati", "RUSDIANA", "A. B", "MUHAMMAD RIZKI"]),
    st.dates(date(2009, 1, 1), date(2009, 1, 3)),
    st.one_of(st.none(), st.integers(9001, 9003)),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SOME, max_size=8, unique_by=lambda one: one.row))
def test_whatever_a_list_holds_taking_it_twice_is_taking_it_once(store: Store, rows: list[object]) -> None:
    visit = store.run_now(visits.create, plan(DAY, "SMA Acak", None))
    store.run_now(lists.take, visit, rows, list_file("d"))
    whole = store.run_now(counts.of_visit, visit)
    head = store.run_now(journal.head)
    again = store.run_now(lists.take, visit, rows, list_file("d"))
    assert (again.new, again.changed) == (0, 0)
    assert store.run_now(counts.of_visit, visit) == whole
    assert store.run_now(journal.head) == head


def test_absent_pupils_move_to_the_return_visit_with_what_is_known(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, *(person(row, f"MURID {row}", date(2010, 11, 25)) for row in (1, 2)), person(3, "NORHAYATI"))
    again = store.run_now(visits.create, plan(date(2026, 11, 30)))
    absent, recorded = pupil_of(store, visit, 3), pupil_of(store, visit, 2)
    store.run_now(pupils.tick_papers, absent, kk=True)
    store.run_now(pupils.mark_absent, absent)
    store.run_now(lambda tx: change(pupil_row(recorded), state=PupilState.CARD, recorded=1))
    young = pupil_of(store, visit, 1)
    assert store.run_now(lists.move_pupils, [absent, recorded, young], again) == 2
    rows = {row.pupil: row for row in store.run_now(queue.page, again).rows}
    assert (rows[absent].number, rows[absent].presence, rows[absent].papers_kk) == (1, None, True)
    # On the later day she is 16.
    assert rows[young].state is PupilState.CHECK
    assert (store.run_now(counts.of_visit, visit).pupils, store.run_now(counts.of_visit, again).pupils) == (1, 2)
    assert [one.row.pupil for one in store.run_now(search.search, "norh", again).found] == [absent]
    assert store.run_now(search.search, "norh", visit).found == ()
    assert store.run_now(lists.move_pupils, [recorded], again) == 0


def test_the_newest_list_of_a_visit_is_known_by_its_file(store: Store, clock: StandingClock, visit: uuid.UUID) -> None:
    assert store.run_now(lists.newest, visit) is None
    take(store, visit, person(1, "NORHAYATI"))
    clock.at += timedelta(hours=1)
    store.run_now(lists.take, visit, [person(2, "NOOR LAILA")], lists.ListFile("tambahan.xls", "b" * 64))
    newest = store.run_now(lists.newest, visit)
    assert newest is not None
    assert (newest.file_name, newest.at) == ("tambahan.xls", clock.at)
