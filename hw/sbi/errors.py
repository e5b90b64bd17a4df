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
    whole = _objects(answer if isinstance(answer, list) else [answer])
    parts = [part for fields in whole for part in _objects(fields.get("biometrics"))]  # and never deeper than that
    errors = (_error(place) for fields in (*whole, *parts) for place in (fields, fields.get("error")))
    return next((error for error in errors if error is not None), None)


def _objects(values: object) -> list[dict[str, object]]:
    if not isinstance(values, list):
        return []
    listed = cast("list[object]", values)
    return [cast("dict[str, object]", value) for value in listed if isinstance(value, dict)]


def _error(part: object) -> HardwareError | None:
    if not isinstance(part, dict) or "errorCode" not in part:
        return None
    code = cast("dict[str, object]", part)["errorCode"]
    text = str(code) if isinstance(code, str | int) and not isinstance(code, bool) else ""
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        return CaptureFailed(FailReason.BAD_ANSWER, "error")
    return None if int(text) == 0 else from_code(int(text))
