"""SBI's JSON bodies as plain data, after MOSIP's specification 0.9.5 and 1.0 and what MockMDS really sends.

Everything that arrives is checked before it is believed: shape, signature, hash chain, moment, transaction.
"""

from __future__ import annotations

import enum
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from hw.iso19794 import MalformedRecord, Modality, Record, parse
from hw.types import CaptureFailed, DeviceState, Eye, FailReason, Finger, Slap

from . import jws
from .errors import as_error

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

ALLOWED_LAG = timedelta(minutes=5)  # MOSIP's MDS_RESP_ALLOWED_LAG_MINS
_LONGEST_TEXT = 80


class Kind(enum.Enum):
    """The biometric types of SBI, as its `type` field writes them."""

    FINGER = "Finger"
    IRIS = "Iris"
    FACE = "Face"


FINGER_NAMES = {
    Finger.LEFT_INDEX: "Left IndexFinger",
    Finger.LEFT_MIDDLE: "Left MiddleFinger",
    Finger.LEFT_RING: "Left RingFinger",
    Finger.LEFT_LITTLE: "Left LittleFinger",
    Finger.LEFT_THUMB: "Left Thumb",
    Finger.RIGHT_INDEX: "Right IndexFinger",
    Finger.RIGHT_MIDDLE: "Right MiddleFinger",
    Finger.RIGHT_RING: "Right RingFinger",
    Finger.RIGHT_LITTLE: "Right LittleFinger",
    Finger.RIGHT_THUMB: "Right Thumb",
}
EYE_NAMES = {Eye.LEFT: "Left", Eye.RIGHT: "Right"}
_STATES = {
    "ready": DeviceState.READY,
    "busy": DeviceState.BUSY,
    "not ready": DeviceState.NOT_READY,
    "not registered": DeviceState.UNSUPPORTED,
}
_SUB_TYPES = {Kind.FINGER: ("slap",), Kind.IRIS: ("double",)}
_MODALITIES = {Kind.FINGER: Modality.FINGER, Kind.IRIS: Modality.IRIS, Kind.FACE: Modality.FACE}


@dataclass(frozen=True)
class DeviceInfo:
    """What a device says of itself; `proven` once its signature led to a pinned authority."""

    device_id: str
    serial: str
    kind: Kind
    maker: str
    model: str
    sub_type: str
    state: DeviceState
    spec: str
    proven: bool

    @property
    def fits(self) -> bool:
        """Whether the device takes what the procedure needs at once: a slap, both eyes."""
        return self.sub_type.lower() in _SUB_TYPES.get(self.kind, (self.sub_type.lower(),))

    @property
    def newer(self) -> bool:
        """Whether the service speaks 1.0, which names devices by serial number and renames the discovery verbs."""
        return self.spec.startswith("1.")


@dataclass(frozen=True)
class Order:
    """What to capture: SBI's deviceSubId, the parts wanted and the parts the pupil does not have."""

    kind: Kind
    sub_id: int
    count: int
    wanted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Biometric:
    """One captured part that passed every check; `name` is bioSubType, empty for a face."""

    name: str
    score: float
    octets: bytes = field(repr=False)
    record: Record = field(repr=False)


def slap_order(slap: Slap, missing: frozenset[Finger]) -> Order:
    """Return the order for one slap without the missing fingers. Raises CaptureFailed when none is left."""
    wanted = tuple(FINGER_NAMES[finger] for finger in slap.fingers if finger not in missing)
    if not wanted:
        raise CaptureFailed(FailReason.WRONG_COUNT, "no finger left", retriable=False)
    excepted = tuple(FINGER_NAMES[finger] for finger in slap.fingers if finger in missing)
    return Order(Kind.FINGER, slap.value, len(wanted), wanted, excepted)


def iris_order(eyes: frozenset[Eye]) -> Order:
    """Return the order for one or both eyes; SBI numbers the left eye 1. Raises CaptureFailed when none is asked."""
    if not eyes:
        raise CaptureFailed(FailReason.WRONG_COUNT, "no eye asked for", retriable=False)
    wanted = tuple(EYE_NAMES[eye] for eye in (Eye.LEFT, Eye.RIGHT) if eye in eyes)
    sub_id = 3 if len(eyes) == 2 else 1 if Eye.LEFT in eyes else 2
    return Order(Kind.IRIS, sub_id, len(wanted), wanted)


FACE_ORDER = Order(Kind.FACE, 0, 1)


def capture_body(
    info: DeviceInfo, order: Order, *, score: int, timeout: float, transaction: str, at: datetime, env: str
) -> bytes:
    """Write an RCAPTURE request: pure ASCII with numbers as strings, which the older services insist on."""
    name = {"serialNo": info.serial} if info.newer else {"deviceId": info.device_id}
    bio = {
        "type": order.kind.value,
        "count": str(order.count),
        "bioSubType": list(order.wanted),
        "exception": list(order.missing),
        "requestedScore": str(score),
        "deviceSubId": str(order.sub_id),
        "previousHash": "",
        **name,
    }
    return _body(
        env=env,
        purpose="Registration",
        specVersion=info.spec,
        timeout=str(round(timeout * 1000)),
        captureTime=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        transactionId=transaction,
        bio=[bio],
        customOpts={},
    )


def stream_body(info: DeviceInfo, order: Order, timeout: float) -> bytes:
    """Write a STREAM request."""
    name = {"serialNo": info.serial} if info.newer else {"deviceId": info.device_id}
    return _body(deviceSubId=str(order.sub_id), timeout=str(round(timeout * 1000)), **name)


def discovery_body(kind: Kind) -> bytes:
    """Write a discovery request."""
    return _body(type=kind.value)


def _body(**fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=True).encode("ascii")


def read_infos(body: bytes, trusted: Sequence[Certificate], at: datetime) -> tuple[DeviceInfo, ...]:
    """Read the answer to MOSIPDINFO: the registration devices behind one port, those that make no sense left out.

    Raises CaptureFailed(BAD_ANSWER) when the body is no such answer, or the HardwareError it reports for the whole.
    """
    answer = _json(body)
    if not isinstance(answer, list):
        raise as_error(answer) or CaptureFailed(FailReason.BAD_ANSWER, "info")
    infos = (_info(part, trusted, at) for part in cast("list[object]", answer))
    return tuple(info for info in infos if info is not None)


def _info(part: object, trusted: Sequence[Certificate], at: datetime) -> DeviceInfo | None:
    token = _text(_fields(part), "deviceInfo", longest=100_000)
    try:
        try:
            payload, proven = jws.verify(token, trusted, at), True
        except jws.BadSignature:
            payload, proven = jws.unverified(token), False
        payload = _fields(payload.get("deviceInfo")) or payload  # 1.0 wraps it once more
        identity = _text(payload, "digitalId", longest=100_000)
        digital = jws.verify(identity, trusted, at) if proven else jws.unverified(identity)
        kind = Kind(_text(digital, "type"))
    except (jws.BadSignature, ValueError):
        return None
    if _text(payload, "purpose") not in ("Registration", ""):
        return None
    specs = payload.get("specVersion")
    spec = str(cast("list[object]", specs)[0])[:_LONGEST_TEXT] if isinstance(specs, list) and specs else "0.9.5"
    serial = _text(digital, "serialNo")
    status = _text(payload, "deviceStatus").strip().lower()
    return DeviceInfo(
        device_id=_text(payload, "deviceId") or serial,
        serial=serial,
        kind=kind,
        maker=_text(digital, "make"),
        model=_text(digital, "model"),
        sub_type=_text(digital, "deviceSubType"),
        state=_STATES.get(status, DeviceState.NOT_READY),
        spec=spec,
        proven=proven,
    )


def read_discovery(body: bytes) -> dict[str, DeviceState]:
    """Read the answer to MOSIPDISC: deviceId (or serialNo) to state. Raises CaptureFailed(BAD_ANSWER).

    A device that was pulled is either left out or reported by an error; both give no entry.
    """
    answer = _json(body)
    if not isinstance(answer, list):
        raise CaptureFailed(FailReason.BAD_ANSWER, "discovery")
    found: dict[str, DeviceState] = {}
    for part in cast("list[object]", answer):
        fields = _fields(part)
        name = _text(fields, "deviceId") or _text(fields, "serialNo")
        if name:
            found[name] = _STATES.get(_text(fields, "deviceStatus").strip().lower(), DeviceState.NOT_READY)
    return found


def read_capture(
    body: bytes, info: DeviceInfo, order: Order, transaction: str, trusted: Sequence[Certificate], at: datetime
) -> tuple[Biometric, ...]:
    """Read and check the answer to RCAPTURE; takes tens of milliseconds of CPU, so call it off the loop.

    Scores below the threshold are returned like any other: services report success with them too, and what they are
    worth is the caller's rule. Raises the HardwareError that the service reports, or CaptureFailed with TAMPERED
    (signature or hash chain), CLOCK_SKEW, WRONG_COUNT, WRONG_POSITION or BAD_ANSWER.
    """
    answer = _fields(_json(body))
    error = as_error(answer)
    if error is not None:
        raise error
    parts = answer.get("biometrics")
    if not isinstance(parts, list) or not 0 < len(cast("list[object]", parts)) <= len(Finger):
        raise CaptureFailed(FailReason.BAD_ANSWER, "biometrics")
    biometrics: list[Biometric] = []
    hashes: list[str] = []
    for part in cast("list[object]", parts):
        fields = _fields(part)
        payload = _proven(_text(fields, "data", longest=len(body)), trusted, at)
        _belongs(payload, info, transaction, trusted, at)
        octets = _octets(payload)
        hashes.append(_text(fields, "hash").upper())
        biometrics.append(_biometric(payload, octets, order.kind))
    if hashes != chained([biometric.octets for biometric in biometrics]):
        raise CaptureFailed(FailReason.TAMPERED, "hash chain")
    _complete(order, [biometric.name for biometric in biometrics])
    return tuple(biometrics)


def chained(octets: Sequence[bytes]) -> list[str]:
    """Return the hash of each part: SHA-256 over the hash before and the SHA-256 of this one, as MockMDS does it.

    The specification's text speaks of hexadecimal strings instead; no service was seen that follows it.
    """
    link = hashlib.sha256(b"").digest()
    hashes: list[str] = []
    for part in octets:
        link = hashlib.sha256(link + hashlib.sha256(part).digest()).digest()
        hashes.append(link.hex().upper())
    return hashes


def _proven(token: str, trusted: Sequence[Certificate], at: datetime) -> dict[str, Any]:
    try:
        return jws.verify(token, trusted, at)
    except jws.BadSignature as refused:
        raise CaptureFailed(FailReason.TAMPERED, str(refused), retriable=False) from None


def _belongs(
    payload: dict[str, Any], info: DeviceInfo, transaction: str, trusted: Sequence[Certificate], at: datetime
) -> None:
    """Check that this is the answer to our question, by this device, made now."""
    digital = _proven(_text(payload, "digitalId", longest=100_000), trusted, at)
    if _text(digital, "serialNo") != info.serial or _text(payload, "bioType") != info.kind.value:
        raise CaptureFailed(FailReason.TAMPERED, "device", retriable=False)
    if _text(payload, "transactionId") != transaction:
        raise CaptureFailed(FailReason.TAMPERED, "transaction")
    try:
        made = datetime.fromisoformat(_text(payload, "timestamp"))
        late = abs(made - at) > ALLOWED_LAG
    except (ValueError, TypeError, OverflowError):  # TypeError: a time without its zone
        raise CaptureFailed(FailReason.BAD_ANSWER, "timestamp") from None
    if late:
        raise CaptureFailed(FailReason.CLOCK_SKEW, retriable=False)


def _octets(payload: dict[str, Any]) -> bytes:
    value = payload.get("bioValue")
    try:
        return jws.decode(value if isinstance(value, str) else "")
    except ValueError:
        raise CaptureFailed(FailReason.BAD_ANSWER, "bioValue") from None


def _biometric(payload: dict[str, Any], octets: bytes, kind: Kind) -> Biometric:
    try:
        record = parse(octets)
        score = float(_text(payload, "qualityScore"))
    except (MalformedRecord, ValueError):
        raise CaptureFailed(FailReason.BAD_ANSWER, "record") from None
    if record.modality is not _MODALITIES[kind] or not (math.isfinite(score) and 0 <= score <= 100):
        raise CaptureFailed(FailReason.BAD_ANSWER, "record")
    name = _text(payload, "bioSubType") if kind is not Kind.FACE else ""
    position = _POSITIONS.get(name)
    if position is not None and record.position not in (0, position):
        raise CaptureFailed(FailReason.WRONG_POSITION, "record")
    return Biometric(name, score, octets, record)


_POSITIONS = {name: finger.value for finger, name in FINGER_NAMES.items()} | {
    name: eye.value for eye, name in EYE_NAMES.items()
}


def _complete(order: Order, names: list[str]) -> None:
    if order.kind is Kind.FACE:
        if len(names) != 1:
            raise CaptureFailed(FailReason.WRONG_COUNT, str(len(names)))
        return
    if set(names) - set(order.wanted):
        raise CaptureFailed(FailReason.WRONG_POSITION, "other than asked")
    if sorted(names) != sorted(order.wanted):
        raise CaptureFailed(FailReason.WRONG_COUNT, str(len(set(names))))


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
