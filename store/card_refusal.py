"""Why step 7 refused: one error for the queue's gate, a job under way, a serial's card and a reprint."""

from __future__ import annotations

import enum
import uuid
from datetime import date

from store.models.stock import StockKind
from store.rules import Hold


class CardReason(enum.Enum):
    """Why step 7 refused."""

    GATE = "gate"  # the card gate is shut: `holds` and `turns_17` say why and until when
    HELD = "held"  # an officer holds the card back
    NOT_IN_STEP = "not_in_step"  # she is not at step 7
    UNRESOLVED = "unresolved"  # a card's outcome is not settled: `token` is its job
    NO_STOCK = "no_stock"
    UNKNOWN_JOB = "unknown_job"
    JOB_ENDED = "job_ended"
    WRONG_STATE = "wrong_state"
    UNKNOWN_CARD = "unknown_card"
    NOT_VALID = "not_valid"  # the card was replaced already
    LETTER_NEEDED = "letter_needed"
    FATE_NEEDED = "fate_needed"  # nobody said where the old card is
    SECOND_OFFICER = "second_officer"


class CardRefusedError(Exception):
    """Step 7 refused and nothing changed; the name of whose card is unsettled stays out of the message."""

    def __init__(
        self,
        reason: CardReason,
        *,
        holds: tuple[Hold, ...] = (),
        turns_17: date | None = None,
        token: uuid.UUID | None = None,
        name: str = "",
        kind: StockKind | None = None,
        held: str = "",
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.holds = holds
        self.turns_17 = turns_17
        self.token = token
        self.name = name
        self.kind = kind
        self.held = held
