"""What the emulated devices have to give: a picture drawn, encoded and scored, and kept for the next asking."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from PIL import Image

from hw.iso19794 import Compression, Modality, Record, write
from hw.pictures.head import measure
from hw.pictures.iris import measure_eye
from hw.pictures.portrait import judge
from hw.pictures.ridges import ridge_score
from hw.types import Eye, Finger

from .eyes import Gaze, draw_eye
from .faces import Pose, as_jpeg, draw_face
from .fingers import Touch, draw_finger
from .hands import draw_hands

FRAMES = 4  # a clip this long goes round and round
_GLASS, _LENS = (400, 382), (640, 240)


@dataclass(frozen=True)
class Taken:
    """One encoded picture with the score that its pixels deserve."""

    modality: Modality
    position: int
    size: tuple[int, int]
    image: bytes = field(repr=False)
    score: float

    def record(self, at: datetime) -> bytes:
        """Wrap the picture as the device would send it."""
        width, height = self.size
        return write(
            Record(
                self.modality,
                self.position,
                width,
                height,
                Compression.JPEG if self.modality is Modality.FACE else Compression.JPEG2000,
                self.image,
                round(self.score),
                at,
            )
        )


@lru_cache(maxsize=64)
def finger(subject: str, which: Finger, touch: Touch, attempt: int) -> Taken:
    """Take one finger."""
    image = draw_finger(subject, which, touch, attempt)
    return Taken(Modality.FINGER, which.value, image.size, _jpeg2000(image), ridge_score(image))


@lru_cache(maxsize=16)
def eye(subject: str, which: Eye, gaze: Gaze, attempt: int) -> Taken:
    """Take one eye."""
    image = draw_eye(subject, which, gaze, attempt)
    return Taken(Modality.IRIS, which.value, image.size, _jpeg2000(image), measure_eye(image).score)


@lru_cache(maxsize=8)
def face(subject: str, pose: Pose, attempt: int) -> Taken:
    """Take a still of the face."""
    image = draw_face(subject, pose, attempt)
    return Taken(Modality.FACE, 0, image.size, as_jpeg(image, image.width), judge(measure(image)).score)


def nothing(taken: Taken) -> Taken:
    """Take the empty glass instead."""
    return replace(taken, image=_jpeg2000(Image.new("L", taken.size, 250)))


@lru_cache(maxsize=8)
def hands(subject: str, missing: frozenset[Finger], attempt: int) -> Taken:
    """Take a still of both hands; nobody scores it."""
    image = draw_hands(subject, missing, attempt)
    return Taken(Modality.FACE, 0, image.size, as_jpeg(image, image.width), 0.0)


@lru_cache(maxsize=4 * FRAMES)
def frame(subject: str, pose: Pose, moment: int) -> bytes:
    """Take one frame of the live picture, JPEG."""
    return as_jpeg(draw_face(subject, pose, moment % FRAMES), 240)


@lru_cache(maxsize=4 * FRAMES)
def held_up(subject: str, missing: frozenset[Finger], moment: int) -> bytes:
    """Take one frame of the live picture while both hands are held up, JPEG."""
    return as_jpeg(draw_hands(subject, missing, moment % FRAMES), 320)


@lru_cache(maxsize=4 * FRAMES)
def hand(subject: str, touches: tuple[tuple[Finger, Touch], ...], moment: int) -> bytes:
    """Take one frame of the glass as the operator sees it, JPEG: thumbs inwards, all fingers at once."""
    left = touches[0][0] is Finger.LEFT_INDEX  # its index finger lies at the right
    fingers = [draw_finger(subject, finger, touch, moment % FRAMES) for finger, touch in touches[:: -1 if left else 1]]
    return as_jpeg(_beside(fingers, _GLASS), _GLASS[0])


@lru_cache(maxsize=4 * FRAMES)
def look(subject: str, gazes: tuple[tuple[Eye, Gaze], ...], moment: int) -> bytes:
    """Take one frame of the eyes as the operator sees them, JPEG: the pupil's right eye at the left."""
    eyes = [draw_eye(subject, eye, gaze, moment % FRAMES) for eye, gaze in sorted(gazes, key=lambda one: one[0].value)]
    return as_jpeg(_beside(eyes, _LENS), _LENS[0])


def _beside(pictures: list[Image.Image], size: tuple[int, int]) -> Image.Image:
    """Lay pictures side by side in the middle of a white one."""
    whole = Image.new("L", size, 255)
    room = size[0] // len(pictures)
    for place, picture in enumerate(pictures):
        fitting = picture.copy()
        fitting.thumbnail((room, size[1]))
        x, y = place * room + (room - fitting.width) // 2, (size[1] - fitting.height) // 2
        whole.paste(fitting, (x, y))
    return whole


def _jpeg2000(image: Image.Image) -> bytes:
    octets = BytesIO()
    image.save(octets, "JPEG2000", irreversible=True, quality_layers=[8])
    return octets.getvalue()
