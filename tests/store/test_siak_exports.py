"""SIAK exports: everybody is kept for look-ups, the newest day wins, and our own people learn their status."""

import uuid
from datetime import date

import pytest
from a_school import nik, person, pupil_of, take

from store import journal, pupils, siak_exports
from store.roster.types import RosterPerson
from store.siak_exports import ExportFile
from store.store import Store
from store.transaction import NotAllowedError, OfficerRole

OLD = ExportFile("lama.xls", "1" * 64, date(2026, 10, 20))
NEW = ExportFile("baru.xls", "2" * 64, date(2026, 11, 20))


def export(*rows: RosterPerson) -> list[RosterPerson]:
    return list(rows)


def status(store: Store, visit: uuid.UUID, number: int = 1) -> tuple[str | None, date | None, str | None]:
    about = store.run_now(pupils.detail, pupil_of(store, visit, number))
    return about.status_code, about.status_day, about.status_source


def test_a_preview_counts_and_writes_nothing(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    rows = export(person(1, "NORHAYATI"), person(2, "ORANG LAIN"), person(3, "TANPA NIK", nik=None))
    seen = store.run_now(siak_exports.preview, rows, NEW)
    assert (seen.new, seen.without_nik, seen.on_lists, seen.taken_before) == (2, 1, 1, None)
    assert store.run_now(siak_exports.look_up, nik(9002)) is None


def test_siak_fills_in_what_the_card_bears_and_the_list_does_not_know(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI", religion="ISLAM"))
    told = {"occupation": "PELAJAR/MAHASISWA", "blood_type": "O", "religion": "KRISTEN", "marital_status": "KAWIN"}
    store.run_now(siak_exports.take, export(person(1, "NORHAYATI", status_code="PRR", **told)), NEW)
    about = store.run_now(pupils.detail, pupil_of(store, visit, 1))
    assert (about.occupation, about.blood_type, about.marital_status) == ("PELAJAR/MAHASISWA", "O", "KAWIN")
    assert about.religion == "ISLAM"


def test_people_on_our_lists_learn_their_status_and_others_are_kept(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    rows = export(
        person(1, "NORHAYATI", status_code="Belum\nRekam", marital_status="BELUM KAWIN"),
        person(2, "ORANG LAIN", status_code="PRR"),
    )
    taken = store.run_now(siak_exports.take, rows, NEW)
    assert (taken.statuses, taken.pulled_back) == (1, 0)
    assert status(store, visit) == ("BELUM_REKAM", NEW.day, "export")
    other = store.run_now(siak_exports.look_up, nik(9002))
    assert other is not None
    assert (other.name, other.status_code, other.day) == ("ORANG LAIN", "PRR", NEW.day)
    assert store.run_now(siak_exports.newest_day) == NEW.day


def test_the_same_export_again_changes_nothing(store: Store, visit: uuid.UUID) -> None:
    rows = export(person(1, "NORHAYATI", status_code="SFE"))
    store.run_now(siak_exports.take, rows, NEW)
    head = store.run_now(journal.head)
    again = store.run_now(siak_exports.take, rows, NEW)
    assert (again.batch, again.preview.same) == (None, 1)
    assert again.preview.taken_before is not None
    assert store.run_now(journal.head) == head


def test_an_older_export_taken_later_changes_nothing_a_newer_one_said(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    store.run_now(siak_exports.take, export(person(1, "NORHAYATI", status_code="PRR")), NEW)
    late = store.run_now(siak_exports.take, export(person(1, "NORHAYATI", status_code="SFE")), OLD)
    assert (late.preview.older, late.statuses) == (1, 0)
    assert status(store, visit) == ("PRR", NEW.day, "export")
    assert store.run_now(siak_exports.newest_day) == NEW.day


def test_a_newer_export_renews_the_day_of_a_status_that_stayed(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    for file in (OLD, NEW):
        store.run_now(siak_exports.take, export(person(1, "NORHAYATI", status_code="SFE")), file)
    assert status(store, visit) == ("SFE", NEW.day, "export")


def test_an_unknown_code_is_kept_as_it_is(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    store.run_now(siak_exports.take, export(person(1, "NORHAYATI", status_code="AFIS PENDING")), NEW)
    assert status(store, visit)[0] == "AFIS_PENDING"


def test_a_pupil_whose_nik_is_completed_learns_her_status_at_once(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI", nik=None))
    store.run_now(siak_exports.take, export(person(1, "NORHAYATI", status_code="PRR")), NEW)
    assert status(store, visit) == (None, None, None)
    alike = store.run_now(siak_exports.look_alike, date(2009, 5, 12), "Norhayati")
    assert [one.nik for one in alike] == [nik(9001)]
    store.run_now(pupils.complete, pupil_of(store, visit, 1), {"nik": nik(9001)}, "SIAK")
    assert status(store, visit)[0] == "PRR"


def test_a_printing_operator_takes_an_export_and_nobody_without_a_role_does(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    rows = export(person(1, "NORHAYATI", status_code="PRR"))
    store.sign_in(None, frozenset())
    with pytest.raises(NotAllowedError):
        store.run_now(siak_exports.take, rows, NEW)
    store.sign_in(None, frozenset({OfficerRole.PRINTING}))
    assert store.run_now(siak_exports.take, rows, NEW).statuses == 1
