"""What a pane beside the work knows of one pupil, read beside the keys and one pupil at a time."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from store.transaction import Transaction
    from tui.frame import FrameScreen

WIDTH = 39
"""The columns of a pane."""
Seen = TypeVar("Seen")


class PupilReader(Generic[Seen]):
    """Holds the last answer of `read(tx, pupil)`; a cursor that runs on is followed by as many reads as time allows."""

    def __init__(self, screen: FrameScreen, read: Callable[[Transaction, uuid.UUID], Seen]) -> None:
        self._screen = screen
        self._read = read
        self._wanted: uuid.UUID | None = None
        self._held: tuple[uuid.UUID, Seen] | None = None
        self._reading = False

    def forget(self) -> None:
        """Read again when asked next: the store has changed."""
        self._wanted = None

    @property
    def last(self) -> Seen | None:
        """The last answer, whoever it is about."""
        return None if self._held is None else self._held[1]

    def of(self, pupil: uuid.UUID | None) -> Seen | None:
        """Return what is known of that pupil; where nothing is, it is read, and the screen drawn again."""
        if pupil is not None and pupil != self._wanted and not self._reading:
            self._wanted, self._reading = pupil, True
            self._screen.rekam.aside(self._ask(pupil))
        return None if self._held is None or self._held[0] != pupil else self._held[1]

    async def _ask(self, pupil: uuid.UUID) -> None:
        store = self._screen.rekam.store
        try:
            if store is not None:
                self._held = pupil, await store.run(self._read, pupil)
        finally:
            self._reading = False
