"""The Jadwal Perekaman as the store has it, in the words of the report that draws it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import TYPE_CHECKING

from store.schedule import Hours, Slot, recording_desks

if TYPE_CHECKING:
    from reports import schedule as report
    from store.officers import OfficerRecord
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
    named = [
        *((name, "Operator perekaman") for name in plan.recording_officers),
        *((name, "Operator pencetakan") for name in plan.printing_officers),
        *([(plan.coordinator, "Koordinator")] if plan.coordinator.strip() else []),
    ]
    coordinator = plan.coordinator.strip() or (plan.recording_officers[0] if plan.recording_officers else "")
    return report.SchedulePaper(
        number=number,
        school=plan.school.name,
        school_address=plan.school.address,
        day=plan.day,
        fallback_day=plan.fallback_day,
        place=plan.place or plan.school.name,
        slots=tuple(_lines(slots, plan.day, hours)),
        officers=tuple(report.FieldOfficer(name, nips.get(_folded(name)), role) for name, role in named),
        minutes_per_pupil=plan.minutes_per_pupil,
        desks=recording_desks(plan.desks),
        dated=dated,
        office_signer=Signer(coordinator, "Koordinator", nips.get(_folded(coordinator))),
        school_signer=Signer(plan.school.contact, "Kepala sekolah atau yang mewakili"),
        version=version,
        draft=draft,
        vehicle=plan.vehicle,
    )


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
