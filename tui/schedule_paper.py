"""The Jadwal Perekaman as the store has it, in the words of the report that draws it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import TYPE_CHECKING

from store.schedule import Hours, Slot, recording_desks

if TYPE_CHECKING:
    import uuid

    from reports import schedule as report
    from store.officers import OfficerRecord
    from store.transaction import Transaction
    from store.visits import VisitPlan

TITLE = "Jadwal Perekaman"
DRAFT_TITLE = "Rancangan Jadwal Perekaman"
_MIDNIGHT = 24 * 60


def paper_of(
    plan: VisitPlan,
    slots: Sequence[Slot],
    hours: Hours,
    officers: Sequence[OfficerRecord],
    *,
    number: str,
    version: int,
    draft: bool,
    dated: date,
) -> report.SchedulePaper:
    """Return the paper of a plan; officers are known by their names, those the keyring does not know have no NIP.

    `version` is that of the schedule; a draft has none yet.
    """
    from reports import schedule as report
    from reports.layout import Signer

    nips = {_folded(officer.name): officer.nip for officer in officers}
    coordinator = plan.coordinator.strip() or (plan.recording_officers[0] if plan.recording_officers else "")
    return report.SchedulePaper(
        number=number,
        school=plan.school.name,
        school_address=plan.school.address,
        day=plan.day,
        fallback_day=plan.fallback_day,
        place=plan.place or plan.school.name,
        slots=tuple(_lines(slots, plan.day, hours)),
        officers=tuple(report.FieldOfficer(name, nips.get(_folded(name)), duty) for name, duty in _duties(plan)),
        minutes_per_pupil=plan.minutes_per_pupil,
        desks=recording_desks(plan.desks),
        dated=dated,
        office_signer=Signer(coordinator, "Koordinator", nips.get(_folded(coordinator))),
        school_signer=Signer(plan.school.contact, "Kepala sekolah atau yang mewakili"),
        version=version,
        draft=draft,
        vehicle=plan.vehicle,
    )


def number_of(tx: Transaction, visit: uuid.UUID, pattern: str) -> str:
    """Return the number of this visit's schedule: every version bears the same."""
    from store import documents
    from store.documents import DocumentKind

    made = documents.of_subject(tx, visit, DocumentKind.SCHEDULE)
    return made[0].number if made else documents.next_number(tx, documents.LETTERS, pattern)


def _duties(plan: VisitPlan) -> list[tuple[str, str]]:
    """Return who goes and for what: each officer once, whatever he does there."""
    duties: dict[str, tuple[str, list[str]]] = {}
    coordinator = (plan.coordinator,) if plan.coordinator.strip() else ()
    for names, duty in (
        (plan.recording_officers, "perekaman"),
        (plan.printing_officers, "pencetakan"),
        (coordinator, "koordinator"),
    ):
        for name in names:
            duties.setdefault(_folded(name), (name, []))[1].append(duty)
    return [(name, _spelled(does)) for name, does in duties.values()]


def _spelled(duties: list[str]) -> str:
    work = " dan ".join(duty for duty in duties if duty != "koordinator")
    both = [f"operator {work}"] if work else []
    if "koordinator" in duties:
        both.append("koordinator")
    said = ", ".join(both)
    return said[:1].upper() + said[1:]


def _lines(slots: Sequence[Slot], day: date, hours: Hours) -> list[report.Slot]:
    from reports import schedule as report

    made: list[report.Slot] = []
    above: Slot | None = None
    for slot in slots:
        cut = above is not None and above.day == slot.day and above.start < hours.break_start
        if cut and slot.start >= hours.break_end:
            made.append(report.Slot(slot.day, _time(hours.break_start), _time(hours.break_end), note="salat dan makan"))
        made.append(
            report.Slot(
                slot.day,
                _time(slot.start),
                _time(slot.end),
                slot.class_name or "–",
                slot.pupils,
                str(slot.desk),
                slot.teacher,
                "hari kedua" if slot.day != day else "",
            )
        )
        above = slot
    return made


def _time(minutes: int) -> time:
    """Return minutes since midnight as a time; a day has no more than 24 hours, on paper too."""
    return time(*divmod(min(minutes, _MIDNIGHT - 1), 60))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
