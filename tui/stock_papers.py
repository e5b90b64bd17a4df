"""The papers of the stock from what the store says: minutes of destroyed blanks, a card for each kind."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from store import destruction, officers
from store import stock_card as ledger
from store.documents import DocumentKind
from store.stock import StockKind
from tui.paper_desk import Missing, Paper, PaperMissing, chosen_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reports.destruction import DestructionPaper
    from reports.stock_card import Card, StockLine
    from store.destruction import Destruction
    from store.officers import OfficerRecord
    from store.stock_card import CardLine, StockCard
    from store.transaction import OfficerRole
    from tui.paper_desk import PaperDesk

_SHELF = "Stok"
STOCK = uuid.UUID("7a0a7c5e-6e0b-4d52-9c37-0c1b5f1f4b10")
"""What cards are about: a laptop has one stock."""


def destruction_minutes(desk: PaperDesk, which: int | None = None) -> Paper:
    """Return the minutes of one destruction, by its place among all; raises PaperMissing."""
    numbers = tuple(range(1, destruction.count(desk.tx) + 1))
    chosen = destruction.numbered(desk.tx, chosen_of(which, numbers, Missing.NO_DESTRUCTION))
    assert chosen is not None, "counted in this transaction"
    return minutes_of(desk, chosen)


def minutes_of(desk: PaperDesk, made: Destruction) -> Paper:
    """Return the minutes of a destruction: who destroyed and who saw it sign, whoever asks for them."""
    from reports import destruction as report

    head = desk.letterhead
    paper = _minutes(desk, made, head.place)
    draw = partial(report.draw, paper, head, size=desk.size, training=desk.training)
    name = f"Berita Acara Pemusnahan {made.number}"
    return Paper(DocumentKind.DESTRUCTION, made.id, name, _SHELF, made.number, draw)


def _minutes(desk: PaperDesk, made: Destruction, place: str) -> DestructionPaper:
    from reports.destruction import DestroyedBlank, DestructionPaper

    known = {officer.id: officer for officer in officers.everybody(desk.tx)}
    return DestructionPaper(
        number=made.number,
        day=desk.local(made.at).date(),
        place=place,
        officer=desk.signer(made.officer, _post(known, made.officer)),
        witnesses=tuple(desk.signer(witness, _post(known, witness)) for witness in made.witnesses),
        blanks=tuple(
            DestroyedBlank(blank.serial, desk.local(blank.spoiled_at).date(), blank.reason, blank.note)
            for blank in made.blanks
        ),
    )


def _post(known: Mapping[uuid.UUID, OfficerRecord], officer: uuid.UUID | None) -> str:
    record = known.get(officer) if officer is not None else None
    return "Petugas" if record is None else _posts(record.roles)


def _posts(roles: frozenset[OfficerRole]) -> str:
    """Return the post of somebody with these roles, the highest of them."""
    from store.transaction import OfficerRole

    ranked = (
        (OfficerRole.COORDINATOR, "Koordinator"),
        (OfficerRole.PRINTING, "Operator pencetakan"),
        (OfficerRole.RECORDING, "Operator perekaman"),
    )
    return next((post for role, post in ranked if role in roles), "Petugas")


def stock_card(desk: PaperDesk, kinds: Sequence[StockKind] = tuple(StockKind)) -> Paper:
    """Return the cards of some kinds in one file; raises PaperMissing where nothing ever moved."""
    from reports import stock_card as report

    offset = desk.local(desk.tx.now()).utcoffset()
    assert offset is not None, "the school's clock has its zone"
    cards = [ledger.read(desk.tx, kind, offset) for kind in kinds]
    if not any(card.lines for card in cards):
        raise PaperMissing(Missing.NO_MOVEMENT)
    names = {officer.id: officer.name for officer in officers.everybody(desk.tx)}
    paper = report.StockCardPaper(
        place=desk.settings.place,
        day=desk.today,
        cards=tuple(_card(card, names) for card in cards),
        signers=desk.signers("Pengelola persediaan"),
    )
    draw = partial(report.draw, paper, desk.letterhead, size=desk.size, training=desk.training)
    words = "" if len(cards) > 1 else f" {report.KINDS[cards[0].kind]}"
    name = f"Kartu Persediaan{words} {desk.today.isoformat()}"
    return Paper(DocumentKind.STOCK_CARD, STOCK, name, _SHELF, "", draw)


def _card(card: StockCard, names: Mapping[uuid.UUID, str]) -> Card:
    from reports.stock_card import Card

    sums = card.balance
    return Card(
        kind=card.kind,
        opening=sums.opening,
        received=sums.received,
        printed=sums.printed,
        spoiled=sums.spoiled,
        returned=sums.returned,
        closing=sums.closing,
        lines=tuple(_line(line, names) for line in card.lines),
    )


def _line(line: CardLine, names: Mapping[uuid.UUID, str]) -> StockLine:
    from reports.stock_card import StockLine

    return StockLine(
        day=line.day,
        movement=line.movement,
        quantity=line.quantity,
        left=line.left,
        difference=line.difference,
        first_serial=line.first_serial,
        last_serial=line.last_serial,
        officer=names.get(line.officer, "") if line.officer else "",
        witness=names.get(line.witness, "") if line.witness else "",
        letter=line.letter,
        reason=line.reason,
        spoil_reason=line.spoil_reason,
    )
