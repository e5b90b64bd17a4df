"""The right pane of steps 3 to 5 on a wide terminal: what happened to the pupil, the newest first."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tui import figures
from tui.i18n import _
from tui.line import Line, wrap
from tui.pane import WIDTH, PupilReader

if TYPE_CHECKING:
    from store.history import Happened
    from store.transaction import Transaction
    from tui.frame import FrameScreen

_EVENTS_READ = 20


class HistoryPane:
    """Her history in short; I shows it whole."""

    def __init__(self, screen: FrameScreen) -> None:
        self._screen = screen
        self._events = PupilReader(screen, _read)

    def forget(self) -> None:
        """Read again: something happened."""
        self._events.forget()

    def lines(self) -> list[Line]:
        """Draw each event of the open pupil with its day, time and officer."""
        from tui.screens.pupil_lines import event_rows

        pupil = self._screen.rekam.pupil
        made = [Line(_("Her history"))]
        for row in event_rows(self._events.of(pupil.id if pupil else None) or ()):
            assert row.at is not None, "an event of the journal has its time"
            at = self._screen.rekam.local(row.at)
            made.append(Line().put(0, f"{at:%d-%m} {figures.clock_time(at)}").put(13, row.officer, width=WIDTH - 13))
            made += [Line().put(2, part) for part in wrap(row.state, WIDTH - 2)]
        return made


def _read(tx: Transaction, pupil: uuid.UUID) -> tuple[Happened, ...]:
    from store import history

    return history.history(tx, pupil, limit=_EVENTS_READ).events
