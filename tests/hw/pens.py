"""Reading what the kit's pupils write, for the tests of pads."""

from hw.emulators.hand import invent
from hw.types import PenPoint, SignaturePad


async def written(pad: SignaturePad, seed: int) -> list[PenPoint]:
    """Read until that whole signature has come."""
    points: list[PenPoint] = []
    async for point in pad.points():
        points.append(point)
        if len(points) == sum(len(stroke) + 1 for stroke in invent(seed)):
            break
    return points
