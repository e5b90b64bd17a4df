"""Step 1 as a whole: its clock, which runs from the first sheet until the schedule is fixed."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tui import sop

if TYPE_CHECKING:
    from store.transaction import Transaction
    from tui.app import RekamApp


async def begin(app: RekamApp, visit: uuid.UUID) -> None:
    """Let the clock of step 1 run, unless the schedule is fixed: looking at it again is no planning.

    A sheet that was in front for a moment only, on the way to another step, changes nothing there.
    """
    assert app.store is not None, "step 1 is behind the login"
    fixed = await app.store.run(_is_fixed, visit)
    if getattr(app.screen, "step", None) != 1:
        return
    if fixed:
        await sop.idle(app, None)
    else:
        await sop.begin(app, 1, visit)


def _is_fixed(tx: Transaction, visit: uuid.UUID) -> bool:
    from store import visits

    return visits.get(tx, visit).schedule_version > 0
