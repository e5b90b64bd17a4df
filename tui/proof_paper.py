"""The proof of recording as a paper, from a sealed recording; imported when there is one to draw."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from store import officers, pupils, recordings, visits
from store.documents import DocumentKind
from store.sections import SECTION_OF, Section
from tui.i18n import on_paper
from tui.paper_desk import Missing, Paper, PaperMissing, shelf_of
from tui.screens import recording_words as words

if TYPE_CHECKING:
    from reports.layout import Letterhead
    from store.officers import OfficerRecord
    from store.pupils import PupilDetail
    from store.sections import RecordingState
    from tui.paper_desk import PaperDesk

_SLAPS = (Section.LEFT_SLAP, Section.RIGHT_SLAP, Section.THUMBS)


def draw(
    pupil: PupilDetail,
    state: RecordingState,
    sealed_at: datetime,
    officer: OfficerRecord | None,
    letterhead: Letterhead,
    *,
    training: bool = False,
) -> bytes:
    """Draw the slip; `sealed_at` is in the school's own time. Takes some 50 ms, so off the application's loop."""
    from reports import proof
    from reports.layout import Signer

    with on_paper():
        exceptions = tuple(
            f"{words.part_name(one.part)} ({words.excepted(one)})"
            for one in state.exceptions
            if one.part not in state.section(SECTION_OF[one.part]).best
        )
    paper = proof.ProofPaper(
        number=f"{state.proof:04d}",
        name=pupil.name,
        nik=pupil.nik or "",
        birth_place=pupil.birth_place or "",
        birth_date=pupil.birth_date,
        class_name=pupil.class_name,
        school=pupil.school,
        recorded_at=sealed_at,
        fingers=sum(len(state.section(slap).best) for slap in _SLAPS),
        irises=len(state.section(Section.IRISES).best),
        signed=bool(state.section(Section.SIGNATURE).best),
        turns_17=pupil.turns_17,
        officer=Signer(officer.name if officer else "", "Operator perekaman", officer.nip if officer else None),
        exceptions=exceptions,
    )
    return proof.draw(paper, letterhead, training=training)


def of_pupil(desk: PaperDesk, pupil: uuid.UUID) -> Paper:
    """Return a recorded pupil's slip once more; raises PaperMissing for whoever was not recorded on this visit."""
    tx = desk.tx
    about = pupils.detail(tx, pupil)
    visit = visits.get(tx, about.visit)
    sealed = next((one for one in recordings.proofs(tx, about.visit) if one.pupil == pupil), None)
    state = recordings.of_pupil(tx, pupil)
    if sealed is None or state is None:
        raise PaperMissing(Missing.NO_PROOF)
    officer = None if sealed.officer is None else officers.named(tx, sealed.officer)
    draw_slip = partial(draw, about, state, desk.local(sealed.at), officer, desk.letterhead, training=desk.training)
    number = f"{sealed.number:04d}"
    return Paper(DocumentKind.PROOF, pupil, f"Bukti Perekaman {number}", shelf_of(visit), number, draw_slip)
