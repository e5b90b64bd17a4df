"""Step 2: every line of the SOP's equipment list made ready, or waived with a reason.

Whether a device is plugged in is the bus's to say and never stored; here is what was tested, ticked, counted or waived.
"""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from store import stock
from store.models.people import Visit
from store.models.recording import EquipmentLine
from store.models.recording import Readiness as Readiness
from store.models.recording import WaiveReason as WaiveReason
from store.procedure import EQUIPMENT, Equipment, EquipmentKind, ReadyBy
from store.roster.text import clean
from store.rules import Cloth
from store.transaction import OfficerRole, Transaction

_BY_KIND = {line.kind: line for line in EQUIPMENT}


class EquipmentReason(enum.Enum):
    """Why step 2 refused."""

    UNKNOWN_VISIT = "unknown_visit"
    WRONG_WAY = "wrong_way"  # a device is tested, not ticked; blanks are counted
    NOTE_NEEDED = "note_needed"
    NOT_READY = "not_ready"


class EquipmentRefusedError(Exception):
    """Step 2 refused and nothing changed; `missing` are the lines that are not ready."""

    def __init__(self, reason: EquipmentReason, missing: tuple[EquipmentKind, ...] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.missing = missing


@dataclass(frozen=True)
class EquipmentItem:
    """One line: what it is, and how it stands; `readiness` is None while nobody has looked."""

    equipment: Equipment
    readiness: Readiness | None
    detail: str = field(repr=False)
    red_cloth: bool
    blue_cloth: bool
    waive_reason: WaiveReason | None
    at: datetime | None
    officer: uuid.UUID | None

    @property
    def ready(self) -> bool:
        """Whether the line stands in nobody's way: done its own way, or waived."""
        if self.readiness is Readiness.CLOTHS:
            return self.red_cloth and self.blue_cloth
        return self.readiness not in {None, Readiness.FAILED, Readiness.LOST}


@dataclass(frozen=True)
class EquipmentState:
    """The whole list of one visit, in the SOP's order."""

    visit: uuid.UUID
    items: tuple[EquipmentItem, ...]
    ready_at: datetime | None

    @property
    def missing(self) -> tuple[EquipmentKind, ...]:
        """The lines that are neither ready nor waived."""
        return tuple(item.equipment.kind for item in self.items if not item.ready)

    @property
    def waived(self) -> tuple[EquipmentKind, ...]:
        """The lines the visit goes without."""
        return tuple(item.equipment.kind for item in self.items if item.readiness is Readiness.WAIVED)

    def item(self, kind: EquipmentKind) -> EquipmentItem:
        """Return one line."""
        return next(item for item in self.items if item.equipment.kind is kind)


def state(tx: Transaction, visit: uuid.UUID) -> EquipmentState:
    """Return the list of a visit; raises EquipmentRefusedError UNKNOWN_VISIT."""
    del tx
    held = _visit(visit)
    rows = {row.kind: row for row in EquipmentLine.select().where(EquipmentLine.visit == visit)}
    return EquipmentState(visit, tuple(_item(line, rows.get(line.kind)) for line in EQUIPMENT), held.ready_at)


def tick(tx: Transaction, visit: uuid.UUID, kind: EquipmentKind, ticked: bool = True) -> EquipmentState:
    """Tick a line that only needs to be looked at, or take the tick back; WRONG_WAY for any other line."""
    _way(kind, ReadyBy.TICK)
    if ticked:
        return _set(tx, visit, kind, Readiness.TICKED)
    tx.require(OfficerRole.RECORDING, OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    _visit(visit)
    EquipmentLine.delete().where((EquipmentLine.visit == visit) & (EquipmentLine.kind == kind)).execute()
    tx.note("equipment.unticked", visit, kind=kind.value)
    return state(tx, visit)


def device_tested(
    tx: Transaction, visit: uuid.UUID, kind: EquipmentKind, passed: bool, detail: str = ""
) -> EquipmentState:
    """Note a device's self-test and what it said of itself; WRONG_WAY for a line without a device."""
    _way(kind, ReadyBy.TEST)
    return _set(tx, visit, kind, Readiness.TESTED if passed else Readiness.FAILED, detail=clean(detail)[:200])


def device_lost(tx: Transaction, visit: uuid.UUID, kind: EquipmentKind) -> EquipmentState:
    """Note that a device was pulled out: its test says nothing any more, and `at` is when it was last seen.

    Where no test stands nothing is written: a waived line stays waived. Raises WRONG_WAY for a line without a device.
    """
    _way(kind, ReadyBy.TEST)
    held = state(tx, visit)
    if held.item(kind).readiness not in {Readiness.TESTED, Readiness.FAILED}:
        return held
    return _set(tx, visit, kind, Readiness.LOST)


def cloths(tx: Transaction, visit: uuid.UUID, cloth: Cloth, there: bool) -> EquipmentState:
    """Note one of the two cloths; the line is ready when both are there, for each colour has its birth years."""
    held = state(tx, visit).item(EquipmentKind.TRIPOD_CLOTHS)
    red = there if cloth is Cloth.RED else held.red_cloth
    blue = there if cloth is Cloth.BLUE else held.blue_cloth
    return _set(tx, visit, EquipmentKind.TRIPOD_CLOTHS, Readiness.CLOTHS, red_cloth=int(red), blue_cloth=int(blue))


def count_blanks(
    tx: Transaction,
    visit: uuid.UUID,
    number: int,
    first_serial: str,
    *,
    missing: tuple[str, ...] = (),
    reason: str = "",
    witness: uuid.UUID | None = None,
) -> EquipmentState:
    """Count the blanks into the stock ledger and make their line ready; raises StockRefusedError as `stock.count`."""
    stock.count(tx, stock.StockKind.BLANK, number, first_serial, missing=missing, reason=reason, witness=witness)
    return _set(tx, visit, EquipmentKind.BLANKS, Readiness.COUNTED, detail=f"{number} {first_serial.strip()}".strip())


def count_ribbon_film(
    tx: Transaction, visit: uuid.UUID, ribbon: int, film: int, *, reason: str = "", witness: uuid.UUID | None = None
) -> EquipmentState:
    """Count ribbon panels and films into the stock ledger; raises StockRefusedError as `stock.count`."""
    stock.count(tx, stock.StockKind.RIBBON, ribbon, reason=reason, witness=witness)
    stock.count(tx, stock.StockKind.FILM, film, reason=reason, witness=witness)
    return _set(tx, visit, EquipmentKind.RIBBON_FILM, Readiness.COUNTED, detail=f"{ribbon} {film}")


def waive(
    tx: Transaction, visit: uuid.UUID, kind: EquipmentKind, reason: WaiveReason, note: str = ""
) -> EquipmentState:
    """Go without a line; camera, fingerprint scanner and pad only by the coordinator's word.

    Whoever is recorded while a device is waived gets its parts excepted as "device broken". Raises NotAllowedError, and
    EquipmentRefusedError NOTE_NEEDED for another reason without words.
    """
    if _BY_KIND[kind].coordinator_waives:
        tx.require(OfficerRole.COORDINATOR)
    if reason is WaiveReason.OTHER and not clean(note):
        raise EquipmentRefusedError(EquipmentReason.NOTE_NEEDED)
    return _set(tx, visit, kind, Readiness.WAIVED, detail=clean(note)[:200], waive_reason=reason)


def finish(tx: Transaction, visit: uuid.UUID) -> EquipmentState:
    """Declare the visit ready; raises EquipmentRefusedError NOT_READY with every line that is missing."""
    tx.require(OfficerRole.RECORDING, OfficerRole.COORDINATOR)
    held = state(tx, visit)
    if held.missing:
        raise EquipmentRefusedError(EquipmentReason.NOT_READY, held.missing)
    if held.ready_at is None:
        Visit.update(ready_at=tx.now()).where(Visit.id == visit).execute()
        tx.note("equipment.ready", visit, waived=[kind.value for kind in held.waived])
    return state(tx, visit)


def _visit(visit: uuid.UUID) -> Any:
    row = Visit.get_or_none(Visit.id == visit)
    if row is None:
        raise EquipmentRefusedError(EquipmentReason.UNKNOWN_VISIT)
    return row


def _way(kind: EquipmentKind, way: ReadyBy) -> None:
    if _BY_KIND[kind].ready_by is not way:
        raise EquipmentRefusedError(EquipmentReason.WRONG_WAY, (kind,))


def _set(
    tx: Transaction, visit: uuid.UUID, kind: EquipmentKind, readiness: Readiness, **columns: Any
) -> EquipmentState:
    tx.require(OfficerRole.RECORDING, OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    _visit(visit)
    EquipmentLine.delete().where((EquipmentLine.visit == visit) & (EquipmentLine.kind == kind)).execute()
    EquipmentLine.create(visit=visit, kind=kind, readiness=readiness, at=tx.now(), officer=tx.officer, **columns)
    why = columns.get("waive_reason")
    tx.note(
        f"equipment.{readiness.value}",
        visit,
        kind=kind.value,
        detail=columns.get("detail", ""),
        reason=None if why is None else why.value,
        red=columns.get("red_cloth"),
        blue=columns.get("blue_cloth"),
    )
    return state(tx, visit)


def _item(line: Equipment, row: Any) -> EquipmentItem:
    if row is None:
        return EquipmentItem(
            line, None, "", red_cloth=False, blue_cloth=False, waive_reason=None, at=None, officer=None
        )
    return EquipmentItem(
        equipment=line,
        readiness=row.readiness,
        detail=row.detail,
        red_cloth=bool(row.red_cloth),
        blue_cloth=bool(row.blue_cloth),
        waive_reason=row.waive_reason,
        at=row.at,
        officer=row.officer,
    )
