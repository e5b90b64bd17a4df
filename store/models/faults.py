"""What went wrong with which device: the device's own log, kept for whoever repairs or replaces it."""
# pyright: reportIncompatibleVariableOverride=false

from __future__ import annotations

import enum
from typing import Any

from peewee import Check, ForeignKeyField, TextField

from store.models.people import Visit
from store.models.table import EnumField, KeyField, MomentField, Table
from store.procedure import EquipmentKind
from store.sections import Section


class Fault(enum.Enum):
    """What a device did; a finger laid down badly is the pupil's doing and no fault of it."""

    GONE = "gone"  # cable, power or its service, while it was in use
    NO_ANSWER = "no_answer"
    NOT_READY = "not_ready"
    STREAM_ENDED = "stream_ended"
    TAMPERED = "tampered"  # its answer's signature, chain or hash is wrong, so nothing of it was believed
    CLOCK_SKEW = "clock_skew"
    BAD_ANSWER = "bad_answer"
    REFUSED = "refused"
    UNSUPPORTED = "unsupported"


class DeviceFault(Table):
    """One fault of one device; `section` is empty where it failed its self-test."""

    kind: Any = EnumField(EquipmentKind)
    key: Any = TextField(constraints=[Check("length(key) BETWEEN 1 AND 200")], index=True)
    serial: Any = TextField(default="", constraints=[Check("length(serial) <= 120")])
    name: Any = TextField(default="", constraints=[Check("length(name) <= 120")])
    fault: Any = EnumField(Fault)
    at: Any = MomentField()
    visit: Any = ForeignKeyField(Visit, on_delete="RESTRICT", null=True, index=True)
    officer: Any = KeyField(null=True)
    section: Any = EnumField(Section, null=True)


TRIGGERS: tuple[str, ...] = (
    "CREATE TRIGGER IF NOT EXISTS device_fault_stays BEFORE UPDATE ON device_fault"
    " BEGIN SELECT RAISE(ABORT, 'a device''s log is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS device_fault_kept BEFORE DELETE ON device_fault"
    " BEGIN SELECT RAISE(ABORT, 'a device''s log is append-only'); END",
)
