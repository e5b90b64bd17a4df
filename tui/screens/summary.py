"""The day's board (S30), laid over whatever the officer was at: how long still, and how the steps keep the standard."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from store import board
from store.documents import DocumentKind
from store.schedule import Hours, clock_time, recording_desks
from tui import figures, keys, navigation, papers, summary_paper
from tui.day_board import Board, View, read
from tui.frame import FrameScreen
from tui.i18n import N_, _, p_
from tui.keys import Hint
from tui.line import Line
from tui.messages import Problem
from tui.paper_desk import Paper
from tui.screens import paper_preview, summary_lines
from tui.screens.summary_lines import BOARD_STEPS, Said
from tui.widgets.rows import Rows

if TYPE_CHECKING:
    from store.board import Forecast
    from store.timings import Pace
    from store.transaction import Transaction
    from store.visits import VisitPlan

_RECORDING = 6
_HALF_HOUR = timedelta(minutes=30)
_SMALLEST_CHART = 7


class SummaryScreen(FrameScreen):
    """The sentence for the teacher, the steps, half hours and classes."""

    subject = N_("board")

    def __init__(self) -> None:
        super().__init__()
        self._board: Board | None = None
        self._unsent = False
        self._view = View.TODAY
        self._rows = Rows()
        self._rows.count = len(BOARD_STEPS)
        self.parts = (self._rows,)

    async def load(self) -> None:
        """Read everything in one transaction."""
        visit = self.rekam.visit
        if visit is None:
            self._view = View.MONTH
        midnight = self.rekam.local_now().replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
        asked = (None if visit is None else visit.id, self._view, midnight)
        self._board, self._unsent = await self.store.run(_read, *asked)

    # --- what is shown ------------------------------------------------------------------------------------------

    def headline(self) -> tuple[str, str]:
        """Return what is summed up, and how many are left."""
        today = self.rekam.local_now().date()
        left = " · ".join(("0 " + _(self._view.value), f"{figures.weekday(today)}, {figures.long_date(today)}"))
        if self._board is None:
            return left, ""
        return left, _("{count} pupils left").format(count=figures.number(self._board.counted.left))

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Draw the sentence first, for it is what the officer was asked for."""
        held = self._board
        if held is None:
            return ()
        blocks = [
            [summary_lines.step_line(held.steps[step - 1], held.waiting.waiting_at(step))] for step in BOARD_STEPS
        ]
        rows = self._rows.lines(blocks, len(blocks), width)
        room = max(height - 6 - len(rows), _SMALLEST_CHART)
        charts: list[Line] = []
        if held.plan is not None:
            charts = summary_lines.charts(self._paces(held), held.classes, self._silent(held), self._pace(held), room)
        return [*summary_lines.answer_lines(self._said(held)), summary_lines.head(), *rows, Line(), *charts]

    @staticmethod
    def _hours(plan: VisitPlan) -> Hours:
        try:
            return Hours(start=clock_time(plan.start))
        except ValueError:
            return Hours()

    def _forecast(self, held: Board) -> Forecast | None:
        now = self.rekam.local_now()
        if held.plan is None or now.date() not in (held.plan.day, held.plan.fallback_day):
            return None
        return board.forecast(
            held.counted.left,
            now.hour * 60 + now.minute,
            measured_minutes=held.minutes or None,
            expected_minutes=held.plan.minutes_per_pupil,
            desks=recording_desks(held.plan.desks),
            hours=self._hours(held.plan),
        )

    def _said(self, held: Board) -> Said:
        if held.plan is None:
            return Said((_("No visit is open. Esc, then Enter on one."),))
        today = self.rekam.local_now().date()
        fallback = held.plan.fallback_day if held.plan.fallback_day != today else None
        return summary_lines.answer(held.counted.left, self._forecast(held), self._hours(held.plan), fallback)

    def _paces(self, held: Board) -> list[tuple[datetime, Pace]]:
        """Return the half hours of today from the first that saw somebody recorded on, in local time."""
        now = self.rekam.local_now()
        local = [(one.start.astimezone(now.tzinfo), one) for one in held.paces]
        first = next((place for place, (_at, one) in enumerate(local) if one.finished), len(local))
        return [pair for pair in local[first:] if pair[0] + _HALF_HOUR <= now or pair[1].finished]

    def _minutes(self, held: Board) -> float:
        return held.minutes or (held.plan.minutes_per_pupil if held.plan is not None else 0.0)

    def _silent(self, held: Board) -> str:
        said = _("No pace yet; taking {minutes} min of earlier visits.")
        if held.minutes is not None:
            said = _("Nobody recorded today yet; the visit took {minutes} min.")
        return said.format(minutes=figures.decimal(self._minutes(held)))

    def _pace(self, held: Board) -> str:
        hours = Hours()
        pause = f"{hours.break_start // 60:02d}.{hours.break_start % 60:02d}-{hours.break_end // 60:02d}.00"
        said = _("{pace} min/pupil") + " · " + _("break {span}")
        return said.format(pace=figures.decimal(self._minutes(held)), span=pause)

    def status(self) -> str:
        """Return where everybody of the list is: the parts make the whole."""
        if self._board is None:
            return ""
        parts = board.balance(self._board.counted)
        said = [
            "√ " + _("{count} recorded").format(count=figures.number(parts.recorded)),
            _("{count} to print").format(count=figures.number(parts.straight_to_print)),
            _("{count} have a card").format(count=figures.number(parts.has_card)),
        ]
        if parts.office:
            said.append("× " + _("{count} office").format(count=figures.number(parts.office)))
        said.append("◊ " + _("{count} absent").format(count=figures.number(parts.absent)))
        said.append(p_("board", "{count} left").format(count=figures.number(parts.left)))
        return " · ".join(said) + f" = {figures.number(parts.sixteen)}"

    def problems(self) -> Sequence[Problem]:
        """Return what the day is too short for; at its end, that the recordings are still only here."""
        if self._board is None:
            return ()
        said = self._said(self._board).problem
        if not said and self._unsent and self._board.plan is not None and not self._board.counted.left:
            said = _("Nobody is left. The recordings have not reached the office: L.")
        return (Problem("!", said),) if said else ()

    def words(self) -> Sequence[str]:
        """Explain what is counted."""
        return (
            _("Averages count open time only: who was left and taken up again counts the minutes she was open."),
            _("√ keeps the SOP's standard on the average, ! does not; the last column counts who took longer."),
            _("The answer counts who is here and not recorded, recording desks, the pace in step 6, the break."),
        )

    # --- keys ---------------------------------------------------------------------------------------------------

    def hints(self) -> Sequence[Hint]:
        """Return the ways to the queues, the summary and the views."""
        if self._board is None or self._board.plan is None:
            return (Hint(keys.BACK, _("Back"), self.rekam.back),)
        send = Hint(keys.GO_ON, _("To the office"), self._to_office, help=_("by stick or network, with its receipt"))
        return (
            Hint(keys.ENTER, _("Open"), self._open, help=_("the queue of the step")),
            *((send,) if self._unsent else ()),
            Hint(keys.PRINT, _("Print the summary"), self._print, help=_("summary on paper")),
            Hint(keys.FILTER, _("Filter"), self._next_view, help=_("today, the visit, the month")),
            Hint(keys.BACK, _("Back"), self.rekam.back, help=_("exactly to where you were")),
        )

    async def _open(self) -> None:
        place = navigation.STEP_PLACES[BOARD_STEPS[self._rows.at] - 1]
        await self.rekam.go(place, leave_pupil=True)

    async def _to_office(self) -> None:
        from tui.screens.to_office import ToOfficeScreen

        await self.rekam.over(ToOfficeScreen())

    async def _next_view(self) -> None:
        views = list(View)
        self._view = views[(views.index(self._view) + 1) % len(views)]
        await self.load()

    async def _print(self) -> None:
        """Show the summary of what the board shows, as it would be printed."""
        held, visit = self._board, self.rekam.visit
        if held is None or visit is None or held.plan is None:
            return
        today = self.rekam.local_now().date()
        app = self.rekam
        head, size = papers.letterhead(app), papers.paper_size(app)
        signers = await papers.signed_by(app, "Petugas")
        draw = partial(summary_paper.draw, held, visit.school, today, head, size, signers, training=app.training)
        name = f"Ringkasan {today.isoformat()}"
        await paper_preview.show(self, Paper(DocumentKind.SUMMARY, visit.id, name, "", "", draw))


def _read(tx: Transaction, visit: uuid.UUID | None, view: View, midnight: datetime) -> tuple[Board, bool]:
    """Read the board, and whether a recording waits to go to the office."""
    from store.bundles import acknowledged

    return read(tx, visit, view, midnight), acknowledged.unacknowledged_since(tx) is not None
