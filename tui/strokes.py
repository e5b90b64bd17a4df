"""A signature's strokes as the store keeps them: bytes that are written and read here alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from hw.types import PenPoint, Signature

if TYPE_CHECKING:
    from reports.layout import DrawnSignature


def encode(signature: Signature) -> bytes:
    """Write strokes with the pad's shape."""
    strokes = [[[p.x, p.y, p.pressure, p.ms] for p in stroke] for stroke in signature.strokes]
    return json.dumps({"aspect": signature.aspect, "strokes": strokes}, separators=(",", ":")).encode()


def decode(kept: bytes) -> Signature:
    """Read strokes back; they were written by `encode` into the encrypted store."""
    values = cast("dict[str, Any]", json.loads(kept))
    strokes = tuple(tuple(PenPoint(*point, down=True) for point in stroke) for stroke in values["strokes"])
    return Signature(strokes, values["aspect"])


def on_paper(kept: bytes) -> DrawnSignature:
    """Return what the papers draw: points from (0, 0) to (1, 1), whatever the pad reported beyond its edge."""
    from reports.layout import DrawnSignature

    signature = decode(kept)

    def inside(value: float) -> float:
        return min(1.0, max(0.0, value))

    strokes = tuple(tuple((inside(p.x), inside(p.y)) for p in stroke) for stroke in signature.strokes)
    return DrawnSignature(strokes, signature.aspect)
