"""S22, step 7: the cards that may be printed now, then who waits for what; the printer and what is left to print on."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from store import card_queue, cards, siak_exports, stock, visits
from store.card_queue import EVERYBODY, Cursor, Order, QueueCounts, QueueRow, View
from store.cards import CardReason, CardRefusedError, JobState, JobView
from store.transaction import OfficerRole
from tui import card_job, figures, keys, printer_health, printer_words, sop
from tui.card_run import Run
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.i18n import _, p_
from tui.keys import Hint
from tui.line import Line, stack
from tui.messages import Problem, problem
from tui.screens import printing_lines as drawn
from tui.screens.card import CardScreen
from tui.screens.unknown_card import UnknownCardScreen
from tui.widgets.bars import Top
from tui.widgets.fields import filter_row
from tui.widgets.paged_list import PagedList, Way
from tui.widgets.run_dialog import RunDialog

if TYPE_CHECKING:
    from datetime import date

    from hw.types import PrinterHealth, PrinterStatus
    from store.stock import Balance
    from store.transaction import Transaction

_FILTERS = (EVERYBODY, (View.CENTRE,), (View.AGE,), (View.OFFICE,), EVERYBODY)
_ONE_SCHOOL = len(_FILTERS) - 1


@dataclass(frozen=True, repr=False)
class _Standing:
    """The queue's numbers and what is left to print on, as one transaction saw them."""

    counts: QueueCounts
    balance: Balance
    next_due: QueueRow | None
    export_day: date | None
    unknown: int


@dataclass(frozen=True, repr=False)
class _Numbered:
    """A pupil of the queue and her number in the list as it is filtered."""

    number: int
    row: QueueRow


class PrintingScreen(FrameScreen):
    """The queue of cards; Enter opens one, L prints one after the other."""

    step = 7

    def __init__(self) -> None:
        super().__init__()
        self.list = PagedList[_Numbered, Cursor](self._fetch, lambda one: one.row.cursor, self._draw, self._rule)
        self.parts = (self.list,)
        self._filter = 0
        self._order = Order.SCHOOL
        self._school: uuid.UUID | None = None
        self._marked: dict[uuid.UUID, str] = {}
        self._standing: _Standing | None = None
        self._printer_says: PrinterStatus | None = None
        self._health: PrinterHealth | None = None
        self._asked = False
        self._numbers: dict[Cursor, int] = {}

    # --- reading ------------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the counts, and ask the printer once how it is and what became of cards that were on their way."""
        school = self._one_school
        self._standing = await self.store.run(_read, school)
        views = _FILTERS[self._filter]
        counts = self._standing.counts
        in_view = {View.READY: counts.ready, View.AGE: counts.age, View.CENTRE: counts.centre}
        in_view |= {View.OFFICE: counts.office, View.UNCLEAR: 0}
        self.list.total = sum(in_view[view] for view in views)
        self.list.reload()
        await sop.idle(self.rekam, self.step)
        if not self._asked:
            self._asked = True
            await card_job.resume(self.rekam)
            self.rekam.aside(self._ask_printer())

    async def _ask_printer(self) -> None:
        self._printer_says = await card_job.call_on(self.rekam)
        self._health = await printer_health.ask(self.rekam)

    async def _fetch(self, anchor: Cursor | None, way: Way, count: int) -> Sequence[_Numbered]:
        back = way is Way.BEFORE
        school = self._one_school
        rows = await self.store.run(
            partial(card_queue.window, back=back, school=school, order=self._order),
            _FILTERS[self._filter],
            anchor,
            count,
        )
        if anchor is None:
            first = self.list.total - len(rows) + 1 if back else 1
        else:
            at = self._numbers.get(anchor, 0)
            first = at - len(rows) if back else at + 1
        made = [_Numbered(max(first, 1) + index, row) for index, row in enumerate(rows)]
        self._numbers |= {one.row.cursor: one.number for one in made}
        return made

    # --- drawing ------------------------------------------------------------------------------------------------

    def top(self) -> Top:
        """Say that the queue is of all schools, unless one was chosen."""
        return self.rekam.bearings("" if self._filter == _ONE_SCHOOL else _("All schools"))

    def headline(self) -> tuple[str, str]:
        """Say how many are ready, how many wait, how many were printed today."""
        left = "7 " + _("Print") + " · " + _("card queue")
        if self._standing is None:
            return left, ""
        counts = self._standing.counts
        words = _("ready {ready} · waiting {waiting} · today {printed}")
        right = words.format(
            ready=figures.number(counts.ready),
            waiting=figures.number(counts.waiting),
            printed=figures.number(counts.printed_today),
        )
        return left, right

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the filter, the queue, the printer and where the centre's word comes from."""
        names = (_("ready, waiting"), "PRR", _("17 years"), p_("printing", "office"), _("one school"))
        room = height - 7
        made = [Line("   " + _("Filter") + " " + filter_row(names, self._filter)), drawn.head()]
        made += stack(self.list.lines(room), room)
        if self._standing is None:
            return made
        attached = printer_words.printer_of(self.rekam.equipment)
        said = printer_words.state(attached, self._printer_says if attached else None)
        made += [Line(), drawn.supplies(said, "" if attached is None else attached.name, self._standing.balance)]
        return [*made, Line("     U  " + drawn.export_words(self._standing.export_day))]

    def pane(self) -> Sequence[Line]:
        """Return stock and printer."""
        attached = printer_words.printer_of(self.rekam.equipment)
        said = printer_words.state(attached, self._printer_says if attached else None)
        return drawn.pane(said, "" if attached is None else attached.name, self._standing and self._standing.balance)

    def _draw(self, one: _Numbered) -> Line:
        return drawn.row(one.number, one.row, one.row.pupil in self._marked)

    @staticmethod
    def _rule(above: _Numbered | None, one: _Numbered) -> Line | None:
        return drawn.heading(None if above is None else above.row, one.row)

    def status(self) -> str:
        """Say who waits longest for what, or that nobody is ready."""
        row = self.list.row
        if row is not None and (why := drawn.why_waiting(row.row)):
            return f"{row.row.name}: {why}"
        if self._standing is None:
            return ""
        counts = self._standing.counts
        if counts.ready:
            words = _("{ready} ready · {waiting} waiting · print at the office: open this visit at any time")
            return words.format(ready=figures.number(counts.ready), waiting=figures.number(counts.waiting))
        due = self._standing.next_due
        if due is None:
            return _("No card is ready.")
        return _("No card is ready. In {days} days: {name}.").format(days=due.days_left, name=due.name)

    def problems(self) -> Sequence[Problem]:
        """Tell of unknown outcomes, a printer that stopped, and what runs out."""
        if self._standing is None:
            return ()
        made: list[Problem] = []
        if self._standing.unknown:
            made.append(problem(31, cards=self._standing.unknown))
        attached = printer_words.printer_of(self.rekam.equipment)
        if attached is None:
            made.append(printer_words.unusable(None))
        elif self._printer_says is not None and (fault := printer_words.fault(self._printer_says)):
            made.append(printer_words.not_sent(fault))
        made += printer_words.running_low(self._printer_says)
        made += printer_health.problems(self._health, self._standing.counts.ready)
        return [*made, *drawn.running_out(self._standing.balance)]

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Open, run, filter, read again; printing is the printing operator's."""
        officer = self.rekam.officer
        barred = None
        if officer is not None and not officer.may(OfficerRole.PRINTING):
            barred = problem(25, role=_("printing operator").capitalize())
        label = _("Go on") + ": " + _("one after the other")
        return (
            Hint(keys.ENTER, _("Open"), self.open),
            Hint(keys.GO_ON, label, self.start_run, barred=barred, help=_("prints so many cards one after the other")),
            Hint(keys.FILTER, _("Filter"), self.next_filter),
            Hint(keys.AGAIN, "PRR", self.read_export, help=_("reads the newest SIAK export again")),
            Hint(keys.TICK, _("Tick"), self.tick, rank=3, barred=barred, help=_("marks a card for a run")),
            Hint(keys.ALL, _("All"), self.run_all, rank=0, barred=barred, help=_("prints every card that is ready")),
            Hint(keys.EDIT, "PRR", self.set_by_hand, rank=3, help=_("PRR by hand, with where it was learned")),
            Hint(keys.HISTORY, _("History"), self.history, rank=2),
            Hint(keys.ORDER, _("Order"), self.next_order, rank=3, help=_("by 17th birthday, or by school and class")),
            Hint(
                keys.PRINT,
                _("Waiting list"),
                self.print_waiting_list,
                rank=3,
                help=_("the school's waiting list, and its print list"),
            ),
            Hint(keys.CARD_TROUBLE, _("Hold"), self.hold, rank=0, help=_("holds a card back, or lets it go on")),
        )

    async def open(self) -> None:
        """Open the card under the cursor, or say why it cannot be printed yet."""
        row = self._row
        if row is None:
            return
        if row.job is JobState.UNKNOWN:
            job = next(one for one in await self._unresolved() if one.pupil == row.pupil)
            await self.rekam.over(UnknownCardScreen(job.token, self._run()))
        elif row.cursor.view in (View.READY, View.UNCLEAR):
            await self.rekam.over(CardScreen(row.pupil, self._run()))
        else:
            gate = await self.store.run(card_queue.gate, row.pupil)
            error = CardRefusedError(CardReason.GATE, holds=gate.holds, turns_17=gate.turns_17)
            if row.held:
                error = CardRefusedError(CardReason.HELD, held=row.held)
            self.refuse(drawn.refusal(error, row.status_code, row.status_day))

    async def start_run(self) -> None:
        """Ask how many, and print them one after the other; marked ones in the order of the list too."""
        if await self._something_unknown() or self._standing is None:
            return
        if self._marked:
            number = len(self._marked)
            said = [_("{cards} marked cards are printed one after the other.").format(cards=number)]
            if await self.ask_count(_("Print the marked cards"), said, number):
                await self._print_run(self._run(number, tuple(self._marked)))
            return
        ready, balance = self._standing.counts.ready, self._standing.balance
        most = min(ready, balance.cards_left)
        if not most:
            self.refuse(drawn.none_to_print(balance, ready))
            return
        number = await self.ask(RunDialog(most, drawn.run_words(ready, balance)))
        if number is not None:
            await self._print_run(self._run(number))

    async def run_all(self) -> None:
        """Print every card that is ready, after their number was typed."""
        if await self._something_unknown() or self._standing is None or not self._standing.counts.ready:
            return
        number = self._standing.counts.ready
        said = drawn.run_words(number, self._standing.balance)
        if await self.ask_count(_("Print all cards that are ready"), said, number):
            await self._print_run(self._run(number))

    def _run(self, left: int | None = None, marked: tuple[uuid.UUID, ...] = ()) -> Run:
        """Return the cards in the order in which they stand here."""
        return Run(self._order, self._one_school, left, marked)

    async def _print_run(self, run: Run) -> None:
        self._marked.clear()
        first = await self.store.run(run.first)
        if first is not None:
            await self.rekam.over(CardScreen(first, run))

    async def _something_unknown(self) -> bool:
        """Whether a card has to be looked for in the tray before others are printed."""
        waiting = [job for job in await self._unresolved() if not job.put_aside]
        if waiting:
            error = CardRefusedError(CardReason.UNRESOLVED, name=waiting[0].name)
            self.refuse(drawn.refusal(error))
        return bool(waiting)

    def tick(self) -> None:
        """Mark the card under the cursor for a run, or take the mark back."""
        row = self._row
        if row is None or row.cursor.view is not View.READY:
            return
        if self._marked.pop(row.pupil, None) is None:
            self._marked[row.pupil] = row.name
        self.list.move(1)

    async def next_filter(self) -> None:
        """Show the next part of the queue; one school is the open visit's, else the one under the cursor."""
        self._filter = (self._filter + 1) % len(_FILTERS)
        if self._filter == _ONE_SCHOOL:
            self._school = await self._school_here()
            if self._school is None:
                self._filter = 0
        self._again()
        await self.load()

    async def next_order(self) -> None:
        """Order by 17th birthday, or by school, class and number."""
        self._order = Order.SCHOOL if self._order is Order.DUE else Order.DUE
        self._again()
        await self.load()

    def _again(self) -> None:
        self._numbers.clear()
        self.list.reload(keep=False)

    async def read_export(self) -> None:
        """Take a newer SIAK export in: whoever the centre has made print-ready stands among the ready ones then."""
        from tui.screens.list_file import siak_import

        await self.rekam.over(siak_import(self.step))

    async def history(self) -> None:
        """Open the history of the pupil under the cursor."""
        from tui.screens.pupil import PupilScreen

        if (row := self._row) is not None:
            await self.rekam.over(PupilScreen(OpenPupil(row.pupil, row.name)))

    async def set_by_hand(self) -> None:
        """Note that the centre said PRINT_READY_RECORD, with where that was learned."""
        row = self._row
        if row is None:
            return
        reasons = [_("office, by telephone"), _("office, in writing"), _("SIAK at the office"), _("other, write it")]
        effect = _("The centre's status becomes PRINT_READY_RECORD. Where was it learned?")
        source = await self.ask_reason(_("PRR by hand: {name}").format(name=row.name), effect, reasons, other=4)
        if source is not None:
            await self.store.run(card_queue.set_status, row.pupil, "PRINT_READY_RECORD", source.text)
            self.news = "√ " + _("{name}: PRR noted").format(name=row.name)
            await self.load()

    async def hold(self) -> None:
        """Hold a card back with a reason, or let a held one go on."""
        row = self._row
        if row is None:
            return
        if row.held:
            await self.store.run(card_queue.release, row.pupil)
        else:
            reasons = [
                _("data to be corrected"),
                _("asked by the family"),
                _("asked by the office"),
                _("other, write it"),
            ]
            effect = _("The card is not printed until it is let go on.")
            reason = await self.ask_reason(_("Hold back: {name}").format(name=row.name), effect, reasons, other=4)
            if reason is None:
                return
            await self.store.run(card_queue.hold, row.pupil, reason.text)
        await self.load()

    async def print_waiting_list(self) -> None:
        """Show the waiting list of one school and the list of its cards that are ready, before they are printed."""
        from tui import card_papers
        from tui.screens import paper_preview

        school = await self._school_here()
        if school is not None:
            await paper_preview.prepare_and_show(self, *card_papers.lists_of(school))

    # --- helpers ------------------------------------------------------------------------------------------------

    @property
    def _row(self) -> QueueRow | None:
        return None if self.list.row is None else self.list.row.row

    @property
    def _one_school(self) -> uuid.UUID | None:
        return self._school if self._filter == _ONE_SCHOOL else None

    async def _unresolved(self) -> Sequence[JobView]:
        return await self.store.run(cards.unresolved)

    async def _school_here(self) -> uuid.UUID | None:
        visit, row = self.rekam.visit, self._row
        if visit is not None:
            return (await self.store.run(visits.get, visit.id)).school_id
        return None if row is None else row.school_id


def _read(tx: Transaction, school: uuid.UUID | None) -> _Standing:
    counts = card_queue.counts(tx, school)
    due = card_queue.window(tx, (View.AGE,), None, 1, school=school) if not counts.ready else ()
    unknown = sum(job.state is JobState.UNKNOWN for job in cards.unresolved(tx))
    return _Standing(counts, stock.balance(tx), due[0] if due else None, siak_exports.newest_day(tx), unknown)
