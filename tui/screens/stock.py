"""The stock (S26): the ledger's equation, what runs out first, and its lines; laid over whatever stands, Esc leaves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from store import destruction, stock_history
from store.stock import Movement, StockKind
from store.transaction import OfficerRole
from tui import figures, keys, sop, stock_papers
from tui.duty import role_words
from tui.frame import FrameScreen
from tui.i18n import N_, _, p_
from tui.keys import Hint
from tui.line import Line, stack
from tui.messages import Problem, problem
from tui.screens import paper_preview, stock_counts, stock_deeds
from tui.screens import stock_lines as drawing
from tui.screens.stock_lines import COUNT_LIMIT, Ledger
from tui.stock_words import kind_name
from tui.widgets.bars import Top
from tui.widgets.paged_list import PagedList, Way

if TYPE_CHECKING:
    import uuid

    from store.stock_history import MovementLine

_VIEWS: tuple[StockKind | None, ...] = (*StockKind, None)
_KEEPERS = (OfficerRole.PRINTING, OfficerRole.COORDINATOR)
_ABOVE, _BELOW = 9, 3  # lines over the list and under it


class StockScreen(FrameScreen):
    """Blanks, ribbon and film; the list shows the lines of one kind, or of all."""

    subject = N_("stock")

    def __init__(self) -> None:
        super().__init__()
        self._ledger: Ledger | None = None
        self._view = 0
        self.list = PagedList["MovementLine", "uuid.UUID"](self._page, lambda line: line.id, self._row)
        self.parts = (self.list,)

    @property
    def _kind(self) -> StockKind | None:
        return _VIEWS[self._view]

    async def load(self) -> None:
        """Read the equation, the forecast and how many lines there are; no step's clock runs meanwhile."""
        await sop.leave(self.rekam)
        self._ledger = await self.store.run(drawing.read, self._kind)
        self.list.total = min(self._ledger.lines, COUNT_LIMIT)

    async def _page(self, anchor: uuid.UUID | None, way: Way, count: int) -> Sequence[MovementLine]:
        if way is Way.AFTER:
            return await self.store.run(stock_history.movements, before=anchor, limit=count, kind=self._kind)
        return await self.store.run(stock_history.later_movements, after=anchor, limit=count, kind=self._kind)

    def _row(self, line: MovementLine) -> Line:
        names = self._ledger.names if self._ledger else {}
        return drawing.movement(line, names, self.rekam.local_now())

    # --- what stands there --------------------------------------------------------------------------------------

    def top(self) -> Top:
        """Return the stock as the place: it is the laptop's, not a visit's."""
        return self.rekam.bearings(_("Stock"))

    def headline(self) -> tuple[str, str]:
        """Return what is counted, and whether the equation holds."""
        left = _("9 Stock · blanks, ribbon, film")
        if self._ledger is None:
            return left, ""
        balanced = all(one.left == one.right for one in self._ledger.balance.kinds)
        return left, _("balanced √") if balanced else _("not balanced ×")

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the equation, the outlook, the lines, and what waits for its destruction."""
        if self._ledger is None:
            return ()
        balance = self._ledger.balance
        room = height - _ABOVE - _BELOW
        made = [*drawing.table(balance), Line(), *drawing.outlook(self._ledger), Line(), drawing.heads()]
        made += stack(self.list.lines(room, width), room)
        return [*made, Line(), self._to_destroy(balance.to_destroy)]

    @staticmethod
    def _to_destroy(number: int) -> Line:
        if not number:
            return Line().put(5, _("No spoiled blank waits for its destruction."))
        said = _("Spoiled, waiting for destruction: {number} blanks · minutes and two witnesses: L")
        return Line().put(5, said.format(number=figures.number(number)))

    def status(self) -> str:
        """Say how many lines are shown of how many, and that each was checked."""
        if self._ledger is None:
            return ""
        first, last, total = self.list.place
        of = figures.number(total) + ("+" if self._ledger.lines > COUNT_LIMIT else "")
        shown = last - first + 1 if last else 0
        said = _("{shown} of {total} events · the equation is checked with every note").format(shown=shown, total=of)
        if self._kind is StockKind.BLANK:
            return said
        return (_("All kinds") if self._kind is None else kind_name(self._kind)) + ": " + said

    def problems(self) -> Sequence[Problem]:
        """Return what is nearly used up, with what to do about it here."""
        if self._ledger is None:
            return ()
        found: list[Problem] = []
        for one in self._ledger.balance.kinds:
            if one.low:
                said = _("{kind} {left}. New roll: T Add, then count.")
                if one.kind is StockKind.BLANK:
                    said = _("{kind} {left}. New blanks: T Add, then count.")
                left = figures.number(one.closing)
                found.append(Problem("!", said.format(kind=kind_name(one.kind), left=left)))
        return found

    def words(self) -> Sequence[str]:
        """Say what the equation is, and what the ledger refuses."""
        return (
            _("Opening + received = good + spoiled + returned + left, for each kind, at every moment."),
            _("A count that is not the book's number needs a reason and a second officer."),
            _("A spoiled blank is kept until it is destroyed before two witnesses, with minutes."),
            _("A serial is received once and used once; nothing is taken that is not there."),
        )

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the keys of the stock; what changes the stock is the printing operator's and the coordinator's."""
        officer = self.rekam.officer
        keeper = officer is not None and officer.may(*_KEEPERS)
        barred = None if keeper else problem(25, role=role_words(frozenset(_KEEPERS)))
        return (
            Hint(keys.ADD, _("Add"), self._receive, help=_("a delivery: number, serials"), barred=barred),
            Hint(keys.EDIT, _("Count"), self._count, help=_("count now")),
            Hint(keys.CARD_TROUBLE, _("Spoiled"), self._trouble, help=_("spoiled, or given back"), barred=barred),
            Hint(keys.GO_ON, _("Go on: destroy"), self._destroy, help=_("destroy what spoiled"), barred=barred),
            Hint(keys.PRINT, _("Stock card"), self._print, rank=2, help=_("the stock card of this kind, or of all")),
            *self._minutes_hint(),
            Hint(keys.FILTER, p_("ledger", "Kind"), self._turn_view, rank=0, help=_("blanks, ribbon, film, all")),
        )

    def _minutes_hint(self) -> tuple[Hint, ...]:
        line = self.list.row
        if line is None or line.movement is not Movement.DESTROYED:
            return ()
        return (Hint(keys.ENTER, _("Minutes"), partial(self._minutes, line.id), help=_("minutes of this destruction")),)

    async def _print(self) -> None:
        kinds = tuple(StockKind) if self._kind is None else (self._kind,)
        await paper_preview.prepare_and_show(self, partial(stock_papers.stock_card, kinds=kinds))

    async def _minutes(self, line: uuid.UUID) -> None:
        made = await self.store.run(destruction.of_line, line)
        assert made is not None, "a line of the ledger stays"
        await paper_preview.prepare_and_show(self, partial(stock_papers.minutes_of, made=made))

    async def _turn_view(self) -> None:
        self._view = (self._view + 1) % len(_VIEWS)
        self.list.reload(keep=False)
        await self.load()

    async def _receive(self) -> None:
        kind = await stock_deeds.pick_kind(self, _("Receive"), self._kind)
        if kind is not None:
            await self._tell(await stock_deeds.receive(self, kind))

    async def _count(self) -> None:
        kind = await stock_deeds.pick_kind(self, _("Count"), self._kind)
        if kind is not None and await stock_counts.count_kind(self, kind):
            await self._tell(_("√ Counted and in the ledger."))

    async def _trouble(self) -> None:
        await self._tell(await stock_deeds.trouble(self))

    async def _destroy(self) -> None:
        made = await stock_deeds.destroy(self)
        if made is None:
            return
        number = figures.number(len(made.blanks))
        await self._tell(_("√ {number} blanks destroyed before two witnesses.").format(number=number))
        await paper_preview.prepare_and_show(self, partial(stock_papers.minutes_of, made=made))

    async def _tell(self, news: str) -> None:
        """Show what the ledger says now, with the good news where there is one."""
        if news:
            self.news = news
            self.list.reload(keep=False)
            await self.load()
