"""The three emulated devices themselves: who they say they are, which orders they accept, what they hand out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from hw.sbi import jws
from hw.sbi.answers import chained
from hw.sbi.codec import EYE_NAMES, FINGER_NAMES, Kind
from hw.types import Eye, Finger, Slap

from . import lies, pictures
from .authority import Signer, stranger
from .knobs import Knobs
from .lies import Lie
from .pictures import Taken


@dataclass(frozen=True)
class EmulatedDevice:
    """The fixed facts of one device."""

    device_id: str
    kind: Kind
    sub_type: str
    sub_ids: tuple[str, ...]
    serial: str
    model: str


DEVICES = (
    EmulatedDevice("1", Kind.FINGER, "Slap", ("1", "2", "3"), "R17-JARI-0001", "Jari 442"),
    EmulatedDevice("2", Kind.IRIS, "Double", ("1", "2", "3"), "R17-IRIS-0001", "Iris 2"),
    EmulatedDevice("3", Kind.FACE, "Full face", ("0",), "R17-KAMERA-0001", "Kamera C1"),
)
UNREGISTERED = "Not Registered"
"""The status of a device that nobody has registered with its provider: it has no name there and no key to sign with."""
_EYES = {"1": (Eye.LEFT,), "2": (Eye.RIGHT,), "3": (Eye.LEFT, Eye.RIGHT)}
_ENVIRONMENTS = {"Staging", "Developer", "Pre-Production", "Production"}
_LONGEST_S = 600.0


class Refused(Exception):
    """The device refuses with one of SBI's codes."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(frozen=True)
class Capture:
    """An order that the device accepted."""

    device: EmulatedDevice
    sub_id: str
    parts: tuple[Finger, ...] | tuple[Eye, ...]
    timeout: float
    transaction: str
    score: float
    env: str
    missing: frozenset[Finger] = frozenset()


class Sensors:
    """Devices of one provider, which sign what they say."""

    def __init__(self, signer: Signer) -> None:
        self.spec = Knobs.spec
        self._signer = signer
        self._tries: dict[tuple[str, Kind, str], int] = {}

    @property
    def newer(self) -> bool:
        """Whether the service speaks 1.0."""
        return self.spec.startswith("1.")

    def discovery(self, device: EmulatedDevice, status: str, port: int, at: datetime) -> dict[str, Any]:
        """Return the discovery object, without its error; here the digital id is not signed."""
        return {
            **self._named(device, status),
            "deviceStatus": status,
            "certification": "L0",
            "serviceVersion": self.spec,
            "callbackId": f"http://127.0.0.1:{port}/",
            "digitalId": unsigned(self._identity(device, at)),
            "specVersion": [self.spec],
            "deviceSubId": list(device.sub_ids),
        }

    def info(self, device: EmulatedDevice, status: str, port: int, at: datetime) -> str:
        """Return the device info, signed where the device can."""
        facts = {
            **self._named(device, status),
            "specVersion": [self.spec],
            "env": "Production",
            "digitalId": self._digital_id(device, at)
            if status != UNREGISTERED
            else unsigned(self._identity(device, at)),
            "serviceVersion": self.spec,
            "deviceStatus": status,
            "firmware": "1.0",
            "certification": "L0",
            "deviceSubId": list(device.sub_ids),
            "callbackId": f"http://127.0.0.1:{port}/",
        }
        whole: dict[str, Any] = {"deviceInfo": facts} if self.newer else facts
        return self._signed(whole) if status != UNREGISTERED else unsigned(whole)

    def order(self, fields: Mapping[str, Any]) -> Capture:
        """Check an RCAPTURE request as MockMDS does. Raises Refused, or ValueError for what is no request."""
        bios = fields.get("bio")
        if not isinstance(bios, list) or not bios or not isinstance(bios[0], dict):
            raise ValueError("bio")
        bio = cast("dict[str, Any]", bios[0])
        device = self._find(bio, 705)
        transaction = str(fields.get("transactionId", ""))
        if not (0 < len(transaction) <= 64 and transaction.replace("-", "").isalnum()):
            raise Refused(112)
        if fields.get("purpose") != "Registration":
            raise Refused(121)
        if fields.get("env") not in _ENVIRONMENTS:
            raise Refused(115)
        if bio.get("type") != device.kind.value:
            raise Refused(120)
        sub_id = str(bio.get("deviceSubId", ""))
        if sub_id not in device.sub_ids:
            raise Refused(708)
        excepted = list(bio.get("exception") or [])
        parts = _parts(device.kind, sub_id, int(bio.get("count", 0)), excepted)
        missing = frozenset(finger for finger, name in FINGER_NAMES.items() if name in excepted)
        timeout = min(_LONGEST_S, int(fields.get("timeout", 0)) / 1000)
        score = float(bio.get("requestedScore", 0))
        return Capture(device, sub_id, parts, timeout, transaction, score, str(fields["env"]), missing)

    def streamed(self, fields: Mapping[str, Any]) -> tuple[EmulatedDevice, str, float]:
        """Check a STREAM request: device, deviceSubId, seconds. Raises Refused or ValueError."""
        if not fields.get("deviceId") and not fields.get("serialNo"):
            raise Refused(604)
        device = self._find(fields, 605)
        sub_id = str(fields.get("deviceSubId", ""))
        if sub_id not in device.sub_ids:
            raise Refused(608)
        return device, sub_id, min(_LONGEST_S, int(fields.get("timeout", 0)) / 1000)

    def frame(self, device: EmulatedDevice, sub_id: str, knobs: Knobs, moment: int) -> bytes:
        """Return one live picture of what lies on the glass or stands before the lens, JPEG."""
        if device.kind is Kind.FINGER:
            touches = tuple((finger, knobs.touches.get(finger, knobs.touch)) for finger in Slap(int(sub_id)).fingers)
            return pictures.hand(knobs.subject, touches, moment)
        if device.kind is Kind.IRIS:
            gazes = tuple((eye, knobs.gazes.get(eye, knobs.gaze)) for eye in _EYES[sub_id])
            return pictures.look(knobs.subject, gazes, moment)
        if knobs.hands is not None:
            return pictures.held_up(knobs.subject, knobs.hands, moment)
        return pictures.frame(knobs.subject, knobs.pose, moment)

    def take(self, capture: Capture, knobs: Knobs, at: datetime) -> dict[str, object]:
        """Draw, score, sign and chain what was asked for."""
        place = (knobs.subject, capture.device.kind, capture.sub_id)
        attempt = self._tries[place] = self._tries.get(place, -1) + 1
        taken = [(name, lies.pictured(knobs.lie, picture)) for name, picture in self._pictures(capture, knobs, attempt)]
        if knobs.lie is Lie.CLOCK:
            at -= timedelta(hours=1)
        transaction = "another" if knobs.lie is Lie.TRANSACTION else capture.transaction
        signer = stranger(at) if knobs.lie is Lie.CHAIN else self._signer
        records = [lies.recorded(knobs.lie, picture, picture.record(at)) for _name, picture in taken]
        hashes = chained(records[::-1] if knobs.lie is Lie.HASH else records, knobs.hashing)
        identity = self._digital_id(capture.device, at)
        parts: list[object] = []
        for (name, picture), record, link in zip(taken, records, hashes, strict=True):
            payload: dict[str, Any] = {
                "digitalId": identity,
                "deviceCode": capture.device.device_id,
                "deviceServiceVersion": self.spec,
                "bioType": capture.device.kind.value,
                "purpose": "Registration",
                "env": capture.env,
                "bioValue": jws.encode(record),
                "transactionId": transaction,
                "timestamp": _stamp(at),
                "requestedScore": str(capture.score),
                "qualityScore": lies.scored(knobs.lie, picture.score),
            }
            if name:
                payload["bioSubType"] = name
            token = lies.signed(knobs.lie, jws.sign(payload, signer.key, signer.chain))
            error = {"errorCode": "0", "errorInfo": "Success"}
            parts.append({"specVersion": self.spec, "data": token, "hash": link, "error": error})
        return {"biometrics": parts}

    def _pictures(self, capture: Capture, knobs: Knobs, attempt: int) -> list[tuple[str, Taken]]:
        if capture.device.kind is Kind.FACE:
            # A face with exceptions is the photograph of what is excepted: whoever is asked for it holds up her hands.
            if capture.missing or knobs.hands is not None:
                missing = capture.missing if knobs.hands is None else knobs.hands
                return [("", pictures.hands(knobs.subject, missing, attempt))]
            return [("", pictures.face(knobs.subject, knobs.pose, attempt))]
        taken: list[tuple[str, Taken]] = []
        for part in capture.parts:
            if isinstance(part, Finger):
                which = _MIRRORED[part] if knobs.lie is Lie.OTHER_HAND else part
                touch = knobs.touches.get(which, knobs.touch)
                taken.append((FINGER_NAMES[which], pictures.finger(knobs.subject, which, touch, attempt)))
            else:
                gaze = knobs.gazes.get(part, knobs.gaze)
                taken.append((EYE_NAMES[part], pictures.eye(knobs.subject, part, gaze, attempt)))
        return taken[:-1] if knobs.lie is Lie.FEWER else taken

    def _find(self, fields: Mapping[str, Any], code: int) -> EmulatedDevice:
        for device in DEVICES:
            name, own = ("serialNo", device.serial) if self.newer else ("deviceId", device.device_id)
            if fields.get(name) == own:
                return device
        raise Refused(code)

    def _named(self, device: EmulatedDevice, status: str) -> dict[str, str]:
        if self.newer:
            return {"serialNo": device.serial, "purpose": "Registration"}
        if status == UNREGISTERED:
            return {"deviceId": "", "deviceCode": "", "purpose": ""}
        return {"deviceId": device.device_id, "deviceCode": device.device_id, "purpose": "Registration"}

    def _identity(self, device: EmulatedDevice, at: datetime) -> dict[str, str]:
        return {
            "serialNo": device.serial,
            "make": "Rekam17",
            "model": device.model,
            "type": device.kind.value,
            "deviceSubType": device.sub_type,
            "deviceProviderId": "REKAM17.TIRUAN",
            "deviceProvider": "Rekam17 Perangkat Tiruan",
            "dateTime": _stamp(at),
        }

    def _digital_id(self, device: EmulatedDevice, at: datetime) -> str:
        return self._signed(dict(self._identity(device, at)))

    def _signed(self, payload: dict[str, Any]) -> str:
        return jws.sign(payload, self._signer.key, self._signer.chain)


_MIRRORED = {finger: Finger((finger.value + 4) % 10 + 1) for finger in Finger}


def _parts(kind: Kind, sub_id: str, count: int, missing: list[str]) -> tuple[Finger, ...] | tuple[Eye, ...]:
    """Return what lies on the glass, by MockMDS's rule that count and exceptions make the whole. Raises Refused."""
    if kind is Kind.FINGER:
        fingers = Slap(int(sub_id)).fingers
        names = {FINGER_NAMES[finger]: finger for finger in fingers}
        if any(name not in names for name in missing):
            raise Refused(117)
        if count + len(missing) != len(fingers) or count == 0:
            raise Refused(109)
        return tuple(finger for finger in fingers if FINGER_NAMES[finger] not in missing)
    eyes = _EYES[sub_id] if kind is Kind.IRIS else ()
    if kind is Kind.FACE and any(name not in FINGER_NAMES.values() for name in missing):
        raise Refused(117)
    if (missing and kind is not Kind.FACE) or count != max(1, len(eyes)):
        raise Refused(109)
    return eyes


def unsigned(payload: Mapping[str, Any]) -> str:
    """Write a payload as services do it that do not sign it."""
    return jws.encode(json.dumps(payload).encode())


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
