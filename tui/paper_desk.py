"""Where papers are prepared: what is known there of the office, and what a paper is before it is drawn.

What is read is read in one transaction; drawing comes after it, so that nobody at work waits for a paper.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from store import officers
from tui import figures, papers

if TYPE_CHECKING:
    from reports.layout import Letterhead, Signer
    from reports.page import PaperSize
    from store.documents import DocumentKind
    from store.transaction import Transaction
    from store.visits import VisitDetail
    from tui.settings import Settings


class Missing(enum.Enum):
    """Why there is no such paper."""

    NOT_FIXED = "not_fixed"
    NO_CHANGES = "no_changes"
    NOBODY = "nobody"
    NO_HANDOVER = "no_handover"
    NO_PROOF = "no_proof"
    NO_DESTRUCTION = "no_destruction"
    NO_MOVEMENT = "no_movement"
    NO_FAULT = "no_fault"
    NOT_THAT_ONE = "not_that_one"
    ONE_OF_SEVERAL = "one_of_several"


class PaperMissing(Exception):
    """There is no such paper; `numbers` are those that could be asked for."""

    def __init__(self, why: Missing, numbers: tuple[int, ...] = ()) -> None:
        super().__init__(why.value)
        self.why = why
        self.numbers = numbers


@dataclass(frozen=True, repr=False)
class Paper:
    """A paper that can be drawn: whom it is about, what its file is called, and the number it bears."""

    kind: DocumentKind
    subject: uuid.UUID
    name: str
    shelf: str
    number: str
    draw: Callable[[], bytes]


@dataclass(frozen=True)
class PaperDesk:
    """What is known where a paper is asked for; `officer` signs where one officer does."""

    tx: Transaction
    settings: Settings
    officer: uuid.UUID
    training: bool

    @property
    def letterhead(self) -> Letterhead:
        """The office's letterhead as papers draw it."""
        return papers.letterhead_of(self.settings)

    @property
    def size(self) -> PaperSize:
        """The paper the office has."""
        from reports.page import PaperSize

        return PaperSize[self.settings.paper]

    @property
    def today(self) -> date:
        """The day at the school."""
        return self.tx.today()

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the school's clock shows it."""
        return moment.astimezone(figures.ZONES[self.settings.zone])

    def signer(self, officer: uuid.UUID | None, post: str) -> Signer:
        """Return an officer as one who signs in that post; whom the store does not know signs on an empty line."""
        from reports.layout import Signer

        known = None if officer is None else officers.named(self.tx, officer)
        return Signer("", post) if known is None else Signer(known.name, post, known.nip or None)

    def signers(self, post: str) -> tuple[Signer, ...]:
        """Return the officer at the desk as the only one who signs; nobody where the store does not know him."""
        signer = self.signer(self.officer, post)
        return (signer,) if signer.name else ()


def shelf_of(visit: VisitDetail) -> str:
    """Return the folder of a visit's papers."""
    return f"{visit.plan.day.isoformat()} {visit.plan.school.name}"


def chosen_of(which: int | None, numbers: tuple[int, ...], none: Missing) -> int:
    """Return the number that was asked for, or the only one there is; raises PaperMissing."""
    if not numbers:
        raise PaperMissing(none)
    if which is None and len(numbers) > 1:
        raise PaperMissing(Missing.ONE_OF_SEVERAL, numbers)
    chosen = next(iter(numbers)) if which is None else which
    if chosen not in numbers:
        raise PaperMissing(Missing.NOT_THAT_ONE, numbers)
    return chosen
