"""What crosses the border between the devices and the program: plain data, errors with a reason, no I/O.

What the devices give (`hw.captures`) is handed on here too: whoever talks to a device needs one door.
"""

from __future__ import annotations

import enum
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hw.captures import CardFate as CardFate
from hw.captures import Cloth as Cloth
from hw.captures import Eye as Eye
from hw.captures import Finger as Finger
from hw.captures import FingerImage as FingerImage
from hw.captures import Frame as Frame
from hw.captures import IrisImage as IrisImage
from hw.captures import JobOutcome as JobOutcome
from hw.captures import Marker as Marker
from hw.captures import PenPoint as PenPoint
from hw.captures import Portrait as Portrait
from hw.captures import PrinterHealth as PrinterHealth
from hw.captures import PrinterStatus as PrinterStatus
from hw.captures import Signature as Signature
from hw.captures import SingleFingerImage as SingleFingerImage
from hw.captures import Slap as Slap


class Clock(Protocol):
    """Time as the devices need it; one clock is injected everywhere, so that a rehearsal can run on virtual time."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for that many seconds of this clock."""
        ...


class Role(enum.Enum):
    """What a device is for in the procedure; several devices may have the same role.

    A SINGLE_FINGER takes one finger at a time, to verify and never to enrol: it is a role of its own so that nothing
    that asks for a 4-4-2 scanner can be given one.
    """

    CAMERA = "camera"
    FINGER = "finger"
    SINGLE_FINGER = "single_finger"
    IRIS = "iris"
    SIGNATURE = "signature"
    CARD_PRINTER = "card_printer"
    DOCUMENT_PRINTER = "document_printer"


class DeviceState(enum.Enum):
    """Whether a device can be used now, and if not, why.

    `Attached.why` says more: who holds a BUSY one, which group may open one with NO_PERMISSION, which driver of the
    kernel has a CLAIMED one (empty: none has), by how many seconds the clock of one with CLOCK_SKEW is ahead; of the
    others a code for what is missing.
    """

    READY = "ready"
    BUSY = "busy"
    NOT_READY = "not_ready"
    NO_PERMISSION = "no_permission"
    CLAIMED = "claimed"
    CLOCK_SKEW = "clock_skew"
    UNSUPPORTED = "unsupported"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Attached:
    """One device as a bus sees it: who it is and where it can be reached.

    `key` stays the same while the device is plugged in and over a replug into the same port: the serial number where
    there is one, else the path of the port. `usb` is vendor:product of one on a cable of this machine.
    """

    key: str
    role: Role
    driver: str
    name: str
    address: str
    serial: str = ""
    state: DeviceState = DeviceState.READY
    why: str = ""
    usb: str = ""


class FailReason(enum.Enum):
    """Why a capture or a job did not succeed; words are made in tui."""

    TIMEOUT = "timeout"
    NOT_READY = "not_ready"
    NO_SENSOR = "no_sensor"
    NO_BIOMETRIC = "no_biometric"
    WRONG_POSITION = "wrong_position"
    WRONG_COUNT = "wrong_count"
    UNUSABLE_IMAGE = "unusable_image"
    STREAM_ENDED = "stream_ended"
    TAMPERED = "tampered"
    CLOCK_SKEW = "clock_skew"
    BAD_ANSWER = "bad_answer"
    REFUSED = "refused"
    UNSUPPORTED = "unsupported"
    UNKNOWN_QUEUE = "unknown_queue"


class HardwareError(Exception):
    """Anything a device can do to us; the subclasses say what can be done about it."""


class DeviceGone(HardwareError):
    """The device is no longer there: cable, power or its service."""


class DeviceBusy(HardwareError):
    """Somebody else holds the device; `holder` says who when it is known."""

    def __init__(self, holder: str = "") -> None:
        super().__init__(holder)
        self.holder = holder


class CaptureFailed(HardwareError):
    """The device is there but this try gave nothing usable."""

    def __init__(self, reason: FailReason, detail: str = "", *, retriable: bool = True) -> None:
        super().__init__(f"{reason.value} {detail}".strip())
        self.reason = reason
        self.detail = detail
        self.retriable = retriable


class FingerScanner(Protocol):
    """A scanner that takes 4-4-2 slaps and gives each finger apart."""

    def frames(self, slap: Slap) -> AsyncGenerator[Frame]:
        """Yield the newest picture of the glass; older ones are dropped.

        Ask for it before `capture`, since a scanner that captures already begins none; the capture runs beside it and
        is its quiet end. Close it only after the capture: some services break a capture off whose stream was closed.
        A scanner that shows nothing raises CaptureFailed, which says nothing about its captures. Raises HardwareError.
        """
        ...

    async def capture(self, slap: Slap, missing: frozenset[Finger] = frozenset()) -> tuple[FingerImage, ...]:
        """Take one slap; `missing` fingers are excepted. Raises HardwareError."""
        ...

    async def close(self) -> None:
        """Let go of the device."""
        ...


class SingleFingerSensor(Protocol):
    """A sensor that takes one finger at a time: it verifies, and has no slap that a recording could be made of."""

    def touches(self) -> AsyncGenerator[bool]:
        """Yield whether a finger lies on it, now and whenever that changes. Raises HardwareError."""
        ...

    async def capture(self, told: Callable[[int, int], None]) -> SingleFingerImage:
        """Wait for a finger and fetch its picture, telling how many bytes of how many have come.

        The first is told with none yet: from then on the finger may be lifted. Raises HardwareError.
        """
        ...

    async def close(self) -> None:
        """Let go of the device."""
        ...


class IrisScanner(Protocol):
    """A scanner for one or both eyes."""

    def frames(self, eyes: frozenset[Eye] = frozenset(Eye)) -> AsyncGenerator[Frame]:
        """Yield the newest picture of the eyes, by the same rules as a finger scanner's. Raises HardwareError."""
        ...

    async def capture(self, eyes: frozenset[Eye] = frozenset(Eye)) -> tuple[IrisImage, ...]:
        """Take the eyes asked for. Raises HardwareError."""
        ...

    async def close(self) -> None:
        """Let go of the device."""
        ...


class Camera(Protocol):
    """A camera with a live picture.

    One whose service is to be told when a still shows the hands instead of the face has beside these
    `capture_exception(missing: frozenset[Finger]) -> Portrait`; of any other a plain still is taken.
    """

    def frames(self) -> AsyncGenerator[Frame]:
        """Yield the newest frame whenever the reader asks for one; older frames are dropped. Raises HardwareError."""
        ...

    async def capture(self) -> Portrait:
        """Take a still. Raises HardwareError."""
        ...

    async def close(self) -> None:
        """Let go of the device."""
        ...


class SignaturePad(Protocol):
    """A pad or pen tablet; `aspect` is its width over its height."""

    @property
    def aspect(self) -> float:
        """The pad's width over its height, for `Signature.aspect`."""
        ...

    def points(self) -> AsyncIterator[PenPoint]:
        """Yield the pen's samples as they come, until closed. Raises DeviceGone when the pad is pulled."""
        ...

    async def clear(self) -> None:
        """Wipe the pad's own screen, where it has one, and forget samples not yet read.

        What comes next is a new stroke, also where the pen never left the pad. Raises nothing: `points` tells.
        """
        ...

    async def close(self) -> None:
        """Let go of the device."""
        ...


class CardPrinter(Protocol):
    """A card printer behind IPP."""

    async def status(self) -> PrinterStatus:
        """Ask the printer how it is. Raises HardwareError."""
        ...

    async def send(self, token: str, document: bytes) -> int:
        """Send one card's PDF as one job named by its token, and return the printer's job id. Raises HardwareError."""
        ...

    async def outcome(self, token: str) -> JobOutcome:
        """Find the job by its token, never by its id, and say how far it came. Raises HardwareError."""
        ...

    async def settle(self, token: str, now: datetime) -> CardFate | None:
        """Make sure that a token of which no job runs is never sent from now on, and say what became of it.

        None where nothing but the officer's eyes can tell. Raises HardwareError.
        """
        ...

    async def long_past(self, now: datetime) -> tuple[str, ...]:
        """Return tokens that are noted in front of the printer and so old that they could be forgotten."""
        ...

    async def forget(self, ended: Collection[str], now: datetime) -> int:
        """Forget those of them whose cards have ended, as far as no job bears their name. Raises HardwareError."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


Device = FingerScanner | SingleFingerSensor | IrisScanner | Camera | SignaturePad | CardPrinter


class Bus(Protocol):
    """Where devices come from: real ones by udev, emulated ones by EmulatedBus."""

    def watch(self) -> AsyncIterator[tuple[Attached, ...]]:
        """Yield what is attached now, and the whole of it again at every change; never deltas."""
        ...

    async def open(self, attached: Attached) -> Device:
        """Open a device for use. Raises DeviceGone, DeviceBusy or CaptureFailed."""
        ...
