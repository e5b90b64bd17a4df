"""What devices give: plain data in the words of the standards, without a word on where it comes from."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


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
class SingleFingerImage:
    """What a sensor for one finger gave: nobody knows whose or which finger, so it verifies and is no recording.

    `grey` holds width x height bytes, row by row, dark ridges on a light ground; `score`, 0 to 100, is this program's.
    """

    width: int
    height: int
    score: float
    grey: bytes = field(repr=False)


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
    HELD = "held"
    PROCESSING = "processing"
    STOPPED = "stopped"
    DONE = "done"
    CANCELED = "canceled"
    ABORTED = "aborted"
    NOT_FOUND = "not_found"


class CardFate(enum.Enum):
    """What the ledger in front of a printer knows of a card's token."""

    NOT_BEGUN = "not_begun"
    WITHDRAWN = "withdrawn"  # claimed by us: it was never sent and never will be
    BEGUN = "begun"  # handed to the printer's backend, whose end nobody has noted
    PASSED_ON = "passed_on"  # the printer's backend took all of it without complaint
    FAILED = "failed"  # the printer's backend gave up, before, while or after the card was made


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


@dataclass(frozen=True)
class PrinterHealth:
    """What a printer says in its maker's own words, beyond IPP: `cards_left` by the ribbon's count, None if not told.

    `reasons` are IPP's keywords (RFC 8011 section 5.4.12), so that one table has words for both.
    """

    ribbon: str = ""
    cards_left: int | None = None
    cleaning_due: bool = False
    reasons: tuple[str, ...] = ()
