"""Where what a device took becomes a sealed record: the one place in the program that holds its plain bytes.

A capture comes in as the device's dataclass and is judged, hashed, sealed to the office's key and given to the store;
what comes out is the recording as the store has it now. Nobody else is handed fingers or irises: of an iris a few
hundred pixels for the screen come back, and of a portrait and a signature what the store keeps readable until the seal.

What is sealed is what the devices sent: a portrait's JPEG, a signature's PNG (the card prints it), of a slap or of eyes
their bare ISO/IEC 19794 records one after the other, each of which says its own length.
"""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hw.pictures import ink
from hw.types import Cloth, Eye, Finger, FingerImage, IrisImage, Portrait, Signature
from store import exceptions, recordings
from store.sections import SECTION_OF, Part, PartScore, RecordingState, Section
from tui import strokes

if TYPE_CHECKING:
    from hw.pictures.pixels import Pixels
    from hw.pictures.portrait import PortraitCheck
    from store.sealing import Seals
    from store.store import Store

PART_OF_FINGER = {finger: Part[finger.name] for finger in Finger}
FINGER_OF_PART = {part: finger for finger, part in PART_OF_FINGER.items()}
PART_OF_EYE = {Eye.RIGHT: Part.RIGHT_IRIS, Eye.LEFT: Part.LEFT_IRIS}
SIGNATURE_PIXELS = (600, 300)
"""Of the picture that is printed on the card: 50 mm at 300 dots an inch."""


class WrongClothError(Exception):
    """The still shows the other cloth; it was not kept."""

    def __init__(self, seen: Cloth) -> None:
        super().__init__(seen.value)
        self.seen = seen


@dataclass(frozen=True)
class EyeSeen:
    """What of one eye may be shown: a few pixels, and how far it was open (0 to 1); glare as a share of the iris."""

    pixels: Pixels = field(repr=False)
    open_share: float
    glare: float


@dataclass(frozen=True)
class Captures:
    """Seals captures into one recording; made anew wherever a section's screen opens."""

    store: Store
    seals: Seals
    recording: uuid.UUID

    async def portrait(self, still: Portrait, wanted: Cloth, device: str) -> tuple[RecordingState, PortraitCheck]:
        """Crop, judge and keep a still.

        Raises WrongClothError, UnreadablePicture, and what the store raises; nothing was kept then.
        """
        kept, check = await asyncio.to_thread(_judged, still, wanted)
        if check.cloth is not None and check.cloth is not wanted:
            raise WrongClothError(check.cloth)
        scores = (PartScore(Part.FACE, check.score),)
        return await self._keep(Section.PORTRAIT, scores, kept.image, kept.image, device), check

    async def signature(self, signature: Signature, device: str) -> RecordingState:
        """Keep a finished signature; its strokes stay readable until the seal, for the check before it."""
        picture = await asyncio.to_thread(ink.draw, signature, *SIGNATURE_PIXELS)
        scores = (PartScore(Part.SIGNATURE, None),)
        return await self._keep(Section.SIGNATURE, scores, picture, strokes.encode(signature), device)

    async def slap(self, images: Sequence[FingerImage], device: str) -> RecordingState:
        """Keep one try at a slap; raises ValueError without a finger."""
        scores = tuple(PartScore(PART_OF_FINGER[image.finger], image.score) for image in images)
        return await self._keep(_section(scores), scores, b"".join(image.record for image in images), None, device)

    async def irises(
        self, images: Sequence[IrisImage], size: tuple[int, int], device: str
    ) -> tuple[RecordingState, dict[Part, EyeSeen]]:
        """Keep one try at the eyes, and return what may be shown of them, no larger than `size` pixels.

        Raises ValueError without an eye, UnreadablePicture, and what the store raises; nothing was kept then.
        """
        scores = tuple(PartScore(PART_OF_EYE[image.eye], image.score) for image in images)
        seen = await asyncio.to_thread(_seen, images, size)
        state = await self._keep(_section(scores), scores, b"".join(image.record for image in images), None, device)
        return state, seen

    async def hands(self, photograph: Portrait, device: str) -> RecordingState:
        """Keep a photograph of the hands, which from then on nobody here can open."""
        digest = hashlib.sha256(photograph.image).hexdigest()
        sealed = await asyncio.to_thread(self.seals.seal_biometric, photograph.image)
        return await self.store.run(exceptions.add_hands_photo, self.recording, sealed, device, digest)

    async def _keep(
        self, section: Section, scores: tuple[PartScore, ...], plain: bytes, draft: bytes | None, device: str
    ) -> RecordingState:
        digest = hashlib.sha256(plain).hexdigest()
        seal = self.seals.seal_print if draft is not None else self.seals.seal_biometric
        sealed = await asyncio.to_thread(seal, plain)
        return await self.store.run(
            recordings.add_attempt, self.recording, section, scores, sealed, draft, device, digest
        )


def _section(scores: Sequence[PartScore]) -> Section:
    if not scores:
        raise ValueError("nothing was captured")
    return SECTION_OF[scores[0].part]


def _judged(still: Portrait, wanted: Cloth) -> tuple[Portrait, PortraitCheck]:
    from hw.pictures.portrait import check_portrait
    from hw.pictures.portrait_cut import crop_portrait

    kept = crop_portrait(still)
    return kept, check_portrait(kept.image, wanted)


def _seen(images: Sequence[IrisImage], size: tuple[int, int]) -> dict[Part, EyeSeen]:
    from hw.pictures.iris import check_eye
    from hw.pictures.pixels import pixels

    seen: dict[Part, EyeSeen] = {}
    for image in images:
        check = check_eye(image.record)
        seen[PART_OF_EYE[image.eye]] = EyeSeen(pixels(image.record, *size), check.open_share, check.glare)
    return seen
