"""What the home screen tells beside the visits: work that was cut, and what somebody has to do something about."""

import re
from datetime import date

import pytest
from visit_day import VirtualClock, a_pupil, a_visit, open_store

from store import card_queue, home, recordings, stock, timings, visits
from store.models.people import Pupil, Visit
from store.models.recording import StepRun
from store.models.table import database
from store.progress import Presence, PupilState, VisitState
from store.sections import PARTS, PartScore, Section
from store.standing import change, pupil_row
from store.stock import StockKind

SHA = "ab" * 32


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def store(clock):
    held = open_store(clock)
    yield held
    held.close()


def begin(store, pupil):
    visit = store.run_now(lambda tx: Pupil.get_by_id(pupil).visit_id)
    store.run_now(timings.begin, 6, visit, pupil)
    return store.run_now(recordings.open_or_resume, pupil).id


def attempt(store, recording, section, score):
    scores = tuple(PartScore(part, score) for part in PARTS[section])
    store.run_now(recordings.add_attempt, recording, section, scores, b"box", None, "SBI", SHA)


def absent(store, pupil):
    store.run_now(lambda tx: change(pupil_row(pupil), presence=Presence.ABSENT))


def test_a_recording_that_was_cut_is_told_with_the_next_try(store, clock):
    pupil = a_pupil(store, a_visit(store, "MA CONTOH AWAYAN"), "NOR AIDA")
    recording = begin(store, pupil)
    clock.forward(60)
    attempt(store, recording, Section.PORTRAIT, 70)
    store.run_now(recordings.keep_portrait, recording, 1)
    attempt(store, recording, Section.SIGNATURE, None)
    clock.forward(60)
    attempt(store, recording, Section.LEFT_SLAP, 10)
    (cut,) = store.run_now(home.cut)
    assert (cut.name, cut.school, cut.restarted) == ("NOR AIDA", "MA CONTOH AWAYAN", False)
    assert (cut.recording.next, cut.recording.attempt) == (Section.LEFT_SLAP, 2)
    assert cut.last == clock.now()
    assert "AIDA" not in repr(cut)


def test_a_laptop_that_went_off_is_told_from_a_program_that_ended(store):
    begin(store, a_pupil(store, a_visit(store)))
    store.run_now(lambda tx: StepRun.update(leg_boot="the boot before").execute())
    assert [cut.restarted for cut in store.run_now(home.cut)] == [True]


def test_a_pupil_who_was_left_on_purpose_was_not_cut(store):
    visit = a_visit(store)
    left, cut = a_pupil(store, visit, "HUSNA"), a_pupil(store, visit, "HASANAH")
    begin(store, left)
    store.run_now(timings.leave, 6, visit, left)
    begin(store, cut)
    assert [one.name for one in store.run_now(home.cut)] == ["HASANAH"]


def test_the_latest_cut_stands_first_and_a_closed_visit_tells_none(store, clock):
    first, second = a_visit(store), a_visit(store, "SMA CONTOH 2")
    begin(store, a_pupil(store, first, "HUSNA"))
    clock.forward(60)
    begin(store, a_pupil(store, second, "HASANAH"))
    assert [one.name for one in store.run_now(home.cut)] == ["HASANAH", "HUSNA"]
    store.run_now(lambda tx: Visit.update(state=VisitState.CLOSED).where(Visit.id == second).execute())
    assert [one.name for one in store.run_now(home.cut)] == ["HUSNA"]


def test_cards_that_are_ready_and_those_that_wait_for_17(store):
    one, two = a_visit(store), a_visit(store, "SMA CONTOH 2")
    ready = {"state": PupilState.CARD, "status": "PRINT_READY_RECORD"}
    a_pupil(store, one, "NORHAYATI", **ready)
    a_pupil(store, one, "JUMIATI", **ready)
    a_pupil(store, two, "RUSDIANA", **ready)
    young = a_pupil(store, two, "LATIFAH HANUM", born=date(2009, 11, 30), **ready)
    a_pupil(store, two, "HALIMATUS SA'DIYAH", born=date(2010, 1, 30), **ready)
    store.run_now(stock.receive, StockKind.BLANK, 214, "A0117301")
    found = store.run_now(home.to_do)
    assert (found.ready, found.ready_schools, found.blanks) == (3, 2, 214)
    assert (found.waiting_age, found.next_pupil, found.next_day) == (2, young, date(2026, 11, 30))
    assert found.next_name == "LATIFAH HANUM"
    assert "LATIFAH" not in repr(found)


def test_those_who_wait_for_the_office_and_why(store):
    visit = a_visit(store)
    a_pupil(store, visit, "MAHRITA", PupilState.OFFICE, status="DUPLICATE_RECORD")
    a_pupil(store, visit, "SALASIAH", PupilState.CARD, status="ENROLL_FAILURE_AT_CENTRAL")
    found = store.run_now(home.to_do)
    assert found.office == 2
    assert found.office_codes == ("DUPLICATE_RECORD", "ENROLL_FAILURE_AT_CENTRAL")


def test_a_card_that_an_officer_holds_back_waits_for_the_office_too(store):
    held = a_pupil(store, a_visit(store), "MAHRITA", PupilState.CARD, status="PRINT_READY_RECORD")
    store.run_now(card_queue.hold, held, "alamat berubah")
    found = store.run_now(home.to_do)
    assert (found.office, found.office_codes) == (1, ()), "the reason is the officer's, not SIAK's"


def test_absent_pupils_want_a_return_visit_until_one_is_planned(store, clock):
    visit = a_visit(store, "SMK CONTOH 1 HALONG", day=date(2026, 11, 18))
    absent(store, a_pupil(store, visit, "KAMARUDIN"))
    today = a_visit(store, "SMA CONTOH 2")
    absent(store, a_pupil(store, today, "RAMLI"))
    (wanted,) = store.run_now(home.to_do).return_visits
    assert (wanted.visit, wanted.school, wanted.absent) == (visit, "SMK CONTOH 1 HALONG", 1)
    store.run_now(lambda tx: Visit.update(fallback_day=date(2026, 11, 25)).where(Visit.id == visit).execute())
    assert store.run_now(home.to_do).return_visits == ()
    clock.forward(3 * 86_400)
    assert {one.visit for one in store.run_now(home.to_do).return_visits} == {visit, today}
    school = visits.SchoolDetails("SMK CONTOH 1 HALONG")
    plan = visits.VisitPlan(school, date(2026, 11, 30), recording_officers=("Rahmawati",))
    store.run_now(visits.create, plan)
    assert [one.visit for one in store.run_now(home.to_do).return_visits] == [today]


def test_a_laptop_without_visits_has_nothing_to_do(store):
    assert store.run_now(home.cut) == ()
    found = store.run_now(home.to_do)
    assert (found.office, found.ready, found.waiting_age, found.next_day, found.return_visits) == (0, 0, 0, None, ())


def test_no_table_that_grows_with_the_pupils_is_walked_through_at_login(store):
    begin(store, a_pupil(store, a_visit(store)))
    asked = []

    def walked(tx):
        connection = database.connection()
        connection.set_trace_callback(asked.append)
        home.cut(tx)
        home.to_do(tx)
        connection.set_trace_callback(None)
        found = set()
        for query in (one for one in asked if one.startswith("SELECT")):
            names = {alias: name for name, alias in re.findall(r'"(\w+)" AS "(t\d+)"', query)}
            for row in database.execute_sql(f"EXPLAIN QUERY PLAN {query}").fetchall():
                if scanned := re.match(r"SCAN (\w+)(.*)", row[3]):
                    found.add(names.get(scanned[1], scanned[1]) + scanned[2])
        return found

    assert store.run_now(walked) == {
        "recording USING INDEX recording_open",
        "visit USING INDEX visit_open",
        "tally",
        "stale_pupil",
        "stock_tally USING INDEX one_current_tally",
    }
