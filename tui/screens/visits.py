"""Home (S03): the visits, what was cut, and what somebody has to do something about."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from datetime import datetime, timedelta

from store import home, visits
from store.folder import pupil_lock
from store.home import Cut, ToDo
from store.progress import PupilState
from store.transaction import OfficerRole, Transaction
from store.visits import Home, HomeVisit
from tui import figures, keys, navigation, sop, turns
from tui.duty import OpenPupil, OpenVisit, role_words
from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.ink import Ink
from tui.keys import Hint, Press
from tui.line import Line, stack
from tui.messages import Problem, problem
from tui.navigation import Place
from tui.screens.desk import choose_desk, desk_words
from tui.screens.visits_lines import cut_lines, to_do_lines, visit_heading, visit_row
from tui.widgets.bars import Top
from tui.widgets.paged_list import PagedList, Way

_PLANNERS = (OfficerRole.RECORDING, OfficerRole.COORDINATOR)
_ALL_VISITS = 1000
_A_DAY = timedelta(days=1)


class _CutBlock:
    """The block of what was cut, as a part that can have the focus: Enter then goes on with it."""

    focused = False
    typing = False

    def press(self, press: Press) -> bool:
        """Leave every key to the screen."""
        del press
        return False


class VisitsScreen(FrameScreen):
    """Where every officer begins; no visit is open here."""

    subject = N_("visits")
    searches = True

    def __init__(self) -> None:
        super().__init__()
        self._home: Home | None = None
        self._cuts: tuple[Cut, ...] = ()
        self._to_do: ToDo | None = None
        self._waiting_since: datetime | None = None
        self._all = False
        self._shown: list[HomeVisit] = []
        self._block = _CutBlock()
        self._list = PagedList[HomeVisit, int](self._page, self._shown.index, self._row)
        self.parts = (self._list,)

    # --- what is shown --------------------------------------------------------------------------------------------

    async def load(self) -> None:
        """Close what was open, and read visits, cuts and what needs action in one go."""
        app = self.rekam
        await sop.leave(app)
        if not self.in_front:
            return  # a visit was opened meanwhile: it is not ours to close
        app.visit = app.pupil = None
        app.rail = ()
        first = self._home is None
        self._home, cuts, self._to_do, self._waiting_since = await self.store.run(_read, self._all)
        self._cuts = tuple(one for one in cuts if not self._open_elsewhere(one))
        self._filter()
        had_block = len(self.parts) > 1
        self.parts = (self._block, self._list) if self._cuts else (self._list,)
        if self._cuts and (first or not had_block):
            self.focus_part(0 if self._may_record else 1)
        elif had_block and not self._cuts:
            self.focus_part(0)

    def _open_elsewhere(self, one: Cut) -> bool:
        """Tell whether another desk has the pupil open now: then nothing was cut."""
        folder = self.rekam.folder
        return folder is not None and folder.holder(pupil_lock(one.pupil)) is not None

    @property
    def _may_record(self) -> bool:
        officer = self.rekam.officer
        return officer is not None and officer.may(OfficerRole.RECORDING)

    async def search_changed(self) -> None:
        """Show the visits whose school's name has what is typed."""
        self._filter()
        self._list.reload(keep=False)
        self.focus_part(len(self.parts) - 1)

    def _filter(self) -> None:
        wanted = self.search.casefold()
        found = self._home.visits if self._home else ()
        self._shown[:] = [row for row in found if wanted in row.school.casefold()]
        self._list.total = len(self._shown)

    async def _page(self, anchor: int | None, way: Way, count: int) -> Sequence[HomeVisit]:
        places = range(len(self._shown))
        if way is Way.AFTER:
            first = 0 if anchor is None else bisect.bisect_right(places, anchor)
            return self._shown[first : first + count]
        last = len(places) if anchor is None else bisect.bisect_left(places, anchor)
        return self._shown[max(last - count, 0) : last]

    def _row(self, row: HomeVisit) -> Line:
        return visit_row(row, self.rekam.local_now().date())

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(figures.ZONES[self.rekam.settings.zone])

    def top(self) -> Top:
        """Return that this is home, and nothing of a visit."""
        return self.rekam.bearings(_("Home"))

    def headline(self) -> tuple[str, str]:
        """Return the screen's name and how many visits are open and finished."""
        if self._home is None:
            return _("Visits"), ""
        return _("Visits"), _("{open} open · {closed} finished").format(open=self._home.open, closed=self._home.closed)

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw what was cut, the visits, and what needs action below them."""
        if self._home is None or self._to_do is None:
            return []
        made: list[Line] = []
        if self._cuts:
            made += [*cut_lines(self._cuts[0], self._local), Line()]
            if self._block.focused:
                made[-2].paint(Ink.CURSOR, 3, width)
        below = to_do_lines(self._to_do, width)
        if below:
            below = [Line(), Line().put(5, _("Needs action")), *below]
        if not self._shown:
            nothing = _("No school of that name.") if self.search else _("No visit yet. T makes one.")
            return [*made, Line().put(5, nothing), *below]
        room = max(height - len(made) - 1 - len(below), 3)
        rows = self._list.lines(min(room, len(self._shown)), width)
        return [*made, visit_heading(), *stack(rows, len(rows)), *below]

    def status(self) -> str:
        """Return how many visits are listed and what this desk does; that a visit is late comes first."""
        parts = [_("visits: {count}").format(count=len(self._shown)), _("desk: {desk}").format(desk=self._desk_words)]
        if (late := self._list.row) is not None and late.days_late:
            parts.insert(0, _("! {days} days late").format(days=late.days_late))
        return " · ".join([*parts, _("M changes the desk")])

    @property
    def _desk_words(self) -> str:
        return desk_words(self.rekam.desk)

    def problems(self) -> Sequence[Problem]:
        """Return that something was cut, and that recordings are on this laptop alone for more than a day."""
        made: list[Problem] = []
        if self._cuts:
            said = _("Work interrupted: {count}. Nothing is lost. Enter goes on.").format(count=len(self._cuts))
            made.append(Problem("!", said, 22))
        since = self._waiting_since
        if since is not None and self.rekam.clock.now() - since > _A_DAY:
            said = _("Recordings of {day} have not reached the office. L takes them there by stick.")
            made.append(Problem("!", said.format(day=figures.long_date(self._local(since).date()))))
        return made

    # --- keys -----------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of home; planning a visit is for who works in the field."""
        officer = self.rekam.officer
        plans = officer is not None and officer.may(*_PLANNERS)
        barred = None if plans else problem(25, role=role_words(frozenset(_PLANNERS)))
        something = self._block.focused or bool(self._shown)
        hints = [
            Hint(keys.ENTER, _("Open"), self._enter, rank=1 if something else 0, barred=self._enter_barred),
            Hint(keys.ADD, _("Add"), self._add, help=_("plan a new visit"), barred=barred),
            Hint(keys.DESK, _("Desk"), lambda: choose_desk(self)),
            self.search_hint(),
            Hint(keys.BOARD, _("Board"), lambda: self._over(Place.BOARD)),
            Hint(keys.STOCK, _("Stock"), lambda: self._over(Place.STOCK)),
            Hint(keys.GO_ON, _("To the office"), self._to_office, rank=2, help=_("recordings by stick, receipts back")),
            Hint(keys.FILTER, _("Filter"), self._change_filter, help=_("open visits or all of them"), rank=2),
        ]
        if self._shown:
            said = _("change the plan of this visit")
            hints.append(Hint(keys.EDIT, _("Edit"), self._edit, help=said, rank=2, barred=barred))
        if self._to_do is not None and self._to_do.next_pupil is not None:
            named = _("history of the next pupil to become 17")
            hints.append(Hint(keys.HISTORY, _("History"), self._history, help=named, rank=2))
        if self._block.focused:
            hints.append(Hint(keys.DOWN, _("Visits"), lambda: self.focus_part(1), rank=0))
        return hints

    @property
    def _enter_barred(self) -> Problem | None:
        if not self._block.focused or self._may_record:
            return None
        return problem(25, role=role_words(frozenset({OfficerRole.RECORDING})))

    async def _over(self, place: Place) -> None:
        await self.rekam.over(navigation.screen_of(place))

    async def _enter(self) -> None:
        if self._block.focused:
            await self._go_on(self._cuts[0])
        elif (row := self._list.row) is not None:
            self.rekam.visit = OpenVisit(row.visit, row.school, row.day)
            await self.rekam.go(navigation.STEP_PLACES[row.step - 1])

    async def _go_on(self, one: Cut) -> None:
        self.rekam.visit = OpenVisit(one.visit, one.school, one.day)
        await turns.open_pupil(self.rekam, OpenPupil(one.pupil, one.name), PupilState.RECORD)

    async def _add(self) -> None:
        await self.rekam.go(Place.NEW_VISIT)

    async def _edit(self) -> None:
        if (row := self._list.row) is not None:
            from tui.screens.new_visit import NewVisitScreen

            await self.rekam.switch_screen(NewVisitScreen(row.visit))

    async def _history(self) -> None:
        from tui.screens.pupil import PupilScreen

        if self._to_do is not None and self._to_do.next_pupil is not None:
            await self.rekam.over(PupilScreen(OpenPupil(self._to_do.next_pupil, self._to_do.next_name)))

    async def _to_office(self) -> None:
        from tui.screens.to_office import ToOfficeScreen

        await self.rekam.over(ToOfficeScreen())

    async def _change_filter(self) -> None:
        self._all = not self._all
        await self.load()
        self._list.reload(keep=False)


def _read(tx: Transaction, everything: bool) -> tuple[Home, tuple[Cut, ...], ToDo, datetime | None]:
    from store.bundles import acknowledged

    listed = visits.home(tx, closed=True, limit=_ALL_VISITS) if everything else visits.home(tx)
    return listed, home.cut(tx), home.to_do(tx), acknowledged.unacknowledged_since(tx)
