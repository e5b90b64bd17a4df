"""SBI's error codes as our errors; the table is MockMDS's, a superset of the specification's."""

from __future__ import annotations

from typing import cast

from hw.types import CaptureFailed, DeviceBusy, DeviceGone, FailReason, HardwareError

_GONE = {106, 202, 503, 605, 705, 805}
_BUSY = {111, 702, 703, 803}
_FAILED: dict[int, tuple[FailReason, bool]] = {
    100: (FailReason.REFUSED, False),
    101: (FailReason.NO_BIOMETRIC, True),
    103: (FailReason.TAMPERED, False),
    105: (FailReason.WRONG_POSITION, True),
    109: (FailReason.WRONG_COUNT, False),
    110: (FailReason.NOT_READY, True),
    113: (FailReason.WRONG_COUNT, False),
    116: (FailReason.WRONG_COUNT, False),
    500: (FailReason.UNSUPPORTED, False),
    601: (FailReason.UNSUPPORTED, False),
    607: (FailReason.NOT_READY, True),
    608: (FailReason.NO_BIOMETRIC, True),
    609: (FailReason.TIMEOUT, True),
    700: (FailReason.STREAM_ENDED, True),
    701: (FailReason.TIMEOUT, True),
    707: (FailReason.NO_BIOMETRIC, True),
    708: (FailReason.NO_BIOMETRIC, True),
}


def from_code(code: int) -> HardwareError:
    """Return what an error code means for the operator; unknown ones are a refusal that names the code."""
    if code in _GONE:
        return DeviceGone()
    if code in _BUSY:
        return DeviceBusy()
    reason, retriable = _FAILED.get(code, (FailReason.REFUSED, False))
    return CaptureFailed(reason, str(code), retriable=retriable)


def as_error(answer: object) -> HardwareError | None:
    """Return the error inside any of SBI's answers, or None when it reports success or carries no error.

    The shapes seen: the object itself, an `error` member, either in a list, and `biometrics` around a list. The
    service's own words are not kept: they are not ours to show.
    """
    if isinstance(answer, list):
        errors = [as_error(part) for part in cast("list[object]", answer)]
        return next((error for error in errors if error is not None), None)
    if not isinstance(answer, dict):
        return None
    fields = cast("dict[str, object]", answer)
    if "errorCode" in fields:
        text = str(fields["errorCode"])
        if not (text.isascii() and text.isdecimal() and len(text) <= 6):
            return CaptureFailed(FailReason.BAD_ANSWER, "error")
        return None if int(text) == 0 else from_code(int(text))
    return as_error(fields.get("error")) or as_error(fields.get("biometrics"))
