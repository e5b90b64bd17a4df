"""Step 1: the place that leads to the right sheet, by how far the visit has come."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.frame import FrameScreen
from tui.i18n import N_, _
from tui.line import Line
from tui.screens.list_file import ListFileScreen

if TYPE_CHECKING:
    from store.transaction import Transaction


class ScheduleScreen(FrameScreen):
    """Stands only until the store has said how far the visit is; the first sheet then takes its place.

    The sheets lie over one another, so that Esc goes back through them: the file, the list, the draft.
    """

    step = 1
    subject = N_("the recording schedule")

    def headline(self) -> tuple[str, str]:
        """Name the step."""
        return "1 " + _("Plan"), ""

    def work(self, width: int, height: int) -> Sequence[Line]:
        """Show nothing: this screen is gone with the store's answer."""
        return ()

    async def load(self) -> None:
        """Lay the sheets up to the one that is next."""
        app = self.rekam
        if app.visit is None or app.screen is not self:
            return
        visit = app.visit.id
        listed, fixed = await self.store.run(_progress, visit)
        await app.switch_screen(ListFileScreen(visit))
        if listed:
            from tui.screens.sixteen import SixteenScreen

            await app.over(SixteenScreen(visit))
        if fixed:
            from tui.screens.class_plan import ClassPlanScreen

            await app.over(ClassPlanScreen(visit))


def _progress(tx: Transaction, visit: uuid.UUID) -> tuple[bool, bool]:
    """Return whether a list was taken, and whether a schedule is fixed."""
    from store import counts, visits

    return counts.of_visit(tx, visit).pupils > 0, visits.get(tx, visit).schedule_version > 0
