"""What happens after a try: enough, again, or the best of the tries with a reason; the limits are the office's."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hw.types import Eye, Finger, FingerImage, IrisImage


@dataclass(frozen=True)
class Limits:
    """The lowest scores that pass, on the device's own scale of 0 to 100, and how often to try.

    Scores of different vendors are never compared; an office that changes its scanner changes its limits.
    """

    finger: float = 40.0
    iris: float = 60.0
    face: float = 60.0
    tries: int = 3


class Verdict(enum.Enum):
    """Where a section stands after a try."""

    ENOUGH = "enough"
    AGAIN = "again"
    BEST_WITH_REASON = "best_with_reason"


def verdict(best: Iterable[float], limit: float, tried: int, limits: Limits) -> Verdict:
    """Judge the best scores so far after `tried` tries; a try that the device broke off does not count as one.

    Raises ValueError when there is no score: with nothing captured there is nothing to keep.
    """
    scores = tuple(best)
    if not scores:
        raise ValueError("nothing was captured")
    if min(scores) >= limit:
        return Verdict.ENOUGH
    return Verdict.AGAIN if tried < limits.tries else Verdict.BEST_WITH_REASON


def best_fingers(tries: Sequence[Sequence[FingerImage]]) -> tuple[FingerImage, ...]:
    """Return the best image of each finger over the tries of one slap; the scanner gives fingers apart.

    Equal scores keep the earlier one, so that a new try never replaces what is as good.
    """
    best: dict[Finger, FingerImage] = {}
    for image in (image for images in tries for image in images):
        if image.finger not in best or image.score > best[image.finger].score:
            best[image.finger] = image
    return tuple(best.values())


def best_eyes(tries: Sequence[Sequence[IrisImage]]) -> tuple[IrisImage, ...]:
    """Return the best image of each eye; equal scores keep the earlier one."""
    best: dict[Eye, IrisImage] = {}
    for image in (image for images in tries for image in images):
        if image.eye not in best or image.score > best[image.eye].score:
            best[image.eye] = image
    return tuple(best.values())


def below(images: Iterable[FingerImage], limit: float) -> tuple[Finger, ...]:
    """Return the fingers whose score is below the limit."""
    return tuple(image.finger for image in images if image.score < limit)


def eyes_below(images: Iterable[IrisImage], limit: float) -> frozenset[Eye]:
    """Return the eyes to take again, as `IrisScanner.capture` wants them."""
    return frozenset(image.eye for image in images if image.score < limit)
