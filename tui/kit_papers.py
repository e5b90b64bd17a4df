"""The papers of step 2 from what the store says: the checklist of the kit, the log of what went wrong with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store import counts, equipment, faults, officers
from store.documents import DocumentKind
from store.equipment import Readiness
from store.procedure import EQUIPMENT, ReadyBy
from tui.i18n import on_paper
from tui.paper_desk import Missing, Paper, PaperMissing, shelf_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from reports.equipment import KitLine
    from reports.faults import FaultLine
    from store.equipment import EquipmentItem
    from store.visits import VisitDetail
    from tui.paper_desk import PaperDesk

_LINES = {line.kind: line for line in EQUIPMENT}


def checklist(desk: PaperDesk, visit: VisitDetail) -> Paper:
    """Return the SOP's list as the store has it; what is plugged in at this moment is the screen's to show."""
    from reports import equipment as report

    held = equipment.state(desk.tx, visit.visit)
    names = _names(desk)
    paper = report.EquipmentPaper(
        school=visit.plan.school.name,
        day=visit.plan.day,
        lines=tuple(_kit_line(desk, item, names) for item in held.items),
        scheduled=visit.schedule_version > 0,
        pupils=counts.of_visit(desk.tx, visit.visit).sixteen,
        ready_at=None if held.ready_at is None else desk.local(held.ready_at),
        dated=desk.today,
        signers=desk.signers("Petugas lapangan"),
    )
    draw = partial(report.draw, paper, desk.letterhead, size=desk.size, training=desk.training)
    return Paper(DocumentKind.EQUIPMENT, visit.visit, "Daftar Periksa Peralatan", shelf_of(visit), "", draw)


def _kit_line(desk: PaperDesk, item: EquipmentItem, names: Mapping[uuid.UUID, str]) -> KitLine:
    from reports.equipment import KitLine

    line = item.equipment
    tested_badly = item.readiness is Readiness.FAILED  # then the detail is a driver's word
    return KitLine(
        letter=line.letter,
        name=line.words,
        readiness=item.readiness,
        detail="" if tested_badly else item.detail,
        waived=item.waive_reason,
        cloths=(item.red_cloth, item.blue_cloth) if line.ready_by is ReadyBy.CLOTHS else None,
        at=None if item.at is None else desk.local(item.at),
        officer=names.get(item.officer, "") if item.officer else "",
    )


def fault_log(desk: PaperDesk, visit: VisitDetail) -> Paper:
    """Return the log of a visit's devices; raises PaperMissing where nothing went wrong."""
    from reports import faults as report

    found = faults.log_of_visit(desk.tx, visit.visit)
    if not found:
        raise PaperMissing(Missing.NO_FAULT)
    names = _names(desk)
    with on_paper():
        lines = tuple(_fault_line(desk, one, names) for one in found)
    paper = report.FaultsPaper(
        school=visit.plan.school.name,
        day=visit.plan.day,
        faults=lines,
        dated=desk.today,
        signers=desk.signers("Petugas lapangan"),
    )
    draw = partial(report.draw, paper, desk.letterhead, size=desk.size, training=desk.training)
    return Paper(DocumentKind.FAULTS, visit.visit, "Catatan Gangguan Alat", shelf_of(visit), "", draw)


def _fault_line(desk: PaperDesk, one: faults.FaultLine, names: Mapping[uuid.UUID, str]) -> FaultLine:
    from reports.faults import FaultLine
    from tui.screens import equipment_faults as words

    return FaultLine(
        at=desk.local(one.at),
        line=_LINES[one.device.kind].words,
        name=one.device.name,
        serial=one.device.serial or one.device.key,
        fault=words.fault_word(one),
        during=words.during(one),
        officer=names.get(one.officer, "") if one.officer else "",
    )


def _names(desk: PaperDesk) -> Mapping[uuid.UUID, str]:
    return {officer.id: officer.name for officer in officers.everybody(desk.tx)}
