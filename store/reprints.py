"""Cards that are declared lost, damaged or wrong, so that another may be printed in their place."""

from __future__ import annotations

import uuid
from typing import Any

from store import officers, standing
from store.card_refusal import CardReason, CardRefusedError
from store.cards import CardView, card_view
from store.models.cards import Card, CardState, ReprintReason
from store.progress import PupilState
from store.roster.text import clean
from store.transaction import OfficerRole, Transaction


def request(
    tx: Transaction,
    card: uuid.UUID,
    reason: ReprintReason,
    *,
    letter: str,
    fate: str,
    second_officer: uuid.UUID,
) -> CardView:
    """Declare a card lost, damaged or wrong, so that another may be printed once the gates are open again.

    A lost card needs the police's letter; `fate` says where the old card is; the second officer typed his passphrase.
    The centre has to say PRINT_READY_RECORD anew. Raises CardRefusedError: UNKNOWN_CARD, NOT_VALID, LETTER_NEEDED,
    FATE_NEEDED, SECOND_OFFICER.
    """
    tx.require(OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    row: Any = Card.get_or_none(Card.id == card)
    if row is None:
        raise CardRefusedError(CardReason.UNKNOWN_CARD)
    if row.state is not CardState.VALID:
        raise CardRefusedError(CardReason.NOT_VALID)
    if reason is ReprintReason.LOST and not clean(letter):
        raise CardRefusedError(CardReason.LETTER_NEEDED)
    if not clean(fate):
        raise CardRefusedError(CardReason.FATE_NEEDED)
    if not officers.may_stand_by(tx, second_officer):
        raise CardRefusedError(CardReason.SECOND_OFFICER)
    row.state, row.reprint_reason = CardState.REPLACED, reason
    row.reprint_letter, row.reprint_fate, row.reprint_officer = clean(letter)[:120], clean(fate)[:200], second_officer
    row.save()
    tx.note(
        "card.replaced",
        card,
        reason=reason.value,
        letter=row.reprint_letter,
        fate=row.reprint_fate,
        second=second_officer.hex,
    )
    standing.move(tx, row.pupil_id, PupilState.CARD, "pupil.reprint", card=card.hex)
    return card_view(row)
