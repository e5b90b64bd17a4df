"""The list of changes for form F-1.06 as the store has it, in the words of the report that draws it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from tui.screens import siak_fields

if TYPE_CHECKING:
    from reports.layout import Signer
    from reports.siak_update import SiakUpdatePaper
    from store.transaction import Transaction

NAME = "Daftar Perubahan SIAK"
_REGISTER = "siak_updates"


def paper_of(tx: Transaction, visit: uuid.UUID, signers: tuple[Signer, ...], pattern: str) -> SiakUpdatePaper:
    """Return the visit's list in the order of its numbers; it keeps its own number however often it is drawn."""
    from reports import siak_update as report
    from store import documents, pupils, siak_update, visits
    from store.documents import DocumentKind

    made = documents.of_subject(tx, visit, DocumentKind.SIAK_UPDATES)
    number = made[0].number if made else documents.next_number(tx, _REGISTER, pattern)
    plan = visits.get(tx, visit).plan
    listed: list[report.PupilChanges] = []
    for sheet in siak_update.f106_list(tx, visit):
        if not sheet.changes:
            continue
        about = pupils.detail(tx, sheet.pupil)
        changes = tuple(
            report.FieldChange(
                siak_fields.LABELS_ON_PAPER[change.field],
                siak_fields.on_paper(change.field, change.old),
                siak_fields.on_paper(change.field, change.new),
                f"akta {sheet.basis}" if sheet.basis else "akta kelahiran",
            )
            for change in sheet.changes
        )
        day = sheet.day if sheet.done_at is not None else None
        listed.append(report.PupilChanges(about.name, about.nik or "", changes, day, sheet.reference))
    return report.SiakUpdatePaper(number, plan.school.name, plan.day, tuple(listed), signers)
