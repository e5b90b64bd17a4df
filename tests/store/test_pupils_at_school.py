"""At school: adding somebody who is not on the list, completing data, looking at a NIK, undoing, and her history."""

import uuid
from dataclasses import replace
from datetime import date

import pytest
from a_school import nik, person, plan, pupil_of, take

from store import adding, history, people, pupils, queue, siak_exports, undo, visits
from store.adding import AddBlockedError, AddBlocker, AddReason, NewPupil
from store.models.core import Officer
from store.nik import NikFault
from store.people import BadValueError, NikTakenError
from store.progress import Presence, PupilState, Sex
from store.store import Store

BORN = date(2009, 10, 8)
NEW = NewPupil(
    nik=nik(9041, BORN),
    name="SYARIFAH NORAIDA",
    birth_place="LAMPIHONG",
    class_name="XII IPS 1",
    mother="NORSEHAN",
    reason=AddReason.MOVED,
)


def test_the_nik_fills_in_birth_date_and_sex(store: Store, visit: uuid.UUID) -> None:
    seen = store.run_now(adding.look, visit, NEW)
    assert (seen.born_by_nik, seen.sex_by_nik, seen.age, seen.blockers) == (BORN, Sex.FEMALE, (17, 1), ())
    assert (seen.listed, seen.elsewhere, seen.recorded, seen.siak, seen.siak_day) == (None, None, None, None, None)


def test_who_is_added_is_queued_with_the_next_number_and_marked(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    pupil = store.run_now(adding.add, visit, NEW)
    row = store.run_now(queue.find, pupil)
    assert (row.number, row.state, row.added, row.incomplete) == (2, PupilState.CHECK, True, False)
    about = store.run_now(pupils.detail, pupil)
    assert (about.birth_date, about.sex, about.added_reason) == (BORN, Sex.FEMALE, "moved")


def test_whoever_is_on_the_list_is_opened_instead(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(41, "SYARIFAH NORAIDA", BORN))
    seen = store.run_now(adding.look, visit, NEW)
    assert seen.blockers == (AddBlocker.ALREADY_LISTED,)
    assert seen.listed is not None
    assert seen.listed.pupil == pupil_of(store, visit, 1)
    with pytest.raises(AddBlockedError):
        store.run_now(adding.add, visit, NEW)


def test_the_same_name_or_birth_date_is_shown_as_similar(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "SYARIFAH NORAINI", BORN), person(2, "SYARIFAH NORAIDA"), person(3, "HUSNA"))
    seen = store.run_now(adding.look, visit, NEW)
    assert [one.name for one in seen.similar] == ["SYARIFAH NORAINI", "SYARIFAH NORAIDA"]


def test_another_school_and_siak_are_looked_up(store: Store, visit: uuid.UUID) -> None:
    other = store.run_now(visits.create, plan(date(2026, 11, 30), "MA Contoh Awayan", None))
    take(store, other, person(41, "SYARIFAH NORAIDA", BORN))
    export = siak_exports.ExportFile("siak.xls", "e" * 64, date(2026, 11, 20))
    store.run_now(siak_exports.take, [person(41, "SYARIFAH NORAIDA", BORN, status_code="PRR")], export)
    seen = store.run_now(adding.look, visit, NEW)
    assert (seen.elsewhere, seen.siak_day) == ("MA Contoh Awayan", date(2026, 11, 20))
    assert seen.siak is not None
    pupil = store.run_now(adding.add, visit, NEW)
    # One person on two lists, with the status the export told.
    about = store.run_now(pupils.detail, pupil)
    assert (about.person, about.status_code) == (
        store.run_now(pupils.detail, pupil_of(store, other, 1)).person,
        "PRR",
    )


@pytest.mark.parametrize(
    ("new", "blocker"),
    [
        (replace(NEW, name="  "), AddBlocker.NAME_EMPTY),
        (replace(NEW, nik=NEW.nik and NEW.nik[:15]), AddBlocker.NIK_LENGTH),
        (replace(NEW, nik="6311069905099041"), AddBlocker.NIK_WRONG),
        (replace(NEW, nik=None), AddBlocker.BIRTH_DATE_EMPTY),
        (replace(NEW, nik=None, birth_date=date(2011, 1, 1)), AddBlocker.UNDER_16),
        (replace(NEW, kk="63110501"), AddBlocker.KK_LENGTH),
        (replace(NEW, mother="NOR\x1b[2J"), AddBlocker.BAD_VALUE),
        (replace(NEW, reason=AddReason.OTHER), AddBlocker.REASON_EMPTY),
    ],
)
def test_what_blocks_adding(store: Store, visit: uuid.UUID, new: NewPupil, blocker: AddBlocker) -> None:
    assert blocker in store.run_now(adding.look, visit, new).blockers
    with pytest.raises(AddBlockedError):
        store.run_now(adding.add, visit, new)
    assert store.run_now(queue.page, visit).rows == ()


def test_somebody_elses_nik_is_refused_and_a_disagreeing_one_only_looked_at(store: Store, visit: uuid.UUID) -> None:
    other = store.run_now(visits.create, plan(date(2026, 11, 30), "MA Contoh Awayan", None))
    take(store, other, person(41, "HUSNA", BORN))
    stranger = replace(NEW, birth_date=date(2009, 1, 2))
    seen = store.run_now(adding.look, visit, stranger)
    assert seen.blockers == (AddBlocker.NIK_OF_OTHER,)
    assert seen.nik_faults == (NikFault.BIRTH_DATE_DIFFERS,)
    without = replace(stranger, nik=None)
    assert store.run_now(queue.find, store.run_now(adding.add, visit, without)).incomplete


def test_data_are_completed_with_old_and_new_in_the_journal(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "M. SYAHRANI", nik=None), person(2, "HUSNA"))
    pupil = pupil_of(store, visit, 1)
    with pytest.raises(BadValueError):
        store.run_now(pupils.complete, pupil, {"nik": "631106520509900"}, "KK")
    with pytest.raises(NikTakenError):
        store.run_now(pupils.complete, pupil, {"nik": nik(9002)}, "KK")
    changes = store.run_now(pupils.complete, pupil, {"nik": nik(9001), "mother": "IBU 1"}, "KK")
    assert changes == (people.FieldChange("nik", None, nik(9001)),)
    assert nik(9001) not in repr(changes)
    assert not store.run_now(queue.find, pupil).incomplete
    newest = store.run_now(history.history, pupil).events[0]
    assert (newest.event, newest.facts["values"]) == ("person.changed", {"nik": [None, nik(9001)]})


def test_a_birth_date_put_right_decides_anew_who_is_16(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "A B", date(2010, 12, 1), nik=None))
    pupil = pupil_of(store, visit, 1)
    store.run_now(pupils.complete, pupil, {"birth_date": "2009-12-01"}, "akta")
    assert store.run_now(queue.find, pupil).state is PupilState.CHECK


def test_looking_at_a_nik_leaves_a_line(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    pupil = pupil_of(store, visit, 1)
    assert store.run_now(pupils.reveal_nik, pupil) == nik(9001)
    assert store.run_now(history.history, pupil).events[0].event == "pupil.nik_revealed"


def test_the_history_names_the_officer_of_every_event_page_by_page(store: Store, visit: uuid.UUID) -> None:
    officer = store.run_now(lambda tx: Officer.create(name="Rahmawati", roles="recording").id)
    take(store, visit, person(1, "NORHAYATI"))
    pupil = pupil_of(store, visit, 1)
    store.sign_in(officer, store.roles)
    store.run_now(pupils.mark_absent, pupil, True)
    store.run_now(history.add_note, pupil, "surat  kehilangan\nmenyusul")
    first = store.run_now(history.history, pupil, limit=2)
    assert [(one.event, one.officer) for one in first.events] == [
        ("pupil.noted", "Rahmawati"),
        ("pupil.absent", "Rahmawati"),
    ]
    assert (first.more, first.events[0].facts["text"]) == (True, "surat kehilangan menyusul")
    rest = store.run_now(history.history, pupil, before=first.events[-1].seq)
    assert ([one.event for one in rest.events], rest.more) == (["pupil.listed"], False)


def test_undo_takes_back_the_last_mark_of_this_officer(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"), person(2, "HUSNA"))
    one, two = pupil_of(store, visit, 1), pupil_of(store, visit, 2)
    store.run_now(pupils.tick_papers, one, kk=True, certificate=True)
    store.run_now(pupils.mark_absent, two)
    assert store.run_now(undo.undo_last, visit) == undo.Undone(two, "pupil.absent")
    assert store.run_now(queue.find, two).presence is None
    assert store.run_now(undo.undo_last, visit).pupil == one
    assert not store.run_now(queue.find, one).papers_kk
    with pytest.raises(undo.NothingToUndoError):
        store.run_now(undo.undo_last, visit)


def test_a_mark_made_twice_is_one_mark(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    pupil = pupil_of(store, visit, 1)
    for _ in range(2):
        assert store.run_now(pupils.mark_absent, pupil, True) is Presence.ABSENT
        assert store.run_now(pupils.tick_papers, pupil, kk=True) == (True, False)
    events = [one.event for one in store.run_now(history.history, pupil).events]
    assert events == ["pupil.papers", "pupil.absent", "pupil.listed"]


def test_nothing_of_a_person_is_in_a_repr(store: Store, visit: uuid.UUID) -> None:
    take(store, visit, person(1, "NORHAYATI"))
    shown = [
        store.run_now(pupils.detail, pupil_of(store, visit, 1)),
        store.run_now(queue.page, visit),
        store.run_now(queue.page, visit).rows,
        store.run_now(adding.look, visit, NEW),
        NEW,
    ]
    assert not any(word in repr(shown) for word in ("NORHAYATI", "SYARIFAH", "9001", "NORSEHAN"))
