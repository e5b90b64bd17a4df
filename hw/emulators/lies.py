"""What a service may do to an answer that it reports as a success; each is one way in which a driver can be fooled."""

from __future__ import annotations

import dataclasses
import enum
import struct

from hw.iso19794 import Modality

from .pictures import Taken, nothing

_HUGE = 20_000


class Lie(enum.Enum):
    """Ways in which a service's answer may be wrong although it reports success."""

    HASH = "hash"
    SIGNATURE = "signature"
    CHAIN = "chain"
    TRANSACTION = "transaction"
    CLOCK = "clock"
    OTHER_HAND = "other_hand"
    FEWER = "fewer"
    SCORE = "score"
    FLAT = "flat"
    LENGTH = "length"
    HUGE = "huge"
    NUMBERING = "numbering"


def pictured(lie: Lie | None, taken: Taken) -> Taken:
    """Put nothing into the picture, or into its header more pixels than a laptop holds."""
    if lie is Lie.FLAT:
        return nothing(taken)
    if lie is Lie.HUGE:
        return dataclasses.replace(taken, size=(_HUGE, _HUGE), image=_grown(taken.image))
    return taken


def _grown(image: bytes) -> bytes:
    if image.startswith(b"\xff\xd8"):
        at = image.index(b"\xff\xc0") + 5
        return image[:at] + struct.pack(">HH", _HUGE, _HUGE) + image[at + 4 :]
    at = image.index(b"ihdr") + 4
    return image[:at] + struct.pack(">II", _HUGE, _HUGE) + image[at + 8 :]


def recorded(lie: Lie | None, taken: Taken, record: bytes) -> bytes:
    """Let the image's length point past the record's end, or number the eyes as SBI does."""
    if lie is Lie.LENGTH:
        at = len(record) - len(taken.image) - 4
        return record[:at] + struct.pack(">I", len(taken.image) + 1) + record[at + 4 :]
    if lie is Lie.NUMBERING and taken.modality is Modality.IRIS:
        at = 35 + 5 * record[34] + 2  # behind the quality blocks and the number of the representation
        return record[:at] + bytes([3 - record[at]]) + record[at + 1 :]
    return record


def scored(lie: Lie | None, score: float) -> str:
    """Return the score as it is sent, which no scale has, or which the picture does not deserve."""
    if lie is Lie.SCORE:
        return "250.0"
    return "95.0" if lie is Lie.FLAT else str(score)


def signed(lie: Lie | None, token: str) -> str:
    """Spoil a signature."""
    if lie is not Lie.SIGNATURE:
        return token
    head, body, signature = token.split(".")
    return f"{head}.{body}.{signature[::-1]}"
