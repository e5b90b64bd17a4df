"""A pre-check of the portrait: what the officer should move before the shutter, in lines that a screen can show.

It is no conformance test and forbids nothing; Enter takes the picture at any time.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from hw.pictures.head import SIZE, EyePair, Measures, measure
from hw.pictures.portrait_cut import HEAD, cut, reduction
from hw.types import Cloth

_CENTRED = 0.07  # how far the middle of the face may be off, as a share of the width
_LEVEL = 7.0  # degrees
_EVEN_LIGHT = 0.18  # difference between the halves of the face as a share of the brighter
_BRIGHTNESS = (80.0, 225.0)  # of the face, 0 to 255
_SHARP = 20.0  # variance of the Laplacian
_PLAIN = 0.9  # share of the cloth that has its colour
_LINE = 45.0  # what one line can cost of the score


class Faces(enum.Enum):
    """Who is in the picture; left and right as the picture shows them."""

    ONE_CENTRED = "one_centred"
    NONE = "none"
    SEVERAL = "several"
    LEFT = "left"
    RIGHT = "right"


class Height(enum.Enum):
    """How tall the head is in the picture."""

    GOOD = "good"
    SMALL = "small"
    TALL = "tall"
    UNSEEN = "unseen"


class Eyes(enum.Enum):
    """What can be told of the eyes without a trained model."""

    OPEN_LEVEL = "open_level"
    CLOSED = "closed"
    TILTED = "tilted"
    UNSEEN = "unseen"


class Light(enum.Enum):
    """How the face is lit; left and right are the pupil's own."""

    EVEN = "even"
    LEFT_DARK = "left_dark"
    RIGHT_DARK = "right_dark"
    DARK = "dark"
    BRIGHT = "bright"
    UNSEEN = "unseen"


class Focus(enum.Enum):
    """Whether the face is sharp enough."""

    ENOUGH = "enough"
    SOFT = "soft"
    UNSEEN = "unseen"


class Background(enum.Enum):
    """Whether the cloth is one even colour."""

    EVEN = "even"
    UNEVEN = "uneven"
    NO_CLOTH = "no_cloth"


class Advice(enum.Enum):
    """The one movement that would gain most; left and right are the pupil's own."""

    NONE = "none"
    SIT_DOWN = "sit_down"
    ONE_ONLY = "one_only"
    CHANGE_CLOTH = "change_cloth"
    MOVE_LEFT = "move_left"
    MOVE_RIGHT = "move_right"
    CLOSER = "closer"
    FARTHER = "farther"
    OPEN_EYES = "open_eyes"
    HEAD_LEVEL = "head_level"
    LAMP_LEFT = "lamp_left"
    LAMP_RIGHT = "lamp_right"
    MORE_LIGHT = "more_light"
    LESS_LIGHT = "less_light"
    HOLD_STILL = "hold_still"
    SMOOTH_CLOTH = "smooth_cloth"
    HANG_CLOTH = "hang_cloth"


@dataclass(frozen=True)
class PortraitCheck:
    """The lines of the pre-check, each with its verdict and the number behind it, and the score, 0 to 100.

    `head_share` is a share of the picture's height, `tilt` degrees, `balance` the pupil's left half against the right
    from -1 (left black) to 1, `sharpness` the variance of the Laplacian, `plain_share` the share of the background
    that has the cloth's colour. `cloth` is None when it is neither red nor blue.
    """

    faces: Faces
    height: Height
    head_share: float
    eyes: Eyes
    tilt: float
    light: Light
    balance: float
    focus: Focus
    sharpness: float
    background: Background
    plain_share: float
    cloth: Cloth | None
    score: float
    advice: Advice


def check_portrait(picture: bytes, wanted: Cloth | None = None) -> PortraitCheck:
    """Measure what the card would get of one live or still picture; `wanted` lets the advice name a wrong cloth.

    So nobody is asked to move where the cut puts it right. Raises UnreadablePicture.
    """
    from hw.pictures.pixels import decode

    image = decode(picture, SIZE).convert("RGB")
    return judge(measure(image.crop(cut(image, reduction(picture, image)))), wanted)


def judge(seen: Measures, wanted: Cloth | None = None) -> PortraitCheck:
    """Turn measures into verdicts, the score, and the movement that would gain most."""
    someone = seen.faces > 0
    tilt = seen.eyes.tilt if seen.eyes else 0.0
    faces, height, eyes, light = _faces(seen), _height(seen), _eyes(seen.eyes), _light(seen)
    focus = Focus.UNSEEN if not someone else Focus.ENOUGH if seen.sharpness >= _SHARP else Focus.SOFT
    background = Background.NO_CLOTH
    if seen.cloth is not None:
        background = Background.EVEN if seen.plain_share >= _PLAIN else Background.UNEVEN
    losses = (
        (_ADVICE[faces], 1.0 if faces is Faces.SEVERAL else abs(seen.off) / 0.25),
        (_ADVICE[height], (abs(seen.head_share - sum(HEAD) / 2) - 0.02) / 0.25),
        (_ADVICE[eyes], {Eyes.CLOSED: 1.0, Eyes.UNSEEN: 0.5}.get(eyes, abs(tilt) / 20)),
        (_ADVICE[light], _light_loss(seen)),
        (_ADVICE[focus], 1 - seen.sharpness / (2 * _SHARP)),
        (_ADVICE[background], 1.0 if seen.cloth is None else (1 - seen.plain_share) * 2),
    )
    costs = [(advice, _LINE * min(1.0, max(0.0, loss))) for advice, loss in losses]
    return PortraitCheck(
        faces=faces,
        height=height,
        head_share=round(seen.head_share, 3),
        eyes=eyes,
        tilt=round(tilt, 1),
        light=light,
        balance=round(seen.balance, 3),
        focus=focus,
        sharpness=round(seen.sharpness, 1),
        background=background,
        plain_share=round(seen.plain_share, 3),
        cloth=seen.cloth,
        score=round(max(0.0, 100 - sum(cost for _advice, cost in costs)), 1) if someone else 0.0,
        advice=_advice(seen, costs, wanted),
    )


def _advice(seen: Measures, costs: list[tuple[Advice, float]], wanted: Cloth | None) -> Advice:
    """Choose one movement: first what makes every other pointless, then what costs most."""
    if _light(seen) is Light.DARK:
        return Advice.MORE_LIGHT
    if not seen.faces:
        return Advice.SIT_DOWN
    if wanted is not None and seen.cloth is not None and seen.cloth is not wanted:
        return Advice.CHANGE_CLOTH
    asked = [(cost, advice) for advice, cost in costs if advice is not Advice.NONE]
    return max(asked, key=lambda pair: pair[0])[1] if asked else Advice.NONE


def _faces(seen: Measures) -> Faces:
    if seen.faces != 1:
        return Faces.SEVERAL if seen.faces else Faces.NONE
    if abs(seen.off) <= _CENTRED:
        return Faces.ONE_CENTRED
    return Faces.RIGHT if seen.off > 0 else Faces.LEFT


def _height(seen: Measures) -> Height:
    if not seen.faces:
        return Height.UNSEEN
    if seen.head_share < HEAD[0]:
        return Height.SMALL
    return Height.TALL if seen.head_share > HEAD[1] else Height.GOOD


def _eyes(pair: EyePair | None) -> Eyes:
    if pair is None:
        return Eyes.UNSEEN
    if not pair.open:
        return Eyes.CLOSED
    return Eyes.OPEN_LEVEL if abs(pair.tilt) <= _LEVEL else Eyes.TILTED


def _light(seen: Measures) -> Light:
    if not seen.faces:
        return Light.DARK if seen.level < _BRIGHTNESS[0] * 0.7 else Light.UNSEEN
    if not _BRIGHTNESS[0] <= seen.level <= _BRIGHTNESS[1]:
        return Light.DARK if seen.level < _BRIGHTNESS[0] else Light.BRIGHT
    if abs(seen.balance) <= _EVEN_LIGHT:
        return Light.EVEN
    return Light.LEFT_DARK if seen.balance < 0 else Light.RIGHT_DARK


def _light_loss(seen: Measures) -> float:
    low, high = _BRIGHTNESS
    return abs(seen.balance) / 0.45 + max(0.0, low - seen.level) / low + max(0.0, seen.level - high) / (255 - high)


_ADVICE: dict[enum.Enum, Advice] = {
    Faces.ONE_CENTRED: Advice.NONE,
    Faces.NONE: Advice.SIT_DOWN,
    Faces.SEVERAL: Advice.ONE_ONLY,
    Faces.LEFT: Advice.MOVE_LEFT,  # who appears at the left of the picture moves to the own left
    Faces.RIGHT: Advice.MOVE_RIGHT,
    Height.GOOD: Advice.NONE,
    Height.UNSEEN: Advice.NONE,
    Height.SMALL: Advice.CLOSER,
    Height.TALL: Advice.FARTHER,
    Eyes.OPEN_LEVEL: Advice.NONE,
    Eyes.UNSEEN: Advice.NONE,
    Eyes.CLOSED: Advice.OPEN_EYES,
    Eyes.TILTED: Advice.HEAD_LEVEL,
    Light.EVEN: Advice.NONE,
    Light.UNSEEN: Advice.NONE,
    Light.LEFT_DARK: Advice.LAMP_LEFT,
    Light.RIGHT_DARK: Advice.LAMP_RIGHT,
    Light.DARK: Advice.MORE_LIGHT,
    Light.BRIGHT: Advice.LESS_LIGHT,
    Focus.ENOUGH: Advice.NONE,
    Focus.UNSEEN: Advice.NONE,
    Focus.SOFT: Advice.HOLD_STILL,
    Background.EVEN: Advice.NONE,
    Background.UNEVEN: Advice.SMOOTH_CLOTH,
    Background.NO_CLOTH: Advice.HANG_CLOTH,
}
