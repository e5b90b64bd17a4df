"""Step 6: attempts, exceptions, the seal, and what a killed laptop finds again."""

import uuid

import pytest
from visit_day import MARIANI, MONDAY, VirtualClock, a_pupil, a_visit, events, open_store, state_of

from store import equipment, exceptions, recordings, settings
from store.errors import ChangeError, Reason
from store.models.people import Person, Pupil
from store.models.recording import Attempt, CaptureException, HandsPhoto, Recording
from store.procedure import EquipmentKind
from store.progress import PupilState
from store.recordings import RecordingReason, RecordingRefusedError
from store.sections import (
    PARTS,
    BestReason,
    ExceptionReason,
    Part,
    PartScore,
    RecordingStage,
    SealBlockerKind,
    Section,
    seal_blockers,
)
from store.store import Store
from store.transaction import NotAllowedError, OfficerRole

SHA = "ab" * 32


@pytest.fixture
def store():
    held = open_store()
    yield held
    held.close()


@pytest.fixture
def norhayati(store):
    return a_pupil(store, a_visit(store))


def attempt(store, recording, section, *values, draft=None):
    parts = PARTS[section]
    scores = tuple(PartScore(part, value) for part, value in zip(parts, values, strict=True))
    return store.run_now(
        recordings.add_attempt, recording, section, scores, b"box" + section.value.encode(), draft, "C920", SHA
    )


def record_all(store, recording):
    store.run_now(recordings.confirm_data, recording)
    attempt(store, recording, Section.PORTRAIT, 68, draft=b"face")
    store.run_now(recordings.keep_portrait, recording, 1)
    attempt(store, recording, Section.SIGNATURE, None, draft=b"pen")
    attempt(store, recording, Section.LEFT_SLAP, 61, 58, 52, 47)
    attempt(store, recording, Section.RIGHT_SLAP, 55, 50, 46, 44)
    attempt(store, recording, Section.THUMBS, 63, 60)
    return attempt(store, recording, Section.IRISES, 82, 71)


def test_a_pupil_is_recorded_section_by_section_and_sealed(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    assert (begun.next, begun.attempt, begun.resumed) == (Section.PORTRAIT, 1, False)
    done = record_all(store, begun.id)
    assert done.next is None
    assert seal_blockers(done) == ()
    sealed = store.run_now(recordings.seal, begun.id)
    assert sealed.proof == 1
    assert state_of(store, norhayati) is PupilState.CARD
    person = store.run_now(lambda tx: Pupil.get_by_id(norhayati).person)
    assert (person.status_code, person.status_source) == ("BIO_CAPTURED", "here")
    assert events(store)[-1] == "recording.sealed"


def test_the_seal_takes_every_readable_picture_away(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    record_all(store, begun.id)
    assert store.run_now(recordings.draft, begun.id, Section.PORTRAIT) == b"face"
    store.run_now(recordings.seal, begun.id)
    assert store.run_now(recordings.draft, begun.id, Section.PORTRAIT) is None
    assert store.run_now(lambda tx: Attempt.select().where(Attempt.draft.is_null(False)).count()) == 0
    boxes = store.run_now(recordings.printing_boxes, begun.person)
    assert boxes == (b"boxportrait", b"boxsignature")


def test_after_a_kill_the_same_section_and_attempt_come_again(tmp_path, monkeypatch):
    key = bytes(range(32))
    first = Store.open(tmp_path / "laptop.db", key, VirtualClock(), create=True)
    first.sign_in(MARIANI, frozenset(OfficerRole))
    pupil = a_pupil(first, a_visit(first))
    begun = first.run_now(recordings.open_or_resume, pupil)
    first.run_now(recordings.confirm_data, begun.id)
    attempt(first, begun.id, Section.PORTRAIT, 68, draft=b"face")
    first.run_now(recordings.keep_portrait, begun.id, 1)
    attempt(first, begun.id, Section.SIGNATURE, None, draft=b"pen")
    attempt(first, begun.id, Section.LEFT_SLAP, 52, 48, 44, 21)
    visit = first.run_now(lambda tx: Pupil.get_by_id(pupil).visit_id)
    # The file as a kill would leave it: copied with its log while the store is still open.
    for suffix in ("", "-wal"):
        (tmp_path / f"killed.db{suffix}").write_bytes((tmp_path / f"laptop.db{suffix}").read_bytes())
    first.close()
    again = Store.open(tmp_path / "killed.db", key, VirtualClock())
    again.sign_in(MARIANI, frozenset(OfficerRole))
    assert again.run_now(recordings.interrupted, visit) == (pupil,)
    resumed = again.run_now(recordings.open_or_resume, pupil)
    assert resumed.resumed
    assert (resumed.next, resumed.attempt) == (Section.LEFT_SLAP, 2)
    assert resumed.section(Section.LEFT_SLAP).below(resumed.limits) == (Part.LEFT_LITTLE,)
    again.close()


def test_the_best_of_each_finger_counts_over_all_tries(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    attempt(store, begun.id, Section.RIGHT_SLAP, 52, 48, 44, 21)
    held = attempt(store, begun.id, Section.RIGHT_SLAP, 30, 50, 20, 45)
    right = held.section(Section.RIGHT_SLAP)
    assert list(right.best.values()) == [52, 50, 44, 45]
    assert right.complete(held.limits)


def test_the_best_below_the_threshold_is_kept_only_after_the_last_try_and_with_a_reason(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    for score in (21, 33):
        attempt(store, begun.id, Section.RIGHT_SLAP, 55, 50, 46, score)
    with pytest.raises(RecordingRefusedError) as early:
        store.run_now(recordings.accept_best, begun.id, Section.RIGHT_SLAP, BestReason.DRY_SKIN)
    assert early.value.reason is RecordingReason.TRIES_LEFT
    held = attempt(store, begun.id, Section.RIGHT_SLAP, 55, 50, 46, 30)
    blockers = [one for one in seal_blockers(held) if one.section is Section.RIGHT_SLAP]
    assert [(one.kind, one.parts) for one in blockers] == [(SealBlockerKind.BELOW_THRESHOLD, (Part.RIGHT_LITTLE,))]
    held = store.run_now(recordings.accept_best, begun.id, Section.RIGHT_SLAP, BestReason.DRY_SKIN)
    assert held.section(Section.RIGHT_SLAP).complete(held.limits)


def test_taking_a_section_again_starts_the_tries_but_keeps_the_attempts(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    attempt(store, begun.id, Section.THUMBS, 63, 60)
    held = store.run_now(recordings.take_again, begun.id, Section.THUMBS)
    thumbs = held.section(Section.THUMBS)
    assert (len(thumbs.attempts), thumbs.tried, thumbs.best) == (1, 0, {})
    held = attempt(store, begun.id, Section.THUMBS, 50, 50)
    assert [one.number for one in held.section(Section.THUMBS).counting] == [2]


def test_only_the_eye_that_failed_is_taken_again(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    held = attempt(store, begun.id, Section.IRISES, 82, 57)
    assert held.section(Section.IRISES).open_parts(held.limits) == (Part.LEFT_IRIS,)
    held = store.run_now(
        recordings.add_attempt, begun.id, Section.IRISES, (PartScore(Part.LEFT_IRIS, 71),), b"box", None, "SBI", SHA
    )
    assert held.section(Section.IRISES).complete(held.limits)


def test_a_portrait_is_not_done_until_a_still_was_kept(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    held = attempt(store, begun.id, Section.PORTRAIT, 68, draft=b"blinked")
    assert held.next is Section.PORTRAIT
    attempt(store, begun.id, Section.PORTRAIT, 65, draft=b"open eyes")
    held = store.run_now(recordings.keep_portrait, begun.id, 2)
    assert held.next is Section.SIGNATURE
    assert held.section(Section.PORTRAIT).best == {Part.FACE: 65}
    assert store.run_now(recordings.draft, begun.id, Section.PORTRAIT) == b"open eyes"


def test_a_missing_finger_needs_a_note_and_the_others_are_still_taken(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    with pytest.raises(RecordingRefusedError) as refused:
        store.run_now(exceptions.except_part, begun.id, Part.LEFT_LITTLE, ExceptionReason.MISSING)
    assert refused.value.reason is RecordingReason.NOTE_NEEDED
    held = store.run_now(exceptions.except_part, begun.id, Part.LEFT_LITTLE, ExceptionReason.MISSING, "since birth")
    assert Part.LEFT_LITTLE not in held.section(Section.LEFT_SLAP).open_parts(held.limits)
    parts = PARTS[Section.LEFT_SLAP][:3]
    held = store.run_now(
        recordings.add_attempt,
        begun.id,
        Section.LEFT_SLAP,
        tuple(PartScore(part, 60) for part in parts),
        b"box",
        None,
        "SBI",
        SHA,
    )
    assert held.section(Section.LEFT_SLAP).complete(held.limits)
    held = store.run_now(exceptions.withdraw_exception, begun.id, Part.LEFT_LITTLE)
    assert held.section(Section.LEFT_SLAP).missing() == (Part.LEFT_LITTLE,)


def test_what_the_coordinator_waived_in_step_2_is_excepted_by_itself(store):
    visit = a_visit(store)
    store.run_now(equipment.waive, visit, EquipmentKind.IRIS, equipment.WaiveReason.REPORTED_BROKEN, "teknisi 24-11")
    begun = store.run_now(recordings.open_or_resume, a_pupil(store, visit))
    assert {one.part for one in begun.exceptions} == {Part.RIGHT_IRIS, Part.LEFT_IRIS}
    assert all(one.reason is ExceptionReason.DEVICE_BROKEN for one in begun.exceptions)
    assert begun.section(Section.IRISES).complete(begun.limits)


def test_a_broken_device_is_excepted_by_the_coordinator_alone(norhayati, store):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    store.sign_in(MARIANI, frozenset({OfficerRole.RECORDING}))
    with pytest.raises(NotAllowedError):
        store.run_now(exceptions.except_part, begun.id, Part.LEFT_IRIS, ExceptionReason.DEVICE_BROKEN)


def test_a_face_that_is_excepted_is_still_taken(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    held = store.run_now(exceptions.except_part, begun.id, Part.FACE, ExceptionReason.CANNOT_OPEN_EYE)
    assert held.section(Section.PORTRAIT).missing() == (Part.FACE,)
    attempt(store, begun.id, Section.PORTRAIT, 41, draft=b"face")
    held = store.run_now(recordings.keep_portrait, begun.id, 1)
    assert held.section(Section.PORTRAIT).complete(held.limits)


def test_sealing_names_every_blocker_and_changes_nothing(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    attempt(store, begun.id, Section.LEFT_SLAP, 61, 58, 52, 12)
    with pytest.raises(RecordingRefusedError) as refused:
        store.run_now(recordings.seal, begun.id)
    kinds = [(one.kind, one.section) for one in refused.value.blockers]
    assert kinds == [
        (SealBlockerKind.DATA_UNCONFIRMED, None),
        (SealBlockerKind.SECTION_MISSING, Section.PORTRAIT),
        (SealBlockerKind.SECTION_MISSING, Section.SIGNATURE),
        (SealBlockerKind.BELOW_THRESHOLD, Section.LEFT_SLAP),
        (SealBlockerKind.SECTION_MISSING, Section.RIGHT_SLAP),
        (SealBlockerKind.SECTION_MISSING, Section.THUMBS),
        (SealBlockerKind.SECTION_MISSING, Section.IRISES),
    ]
    assert store.run_now(recordings.state, begun.id).stage is RecordingStage.OPEN


def test_nobody_is_recorded_twice_on_any_visit(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    record_all(store, begun.id)
    store.run_now(recordings.seal, begun.id)
    with pytest.raises(RecordingRefusedError) as refused:
        store.run_now(recordings.open_or_resume, norhayati)
    assert refused.value.reason is RecordingReason.ALREADY_RECORDED
    assert refused.value.code == "BIO_CAPTURED"
    with pytest.raises(ChangeError) as rejected:
        store.run_now(lambda tx: Recording.create(person=begun.person, pupil=norhayati, opened_at=tx.now()))
    assert rejected.value.reason is Reason.REFUSED


def test_what_one_visit_began_another_visit_goes_on_with(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    store.run_now(recordings.confirm_data, begun.id)
    attempt(store, begun.id, Section.THUMBS, 63, 60)
    visit = a_visit(store, "SMA CONTOH 1, HARI KEDUA")
    later = store.run_now(
        lambda tx: Pupil.create(visit=visit, person=begun.person, number=1, state=PupilState.RECORD, queue_key="4").id
    )
    resumed = store.run_now(recordings.open_or_resume, later)
    assert (resumed.id, resumed.pupil, resumed.confirmed_at) == (begun.id, later, None)
    assert resumed.section(Section.THUMBS).complete(resumed.limits)


@pytest.mark.parametrize("code", ["PRR", "BIO_CAPTURED", "DUPLICATE_RECORD", "CARD_ISSUED"])
def test_whoever_the_centre_knows_does_not_reach_step_6(store, code):
    pupil = a_pupil(store, a_visit(store))
    store.run_now(lambda tx: Person.update(status_code=code).execute())
    with pytest.raises(RecordingRefusedError) as refused:
        store.run_now(recordings.open_or_resume, pupil)
    assert refused.value.reason is RecordingReason.ALREADY_RECORDED


def test_a_pupil_of_another_step_is_not_recorded(store):
    pupil = a_pupil(store, a_visit(store), state=PupilState.UPDATE)
    with pytest.raises(RecordingRefusedError) as refused:
        store.run_now(recordings.open_or_resume, pupil)
    assert (refused.value.reason, refused.value.state) == (RecordingReason.NOT_HERE_YET, PupilState.UPDATE)


def test_where_the_basis_is_consent_somebody_gives_it(store):
    pupil = a_pupil(store, a_visit(store, legal_basis="consent"))
    begun = store.run_now(recordings.open_or_resume, pupil)
    with pytest.raises(RecordingRefusedError) as refused:
        store.run_now(recordings.confirm_data, begun.id)
    assert refused.value.reason is RecordingReason.GUARDIAN_MISSING
    assert store.run_now(recordings.confirm_data, begun.id, "BAHRUDIN").confirmed_at is not None


def test_fingers_and_irises_are_never_kept_readable(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    with pytest.raises(ValueError, match="never readable"):
        attempt(store, begun.id, Section.THUMBS, 60, 60, draft=b"a finger")
    values = {"number": 9, "round": 1, "sha256": SHA, "sealed": b"box", "draft": b"a finger"}
    with pytest.raises(ChangeError) as rejected:
        store.run_now(lambda tx: Attempt.create(recording=begun.id, section=Section.THUMBS, at=tx.now(), **values))
    assert rejected.value.reason is Reason.REFUSED


@pytest.mark.parametrize(
    "change",
    [
        lambda recording: Attempt.update(device="other").where(Attempt.recording == recording).execute(),
        lambda recording: Attempt.delete().where(Attempt.recording == recording).execute(),
        lambda recording: Recording.update(proof=7).where(Recording.id == recording).execute(),
        lambda recording: Recording.update(stage=RecordingStage.OPEN).where(Recording.id == recording).execute(),
        lambda recording: Recording.delete().where(Recording.id == recording).execute(),
        lambda recording: CaptureException.insert(
            recording=recording, part=Part.FACE, reason=ExceptionReason.OTHER, at=VirtualClock().now()
        ).execute(),
    ],
)
def test_a_sealed_recording_is_changed_by_nobody(store, norhayati, change):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    record_all(store, begun.id)
    store.run_now(recordings.seal, begun.id)
    with pytest.raises(ChangeError) as rejected:
        store.run_now(lambda tx: change(begun.id))
    assert rejected.value.reason is Reason.REFUSED


def test_the_wrong_pupils_recording_goes_to_the_office_and_only_its_letter_allows_another(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    record_all(store, begun.id)
    store.run_now(recordings.seal, begun.id)
    store.run_now(recordings.mark_wrong, begun.id, "her twin sat down")
    assert state_of(store, norhayati) is PupilState.OFFICE
    assert store.run_now(recordings.printing_boxes, begun.person) == (None, None)
    store.run_now(recordings.allow_again, begun.id, "470/12")
    assert state_of(store, norhayati) is PupilState.CHECK


def test_an_unfinished_signature_survives_until_it_is_accepted(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    store.run_now(recordings.save_strokes, begun.id, b"two strokes")
    assert store.run_now(recordings.strokes, begun.id) == b"two strokes"
    attempt(store, begun.id, Section.SIGNATURE, None, draft=b"pen")
    assert store.run_now(recordings.strokes, begun.id) is None


def test_scores_of_another_section_are_refused(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    with pytest.raises(RecordingRefusedError) as refused:
        store.run_now(
            recordings.add_attempt, begun.id, Section.THUMBS, (PartScore(Part.FACE, 60),), b"box", None, "x", SHA
        )
    assert refused.value.reason is RecordingReason.WRONG_PARTS


def test_a_printing_operator_does_not_record(store, norhayati):
    store.sign_in(MARIANI, frozenset({OfficerRole.PRINTING}))
    with pytest.raises(NotAllowedError):
        store.run_now(recordings.open_or_resume, norhayati)


def test_no_repr_shows_what_was_captured(store, norhayati):
    begun = store.run_now(recordings.open_or_resume, norhayati)
    held = attempt(store, begun.id, Section.PORTRAIT, 68, draft=b"face")
    assert str(uuid.UUID(int=begun.id.int)) not in repr(held)


def test_what_is_for_life_needs_a_note_and_what_heals_does_not(store, norhayati):
    held = store.run_now(recordings.open_or_resume, norhayati)
    with pytest.raises(RecordingRefusedError) as refused:
        store.run_now(exceptions.except_part, held.id, Part.SIGNATURE, ExceptionReason.CANNOT_SIGN, permanent=True)
    assert refused.value.reason is RecordingReason.NOTE_NEEDED
    store.run_now(exceptions.except_part, held.id, Part.SIGNATURE, ExceptionReason.CANNOT_SIGN)
    store.run_now(exceptions.except_part, held.id, Part.LEFT_RING, ExceptionReason.BANDAGED, permanent=True)
    note = "tremor sejak lahir"
    store.run_now(
        exceptions.except_part, held.id, Part.LEFT_IRIS, ExceptionReason.CANNOT_OPEN_EYE, note, permanent=True
    )
    excepted = {one.part: one.permanent for one in store.run_now(recordings.state, held.id).exceptions}
    assert excepted == {Part.SIGNATURE: False, Part.LEFT_RING: False, Part.LEFT_IRIS: True}


class TestHandsPhoto:
    """The photograph of the hands, where the office asks for it."""

    @pytest.fixture
    def asked(self, store, norhayati):
        store.run_now(settings.change, "capture.hands_photo", True)
        return store.run_now(recordings.open_or_resume, norhayati).id

    def test_it_is_wanted_as_soon_as_a_finger_is_excepted(self, store, asked):
        assert not store.run_now(recordings.state, asked).hands_wanted
        held = store.run_now(exceptions.except_part, asked, Part.LEFT_RING, ExceptionReason.BANDAGED)
        assert held.hands_missing
        held = store.run_now(exceptions.withdraw_exception, asked, Part.LEFT_RING)
        assert not held.hands_wanted

    def test_nobody_asks_for_it_where_the_office_does_not(self, store, norhayati):
        held = store.run_now(recordings.open_or_resume, norhayati)
        held = store.run_now(exceptions.except_part, held.id, Part.LEFT_RING, ExceptionReason.BANDAGED)
        assert not held.hands_wanted

    def test_neither_a_broken_scanner_nor_an_eye_says_anything_of_the_hands(self, store, asked):
        store.run_now(exceptions.except_part, asked, Part.LEFT_IRIS, ExceptionReason.BANDAGED)
        for part in PARTS[Section.THUMBS]:
            store.run_now(exceptions.except_part, asked, part, ExceptionReason.DEVICE_BROKEN)
        assert not store.run_now(recordings.state, asked).hands_wanted

    def test_without_a_camera_nothing_can_show_them(self, store, asked):
        store.run_now(exceptions.except_part, asked, Part.LEFT_RING, ExceptionReason.BANDAGED)
        held = store.run_now(exceptions.except_part, asked, Part.FACE, ExceptionReason.DEVICE_BROKEN)
        assert not held.hands_wanted

    def test_the_seal_waits_for_it(self, store, asked):
        record_all(store, asked)
        store.run_now(exceptions.except_part, asked, Part.LEFT_RING, ExceptionReason.BANDAGED)
        held = store.run_now(recordings.state, asked)
        assert [one.kind for one in seal_blockers(held)] == [SealBlockerKind.HANDS_MISSING]
        with pytest.raises(RecordingRefusedError):
            store.run_now(recordings.seal, asked)
        held = store.run_now(exceptions.add_hands_photo, asked, b"sealed", "C920", SHA)
        assert (held.hands_missing, held.hands_taken) == (False, MONDAY)
        store.run_now(recordings.seal, asked)

    def test_every_one_stays_sealed_in_the_record_and_a_sealed_recording_takes_none(self, store, asked):
        for box in (b"first", b"second"):
            store.run_now(exceptions.add_hands_photo, asked, box, "C920", SHA)
        kept = store.run_now(lambda tx: [bytes(row.sealed) for row in HandsPhoto.select().order_by(HandsPhoto.id)])
        assert kept == [b"first", b"second"]
        for change in (
            lambda tx: HandsPhoto.update(sealed=b"other").execute(),
            lambda tx: HandsPhoto.delete().execute(),
        ):
            with pytest.raises(ChangeError):
                store.run_now(change)
        record_all(store, asked)
        store.run_now(recordings.seal, asked)
        with pytest.raises(RecordingRefusedError) as refused:
            store.run_now(exceptions.add_hands_photo, asked, b"late", "C920", SHA)
        assert refused.value.reason is RecordingReason.NOT_OPEN
        with pytest.raises(ChangeError):
            store.run_now(
                lambda tx: HandsPhoto.create(recording=asked, at=tx.now(), sha256=SHA, sealed=b"past the functions")
            )
