"""Step 8's minutes from what the store says; of a closed batch, signed with the office's key where there is one."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store import documents, handovers, signing_key
from store.documents import Document, DocumentKind
from store.handovers import HandoverSheet, PartyRole
from tui import figures, papers, strokes
from tui.paper_desk import Missing, Paper, PaperDesk, PaperMissing

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from reports.handover import HandoverPaper, Kept, Party, Recipient
    from reports.layout import Letterhead
    from reports.office_key import KeyRefused
    from reports.page import PaperSize
    from reports.signing import Signed
    from store.handovers import Party as StoredParty
    from store.handovers import SheetRow, SignatureView
    from store.signing_key import SigningKey
    from store.transaction import Transaction
    from tui.app import RekamApp


async def keep_minutes(app: RekamApp, handover: uuid.UUID) -> Document:
    """Draw the minutes of a batch with its annexed list and keep them; an open batch is drawn as it stands, for ink.

    Raises PaperRefused for a batch without a given card, and ChangeError where the disk refuses.
    """
    assert app.store is not None
    assert app.officer is not None, "papers are made behind the login"
    desk = partial(PaperDesk, settings=app.settings, officer=app.officer.id, training=app.training)
    paper = await app.store.run(lambda tx: prepare(desk(tx), handover))
    return await papers.keep(
        app, paper.kind, paper.subject, paper.draw, paper.name, shelf=paper.shelf, number=paper.number
    )


def prepare(desk: PaperDesk, handover: uuid.UUID) -> Paper:
    """Read what the minutes of a batch show; a batch that is closed is signed where the office's key is fit for it."""
    sheet = handovers.sheet(desk.tx, handover)
    letterhead = desk.letterhead
    paper = minutes(sheet, letterhead.place)
    office = office_key(desk.tx) if sheet.number else None
    draw: Callable[[], bytes]
    if office is None or office.refused is not None:
        draw = partial(_draw, paper, letterhead, desk.size, desk.training)
    else:
        made = documents.of_subject(desk.tx, handover, DocumentKind.HANDOVER)
        zone = figures.ZONES[desk.settings.zone]
        draw = partial(
            _draw_signed,
            paper,
            letterhead,
            desk.size,
            desk.training,
            parties=_parties(sheet, zone),
            key=office.key,
            at=desk.tx.now(),
            before=made[0] if made else None,
        )
    name = f"BAST {sheet.ordinal} {sheet.school}"
    return Paper(DocumentKind.HANDOVER, handover, name, f"{sheet.day.isoformat()} {sheet.school}", sheet.number, draw)


def prepare_given(desk: PaperDesk, handover: uuid.UUID) -> Paper:
    """Read the minutes of a batch in which a card was given; raises PaperMissing NOBODY where none was."""
    if not handovers.sheet(desk.tx, handover).rows:
        raise PaperMissing(Missing.NOBODY)
    return prepare(desk, handover)


@dataclass(frozen=True)
class OfficeKey:
    """The office's key, and why nothing can be signed with it today; None where it can."""

    key: SigningKey
    refused: KeyRefused | None


def office_key(tx: Transaction) -> OfficeKey | None:
    """Return the office's key as it stands today; None where the office has set none up."""
    key = signing_key.current(tx)
    if key is None:
        return None
    from reports.office_key import KeyRefused, check

    try:
        check(key, tx.now())
    except KeyRefused as error:
        return OfficeKey(key, error)
    return OfficeKey(key, None)


def is_signed(file: Path) -> bool:
    """Tell whether a kept paper bears electronic signatures; False where it cannot be read."""
    try:
        return b"/ByteRange" in file.read_bytes()
    except OSError:
        return False


def _draw(paper: HandoverPaper, letterhead: Letterhead, size: PaperSize, training: bool) -> bytes:
    from reports import handover as report

    return report.draw(paper, letterhead, size=size, training=training)


def _draw_signed(
    paper: HandoverPaper,
    letterhead: Letterhead,
    size: PaperSize,
    training: bool,
    *,
    parties: tuple[Signed, ...],
    key: SigningKey,
    at: datetime,
    before: Document | None,
) -> bytes:
    """Draw and sign the minutes; what was signed before and says the same is the paper, for it is signed once only."""
    from reports import handover as report
    from reports import signing

    drawn, fields = report.draw_to_sign(paper, letterhead, size=size, training=training)
    kept = b"" if before is None else _unchanged(before)
    if kept.startswith(drawn):  # signatures stand behind the paper's own bytes
        return kept
    return signing.sign(drawn, fields, parties, key, at=at, place=letterhead.place)


def _unchanged(document: Document) -> bytes:
    """Return the bytes of a kept paper, nothing where the file is not the one that was noted."""
    try:
        kept = Path(document.path).read_bytes()
    except OSError:
        return b""
    return kept if hashlib.sha256(kept).hexdigest() == document.sha256 else b""


def _parties(sheet: HandoverSheet, zone: tzinfo) -> tuple[Signed, ...]:
    """Return who signed on the pad, the office first, with what each signature says of itself: always Indonesian."""
    from reports.handover import OFFICE_FIELD, RECEIVER_FIELD
    from reports.signing import Signed

    made: list[Signed] = []
    for role, party, field, deed in (
        (PartyRole.OFFICE, sheet.office, OFFICE_FIELD, "Menyerahkan"),
        (PartyRole.SCHOOL, sheet.receiver, RECEIVER_FIELD, "Menerima"),
    ):
        signed = _on_pad(sheet, role)
        if signed is None or signed.image is None:
            continue
        at = signed.at.astimezone(zone)
        who = f"{party.name}, NIP {party.nip}" if party.nip else party.name
        reason = f"{deed} {len(sheet.rows)} KTP-el: {who}; tanda tangan di pad {at:%d-%m-%Y %H.%M}"
        made.append(Signed(field, party.name, reason, strokes.on_paper(signed.image)))
    return tuple(made)


def minutes(sheet: HandoverSheet, place: str) -> HandoverPaper:
    """Put the minutes' contents together; a batch that is not closed has no number yet."""
    from reports.handover import HandoverPaper

    return HandoverPaper(
        number=sheet.number or "....../....../DUKCAPIL/" + str(sheet.day.year),
        day=sheet.day,
        school=sheet.school,
        place=sheet.school,
        giver=_party(sheet, sheet.office, PartyRole.OFFICE, place),
        receiver=_party(sheet, sheet.receiver, PartyRole.SCHOOL, sheet.school_address),
        recipients=tuple(_recipient(row) for row in sheet.rows),
        absent=tuple(_kept(row) for row in sheet.absent),
        returned=tuple(_kept(row) for row in sheet.returned),
        journal_head=sheet.journal_head,
    )


def _party(sheet: HandoverSheet, party: StoredParty, role: PartyRole, address: str) -> Party:
    from reports.handover import Party

    signed = _on_pad(sheet, role)
    drawn = None if signed is None or signed.image is None else strokes.on_paper(signed.image)
    return Party(party.name, party.nip or None, party.post, party.address or address, drawn)


def _on_pad(sheet: HandoverSheet, role: PartyRole) -> SignatureView | None:
    return next((one for one in sheet.signatures if one.party is role and one.stands and one.image), None)


def _recipient(row: SheetRow) -> Recipient:
    from reports.handover import Recipient

    sex = "" if row.sex is None else row.sex.value
    return Recipient(row.name, row.nik, row.birth_place, row.birth_date, sex, row.class_name, row.serial)


def _kept(row: SheetRow) -> Kept:
    from reports.handover import Kept

    return Kept(row.name, row.class_name, row.serial, row.reason)
