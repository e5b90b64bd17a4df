"""What comes back from the office: statuses, who was recorded elsewhere, settings, and whose access has ended."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import replace
from datetime import date

import pytest
from exchange_ground import REGENCY, Ground, Laptop, a_laptop
from hypothesis import given
from hypothesis import strategies as st
from visit_day import a_pupil, a_visit, events, state_of

from store import access, officers, recordings, settings
from store.bundles import answers
from store.bundles.answers import Answer, Answered
from store.bundles.exchange import ExchangeKeys, opening_key, sealing_key
from store.bundles.refusal import BundleError, BundleProblem
from store.bundles.wire import AnswerHeader, parts_of, read, write
from store.keyring import OfficerEntry
from store.models.people import Person
from store.models.recording import Recording
from store.office import answering
from store.progress import PupilState
from store.roster.types import RosterPerson
from store.siak_status import Told
from store.transaction import OfficerRole, Transaction

RAHMAWATI = uuid.UUID(int=0x6311_0001)


def nik_of(laptop: Laptop, pupil: uuid.UUID) -> str:
    return laptop.store.run_now(lambda _tx: Person.select().where(Person.id == _person(pupil)).get().nik)


def _person(pupil: uuid.UUID) -> object:
    from store.models.people import Pupil

    return Pupil.select(Pupil.person).where(Pupil.id == pupil)


def status_of(laptop: Laptop, pupil: uuid.UUID) -> tuple[str | None, str | None]:
    person = laptop.store.run_now(lambda _tx: Person.get(Person.id == _person(pupil)))
    return person.status_code, person.status_source


def siak(nik: str, code: str) -> RosterPerson:
    return RosterPerson(row=1, name="NORHAYATI", birth_date=date(2009, 5, 12), nik=nik, status_code=code)


def test_the_statuses_of_those_it_recorded_come_back_to_a_laptop(ground: Ground, laptop: Laptop) -> None:
    first, second = laptop.record(2)
    laptop.export()
    nik = nik_of(laptop, first)
    with ground.opened() as office:
        people = [siak(nik, "print ready record"), siak("6311065205099999", "SENT FOR ENROLLMENT")]
        assert answering.take_statuses(office, people, date(2026, 11, 20)) == 2
        assert answering.take_statuses(office, [siak(nik, "PROCESSING")], date(2026, 11, 19)) == 1
    ground.take_in()
    answered = laptop.export().answered
    assert answered == Answered(statuses=1)
    assert status_of(laptop, first) == ("PRINT_READY_RECORD", "office")
    assert status_of(laptop, second) == (None, None)
    assert "exchange.answered" in events(laptop.store)


def test_whom_another_laptop_recorded_goes_back_to_step_3(ground: Ground) -> None:
    with a_laptop(ground, "Laptop 1") as first:
        (recorded,) = first.record()
        nik = nik_of(first, recorded)
        first.export()
    ground.take_in()
    with a_laptop(ground, "Laptop 2") as second:
        waiting = a_pupil(second.store, a_visit(second.store), state=PupilState.RECORD)
        assert nik_of(second, waiting) == nik
        second.export()
        ground.take_in()
        carried = second.export()
        assert carried.answered == Answered(statuses=1, pulled_back=1)
        assert status_of(second, waiting) == ("BIO_CAPTURED", "office")
        assert state_of(second.store, waiting) is PupilState.CHECK
    with a_laptop(ground, "Laptop 1") as first:
        assert first.export().answered == Answered(), "it is hers, and nothing changed"


def test_whose_recording_is_void_may_be_recorded_on_any_laptop(ground: Ground) -> None:
    with a_laptop(ground, "Laptop 1") as first:
        (recorded,) = first.record()
        held = first.store.run_now(lambda _tx: Recording.get(Recording.pupil == recorded).id)
        first.export()
        ground.take_in()
        first.store.run_now(recordings.mark_wrong, held, "kembar tertukar")
        first.export()
    ground.take_in()
    with a_laptop(ground, "Laptop 2") as second:
        waiting = a_pupil(second.store, a_visit(second.store), state=PupilState.RECORD)
        second.export()
        ground.take_in()
        assert second.export().answered == Answered()
        assert state_of(second.store, waiting) is PupilState.RECORD


def test_an_answer_taken_twice_or_out_of_turn_changes_nothing(ground: Ground, laptop: Laptop) -> None:
    (pupil,) = laptop.record()
    laptop.export()
    ground.take_in()
    old = (ground.stick / "answers" / f"{laptop.joined.laptop.node}.answer").read_bytes()
    with ground.opened() as office:
        answering.take_statuses(office, [siak(nik_of(laptop, pupil), "PRR")], date(2026, 11, 20))
        new = answering.answer(office, laptop.joined.laptop.node)
    assert laptop.store.run_now(answers.take, laptop.joined, new) == Answered(statuses=1)
    before = events(laptop.store)
    for content in (new, old):
        assert laptop.store.run_now(answers.take, laptop.joined, content) is None
    assert events(laptop.store) == before


def test_the_office_s_settings_are_every_laptop_s(ground: Ground, laptop: Laptop) -> None:
    with ground.opened() as office:
        answering.set_for_all(office, "quality.finger", 55)
        answering.set_for_all(office, "retention.captures_days", 7)
        for name, value, error in (
            ("quality.finger", 101, settings.BadSettingError),
            ("quality.nose", 1, settings.UnknownSettingError),
        ):
            with pytest.raises(error):
                answering.set_for_all(office, name, value)
        assert answering.settings_for_all(office) == {"quality.finger": 55, "retention.captures_days": 7}
        content = answering.answer(office, laptop.joined.laptop.node)
    laptop.store.sign_in(RAHMAWATI, frozenset({OfficerRole.RECORDING}))
    assert laptop.store.run_now(answers.take, laptop.joined, content) == Answered(settings=2)
    assert laptop.store.run_now(settings_of, "quality.finger") == 55
    assert events(laptop.store).count("setting.changed") == 2


def settings_of(tx: Transaction, name: str) -> object:
    return tx.setting(name)


def test_a_setting_that_this_program_does_not_know_is_passed_over(ground: Ground, laptop: Laptop) -> None:
    said = Answer(7, settings={"quality.nose": 5, "quality.finger": "high", "quality.iris": 70})
    content = written(ground, laptop, said)
    assert laptop.store.run_now(answers.take, laptop.joined, content) == Answered(settings=1)


def test_an_officer_whose_access_has_ended_hears_it_on_every_laptop(ground: Ground, laptop: Laptop) -> None:
    entry = OfficerEntry(RAHMAWATI, "Rahmawati", "", frozenset({OfficerRole.RECORDING}))
    laptop.store.run_now(officers.match, [entry])
    laptop.export()
    ground.take_in()
    with ground.opened() as office:
        with pytest.raises(answering.UnknownOfficerError):
            answering.end_officer(office, "Nobody")
        assert answering.end_officer(office, "Rahmawati") == 1
        ground.answer(office, laptop.joined.laptop.node)
    assert not laptop.store.run_now(access.has_ended, RAHMAWATI)
    laptop.export()
    assert laptop.store.run_now(access.has_ended, RAHMAWATI)
    assert not laptop.store.run_now(access.has_ended, uuid.UUID(int=1))


def test_a_laptop_that_was_reported_lost_is_told_so_and_of_no_person(ground: Ground) -> None:
    with a_laptop(ground, "Laptop 2") as other:
        other.record()
        other.export()
    ground.take_in()
    with a_laptop(ground) as lost:
        waiting = a_pupil(lost.store, a_visit(lost.store), state=PupilState.RECORD)
        with ground.opened() as office:
            answering.set_for_all(office, "quality.finger", 55)
            office.revoke(lost.joined.laptop.node)
            ground.answer(office, lost.joined.laptop.node)
        assert lost.export().answered == Answered(revoked=True)
        assert lost.store.run_now(access.is_revoked)
        assert state_of(lost.store, waiting) is PupilState.RECORD


def written(ground: Ground, laptop: Laptop, said: Answer, keys: ExchangeKeys | None = None) -> bytes:
    """Return an answer to a laptop as its office, or somebody else, would write it."""
    keys = keys or ExchangeKeys.read(ground.office())
    node = laptop.joined.laptop
    header = AnswerHeader(REGENCY, node.node, keys.public.fingerprint, said.number, "2026-11-23")
    return write(header, said.parts(), sealing_key(node.sign), keys.sign)


def test_whoever_else_answers_changes_nothing(ground: Ground, laptop: Laptop) -> None:
    (pupil,) = laptop.record()
    said = Answer(9, statuses=(Told(nik_of(laptop, pupil), "PRR", date(2026, 11, 20)),), revoked=True)
    ours = ExchangeKeys.read(ground.office())
    stranger = ExchangeKeys.generate(REGENCY, "Kantor lain")
    good = written(ground, laptop, said)
    node = laptop.joined.laptop.node
    other = replace(read(good, AnswerHeader).header, node="ab" * 16)
    forged = replace(read(good, AnswerHeader).header, key="", body="", size=0)
    before = events(laptop.store)
    for content, problem in (
        (written(ground, laptop, said, stranger), BundleProblem.NOT_AN_ANSWER),
        (write(other, said.parts(), sealing_key(laptop.joined.laptop.sign), ours.sign), BundleProblem.NOT_AN_ANSWER),
        (
            write(forged, said.parts(), sealing_key(laptop.joined.laptop.sign), stranger.sign),
            BundleProblem.BAD_SIGNATURE,
        ),
        (write(forged, said.parts(), ours.public.seal, ours.sign), BundleProblem.WRONG_OFFICE),
        (good[:-1], BundleProblem.TRUNCATED),
        (good.replace(b"R17A", b"R17B"), BundleProblem.NOT_A_BUNDLE),
        (b"", BundleProblem.NOT_A_BUNDLE),
    ):
        with pytest.raises(BundleError) as refused:
            laptop.store.run_now(answers.take, laptop.joined, content)
        assert refused.value.problem is problem
    assert events(laptop.store) == before
    (ground.stick / "answers").mkdir()
    (ground.stick / "answers" / f"{node}.answer").write_bytes(good[:-1])
    with pytest.raises(BundleError):
        laptop.export()
    shutil.rmtree(ground.stick / "answers")
    assert laptop.export().under_way == 1


niks = st.text("0123456789", min_size=16, max_size=16)
told = st.builds(Told, niks, st.text("ABC_", min_size=1, max_size=60), st.dates())
values = st.none() | st.booleans() | st.integers() | st.text()
said_by_offices = st.builds(
    Answer,
    number=st.integers(0, 1 << 62),
    statuses=st.lists(told).map(tuple),
    recorded_elsewhere=st.lists(told).map(tuple),
    settings=st.dictionaries(st.text(), values),
    revoked_officers=st.lists(st.uuids().map(lambda one: one.hex)).map(tuple),
    revoked=st.booleans(),
)


@given(said_by_offices)
def test_an_answer_comes_out_as_it_went_in(said: Answer) -> None:
    keys, seed = ExchangeKeys(REGENCY, "Kantor", b"o" * 32, b"s" * 32), b"l" * 32
    from store.bundles.exchange import public_of

    header = AnswerHeader(REGENCY, "1f" * 16, keys.public.fingerprint, said.number, "2026-11-23")
    content = write(header, said.parts(), sealing_key(public_of(seed)), keys.sign)
    opened = parts_of(read(content, AnswerHeader), keys.public.sign, opening_key(seed))
    assert Answer.of(said.number, opened) == said
