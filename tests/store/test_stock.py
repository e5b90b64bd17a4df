"""The stock ledger: any sequence of movements balances or is refused."""

import uuid
from datetime import timedelta

import pytest
from visit_day import FAHRURRAZI, MARIANI, RAHMAWATI, a_pupil, a_visit, open_store

from store import destruction, stock, stock_card, stock_history
from store.errors import ChangeError, Reason
from store.models.people import Pupil
from store.models.stock import Blank, StockMovement, StockTally
from store.serials import BadSerialError, Serial
from store.stock import Movement, SpoilReason, StockKind, StockReason, StockRefusedError
from store.transaction import NotAllowedError, OfficerRole

WITA = timedelta(hours=8)


@pytest.fixture
def store():
    held = open_store()
    yield held
    held.close()


@pytest.fixture
def stocked(store):
    store.run_now(stock.receive, StockKind.BLANK, 10, "A0117301", "BAST-11")
    store.run_now(stock.receive, StockKind.RIBBON, 500)
    store.run_now(stock.receive, StockKind.FILM, 500)
    return store


def refused(store, function, *arguments, **options):
    with pytest.raises(StockRefusedError) as error:
        store.run_now(function, *arguments, **options)
    return error.value


def a_person(store):
    pupil = a_pupil(store, a_visit(store))
    return store.run_now(lambda tx: Pupil.get_by_id(pupil).person_id)


@pytest.mark.parametrize(
    ("text", "serial"),
    [("A0117301", "A0117301"), (" a011-7301 ", "A0117301"), ("00012345", "00012345"), ("ABCD0001", "ABCD0001")],
)
def test_a_serial_is_read_as_scanners_and_people_give_it(text, serial):
    assert str(Serial.parse(text)) == serial


@pytest.mark.parametrize("text", ["", "7301", "A01", "A0117301X", "SURAT JALAN", "A" * 400, "A٠١١٧٣٠١", "A01\x1b17301"])
def test_what_is_no_serial_is_refused(text):
    with pytest.raises(BadSerialError):
        Serial.parse(text)


def test_a_range_does_not_run_over_its_digits():
    with pytest.raises(BadSerialError):
        Serial.parse("A9999998").upto(3)
    assert Serial.parse("A9999998").upto(2) == ("A9999998", "A9999999")


def test_received_blanks_are_known_by_serial_and_the_lowest_comes_next(stocked):
    ledger = stocked.run_now(stock.balance)
    assert (ledger.blank.received, ledger.blank.closing, ledger.next_serial) == (10, 10, "A0117301")
    assert ledger.cards_left == 10
    assert ledger.ends_first is StockKind.BLANK


def test_a_delivery_that_overlaps_a_known_one_is_refused_whole(stocked):
    error = refused(stocked, stock.receive, StockKind.BLANK, 10, "A0117310")
    assert (error.reason, error.serial) == (StockReason.SERIAL_KNOWN, "A0117310")
    assert stocked.run_now(stock.balance).blank.closing == 10
    assert stocked.run_now(lambda tx: Blank.select().count()) == 10


def test_four_typed_digits_take_the_expected_beginning(stocked):
    assert stocked.run_now(stock.full_serial, "7303") == "A0117303"
    assert stocked.run_now(stock.full_serial, "a0117303") == "A0117303"


def test_a_printed_card_takes_one_of_each(stocked):
    person = a_person(stocked)
    stocked.run_now(stock.print_blank, "A0117301", person, uuid.uuid4())
    ledger = stocked.run_now(stock.balance)
    assert [(one.printed, one.closing) for one in ledger.kinds] == [(1, 9), (1, 499), (1, 499)]
    assert ledger.next_serial == "A0117302"


def test_a_used_serial_says_whose_it_is_but_not_in_the_message(stocked):
    person = a_person(stocked)
    stocked.run_now(stock.print_blank, "A0117301", person, uuid.uuid4())
    error = refused(stocked, stock.print_blank, "A0117301", person, uuid.uuid4())
    assert (error.reason, error.holder_name) == (StockReason.SERIAL_USED, "NORHAYATI")
    assert "NORHAYATI" not in str(error)


def test_a_serial_of_another_kit_is_refused(stocked):
    assert refused(stocked, stock.print_blank, "B0000001", a_person(stocked), uuid.uuid4()).reason is (
        StockReason.SERIAL_UNKNOWN
    )


def test_a_blank_out_of_order_needs_a_yes(stocked):
    person = a_person(stocked)
    error = refused(stocked, stock.print_blank, "A0117309", person, uuid.uuid4())
    assert (error.reason, error.expected) == (StockReason.OUT_OF_ORDER, "A0117301")
    stocked.run_now(stock.print_blank, "A0117309", person, uuid.uuid4(), accept_out_of_order=True)
    assert stocked.run_now(stock.next_serial) == "A0117301"


def test_the_first_count_opens_the_ledger(store):
    ledger = store.run_now(stock.count, StockKind.BLANK, 214, "A0117301")
    assert (ledger.blank.opening, ledger.blank.closing, ledger.next_serial) == (214, 214, "A0117301")


def test_a_count_that_agrees_needs_nothing_more(stocked):
    assert stocked.run_now(stock.count, StockKind.BLANK, 10, "A0117301").blank.received == 10


def test_a_count_that_differs_needs_serials_a_reason_and_a_second_officer(stocked):
    assert refused(stocked, stock.count, StockKind.BLANK, 9).reason is StockReason.COUNT_DIFFERS
    missing = {"missing": ("A0117305",)}
    assert refused(stocked, stock.count, StockKind.BLANK, 9, **missing).reason is StockReason.REASON_NEEDED
    missing["reason"] = "not in the box"
    assert refused(stocked, stock.count, StockKind.BLANK, 9, **missing).reason is StockReason.WITNESS_NEEDED
    assert (
        refused(stocked, stock.count, StockKind.BLANK, 9, **missing, witness=FAHRURRAZI).reason
        is StockReason.WITNESS_NEEDED
    )
    ledger = stocked.run_now(stock.count, StockKind.BLANK, 9, **missing, witness=RAHMAWATI)
    assert (ledger.blank.opening, ledger.blank.closing) == (9, 9)
    line = stocked.run_now(stock_history.movements)[0]
    assert (line.movement, line.difference, line.first_serial) == (Movement.COUNTED, -1, "A0117305")
    back = {"found": ("A0117305",), "reason": "under the tray", "witness": RAHMAWATI}
    assert stocked.run_now(stock.count, StockKind.BLANK, 10, **back).blank.closing == 10


def test_the_first_serial_explains_what_is_missing_below_it(stocked):
    options = {"reason": "two were lent", "witness": RAHMAWATI}
    ledger = stocked.run_now(stock.count, StockKind.BLANK, 8, "A0117303", **options)
    assert ledger.next_serial == "A0117303"


def test_the_blank_on_top_of_a_count_lies_in_stock(stocked):
    """A serial of another kit, or one long printed, is no blank that was counted."""
    assert refused(stocked, stock.count, StockKind.BLANK, 10, "B0000001").reason is StockReason.SERIAL_UNKNOWN
    assert refused(stocked, stock.count, StockKind.BLANK, 10, "A0117300").reason is StockReason.SERIAL_UNKNOWN
    stocked.run_now(stock.print_blank, "A0117301", a_person(stocked), uuid.uuid4())
    assert refused(stocked, stock.count, StockKind.BLANK, 9, "A0117301").reason is StockReason.SERIAL_USED
    missing = {"missing": ("A0117302",), "reason": "lost", "witness": RAHMAWATI}
    assert refused(stocked, stock.count, StockKind.BLANK, 8, "A0117302", **missing).reason is StockReason.COUNT_DIFFERS


@pytest.mark.parametrize("number", [-1, 0, 10_001, 1_000_000, 10**30])
def test_nobody_receives_a_million_blanks_or_less_than_one(stocked, number):
    assert refused(stocked, stock.receive, StockKind.BLANK, number, "B0000001").reason is StockReason.BAD_QUANTITY
    assert refused(stocked, stock.give_back, StockKind.BLANK, number, "A0117301").reason is StockReason.BAD_QUANTITY
    assert refused(stocked, stock.spoil, StockKind.FILM, SpoilReason.OTHER, RAHMAWATI, quantity=number).reason is (
        StockReason.BAD_QUANTITY
    )


@pytest.mark.parametrize("number", [-1, 10_001, 1_000_000, 10**30])
def test_a_first_count_is_no_million_blanks_either(store, number):
    assert refused(store, stock.count, StockKind.BLANK, number, "A0000001").reason is StockReason.BAD_QUANTITY
    assert store.run_now(lambda tx: Blank.select().count()) == 0


def test_spoiled_blanks_wait_for_two_witnesses(stocked):
    stocked.run_now(stock.spoil, StockKind.BLANK, SpoilReason.SCRATCHED, RAHMAWATI, serial="A0117301")
    assert stocked.run_now(stock.balance).to_destroy == 1
    assert refused(stocked, destruction.destroy, 2, (RAHMAWATI, MARIANI)).book == 1
    assert refused(stocked, destruction.destroy, 1, (RAHMAWATI, RAHMAWATI)).reason is StockReason.WITNESS_NEEDED
    sheet = stocked.run_now(destruction.destroy, 1, (RAHMAWATI, MARIANI), "BA-3")
    assert [blank.serial for blank in sheet.blanks] == ["A0117301"]
    ledger = stocked.run_now(stock.balance)
    assert (ledger.to_destroy, ledger.blank.spoiled, ledger.blank.closing) == (0, 1, 9)


def test_no_more_leaves_than_is_there(stocked):
    assert refused(stocked, stock.give_back, StockKind.FILM, 501).reason is StockReason.NOT_ENOUGH
    assert refused(stocked, stock.give_back, StockKind.BLANK, 11, "A0117301").reason is StockReason.SERIAL_UNKNOWN
    assert stocked.run_now(stock.balance).blank.closing == 10


def test_the_table_itself_refuses_what_does_not_balance(stocked):
    with pytest.raises(ChangeError) as rejected:
        stocked.run_now(lambda tx: StockTally.update(printed=StockTally.printed + 1).execute())
    assert rejected.value.reason is Reason.REFUSED


def test_a_line_of_the_ledger_is_never_changed(stocked):
    with pytest.raises(ChangeError) as rejected:
        stocked.run_now(lambda tx: StockMovement.update(quantity=1).execute())
    assert rejected.value.reason is Reason.REFUSED


def test_a_recording_operator_counts_but_receives_nothing(stocked):
    stocked.sign_in(RAHMAWATI, frozenset({OfficerRole.RECORDING}))
    stocked.run_now(stock.count, StockKind.FILM, 500)
    with pytest.raises(NotAllowedError):
        stocked.run_now(stock.receive, StockKind.FILM, 1)


def test_movements_come_newest_first_page_by_page(stocked):
    first = stocked.run_now(stock_history.movements, limit=2)
    rest = stocked.run_now(stock_history.movements, before=first[-1].id, limit=2)
    assert [line.kind for line in (*first, *rest)] == [StockKind.FILM, StockKind.RIBBON, StockKind.BLANK]
    assert [line.kind for line in stocked.run_now(stock_history.movements, kind=StockKind.FILM)] == [StockKind.FILM]


def test_movements_are_read_from_the_other_end_too(stocked):
    newest, middle, oldest = stocked.run_now(stock_history.movements)
    assert stocked.run_now(stock_history.later_movements, limit=2) == (middle, oldest)
    assert stocked.run_now(stock_history.later_movements, after=oldest.id, limit=1) == (middle,)
    assert stocked.run_now(stock_history.later_movements, after=newest.id) == ()
    assert stocked.run_now(stock_history.movement_count) == 3
    assert stocked.run_now(stock_history.movement_count, limit=2) == 2
    assert stocked.run_now(stock_history.movement_count, StockKind.BLANK) == 1


def test_the_minutes_of_a_destruction_can_be_read_again(stocked):
    assert stocked.run_now(destruction.latest) is None
    stocked.run_now(stock.spoil, StockKind.BLANK, SpoilReason.SCRATCHED, RAHMAWATI, serial="A0117303", note="chip")
    stocked.run_now(stock.spoil, StockKind.BLANK, SpoilReason.JAMMED, RAHMAWATI, serial="A0117301")
    waiting = stocked.run_now(destruction.waiting)
    made = stocked.run_now(destruction.destroy, 2, (RAHMAWATI, MARIANI))
    assert made.number == "001/BA-PEMUSNAHAN/2026"
    assert made.blanks == waiting
    assert stocked.run_now(destruction.latest) == made
    assert stocked.run_now(destruction.waiting) == ()
    stocked.run_now(stock.spoil, StockKind.BLANK, SpoilReason.JAMMED, RAHMAWATI, serial="A0117302")
    other = stocked.run_now(destruction.destroy, 1, (RAHMAWATI, MARIANI), "BA-7")
    assert (other.number, [one.serial for one in stocked.run_now(destruction.latest).blanks]) == ("BA-7", ["A0117302"])


def test_the_stock_card_ends_at_the_closing_stock_whatever_happened(stocked):
    person = a_person(stocked)
    for serial in ("A0117301", "A0117302", "A0117304"):
        stocked.run_now(stock.print_blank, serial, person, uuid.uuid4(), accept_out_of_order=True)
    stocked.run_now(stock.spoil_blank, "A0117303", SpoilReason.JAMMED, RAHMAWATI, job=uuid.uuid4())
    stocked.run_now(destruction.destroy, 1, (RAHMAWATI, MARIANI))
    missing = {"missing": ("A0117310",), "reason": "lost", "witness": RAHMAWATI}
    stocked.run_now(stock.count, StockKind.BLANK, 5, **missing)
    stocked.run_now(stock.give_back, StockKind.BLANK, 1, "A0117309")
    card = stocked.run_now(stock_card.read, StockKind.BLANK, WITA)
    assert [(line.movement.value, line.quantity, line.left) for line in card.lines] == [
        ("received", 10, 10),
        ("printed", 2, 8),
        ("printed", 1, 7),
        ("spoiled", 1, 6),
        ("destroyed", 1, 6),
        ("counted", 5, 5),
        ("returned", 1, 4),
    ]
    assert card.agrees
    ribbon = stocked.run_now(stock_card.read, StockKind.RIBBON, WITA)
    assert [(line.quantity, line.left) for line in ribbon.lines] == [(500, 500), (3, 497), (1, 496)]
    assert ribbon.agrees
