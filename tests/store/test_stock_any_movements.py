"""Any sequence of stock movements, right or wrong: the ledger does what a plain book beside it does, or refuses."""

import os
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from visit_day import FAHRURRAZI, MARIANI, RAHMAWATI, a_pupil, a_visit, open_store

from store import destruction, stock, stock_card, stock_history
from store.models.people import Pupil
from store.models.stock import Blank, BlankState
from store.stock import Movement, SpoilReason, StockKind, StockRefusedError

BLANK, RIBBON, FILM = StockKind


@dataclass
class Page:
    """One kind's equation in the plain book; nothing is there before its first movement or count."""

    opened: bool = False
    opening: int = 0
    received: int = 0
    printed: int = 0
    spoiled: int = 0
    returned: int = 0

    @property
    def left(self):
        return self.opening + self.received - self.printed - self.spoiled - self.returned

    def begin(self, number):
        self.opened, self.opening = True, number
        self.received = self.printed = self.spoiled = self.returned = 0


@dataclass
class Book:
    """What an officer with a pencil would keep: a page for each kind, and every blank with where it is."""

    pages: dict = field(default_factory=lambda: {kind: Page() for kind in StockKind})
    blanks: dict = field(default_factory=dict)

    def lying(self, state):
        return sorted(serial for serial, where in self.blanks.items() if where is state)

    def run(self, first, quantity):
        start = int(first[1:])
        return [f"A{number:07d}" for number in range(start, start + quantity)]

    def receive(self, kind, quantity, first):
        if quantity < 1:
            return False
        if kind is BLANK:
            serials = self.run(first, quantity)
            if any(serial in self.blanks for serial in serials):
                return False
            self.blanks.update(dict.fromkeys(serials, BlankState.IN_STOCK))
        self.pages[kind].opened = True
        self.pages[kind].received += quantity
        return True

    def count(self, kind, number, first, witness, missing, found):
        page = self.pages[kind]
        if number < 0:
            return False
        if not page.opened:
            if kind is BLANK:
                serials = self.run(first, number)
                if any(serial in self.blanks for serial in serials):
                    return False
                self.blanks.update(dict.fromkeys(serials, BlankState.IN_STOCK))
            page.begin(number)
            return True
        lost, back = set(), set()
        if kind is BLANK:
            stocked = set(self.lying(BlankState.IN_STOCK))
            lost, back = set(missing), set(found)
            if not lost <= stocked or not back <= set(self.lying(BlankState.LOST)):
                return False
            if first not in stocked | back or first in lost:
                return False
            if not lost and not back:
                lost = {serial for serial in stocked if serial < first}
            if len(stocked) - len(lost) + len(back) != number:
                return False
        if number == page.left and not lost and not back:
            return True
        if witness in (None, FAHRURRAZI):
            return False
        self.blanks.update(dict.fromkeys(lost, BlankState.LOST))
        self.blanks.update(dict.fromkeys(back, BlankState.IN_STOCK))
        page.begin(number)
        return True

    def give_back(self, kind, quantity, first):
        page = self.pages[kind]
        if quantity < 1 or quantity > page.left:
            return False
        if kind is BLANK:
            serials = self.run(first, quantity)
            if any(self.blanks.get(serial) is not BlankState.IN_STOCK for serial in serials):
                return False
            self.blanks.update(dict.fromkeys(serials, BlankState.RETURNED))
        page.returned += quantity
        return True

    def spoil(self, kind, quantity, serial, witness):
        page = self.pages[kind]
        if witness in (None, FAHRURRAZI):
            return False
        if kind is BLANK:
            if self.blanks.get(serial) is not BlankState.IN_STOCK:
                return False
            self.blanks[serial] = BlankState.SPOILED
            page.spoiled += 1
            return True
        if quantity < 1 or quantity > page.left:
            return False
        page.spoiled += quantity
        return True

    def use_card(self, serial, in_any_order, *, spoiled_by=None):
        """Take a blank with its ribbon panel and film, printed well or spoiled in the printer."""
        stocked = self.lying(BlankState.IN_STOCK)
        if serial not in stocked or any(page.left < 1 for page in self.pages.values()):
            return False
        if spoiled_by is None and serial != stocked[0] and not in_any_order:
            return False
        self.blanks[serial] = BlankState.PRINTED if spoiled_by is None else BlankState.SPOILED
        for page in self.pages.values():
            page.printed += spoiled_by is None
            page.spoiled += spoiled_by is not None
        return True

    def destroy(self, number, witnesses):
        waiting = self.lying(BlankState.SPOILED)
        if not waiting or number != len(waiting) or len({FAHRURRAZI, *witnesses}) != 3:
            return False
        self.blanks.update(dict.fromkeys(waiting, BlankState.DESTROYED))
        return True


class AnyMovements(RuleBasedStateMachine):
    """Whatever officers do in whatever order, ledger, blanks by serial and the plain book agree."""

    def __init__(self):
        super().__init__()
        self.store = open_store()
        self.book = Book()
        self.lines = 0

    @initialize(blanks=st.integers(0, 12), supplies=st.integers(0, 8))
    def a_person_to_print_for_and_a_first_delivery(self, blanks, supplies):
        pupil = a_pupil(self.store, a_visit(self.store))
        self.person = self.store.run_now(lambda tx: Pupil.get_by_id(pupil).person_id)
        self.receive(BLANK, blanks, "A0000005")
        self.receive(RIBBON, supplies, "A0000001")
        self.receive(FILM, supplies, "A0000001")

    def teardown(self):
        self.store.close()

    def attempt(self, taken_by_the_book, lines, function, *arguments, **options):
        """Do it in the store: it is taken there just when the book takes it, with so many lines in the ledger."""
        try:
            self.store.run_now(function, *arguments, **options)
        except StockRefusedError:
            assert not taken_by_the_book
        else:
            assert taken_by_the_book
            self.lines += lines

    serials = st.integers(1, 20).map(lambda number: f"A{number:07d}")
    kinds = st.sampled_from(StockKind)
    quantities = st.integers(-1, 6)
    witnesses = st.sampled_from([None, FAHRURRAZI, RAHMAWATI, RAHMAWATI, MARIANI])

    @rule(kind=kinds, quantity=quantities, serial=serials)
    def receive(self, kind, quantity, serial):
        self.attempt(self.book.receive(kind, quantity, serial), 1, stock.receive, kind, quantity, serial)

    @rule(kind=st.sampled_from([RIBBON, FILM]), off=st.sampled_from([0, -1, 1, -9]), witness=witnesses)
    def count_supplies(self, kind, off, witness):
        self.count(kind, off, "A0000001", witness)

    @rule(
        off=st.sampled_from([0, 0, 0, -1, 1, 2, -3]),
        serial=serials,
        at_top=st.booleans(),
        witness=witnesses,
        missing=st.just([]) | st.lists(serials, max_size=2),
        found=st.just([]) | st.lists(serials, max_size=1),
    )
    def count_blanks(self, off, serial, at_top, witness, missing, found):
        stocked = self.book.lying(BlankState.IN_STOCK)
        self.count(BLANK, off, stocked[0] if stocked and at_top else serial, witness, missing, found)

    def count(self, kind, off, top, witness, missing=(), found=()):
        number = self.book.pages[kind].left + off
        taken = self.book.count(kind, number, top, witness, missing, found)
        options = {"missing": missing, "found": found, "reason": "counted", "witness": witness}
        self.attempt(taken, 1, stock.count, kind, number, top, **options)

    @rule(kind=kinds, quantity=quantities, serial=serials)
    def give_back(self, kind, quantity, serial):
        self.attempt(self.book.give_back(kind, quantity, serial), 1, stock.give_back, kind, quantity, serial)

    @rule(kind=kinds, quantity=quantities, serial=serials, witness=witnesses)
    def spoil(self, kind, quantity, serial, witness):
        taken = self.book.spoil(kind, quantity, serial, witness)
        options = {"serial": serial, "quantity": quantity}
        self.attempt(taken, 1, stock.spoil, kind, SpoilReason.JAMMED, witness, **options)

    @rule(serial=serials, in_any_order=st.booleans())
    def print_card(self, serial, in_any_order):
        taken = self.book.use_card(serial, in_any_order)
        options = {"accept_out_of_order": in_any_order}
        self.attempt(taken, 3, stock.print_blank, serial, self.person, uuid.uuid4(), **options)

    @rule(serial=serials)
    def spoil_in_the_printer(self, serial):
        taken = self.book.use_card(serial, True, spoiled_by=RAHMAWATI)
        self.attempt(taken, 3, stock.spoil_blank, serial, SpoilReason.JAMMED, RAHMAWATI, job=uuid.uuid4())

    @rule(off=st.sampled_from([0, 0, 1]), second=st.sampled_from([MARIANI, MARIANI, RAHMAWATI, FAHRURRAZI]))
    def destroy(self, off, second):
        number, pair = len(self.book.lying(BlankState.SPOILED)) + off, (RAHMAWATI, second)
        self.attempt(self.book.destroy(number, pair), 1, destruction.destroy, number, pair)

    @invariant()
    def the_equation_is_the_books_and_balances(self):
        for one in self.store.run_now(stock.balance).kinds:
            page = self.book.pages[one.kind]
            kept = (page.opening, page.received, page.printed, page.spoiled, page.returned, page.left)
            assert (one.opening, one.received, one.printed, one.spoiled, one.returned, one.closing) == kept
            assert one.left == one.right
            assert min(kept) >= 0

    @invariant()
    def every_blank_is_where_the_book_has_it(self):
        there = self.store.run_now(lambda tx: {row.serial: row.state for row in Blank.select()})
        assert there == self.book.blanks
        assert len(self.book.lying(BlankState.IN_STOCK)) == self.book.pages[BLANK].left

    @invariant()
    def the_stock_cards_end_at_what_is_left(self):
        for kind in StockKind:
            assert self.store.run_now(stock_card.read, kind, timedelta(hours=8)).agrees

    @invariant()
    def what_was_taken_has_its_line_and_what_was_refused_has_none(self):
        lines = self.store.run_now(stock_history.movements, limit=100_000)
        assert len(lines) == self.lines
        for line in lines:
            if line.movement is Movement.COUNTED and line.difference:
                assert line.reason
                assert line.witness not in (None, line.officer)


TestAnyMovements = AnyMovements.TestCase
EXAMPLES = 400 if os.environ.get("REKAM17_PROVE") == "1" else 40
TestAnyMovements.settings = settings(max_examples=EXAMPLES, stateful_step_count=25, deadline=None)
