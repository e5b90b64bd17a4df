"""The pile of papers a class hands in: who was left out while it was gone through."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.progress import Presence, PupilState
from tui.i18n import _
from tui.messages import Problem

if TYPE_CHECKING:
    from store.queue import QueueRow


class Piles:
    """Classes of which a certificate was seen, and pupils of them who have none while nothing else is amiss."""

    def __init__(self) -> None:
        self._classes: set[str] = set()
        self._missing: dict[uuid.UUID, str] = {}

    def anew(self) -> None:
        """Forget who was left out, not whose pile was begun: the rows are read again."""
        self._missing = {}

    def look_through(self, rows: Sequence[QueueRow]) -> None:
        """Note whose pile was begun, and who was left out of it."""
        self._classes |= {row.class_name for row in rows if row.papers_certificate}
        for row in rows:
            if self.left_out(row) and not row.same_name and not row.twin and not row.incomplete:
                self._missing[row.pupil] = row.name

    def left_out(self, row: QueueRow) -> bool:
        """Tell whether she is there and has no certificate, while her class has."""
        waits = row.state is PupilState.CHECK and row.presence is not Presence.ABSENT
        return waits and not row.papers_certificate and row.class_name in self._classes

    def problems(self) -> Sequence[Problem]:
        """Return a problem for each of those left out."""
        sentence = _("{name}: no certificate in the pile. It may follow; recording waits for it.")
        return [Problem("!", sentence.format(name=name)) for name in self._missing.values()]
