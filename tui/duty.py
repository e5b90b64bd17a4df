"""Who is on duty and what is open: ids for the store, and the few words the frame shows of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from store.procedure import STEPS
from store.transaction import OfficerRole
from tui.i18n import N_, _

if TYPE_CHECKING:
    from store.timings import Run

_SHORT = {
    OfficerRole.RECORDING: N_("record"),
    OfficerRole.PRINTING: N_("print"),
    OfficerRole.COORDINATOR: N_("coord"),
}
_LONG = {
    OfficerRole.RECORDING: N_("recording operator"),
    OfficerRole.PRINTING: N_("printing operator"),
    OfficerRole.COORDINATOR: N_("coordinator"),
}


def role_words(roles: frozenset[OfficerRole]) -> str:
    """Return an officer's roles in full, as the login lists them."""
    return ", ".join(_(word) for role, word in _LONG.items() if role in roles)


def role_summary(roles: frozenset[OfficerRole]) -> str:
    """Return one role in full, several by their short words: what fits into the login's column."""
    if len(roles) == 1:
        return role_words(roles)
    return ", ".join(_(word) for role, word in _SHORT.items() if role in roles)


@dataclass(frozen=True)
class OfficerOnDuty:
    """Who has unlocked the laptop."""

    id: uuid.UUID
    name: str
    roles: frozenset[OfficerRole]

    @property
    def role(self) -> str:
        """The role's short word for the top line; of several, the one that works with pupils."""
        return next((_(word) for role, word in _SHORT.items() if role in self.roles), "")

    def may(self, *roles: OfficerRole) -> bool:
        """Return whether one of the roles is the officer's; the store asks again in its transaction."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True)
class OpenVisit:
    """The visit that is open, with its school and day."""

    id: uuid.UUID
    school: str
    day: date


@dataclass(frozen=True, repr=False)
class OpenPupil:
    """The pupil that is open, with her name for the headline."""

    id: uuid.UUID
    name: str


def left_open(pupil: OpenPupil | None, step: int | None) -> str:
    """Return what the question before leaving says: who is open at which step, and that nothing is lost."""
    if pupil is None or step is None:
        return _("Everything is kept; the data are locked.")
    said = _("{name} is open at step {step}. What was taken is kept; it goes on there later.")
    return said.format(name=pupil.name, step=step)


@dataclass(frozen=True)
class SopClock:
    """The clock of what is open: the step, when it began (aware), and the longest time its standard allows.

    A queue shows its step with nobody open: such a clock never `began` and stands at nought. `visit` and `pupil` tell
    whose run it shows, so that the next one to open can leave it.
    """

    step: int
    began: datetime | None
    standard_minutes: int
    visit: uuid.UUID | None = None
    pupil: uuid.UUID | None = None

    @classmethod
    def of(cls, run: Run, now: datetime) -> SopClock:
        """Return the clock of a run as the store has just given it: the time it was left is not counted."""
        began = now - timedelta(seconds=run.seconds)
        return cls(run.step, began, STEPS[run.step - 1].standard_minutes[1], run.visit, run.pupil)

    @classmethod
    def idle(cls, step: int) -> SopClock:
        """Return the clock of a step while nobody is open there."""
        return cls(step, None, STEPS[step - 1].standard_minutes[1])

    def minutes(self, now: datetime) -> int:
        """Return the whole minutes spent; a clock set back counts none."""
        return 0 if self.began is None else max(int((now - self.began) / timedelta(minutes=1)), 0)
