"""The picture that the sensor keeps: 256 x 288 at 500 ppi, four bits a pixel, two in a byte, the left one higher."""

from __future__ import annotations

from .packets import MalformedAnswer

WIDTH, HEIGHT = 256, 288
PACKED = WIDTH * HEIGHT // 2
"""The bytes of one upload."""

_LEFT = bytes((byte >> 4) * 17 for byte in range(256))
_RIGHT = bytes((byte & 15) * 17 for byte in range(256))


def unpack(packed: bytes) -> bytes:
    """Return the picture with a byte for each pixel, row by row, 0 black to 255 white. Raises MalformedAnswer."""
    if len(packed) != PACKED:
        raise MalformedAnswer(f"image of {len(packed)} bytes")
    grey = bytearray(WIDTH * HEIGHT)
    grey[0::2] = packed.translate(_LEFT)
    grey[1::2] = packed.translate(_RIGHT)
    return bytes(grey)


def pack(grey: bytes) -> bytes:
    """Return a picture as the sensor keeps it, the lower half of each level lost. Raises ValueError."""
    if len(grey) != WIDTH * HEIGHT:
        raise ValueError(f"picture of {len(grey)} pixels")
    return bytes(left & 0xF0 | right >> 4 for left, right in zip(grey[0::2], grey[1::2], strict=True))
