"""The log of each device: serial number, fault, time; nothing in it says which pupil sat there.

A scanner that is pulled out once is a cable; one that is lost nine times in two visits goes to the workshop, and the
workshop asks for exactly this list.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.models.faults import DeviceFault
from store.models.faults import Fault as Fault
from store.procedure import EquipmentKind
from store.roster.text import clean
from store.sections import Section
from store.transaction import OfficerRole, Transaction

_LONGEST_KEY, _LONGEST_NAME = 200, 120


@dataclass(frozen=True)
class DeviceNamed:
    """Which device it is: what it is for, the key that stays over a replug, and what it says of itself."""

    kind: EquipmentKind
    key: str
    name: str
    serial: str = ""


@dataclass(frozen=True)
class FaultLine:
    """One line of a device's log; `section` is what was being taken, None at a self-test."""

    device: DeviceNamed
    fault: Fault
    at: datetime
    visit: uuid.UUID | None
    officer: uuid.UUID | None
    section: Section | None


@dataclass(frozen=True)
class FaultTally:
    """How often the devices of one kind failed at a visit, and the last time."""

    count: int
    last: FaultLine


def note(
    tx: Transaction, visit: uuid.UUID | None, device: DeviceNamed, fault: Fault, section: Section | None = None
) -> None:
    """Write one fault into the device's log and the journal, whoever is at work with it."""
    tx.require(OfficerRole.RECORDING, OfficerRole.PRINTING, OfficerRole.COORDINATOR)
    key, name, serial = (clean(text) for text in (device.key, device.name, device.serial))
    key = key[:_LONGEST_KEY] or device.kind.value
    DeviceFault.create(
        kind=device.kind,
        key=key,
        serial=serial[:_LONGEST_NAME],
        name=name[:_LONGEST_NAME],
        fault=fault,
        at=tx.now(),
        visit=visit,
        officer=tx.officer,
        section=section,
    )
    tx.note(
        "device.failed",
        visit,
        kind=device.kind.value,
        device=key,
        serial=serial[:_LONGEST_NAME],
        fault=fault.value,
        section=None if section is None else section.value,
    )


def of_kind(tx: Transaction, kind: EquipmentKind, limit: int = 100) -> tuple[FaultLine, ...]:
    """Return the newest faults of the devices of one kind, over all visits."""
    return _lines(tx, DeviceFault.kind == kind, limit)


def of_device(tx: Transaction, key: str, limit: int = 100) -> tuple[FaultLine, ...]:
    """Return the newest faults of one device, over all visits."""
    return _lines(tx, DeviceFault.key == clean(key)[:_LONGEST_KEY], limit)


def of_visit(tx: Transaction, visit: uuid.UUID) -> Mapping[EquipmentKind, FaultTally]:
    """Return how often each kind of device failed at a visit; kinds without a fault are absent."""
    tallies: dict[EquipmentKind, FaultTally] = {}
    for line in _lines(tx, DeviceFault.visit == visit, None):
        held = tallies.get(line.device.kind)
        tallies[line.device.kind] = FaultTally(1, line) if held is None else FaultTally(held.count + 1, held.last)
    return tallies


def log_of_visit(tx: Transaction, visit: uuid.UUID) -> tuple[FaultLine, ...]:
    """Return every fault of a visit's devices, the first one first."""
    return _lines(tx, DeviceFault.visit == visit, None)[::-1]


def _lines(tx: Transaction, where: Any, limit: int | None) -> tuple[FaultLine, ...]:
    del tx
    # Keys are UUIDv7: of two faults in one millisecond the later one still comes first.
    rows: Any = DeviceFault.select().where(where).order_by(DeviceFault.at.desc(), DeviceFault.id.desc()).limit(limit)
    return tuple(
        FaultLine(
            DeviceNamed(row.kind, row.key, row.name, row.serial),
            row.fault,
            row.at,
            row.visit_id,
            row.officer,
            row.section,
        )
        for row in rows
    )
