"""What of a device's trouble is its own fault and goes into its log, and how the log names the device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hw.types import CaptureFailed, DeviceGone, FailReason, HardwareError, Role
from store.faults import DeviceNamed, Fault
from store.procedure import EquipmentKind
from tui import selftest

if TYPE_CHECKING:
    from hw.types import Attached

KIND_OF: Mapping[Role, EquipmentKind] = {
    Role.CAMERA: EquipmentKind.CAMERA,
    Role.FINGER: EquipmentKind.FINGER,
    Role.IRIS: EquipmentKind.IRIS,
    Role.SIGNATURE: EquipmentKind.SIGNATURE,
    Role.CARD_PRINTER: EquipmentKind.CARD_PRINTER,
}
"""The line of the SOP's list that a device belongs to."""

_FAULTS: Mapping[FailReason, Fault] = {
    FailReason.NOT_READY: Fault.NOT_READY,
    FailReason.STREAM_ENDED: Fault.STREAM_ENDED,
    FailReason.TAMPERED: Fault.TAMPERED,
    FailReason.CLOCK_SKEW: Fault.CLOCK_SKEW,
    FailReason.BAD_ANSWER: Fault.BAD_ANSWER,
    FailReason.REFUSED: Fault.REFUSED,
    FailReason.UNSUPPORTED: Fault.UNSUPPORTED,
}
"""What a finger laid down badly causes (nothing seen, another hand, too few fingers) is nobody's fault."""
_SEES_BY_ITSELF = {Role.CAMERA, Role.SIGNATURE, Role.CARD_PRINTER}
"""A scanner is silent when nobody stands before it; these have no such excuse."""


def fault_of(error: HardwareError, role: Role) -> Fault | None:
    """Return the fault that an error is, or None where the device did nothing wrong."""
    if isinstance(error, DeviceGone):
        return Fault.GONE
    return fault_of_reason(error.reason, role) if isinstance(error, CaptureFailed) else None


def fault_of_reason(reason: FailReason, role: Role) -> Fault | None:
    """Return the fault behind a failed capture."""
    if reason is FailReason.TIMEOUT and role in _SEES_BY_ITSELF:
        return Fault.NO_ANSWER
    return _FAULTS.get(reason)


def fault_of_test(code: str, role: Role) -> Fault | None:
    """Return the fault behind a failed self-test, whose code is a FailReason's or a printer's own word."""
    if code == selftest.GONE:
        return Fault.GONE
    if code == selftest.BUSY:
        return None
    try:
        return fault_of_reason(FailReason(code), role)
    except ValueError:
        return Fault.NOT_READY


def named(device: Attached) -> DeviceNamed | None:
    """Return how the log names a device; None for one that is on no line of the SOP's list."""
    kind = KIND_OF.get(device.role)
    return None if kind is None else DeviceNamed(kind, device.key, device.name, device.serial)
