"""What the emulated devices have to give: a picture drawn, encoded and scored, and kept for the next asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from PIL import Image

from hw.head import measure
from hw.iris import measure_eye
from hw.iso19794 import Compression, Modality, Record, write
from hw.portrait import judge
from hw.ridges import ridge_score
from hw.types import Eye, Finger

from .eyes import Gaze, draw_eye
from .faces import Pose, as_jpeg, draw_face
from .fingers import Touch, draw_finger

FRAMES = 4  # a clip this long goes round and round


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


@lru_cache(maxsize=4 * FRAMES)
def frame(subject: str, pose: Pose, moment: int) -> bytes:
    """Take one frame of the live picture, JPEG."""
    return as_jpeg(draw_face(subject, pose, moment % FRAMES), 240)


def _jpeg2000(image: Image.Image) -> bytes:
    octets = BytesIO()
    image.save(octets, "JPEG2000", irreversible=True, quality_layers=[8])
    return octets.getvalue()
