"""Step 7: the gates, the queue, and each card printed exactly once."""

import uuid
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from visit_day import FAHRURRAZI, MARIANI, RAHMAWATI, VirtualClock, a_pupil, a_visit, open_store, state_of

from store import card_face, card_queue, cards, reprints, standing, stock, stock_history
from store import settings as office
from store.card_queue import Order, View
from store.cards import CardReason, CardRefusedError, JobState, ReprintReason, SpoilReason
from store.errors import ChangeError, Reason
from store.models.cards import Card, PrintJob, QueueEntry, QueueTally
from store.models.core import Officer
from store.models.people import Person, Pupil
from store.progress import PupilState
from store.rules import Hold
from store.stock import StockKind, StockReason, StockRefusedError
from store.transaction import NotAllowedError, OfficerRole

CARD = PupilState.CARD


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def store(clock):
    held = open_store(clock)
    held.run_now(stock.receive, StockKind.BLANK, 50, "A0117301")
    held.run_now(stock.receive, StockKind.RIBBON, 100)
    held.run_now(stock.receive, StockKind.FILM, 100)
    yield held
    held.close()


@pytest.fixture
def visit(store):
    return a_visit(store)


def ready_pupil(store, visit, name="AKHMAD MAULANA", **options):
    return a_pupil(store, visit, name, CARD, **{"status": "PRINT_READY_RECORD", **options})


def names(page):
    return [row.name for row in page.rows]


def refused(store, function, *arguments, **options):
    with pytest.raises(CardRefusedError) as error:
        store.run_now(function, *arguments, **options)
    return error.value


def test_only_prr_and_seventeen_is_ready(store, visit):
    ready_pupil(store, visit, "RAUDAH", born=date(2009, 8, 8))
    ready_pupil(store, visit, "NOOR ASIAH", born=date(2009, 12, 24))
    a_pupil(store, visit, "MAHRITA", CARD, born=date(2009, 2, 22), status="SFE")
    a_pupil(store, visit, "MAWARDAH", CARD, born=date(2009, 3, 9), status="DUPLICATE_RECORD")
    ready_pupil(store, visit, "SITI KAWIN", born=date(2010, 1, 1), marital_status="KAWIN")
    assert names(store.run_now(card_queue.queue, View.READY)) == ["SITI KAWIN", "RAUDAH"]
    waiting = store.run_now(card_queue.queue, View.WAITING)
    assert names(waiting) == ["NOOR ASIAH", "MAHRITA", "MAWARDAH"]
    assert (waiting.rows[0].due_day, waiting.rows[0].days_left) == (date(2026, 12, 24), 31)
    counts = store.run_now(card_queue.counts)
    assert (counts.ready, counts.age, counts.centre, counts.office, counts.waiting) == (2, 1, 1, 1, 3)
    assert counts.next_due == date(2026, 12, 24)


def test_the_gate_opens_by_itself_on_the_seventeenth_birthday(store, visit, clock):
    pupil = ready_pupil(store, visit, "LATIFAH HANUM", born=date(2009, 11, 30))
    error = refused(store, cards.start_job, pupil)
    assert (error.reason, error.holds, error.turns_17) == (CardReason.GATE, (Hold.UNDER_AGE,), date(2026, 11, 30))
    clock.forward(7 * 86400)
    assert store.run_now(card_queue.counts).ready == 1
    assert store.run_now(cards.start_job, pupil).expected_serial == "A0117301"


def test_whoever_was_born_on_29_february_turns_17_when_the_office_says(store, visit):
    ready_pupil(store, visit, born=date(2008, 2, 29))
    assert store.run_now(card_queue.queue, View.READY).rows[0].due_day == date(2025, 3, 1)
    store.run_now(office.change, "age.leap_birthday", "02-28")
    assert store.run_now(card_queue.queue, View.READY).rows[0].due_day == date(2025, 2, 28)


def test_a_new_status_moves_the_pupil_to_another_lane_whoever_wrote_it(store, visit):
    pupil = a_pupil(store, visit, "MAHRITA", CARD, born=date(2009, 2, 22), status="SFE")
    assert store.run_now(card_queue.counts).centre == 1
    store.run_now(lambda tx: Person.update(status_code="PRINT_READY_RECORD").execute())
    assert store.run_now(card_queue.counts).ready == 1
    store.run_now(standing.move, pupil, PupilState.OFFICE, "pupil.to_office")
    counts = store.run_now(card_queue.counts)
    assert (counts.ready, counts.waiting) == (0, 0)


def test_a_status_by_hand_needs_its_source(store, visit):
    pupil = a_pupil(store, visit, "MAHRITA", CARD, born=date(2009, 2, 22), status="SFE")
    with pytest.raises(ValueError, match="source"):
        store.run_now(card_queue.set_status, pupil, "PRR", " ")
    store.run_now(card_queue.set_status, pupil, "print ready\nrecord", "telepon kantor, Hj. Mariani")
    assert store.run_now(card_queue.queue, View.READY).rows[0].status_code == "PRINT_READY_RECORD"


@pytest.mark.parametrize("order", list(Order))
def test_pages_follow_each_other_without_gap_or_repeat(store, visit, order):
    other = a_visit(store, "MA CONTOH 2")
    for number in range(23):
        born = date(2009, 1 + number % 3, 1)
        ready_pupil(store, visit if number % 2 else other, f"MURID {number:02d}", born=born)
    seen, after = [], None
    while True:
        page = store.run_now(card_queue.queue, View.READY, order=order, after=after, limit=5)
        seen += names(page)
        after = page.after
        if after is None:
            break
    assert sorted(seen) == [f"MURID {number:02d}" for number in range(23)]
    school = store.run_now(lambda tx: Pupil.select().where(Pupil.visit == other).first().visit.school_id)
    assert store.run_now(card_queue.counts, school).ready == 12
    assert len(store.run_now(card_queue.queue, View.READY, school=school).rows) == 12


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2008, 1, 1), date(2011, 1, 1)),
            st.sampled_from(["PRR", "SFE", "DUPLICATE_RECORD", "CARD_ISSUED", None, "SOMETHING NEW"]),
        ),
        max_size=8,
    )
)
def test_the_stored_queue_says_what_the_rule_says(people):
    held = open_store()
    try:
        visit = a_visit(held)
        pupils = [
            a_pupil(held, visit, f"MURID {place}", CARD, born=born, status=status)
            for place, (born, status) in enumerate(people)
        ]
        ready = {row.pupil for row in held.run_now(card_queue.queue, View.READY).rows}
        assert ready == {pupil for pupil in pupils if held.run_now(card_queue.gate, pupil).open}
        counts = held.run_now(card_queue.counts)
        assert counts.ready == len(ready)
        assert counts.ready + counts.waiting == len(pupils)
        tallied = held.run_now(lambda tx: sum(row.pupils for row in QueueTally.select()))
        assert tallied == held.run_now(lambda tx: QueueEntry.select().count())
    finally:
        held.close()


def test_a_card_is_printed_when_its_serial_is_read(store, visit):
    pupil = ready_pupil(store, visit)
    started = store.run_now(cards.start_job, pupil)
    assert started.face.validity == "SEUMUR HIDUP"
    store.run_now(cards.job_sent, started.token, 17)
    assert store.run_now(cards.engine_done, started.token).state is JobState.ENGINE_DONE
    assert state_of(store, pupil) is CARD
    card = store.run_now(cards.confirm_printed, started.token, "7301")
    assert card.serial == "A0117301"
    assert state_of(store, pupil) is PupilState.HANDOVER
    assert store.run_now(stock.balance).blank.printed == 1
    assert store.run_now(card_queue.counts).printed_today == 1
    assert store.run_now(cards.confirm_printed, started.token, "A0117301") == card


def test_the_next_card_waits_until_this_one_is_settled(store, visit):
    first, second = ready_pupil(store, visit, "RAUDAH"), ready_pupil(store, visit, "NORLATIFAH")
    started = store.run_now(cards.start_job, first)
    error = refused(store, cards.start_job, second)
    assert (error.reason, error.token, error.name) == (CardReason.UNRESOLVED, started.token, "RAUDAH")
    assert "RAUDAH" not in str(error)


def test_an_unknown_outcome_may_be_put_aside_but_her_own_card_stays_shut(store, visit):
    first, second = ready_pupil(store, visit, "RAUDAH"), ready_pupil(store, visit, "NORLATIFAH")
    lost = store.run_now(cards.start_job, first).token
    store.run_now(cards.job_sent, lost)
    store.run_now(cards.job_unknown, lost, "link lost")
    store.run_now(cards.put_aside, lost)
    other = store.run_now(cards.start_job, second).token
    store.run_now(cards.confirm_printed, other, "7302", accept_out_of_order=True)
    assert refused(store, cards.start_job, first).reason is CardReason.UNRESOLVED
    assert [job.token for job in store.run_now(cards.unresolved)] == [lost]
    assert store.run_now(card_queue.next_ready) is None
    assert store.run_now(cards.confirm_printed, lost, "A0117301").serial == "A0117301"


def test_no_card_came_leaves_the_blank_and_the_pupil(store, visit):
    pupil = ready_pupil(store, visit)
    token = store.run_now(cards.start_job, pupil).token
    store.run_now(cards.job_unknown, token)
    assert store.run_now(cards.no_card_came, token).state is JobState.FAILED
    assert store.run_now(stock.balance).blank.closing == 50
    assert store.run_now(cards.start_job, pupil).token != token


def test_a_spoiled_card_takes_blank_ribbon_and_film_and_the_pupil_is_ready_again(store, visit):
    pupil = ready_pupil(store, visit)
    token = store.run_now(cards.start_job, pupil).token
    store.run_now(cards.spoiled, token, "7301", SpoilReason.JAMMED, RAHMAWATI)
    assert [one.spoiled for one in store.run_now(stock.balance).kinds] == [1, 1, 1]
    line = store.run_now(stock_history.movements, kind=StockKind.BLANK)[0]
    assert (line.spoil_reason, line.first_serial, line.person) == (SpoilReason.JAMMED, "A0117301", "AKHMAD MAULANA")
    assert store.run_now(card_queue.counts).ready == 1
    assert store.run_now(cards.start_job, pupil).expected_serial == "A0117302"


def test_a_spoiled_card_needs_a_second_officer(store, visit):
    token = store.run_now(cards.start_job, ready_pupil(store, visit)).token
    with pytest.raises(StockRefusedError) as error:
        store.run_now(cards.spoiled, token, "7301", SpoilReason.JAMMED, store.officer)
    assert error.value.reason is StockReason.WITNESS_NEEDED
    assert store.run_now(cards.job, token).state is JobState.SUBMITTING


def test_whoever_witnesses_works_on_this_laptop(store, visit):
    token = store.run_now(cards.start_job, ready_pupil(store, visit)).token
    store.run_now(lambda _tx: Officer.update(active=0).where(Officer.id == MARIANI).execute())
    for nobody in (uuid.uuid4(), MARIANI):
        with pytest.raises(StockRefusedError) as error:
            store.run_now(cards.spoiled, token, "7301", SpoilReason.JAMMED, nobody)
        assert error.value.reason is StockReason.WITNESS_NEEDED


def test_a_serial_is_used_once(store, visit):
    first, second = ready_pupil(store, visit, "NORLATIFAH"), ready_pupil(store, visit, "RAUDAH")
    store.run_now(cards.confirm_printed, store.run_now(cards.start_job, first).token, "7301")
    token = store.run_now(cards.start_job, second).token
    with pytest.raises(StockRefusedError) as error:
        store.run_now(cards.confirm_printed, token, "7301")
    assert (error.value.reason, error.value.holder_name) == (StockReason.SERIAL_USED, "NORLATIFAH")
    assert state_of(store, second) is CARD


def test_an_ended_job_stays_ended(store, visit):
    token = store.run_now(cards.start_job, ready_pupil(store, visit)).token
    store.run_now(cards.no_card_came, token)
    assert refused(store, cards.confirm_printed, token, "7301").reason is CardReason.JOB_ENDED
    with pytest.raises(ChangeError) as rejected:
        store.run_now(lambda tx: PrintJob.update(state=JobState.SENT).execute())
    assert rejected.value.reason is Reason.REFUSED


def test_the_tables_refuse_a_second_valid_card_and_a_second_open_job(store, visit):
    pupil = ready_pupil(store, visit)
    token = store.run_now(cards.start_job, pupil).token
    person = store.run_now(lambda tx: Pupil.get_by_id(pupil).person_id)
    with pytest.raises(ChangeError):
        store.run_now(lambda tx: PrintJob.create(person=person, pupil=pupil, state=JobState.SENT, noted_at=tx.now()))
    store.run_now(cards.confirm_printed, token, "7301")

    def second_card(tx):
        job = PrintJob.create(person=person, pupil=pupil, state=JobState.SENT, noted_at=tx.now())
        school = Pupil.get_by_id(pupil).visit.school_id
        now, today = tx.now(), tx.today()
        Card.create(
            person=person, pupil=pupil, school=school, job=job, serial="A0117399", printed_at=now, printed_day=today
        )

    with pytest.raises(ChangeError) as rejected:
        store.run_now(second_card)
    assert rejected.value.reason is Reason.REFUSED


def test_the_same_person_on_two_lists_gets_one_card(store, visit):
    pupil = ready_pupil(store, visit)
    person = store.run_now(lambda tx: Pupil.get_by_id(pupil).person_id)
    other = a_visit(store, "MA CONTOH 2")
    twice = store.run_now(lambda tx: Pupil.create(visit=other, person=person, number=1, state=CARD, queue_key="5").id)
    store.run_now(cards.confirm_printed, store.run_now(cards.start_job, pupil).token, "7301")
    error = refused(store, cards.start_job, twice)
    assert (error.reason, set(error.holds)) == (CardReason.GATE, {Hold.ALREADY_PRINTED, Hold.HAS_CARD})
    # An export older than the card says print-ready once more: that opens nothing.
    store.run_now(lambda tx: Person.update(status_code="PRR").execute())
    assert refused(store, cards.start_job, twice).holds == (Hold.ALREADY_PRINTED,)
    assert names(store.run_now(card_queue.queue, View.READY)) == []


def test_without_blanks_nothing_starts_and_cards_put_aside_keep_theirs(store, visit):
    store.run_now(stock.give_back, StockKind.BLANK, 49, "A0117302")
    first, second = ready_pupil(store, visit, "RAUDAH"), ready_pupil(store, visit, "NORLATIFAH")
    token = store.run_now(cards.start_job, first).token
    store.run_now(cards.job_unknown, token)
    store.run_now(cards.put_aside, token)
    error = refused(store, cards.start_job, second)
    assert (error.reason, error.kind) == (CardReason.NO_STOCK, StockKind.BLANK)


def test_a_held_card_is_not_printed_until_released(store, visit):
    pupil = ready_pupil(store, visit)
    store.run_now(card_queue.hold, pupil, "salah alamat")
    assert refused(store, cards.start_job, pupil).held == "salah alamat"
    assert store.run_now(card_queue.counts).office == 1
    store.run_now(card_queue.release, pupil)
    assert store.run_now(card_queue.counts).ready == 1


def test_who_is_held_on_one_list_is_printed_from_no_other(store, visit):
    pupil = ready_pupil(store, visit)
    person = store.run_now(lambda tx: Pupil.get_by_id(pupil).person_id)
    other = a_visit(store, "MA CONTOH 2")
    twice = store.run_now(lambda tx: Pupil.create(visit=other, person=person, number=1, state=CARD, queue_key="5").id)
    store.run_now(card_queue.hold, pupil, "salah alamat")
    error = refused(store, cards.start_job, twice)
    assert (error.reason, error.held) == (CardReason.HELD, "salah alamat")
    store.run_now(card_queue.release, pupil)
    assert store.run_now(cards.start_job, twice).token


def test_a_lost_card_is_printed_again_only_through_the_gates(store, visit):
    pupil = ready_pupil(store, visit)
    card = store.run_now(cards.confirm_printed, store.run_now(cards.start_job, pupil).token, "7301")
    lost = {"letter": "", "fate": "hilang di jalan", "second_officer": MARIANI}
    assert refused(store, reprints.request, card.id, ReprintReason.LOST, **lost).reason is (CardReason.LETTER_NEEDED)
    lost["letter"] = "SKTLK/12/XI/2026"
    store.run_now(reprints.request, card.id, ReprintReason.LOST, **lost)
    assert refused(store, cards.start_job, pupil).holds == (Hold.HAS_CARD,)
    store.run_now(card_queue.set_status, pupil, "PRR", "ekspor 2-12")
    again = store.run_now(cards.confirm_printed, store.run_now(cards.start_job, pupil).token, "7302")
    person = again.person
    assert [one.serial for one in store.run_now(cards.cards_of, person)] == ["A0117302", "A0117301"]


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"fate": " \n"}, CardReason.FATE_NEEDED),
        ({"letter": " "}, CardReason.LETTER_NEEDED),
        ({"second_officer": FAHRURRAZI}, CardReason.SECOND_OFFICER),
        ({"second_officer": uuid.UUID(int=1)}, CardReason.SECOND_OFFICER),
    ],
)
def test_a_reprint_without_letter_fate_or_second_officer_changes_nothing(store, visit, missing, reason):
    pupil = ready_pupil(store, visit)
    card = store.run_now(cards.confirm_printed, store.run_now(cards.start_job, pupil).token, "7301")
    whole = {"letter": "SKTLK/12/XI/2026", "fate": "hilang di jalan", "second_officer": MARIANI, **missing}
    assert refused(store, reprints.request, card.id, ReprintReason.LOST, **whole).reason is reason
    assert store.run_now(cards.cards_of, card.person) == (card,)
    assert state_of(store, pupil) is PupilState.HANDOVER


def test_a_card_is_replaced_once_and_only_a_card_that_exists(store, visit):
    pupil = ready_pupil(store, visit)
    card = store.run_now(cards.confirm_printed, store.run_now(cards.start_job, pupil).token, "7301")
    broken = {"letter": "", "fate": "di kantor, dipotong", "second_officer": MARIANI}
    assert refused(store, reprints.request, uuid.uuid4(), ReprintReason.DAMAGED, **broken).reason is (
        CardReason.UNKNOWN_CARD
    )
    store.run_now(reprints.request, card.id, ReprintReason.DAMAGED, **broken)
    assert refused(store, reprints.request, card.id, ReprintReason.DAMAGED, **broken).reason is (CardReason.NOT_VALID)


def test_a_recording_operator_prints_nothing(store, visit):
    pupil = ready_pupil(store, visit)
    store.sign_in(RAHMAWATI, frozenset({OfficerRole.RECORDING}))
    with pytest.raises(NotAllowedError):
        store.run_now(cards.start_job, pupil)


def test_a_token_nobody_noted_is_refused(store):
    assert refused(store, cards.job_sent, uuid.uuid4()).reason is CardReason.UNKNOWN_JOB


def test_no_repr_shows_who_is_on_the_card(store, visit):
    pupil = ready_pupil(store, visit)
    shown = repr(store.run_now(card_face.face, pupil)) + repr(store.run_now(card_queue.queue, View.READY).rows[0])
    assert "AKHMAD" not in shown
    assert "9001" not in shown


def test_print_ready_but_recorded_elsewhere_is_held_because_there_is_no_portrait_to_print(store, visit):
    pupil = ready_pupil(store, visit, "MAHMUDAH", recorded_here=False)
    ready_pupil(store, visit, "RAUDAH")
    assert names(store.run_now(card_queue.queue, View.READY)) == ["RAUDAH"]
    row = store.run_now(card_queue.queue, View.WAITING).rows[0]
    assert (row.name, row.lane, row.recorded_here) == ("MAHMUDAH", card_queue.Lane.OFFICE, False)
    assert refused(store, cards.start_job, pupil).holds == (Hold.RECORDED_ELSEWHERE,)
    store.run_now(card_queue.set_status, pupil, "SFE", "telepon kantor")
    assert store.run_now(card_queue.counts).centre == 1


@pytest.mark.parametrize("order", list(Order))
def test_a_window_goes_both_ways_through_all_lanes(store, visit, order):
    for number in range(7):
        ready_pupil(store, visit, f"SIAP {number}", born=date(2009, 1, 1 + number))
    for number in range(5):
        ready_pupil(store, visit, f"USIA {number}", born=date(2010, 1, 1 + number))
    a_pupil(store, visit, "PUSAT", CARD, status="SFE")
    a_pupil(store, visit, "GANDA", CARD, status="DUPLICATE_RECORD")
    first = store.run_now(card_queue.next_ready).pupil
    token = store.run_now(cards.start_job, first).token
    views = card_queue.EVERYBODY
    whole = store.run_now(card_queue.window, views, None, 100, order=order)
    assert [row.name for row in whole] == [
        *(f"SIAP {number}" for number in range(7)),
        *(f"USIA {number}" for number in range(5)),
        "PUSAT",
        "GANDA",
    ]
    assert (whole[0].job, whole[0].cursor.view) == (JobState.SUBMITTING, View.UNCLEAR)
    forward, anchor = [], None
    while page := store.run_now(card_queue.window, views, anchor, 3, order=order):
        forward += page
        anchor = page[-1].cursor
    backward, anchor = [], None
    while page := store.run_now(card_queue.window, views, anchor, 3, back=True, order=order):
        backward = [*page, *backward]
        anchor = page[0].cursor
    assert forward == backward == list(whole)
    store.run_now(cards.no_card_came, token)
    assert store.run_now(card_queue.window, views, None, 1)[0].cursor.view is View.READY
