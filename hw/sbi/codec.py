"""What SBI's bodies speak of, and the requests; after MOSIP's specification 0.9.5 and 1.0 and what MockMDS accepts."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from hw.types import CaptureFailed, DeviceState, Eye, FailReason, Finger, Slap

ALLOWED_LAG = timedelta(minutes=5)  # MOSIP's MDS_RESP_ALLOWED_LAG_MINS


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
_SUB_TYPES = {Kind.FINGER: ("slap",), Kind.IRIS: ("double",)}


@dataclass(frozen=True)
class DeviceInfo:
    """What a device says of itself; `proven` once its signature led to a pinned authority, `doubt` is why it did not.

    `spec` is the newest of its specifications that is spoken here. `stamped` is the time in its identity: of services
    that stamp each answer it is the time by their clock.
    """

    device_id: str
    serial: str
    kind: Kind
    maker: str
    model: str
    sub_type: str
    state: DeviceState
    spec: str
    proven: bool
    doubt: str = ""
    stamped: datetime | None = None

    @property
    def fits(self) -> bool:
        """Whether the device takes what the procedure needs at once: a slap, both eyes."""
        return self.sub_type.lower() in _SUB_TYPES.get(self.kind, (self.sub_type.lower(),))

    @property
    def newer(self) -> bool:
        """Whether the service speaks 1.0, which names devices by serial number and renames the discovery verbs."""
        return speaks_newer(self.spec)


def speaks_newer(spec: str) -> bool:
    """Say whether a specVersion means 1.0; services write it `1.0` or `SBI 1.0`."""
    return spec.removeprefix("SBI ").startswith("1.")


@dataclass(frozen=True)
class Order:
    """What to capture: SBI's deviceSubId, the parts wanted and the parts the pupil does not have."""

    kind: Kind
    sub_id: int
    count: int
    wanted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


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


def exception_order(missing: frozenset[Finger]) -> Order:
    """Return the order for the photograph of excepted fingers: SBI asks for it as a face that has exceptions."""
    return Order(Kind.FACE, 0, 1, (), tuple(name for finger, name in FINGER_NAMES.items() if finger in missing))


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
