"""What crosses the border between the devices and the program: plain data, errors with a reason, no I/O."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


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
    """What a device is for in the procedure; several devices may have the same role."""

    CAMERA = "camera"
    FINGER = "finger"
    IRIS = "iris"
    SIGNATURE = "signature"
    CARD_PRINTER = "card_printer"
    DOCUMENT_PRINTER = "document_printer"


class DeviceState(enum.Enum):
    """Whether a device can be used now, and if not, why."""

    READY = "ready"
    BUSY = "busy"
    NOT_READY = "not_ready"
    NO_PERMISSION = "no_permission"
    UNSUPPORTED = "unsupported"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Attached:
    """One device as a bus sees it: who it is and where it can be reached.

    `key` stays the same while the device is plugged in and over a replug into the same port: the serial number where
    there is one, else the path of the port.
    """

    key: str
    role: Role
    driver: str
    name: str
    address: str
    serial: str = ""
    state: DeviceState = DeviceState.READY
    why: str = ""


class Finger(enum.Enum):
    """The ten fingers, with the position codes of ISO/IEC 19794-4."""

    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10


class Slap(enum.Enum):
    """The three placements of a 4-4-2 recording; the values are SBI's deviceSubId."""

    LEFT_FOUR = 1
    RIGHT_FOUR = 2
    THUMBS = 3

    @property
    def fingers(self) -> tuple[Finger, ...]:
        """The fingers on the glass, in the order scanners report them: index outwards, thumbs left first."""
        return _SLAP_FINGERS[self]


_SLAP_FINGERS = {
    Slap.LEFT_FOUR: (Finger.LEFT_INDEX, Finger.LEFT_MIDDLE, Finger.LEFT_RING, Finger.LEFT_LITTLE),
    Slap.RIGHT_FOUR: (Finger.RIGHT_INDEX, Finger.RIGHT_MIDDLE, Finger.RIGHT_RING, Finger.RIGHT_LITTLE),
    Slap.THUMBS: (Finger.LEFT_THUMB, Finger.RIGHT_THUMB),
}


class Eye(enum.Enum):
    """The pupil's own right and left eye, with the codes of ISO/IEC 19794-6 (SBI numbers them the other way round)."""

    RIGHT = 1
    LEFT = 2


class Cloth(enum.Enum):
    """The background cloth; which one a pupil needs follows from the birth year, and is decided outside of hw."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class FingerImage:
    """One finger: the bare ISO/IEC 19794-4 record as the scanner sent it, and this vendor's score, 0 to 100."""

    finger: Finger
    score: float
    record: bytes = field(repr=False)


@dataclass(frozen=True)
class IrisImage:
    """One eye; `record` is the bare ISO/IEC 19794-6 record, `score` 0 to 100."""

    eye: Eye
    score: float
    record: bytes = field(repr=False)


@dataclass(frozen=True)
class Frame:
    """One live picture as the camera sent it, JPEG; only the newest is worth showing."""

    jpeg: bytes = field(repr=False)


@dataclass(frozen=True)
class Portrait:
    """A still of the face, JPEG or JPEG 2000 bytes."""

    image: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True)
class PenPoint:
    """One sample of the pen: x, y, pressure from 0 to 1, origin at the top left; milliseconds since the first.

    `down` is False where a stroke ends.
    """

    x: float
    y: float
    pressure: float
    ms: int
    down: bool


@dataclass(frozen=True)
class Signature:
    """The strokes of one signature, each a run of points with the pen down.

    `aspect` is the pad's width over its height: points are shares of each side, so without it the ink would be drawn
    stretched.
    """

    strokes: tuple[tuple[PenPoint, ...], ...] = field(repr=False)
    aspect: float = 1.6

    @property
    def points(self) -> int:
        """How many samples the strokes hold."""
        return sum(len(stroke) for stroke in self.strokes)

    @property
    def width(self) -> float:
        """The share of the pad's width that the strokes cover, 0 to 1."""
        xs = [point.x for stroke in self.strokes for point in stroke]
        return max(xs) - min(xs) if xs else 0.0


class JobOutcome(enum.Enum):
    """How far the printer says a card's job has come; none of these proves that a card lies in the tray."""

    PENDING = "pending"
    PROCESSING = "processing"
    STOPPED = "stopped"
    DONE = "done"
    CANCELED = "canceled"
    ABORTED = "aborted"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Marker:
    """A ribbon or film as the printer reports it; `level` 0 to 100, or None when the printer does not know."""

    name: str
    kind: str
    level: int | None


@dataclass(frozen=True)
class PrinterStatus:
    """The printer's own word: idle, processing or stopped, its reasons without their suffix, its supplies."""

    state: str
    reasons: tuple[str, ...]
    markers: tuple[Marker, ...]
    accepting: bool


class FailReason(enum.Enum):
    """Why a capture or a job did not succeed; words are made in tui."""

    TIMEOUT = "timeout"
    NOT_READY = "not_ready"
    NO_BIOMETRIC = "no_biometric"
    WRONG_POSITION = "wrong_position"
    WRONG_COUNT = "wrong_count"
    STREAM_ENDED = "stream_ended"
    TAMPERED = "tampered"
    CLOCK_SKEW = "clock_skew"
    BAD_ANSWER = "bad_answer"
    REFUSED = "refused"
    UNSUPPORTED = "unsupported"


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

    async def capture(self, slap: Slap, missing: frozenset[Finger] = frozenset()) -> tuple[FingerImage, ...]:
        """Take one slap; `missing` fingers are excepted. Raises HardwareError."""
        ...

    async def close(self) -> None:
        """Let go of the device."""
        ...


class IrisScanner(Protocol):
    """A scanner for one or both eyes."""

    async def capture(self, eyes: frozenset[Eye] = frozenset(Eye)) -> tuple[IrisImage, ...]:
        """Take the eyes asked for. Raises HardwareError."""
        ...

    async def close(self) -> None:
        """Let go of the device."""
        ...


class Camera(Protocol):
    """A camera with a live picture."""

    def frames(self) -> AsyncIterator[Frame]:
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
        """Wipe the pad's own screen, where it has one, and forget samples not yet read."""
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

    async def close(self) -> None:
        """Let go of the connection."""
        ...


Device = FingerScanner | IrisScanner | Camera | SignaturePad | CardPrinter


class Bus(Protocol):
    """Where devices come from: real ones by udev, emulated ones by EmulatedBus."""

    def watch(self) -> AsyncIterator[tuple[Attached, ...]]:
        """Yield what is attached now, and the whole of it again at every change; never deltas."""
        ...

    async def open(self, attached: Attached) -> Device:
        """Open a device for use. Raises DeviceGone, DeviceBusy or CaptureFailed."""
        ...
