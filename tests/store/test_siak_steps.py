"""Steps 4 and 5: field by field against the certificate, and SIAK changed only when the officer says it was."""

import uuid
from datetime import date

import pytest
from a_school import DAY, person, pupil_of, take
from hypothesis import given
from hypothesis import strategies as st

from store import checks, pupils, settings, siak_check, siak_exports, siak_update, undo
from store.checks import Finding, ReasonNeededError
from store.comparison import Result, Why, compare, marked
from store.people import BadValueError
from store.progress import PupilState
from store.siak_check import Decision, Field, FieldsBlockedError
from store.siak_update import UpdateBlockedError
from store.standing import NotInStepError
from store.store import Store

EXPORT = siak_exports.ExportFile("siak.xls", "e" * 64, date(2026, 11, 20))


@pytest.fixture
def pupil(store: Store, visit: uuid.UUID) -> uuid.UUID:
    """AHMAD RIPANI in step 4, whom SIAK spells with a P and gives a father with a title."""
    born = date(2009, 10, 21)
    in_siak = person(1, "AHMAD RIPANI", born, sex="L", father="H. SYAHRIL", citizenship="WNI", birth_order="2")
    as_school = person(1, "AHMAD RIPANI", born, sex="L", father="Syahril", birth_certificate=None)
    store.run_now(siak_exports.take, [_without(in_siak, "birth_certificate")], EXPORT)
    take(store, visit, as_school)
    found = pupil_of(store, visit, 1)
    store.run_now(pupils.tick_papers, found, kk=True, certificate=True)
    store.run_now(checks.verdict, found, Finding.NEVER)
    return found


def _without(one: object, *fields: str) -> object:
    from dataclasses import replace

    return replace(one, **dict.fromkeys(fields))  # type: ignore[type-var]


def decide(store: Store, pupil: uuid.UUID, field: Field, certificate: str, decision: Decision | None) -> None:
    store.run_now(siak_check.differ, pupil, field, certificate, decision, "akta asli dilihat")


def test_siak_stands_beside_an_empty_certificate_until_somebody_compares(store: Store, pupil: uuid.UUID) -> None:
    sheet = store.run_now(siak_check.sheet, pupil)
    rows = {row.field: row for row in sheet.rows}
    assert len(sheet.rows) == 9
    assert sheet.siak_day == EXPORT.day
    assert (rows[Field.FULL_NAME].siak, rows[Field.SEX].siak) == ("AHMAD RIPANI", "L")
    assert not any(row.compared for row in sheet.rows)
    assert rows[Field.FATHER].school_says == "Syahril"
    assert rows[Field.FULL_NAME].school_says is None


def test_when_all_agrees_the_pupil_goes_to_recording(store: Store, pupil: uuid.UUID) -> None:
    assert store.run_now(siak_check.agree_all, pupil).blockers == ()
    finished = store.run_now(siak_check.finish, pupil)
    assert (finished.state, finished.changes) == (PupilState.RECORD, 0)
    # SIAK's spelling is the card's, not the school's.
    assert store.run_now(pupils.detail, pupil).father == "H. SYAHRIL"


def test_a_difference_waits_for_a_decision_with_its_reason(store: Store, pupil: uuid.UUID) -> None:
    with pytest.raises(ReasonNeededError):
        store.run_now(siak_check.differ, pupil, Field.FULL_NAME, "AHMAD RIFANI", Decision.CERTIFICATE)
    store.run_now(siak_check.differ, pupil, Field.FULL_NAME, "AHMAD RIFANI")
    with pytest.raises(FieldsBlockedError) as blocked:
        store.run_now(siak_check.finish, pupil)
    assert {block.kind for block in blocked.value.blockers} == {
        siak_check.Blocker.UNDECIDED,
        siak_check.Blocker.NOT_COMPARED,
    }
    store.run_now(siak_check.agree_all, pupil)
    with pytest.raises(FieldsBlockedError) as blocked:
        store.run_now(siak_check.finish, pupil)
    assert [block.fields for block in blocked.value.blockers] == [(Field.FULL_NAME,)]


def test_a_postponed_field_keeps_the_pupil_in_step_4(store: Store, pupil: uuid.UUID) -> None:
    decide(store, pupil, Field.FATHER, "Syahril", Decision.POSTPONE)
    store.run_now(siak_check.agree_all, pupil)
    with pytest.raises(FieldsBlockedError) as blocked:
        store.run_now(siak_check.finish, pupil)
    assert [block.kind for block in blocked.value.blockers] == [siak_check.Blocker.POSTPONED]


def test_a_value_no_field_can_hold_is_refused(store: Store, pupil: uuid.UUID) -> None:
    with pytest.raises(BadValueError):
        store.run_now(siak_check.differ, pupil, Field.BIRTH_DATE, "2009-02-30")
    with pytest.raises(BadValueError):
        store.run_now(siak_check.differ, pupil, Field.FULL_NAME, "AHMAD \x1b[31m")


def test_siak_out_of_the_export_can_be_typed_from_its_screen(store: Store, pupil: uuid.UUID) -> None:
    sheet = store.run_now(siak_check.type_siak, pupil, Field.CERTIFICATE_NUMBER, "6311-LT-0911-9008")
    row = next(row for row in sheet.rows if row.field is Field.CERTIFICATE_NUMBER)
    assert (row.siak, row.source, row.compared) == ("6311-LT-0911-9008", siak_check.SiakSource.TYPED, False)


def test_undo_takes_back_the_last_field_only(store: Store, pupil: uuid.UUID) -> None:
    store.run_now(siak_check.agree, pupil, Field.SEX)
    decide(store, pupil, Field.FULL_NAME, "AHMAD RIFANI", Decision.CERTIFICATE)
    store.run_now(undo.undo, pupil)
    compared = [row.field for row in store.run_now(siak_check.sheet, pupil).rows if row.compared]
    assert compared == [Field.SEX]


def to_step_5(store: Store, pupil: uuid.UUID) -> None:
    decide(store, pupil, Field.FULL_NAME, "AHMAD RIFANI", Decision.CERTIFICATE)
    decide(store, pupil, Field.BIRTH_DATE, "2009-10-22", Decision.CERTIFICATE)
    decide(store, pupil, Field.FATHER, "Syahril", Decision.SIAK)
    decide(store, pupil, Field.CERTIFICATE_NUMBER, "6311-LT-0911-9008", Decision.CERTIFICATE)
    store.run_now(siak_check.agree_all, pupil)
    assert store.run_now(siak_check.finish, pupil) == siak_check.Finished(PupilState.UPDATE, 3)


def test_step_5_lists_old_new_and_basis_and_waits_for_every_tick(
    store: Store, visit: uuid.UUID, pupil: uuid.UUID
) -> None:
    to_step_5(store, pupil)
    sheet = store.run_now(siak_update.sheet, pupil)
    assert [(one.field, one.old, one.new) for one in sheet.changes] == [
        (Field.FULL_NAME, "AHMAD RIPANI", "AHMAD RIFANI"),
        (Field.BIRTH_DATE, "2009-10-21", "2009-10-22"),
        (Field.CERTIFICATE_NUMBER, "", "6311-LT-0911-9008"),
    ]
    assert (sheet.number, sheet.basis) == (1, "6311-LT-0911-9008")
    store.run_now(siak_update.tick_seen, pupil, Field.FULL_NAME)
    store.run_now(siak_update.enter, pupil, day=date(2026, 11, 24), officer_name="Rahmawati", reference="")
    with pytest.raises(UpdateBlockedError) as blocked:
        store.run_now(siak_update.confirm, pupil)
    assert blocked.value.blockers == (
        siak_update.Block(siak_update.Blocker.NOT_SEEN, 1, 3),
        siak_update.Block(siak_update.Blocker.NO_REFERENCE),
        siak_update.Block(siak_update.Blocker.DAY_IN_FUTURE),
    )
    assert [one.number for one in store.run_now(siak_update.f106_list, visit)] == [1]


def test_confirmed_the_certificate_is_the_pupils_data_and_the_nik_stays(store: Store, pupil: uuid.UUID) -> None:
    before = store.run_now(pupils.detail, pupil).nik
    to_step_5(store, pupil)
    for field in (Field.FULL_NAME, Field.BIRTH_DATE, Field.CERTIFICATE_NUMBER):
        store.run_now(siak_update.tick_seen, pupil, field)
    store.run_now(siak_update.enter, pupil, day=DAY, officer_name="Rahmawati", reference="63110623112026003")
    store.run_now(siak_update.confirm, pupil)
    about = store.run_now(pupils.detail, pupil)
    assert (about.name, about.birth_date, about.state) == ("AHMAD RIFANI", date(2009, 10, 22), PupilState.RECORD)
    assert (about.nik, about.birth_certificate) == (before, "6311-LT-0911-9008")


def test_a_certificate_that_makes_her_under_16_lists_her_again(store: Store, pupil: uuid.UUID) -> None:
    decide(store, pupil, Field.BIRTH_DATE, "2010-12-21", Decision.CERTIFICATE)
    store.run_now(siak_check.agree_all, pupil)
    store.run_now(siak_check.finish, pupil)
    store.run_now(siak_update.tick_seen, pupil, Field.BIRTH_DATE)
    store.run_now(siak_update.enter, pupil, day=DAY, officer_name="Rahmawati", reference="63110623112026003")
    store.run_now(siak_update.confirm, pupil)
    assert store.run_now(pupils.detail, pupil).state is PupilState.LISTED


def test_a_newer_export_ticks_what_it_shows(store: Store, pupil: uuid.UUID) -> None:
    to_step_5(store, pupil)
    number = store.run_now(pupils.detail, pupil).nik
    newer = siak_exports.ExportFile("baru.xls", "f" * 64, date(2026, 11, 22))
    row = person(1, "AHMAD RIFANI", date(2009, 10, 21), nik=number)
    assert store.run_now(siak_exports.take, [row], newer).changes_seen == 1
    seen = [one.field for one in store.run_now(siak_update.sheet, pupil).changes if one.seen_at is not None]
    assert seen == [Field.FULL_NAME]


def test_recording_before_the_change_needs_the_offices_leave(store: Store, pupil: uuid.UUID) -> None:
    to_step_5(store, pupil)
    with pytest.raises(siak_update.NotPermittedError):
        store.run_now(siak_update.record_first, pupil, "jaringan mati")
    store.run_now(settings.change, "siak.record_before_update", True)
    sheet = store.run_now(siak_update.record_first, pupil, "jaringan mati")
    assert (sheet.recorded_first_reason, len(sheet.changes)) == ("jaringan mati", 3)
    assert store.run_now(pupils.detail, pupil).state is PupilState.RECORD


def test_a_field_that_was_read_aloud_and_is_wrong_is_compared_again(store: Store, pupil: uuid.UUID) -> None:
    store.run_now(siak_check.agree_all, pupil)
    store.run_now(siak_check.finish, pupil)
    assert store.run_now(siak_check.reopen, pupil).blockers == ()
    decide(store, pupil, Field.FULL_NAME, "AHMAD RIFANI", Decision.CERTIFICATE)
    assert store.run_now(siak_check.finish, pupil) == siak_check.Finished(PupilState.UPDATE, 1)


def test_fields_are_compared_only_in_their_step(store: Store, pupil: uuid.UUID) -> None:
    store.run_now(undo.undo, pupil)
    with pytest.raises(NotInStepError):
        store.run_now(siak_check.agree, pupil, Field.SEX)


@pytest.mark.parametrize(
    ("siak", "certificate", "result", "why"),
    [
        ("PARINGIN", "PARINGIN", Result.SAME, None),
        ("H. SYAHRIL", "Syahril", Result.LOOK, Why.TITLE),
        ("SITI AMINAH", "Siti Aminah, S.Pd.", Result.LOOK, Why.TITLE),
        ("SA'DIYAH", "Sadiyah", Result.LOOK, Why.SPELLING),
        ("NOOR LAILA", "NOORLAILA", Result.LOOK, Why.SPELLING),
        ("", "6311-LT-0911-9008", Result.LOOK, Why.EMPTY),
        ("AHMAD RIPANI", "AHMAD RIFANI", Result.DIFFERS, None),
        ("2009-10-21", "2009-10-22", Result.DIFFERS, None),
        ("H.", "Hj.", Result.DIFFERS, None),
    ],
)
def test_what_counts_as_a_difference(siak: str, certificate: str, result: Result, why: Why | None) -> None:
    found = compare(siak, certificate)
    assert (found.result, found.why) == (result, why)


def test_the_differing_letters_are_marked_in_the_raw_value() -> None:
    found = compare("AHMAD RIPANI", "AHMAD RIFANI")
    assert marked("AHMAD RIPANI", found.siak_spans) == "AHMAD RI‹P›ANI"
    assert marked("AHMAD RIFANI", found.certificate_spans) == "AHMAD RI‹F›ANI"


WORDS = st.text(alphabet="ABab .',-'éßİ9‹\x00𝔸", max_size=20)


@given(WORDS, WORDS)
def test_comparing_is_symmetric_and_says_same_only_of_the_same(left: str, right: str) -> None:
    there, back = compare(left, right), compare(right, left)
    assert (there.result, there.why) == (back.result, back.why)
    assert (there.result is Result.SAME) == (left.strip() == right.strip())
    for text, spans in ((left, there.siak_spans), (right, there.certificate_spans)):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert list(spans) == sorted(spans)
        plain = [text[start:end] for start, end in spans]
        assert len(marked(text, spans)) == len(text) + 2 * len(plain)
