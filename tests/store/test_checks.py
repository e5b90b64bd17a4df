"""Step 3: nobody is recorded twice, and every other answer of SIAK leads where domain.md says."""

import uuid
from datetime import date

import pytest
from a_school import DAY, person, plan, pupil_of, take

from store import checks, pupils, siak_check, siak_exports, standing, undo, visits
from store.checks import Blocker, CheckBlockedError, Finding, OfficeDecision, ReasonNeededError
from store.errors import ChangeError, Reason
from store.models.core import Officer
from store.models.people import Person, Pupil
from store.progress import IllegalMoveError, PupilState
from store.standing import move
from store.store import Store
from store.transaction import NotAllowedError, OfficerRole

OPERATOR = frozenset({OfficerRole.RECORDING})


@pytest.fixture
def pupil(store: Store, visit: uuid.UUID) -> uuid.UUID:
    take(store, visit, person(1, "NORHAYATI"))
    return pupil_of(store, visit, 1)


def give_status(store: Store, pupil: uuid.UUID, code: str | None) -> None:
    def write(tx: object) -> None:
        owner = Pupil.select(Pupil.person).where(Pupil.id == pupil)
        Person.update(status_code=code, status_day=date(2026, 11, 20)).where(Person.id == owner).execute()

    store.run_now(write)


def with_papers(store: Store, pupil: uuid.UUID) -> None:
    store.run_now(pupils.tick_papers, pupil, kk=True, certificate=True)


def state(store: Store, pupil: uuid.UUID) -> PupilState:
    return store.run_now(pupils.detail, pupil).state


def record(store: Store, pupil: uuid.UUID) -> None:
    """Bring a pupil through steps 3 to 6 the way the screens do."""
    with_papers(store, pupil)
    store.run_now(checks.verdict, pupil, Finding.NEVER)
    store.run_now(siak_check.agree_all, pupil)
    store.run_now(siak_check.finish, pupil)
    store.run_now(move, pupil, PupilState.CARD, "pupil.sealed")


def test_never_recorded_with_both_papers_goes_to_step_4(store: Store, pupil: uuid.UUID) -> None:
    give_status(store, pupil, "BELUM_REKAM")
    with_papers(store, pupil)
    sheet = store.run_now(checks.sheet, pupil)
    assert (sheet.blockers, sheet.suggested, sheet.fresh) == ((), Finding.NEVER, True)
    outcome = store.run_now(checks.verdict, pupil, Finding.NEVER)
    assert (outcome.state, outcome.against_siak) == (PupilState.SIAK, False)
    assert state(store, pupil) is PupilState.SIAK


def test_papers_that_are_not_ticked_block_never_recorded_and_nothing_changes(store: Store, pupil: uuid.UUID) -> None:
    store.run_now(pupils.tick_papers, pupil, kk=True)
    with pytest.raises(CheckBlockedError) as blocked:
        store.run_now(checks.verdict, pupil, Finding.NEVER)
    assert [block.kind for block in blocked.value.blockers] == [Blocker.PAPERS_CERTIFICATE]
    assert state(store, pupil) is PupilState.CHECK


@pytest.mark.parametrize(
    ("code", "suggested", "leads_to"),
    [
        ("BIO_CAPTURED", Finding.RECORDED, PupilState.CARD),
        ("SENT_FOR_ENROLLMENT", Finding.RECORDED, PupilState.CARD),
        ("PRINT_READY_RECORD", Finding.RECORDED, PupilState.CARD),
        ("SENT_FOR_CARD_PRINTING", Finding.PRINTING, PupilState.CARD),
        ("CARD_ISSUED", Finding.HAS_CARD, PupilState.HAS_CARD),
        ("DUPLICATE_RECORD", Finding.DUPLICATE, PupilState.OFFICE),
        ("SEARCH_FAILURE_AT_CENTRAL", Finding.FAILED, PupilState.OFFICE),
    ],
)
def test_whoever_siak_knows_as_recorded_is_stopped_and_led_elsewhere(
    store: Store, pupil: uuid.UUID, code: str, suggested: Finding, leads_to: PupilState
) -> None:
    give_status(store, pupil, code)
    with_papers(store, pupil)
    sheet = store.run_now(checks.sheet, pupil)
    assert [(block.kind, block.code) for block in sheet.blockers] == [(Blocker.RECORDED_IN_SIAK, code)]
    with pytest.raises(CheckBlockedError):
        store.run_now(checks.verdict, pupil, Finding.NEVER, reason="sungguh belum")
    assert sheet.suggested is suggested
    assert store.run_now(checks.verdict, pupil, suggested).state is leads_to


def test_even_the_table_refuses_to_let_somebody_recorded_come_to_step_6(store: Store, pupil: uuid.UUID) -> None:
    with_papers(store, pupil)
    store.run_now(checks.verdict, pupil, Finding.NEVER)
    give_status(store, pupil, "BIO_CAPTURED")
    with pytest.raises(ChangeError) as refused:
        store.run_now(move, pupil, PupilState.RECORD, "pupil.siak_checked")
    assert refused.value.reason is Reason.REFUSED
    assert state(store, pupil) is PupilState.SIAK


def test_recorded_on_another_visit_of_this_store_is_recorded(store: Store, visit: uuid.UUID, pupil: uuid.UUID) -> None:
    record(store, pupil)
    second = store.run_now(visits.create, plan(date(2026, 11, 30), "MA Contoh Awayan", None))
    take(store, second, person(1, "NORHAYATI"), letter="b")
    again = pupil_of(store, second, 1)
    with_papers(store, again)
    sheet = store.run_now(checks.sheet, again)
    assert [block.kind for block in sheet.blockers] == [Blocker.RECORDED_HERE]
    assert sheet.recorded_before is not None
    assert (sheet.recorded_before.school, sheet.recorded_before.day) == ("SMA Contoh 1 Paringin", DAY)
    # Our own recording is newer than SIAK's word, so "recorded" does not stand against it.
    give_status(store, again, "BELUM_REKAM")
    assert not store.run_now(checks.verdict, again, Finding.RECORDED).against_siak


def test_a_verdict_against_siak_needs_a_reason_and_a_coordinator(store: Store, pupil: uuid.UUID) -> None:
    give_status(store, pupil, "BELUM_REKAM")
    coordinator = store.run_now(lambda tx: Officer.create(name="Hj. Mariani", roles="coordinator").id)
    operator = store.run_now(lambda tx: Officer.create(name="Rahmawati", roles="recording").id)
    store.sign_in(operator, OPERATOR)
    with pytest.raises(ReasonNeededError):
        store.run_now(checks.verdict, pupil, Finding.HAS_CARD, coordinator=coordinator)
    with pytest.raises(NotAllowedError):
        store.run_now(checks.verdict, pupil, Finding.HAS_CARD, reason="kartu dilihat")
    with pytest.raises(NotAllowedError):
        store.run_now(checks.verdict, pupil, Finding.HAS_CARD, reason="kartu dilihat", coordinator=operator)
    outcome = store.run_now(checks.verdict, pupil, Finding.HAS_CARD, reason="kartu dilihat", coordinator=coordinator)
    assert (outcome.state, outcome.against_siak) == (PupilState.HAS_CARD, True)
    assert store.run_now(pupils.detail, pupil).status_code == "CARD_ISSUED"


def test_an_unknown_code_is_kept_and_left_to_the_operator(store: Store, pupil: uuid.UUID) -> None:
    give_status(store, pupil, "AFIS_PENDING")
    sheet = store.run_now(checks.sheet, pupil)
    assert sheet.suggested is None
    outcome = store.run_now(checks.verdict, pupil, Finding.OTHER_CODE, code="Afis\npending 2")
    assert (outcome.state, outcome.against_siak) == (PupilState.OFFICE, False)
    assert store.run_now(pupils.detail, pupil).status_code == "AFIS_PENDING_2"


def test_the_office_alone_lets_somebody_be_recorded_again(store: Store, pupil: uuid.UUID) -> None:
    give_status(store, pupil, "ENROLL_FAILURE_AT_CENTRAL")
    store.run_now(checks.verdict, pupil, Finding.FAILED)
    with pytest.raises(ReasonNeededError):
        store.run_now(checks.office_decides, pupil, OfficeDecision.RECORD_AGAIN, "", "gagal di pusat")
    store.run_now(checks.office_decides, pupil, OfficeDecision.RECORD_AGAIN, "470/17/2026", "gagal di pusat")
    assert state(store, pupil) is PupilState.CHECK
    record(store, pupil)
    assert store.run_now(pupils.detail, pupil).recorded


def test_undo_takes_the_verdict_back_with_the_status_it_brought(
    store: Store, visit: uuid.UUID, pupil: uuid.UUID
) -> None:
    store.run_now(checks.verdict, pupil, Finding.PRINT_READY)
    assert store.run_now(pupils.detail, pupil).status_code == "PRINT_READY_RECORD"
    store.run_now(undo.undo_last, visit)
    about = store.run_now(pupils.detail, pupil)
    assert (about.state, about.status_code) == (PupilState.CHECK, None)
    assert store.run_now(checks.history_of, pupil) == ()
    with pytest.raises(undo.NothingToUndoError):
        store.run_now(undo.undo, pupil)


def test_a_seal_is_never_undone(store: Store, pupil: uuid.UUID) -> None:
    record(store, pupil)
    with pytest.raises(undo.NothingToUndoError):
        store.run_now(undo.undo, pupil)
    assert state(store, pupil) is PupilState.CARD


def test_a_newer_export_that_says_recorded_pulls_a_pupil_back_before_step_6(store: Store, pupil: uuid.UUID) -> None:
    with_papers(store, pupil)
    store.run_now(checks.verdict, pupil, Finding.NEVER)
    export = siak_exports.ExportFile("siak.xls", "c" * 64, date(2026, 11, 22))
    taken = store.run_now(
        siak_exports.take, [person(4, "NORHAYATI", nik=_nik(store, pupil), status_code="sfe")], export
    )
    assert (taken.statuses, taken.pulled_back) == (1, 1)
    assert state(store, pupil) is PupilState.CHECK


def _nik(store: Store, pupil: uuid.UUID) -> str:
    found = store.run_now(pupils.detail, pupil).nik
    assert found is not None
    return found


def test_twins_and_same_names_are_compared_before_one_is_taken_for_the_other(store: Store, visit: uuid.UUID) -> None:
    born = date(2009, 7, 7)
    take(
        store,
        visit,
        person(1, "HASANAH", born, mother="RUSMINI"),
        person(2, "HUSNA", born, mother="Rusmini"),
        person(3, "NORHAYATI"),
    )
    first = pupil_of(store, visit, 1)
    with_papers(store, first)
    sheet = store.run_now(checks.sheet, first)
    assert [(one.name, one.twin) for one in sheet.lookalikes] == [("HUSNA", True)]
    assert [block.kind for block in sheet.blockers] == [Blocker.SAME_NAME_UNCHECKED]
    store.run_now(pupils.confirm_same_name, first)
    assert store.run_now(checks.verdict, first, Finding.NEVER).state is PupilState.SIAK
    assert not store.run_now(checks.sheet, pupil_of(store, visit, 3)).lookalikes


def test_the_procedure_has_no_other_ways(store: Store, pupil: uuid.UUID) -> None:
    with pytest.raises(IllegalMoveError):
        store.run_now(move, pupil, PupilState.RECORD, "pupil.sealed")
    with pytest.raises(standing.UnknownPupilError):
        store.run_now(move, uuid.UUID(int=1), PupilState.SIAK, "pupil.checked")


def test_a_printing_operator_gives_no_verdict(store: Store, pupil: uuid.UUID) -> None:
    store.sign_in(None, frozenset({OfficerRole.PRINTING}))
    with pytest.raises(NotAllowedError):
        store.run_now(checks.verdict, pupil, Finding.RECORDED)
