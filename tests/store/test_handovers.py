"""Step 8: one batch a school, marked, signed by both sides, closed and never changed."""

from datetime import date
from itertools import count

import pytest
from visit_day import MARIANI, RAHMAWATI, a_pupil, a_visit, events, open_store, state_of

from store import cards, documents, handovers, journal, reprints, stock
from store.cards import ReprintReason
from store.errors import ChangeError, Reason
from store.handovers import BlockerKind, HandoverReason, HandoverRefusedError, Mark, Party, PartyRole
from store.models.cards import Handover, HandoverLine
from store.models.people import Person, Pupil, Visit
from store.models.table import database
from store.progress import PupilState
from store.stock import StockKind
from store.transaction import NotAllowedError, OfficerRole

OFFICE = Party("Fahrurrazi", "198801172012121903", "Operator pencetakan", "Paringin")
RECEIVER = Party("Drs. Syamsuddin", "197005051995031904", "Wakil kepala sekolah", phone="08xx-xxxx-1702")


@pytest.fixture
def store():
    held = open_store()
    for kind in StockKind:
        held.run_now(stock.receive, kind, 100, "A0117201")
    yield held
    held.close()


@pytest.fixture
def visit(store):
    return a_visit(store, "SMK CONTOH 1 HALONG")


@pytest.fixture
def school(store, visit):
    return store.run_now(lambda tx: Visit.get_by_id(visit).school_id)


@pytest.fixture
def printed(store, visit):
    """Print a card for a new pupil, and return both."""
    numbers = count(1)

    def make(name, class_name="XII TKJ 1", where=visit):
        born = date(2009, 1, next(numbers))
        pupil = a_pupil(store, where, name, PupilState.CARD, born=born, status="PRR", class_name=class_name)
        token = store.run_now(cards.start_job, pupil).token
        return pupil, store.run_now(cards.confirm_printed, token, store.run_now(stock.next_serial)).id

    return make


def refused(store, function, *arguments, **options):
    with pytest.raises(HandoverRefusedError) as error:
        store.run_now(function, *arguments, **options)
    return error.value


def sign_and_close(store, batch):
    store.run_now(handovers.set_parties, batch, office=OFFICE, receiver=RECEIVER)
    store.run_now(handovers.sign, batch, PartyRole.OFFICE, b"officer's strokes")
    store.run_now(handovers.sign, batch, PartyRole.SCHOOL, b"receiver's strokes")
    return store.run_now(handovers.close, batch)


def test_a_batch_gathers_what_was_printed_by_class_and_name(store, visit, school, printed):
    printed("HUSNUL KHATIMAH", "XII TKJ 10")
    printed("MUHAMMAD NOOR", "XII TKJ 2")
    printed("AHMAD FAUZAN", "XII TKJ 2")
    printed("SITI RAHMAH", where=a_visit(store, "SMA CONTOH 2"))
    batch = store.run_now(handovers.open_batch, school)
    assert [line.name for line in batch.lines] == ["AHMAD FAUZAN", "MUHAMMAD NOOR", "HUSNUL KHATIMAH"]
    assert batch.counts.unmarked == 3


def test_one_open_batch_a_school_and_it_takes_in_what_is_printed_meanwhile(store, school, printed):
    printed("AHMAD FAUZAN")
    first = store.run_now(handovers.open_batch, school)
    printed("MUHAMMAD NOOR")
    again = store.run_now(handovers.open_batch, school)
    assert (again.id, len(again.lines)) == (first.id, 2)
    with pytest.raises(ChangeError):
        store.run_now(lambda tx: Handover.create(school=school, ordinal=2, opened_at=tx.now()))


def test_given_cards_are_done_and_the_absent_come_back_in_the_next_batch(store, school, printed):
    given, given_card = printed("AHMAD FAUZAN")
    absent, absent_card = printed("MARIATUL KIFTIAH")
    returned, returned_card = printed("RAHMATULLAH")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.mark, batch, given_card, Mark.GIVEN)
    store.run_now(handovers.mark, batch, absent_card, Mark.ABSENT)
    assert refused(store, handovers.mark, batch, returned_card, Mark.RETURNED).reason is HandoverReason.REASON_NEEDED
    store.run_now(handovers.mark, batch, returned_card, Mark.RETURNED, "salah TTL")
    assert store.run_now(documents.next_number, documents.LETTERS, "{number:04d}") == "0001"  # the visit's schedule
    sheet = sign_and_close(store, batch)
    assert [row.name for row in sheet.rows] == ["AHMAD FAUZAN"]
    assert [row.name for row in sheet.absent] == ["MARIATUL KIFTIAH"]
    assert [(row.name, row.reason) for row in sheet.returned] == [("RAHMATULLAH", "salah TTL")]
    assert sheet.number == "400.12.2/0002/DUKCAPIL/2026"
    assert (sheet.rows[0].nik, sheet.rows[0].serial) == ("6311060101099001", "A0117201")
    states = [state_of(store, pupil) for pupil in (given, absent, returned)]
    assert states == [PupilState.DONE, PupilState.HANDOVER, PupilState.HANDOVER]
    following = store.run_now(handovers.open_batch, school)
    assert following.ordinal == 2
    assert {line.card for line in following.lines} == {absent_card, returned_card}
    assert following.receiver.name == RECEIVER.name


def test_the_sheet_carries_the_journals_head_as_it_was_when_the_batch_closed(store, school, printed):
    printed("AHMAD FAUZAN")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.give_all, batch, 1)
    sheet = sign_and_close(store, batch)
    assert events(store)[-1] == "handover.closed"
    assert sheet.journal_head == store.run_now(journal.head).short
    assert store.run_now(handovers.sheet, batch).journal_head == sheet.journal_head


def test_everything_unmarked_is_given_only_when_the_number_is_right(store, school, printed):
    for name in ("AHMAD FAUZAN", "MUHAMMAD NOOR"):
        printed(name)
    batch = store.run_now(handovers.open_batch, school).id
    error = refused(store, handovers.give_all, batch, 3)
    assert (error.reason, error.number) == (HandoverReason.COUNT_DIFFERS, 2)
    assert store.run_now(handovers.give_all, batch, 2).counts.given == 2


def test_every_blocker_is_named(store, visit, school, printed):
    empty = store.run_now(handovers.open_batch, school).id
    kinds = {one.kind for one in store.run_now(handovers.blockers, empty)}
    assert kinds == {BlockerKind.NO_CARDS, BlockerKind.NO_RECEIVER, BlockerKind.NO_OFFICER, BlockerKind.UNSIGNED}
    printed("SITI RAHMAH")
    unclear = a_pupil(store, visit, "AKHMAD MAULANA", PupilState.CARD, born=date(2009, 2, 1), status="PRR")
    store.run_now(cards.start_job, unclear)
    batch = store.run_now(handovers.open_batch, school).id
    blockers = {one.kind: one for one in store.run_now(handovers.list_blockers, batch)}
    assert (blockers[BlockerKind.UNMARKED].name, blockers[BlockerKind.UNMARKED].number) == ("SITI RAHMAH", 1)
    assert blockers[BlockerKind.UNKNOWN_CARD].name == "AKHMAD MAULANA"
    assert "SITI" not in repr(blockers)


def test_a_batch_in_which_nobody_got_a_card_is_not_signed(store, school, printed):
    _, card = printed("AHMAD FAUZAN")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.set_parties, batch, office=OFFICE, receiver=RECEIVER)
    store.run_now(handovers.mark, batch, card, Mark.ABSENT)
    error = refused(store, handovers.sign, batch, PartyRole.OFFICE, b"strokes")
    assert [one.kind for one in error.blockers] == [BlockerKind.NOTHING_GIVEN]


def test_changing_the_list_after_a_signature_asks_for_it_again(store, school, printed):
    _, card = printed("AHMAD FAUZAN")
    printed("MUHAMMAD NOOR")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.give_all, batch, 2)
    store.run_now(handovers.set_parties, batch, office=OFFICE, receiver=RECEIVER)
    store.run_now(handovers.sign, batch, PartyRole.OFFICE, b"strokes")
    store.run_now(handovers.sign, batch, PartyRole.SCHOOL, wet_reason="pad habis baterai")
    assert store.run_now(handovers.blockers, batch) == ()
    store.run_now(handovers.mark, batch, card, Mark.ABSENT)
    changed = store.run_now(handovers.blockers, batch)
    assert [(one.kind, one.party) for one in changed] == [
        (BlockerKind.CHANGED, PartyRole.OFFICE),
        (BlockerKind.CHANGED, PartyRole.SCHOOL),
    ]
    assert refused(store, handovers.close, batch).reason is HandoverReason.BLOCKED
    store.run_now(handovers.mark, batch, card, Mark.GIVEN)
    assert store.run_now(handovers.close, batch).rows[0].name == "AHMAD FAUZAN"


def test_a_signature_is_strokes_or_a_reason_for_wet_ink(store, school, printed):
    printed("AHMAD FAUZAN")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.give_all, batch, 1)
    store.run_now(handovers.set_parties, batch, office=OFFICE, receiver=RECEIVER)
    assert refused(store, handovers.sign, batch, PartyRole.SCHOOL).reason is HandoverReason.REASON_NEEDED


@pytest.mark.parametrize(
    "change",
    [
        lambda batch: Handover.update(number="1").where(Handover.id == batch).execute(),
        lambda batch: HandoverLine.update(mark=Mark.ABSENT).where(HandoverLine.handover == batch).execute(),
        lambda batch: HandoverLine.delete().where(HandoverLine.handover == batch).execute(),
        lambda batch: Handover.delete().where(Handover.id == batch).execute(),
    ],
)
def test_a_closed_batch_is_changed_by_nobody(store, school, printed, change):
    _, card = printed("AHMAD FAUZAN")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.give_all, batch, 1)
    sign_and_close(store, batch)
    assert refused(store, handovers.mark, batch, card, Mark.ABSENT).reason is HandoverReason.CLOSED
    with pytest.raises(ChangeError) as rejected:
        store.run_now(lambda tx: change(batch))
    assert rejected.value.reason is Reason.REFUSED


def test_a_card_replaced_after_the_signatures_asks_for_them_again(store, school, printed):
    _, wrong = printed("RAHMATULLAH")
    printed("AHMAD FAUZAN")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.give_all, batch, 2)
    store.run_now(handovers.set_parties, batch, office=OFFICE, receiver=RECEIVER)
    for party in PartyRole:
        store.run_now(handovers.sign, batch, party, b"strokes")
    old = {"letter": "", "fate": "di kantor", "second_officer": MARIANI}
    store.run_now(reprints.request, wrong, ReprintReason.WRONG_DATA, **old)
    changed = refused(store, handovers.close, batch).blockers
    assert {one.kind for one in changed} == {BlockerKind.CHANGED}
    store.run_now(handovers.open_batch, school)
    assert [row.name for row in sign_and_close(store, batch).rows] == ["AHMAD FAUZAN"]


def test_what_is_typed_or_pasted_keeps_no_control_or_direction_marks(store, school, printed):
    _, card = printed("AHMAD FAUZAN")
    batch = store.run_now(handovers.open_batch, school).id
    receiver = Party("Drs. \x1b[2JSyam\u202esuddin " + "A" * 200)
    held = store.run_now(handovers.set_parties, batch, receiver=receiver)
    assert held.receiver.name.startswith("Drs. [2JSyamsuddin AAA")
    assert len(held.receiver.name) == 120
    held = store.run_now(handovers.mark, batch, card, Mark.RETURNED, "salah\x07 TTL\n")
    assert held.lines[0].reason == "salah TTL"
    assert refused(store, handovers.mark, batch, card, Mark.RETURNED, "\u200b").reason is HandoverReason.REASON_NEEDED


def test_numbers_follow_each_other_over_schools_and_years_start_anew(store):
    pattern = "BA/{number:03d}/{year}"
    assert [store.run_now(documents.next_number, documents.LETTERS, pattern) for _ in range(2)] == [
        "BA/001/2026",
        "BA/002/2026",
    ]
    store.clock.forward(60 * 86400)
    assert store.run_now(documents.next_number, documents.LETTERS, pattern) == "BA/001/2027"


@pytest.mark.parametrize("pattern", ["400.12.2/DUKCAPIL", "{nomor}/{year}", "{number.__class__}", "{}"])
def test_a_pattern_that_does_not_number_is_refused(store, pattern):
    with pytest.raises(ValueError, match="pattern"):
        store.run_now(documents.next_number, documents.LETTERS, pattern)
    assert store.run_now(documents.next_number, documents.LETTERS, "{number}") == "1"


def test_a_recording_operator_hands_nothing_over(store, school):
    store.sign_in(RAHMAWATI, frozenset({OfficerRole.RECORDING}))
    with pytest.raises(NotAllowedError):
        store.run_now(handovers.open_batch, school)


def test_a_closed_list_agrees_with_the_journal_until_somebody_changes_it_behind_its_back(store, school, printed):
    _, given = printed("AHMAD FAUZAN")
    _, absent = printed("MARIATUL KIFTIAH")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.mark, batch, given, Mark.GIVEN)
    store.run_now(handovers.mark, batch, absent, Mark.ABSENT)
    assert not store.run_now(handovers.agrees, batch), "an open batch is nothing to rely on"
    sign_and_close(store, batch)
    assert store.run_now(handovers.agrees, batch)
    store.run_now(lambda _: database.execute_sql("DROP TRIGGER handover_line_update_closed"))
    store.run_now(lambda _: database.execute_sql("UPDATE handover_line SET mark = 'given'"))
    assert not store.run_now(handovers.agrees, batch)


def test_a_name_and_a_class_corrected_after_closing_leave_the_list_as_it_was_signed(store, school, printed):
    pupil, _ = printed("AHMAD FAUZAN", "XII TKJ 1")
    printed("MARIATUL KIFTIAH", "XII TKJ 2")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.give_all, batch, 2)
    sign_and_close(store, batch)

    def correct(_):
        Pupil.update(class_name="XII TKJ 9").where(Pupil.id == pupil).execute()
        Person.update(name="ZAINAL FAUZAN").where(Person.name == "AHMAD FAUZAN").execute()

    store.run_now(correct)
    assert [line.name for line in store.run_now(handovers.state, batch).lines] == ["MARIATUL KIFTIAH", "ZAINAL FAUZAN"]
    assert all(one.stands for one in store.run_now(handovers.state, batch).signatures)
    assert store.run_now(handovers.agrees, batch)


def test_a_head_that_is_in_no_line_of_the_journal_does_not_agree(store, school, printed):
    _, given = printed("AHMAD FAUZAN")
    batch = store.run_now(handovers.open_batch, school).id
    store.run_now(handovers.mark, batch, given, Mark.GIVEN)
    sign_and_close(store, batch)
    store.run_now(lambda _: database.execute_sql("DROP TRIGGER handover_closed"))
    store.run_now(lambda _: database.execute_sql("UPDATE handover SET journal_head = '0123456789'"))
    assert not store.run_now(handovers.agrees, batch)
