"""One change to the store: who makes it, when, and the journal line that goes with it."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol


class OfficerRole(enum.Enum):
    """What an officer may do; one person may have several roles."""

    COORDINATOR = "coordinator"
    RECORDING = "recording"
    PRINTING = "printing"


class NotAllowedError(Exception):
    """The officer lacks the role; nothing was changed."""

    def __init__(self, needed: frozenset[OfficerRole]) -> None:
        super().__init__(", ".join(sorted(role.value for role in needed)))
        self.needed = needed


Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


class Transaction(Protocol):
    """What every function of the store's domain is given as its first argument.

    `Store.run(function, *arguments)` opens an IMMEDIATE transaction, calls `function(transaction, *arguments)` on the
    store's one thread, commits, and gives back what the function returned: frozen dataclasses, never models.
    """

    officer: uuid.UUID | None
    roles: frozenset[OfficerRole]

    def now(self) -> datetime:
        """Return the moment of this transaction, aware, in UTC; the same for all that happens in it."""
        ...

    def monotonic(self) -> tuple[str, float]:
        """Return the kernel's name for this boot and its seconds that never run backwards; for durations only."""
        ...

    def today(self) -> date:
        """Return the day at the school: the moment in the office's time zone (WITA in Balangan)."""
        ...

    def require(self, *roles: OfficerRole) -> None:
        """Raise NotAllowedError unless the officer has one of these roles."""
        ...

    def note(self, event: str, subject: uuid.UUID | None = None, /, **facts: Json) -> None:
        """Write the journal's line and the outbox row of a change, in this same transaction.

        `event` is a past-tense word of the domain such as "pupil.present"; `facts` are plain values.
        """
        ...

    def note_many(self, event: str, changes: Iterable[tuple[uuid.UUID | None, dict[str, Json]]]) -> None:
        """Write the lines of many changes of one kind, each with its subject and facts, as `note` would one by one."""
        ...

    def setting(self, name: str) -> Json:
        """Return a journalled setting (a threshold, a gate), or its shipped default; KeyError for an unknown name."""
        ...
