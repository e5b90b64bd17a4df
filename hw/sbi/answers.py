"""What SBI services answer, checked before it is believed: shape, signature, hash chain, moment, transaction, picture.

The shapes are those of MOSIP's specification 0.9.5 and 1.0 and what MockMDS really sends. Any other bytes end in a
HardwareError with its reason.
"""

from __future__ import annotations

import enum
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from hw.iso19794 import MalformedRecord, Modality, Record, parse
from hw.types import CaptureFailed, DeviceGone, DeviceState, FailReason, Finger

from . import jws
from .codec import ALLOWED_LAG, EYE_NAMES, FINGER_NAMES, DeviceInfo, Kind, Order, speaks_newer
from .errors import as_error

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_LONGEST_TEXT = 80
_LONGEST_TOKEN = 100_000  # of who a device is; a token that carries a picture may be as long as its answer
_SCORE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)
_FLAT = 16.0  # variance of grey levels, of 255: the noise of a glass on which nothing lies
_STATES = {
    "ready": DeviceState.READY,
    "busy": DeviceState.BUSY,
    "not ready": DeviceState.NOT_READY,
    "not registered": DeviceState.UNSUPPORTED,
}
_MODALITIES = {Kind.FINGER: Modality.FINGER, Kind.IRIS: Modality.IRIS, Kind.FACE: Modality.FACE}
_POSITIONS = {name: finger.value for finger, name in FINGER_NAMES.items()} | {
    name: eye.value for eye, name in EYE_NAMES.items()
}


class Hashing(enum.Enum):
    """What a service's hash chain runs over: raw digests, as MockMDS does, or their hex digits, as the text says."""

    RAW = "raw"
    HEX = "hex"


@dataclass(frozen=True)
class Trust:
    """By what answers are judged: the pinned certificates, the environment that is worked in, the hash chain's kind."""

    pinned: tuple[Certificate, ...] = field(repr=False)
    env: str = "Production"
    hashing: Hashing = Hashing.RAW


@dataclass(frozen=True)
class Biometric:
    """One captured part that passed every check; `name` is bioSubType, empty for a face."""

    name: str
    score: float
    octets: bytes = field(repr=False)
    record: Record = field(repr=False)


def read_infos(body: bytes, pinned: Sequence[Certificate], at: datetime) -> tuple[DeviceInfo, ...]:
    """Read the answer to MOSIPDINFO: the registration devices behind one port, those that make no sense left out.

    Raises CaptureFailed(BAD_ANSWER) when the body is no such answer, or the HardwareError it reports for the whole.
    """
    answer = _json(body)
    if not isinstance(answer, list):
        raise as_error(answer) or CaptureFailed(FailReason.BAD_ANSWER, "info")
    infos = (_info(part, pinned, at) for part in cast("list[object]", answer))
    return tuple(info for info in infos if info is not None)


def _info(part: object, pinned: Sequence[Certificate], at: datetime) -> DeviceInfo | None:
    token = _text(_fields(part), "deviceInfo", longest=_LONGEST_TOKEN)
    try:
        payload, doubt = _claimed(token, pinned, at)
        payload = _fields(payload.get("deviceInfo")) or payload  # 1.0 wraps it once more
        digital, doubted = _claimed(_text(payload, "digitalId", longest=_LONGEST_TOKEN), pinned, at)
        doubt = doubt or doubted
        kind = Kind(_text(digital, "type"))
    except (jws.BadSignature, ValueError):
        return None
    if _text(payload, "purpose") not in ("Registration", ""):
        return None
    serial = _text(digital, "serialNo")
    return DeviceInfo(
        device_id=_text(payload, "deviceId") or serial,
        serial=serial,
        kind=kind,
        maker=_text(digital, "make"),
        model=_text(digital, "model"),
        sub_type=_text(digital, "deviceSubType"),
        state=_state(payload),
        spec=_spec(payload.get("specVersion")),
        proven=not doubt,
        doubt=doubt,
        stamped=_moment(_text(digital, "dateTime")),
    )


def _claimed(token: str, pinned: Sequence[Certificate], at: datetime) -> tuple[dict[str, Any], str]:
    """Return what a token says, and why it cannot be believed. Raises BadSignature when it says nothing."""
    try:
        return jws.verify(token, pinned, at), ""
    except jws.BadSignature as refused:
        return jws.unverified(token), str(refused)


def _moment(text: str) -> datetime | None:
    """Read a time with its zone; of services that write anything else it is not known."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _spec(specs: object) -> str:
    """Return the newest specification that both sides speak; some services list several."""
    listed = [_text({"spec": spec}, "spec") for spec in cast("list[object]", specs)] if isinstance(specs, list) else []
    named = [spec for spec in listed if spec]
    return next((spec for spec in named if speaks_newer(spec)), named[0] if named else "0.9.5")


def _state(fields: dict[str, Any]) -> DeviceState:
    return _STATES.get(_text(fields, "deviceStatus").strip().lower(), DeviceState.NOT_READY)


def read_discovery(body: bytes) -> dict[str, DeviceState]:
    """Read the answer to MOSIPDISC: deviceId and serialNo to state, none for a device that was pulled.

    Raises CaptureFailed for an answer that says nothing about any device.
    """
    answer = _json(body)
    if not isinstance(answer, list):
        raise as_error(answer) or CaptureFailed(FailReason.BAD_ANSWER, "discovery")
    found: dict[str, DeviceState] = {}
    for part in cast("list[object]", answer):
        fields = _fields(part)
        for name in (_text(fields, "deviceId"), _text(fields, "serialNo"), _unsigned_serial(fields)):
            if name:
                found[name] = _state(fields)
    error = as_error(cast("object", answer))
    if not found and error is not None and not isinstance(error, DeviceGone):
        raise error
    return found


def _unsigned_serial(fields: dict[str, Any]) -> str:
    """Return the serial number in the digital id, which an unregistered device still tells."""
    try:
        return _text(jws.unverified(_text(fields, "digitalId", longest=_LONGEST_TOKEN)), "serialNo")
    except jws.BadSignature:
        return ""


def read_capture(
    body: bytes, info: DeviceInfo, order: Order, transaction: str, trust: Trust, at: datetime
) -> tuple[Biometric, ...]:
    """Read and check the answer to RCAPTURE; takes tens of milliseconds of CPU, so call it off the loop.

    Scores below the threshold are returned like any other: services report success with them too, and what they are
    worth is the caller's rule. Raises the HardwareError that the service reports, or CaptureFailed with TAMPERED
    (signature or hash chain), CLOCK_SKEW, WRONG_COUNT, WRONG_POSITION, NO_BIOMETRIC (a picture of nothing, whatever
    it scores) or BAD_ANSWER.
    """
    answer = _json(body)
    error = as_error(answer)
    if error is not None:
        raise error
    parts = _fields(answer).get("biometrics")
    if not isinstance(parts, list) or not 0 < len(cast("list[object]", parts)) <= len(Finger):
        raise CaptureFailed(FailReason.BAD_ANSWER, "biometrics")
    biometrics: list[Biometric] = []
    hashes: list[str] = []
    for part in cast("list[object]", parts):
        fields = _fields(part)
        payload = _proven(_text(fields, "data", longest=len(body)), trust, at)
        _belongs(payload, info, transaction, trust, at)
        octets = _octets(payload)
        hashes.append(_text(fields, "hash").upper())
        biometrics.append(_biometric(payload, octets, order.kind))
    if hashes != chained([biometric.octets for biometric in biometrics], trust.hashing):
        raise CaptureFailed(FailReason.TAMPERED, "hash chain")
    _complete(order, [biometric.name for biometric in biometrics])
    for biometric in biometrics:  # last, because it costs most: nobody but a pinned device gets a decoder to work
        _require_picture(biometric.record)
    return tuple(biometrics)


def chained(octets: Sequence[bytes], hashing: Hashing = Hashing.RAW) -> list[str]:
    """Return the hash of each part in hex: SHA-256 over the hash before and the SHA-256 of this one."""
    link = hashlib.sha256(b"")
    hashes: list[str] = []
    for part in octets:
        both = (link, hashlib.sha256(part))
        if hashing is Hashing.RAW:
            link = hashlib.sha256(b"".join(digest.digest() for digest in both))
        else:
            link = hashlib.sha256("".join(digest.hexdigest().upper() for digest in both).encode("ascii"))
        hashes.append(link.hexdigest().upper())
    return hashes


def _proven(token: str, trust: Trust, at: datetime) -> dict[str, Any]:
    try:
        return jws.verify(token, trust.pinned, at)
    except jws.BadSignature as refused:
        # It was in its time when the device was opened: a clock has jumped.
        reason = FailReason.CLOCK_SKEW if str(refused) == "expired" else FailReason.TAMPERED
        raise CaptureFailed(reason, str(refused), retriable=False) from None


def _belongs(payload: dict[str, Any], info: DeviceInfo, transaction: str, trust: Trust, at: datetime) -> None:
    """Check that this is the answer to our question, by this device, for a registration here, made now."""
    digital = _proven(_text(payload, "digitalId", longest=_LONGEST_TOKEN), trust, at)
    if _text(digital, "serialNo") != info.serial or _text(digital, "type") != info.kind.value:
        raise CaptureFailed(FailReason.TAMPERED, "device", retriable=False)
    if _text(payload, "bioType") != info.kind.value:
        raise CaptureFailed(FailReason.TAMPERED, "type", retriable=False)
    # Pictures of a developer's device look like any other.
    if (_text(payload, "purpose"), _text(payload, "env")) != ("Registration", trust.env):
        raise CaptureFailed(FailReason.TAMPERED, "purpose", retriable=False)
    if _text(payload, "transactionId") != transaction:
        raise CaptureFailed(FailReason.TAMPERED, "transaction")
    made = _moment(_text(payload, "timestamp"))
    if made is None:
        raise CaptureFailed(FailReason.BAD_ANSWER, "timestamp")
    if abs(made - at) > ALLOWED_LAG:
        raise CaptureFailed(FailReason.CLOCK_SKEW, retriable=False)


def _octets(payload: dict[str, Any]) -> bytes:
    value = payload.get("bioValue")
    try:
        return jws.decode(value if isinstance(value, str) else "")
    except ValueError:
        raise CaptureFailed(FailReason.BAD_ANSWER, "bioValue") from None


def _biometric(payload: dict[str, Any], octets: bytes, kind: Kind) -> Biometric:
    score = _score(payload.get("qualityScore"))
    try:
        record = parse(octets)
    except MalformedRecord as refused:
        raise CaptureFailed(FailReason.BAD_ANSWER, str(refused)) from None
    if record.modality is not _MODALITIES[kind]:
        raise CaptureFailed(FailReason.BAD_ANSWER, "record")
    name = _text(payload, "bioSubType") if kind is not Kind.FACE else ""
    position = _POSITIONS.get(name)
    if position is not None and record.position not in (0, position):
        raise CaptureFailed(FailReason.WRONG_POSITION, "record")
    return Biometric(name, score, octets, record)


def _score(value: object) -> float:
    """Read a score, which comes as text or as a number; outside of 0 to 100 it is a lie or another scale."""
    number = -1.0
    if isinstance(value, str) and _SCORE.fullmatch(value.strip()):
        number = float(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = min(101.0, value)  # JSON has integers that no float can hold
    if not 0 <= number <= 100:  # nor is it a number that is none
        raise CaptureFailed(FailReason.BAD_ANSWER, "score")
    return number


def _complete(order: Order, names: list[str]) -> None:
    if order.kind is Kind.FACE:
        if len(names) != 1:
            raise CaptureFailed(FailReason.WRONG_COUNT, str(len(names)))
        return
    if set(names) - set(order.wanted):
        raise CaptureFailed(FailReason.WRONG_POSITION, "other than asked")
    if sorted(names) != sorted(order.wanted):
        raise CaptureFailed(FailReason.WRONG_COUNT, str(len(set(names))))


def _require_picture(record: Record) -> None:
    """Check that a record holds the picture it speaks of, and that something is on it; a face is judged elsewhere."""
    from hw.pictures.pixels import NoDecoder, UnreadablePicture, decode_record, variance

    try:
        image = decode_record(record)
    except NoDecoder:
        return  # nothing is wrong with it: the office can read what this laptop cannot show
    except UnreadablePicture as refused:
        raise CaptureFailed(FailReason.BAD_ANSWER, f"picture {refused}") from None
    if image.size != (record.width, record.height):
        raise CaptureFailed(FailReason.BAD_ANSWER, "picture size")
    if record.modality is not Modality.FACE and variance(image.convert("L")) < _FLAT:
        raise CaptureFailed(FailReason.NO_BIOMETRIC, "flat")


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise CaptureFailed(FailReason.BAD_ANSWER, "json") from None


def _fields(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(fields: dict[str, Any], name: str, longest: int = _LONGEST_TEXT) -> str:
    value = fields.get(name)
    if isinstance(value, list) and value:  # bioSubType is sent as a list by some
        value = cast("list[object]", value)[0]
    if not isinstance(value, str) or len(value) > longest:
        return ""
    return value if value.isprintable() else "".join(letter for letter in value if letter.isprintable())
