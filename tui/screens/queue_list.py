"""S11: the queue. Who waits, in the order of the school day; a pile of papers is ticked with one key a pupil.

The same list serves steps 4, 5 and 6: there it shows only those who wait for that step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from store.progress import ADULT_ENOUGH, STEP_OF, WAITING_HERE, Desk, Presence, PupilState
from store.standing import FIELD_ROLES
from store.transaction import NotAllowedError
from tui import figures, keys, sop, turns
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.i18n import N_, _, language
from tui.keys import Hint
from tui.line import Line, cells
from tui.messages import Problem, problem
from tui.screens import queue_lines
from tui.screens.list_orders import order_word, queue_orders
from tui.screens.queue_facts import Facts, done_at, read_facts
from tui.screens.queue_pane import QueuePane
from tui.screens.queue_pile import Piles
from tui.unlocking import store_problem
from tui.widgets.bars import rail_word
from tui.widgets.paged_list import PagedList, Way

if TYPE_CHECKING:
    from store.listing import Order, Place
    from store.queue import QueueFilter, QueueRow

_ROWS_KEPT = 64
"""So many drawn rows are kept: those of a view, most of which are the same after a key."""
_DESK_STEPS = {Desk.ALL: "3-6", Desk.CHECK: "3-5", Desk.RECORD: "6", Desk.PRINT: "7"}


@dataclass(frozen=True, repr=False)
class _Listed:
    """A row with its place in the list it was read from: the queue's key, another order's, or that among the found."""

    row: QueueRow
    place: str | Place | int


def _drawn(_language: str, row: QueueRow, day: date, turn: bool, certificate_missing: bool, desk: int) -> Line:
    return queue_lines.row_line(row, day, turn=turn, certificate_missing=certificate_missing, desk=desk)


class QueueScreen(FrameScreen):
    """The pupils who wait at a step, or at step 3 everybody whom this desk deals with."""

    subject = N_("queue")
    searches = True

    def __init__(self, step: int = 3) -> None:
        super().__init__()
        self.step = step
        self.list: PagedList[_Listed, str | Place | int] = PagedList(
            self._fetch, lambda listed: listed.place, self._draw
        )
        self.parts = (self.list,)
        self._facts: Facts | None = None
        self._class = 0
        self._order: Order | None = None
        self._more_found = False
        self._piles = Piles()
        self._revealed: tuple[str, float] = ("", 0.0)
        self._changes = 0
        self._drawn = lru_cache(_ROWS_KEPT)(_drawn)
        self._beside = QueuePane(self)

    # --- reading ------------------------------------------------------------------------------------------------

    @property
    def states(self) -> frozenset[PupilState]:
        """Who stands in this list: step 3 shows everybody, unless the desk does only some of the steps."""
        if self.step == 3:
            return Desk.CHECK.states if self.rekam.desk is Desk.CHECK else ADULT_ENOUGH
        return frozenset(state for state in PupilState if STEP_OF[state] == self.step)

    @property
    def _class_name(self) -> str | None:
        classes = self._facts.classes if self._facts else ()
        return classes[self._class - 1] if 0 < self._class <= len(classes) else None

    async def load(self) -> None:
        """Read the counts; nobody is open while the queue is in front."""
        app = self.rekam
        if not self.in_front:  # a late answer: somebody has been opened since
            return
        app.pupil = None
        if app.visit is None:
            return
        await sop.idle(app, self.step)
        self._facts = await self.store.run(read_facts, app.visit.id, self._class_name, app.desk)
        self._changes = await self.store.changes()
        self._piles.anew()
        self._beside.forget()
        if not self.search:
            self.list.total = sum(self._facts.shown.by_state.get(state, 0) for state in self.states)

    async def search_changed(self) -> None:
        """Show what is found from its first row, or the queue again."""
        self.list.reload(keep=False)
        await self.load()

    async def _fetch(self, anchor: str | Place | int | None, way: Way, count: int) -> Sequence[_Listed]:
        from store import listing, queue, search

        visit = self.rekam.visit
        if visit is None:
            return ()
        backward = way is Way.BEFORE
        if self.search:
            place = anchor if isinstance(anchor, int) else None
            page = await self.store.run(
                search.search, self.search, visit.id, after=place, backward=backward, limit=count
            )
            self.list.total, self._more_found = page.count, page.more_than_counted
            return [_Listed(found.row, found.place) for found in page.found]
        if (order := self._order) is not None:
            place = anchor if isinstance(anchor, listing.Place) else None
            ordered = await self.store.run(
                listing.page, visit.id, self._wanted(), order, start=place, backward=backward, limit=count
            )
            self._piles.look_through(ordered)
            return [_Listed(row, listing.place_of(row, order)) for row in ordered]
        start = anchor if isinstance(anchor, str) else None
        rows = await self.store.run(queue.page, visit.id, self._wanted(), start=start, backward=backward, limit=count)
        self._piles.look_through(rows.rows)
        return [_Listed(row, row.key) for row in rows.rows]

    def _wanted(self) -> QueueFilter:
        from store.queue import QueueFilter

        return QueueFilter(self._class_name, self.states)

    # --- drawing ------------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return the step, and how many are left and until when."""
        left = f"{self.step} {rail_word(self.step or 3)} · " + _("pupils in the queue")
        if self._facts is None:
            return left, ""
        right = _("{count} left").format(count=figures.number(self._facts.counted.left))
        done = done_at(self._facts, self.rekam.local_now())
        return left, f"{right} · " + _("about {time}").format(time=done) if done else right

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Return the class filter, the head and the rows."""
        classes = self._facts.classes if self._facts else ()
        made = [queue_lines.classes_line(classes, self._class, width), queue_lines.head()]
        if self.list.empty:
            return [*made, Line().put(5, self._nobody(), width=width - 6)]
        return [*made, *self.list.lines(height - len(made))]

    def pane(self) -> Sequence[Line]:
        """Return what is known of the pupil at the cursor, of the desks and of the day."""
        return self._beside.lines(self._row.pupil if self._row else None)

    def status(self) -> str:
        """Return where in the list one is, the totals, the pace and the desk; or the row's name where it is cut."""
        if self._revealed[0] and self.rekam.clock.monotonic() < self._revealed[1]:
            return self._revealed[0]
        if self._facts is None:
            return ""
        first, last, total = self.list.place
        counted = figures.number(total) + ("+" if self.search and self._more_found else "")
        shown = _("{first}-{last} of {total}").format(first=first, last=last, total=counted)
        row = self._row
        if row is not None and cells(row.name) > queue_lines.NAME_WIDTH:
            return f"{shown} · {row.name}"
        if row is not None and row.turns_16 is not None:
            return f"{shown} · {row.name}, " + _("16 on {day}").format(day=figures.long_date(row.turns_16))
        if self.search:
            return shown
        desk = self.rekam.desk
        parts = (
            shown,
            "√ " + _("{count} recorded").format(count=figures.number(self._facts.counted.recorded)),
            "◊ " + _("{count} absent").format(count=figures.number(self._facts.counted.absent)),
            _("{pace} min/pupil").format(pace=figures.decimal(self._facts.minutes)),
            _("desk {desk}: steps {steps}").format(desk=desk.value, steps=_DESK_STEPS[desk]),
        )
        return " · ".join(parts)

    def problems(self) -> Sequence[Problem]:
        """Return who was left out while the pile of papers was ticked."""
        return self._piles.problems()

    def words(self) -> Sequence[str]:
        """Explain the marks of the rows and how somebody comes next."""
        return (
            _("Next is who was called (search, then Enter), then by class and list; N puts one behind her class."),
            _("D ticks KK and certificate and goes on: a whole pile is one key a pupil. Space ticks one by one."),
            _("Absent pupils sink and come back with H; who is under 16 is found by / and stays listed."),
        )

    def _draw(self, listed: _Listed) -> Line:
        row = listed.row
        day = self.rekam.visit.day if self.rekam.visit else date.min
        turn = self._facts is not None and row.pupil == self._facts.next
        other = self._facts.elsewhere.get(row.pupil) if self._facts is not None else None
        desk = other.desk.value if other is not None else 0
        missing = self._piles.left_out(row)
        return self._drawn(language(), row, day, turn, missing, desk).copy()

    def _nobody(self) -> str:
        if self.search:
            return _("Nobody on this list is found by that. T adds her, Esc clears.")
        if self.step == 3:
            return _("The queue is empty. 0 board, 7 printing.")
        return _("Nobody waits at this step. 3 queue of all, 0 board.")

    # --- keys ---------------------------------------------------------------------------------------------------

    @property
    def _row(self) -> QueueRow | None:
        return self.list.row.row if self.list.row else None

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the queue; who may not tick is told so."""
        barred = self._barred()
        return (
            Hint(keys.ENTER, _("Open"), self.open),
            Hint(keys.PAPERS, _("Papers"), self.tick_both, help=_("KK and certificate are there"), barred=barred),
            Hint(keys.PRESENT, _("Present"), self.turn_presence),
            Hint(keys.ADD, _("Add"), self.add, help=_("a pupil who is not on the list"), barred=barred),
            Hint(keys.HISTORY, _("History"), self.history, rank=2),
            self.search_hint(),
            Hint(keys.NEXT, _("Next"), self.put_off, help=_("put behind her class"), rank=2),
            Hint(keys.UNDO, _("Undo"), self.undo, rank=2, barred=barred),
            Hint(keys.TICK, _("Tick"), self.tick_one, help=_("KK, then certificate"), rank=0, barred=barred),
            Hint(keys.PRINT, _("Print"), self.print_lists, rank=0, help=_("who is to be recorded, and who is absent")),
            Hint(keys.FILTER, _("Filter"), lambda: self.choose_class(1, around=True), help=_("next class"), rank=0),
            Hint(keys.ORDER, _("Order"), self.turn_order, help=_("by turn, number, name or birth date"), rank=0),
            Hint(keys.LEFT, _("Choice"), lambda: self.choose_class(-1), help=_("class before"), rank=0),
            Hint(keys.RIGHT, _("Choice"), lambda: self.choose_class(1), help=_("next class"), rank=0),
            Hint(keys.REVEAL, _("Reveal"), self.reveal, help=_("the NIK for 20 seconds"), rank=0),
            Hint(keys.EDIT, _("Edit"), self.edit, help=_("complete her data"), rank=0, barred=barred),
        )

    def _barred(self) -> Problem | None:
        officer = self.rekam.officer
        if officer is None or officer.may(*FIELD_ROLES):
            return None
        return store_problem(NotAllowedError(frozenset(FIELD_ROLES)))

    async def open(self) -> None:
        """Open the pupil at the cursor at her step; found by a search she has arrived, and is called."""
        from store import pupils

        await self.lists_read()
        row = self._row
        if row is None:
            if self.search:
                self.refuse(Problem("!", self._nobody()))
        elif row.turns_16 is not None:
            self.refuse(problem(8, name=row.name, date=figures.long_date(row.turns_16)))
        elif row.presence is Presence.ABSENT and row.state in WAITING_HERE:
            self.refuse(
                Problem("×", _("{name} is marked absent. Nothing changed. H: she is there.").format(name=row.name))
            )
        else:
            if self.search and row.state in WAITING_HERE:
                await self.store.run(pupils.call, row.pupil)
                self.search = ""
            await turns.open_pupil(self.rekam, OpenPupil(row.pupil, row.name), row.state)

    async def tick_both(self) -> None:
        """Tick both copies and go on to the next row: a whole pile, one key each."""
        from store import pupils

        if (row := self._row) is not None:
            await self.store.run(pupils.tick_papers, row.pupil, kk=True, certificate=True)
            await self.reload()
            self.list.move(1)

    async def tick_one(self) -> None:
        """Tick what is missing, first the KK; with both there, untick both."""
        from store import pupils

        if (row := self._row) is not None:
            both = row.papers_kk and row.papers_certificate
            certificate = None if not row.papers_kk else not both
            await self.store.run(pupils.tick_papers, row.pupil, kk=not both, certificate=certificate)
            await self.reload()

    async def turn_presence(self) -> None:
        """Mark the pupil absent, or present again."""
        from store import pupils

        if (row := self._row) is not None:
            presence = await self.store.run(pupils.mark_absent, row.pupil)
            word = _("◊ {name} is absent") if presence is Presence.ABSENT else _("√ {name} is there")
            await self.reload()
            self.news = word.format(name=row.name)

    async def put_off(self) -> None:
        """Put the pupil behind the others of her class; the cursor stays for the next one."""
        from store import pupils

        if (row := self._row) is not None and row.state in WAITING_HERE:
            await self.store.run(pupils.put_off, row.pupil)
            await self.reload()

    async def undo(self) -> None:
        """Take back this officer's last tick, mark or verdict."""
        from store import queue, undo

        if self._facts is None:
            return
        try:
            undone = await self.store.run(undo.undo_last, self._facts.visit.visit)
        except undo.NothingToUndoError:
            self.refuse(Problem("!", _("There is nothing left to undo. Nothing changed.")))
            return
        row = await self.store.run(queue.find, undone.pupil)
        await self.reload()
        self.news = _("√ {name}: the last mark is taken back").format(name=row.name)

    async def print_lists(self) -> None:
        """Show on paper who is still to be recorded, of the class shown or of all, and who is absent."""
        from tui import pupil_papers
        from tui.screens import paper_preview

        if self._facts is not None:
            visit = self._facts.visit
            waiting = partial(pupil_papers.to_record, visit=visit, class_name=self._class_name)
            await paper_preview.prepare_and_show(self, waiting, partial(pupil_papers.absentees, visit=visit))

    async def choose_class(self, by: int, *, around: bool = False) -> None:
        """Show the next class, or the one before; the first choice is all."""
        count = len(self._facts.classes) + 1 if self._facts else 1
        chosen = (self._class + by) % count if around else min(max(self._class + by, 0), count - 1)
        if chosen != self._class:
            self._class = chosen
            await self.load()
            self.list.reload(keep=False)

    def turn_order(self) -> None:
        """Order by turn, number, name, birth date, and by turn again; whose turn it is stays the same."""
        orders = queue_orders()
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self.news = "√ " + order_word(self._order)
        self.list.reload(keep=False)

    async def reveal(self) -> None:
        """Show the row's NIK for 20 seconds; the journal keeps that it was looked at."""
        from store import pupils

        if (row := self._row) is not None:
            nik = await self.store.run(pupils.reveal_nik, row.pupil)
            shown = figures.grouped(nik) if nik else _("lacking")
            self._revealed = (f"NIK {shown} · {row.name}", self.rekam.clock.monotonic() + turns.REVEAL_SECONDS)
            self.set_timer(turns.REVEAL_SECONDS, self.refresh_frame)

    async def history(self) -> None:
        """Open the whole history of the pupil at the cursor."""
        from tui.screens.pupil import PupilScreen

        if (row := self._row) is not None:
            await self.rekam.over(PupilScreen(OpenPupil(row.pupil, row.name)))

    async def add(self) -> None:
        """Add a pupil who is not on the list, beginning with what was searched for."""
        from tui.screens.add_pupil import AddPupilScreen

        typed, self.search = self.search, ""
        await self.rekam.over(AddPupilScreen(typed))

    async def edit(self) -> None:
        """Complete or correct the data of the pupil at the cursor."""
        from tui.screens.pupil_data import PupilDataScreen

        if (row := self._row) is not None:
            await self.rekam.over(PupilDataScreen(OpenPupil(row.pupil, row.name)))

    # --- other desks --------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Look every two seconds whether another desk changed something; nothing is drawn when none did."""
        self.set_interval(2, lambda: self.rekam.aside(self.follow()))

    async def follow(self) -> None:
        """Read again when the store changed by another hand than this screen's."""
        store = self.rekam.store
        if not self.in_front or store is None or store.closed or self.rekam.acting:
            return
        if await store.changes() != self._changes and self.in_front:
            await self.reload()
