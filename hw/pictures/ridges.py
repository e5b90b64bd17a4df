"""A score for a finger picture from its pixels: is there enough of it, do ridges run, are they apart.

After the features that public quality measures use (orientation certainty, ridge and valley share, contrast, area);
it is a score of our own, 0 to 100, and is compared with nothing but itself.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_BLOCK = 16  # pixels: nearly two ridges at 500 ppi, so that a block has a direction
_FULL_AREA = 0.5  # share of the picture that a finger well placed covers
_CONTRAST = 88.0  # spread of grey levels between clear ridges and valleys


def finger_score(picture: bytes) -> float:
    """Return the score of one finger, 0 to 100. Raises UnreadablePicture."""
    from hw.pictures.pixels import decode

    return ridge_score(decode(picture).convert("L"))


def ridge_score(image: Image) -> float:
    """Return the score of one finger's grey picture, dark ridges on a light ground, one decimal."""
    columns, rows = image.width // _BLOCK, image.height // _BLOCK
    if columns < 2 or rows < 2:
        return 0.0
    image = image.crop((0, 0, columns * _BLOCK, rows * _BLOCK))
    grey = image.convert("F")
    means = _blocks(grey)
    squares = _blocks(_product(grey, grey))
    spreads = [math.sqrt(max(0.0, square - mean * mean)) for mean, square in zip(means, squares, strict=True)]
    dark = image.point([255 if level < 128 else 0 for level in range(256)])
    shares = [share / 255 for share in _blocks(dark.convert("F"))]
    certainties = _certainties(grey)
    touched = [n for n, mean in enumerate(means) if mean < 235]
    if not touched:
        return 0.0
    area = min(1.0, len(touched) / len(means) / _FULL_AREA)
    clarity = sum(certainties[n] * min(1.0, spreads[n] / _CONTRAST) * _apart(shares[n]) for n in touched)
    return round(100 * area * clarity / len(touched), 1)


def _apart(share: float) -> float:
    """Return 1 where ridges and valleys are about as wide, falling to 0 where one has swallowed the other."""
    return max(0.0, 1.0 - (abs(share - 0.5) / 0.45) ** 2)


def _certainties(grey: Image) -> list[float]:
    """Return for each block how far all gradients agree on one direction, 0 to 1 (structure tensor)."""
    from PIL import ImageMath

    def gradient(x: int, y: int) -> Image:
        ahead, behind = _shifted(grey, -x, -y), _shifted(grey, x, y)
        return ImageMath.lambda_eval(lambda args: args["a"] - args["b"], a=ahead, b=behind)

    across, down = gradient(1, 0), gradient(0, 1)
    xx, yy, xy = _blocks(_product(across, across)), _blocks(_product(down, down)), _blocks(_product(across, down))
    return [math.hypot(a - b, 2 * c) / (a + b) if a + b > 1 else 0.0 for a, b, c in zip(xx, yy, xy, strict=True)]


def _shifted(image: Image, x: int, y: int) -> Image:
    from PIL.Image import Transform

    return image.transform(image.size, Transform.AFFINE, (1, 0, -x, 0, 1, -y))


def _product(one: Image, other: Image) -> Image:
    from PIL import ImageMath

    return ImageMath.lambda_eval(lambda args: args["a"] * args["b"], a=one, b=other)


def _blocks(image: Image) -> list[float]:
    return [float(level) for level in memoryview(image.reduce(_BLOCK).tobytes()).cast("f")]
