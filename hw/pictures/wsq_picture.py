"""WSQ, the fingerprint compression of police and passport offices: its size read here, its pixels by a process apart.

The decoder is NIST's, in C, behind the optional package `wsq`. On broken data it writes on the terminal and may end
its process by a fault, so it gets one of its own: an officer's screen and work must not depend on a scanner's bytes.
"""

from __future__ import annotations

import importlib
import importlib.util
import resource
import subprocess
import sys
from io import BytesIO

MAGIC = b"\xff\xa0"
_FRAME = 0xA2
_TABLES = {0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8}  # blocks that may stand before the frame header, with their length
_SECONDS = 10
_MEMORY = 512 * 1024 * 1024


class BrokenWsq(Exception):
    """The bytes are no WSQ picture, or one that could not be decoded."""


def available() -> bool:
    """Say whether this installation has the decoder."""
    return importlib.util.find_spec("wsq") is not None


def size(picture: bytes) -> tuple[int, int]:
    """Return width and height from the frame header. Raises BrokenWsq."""
    if not picture.startswith(MAGIC):
        raise BrokenWsq
    at = 2
    while len(picture) >= at + 10 and picture[at] == 0xFF:
        if picture[at + 1] == _FRAME:
            return int.from_bytes(picture[at + 8 : at + 10], "big"), int.from_bytes(picture[at + 6 : at + 8], "big")
        if picture[at + 1] not in _TABLES:
            break
        at += 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
    raise BrokenWsq


def grey(picture: bytes) -> bytes:
    """Decode to width x height grey levels, row by row; a tenth of a second. Raises BrokenWsq."""
    width, height = size(picture)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", __name__],
            input=picture,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise BrokenWsq from error
    if len(done.stdout) != width * height:
        raise BrokenWsq
    return done.stdout


def main() -> None:
    """Read a picture on standard input and write its grey levels, within limits of time and memory."""
    from PIL import Image

    importlib.import_module("wsq")  # teaches Pillow the format
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would leave a fingerprint on the disk
    with Image.open(BytesIO(sys.stdin.buffer.read()), formats=("WSQ",)) as image:
        image.load()
        sys.stdout.buffer.write(image.tobytes())


if __name__ == "__main__":
    main()
