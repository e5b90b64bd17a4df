"""The day's summary as a paper, from the board; imported when there is one to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import board

if TYPE_CHECKING:
    from datetime import date

    from reports.layout import Letterhead, Signer
    from reports.page import PaperSize
    from tui.day_board import Board


def draw(
    held: Board,
    school: str,
    day: date,
    letterhead: Letterhead,
    size: PaperSize,
    signers: tuple[Signer, ...] = (),
    *,
    training: bool,
) -> bytes:
    """Draw the paper; takes some 50 ms, so off the application's loop."""
    from reports import summary

    parts = board.balance(held.counted)
    paper = summary.SummaryPaper(
        school=school,
        day=day,
        recorded=parts.recorded,
        print_ready=parts.straight_to_print,
        has_card=parts.has_card,
        absent=parts.absent,
        left=parts.left,
        office=parts.office,
        steps=tuple(
            summary.StepFigures(
                one.step,
                one.runs,
                held.waiting.waiting_at(one.step),
                None if one.average_seconds is None else one.average_seconds / 60,
                one.over,
            )
            for one in held.steps
        ),
        classes=tuple(
            summary.ClassFigures(name, one.sixteen, one.recorded, one.printed, one.absent)
            for name, one in held.classes.items()
        ),
        signers=signers,
    )
    return summary.draw(paper, letterhead, size=size, training=training)
