"""S07: the visit's list by age: who is 16 on its day, who is not yet, whose data are incomplete."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from store.progress import ADULT_ENOUGH, PupilState
from store.rules import CARD_AGE, RECORDING_AGE, LeapBirthday, age_on, birthday
from tui import figures, keys, planning
from tui.duty import OpenPupil
from tui.frame import FrameScreen
from tui.i18n import N_, _, p_
from tui.keys import Hint
from tui.line import Line, stack
from tui.messages import Problem
from tui.screens.list_orders import list_orders, order_word
from tui.widgets.fields import filter_row
from tui.widgets.many_dialog import ManyDialog
from tui.widgets.paged_list import PagedList, Way

if TYPE_CHECKING:
    from store.counts import Counts
    from store.listing import Order, Place
    from store.lists import ListFigures
    from store.queue import QueueRow
    from store.transaction import Transaction
    from store.visits import HomeVisit

_SOON = timedelta(days=30)
_SEARCHED = 200


class Show(enum.Enum):
    """The filters of the sheet."""

    ALL = "all"
    SIXTEEN = "sixteen"
    UNDER = "under"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class _Loaded:
    day: date
    leap: LeapBirthday
    counts: Counts
    figures: ListFigures
    soon: int


class SixteenScreen(FrameScreen):
    """The list of step 1; L goes on to the draft of the schedule."""

    step = 1
    subject = N_("the list of 16 and over")
    searches = True

    def __init__(self, visit: uuid.UUID) -> None:
        super().__init__()
        self._visit = visit
        from store.listing import Order

        self._loaded: _Loaded | None = None
        self._show = Show.SIXTEEN
        self._order: Order = Order.NUMBER
        self._marked: dict[uuid.UUID, str] = {}
        self._found: tuple[QueueRow, ...] | None = None
        self.pupils = PagedList["QueueRow", "Place"](self._page, self._place, self._row)
        self.parts = (self.pupils,)

    async def load(self) -> None:
        """Read the counts; the rows are read by the list."""
        await planning.begin(self.rekam, self._visit)
        self._loaded = await self.store.run(_load, self._visit)
        self._count()

    def _count(self) -> None:
        if self._loaded is not None:
            self.pupils.total = self._totals()[self._show] if self._found is None else len(self._found)

    def _totals(self) -> dict[Show, int]:
        assert self._loaded is not None, "asked after the first load"
        counts = self._loaded.counts
        return {
            Show.ALL: counts.pupils,
            Show.SIXTEEN: counts.sixteen,
            Show.UNDER: counts.under_sixteen,
            Show.INCOMPLETE: counts.incomplete,
        }

    # --- the rows -----------------------------------------------------------------------------------------------

    async def _page(self, anchor: Place | None, way: Way, count: int) -> Sequence[QueueRow]:
        from store import listing
        from store.queue import Only, QueueFilter

        if self._found is not None:
            return _part(self._found, anchor, way, count)
        states = {Show.SIXTEEN: ADULT_ENOUGH, Show.UNDER: frozenset({PupilState.LISTED})}.get(self._show)
        only = Only.INCOMPLETE if self._show is Show.INCOMPLETE else None
        return await self.store.run(
            listing.page,
            self._visit,
            QueueFilter(states=states, only=only),
            self._order,
            start=anchor,
            backward=way is Way.BEFORE,
            limit=count,
        )

    def _place(self, row: QueueRow) -> Place:
        from store.listing import place_of

        return place_of(row, self._order)

    def _row(self, row: QueueRow) -> Line:
        line = Line().put(1, "√" if row.pupil in self._marked else " ").put(4, str(row.number), width=3, right=True)
        line.put(8, row.name, width=24).put(33, row.class_name, width=10).put(44, figures.long_date(row.birth_date))
        if self._loaded is None:
            return line
        years, months = age_on(row.birth_date, self._loaded.day, self._loaded.leap)
        line.put(56, _("{years} y {months}").format(years=years, months=months))
        return line.state(65, self._note(row, self._loaded))

    def _note(self, row: QueueRow, loaded: _Loaded) -> str:
        if row.incomplete:
            return _("× NIK missing") if row.nik_tail is None else _("× data missing")
        if row.twin:
            return _("! twins")
        if row.same_name:
            return _("! same name")
        age = RECORDING_AGE if row.state is PupilState.LISTED else CARD_AGE
        turns = birthday(row.birth_date, age, loaded.leap)
        return f"√ {CARD_AGE}" if turns <= loaded.day else f"· {age}: {turns:%d-%m-%y}"

    async def search_changed(self) -> None:
        """Show whom the search finds on this list."""
        from store import search

        if self.search:
            page = await self.store.run(search.search, self.search, self._visit, limit=_SEARCHED)
            self._found = tuple(found.row for found in page.found)
        else:
            self._found = None
        self._count()
        self.pupils.reload(keep=False)

    # --- what it says -------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Name the sheet and the day on which ages count."""
        day = figures.long_date(self._loaded.day) if self._loaded else ""
        left = "1 " + _("Plan") + " · " + _("pupils of 16 and over on {day}").format(day=day)
        return left, _("{at} of {of}").format(at=3, of=3)

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw filter, figures and rows."""
        if self._loaded is None:
            return ()
        sums = self._loaded.figures
        head = (
            Line().put(5, p_("list", "No")).put(8, _("Name")).put(33, _("Class")).put(44, _("Born")).put(56, _("Age"))
        )
        said = _("{sixteen} are 16 · {seventeen} are 17+ (may print once PRR) · M {boys} F {girls} · {classes} classes")
        made = [
            Line().put(3, _("Filter") + " " + filter_row(self._filters(), list(Show).index(self._show))),
            Line().put(
                3,
                said.format(
                    sixteen=sums.sixteen,
                    seventeen=sums.seventeen,
                    boys=sums.boys,
                    girls=sums.girls,
                    classes=sums.classes,
                ),
            ),
            head.put(65, _("Note")),
        ]
        room = height - len(made) - 2
        if self.pupils.empty:
            return [*made, Line(), Line().put(5, self._nobody())]
        return [*made, *stack(self.pupils.lines(room), room)]

    def _filters(self) -> list[str]:
        totals = self._totals()
        return [
            _("all {count}").format(count=figures.number(totals[Show.ALL])),
            f"16+ {figures.number(totals[Show.SIXTEEN])}",
            _("under 16: {count}").format(count=figures.number(totals[Show.UNDER])),
            _("data missing {count}").format(count=figures.number(totals[Show.INCOMPLETE])),
        ]

    def _nobody(self) -> str:
        if self._found is not None:
            return _("Nobody of that name or number. Esc: all.")
        if self._show is Show.SIXTEEN and self._loaded is not None:
            return _("Nobody is 16 on {day}.").format(day=f"{self._loaded.day:%d-%m}")
        return _("Nobody here. F: other filter.")

    def status(self) -> str:
        """Say what is shown, and how many would be 16 with a later date."""
        if self._loaded is None:
            return ""
        first, last, total = self.pupils.place
        said = _("{first}-{last} of {total}").format(first=first, last=last, total=figures.number(total))
        if self._marked:
            return said + " · " + _("{count} marked: E moves them to another visit").format(count=len(self._marked))
        soon = _("turn 16 within 30 days: {count} (F Filter: under 16)").format(count=self._loaded.soon)
        return f"{said} · {soon}"

    def problems(self) -> Sequence[Problem]:
        """Tell how many pupils are incomplete."""
        if self._loaded is None or not self._loaded.counts.incomplete:
            return ()
        said = _("{count} pupils lack data; they stay on the list and are completed in step 3.")
        return [Problem("!", said.format(count=self._loaded.counts.incomplete))]

    def words(self) -> Sequence[str]:
        """Explain the marks of the rows."""
        return (
            _("Ages count on the day of the visit; another date recomputes them at once."),
            _("Under 16: listed, not queued. NIK or data missing: queued, and completed in step 3."),
            _("√ 17 may print once PRR is there; the others are recorded now and their card waits for the birthday."),
        )

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the list."""
        edit = Hint(keys.EDIT, _("Move {count}").format(count=len(self._marked)), self.move)
        return (
            edit if self._marked else Hint(keys.EDIT, _("Edit"), self.edit),
            Hint(keys.ADD, _("Add"), self.add),
            Hint(keys.FILTER, _("Filter"), lambda: self.turn_filter(1)),
            self.search_hint(),
            Hint(keys.GO_ON, _("Go on: schedule"), self.go_on),
            Hint(keys.TICK, _("Mark"), self.mark, help=_("mark to move to another visit"), rank=2),
            Hint(keys.ORDER, _("Order"), self.turn_order, rank=2),
            Hint(keys.RIGHT, _("Filter"), lambda: self.turn_filter(1), rank=0),
            Hint(keys.LEFT, _("Filter"), lambda: self.turn_filter(-1), rank=0),
        )

    # --- what it does -------------------------------------------------------------------------------------------

    def turn_filter(self, by: int) -> None:
        """Show the filter beside this one."""
        shows = list(Show)
        self._show = shows[(shows.index(self._show) + by) % len(shows)]
        self._count()
        self.pupils.reload(keep=False)

    def turn_order(self) -> None:
        """Order by number, name, class, birth, and by number again."""
        orders = list_orders()
        self._order = orders[(orders.index(self._order) + 1) % len(orders)]
        self.news = "√ " + order_word(self._order)
        self.pupils.reload(keep=False)

    def mark(self) -> None:
        """Mark the pupil, or take the mark away."""
        row = self.pupils.row
        if row is not None:
            if self._marked.pop(row.pupil, None) is None:
                self._marked[row.pupil] = row.name
            self.pupils.move(1)

    async def move(self) -> None:
        """Move the marked pupils to another open visit."""
        from store import lists

        others: tuple[HomeVisit, ...] = await self.store.run(_other_visits, self._visit)
        if not others:
            self.refuse(Problem("×", _("There is no other open visit. Marks are kept.")))
            return
        words = [f"{figures.short_date(visit.day)}  {visit.school}" for visit in others]
        title = _("Move {count} pupils to").format(count=len(self._marked))
        picked = await self.ask(ManyDialog(title, words))
        if picked is None:
            return
        moved = await self.store.run(lists.move_pupils, tuple(self._marked), others[picked].visit)
        self.news = "√ " + _("{count} moved to {school}").format(count=moved, school=others[picked].school)
        self._marked = {}
        await self.reload()

    async def add(self) -> None:
        """Add a pupil whom the school left out."""
        from tui.screens.add_pupil import AddPupilScreen

        await self.rekam.over(AddPupilScreen())

    async def edit(self) -> None:
        """Correct what the list says about the pupil under the cursor."""
        row = self.pupils.row
        if row is None:
            return
        from tui.screens.pupil_data import PupilDataScreen

        await self.rekam.over(PupilDataScreen(OpenPupil(row.pupil, row.name)))

    async def go_on(self) -> None:
        """Go on to the draft of the schedule; without anybody of 16 there is none."""
        from tui.screens.class_plan import ClassPlanScreen

        if self._loaded is None:
            return
        if not self._loaded.counts.sixteen:
            said = _("Nobody is 16 on {day}.").format(day=f"{self._loaded.day:%d-%m}")
            self.refuse(Problem("×", said))
            return
        await self.rekam.over(ClassPlanScreen(self._visit))


def _load(tx: Transaction, visit: uuid.UUID) -> _Loaded:
    from store import counts, lists, visits

    day = visits.get(tx, visit).plan.day
    leap = LeapBirthday(tx.setting("age.leap_birthday"))
    soon = visits.turning_16(tx, visit, day + _SOON)
    return _Loaded(day, leap, counts.of_visit(tx, visit), lists.figures(tx, visit), soon)


def _other_visits(tx: Transaction, visit: uuid.UUID) -> tuple[HomeVisit, ...]:
    from store import visits

    return tuple(other for other in visits.home(tx).visits if other.visit != visit)[:24]


def _part(rows: Sequence[QueueRow], anchor: Place | None, way: Way, count: int) -> Sequence[QueueRow]:
    """Return a page of what a search found, which is in the order of the numbers."""
    if way is Way.AFTER:
        return [row for row in rows if anchor is None or row.number > anchor.number][:count]
    before = [row for row in rows if anchor is None or row.number < anchor.number]
    return before[max(len(before) - count, 0) :]
